from awsdash.demo.aws.organizations.service import SERVICE

__all__ = ["SERVICE"]
