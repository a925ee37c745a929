from awsdash.demo.aws.insights.service import SERVICE

__all__ = ["SERVICE"]
