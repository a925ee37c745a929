"""The reference of the JavaScript functions."""

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from awsdash.agent import docs
from awsdash.http import Request
from services import registry


@require_GET
def reference(request: Request) -> HttpResponse:
    functions = [
        (operation, docs.signature_of(operation), docs.options_of(operation), operation.columns)
        for operation in registry.all_operations().values()
    ]
    return render(request, "agent/reference.html", {"functions": functions})
