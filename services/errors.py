"""One tree of errors: the same code, message and hint reach page, API, script and notice."""

from typing import ClassVar


class ServiceError(Exception):
    """Something a person can be told. Not a bug of ours.

    `message` says what happened, `hint` what to do about it; `retryable` means the same
    request may succeed later without anybody changing anything.
    """

    default_hint: ClassVar[str] = ""
    default_retryable: ClassVar[bool] = False

    def __init__(
        self, message: str, *, hint: str | None = None, retryable: bool | None = None
    ) -> None:
        super().__init__(message)
        self.message = message
        self.hint = self.default_hint if hint is None else hint
        self.retryable = self.default_retryable if retryable is None else retryable

    @property
    def code(self) -> str:
        return type(self).__name__


class InvalidQuery(ServiceError):
    """The query cannot be run as written. `fields` maps an option to what is wrong with it."""

    default_hint = "Correct the named option and run the query again."

    def __init__(
        self, message: str, *, hint: str | None = None, fields: dict[str, str] | None = None
    ) -> None:
        super().__init__(message, hint=hint)
        self.fields = fields or {}


class AccessDenied(ServiceError):
    default_hint = "Ask an administrator for the missing permission."


class Throttled(ServiceError):
    default_hint = "AWS limits this call. The query is tried again by itself."
    default_retryable = True


class NotFound(ServiceError):
    default_hint = "Check the name, the account and the region."


class NotEnabled(ServiceError):
    default_hint = "Enable the region or the service in this account first."


class QueryFailed(ServiceError):
    default_hint = "Run it again; if it keeps failing, the message above comes from AWS."


class TimedOut(ServiceError):
    default_hint = "Narrow the time range or the filter, or lower the limit."


class Cancelled(ServiceError):
    default_hint = "Run it again when you need it."
