"""Lists of the services that speak XML."""

from typing import Final

from awsdash.demo.aws.discovery.listing import (
    ANY_INT,
    INVALID_NEXT,
    UP_TO_100,
    UP_TO_1000,
    Listings,
)
from awsdash.demo.aws.discovery.paging import Size
from awsdash.demo.aws.discovery.refusals import (
    Refusals,
    argument_bound,
    constraint,
    ec2_bound,
    range_bound,
)

_EC2: Final = Size(None, least=5)
# "If MaxResults is given a larger value, only 1,000 results are returned."
_EC2_LENIENT: Final = Size(None, least=5, most=ANY_INT, cap=1_000)
_RECORDS: Final = Size(100, least=20, most=100)
_MARKER: Final = Refusals(
    "InvalidParameterValue",
    "The value of the marker parameter is not valid",
    "InvalidParameterValue",
    range_bound,
)


def _query(message: str, code: str = "ValidationError") -> Refusals:
    return Refusals(code, message, "ValidationError", constraint)


LISTINGS: Final = (
    Listings(
        "ec2",
        "ec2",
        Refusals(
            "InvalidNextToken",
            "The specified NextToken is not valid.",
            "InvalidParameterValue",
            ec2_bound,
        ),
        {
            "DescribeFlowLogs": _EC2_LENIENT,
            "DescribeInstances": _EC2_LENIENT,
            "DescribeInternetGateways": _EC2,
            "DescribeLaunchTemplates": Size(None, most=200, moto=10_000),
            "DescribeNatGateways": _EC2,
            "DescribeNetworkAcls": _EC2,
            "DescribeNetworkInterfaces": _EC2,
            "DescribeRouteTables": Size(None, least=5, most=100),
            "DescribeSecurityGroups": _EC2,
            "DescribeSnapshots": _EC2_LENIENT,
            "DescribeSubnets": _EC2,
            "DescribeTags": _EC2_LENIENT,
            "DescribeVolumes": _EC2_LENIENT,
            "DescribeVpcEndpoints": _EC2_LENIENT,
            "DescribeVpcPeeringConnections": _EC2,
            "DescribeVpcs": _EC2,
        },
    ),
    Listings(
        "autoscaling",
        "autoscaling",
        _query("The token '{token}' was invalid", "InvalidNextToken"),
        {
            "DescribeAutoScalingGroups": Size(50, most=100),
            "DescribeLaunchConfigurations": Size(50, most=100),
            "DescribePolicies": Size(50, most=100),
        },
    ),
    Listings(
        "elasticloadbalancing",
        "elbv2",
        _query("The specified marker is not valid"),
        {
            "DescribeListeners": Size(400, most=400),
            "DescribeLoadBalancers": Size(400, most=400),
            "DescribeRules": Size(400, most=400),
            "DescribeTargetGroups": Size(400, most=400),
        },
    ),
    Listings(
        "rds",
        "rds",
        _MARKER,
        {
            "DescribeDBClusterSnapshots": _RECORDS,
            "DescribeDBClusters": _RECORDS,
            "DescribeDBInstances": _RECORDS,
            "DescribeDBSnapshots": _RECORDS,
            "DescribeDBSubnetGroups": _RECORDS,
        },
    ),
    Listings(
        "elasticache",
        "elasticache",
        _MARKER,
        {"DescribeCacheClusters": _RECORDS, "DescribeReplicationGroups": _RECORDS},
    ),
    Listings(
        "redshift",
        "redshift",
        _MARKER,
        {"DescribeClusterSnapshots": _RECORDS, "DescribeClusters": _RECORDS},
    ),
    Listings(
        "s3",
        "s3",
        Refusals(
            "InvalidArgument",
            "The continuation token provided is incorrect",
            "InvalidArgument",
            argument_bound,
        ),
        {"ListBuckets": Size(10_000, most=10_000)},
    ),
    Listings(
        "sns",
        "sns",
        Refusals("InvalidParameter", "Invalid parameter: NextToken"),
        {
            "ListSubscriptions": UP_TO_100,
            "ListSubscriptionsByTopic": UP_TO_100,
            "ListTopics": UP_TO_100,
        },
    ),
    Listings(
        "iam",
        "iam",
        _query("Invalid Marker."),
        {
            "ListGroups": UP_TO_1000,
            "ListInstanceProfiles": UP_TO_1000,
            "ListPolicies": UP_TO_1000,
            "ListRoles": UP_TO_1000,
            "ListUsers": UP_TO_1000,
        },
    ),
    Listings(
        "cloudformation",
        "cloudformation",
        _query(INVALID_NEXT),
        {
            "DescribeStacks": UP_TO_100,
            "ListExports": UP_TO_100,
            "ListStackResources": UP_TO_100,
            "ListStacks": UP_TO_100,
        },
    ),
)
