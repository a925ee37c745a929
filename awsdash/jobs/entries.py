"""The rows of the list of jobs, as its template shows them."""

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, ClassVar

from django.urls import reverse

from awsdash.accounts.models import Account, Level, User
from awsdash.jobs.listing import Mark, Sheet, batches_on, jobs_on
from awsdash.jobs.models import FINAL, Batch, Execution, Job, Status
from awsdash.jobs.subjects import subject_of
from services import registry
from services.base import Operation, Statistics


@dataclass(frozen=True)
class Entry(ABC):
    """A row of the list: what a job and a batch have in common.

    `may_rule`: the reader may cancel and share it.
    """

    mark: Mark
    may_rule: bool

    @property
    @abstractmethod
    def operation_name(self) -> str: ...

    @property
    @abstractmethod
    def query(self) -> Mapping[str, Any]: ...

    @property
    @abstractmethod
    def url(self) -> str: ...

    @property
    def pk(self) -> str:
        return str(self.mark.place.pk)

    @property
    def state(self) -> str:
        return self.mark.state

    @property
    def may_cancel(self) -> bool:
        return self.may_rule and self.mark.is_active

    @property
    def operation(self) -> Operation[Any] | None:
        """None: its service folder was taken away since."""
        return registry.known_operations().get(self.operation_name)

    @property
    def title(self) -> str:
        return self.operation.title if self.operation else self.operation_name

    @property
    def icon(self) -> str:
        return registry.icon_of(self.operation) if self.operation else "clock"

    @property
    def subject(self) -> str:
        """What it is about, in a line; "" where nothing tells."""
        return subject_of(self.operation, self.query) if self.operation else ""


@dataclass(frozen=True)
class JobEntry(Entry):
    """A job. `may_run`: the reader may ask the same again."""

    job: Job
    may_run: bool
    is_batch: ClassVar[bool] = False

    @property
    def execution(self) -> Execution:
        return self.job.execution

    @property
    def operation_name(self) -> str:
        return self.execution.operation_name

    @property
    def query(self) -> Mapping[str, Any]:
        return self.execution.query  # type: ignore[no-any-return]  # JSON

    @property
    def url(self) -> str:
        return reverse("job", args=[self.job.pk])

    @property
    def cost(self) -> str:
        """What AWS charges, in words; "" when that is nothing, or unknown."""
        if self.operation is None:
            return ""
        price = self.operation.price(Statistics(**self.execution.statistics))
        return f"${price:.4f}" if price else ""

    @property
    def detail(self) -> str:
        """AWS's word for how far it is, or for what went wrong."""
        if self.state == Status.WAITING:
            return self.execution.aws_state.lower()
        if self.mark.is_stopping:
            return "AWS is being told"
        return self.execution.error_code if self.state != Status.CANCELLED else ""


@dataclass(frozen=True)
class BatchEntry(Entry):
    """A batch, with its targets by state."""

    batch: Batch
    is_batch: ClassVar[bool] = True

    @property
    def operation_name(self) -> str:
        return self.batch.operation_name

    @property
    def query(self) -> Mapping[str, Any]:
        return self.batch.asked  # type: ignore[no-any-return]  # JSON

    @property
    def url(self) -> str:
        return reverse("batch", args=[self.batch.pk])

    @cached_property
    def targets(self) -> int:
        return sum(self.cells.values())

    @property
    def ended(self) -> int:
        return sum(count for state, count in self.cells.items() if state in FINAL)

    @property
    def failed(self) -> int:
        return sum(self.cells.get(state, 0) for state in (Status.FAILED, Status.TIMED_OUT))

    @property
    def cells(self) -> Mapping[str, int]:
        return self.mark.cells or {}


def entries_of(user: User, sheet: Sheet) -> Sequence[Entry]:
    """The rows of a page, in its order; without what vanished this moment."""
    jobs, batches = jobs_on(user, sheet), batches_on(user, sheet)
    runnable = set(Account.objects.visible_to(user, Level.RUN).values_list("pk", flat=True))
    entries: list[Entry] = []
    for mark in sheet.marks:
        if job := jobs.get(mark.place.pk):
            # What asks AWS nothing, whoever sees it may ask again.
            may_run = job.execution.account_id in {*runnable, None}
            entries.append(JobEntry(mark, _rules(user, job), job, may_run))
        elif batch := batches.get(mark.place.pk):
            entries.append(BatchEntry(mark, _rules(user, batch), batch))
    return entries


def _rules(user: User, what: Job | Batch) -> bool:
    return user.is_superuser or what.owner_id == user.pk
