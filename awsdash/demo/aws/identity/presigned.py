"""URLs that are signed in their query: by version 4 of AWS's signatures, or by S3's version 2."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qs
from wsgiref.types import WSGIEnvironment


def token_of(environ: WSGIEnvironment) -> str | None:
    """The session token."""
    query = _query(environ)
    return _first(query, "X-Amz-Security-Token") or _first(query, "x-amz-security-token")


def has_expired(environ: WSGIEnvironment) -> bool:
    """False for what is signed otherwise, or not at all."""
    ends_at = _end(_query(environ))
    return ends_at is not None and ends_at <= datetime.now(UTC)


def name_service(environ: WSGIEnvironment) -> None:
    """Tells moto the service where it looks for it: in the header."""
    credential = _first(_query(environ), "X-Amz-Credential")
    if credential is not None and "HTTP_AUTHORIZATION" not in environ:
        environ["HTTP_AUTHORIZATION"] = (
            f"AWS4-HMAC-SHA256 Credential={credential}, SignedHeaders=host"
        )


def _query(environ: WSGIEnvironment) -> Mapping[str, Sequence[str]]:
    text = environ.get("QUERY_STRING", "")
    return parse_qs(text) if "Signature=" in text else {}


def _end(query: Mapping[str, Sequence[str]]) -> datetime | None:
    try:
        if (expires := _first(query, "Expires")) is not None:
            return datetime.fromtimestamp(int(expires), UTC)
        signed_at, lasts_s = _first(query, "X-Amz-Date"), _first(query, "X-Amz-Expires")
        if signed_at is None or lasts_s is None:
            return None
        return datetime.fromisoformat(signed_at) + timedelta(seconds=int(lasts_s))
    except (OverflowError, ValueError):
        return None


def _first(query: Mapping[str, Sequence[str]], name: str) -> str | None:
    return next(iter(query.get(name, ())), None)
