"""The choices of the command palette."""

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from awsdash.http import Request
from awsdash.palette.choices import groups_for


@require_GET
def palette(request: Request) -> HttpResponse:
    """The fragment below the palette's input; `?q=` narrows it."""
    text = request.GET.get("q", "")
    context = {"q": text, "groups": groups_for(request.user, text)}
    return render(request, "palette/_choices.html", context)
