"""Jobs on a made-up operation: what it does is each test's to say."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any, ClassVar

import pytest
from django.db.models import QuerySet
from django.utils import timezone
from pydantic import Field

from awsdash import celery
from awsdash.accounts.models import Account, User
from awsdash.jobs import gathering, lifecycle
from awsdash.jobs.models import Execution, Job
from services import registry
from services.aws import Aws
from services.base import Item, Operation, Page, PagedOperation, Service, column
from services.query import Query
from tests.jobs.remote_work import Work

Pages = Callable[[Any, Aws], Iterator[Page]]
Ask = Callable[..., Job]


class CountQuery(Query):
    identifier: ClassVar[str] = "what"

    what: str = Field(title="What", description="What to count.")


class Number(Item):
    n: int = column("N", "integer", "A number.")
    at: int = column("At", "timestamp", "When.", unit="ms")
    word: str | None = column("Word", "text", "A word.")
    same: str | None = column("Same", "text", "The word again.", same_as="word")


class Count(PagedOperation[CountQuery]):
    name = "test.count"
    title = "Count"
    function = "queryCount"
    query_type = CountQuery
    item_type = Number

    def __init__(self) -> None:
        self.make: Pages = lambda query, aws: iter([rows_page(0, 3)])

    def pages(self, query: CountQuery, aws: Aws) -> Iterator[Page]:
        return self.make(query, aws)


def rows_page(first: int, end: int, next_token: str | None = None) -> Page:
    rows = [{"n": n, "at": 1_795_348_800_000 + n, "word": f"word {n}"} for n in range(first, end)]
    return Page(rows, next_token)


def execution_of(job: Job) -> Execution:
    return Execution.objects.get(pk=job.execution_id)


def only(job: Job) -> QuerySet[Execution]:
    return Execution.objects.filter(pk=job.execution_id)


@pytest.fixture
def rung(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The tasks whose doorbell was rung."""
    tasks: list[str] = []
    monkeypatch.setattr(
        celery, "ring", lambda task, *arguments, queue, times=1: tasks.extend([task] * times)
    )
    return tasks


@pytest.fixture
def each_page_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    """Pages are kept as they come, however fast they follow each other."""
    monkeypatch.setattr(gathering, "LONGEST_S", 0)


@pytest.fixture
def count(monkeypatch: pytest.MonkeyPatch) -> Count:
    """The operation `test.count`; set `make` to what it should do."""
    operation = Count()
    _register(operation, monkeypatch)
    return operation


@pytest.fixture
def work(monkeypatch: pytest.MonkeyPatch) -> Work:
    """The operation `test.work` that a made-up AWS does by itself; see its `aws`."""
    operation = Work()
    _register(operation, monkeypatch)
    return operation


def _register(operation: Operation[Any], monkeypatch: pytest.MonkeyPatch) -> None:
    operations = {**registry.all_operations(), operation.name: operation}
    services = (*registry.all_services(), Service("test", "Test", "logs", (operation,)))
    monkeypatch.setattr(registry, "all_operations", lambda: operations)
    monkeypatch.setattr(registry, "all_services", lambda: services)


@pytest.fixture
def job(count: Count, alice: User, shop: Account) -> Job:
    return lifecycle.submit(alice, count.name, shop.pk, "eu-west-1", {"what": "sheep"})


@pytest.fixture
def remote_job(work: Work, alice: User, shop: Account) -> Job:
    return lifecycle.submit(alice, work.name, shop.pk, "eu-west-1", {"what": "sheep"})


@pytest.fixture
def ask(count: Count, shop: Account) -> Ask:
    """Asks for something, `ago_s` seconds ago; the rest are fields of its execution."""

    def as_person(user: User, what: str = "sheep", ago_s: float = 0, **execution: Any) -> Job:
        job = lifecycle.submit(user, count.name, shop.pk, "eu-west-1", {"what": what})
        Job.objects.filter(pk=job.pk).update(created_at=timezone.now() - timedelta(seconds=ago_s))
        Execution.objects.filter(pk=job.execution_id).update(**execution or {"version": 0})
        return Job.objects.get(pk=job.pk)

    return as_person
