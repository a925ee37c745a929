"""Authentication: moto serves an unknown access key from a default account; AWS refuses it.

Only key ids and their expiry are checked, not signatures.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from enum import Enum
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

from moto.core.utils import utcnow
from moto.iam.models import AccessKey, iam_backends
from moto.sts.models import sts_backends

from awsdash.demo.aws.protocol import (
    AwsError,
    Call,
    Protocol,
    answer_error,
    current_call,
    read_call,
    remember_call,
)

PARTITION = "aws"


class Refusal(Enum):
    UNSIGNED = "Request is missing Authentication Token"
    UNKNOWN_KEY = "The security token included in the request is invalid."
    EXPIRED = "The security token included in the request is expired"


_CODES = {
    Refusal.UNSIGNED: {
        Protocol.JSON: ("MissingAuthenticationTokenException", 400),
        Protocol.REST_JSON: ("MissingAuthenticationTokenException", 403),
        Protocol.QUERY: ("MissingAuthenticationToken", 403),
        Protocol.EC2: ("MissingAuthenticationToken", 403),
        Protocol.S3: ("AccessDenied", 403),
    },
    Refusal.UNKNOWN_KEY: {
        Protocol.JSON: ("UnrecognizedClientException", 400),
        Protocol.REST_JSON: ("UnrecognizedClientException", 403),
        Protocol.QUERY: ("InvalidClientTokenId", 403),
        Protocol.EC2: ("AuthFailure", 401),
        Protocol.S3: ("InvalidAccessKeyId", 403),
    },
    Refusal.EXPIRED: {
        Protocol.JSON: ("ExpiredTokenException", 400),
        Protocol.REST_JSON: ("ExpiredTokenException", 403),
        Protocol.QUERY: ("ExpiredToken", 403),
        Protocol.EC2: ("RequestExpired", 400),
        Protocol.S3: ("ExpiredToken", 400),
    },
}


@dataclass(frozen=True)
class Owner:
    account: str
    key: AccessKey


def find_owner(access_key: str) -> Owner | None:
    """The account whose user or assumed role the key was issued to."""
    for account, partitions in list(iam_backends.items()):
        key = partitions[PARTITION].access_keys.get(access_key)
        if key is not None:
            return Owner(account, key)
    return None


def identify(environ: WSGIEnvironment) -> Call:
    """The call in a request, with the account its key belongs to, kept for the layers below."""
    call = read_call(environ)
    owner = find_owner(call.access_key) if call.access_key else None
    call = replace(call, account=owner.account if owner else None)
    remember_call(environ, call)
    return call


class Authenticator:
    """Lets only requests with a known, active and unexpired key through."""

    def __init__(self, app: WSGIApplication) -> None:
        self._app = app

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        call = current_call(environ)
        refusal = _refusal(call.access_key)
        if refusal is not None:
            code, status = _CODES[refusal][call.protocol]
            error = AwsError(code, refusal.value, status)
            return answer_error(error, environ, start_response)
        # moto would obey this header and serve any account to anyone.
        environ.pop("HTTP_X_MOTO_ACCOUNT_ID", None)
        return self._app(environ, start_response)


def _refusal(access_key: str | None) -> Refusal | None:
    if access_key is None:
        return Refusal.UNSIGNED
    owner = find_owner(access_key)
    if owner is None or owner.key.status != "Active":
        return Refusal.UNKNOWN_KEY
    session = sts_backends[owner.account][PARTITION].get_assumed_role_from_access_key(access_key)
    if session is not None and session.expiration <= utcnow():
        return Refusal.EXPIRED
    return None
