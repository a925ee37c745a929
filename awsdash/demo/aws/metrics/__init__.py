from awsdash.demo.aws.metrics.service import SERVICE

__all__ = ["SERVICE"]
