"""The explorer page."""

from typing import Any, Final
from urllib.parse import urlencode

from django.core.paginator import Paginator
from django.db.models import Count
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_POST

from awsdash.accounts.models import Account, Level
from awsdash.accounts.scope import scope_of
from awsdash.explorer import lifecycle
from awsdash.explorer.links import buttons_for
from awsdash.explorer.models import CellState, Resource, ScanCell
from awsdash.http import Request

PER_PAGE: Final = 100
POLL_DELAY_MS: Final = 700
TROUBLED_SHOWN: Final = 12


@require_GET
def explorer(request: Request) -> HttpResponse:
    """The resources the person may see; `?q=` and the scope filter, `?page=` turns."""
    return render(request, "explorer/explorer.html", _context(request))


@require_GET
def resources(request: Request) -> HttpResponse:
    """The fragment that the page polls while a scan runs."""
    context = _context(request)
    if context["seen"] == request.GET.get("seen"):
        return HttpResponse(status=204, headers={"Poll-Delay-Ms": str(POLL_DELAY_MS)})
    return render(request, "explorer/_resources.html", context)


@require_POST
def scan(request: Request) -> HttpResponse:
    lifecycle.scan(request.user)
    return redirect("explorer")


def _context(request: Request) -> dict[str, Any]:
    text = request.GET.get("q", "").strip()
    place = request.GET.get("accountId", ""), request.GET.get("region", "")
    chosen = ([name] for name in place)
    scope = scope_of(request.user, Level.VIEW, *chosen, form="find", may_be_all=True)
    found = Resource.objects.visible_to(request.user).matching(text).within(scope)
    page = Paginator(found, PER_PAGE).get_page(request.GET.get("page"))
    cells = ScanCell.objects.visible_to(request.user)
    counts = dict(cells.order_by().values_list("state").annotate(Count("pk")))
    unread = counts.get(CellState.QUEUED, 0) + counts.get(CellState.RUNNING, 0)
    runnable = set(Account.objects.visible_to(request.user, Level.RUN).values_list("pk", flat=True))
    buttons = buttons_for([r for r in page if r.account_id in runnable])
    return {
        "q": text,
        "scope": scope,
        "query": urlencode({"q": text, "accountId": place[0], "region": place[1]}),
        "is_narrowed": bool(text or scope.account or scope.region),
        "page": page,
        "rows": [(r, buttons.get(r.pk, [])) for r in page],
        "cells": sum(counts.values()),
        "cells_read": sum(counts.values()) - unread,
        "failed_cells": cells.filter(state__in=_TROUBLED)[:TROUBLED_SHOWN],
        "is_scanning": unread > 0,
        "seen": f"{page.paginator.count}-{unread}",
        "poll_delay_ms": POLL_DELAY_MS,
        "may_scan": bool(runnable),
        "may_view": Account.objects.visible_to(request.user).exists(),
    }


_TROUBLED: Final = [
    CellState.DENIED,
    CellState.NOT_ENABLED,
    CellState.THROTTLED,
    CellState.FAILED,
]
