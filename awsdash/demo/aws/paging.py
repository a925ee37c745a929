"""Pages of a list, with continuation tokens as AWS has them: opaque, and bound to their request."""

import hashlib
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Sequence
from typing import TypeVar

import orjson

from awsdash.demo.aws.protocol import AwsError

T = TypeVar("T")


def page_of(
    rows: Sequence[T], limit: int, token: str | None, request: object, invalid: AwsError
) -> tuple[Sequence[T], str | None]:
    """The rows at the token and the next one's token, None at the end.

    `request` is what a token must come back with: all parameters but the token and the page's size.
    Another request's token, or a text that is none, raises `invalid`.
    """
    start = read_token(token, request, invalid) if token is not None else 0
    rest = start + limit
    return rows[start:rest], write_token(rest, request) if rest < len(rows) else None


def write_token(position: int, request: object) -> str:
    """The position may be of any size."""
    return urlsafe_b64encode(orjson.dumps([_digest(request), str(position)])).decode()


def read_token(token: str, request: object, invalid: AwsError) -> int:
    try:
        digest, position = orjson.loads(urlsafe_b64decode(token))
        if digest == _digest(request):
            return int(position)
    except (ValueError, TypeError):
        pass
    raise invalid


def _digest(request: object) -> str:
    written = orjson.dumps(request, option=orjson.OPT_SORT_KEYS | orjson.OPT_NON_STR_KEYS)
    return hashlib.blake2s(written, digest_size=9).hexdigest()
