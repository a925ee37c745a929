"""The time zone that a person reads and writes times in: UTC, or their own at a click."""

from collections.abc import Callable
from typing import Final
from zoneinfo import ZoneInfo

from django.http import HttpRequest, HttpResponse
from django.utils import timezone

COOKIE: Final = "zone"


class ZoneMiddleware:
    """Pages are in the zone that the cookie `zone` names; without one, or with nonsense, in UTC."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        with timezone.override(_zone_of(request.COOKIES.get(COOKIE, ""))):
            return self.get_response(request)


def _zone_of(name: str) -> ZoneInfo | None:
    try:
        return ZoneInfo(name) if name else None
    except (KeyError, ValueError, OSError):
        return None
