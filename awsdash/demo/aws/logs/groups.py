"""Log groups as all operations find them."""

import re

from moto.logs.models import LogGroup, LogsBackend, logs_backends

from awsdash.demo.aws.protocol import AwsError, Call


def backend_of(call: Call) -> LogsBackend:
    return logs_backends[call.place.account][call.region]


def find_log_group(
    self: LogsBackend, log_group_id: str | None = None, log_group_name: str | None = None
) -> LogGroup:
    """By name or identifier, for every operation; moto takes any ARN for the newest group."""
    if (log_group_id is None) == (log_group_name is None):
        raise invalid("Specify either logGroupName or logGroupIdentifier, and not both.")
    if log_group_id is not None and not re.fullmatch(r"[\w#+=/:,.@-]*", log_group_id):
        constraint = r"Member must satisfy regular expression pattern: [\w#+=/:,.@-]*"
        raise invalid(
            f"1 validation error detected: Value '{log_group_id}' at 'logGroupIdentifier'"
            f" failed to satisfy constraint: {constraint}"
        )
    prefix = f"arn:aws:logs:{self.region_name}:{self.account_id}:log-group:"
    group = self.groups.get(log_group_name or (log_group_id or "").removeprefix(prefix))
    if group is None:
        raise AwsError("ResourceNotFoundException", "The specified log group does not exist.")
    return group


def invalid(message: str) -> AwsError:
    return AwsError("InvalidParameterException", message)
