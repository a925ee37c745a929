"""What every API route shares: camelCase outside, problem+json errors, bearer tokens."""

import json
from typing import Any, cast

from django.http import HttpRequest, HttpResponse
from ninja import Schema
from ninja.security import HttpBearer
from pydantic import ConfigDict
from pydantic.alias_generators import to_camel

from awsdash.accounts.lifecycle import digest_of
from awsdash.accounts.models import ApiToken, User
from awsdash.http import Request, status_of
from services.errors import ServiceError


class ApiModel(Schema):
    """A body of the API."""

    model_config = ConfigDict(alias_generator=to_camel, populate_by_name=True, extra="forbid")


class Problem(ApiModel):
    """RFC 9457's members, and what to do about it."""

    title: str
    status: int
    code: str
    message: str
    hint: str
    fields: dict[str, str] = {}


def problem(
    status: int, code: str, message: str, hint: str, fields: dict[str, str] | None = None
) -> HttpResponse:
    body = Problem(
        title=code, status=status, code=code, message=message, hint=hint, fields=fields or {}
    )
    return HttpResponse(
        json.dumps(body.dict()), status=status, content_type="application/problem+json"
    )


def problem_of(error: ServiceError) -> HttpResponse:
    fields = getattr(error, "fields", None)
    return problem(status_of(error), error.code, error.message, error.hint, fields)


def person_of(request: HttpRequest) -> User:
    """Who calls: every route is behind authentication."""
    return cast(Request, request).user


class BearerToken(HttpBearer):
    """`Authorization: Bearer awsdash_…`, looked up by its digest."""

    def authenticate(self, request: HttpRequest, token: str) -> Any:
        found = ApiToken.objects.valid().select_related("user").filter(digest=digest_of(token))
        api_token = found.first()
        if api_token is None:
            return None
        request.user = api_token.user
        return api_token.user
