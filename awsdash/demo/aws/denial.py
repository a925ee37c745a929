"""How AWS words that a caller may not do what they asked."""

from typing import Final

from moto.sts.models import sts_backends

from awsdash.demo.aws.auth import PARTITION
from awsdash.demo.aws.protocol import AwsError, Call, Protocol

# Where a service signs by another name than IAM knows its actions by.
_IAM_PREFIXES: Final = {
    "monitoring": "cloudwatch",
    "tagging": "tag",
    "email": "ses",
}
_CODES: Final = {
    Protocol.JSON: ("AccessDeniedException", 400),
    Protocol.REST_JSON: ("AccessDeniedException", 403),
    Protocol.QUERY: ("AccessDenied", 403),
    Protocol.EC2: ("UnauthorizedOperation", 403),
    Protocol.S3: ("AccessDenied", 403),
}


def denied(call: Call, resource: str = "*", action: str | None = None) -> AwsError:
    """No policy of the caller's allows it; `action` such as `s3:ListBucket` where the operation's
    own name is not the action's."""
    code, status = _CODES[call.protocol]
    action = action or f"{_IAM_PREFIXES.get(call.service, call.service)}:{call.operation}"
    message = (
        f"User: {_arn(call)} is not authorized to perform: {action} on resource: {resource} "
        f"because no identity-based policy allows the {action} action"
    )
    if call.protocol is Protocol.EC2:
        message = f"You are not authorized to perform this operation. {message}"
    return AwsError(code, message, status)


def _arn(call: Call) -> str:
    if call.account is None or call.access_key is None:
        return "anonymous"
    backend = sts_backends[call.account][PARTITION]
    _, arn, _ = backend.get_caller_identity(call.access_key, call.region)
    return str(arn)
