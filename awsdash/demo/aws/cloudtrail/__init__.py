from awsdash.demo.aws.cloudtrail.service import SERVICE

__all__ = ["SERVICE"]
