from awsdash.demo.aws.logs.service import SERVICE

__all__ = ["SERVICE"]
