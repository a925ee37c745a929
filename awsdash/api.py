"""The REST API under /api/v1: one router an app."""

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from ninja import NinjaAPI
from ninja.errors import AuthenticationError, HttpError, ValidationError
from ninja.security import django_auth

from awsdash import rest
from awsdash.accounts.api import router as accounts
from awsdash.agent.api import router as agent
from awsdash.explorer.api import router as explorer
from awsdash.jobs.api import router as jobs
from awsdash.jobs.batch_api import router as batches
from awsdash.sandbox.api import router as sql
from services.errors import ServiceError

api = NinjaAPI(
    title="AWS Dash",
    version="1",
    urls_namespace="api",
    auth=[rest.BearerToken(), django_auth],
    # The library's own pages load scripts from elsewhere and let everybody in.
    docs_url=None,
    openapi_url=None,
)
for router in (accounts, jobs, batches, sql, explorer, agent):
    api.add_router("", router)


@api.get("/openapi.json", include_in_schema=False)
def openapi(request: HttpRequest) -> HttpResponse:
    """This API as an OpenAPI document."""
    return JsonResponse(api.get_openapi_schema())


@api.exception_handler(ServiceError)
def _service_error(request: HttpRequest, error: ServiceError) -> HttpResponse:
    return rest.problem_of(error)


@api.exception_handler(AuthenticationError)
def _not_signed_in(request: HttpRequest, error: AuthenticationError) -> HttpResponse:
    return rest.problem(
        401,
        "NotAuthenticated",
        "There is no valid token or session.",
        "Send `Authorization: Bearer <token>`.",
    )


@api.exception_handler(Http404)
def _not_found(request: HttpRequest, error: Http404) -> HttpResponse:
    return rest.problem(404, "NotFound", "There is nothing here.", "Check the id.")


@api.exception_handler(HttpError)
def _http_error(request: HttpRequest, error: HttpError) -> HttpResponse:
    return rest.problem(error.status_code, "BadRequest", error.message, "Correct the request.")


@api.exception_handler(ValidationError)
def _invalid(request: HttpRequest, error: ValidationError) -> HttpResponse:
    fields = {str(problem["loc"][-1]): str(problem["msg"]) for problem in error.errors}
    message = "; ".join(f"{name}: {text}" for name, text in fields.items())
    return rest.problem(422, "InvalidRequest", message, "Correct the named members.", fields)
