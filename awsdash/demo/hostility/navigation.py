"""Who sees the way to the page."""

from typing import Any

from django.http import HttpRequest


def emulator(request: HttpRequest) -> dict[str, Any]:
    return {"may_disturb_aws": request.user.is_authenticated and request.user.is_superuser}
