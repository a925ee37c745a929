"""Every shared part and every state it can be in: what `/components/` lists.

A state is one of the product's templates with made-up data. Parts whose markup may be repeated on
a page stand on the list itself; those with ids of their own have a page for each state.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, Final, get_args

from django.contrib.auth.forms import AuthenticationForm
from django.utils import timezone

from awsdash.demo.components import batching, cast, exploring, listing, results, viewing
from awsdash.demo.components.viewing import Context
from awsdash.explorer.links import Button
from awsdash.explorer.models import CellState
from awsdash.jobs.drawing import draw
from awsdash.jobs.models import Status
from awsdash.jobs.quotas import Limits
from awsdash.jobs.reading import Lens
from awsdash.palette.choices import Choice, Group
from services import base, errors

FEW_A_SECOND: Final = Limits(base.Rate("logs:FilterLogEvents", per_s=10), None)
TWENTY_AT_ONCE: Final = Limits(FEW_A_SECOND.rate, 20)
VIEWER: Final = "queries/viewer.html"
EXPLORER: Final = "explorer/explorer.html"
ROW: Final = "components/row.html"


@dataclass(frozen=True)
class State:
    """One page: a template in a state. `zone` is the reader's."""

    title: str
    template: str
    context: Callable[[], Context]
    zone: str = "UTC"


@dataclass(frozen=True)
class Part:
    """A section of the list: what stands on it, and the states that have pages of their own."""

    title: str
    template: str = ""
    context: Callable[[], Context] = dict
    states: Mapping[str, State] | None = None


def _buttons() -> Context:
    url = "/run/cloudwatch_logs.filter_events/"
    return {
        "buttons": [
            Button("View logs", "logs", url),
            Button("View logs", "logs", url, "execution"),
            Button("No log group", "logs", "", "/aws/lambda/checkout-refund does not exist."),
        ]
    }


def _tags() -> Context:
    return {
        "levels": get_args(base.Level),
        "statuses": Status.values,
        "cell_states": CellState.values,
    }


def _scopes() -> Context:
    return {
        "scopes": [
            ("One account", cast.scope(form="scope-one")),
            ("All accounts", cast.scope(form="scope-all", chosen=None)),
            ("No account", cast.scope((), form="scope-none")),
            ("Many accounts: they can be narrowed", cast.scope(cast.MANY, form="scope-many")),
            (
                "Several accounts and regions",
                cast.scope(form="scope-several", chosen=(0, 1, 2), regions=cast.REGIONS[:2]),
            ),
        ]
    }


def _histograms() -> Context:
    drawn = {
        "With errors and warnings": results.incident(),
        "One error among thousands": results.bars(*[(4000, 0, 0)] * 9, (3900, 1, 2)),
        "Without a level": results.bars(*[(n * 7 % 30 + 2, 0, 0) for n in range(30)]),
        "With gaps": results.bars((3, 0, 0), (0, 0, 0), (0, 0, 0), (9, 9, 0), (0, 0, 0), (1, 0, 1)),
        "One bar": results.bars((12, 2, 3)),
    }
    return {"histograms": [(title, draw(bars)) for title, bars in drawn.items()]}


def _failures() -> Context:
    told = (viewing.DENIED, viewing.THROTTLED, viewing.FAILED, viewing.TIMED_OUT, viewing.CANCELLED)
    jobs = [results.job(Status.FAILED, error=error) for error in told]
    return {"executions": [job.execution for job in jobs]}


def _choices(q: str, groups: Sequence[Group]) -> Context:
    return {"q": q, "groups": groups}


def _found() -> Context:
    place = "checkout-charge · payments-prod eu-west-1"
    return _choices(
        "check",
        [
            Group("Places", [Choice("Log events", "CloudWatch Logs", "logs", "/", "g l")]),
            Group(
                "Resources",
                [
                    Choice("checkout-charge", f"Lambda function · {place}", "explorer", "/"),
                    Choice("View logs", place, "logs", "/"),
                    Choice("View logs " + "of-a-very-long-name-" * 6, place * 3, "logs", "/"),
                ],
            ),
            Group("Your jobs", [Choice("Log events /a", "3 min ago · failed", "logs", "/")]),
        ],
    )


def _suggested(**suggestion: Any) -> Context:
    return {"suggestion": {"typed": "/aws/la", "choices": [], "error_message": "", **suggestion}}


def _sign_in(*, is_refused: bool) -> Context:
    # Without a password nobody is looked up.
    form = AuthenticationForm(data={"username": "mira"} if is_refused else None)
    if is_refused:
        form.add_error(None, form.get_invalid_login_error())
    return {"form": form, "next": ""}


def _error(error: errors.ServiceError) -> State:
    return State(error.code, "error.html", lambda: {"error": error})


def _viewer(title: str, context: Callable[[], Context], zone: str = "UTC") -> State:
    return State(title, VIEWER, context, zone)


def _range(title: str, start: str, end: str, zone: str = "UTC") -> State:
    asked = {**results.ASKED, "startTime": start, "endTime": end}
    return _viewer(title, lambda: viewing.viewer(asked), zone)


def _list(title: str, context: Callable[[], Context]) -> State:
    return State(title, "jobs/jobs.html", context)


def _explorer(title: str, **changes: Any) -> State:
    return State(title, EXPLORER, lambda: exploring.page(**changes))


_RANGES: Final = {
    "relative": _range("Relative", "-3h", ""),
    "absolute": _range("Absolute", "2026-11-22 11:02:00", "2026-11-22 14:02:00"),
    "any": _range("Any time", "", ""),
    "local": _range("In the reader's zone", "2026-11-22T11:02:00+00:00", "now", "Europe/Berlin"),
}
_FORMS: Final = {
    "empty": _viewer("Empty: nothing has run yet", lambda: viewing.viewer({})),
    "filled": _viewer("Filled in, folded", viewing.viewer),
    "values": _viewer(
        "Several values",
        lambda: viewing.viewer({**results.ASKED, "logStreamNames": [results.STREAM, "2026/b"]}),
    ),
    "refused": _viewer("With errors", partial(viewing.refused, is_folded_wrong=False)),
    "unfolded": _viewer("Unfolded by an error", partial(viewing.refused, is_folded_wrong=True)),
    "no-account": _viewer("Nobody granted an account", lambda: viewing.viewer({}, cast.scope(()))),
}
_JOBS: Final = {
    "queued": _viewer("Queued: loading", viewing.queued()),
    "queued-behind": _viewer("Queued behind others", viewing.queued(ahead=12, room=FEW_A_SECOND)),
    "queued-full": _viewer("AWS has no room", viewing.queued(ahead=3, room=TWENTY_AT_ONCE)),
    "at-aws": _viewer("AWS works on it", viewing.at_aws()),
    "ready": _viewer("AWS is done", viewing.at_aws(ready_at=timezone.now())),
    "stopping": _viewer("Cancelled, AWS is being told", viewing.stopping),
    "reused": _viewer("Another's, from a result that was there", viewing.reused),
    "running": _viewer("Running: loading", viewing.running),
    "partial": _viewer("Running, some rows are there", partial(viewing.running, 10)),
    "waiting": _viewer("Throttled, tried again by itself", viewing.waiting),
    "succeeded": _viewer("Succeeded", viewing.succeeded()),
    "more": _viewer("There is more in AWS, shared, many rows", viewing.long),
    "failed": _viewer("Failed", viewing.stopped(Status.FAILED, viewing.FAILED)),
    "failed-partly": _viewer(
        "Failed, some rows are there", viewing.stopped(Status.FAILED, viewing.FAILED, 10)
    ),
    "denied": _viewer("Denied", viewing.stopped(Status.FAILED, viewing.DENIED)),
    "throttled": _viewer("Throttled for good", viewing.stopped(Status.FAILED, viewing.THROTTLED)),
    "timed-out": _viewer("Timed out", viewing.stopped(Status.TIMED_OUT, viewing.TIMED_OUT, 10)),
    "cancelled": _viewer("Cancelled", viewing.stopped(Status.CANCELLED, viewing.CANCELLED)),
}
_BATCHES: Final = {name: _viewer(*state) for name, state in batching.STATES.items()}
_TABLES: Final = {
    "search": _viewer("What a search found", viewing.succeeded(Lens("timeout 3000"))),
    "near": _viewer(
        "A word that comes near", viewing.succeeded(Lens("timout"), nearby={"timout": ["timeout"]})
    ),
    "level": _viewer("One level", viewing.succeeded(Lens(level="warning"))),
    "ascending": _viewer("Sorted by message", viewing.succeeded(Lens(sort="message"))),
    "descending": _viewer("Sorted, falling", viewing.succeeded(Lens(sort="-message"))),
    "no-match": _viewer("Nothing matches", viewing.succeeded(Lens("nobody said this"), bars=())),
    "nothing": _viewer("AWS found nothing", viewing.succeeded(given=(), bars=())),
}
_ROWS: Final = {
    "tree": State("JSON as a tree", ROW, viewing.nested),
    "cut": State("A tree that was cut", ROW, viewing.cut),
    "text": State("Plain text", ROW, viewing.plain),
}
_EXPLORERS: Final = {
    "table": State("Resources", EXPLORER, exploring.table),
    "trouble": State("Cells that could not be read", EXPLORER, exploring.troubled),
    "scanning": State("A scan runs", EXPLORER, exploring.scanning),
    "beginning": State("A scan begins", EXPLORER, exploring.beginning),
    "many": State("Many resources, many accounts", EXPLORER, exploring.many),
    "no-match": _explorer("Nothing matches", q="nobody"),
    "unscanned": _explorer("Never scanned", cells=0, cells_read=0),
    "may-not-scan": _explorer("Never scanned, and one may not", may_scan=False),
    "no-account": _explorer(
        "Nobody granted an account",
        scope=cast.scope((), form="find", chosen=None),
        may_scan=False,
        may_view=False,
    ),
}
_LISTS: Final = {
    "running": _list("What runs and what ran", listing.busy),
    "everybody": _list("Everybody's, as an administrator", listing.everybody),
    "long": _list("More than a page", listing.many),
    "nothing": _list("Nothing has run", listing.page),
    "no-match": _list("Nothing matches", listing.no_match),
    "unshared": _list("Nothing is shared", listing.unshared),
    "older": _list("Nothing older", listing.beyond),
}
_SHARES: Final = {
    "groups": State("Groups", "components/shares.html", listing.shares),
    "none": State("No group", "components/shares.html", partial(listing.shares, ())),
}
_PALETTE: Final = {
    "found": State("Choices", "components/choices.html", _found),
    "nothing": State("Nothing matches", "components/choices.html", partial(_choices, "zzz", ())),
}
_GROUPS: Final = [
    base.Choice("/aws/lambda/checkout-charge", "1.8 GB, kept 30 days"),
    base.Choice("/aws/lambda/" + "orders-to-warehouse-" * 6, "never expires"),
]
_SUGGESTIONS: Final = {
    "found": State("Choices", "components/suggestions.html", partial(_suggested, choices=_GROUPS)),
    "nothing": State("Nothing begins so", "components/suggestions.html", _suggested),
    "denied": State(
        "Denied",
        "components/suggestions.html",
        partial(_suggested, error_message="Not authorized. Ask for logs:DescribeLogGroups."),
    ),
}
_SIGN_INS: Final = {
    "empty": State("Empty", "accounts/sign_in.html", partial(_sign_in, is_refused=False)),
    "refused": State("Refused", "accounts/sign_in.html", partial(_sign_in, is_refused=True)),
}
_ERRORS: Final = {
    "denied": _error(viewing.DENIED),
    "not-found": _error(errors.NotFound("There is no operation nobody.nothing.")),
    "404": State("404", "404.html", dict),
    "500": State("500", "500.html", dict),
}

PARTS: Final[Mapping[str, Part]] = {
    "buttons": Part("Buttons", "components/_buttons.html", _buttons),
    "tags": Part("Tags", "components/_tags.html", _tags),
    "scope": Part("Scope picker", "components/_scopes.html", _scopes),
    "range": Part("Time range control", states=_RANGES),
    "form": Part("Form", states=_FORMS),
    "suggestions": Part("Live choices of a field", states=_SUGGESTIONS),
    "histogram": Part("Histogram", "components/_histograms.html", _histograms),
    "job": Part("Status line and result", states=_JOBS),
    "batch": Part("Batch", states=_BATCHES),
    "jobs": Part("List of jobs", states=_LISTS),
    "shares": Part("Who sees a job", states=_SHARES),
    "table": Part("Table", states=_TABLES),
    "row": Part("One row in detail", states=_ROWS),
    "notices": Part("Notices", "components/_notices.html", _failures),
    "errors": Part("Error pages", states=_ERRORS),
    "explorer": Part("Explorer", states=_EXPLORERS),
    "palette": Part("Jump to anything", states=_PALETTE),
    "dialogs": Part("Dialogs", "components/_dialogs.html"),
    "sign-in": Part("Sign-in", states=_SIGN_INS),
}
