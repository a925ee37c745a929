from awsdash.demo.aws.server import main

main()
