"""The list of jobs, its badge, and what is done to several of them."""

import time
from typing import Any, Final
from urllib.parse import urlencode
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from awsdash import ranges
from awsdash.accounts.models import Level
from awsdash.accounts.scope import scope_of
from awsdash.http import Request
from awsdash.jobs import lifecycle
from awsdash.jobs.badge import Badge
from awsdash.jobs.entries import entries_of
from awsdash.jobs.filters import ACTIVE, ALL, MINE, SHARED, Filters, filters_of, in_state
from awsdash.jobs.listing import Sheet, place_of, sheet_of
from awsdash.jobs.models import Batch, Job, Status
from services import registry
from services.errors import InvalidQuery

LIVE_DELAY_MS: Final = 2_000
CALM_DELAY_MS: Final = 10_000
# A list that takes long to find is asked for the less often: it takes a tenth of the time.
SELDOM: Final = 10
STATES: Final = (
    (ACTIVE, "Running or waiting"),
    *((state, state.replace("_", " ").capitalize()) for state in Status.values),
)
TABS: Final = ((MINE, "Mine"), (SHARED, "Shared with me"), (ALL, "Everybody's"))


@require_GET
def jobs(request: Request) -> HttpResponse:
    """The jobs and batches that the address asks for; the list alone while filters are typed."""
    filters = filters_of(request.user, request.GET.dict())
    is_fragment = request.htmx and not request.htmx.history_restore_request
    if is_fragment:
        response = render(request, "jobs/_jobs.html", _list_context(request, filters))
        own = reverse("jobs")
        response["HX-Push-Url"] = f"{own}?{filters.query}" if filters.query else own
        return response
    context = {**_list_context(request, filters), **_form_context(request, filters)}
    return render(request, "jobs/jobs.html", context)


@require_GET
def poll(request: Request) -> HttpResponse:
    """The list as it stands; 204 while it is what the page already shows."""
    filters = filters_of(request.user, request.GET.dict())
    began = time.perf_counter()
    sheet = _sheet(request, filters)
    delay_ms = _delay_ms(sheet, (time.perf_counter() - began) * 1000)
    if request.GET.get("seen") == sheet.etag:
        return HttpResponse(status=204, headers={"Poll-Delay-Ms": str(delay_ms)})
    return render(request, "jobs/_jobs.html", _list_context(request, filters, sheet, delay_ms))


@require_GET
def badge(request: Request) -> HttpResponse:
    """How many jobs of the reader have not ended; 204 while the page already shows that."""
    badge = Badge(request.user)
    if request.GET.get("seen") == str(badge.count):
        return HttpResponse(status=204, headers={"Poll-Delay-Ms": str(badge.delay_ms)})
    return render(request, "jobs/_badge.html", {"badge": badge})


@require_POST
def cancel(request: Request) -> HttpResponse:
    """Cancel what is picked, of jobs and of batches whole, as far as the reader may."""
    filters = filters_of(request.user, request.GET.dict())
    picked = [_uuid(text) for text in request.POST.getlist("just") or request.POST.getlist("pick")]
    user = request.user
    for job in Job.objects.visible_to(user).ruled_by(user).filter(in_state(ACTIVE), pk__in=picked):
        lifecycle.cancel(user, job)
    for batch in Batch.objects.visible_to(user).filter(pk__in=picked):
        if user.is_superuser or batch.owner_id == user.pk:
            lifecycle.cancel_batch(user, batch)
    if not request.htmx:
        return redirect(f"{reverse('jobs')}?{request.GET.urlencode()}")
    return render(request, "jobs/_jobs.html", _list_context(request, filters))


def _uuid(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError:
        raise InvalidQuery("pick: not the id of a job", hint="Pick rows of the list.") from None


def _sheet(request: Request, filters: Filters) -> Sheet:
    return sheet_of(request.user, filters, place_of(request.GET.get("before", "")))


def _delay_ms(sheet: Sheet, took_ms: float) -> int:
    usual_ms = LIVE_DELAY_MS if sheet.may_change else CALM_DELAY_MS
    return max(usual_ms, min(round(took_ms * SELDOM), CALM_DELAY_MS))


def _list_context(
    request: Request, filters: Filters, sheet: Sheet | None = None, delay_ms: int = LIVE_DELAY_MS
) -> dict[str, Any]:
    """What `jobs/_jobs.html` needs."""
    before = request.GET.get("before", "")
    sheet = sheet or _sheet(request, filters)
    here = {**filters.options, **({"before": before} if before else {})}
    older = {**filters.options, "before": sheet.after.cursor} if sheet.after else None
    return {
        "filters": filters,
        "entries": entries_of(request.user, sheet),
        "has_people": filters.tab != MINE,
        "query": urlencode(here),
        "seen": sheet.etag,
        "poll_delay_ms": delay_ms,
        "older": urlencode(older) if older else "",
        "is_newest": not before,
    }


def _form_context(request: Request, filters: Filters) -> dict[str, Any]:
    """What the filters offer."""
    place = [filters.account_id], [filters.region]
    return {
        "tabs": [(name, title) for name, title in TABS if name != ALL or request.user.is_superuser],
        "states": STATES,
        "operations": registry.known_operations().values(),
        "scope": scope_of(request.user, Level.VIEW, *place, form="query", may_be_all=True),
        "range": ranges.range_of(filters.options),
    }
