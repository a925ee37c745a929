"""The errors that a hostility of one word stands for, as the service called would put them."""

from collections.abc import Callable, Mapping
from typing import Final, TypeAlias

from awsdash.demo.aws.identity.auth import Refusal, refused
from awsdash.demo.aws.protocol import AwsError, Call, Protocol

Answer: TypeAlias = tuple[str, int, str]
"""Code, HTTP status and message."""

_RATE: Final = "Rate exceeded"
_THROTTLED: Final[Mapping[Protocol, Answer]] = {
    Protocol.JSON: ("ThrottlingException", 400, _RATE),
    Protocol.REST_JSON: ("ThrottlingException", 429, _RATE),
    Protocol.REST_XML: ("Throttling", 400, _RATE),
    Protocol.QUERY: ("Throttling", 400, _RATE),
    Protocol.EC2: ("RequestLimitExceeded", 503, "Request limit exceeded."),
    Protocol.S3: ("SlowDown", 503, "Please reduce your request rate."),
}
# By the API reference of each service, where it differs from what its protocol has.
_THROTTLED_BY_SERVICE: Final[Mapping[str, Answer]] = {
    "apigateway": ("TooManyRequestsException", 429, "Too Many Requests"),
    "lambda": ("TooManyRequestsException", 429, _RATE),
    "organizations": ("TooManyRequestsException", 400, _RATE),
    "sqs": ("RequestThrottled", 403, "Request is throttled."),
    "tagging": ("ThrottledException", 400, _RATE),
    "xray": ("ThrottledException", 429, _RATE),
}

_FAILED: Final[Mapping[Protocol, Answer]] = {
    protocol: (code, 500, message)
    for protocol, code, message in (
        (Protocol.JSON, "InternalFailure", "An internal error occurred."),
        (Protocol.REST_JSON, "InternalFailure", "An internal error occurred."),
        (Protocol.REST_XML, "InternalFailure", "An internal error occurred."),
        (Protocol.QUERY, "InternalFailure", "An internal error occurred."),
        (Protocol.EC2, "InternalError", "An internal error has occurred"),
        (Protocol.S3, "InternalError", "We encountered an internal error. Please try again."),
    )
}
_FAILED_BY_SERVICE: Final[Mapping[str, Answer]] = {
    "athena": ("InternalServerException", 500, "Internal server error"),
    "dynamodb": ("InternalServerError", 500, "Internal server error"),
    "glue": ("InternalServiceException", 500, "Internal service error"),
    "lambda": ("ServiceException", 500, "An internal error occurred."),
    "logs": ("ServiceUnavailableException", 503, "The service cannot complete the request."),
    "monitoring": ("InternalServiceFault", 500, "An internal error occurred."),
    "organizations": ("ServiceException", 500, "An internal error occurred."),
}

_ISSUES_CREDENTIALS: Final = ("Assume", "GetFederationToken", "GetSessionToken")


def throttled(call: Call) -> AwsError:
    return _error(_THROTTLED_BY_SERVICE.get(call.service, _THROTTLED[call.protocol]))


def failed(call: Call) -> AwsError:
    return _error(_FAILED_BY_SERVICE.get(call.service, _FAILED[call.protocol]))


def expired(call: Call) -> AwsError:
    return refused(Refusal.EXPIRED, call)


def in_a_disabled_region(call: Call) -> AwsError:
    """An opt-in region that is off knows no key of the account, and STS issues none for it."""
    if call.service == "sts" and call.operation.startswith(_ISSUES_CREDENTIALS):
        message = (
            f"STS is not activated in this region for account:{call.account}. "
            "Your account administrator can activate STS in this region using the IAM Console."
        )
        return AwsError("RegionDisabledException", message, 403)
    return refused(Refusal.WRONG_TOKEN, call)


ERRORS: Final[Mapping[str, Callable[[Call], AwsError]]] = {
    "throttle": throttled,
    "expire": expired,
    "disable_region": in_a_disabled_region,
    "fail": failed,
}
DENY: Final = "deny"
CUT: Final = "cut"
HANG: Final = "hang"
EFFECTS: Final = (*ERRORS, DENY, CUT, HANG)


def _error(answer: Answer) -> AwsError:
    code, status, message = answer
    return AwsError(code, message, status)
