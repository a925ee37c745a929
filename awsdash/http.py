"""What every view may rely on: a signed-in person, and errors that say what to do."""

from collections.abc import Callable
from typing import Any, Final
from urllib.parse import urlencode, urlsplit

from django.conf import settings
from django.contrib.auth.middleware import LoginRequiredMiddleware
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.middleware.gzip import GZipMiddleware
from django.shortcuts import render, resolve_url
from django.utils.cache import patch_cache_control
from django_htmx.http import HttpResponseClientRedirect
from django_htmx.middleware import HtmxDetails

from awsdash.accounts.models import User
from services.errors import (
    AccessDenied,
    InvalidQuery,
    NotEnabled,
    NotFound,
    ServiceError,
    Throttled,
)

API_PREFIX: Final = "/api/"
_STATUS: Final[dict[type[ServiceError], int]] = {
    InvalidQuery: 422,
    AccessDenied: 403,
    NotFound: 404,
    NotEnabled: 409,
    Throttled: 429,
}


class Request(HttpRequest):
    """A request of a signed-in person."""

    user: User
    htmx: HtmxDetails


class SignInRequiredMiddleware(LoginRequiredMiddleware):
    """Pages ask for a sign-in; the API answers 401 by itself."""

    def process_view(
        self, request: HttpRequest, view_func: Callable[..., Any], view_args: Any, view_kwargs: Any
    ) -> HttpResponseBase | None:
        if request.path.startswith(API_PREFIX):
            return None
        response = super().process_view(request, view_func, view_args, view_kwargs)
        if response is not None and request.headers.get("HX-Request") == "true":
            # A fragment must not become the sign-in page: the whole page goes there.
            page = urlsplit(request.headers.get("HX-Current-URL", "/")).path
            sign_in = resolve_url(settings.LOGIN_URL)
            return HttpResponseClientRedirect(f"{sign_in}?{urlencode({'next': page})}")
        return response


def status_of(error: ServiceError) -> int:
    """The HTTP status of an error; 502 where AWS is at fault."""
    return next((status for kind, status in _STATUS.items() if isinstance(error, kind)), 502)


class PagesGZipMiddleware(GZipMiddleware):
    """Compresses pages, not downloads: Django would do it chunk by chunk, at ten times the work."""

    def process_response(self, request: HttpRequest, response: HttpResponseBase) -> Any:
        if response.streaming and response.has_header("Content-Disposition"):
            return response
        return super().process_response(request, response)


class NoStoreMiddleware:
    """What a signed-in person saw is in no cache after they signed out."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if request.user.is_authenticated:
            patch_cache_control(response, private=True, no_store=True)
        return response


class ServiceErrorMiddleware:
    """A ServiceError that a page view raises becomes a page with its message and hint."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        if not isinstance(error, ServiceError):
            return None
        status = status_of(error)
        is_fragment = getattr(request, "htmx", False)
        template = "_error.html" if is_fragment else "error.html"
        return render(request, template, {"error": error, "status": status}, status=status)
