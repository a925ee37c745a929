"""The only door to AWS: clients made from one botocore session, errors in our own tree."""

import logging
import threading
from collections import OrderedDict
from collections.abc import Mapping
from contextlib import closing
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

import boto3
import urllib3
from boto3.exceptions import Boto3Error
from botocore.config import Config
from botocore.exceptions import (
    BotoCoreError,
    ClientError,
    ConnectTimeoutError,
    NoCredentialsError,
    ReadTimeoutError,
)

from services.errors import (
    AccessDenied,
    InvalidQuery,
    NotEnabled,
    NotFound,
    QueryFailed,
    ServiceError,
    Throttled,
)
from services.parsing import reader

logger = logging.getLogger(__name__)

MAX_CLIENTS: Final = 200
CONFIG: Final = Config(
    # One try per call: the job engine retries, because it alone knows deadline and cancellation.
    retries={"mode": "standard", "total_max_attempts": 1},
    connect_timeout=5,
    max_pool_connections=32,
    user_agent_extra="awsdash",
)
# What goes wrong where a library calls AWS for us, with clients that are not ours.
FAILURES: Final = (Boto3Error, BotoCoreError, ClientError)


def store_config(*, by_path: bool) -> Config:
    """How the result store talks to S3; `by_path`: its buckets have no host names of their own."""
    return CONFIG.merge(
        Config(
            retries={"mode": "standard", "total_max_attempts": 4},
            read_timeout=30,
            s3={"addressing_style": "path" if by_path else "auto"},
        )
    )


@dataclass(frozen=True, slots=True)
class Keys:
    """AWS access keys; no repr shows their secrets. `expires_at` None: they do not expire."""

    access_key_id: str
    secret_access_key: str = field(repr=False)
    session_token: str | None = field(default=None, repr=False)
    expires_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Aws:
    """What an operation may know of where it runs: one account, one region, and its clients.

    `keys` None: the process's own credential chain. `timeout_s`: how long AWS may be silent.
    """

    account_id: str
    region: str
    keys: Keys | None
    timeout_s: int = 30

    def client(self, service: str, tables: Mapping[str, str] | None = None) -> Any:
        """The boto3 client of `service`; what AWS refuses is raised as ServiceError.

        `tables`: operations whose answers may be large, each with the list of its answer that is
        to be an Arrow table: `{"FilterLogEvents": "events"}`.

        Parameters that do not fit botocore's model are our bug, and raise its ParamValidationError.

        Annotate the result (`logs: CloudWatchLogsClient = aws.client("logs")`): boto3's own
        overloads take literals only.
        """
        return _clients.get(service, self, tuple((tables or {}).items()))


class _ClientCache:
    """An LRU of clients. A client from the shared session costs 2-3 ms, a naive one 60-90."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._session: boto3.Session | None = None
        self._clients: OrderedDict[tuple[Any, ...], Any] = OrderedDict()

    def get(self, service: str, aws: Aws, tables: tuple[tuple[str, str], ...]) -> Any:
        # Secret and token are part of the key: two sessions never share a client.
        key = (service, aws.region, aws.keys, aws.timeout_s, tables)
        with self._lock:
            if key not in self._clients:
                self._clients[key] = self._create(service, aws, dict(tables))
            self._clients.move_to_end(key)
            while len(self._clients) > MAX_CLIENTS:
                self._clients.popitem(last=False)
            return self._clients[key]

    def _create(self, service: str, aws: Aws, tables: Mapping[str, str]) -> Any:
        self._session = self._session or boto3.Session()
        keys = aws.keys
        client = self._session.client(  # type: ignore[call-overload]  # overloads take literals
            service,
            region_name=aws.region,
            config=CONFIG.merge(Config(read_timeout=aws.timeout_s)),
            aws_access_key_id=keys.access_key_id if keys else None,
            aws_secret_access_key=keys.secret_access_key if keys else None,
            aws_session_token=keys.session_token if keys else None,
        )
        client.meta.events.register("before-parse", reader(tables))
        client.meta.events.register("after-call", _raise_for_response)
        client.meta.events.register("after-call-error", _raise_for_exception)
        return client


_clients = _ClientCache()


def region_names() -> dict[str, str]:
    """Region code to its name, for every region botocore knows: {"eu-west-1": "Europe (Ireland)"}.

    Source: botocore's endpoint data.
    """
    data = boto3.Session()._session.get_data("endpoints")
    return {
        code: region["description"]
        for partition in data["partitions"]
        for code, region in partition["regions"].items()
        if partition["partition"] in {"aws", "aws-us-gov", "aws-cn"}
    }


_ACCESS: Final = {"AccessDenied", "UnauthorizedOperation", "AuthorizationError", "NotAuthorized"}
_EXPIRED: Final = {"ExpiredToken", "ExpiredTokenException", "RequestExpired"}
_NOT_ENABLED: Final = {
    "OptInRequired",
    "SubscriptionRequiredException",
    "UnrecognizedClientException",
    "InvalidClientTokenId",
}
_THROTTLED: Final = {
    "Throttling",
    "ThrottledException",
    "ThrottlingException",
    "TooManyRequestsException",
    "RequestLimitExceeded",
    "LimitExceededException",
    "SlowDown",
    "RequestThrottled",
}
_INVALID: Final = {
    "InvalidParameterException",
    "InvalidParameterValue",
    "InvalidRequestException",
    "MalformedQueryException",
    "ValidationError",
    "ValidationException",
}


def error_from_aws(code: str, message: str, status: int) -> ServiceError:
    """The error of our tree for AWS's error code, message and HTTP status."""
    text = message or code
    if code in _EXPIRED:
        return AccessDenied(
            text, hint="The session expired; it is renewed by itself.", retryable=True
        )
    if code in _THROTTLED:
        return Throttled(text)
    if code in _NOT_ENABLED:
        return NotEnabled(
            text, hint="Is the region enabled in this account, and are its credentials still valid?"
        )
    if code.removesuffix("Exception") in _ACCESS or status == 403:
        return AccessDenied(text)
    if "NotFound" in code or code.startswith("NoSuch") or status == 404:
        return NotFound(text)
    if code in _INVALID:
        return InvalidQuery(text)
    return QueryFailed(f"{code}: {text}" if code else text, retryable=status >= 500)


def _raise_for_response(http_response: Any, parsed: dict[str, Any], **_: Any) -> None:
    if http_response.status_code >= 300:
        error = parsed.get("Error", {})
        raise error_from_aws(
            str(error.get("Code", "")), str(error.get("Message", "")), http_response.status_code
        )


def _raise_for_exception(exception: Exception, **_: Any) -> None:
    if isinstance(exception, NoCredentialsError):
        raise AccessDenied(
            "There are no AWS credentials for this account.",
            hint="An administrator can add a credential to the account.",
        ) from None
    if isinstance(exception, ConnectTimeoutError | ReadTimeoutError):
        raise QueryFailed("AWS did not answer in time.", retryable=True) from None
    if isinstance(exception, BotoCoreError):
        raise QueryFailed("The connection to AWS failed.", retryable=True) from None
    if not isinstance(exception, ServiceError):
        # botocore's parsers have errors of many kinds for what is no answer of AWS.
        logger.warning("an answer of AWS could not be read", exc_info=exception)
        raise QueryFailed("The answer of AWS could not be read.", retryable=True) from None


def read_body(body: Any, size_bytes: int) -> bytes:
    """All of a streamed answer of so many bytes. Raises QueryFailed, retryable: it broke off."""
    try:
        with closing(body):
            content: bytes = body.read()
    except (BotoCoreError, urllib3.exceptions.HTTPError, OSError):
        content = b""
    if len(content) != size_bytes:
        raise QueryFailed("AWS's answer broke off in the middle.", retryable=True)
    return content
