"""The services in every page's navigation."""

from typing import Any

from django.http import HttpRequest

from services.registry import all_services


def services(request: HttpRequest) -> dict[str, Any]:
    return {"services": all_services()}
