from awsdash.demo.aws.athena.service import SERVICE

__all__ = ["SERVICE"]
