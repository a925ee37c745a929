"""The component pages: every shared part in every state, by the product's own templates."""

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET

from awsdash.demo.components.catalog import PARTS
from awsdash.http import Request


@require_GET
def components(request: Request) -> HttpResponse:
    """The list of all parts."""
    parts = [(name, part, part.context()) for name, part in PARTS.items()]
    return render(request, "components/index.html", {"parts": parts})


@require_GET
def component(request: Request, part: str, state: str) -> HttpResponse:
    """One part in one state."""
    try:
        shown = (PARTS[part].states or {})[state]
    except KeyError:
        raise Http404 from None
    with timezone.override(shown.zone):
        return render(request, shown.template, shown.context())
