"""The page that makes the emulated AWS hostile, for administrators of the demo."""

from collections.abc import Callable
from functools import wraps
from typing import Any, Concatenate, Final, ParamSpec

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_POST

from awsdash.demo.hostility.client import Away, Emulator, emulator
from awsdash.demo.hostility.forms import HostilityForm
from awsdash.demo.hostility.presets import PRESETS
from awsdash.demo.hostility.telling import called_services, told_rules
from awsdash.http import Request
from services.errors import AccessDenied

POLL_DELAY_MS: Final = 2000
P = ParamSpec("P")


def administrators_only(
    view: Callable[Concatenate[Request, P], HttpResponse],
) -> Callable[Concatenate[Request, P], HttpResponse]:
    @wraps(view)
    def checked(request: Request, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        if not request.user.is_superuser:
            raise AccessDenied("Only administrators may make AWS hostile.", hint="Ask one of them.")
        return view(request, *args, **kwargs)

    return checked


@require_GET
@administrators_only
def page(request: Request) -> HttpResponse:
    return render(request, "hostility/page.html", {**_form_context(), **_state()})


@require_GET
@administrators_only
def state(request: Request) -> HttpResponse:
    """The fragment that the page polls: rules, quotas and counts."""
    return render(request, "hostility/_state.html", _state())


@require_POST
@administrators_only
def add(request: Request) -> HttpResponse:
    """Puts a preset in force in the scope that was chosen."""
    form = HostilityForm(request.POST)
    if form.is_valid():
        return _act(request, lambda aws: aws.add_rule(form.rule()), form)
    return _show(request, form, status=422)


@require_POST
@administrators_only
def remove(request: Request, rule_id: str) -> HttpResponse:
    return _act(request, lambda aws: aws.remove_rule(rule_id))


@require_POST
@administrators_only
def calm(request: Request) -> HttpResponse:
    """Clears all: rules and quotas."""
    return _act(request, Emulator.calm_down)


@require_POST
@administrators_only
def quotas(request: Request) -> HttpResponse:
    """`enforced` is 1 or absent."""
    is_wanted = request.POST.get("enforced") == "1"
    return _act(request, lambda aws: aws.enforce_quotas(is_wanted))


@require_POST
@administrators_only
def forget_calls(request: Request) -> HttpResponse:
    return _act(request, Emulator.forget_calls)


def _act(
    request: Request, act: Callable[[Emulator], None], form: HostilityForm | None = None
) -> HttpResponse:
    try:
        act(emulator())
    except Away:
        return _show(request, form, status=502)
    return _show(request, form) if request.htmx else redirect("emulator")


def _show(request: Request, form: HostilityForm | None, status: int = 200) -> HttpResponse:
    """What changed: the form comes along where it was sent."""
    context = {**_form_context(form), **_state(), "with_form": form is not None}
    template = "hostility/_changed.html" if request.htmx else "hostility/page.html"
    return render(request, template, context, status=status)


def _form_context(form: HostilityForm | None = None) -> dict[str, Any]:
    return {"form": form or HostilityForm(), "presets": PRESETS}


def _state() -> dict[str, Any]:
    aws = emulator()
    try:
        rules, quotas, calls = aws.rules(), aws.quotas(), aws.calls()
    except Away:
        return {"is_away": True, "poll_delay_ms": POLL_DELAY_MS}
    services = called_services(calls, quotas["throttled"])
    return {
        "rules": told_rules(rules),
        "quotas": quotas,
        "throttled": sum(service.throttled for service in services),
        "called": services,
        "poll_delay_ms": POLL_DELAY_MS,
    }
