"""AWS's default request quotas: calls per second and burst, as its documentation has them.

The first entry that fits a call is its quota. Operations that share one entry marked `shared` share
a bucket; else each has its own. LookupEvents is always held to its two per second, by CloudTrail.
"""

from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import Final

from awsdash.demo.aws.protocol import Call


@dataclass(frozen=True)
class Quota:
    """`burst` None is one second's worth; `operations` and `regions` may be wildcards."""

    service: str
    operations: tuple[str, ...]
    per_second: float
    burst: float | None = None
    shared: bool = False
    regions: tuple[str, ...] = ("*",)

    @property
    def capacity(self) -> float:
        return self.per_second if self.burst is None else self.burst

    def fits(self, call: Call) -> bool:
        return (
            call.service == self.service
            and any(fnmatchcase(call.region, region) for region in self.regions)
            and any(fnmatchcase(call.operation, operation) for operation in self.operations)
        )


QUOTAS: Final = (
    # "CloudWatch Logs quotas", CloudWatch Logs User Guide
    Quota("logs", ("FilterLogEvents",), 25, regions=("us-east-1",)),
    Quota(
        "logs",
        ("FilterLogEvents",),
        5,
        regions=("eu-central-1", "ap-northeast-3", "ap-southeast-3", "ca-west-1", "il-central-1"),
    ),
    Quota("logs", ("FilterLogEvents",), 10),
    Quota("logs", ("GetLogEvents",), 30, regions=("eu-west-3",)),
    Quota(
        "logs",
        ("GetLogEvents",),
        10,
        regions=(
            *("us-west-2", "eu-central-1", "eu-west-1", "ap-northeast-3", "ap-southeast-3"),
            *("ca-west-1", "il-central-1"),
        ),
    ),
    Quota("logs", ("GetLogEvents", "DescribeLogStreams"), 25),
    Quota("logs", ("StartQuery", "GetQueryResults", "DescribeLogGroups"), 10),
    Quota("logs", ("CreateLogGroup", "DeleteLogGroup"), 10),
    Quota("logs", ("CreateLogStream",), 50),
    Quota("logs", ("PutLogEvents",), 5000),
    Quota("logs", ("Describe*Filters", "Put*Filter", "ListTags*", "Tag*", "Untag*"), 5),
    # "CloudWatch service quotas", CloudWatch User Guide
    Quota("monitoring", ("GetMetricData",), 500),
    Quota("monitoring", ("GetMetricStatistics",), 400),
    Quota("monitoring", ("ListMetrics",), 25),
    Quota("monitoring", ("DescribeAlarms", "DescribeAlarmsForMetric"), 9),
    Quota("monitoring", ("DescribeAlarmHistory",), 20),
    Quota("monitoring", ("ListDashboards", "ListTagsForResource"), 10),
    # "Service Quotas: per account API call quotas", Athena User Guide
    Quota("athena", ("StartQueryExecution", "StopQueryExecution"), 20, 80),
    Quota("athena", ("GetQueryExecution", "GetQueryResults"), 100, 200),
    Quota("athena", ("BatchGetQueryExecution",), 20, 40),
    Quota("athena", ("ListQueryExecutions", "ListNamedQueries", "BatchGetNamedQuery"), 5, 10),
    Quota("athena", ("CreateNamedQuery", "DeleteNamedQuery", "GetNamedQuery"), 5, 20),
    # "IAM and AWS STS quotas: STS request quotas", IAM User Guide
    Quota(
        "sts",
        (
            *("AssumeRole", "DecodeAuthorizationMessage", "GetAccessKeyInfo"),
            *("GetCallerIdentity", "GetFederationToken", "GetSessionToken"),
        ),
        600,
        shared=True,
    ),
    # "Lambda quotas: Lambda API requests", Lambda Developer Guide
    Quota("lambda", ("GetFunction",), 100),
    Quota("lambda", ("GetPolicy",), 15),
    Quota("lambda", ("[!I]*", "I[!n]*"), 15, shared=True),  # all but Invoke
    # "Request throttling for the Amazon EC2 API", EC2 Developer Guide
    Quota("ec2", ("Describe*", "Get*", "List*", "Search*"), 20, 100),
    Quota("ec2", ("*",), 5, 50),
    # AWS publishes none for X-Ray, Config and Organizations: so much is served without complaint.
    Quota("xray", ("Get*", "BatchGetTraces"), 5),
    Quota("config", ("Get*", "List*", "Select*", "Batch*"), 5, 10),
    Quota("organizations", ("*",), 5, 10),
)


def quota_of(call: Call) -> Quota | None:
    return next((quota for quota in QUOTAS if quota.fits(call)), None)
