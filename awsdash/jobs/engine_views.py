"""The administrators' page of the engine: what waits and runs, what is stored, and their rules."""

import hashlib
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import Any, Concatenate, Final, ParamSpec

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_POST

from awsdash.http import Request
from awsdash.jobs import figures, lanes, limits
from awsdash.jobs.engine_forms import QuotaForm, RetentionForm
from awsdash.jobs.models import QuotaOverride
from services.errors import AccessDenied

QUEUE_DELAY_MS: Final = 2_000
STORAGE_DELAY_MS: Final = 15_000
# What takes long to count is asked for the less often: it takes a twentieth of the time.
SELDOM: Final = 20
P = ParamSpec("P")


def administrators_only(
    view: Callable[Concatenate[Request, P], HttpResponse],
) -> Callable[Concatenate[Request, P], HttpResponse]:
    @wraps(view)
    def checked(request: Request, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        if not request.user.is_superuser:
            raise AccessDenied("Only administrators see the engine.", hint="Ask one of them.")
        return view(request, *args, **kwargs)

    return checked


@dataclass(frozen=True, slots=True)
class Live:
    """Figures that a page keeps up to date: asks again after `delay_ms` what it has `seen`."""

    found: Any
    seen: str
    delay_ms: int


@require_GET
@administrators_only
def engine(request: Request) -> HttpResponse:
    """The whole page; `change` is the quota whose limits the form shows."""
    changed = request.GET.get("change", "")
    found = QuotaOverride.objects.filter(pk=changed).first() if changed.isdecimal() else None
    return _page(request, RetentionForm(), QuotaForm(changed=found))


@require_GET
@administrators_only
def queue(request: Request) -> HttpResponse:
    """The lanes as they are; 204 while the page shows just that."""
    return _fragment(request, "queue", _queue())


@require_GET
@administrators_only
def storage(request: Request) -> HttpResponse:
    """The figures of what is stored; 204 while the page shows just those."""
    return _fragment(request, "storage", _storage())


@require_POST
@administrators_only
def keep(request: Request) -> HttpResponse:
    """How long results stay, for each operation."""
    form = RetentionForm(request.POST)
    is_valid = form.is_valid()
    if is_valid:
        limits.keep_results(request.user, form.days)
    if not request.htmx:
        return redirect("engine") if is_valid else _page(request, form, QuotaForm(), status=422)
    context = {"retention": RetentionForm() if is_valid else form, "is_saved": is_valid}
    status = 200 if is_valid else 422
    return render(request, "jobs/_engine_retention.html", context, status=status)


@require_POST
@administrators_only
def set_quota(request: Request) -> HttpResponse:
    """Other limits for one API of one account; those it had before are replaced."""
    form = QuotaForm(request.POST)
    is_valid = form.is_valid()
    if is_valid:
        limits.set_quota(request.user, **form.cleaned_data)
    if not request.htmx:
        return redirect("engine") if is_valid else _page(request, RetentionForm(), form, status=422)
    return _quotas(request, form=None if is_valid else form)


@require_POST
@administrators_only
def remove_quota(request: Request, override_id: int) -> HttpResponse:
    """Back to AWS's defaults."""
    limits.remove_quota(request.user, get_object_or_404(QuotaOverride, pk=override_id))
    return _quotas(request) if request.htmx else redirect("engine")


def _page(
    request: Request, retention: RetentionForm, quota: QuotaForm, status: int = 200
) -> HttpResponse:
    context = {
        "queue": _queue(),
        "storage": _storage(),
        "retention": retention,
        "quota": quota,
        "overrides": lanes.overrides(),
    }
    return render(request, "jobs/engine.html", context, status=status)


def _quotas(request: Request, form: QuotaForm | None = None) -> HttpResponse:
    """The changes there are and the form; it comes back as it was where it was not valid."""
    context = {"quota": form or QuotaForm(), "overrides": lanes.overrides()}
    return render(request, "jobs/_engine_quotas.html", context, status=422 if form else 200)


def _queue() -> Live:
    return _live(lanes.lanes, QUEUE_DELAY_MS)


def _storage() -> Live:
    return _live(figures.storage, STORAGE_DELAY_MS)


def _live(read: Callable[[], object], least_ms: int) -> Live:
    began_s = time.perf_counter()
    found = read()
    took_ms = (time.perf_counter() - began_s) * 1000
    seen = hashlib.sha256(repr(found).encode()).hexdigest()[:16]
    return Live(found, seen, max(least_ms, round(took_ms * SELDOM)))


def _fragment(request: Request, name: str, live: Live) -> HttpResponse:
    if request.GET.get("seen") == live.seen:
        return HttpResponse(status=204, headers={"Poll-Delay-Ms": str(live.delay_ms)})
    return render(request, f"jobs/_engine_{name}.html", {name: live})
