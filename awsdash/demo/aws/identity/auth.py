"""Authentication: moto serves an unknown access key from a default account; AWS refuses it.

Key ids, their session tokens and their expiry are checked; signatures are not.
"""

from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime
from enum import Enum
from typing import Final
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

from awsdash.demo.aws.identity import presigned
from awsdash.demo.aws.identity.callers import PARTITION, Caller, find_caller
from awsdash.demo.aws.protocol import (
    AwsError,
    Call,
    Protocol,
    answer_error,
    current_call,
    read_call,
    remember_call,
)

__all__ = ["PARTITION", "Authenticator", "Refusal", "current_caller", "identify", "refused"]

_CALLER: Final = "awsdash.caller"
_NOT_VALIDATED: Final = "AWS was not able to validate the provided access credentials"
_UNSIGNED_OPERATIONS: Final = {"AssumeRoleWithSAML", "AssumeRoleWithWebIdentity"}


class Refusal(Enum):
    UNSIGNED = "Request is missing Authentication Token"
    UNKNOWN_KEY = "The security token included in the request is invalid."
    WRONG_TOKEN = "The provided token is malformed or otherwise invalid."  # noqa: S105
    EXPIRED = "The security token included in the request is expired"


_CODES: Final = {
    Refusal.UNSIGNED: {
        Protocol.JSON: ("MissingAuthenticationTokenException", 400),
        Protocol.REST_JSON: ("MissingAuthenticationTokenException", 403),
        Protocol.REST_XML: ("MissingAuthenticationToken", 403),
        Protocol.QUERY: ("MissingAuthenticationToken", 403),
        Protocol.EC2: ("MissingAuthenticationToken", 403),
        Protocol.S3: ("AccessDenied", 403),
    },
    Refusal.UNKNOWN_KEY: {
        Protocol.JSON: ("UnrecognizedClientException", 400),
        Protocol.REST_JSON: ("UnrecognizedClientException", 403),
        Protocol.REST_XML: ("InvalidClientTokenId", 403),
        Protocol.QUERY: ("InvalidClientTokenId", 403),
        Protocol.EC2: ("AuthFailure", 401),
        Protocol.S3: ("InvalidAccessKeyId", 403),
    },
    Refusal.WRONG_TOKEN: {
        Protocol.JSON: ("UnrecognizedClientException", 400),
        Protocol.REST_JSON: ("UnrecognizedClientException", 403),
        Protocol.REST_XML: ("InvalidClientTokenId", 403),
        Protocol.QUERY: ("InvalidClientTokenId", 403),
        Protocol.EC2: ("AuthFailure", 401),
        Protocol.S3: ("InvalidToken", 400),
    },
    Refusal.EXPIRED: {
        Protocol.JSON: ("ExpiredTokenException", 400),
        Protocol.REST_JSON: ("ExpiredTokenException", 403),
        Protocol.REST_XML: ("ExpiredToken", 403),
        Protocol.QUERY: ("ExpiredToken", 403),
        Protocol.EC2: ("RequestExpired", 400),
        Protocol.S3: ("ExpiredToken", 400),
    },
}

# Where a service says it in words of its own.
_WORDS: Final = {
    (Refusal.UNSIGNED, Protocol.S3): "Access Denied",
    (Refusal.UNKNOWN_KEY, Protocol.EC2): _NOT_VALIDATED,
    (Refusal.UNKNOWN_KEY, Protocol.S3): (
        "The AWS Access Key Id you provided does not exist in our records."
    ),
    (Refusal.WRONG_TOKEN, Protocol.JSON): Refusal.UNKNOWN_KEY.value,
    (Refusal.WRONG_TOKEN, Protocol.REST_JSON): Refusal.UNKNOWN_KEY.value,
    (Refusal.WRONG_TOKEN, Protocol.REST_XML): Refusal.UNKNOWN_KEY.value,
    (Refusal.WRONG_TOKEN, Protocol.QUERY): Refusal.UNKNOWN_KEY.value,
    (Refusal.WRONG_TOKEN, Protocol.EC2): _NOT_VALIDATED,
    (Refusal.EXPIRED, Protocol.EC2): "Request has expired.",
    (Refusal.EXPIRED, Protocol.S3): "The provided token has expired.",
}


def refused(refusal: Refusal, call: Call) -> AwsError:
    """As the service called puts it."""
    code, status = _CODES[refusal][call.protocol]
    return AwsError(code, _WORDS.get((refusal, call.protocol), refusal.value), status)


def identify(environ: WSGIEnvironment) -> Call:
    """The call in a request, with the account its key belongs to, kept for the layers below."""
    call = read_call(environ)
    caller = find_caller(call.access_key) if call.access_key else None
    call = replace(call, account=caller.account if caller else None)
    remember_call(environ, call)
    environ[_CALLER] = caller
    return call


def current_caller(environ: WSGIEnvironment) -> Caller:
    """For the layers that only authenticated calls reach."""
    caller: Caller | None = environ[_CALLER]
    if caller is None:
        raise refused(Refusal.UNKNOWN_KEY, current_call(environ))
    return caller


class Authenticator:
    """Lets only requests with a known, active and unexpired key through."""

    def __init__(self, app: WSGIApplication) -> None:
        self._app = app

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        call = current_call(environ)
        error = _error(call, environ)
        if error is not None:
            return answer_error(error, environ, start_response)
        # moto would obey this header and serve any account to anyone.
        environ.pop("HTTP_X_MOTO_ACCOUNT_ID", None)
        presigned.name_service(environ)
        return self._app(environ, start_response)


def _error(call: Call, environ: WSGIEnvironment) -> AwsError | None:
    if call.access_key is None and call.operation in _UNSIGNED_OPERATIONS:
        # Those who call so prove themselves to a provider that the account has registered.
        return AwsError("InvalidIdentityToken", "No provider found in your account for the token")
    refusal = _refusal(call.access_key, environ)
    if refusal is not None:
        return refused(refusal, call)
    if call.protocol is Protocol.S3 and presigned.has_expired(environ):
        return AwsError("AccessDenied", "Request has expired", 403)
    return None


def _refusal(access_key: str | None, environ: WSGIEnvironment) -> Refusal | None:
    if access_key is None:
        return Refusal.UNSIGNED
    caller: Caller | None = environ[_CALLER]
    if caller is None or not caller.is_active:
        return Refusal.UNKNOWN_KEY
    session = caller.session
    if _token(environ) != (session.token if session else None):
        return Refusal.WRONG_TOKEN
    if session is not None and session.expires_at <= datetime.now(UTC):
        return Refusal.EXPIRED
    return None


def _token(environ: WSGIEnvironment) -> str | None:
    """The session token, in the header or, of a presigned URL, in the query."""
    header: str | None = environ.get("HTTP_X_AMZ_SECURITY_TOKEN")
    return presigned.token_of(environ) if header is None else header
