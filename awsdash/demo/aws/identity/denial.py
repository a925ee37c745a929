"""How AWS words that a caller may not do what they asked."""

from typing import Final

from awsdash.demo.aws.identity.actions import action_of
from awsdash.demo.aws.identity.callers import find_caller
from awsdash.demo.aws.identity.policy import Verdict
from awsdash.demo.aws.protocol import AwsError, Call, Protocol

_CODES: Final = {
    Protocol.JSON: ("AccessDeniedException", 400),
    Protocol.REST_JSON: ("AccessDeniedException", 403),
    Protocol.REST_XML: ("AccessDenied", 403),
    Protocol.QUERY: ("AccessDenied", 403),
    Protocol.EC2: ("UnauthorizedOperation", 403),
    Protocol.S3: ("AccessDenied", 403),
}


def denied(
    call: Call,
    resource: str = "*",
    action: str | None = None,
    verdict: Verdict = Verdict.IDENTITY_IS_SILENT,
) -> AwsError:
    """For an authenticated call. `resource` is an ARN, or `*` where the action has none; `action`
    None is the operation's own."""
    code, status = _CODES[call.protocol]
    action = action or action_of(call)
    because = verdict.value.format(action=action)
    caller = find_caller(call.access_key) if call.access_key else None
    arn = caller.arn if caller else "anonymous"
    message = (
        f"User: {arn} is not authorized to perform: {action} on resource: {resource} {because}"
    )
    if call.protocol is Protocol.EC2:
        message = f"You are not authorized to perform this operation. {message}"
    return AwsError(code, message, status)
