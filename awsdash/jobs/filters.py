"""Which jobs a list is about: whose, in which state, of what, where and when."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from urllib.parse import urlencode

from django.db.models import Exists, OuterRef, Q, QuerySet

from awsdash import ranges
from awsdash.accounts.models import User
from awsdash.jobs.models import Batch, Execution, Job, Status
from awsdash.jobs.subjects import subject_names
from services import registry
from services.errors import AccessDenied, InvalidQuery
from services.query import parse_instant

MINE, SHARED, ALL = "mine", "shared", "all"
TABS: Final = (MINE, SHARED, ALL)
ACTIVE: Final = "active"
"""The state of all that has not ended."""
OPEN: Final = (Status.QUEUED, Status.RUNNING, Status.WAITING)
LONGEST_TEXT: Final = 200
# The names in an address, and the fields they fill.
NAMES: Final = {
    "tab": "tab",
    "state": "state",
    "operation": "operation",
    "accountId": "account_id",
    "region": "region",
    "q": "text",
    "person": "person",
    ranges.START: "start",
    ranges.END: "end",
}


@dataclass(frozen=True, slots=True)
class Filters:
    """What narrows the list; "" narrows nothing. `start` and `end` are as they were written."""

    tab: str = MINE
    state: str = ""
    operation: str = ""
    account_id: str = ""
    region: str = ""
    text: str = ""
    person: str = ""
    start: str = ""
    end: str = ""

    @property
    def options(self) -> dict[str, str]:
        """Those that narrow, by their names in an address."""
        told = {name: getattr(self, field) for name, field in NAMES.items()}
        return {name: value for name, value in told.items() if value and value != MINE}

    @property
    def query(self) -> str:
        """As an address has it: `state=active&q=checkout`."""
        return urlencode(self.options)

    @property
    def are_set(self) -> bool:
        """Whether anything but the tab narrows the list."""
        return bool(set(self.options) - {"tab"})


def filters_of(user: User, options: Mapping[str, str]) -> Filters:
    """The filters that an address asks for.

    Raises InvalidQuery for what there is not, AccessDenied for everybody's jobs unless `user` is
    an administrator.
    """
    given = {field: options.get(name, "").strip() for name, field in NAMES.items()}
    if given["tab"] in ("", MINE):
        given["person"] = ""
    filters = Filters(**{field: text for field, text in given.items() if text})
    _check(filters, "tab", TABS)
    _check(filters, "state", (ACTIVE, *Status.values))
    if filters.tab == ALL and not user.is_superuser:
        raise AccessDenied("Only administrators see everybody's jobs.", hint="Look at your own.")
    _range_of(filters)
    if "\x00" in "".join(given.values()) or len(filters.text) > LONGEST_TEXT:
        raise InvalidQuery(f"q: write at most {LONGEST_TEXT} characters, none of them NUL")
    return filters


def _check(filters: Filters, name: str, known: tuple[str, ...]) -> None:
    value = getattr(filters, name)
    if value and value not in known:
        hint = f"Use {', '.join(known)}."
        raise InvalidQuery(f"{name}: there is no {name} {value[:40]}", hint=hint)


def _range_of(filters: Filters) -> tuple[datetime | None, datetime | None]:
    """Both ends of the time in which it was asked for. Raises InvalidQuery."""
    return _moment(ranges.START, filters.start), _moment(ranges.END, filters.end)


def _moment(name: str, text: str) -> datetime | None:
    try:
        moment: datetime | None = parse_instant(ranges.meant(text)) if text else None
    except ValueError as error:
        raise InvalidQuery(f"{name}: {error}", fields={name: str(error)}) from None
    return moment


def jobs_for(user: User, filters: Filters, *, with_cells: bool = False) -> QuerySet[Job]:
    """The jobs that the user may see and that match, in no order.

    Without the cells of batches, except those that are shared alone.
    """
    jobs = _of_tab(user, filters.tab)
    if not with_cells:
        # Said so, no index on `batch` is looked through for the many that have none.
        alone = ~Q(batch__isnull=False)
        batches = Batch.objects.visible_to(user)
        jobs = jobs.filter(alone | ~Q(batch__in=batches) if filters.tab == SHARED else alone)
    return jobs.filter(_told(filters), _matches(filters))


def batches_for(user: User, filters: Filters) -> QuerySet[Batch]:
    """The batches that the user may see and that have a cell that matches, in no order."""
    batches = Batch.objects.visible_to(user).order_by()
    if filters.tab == MINE:
        batches = batches.filter(owner=user)
    elif filters.tab == SHARED:
        groups = user.groups.values("pk")
        shared = Batch.groups.through.objects.filter(group__in=groups).values("batch")
        batches = batches.exclude(owner=user).filter(pk__in=shared)
    cell = _matches(filters, is_cell=True)
    if cell:
        cells = Job.objects.visible_to(user).order_by().filter(cell, batch=OuterRef("pk"))
        batches = batches.filter(Exists(cells))
    texts = _texts(filters, "operation_name", "asked")
    named = Q(operation_name=filters.operation) if filters.operation else Q()
    return batches.filter(_told(filters), named, texts)


def _of_tab(user: User, tab: str) -> QuerySet[Job]:
    if tab == MINE:
        return Job.objects.own_visible_to(user).order_by()
    visible = Job.objects.visible_to(user).order_by()
    if tab == ALL:
        return visible
    # From the few that are shared, never by asking of every job whether it is.
    groups = user.groups.values("pk")
    shared = Job.groups.through.objects.filter(group__in=groups).values("job")
    return visible.exclude(owner=user).filter(pk__in=shared)


def _told(filters: Filters) -> Q:
    """What is asked of jobs and batches alike: by whom, when."""
    start, end = _range_of(filters)
    told = Q()
    if filters.person:
        told &= Q(owner__username__icontains=filters.person)
    if start:
        told &= Q(created_at__gte=start)
    if end:
        told &= Q(created_at__lte=end)
    return told


def _matches(filters: Filters, *, is_cell: bool = False) -> Q:
    """What is asked of a job; of a batch's cell only what its batch does not tell."""
    matches = in_state(filters.state)
    if filters.account_id:
        matches &= _in_account(filters.account_id)
    if filters.region:
        matches &= Q(execution__region=filters.region)
    if is_cell:
        return matches
    if filters.operation:
        matches &= Q(execution__operation_name=filters.operation)
    return matches & _texts(filters, "execution__operation_name", "execution__query")


def in_state(state: str) -> Q:
    """A job's state is its execution's, or cancelled on its own."""
    own, succeeded = Q(cancelled_at=None), Q(execution__status=Status.SUCCEEDED)
    match state:
        case "":
            return Q()
        case Status.CANCELLED:
            return Q(execution__status=state) | Q(cancelled_at__isnull=False) & ~succeeded
        case Status.SUCCEEDED:
            return succeeded
        case Status.FAILED | Status.TIMED_OUT:
            return own & Q(execution__status=state)
        case _:
            return own & _are(*(OPEN if state == ACTIVE else [state]))


def _are(*states: str) -> Q:
    """Those of the few executions that are open: each state has an index of its own."""
    either = Q()
    for state in states:
        either |= Q(execution__in=Execution.objects.filter(status=state).values("pk"))
    return either


def _in_account(account_id: str) -> Q:
    touches = Execution.touches.through.objects.filter(
        execution=OuterRef("execution"), account=account_id
    )
    return Q(execution__account=account_id) | Q(Exists(touches), execution__account=None)


def _texts(filters: Filters, operation: str, options: str) -> Q:
    """The text is in what the operation is about: a log group's name, an SQL statement."""
    if not filters.text:
        return Q()
    either = Q(pk=None)
    for name, option in _subjects(filters.operation):
        either |= Q(**{operation: name, f"{options}__{option}__icontains": filters.text})
    return either


def _subjects(operation_name: str) -> Iterator[tuple[str, str]]:
    """Operations with the options that tell what a query is about."""
    for name, operation in registry.known_operations().items():
        if operation_name in ("", name):
            for option in subject_names(operation):
                yield name, option
