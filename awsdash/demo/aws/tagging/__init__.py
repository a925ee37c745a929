"""Resource Groups Tagging: what is tagged in a region, over all services."""

from awsdash.demo.aws.tagging.service import SERVICE as SERVICE
