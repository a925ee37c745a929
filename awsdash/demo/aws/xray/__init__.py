from awsdash.demo.aws.xray.service import SERVICE

__all__ = ["SERVICE"]
