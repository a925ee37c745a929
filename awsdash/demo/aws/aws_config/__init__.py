from awsdash.demo.aws.aws_config.service import SERVICE

__all__ = ["SERVICE"]
