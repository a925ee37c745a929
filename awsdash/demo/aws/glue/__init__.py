from awsdash.demo.aws.glue.service import SERVICE

__all__ = ["SERVICE"]
