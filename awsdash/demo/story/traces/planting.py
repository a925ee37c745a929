"""The story's traces: X-Ray tells of the runs that the functions' logs tell of."""

from collections.abc import Iterator
from functools import partial
from typing import Final

from awsdash.demo.aws.xray.store import plant
from awsdash.demo.story.cast import CULPRIT, FUNCTIONS, INGEST, VICTIM
from awsdash.demo.story.estate.environments import DATA, DEVELOPMENT, PAYMENTS
from awsdash.demo.story.logs.invocation import Invocation
from awsdash.demo.story.logs.runs import runs_of
from awsdash.demo.story.timeline import Timeline
from awsdash.demo.story.traces.segments import (
    Document,
    bucket_call,
    charge_call,
    function_segments,
    gateway_segment,
    ledger_call,
    table_call,
)
from awsdash.demo.story.traces.tracing import is_sampled

CHECKOUT_URL: Final = "https://pay.northwind.example/checkout"
DEV_CHECKOUT_URL: Final = "https://pay.dev.northwind.example/checkout"
IDEMPOTENCY: Final = "payments-ledger-idempotency"


def plant_traces(story: Timeline) -> None:
    """Made when somebody first reads the traces of an account and region."""
    plant(PAYMENTS.place, partial(_checkouts, story))
    plant(DEVELOPMENT.place, partial(_rehearsals, story))
    plant(DATA.place, partial(_ingestions, story))


def _checkouts(story: Timeline) -> Iterator[Document]:
    """Orders that came in through the API, and charges that were tried again from the queue."""
    ordered = set()
    for run in runs_of(story, VICTIM):
        if run.called is not None and is_sampled(run):
            ordered.add(run.called.request_id)
            yield from _checkout(run, run.called)
    for charge in runs_of(story, CULPRIT):
        if is_sampled(charge) and charge.request_id not in ordered:
            yield from _charge(charge, None)


def _checkout(run: Invocation, charge: Invocation) -> Iterator[Document]:
    gateway = gateway_segment(run, PAYMENTS, "prod", CHECKOUT_URL)
    call = charge_call(run, charge)
    yield gateway
    yield from function_segments(run, gateway["subsegments"][0]["id"], [call])
    yield from _charge(charge, call["id"])


def _charge(run: Invocation, parent: str | None) -> list[Document]:
    end = 0.001 if run.failure else 0.2
    once = table_call(run, IDEMPOTENCY, "PutItem", 0.0005 if run.failure else 0.05, end)
    return function_segments(run, parent, [once, ledger_call(run)])


def _rehearsals(story: Timeline) -> Iterator[Document]:
    """In payments-dev all is well."""
    for function in FUNCTIONS:
        if function.account != DEVELOPMENT.account or not function.logs:
            continue
        for run in filter(is_sampled, runs_of(story, function)):
            if function.name == CULPRIT.name:
                yield from _charge(run, None)
                continue
            gateway = gateway_segment(run, DEVELOPMENT, "dev", DEV_CHECKOUT_URL)
            session = table_call(run, "checkout-sessions", "GetItem", 0.1, 0.3)
            yield gateway
            yield from function_segments(run, gateway["subsegments"][0]["id"], [session])


def _ingestions(story: Timeline) -> Iterator[Document]:
    """Batches of the orders' stream, which starts the function."""
    for run in filter(is_sampled, runs_of(story, INGEST)):
        checked = table_call(run, "orders-deduplication", "BatchWriteItem", 0.05, 0.4)
        kept = bucket_call(run, "northwind-orders-raw", 0.45, 0.9)
        yield from function_segments(run, None, [checked] if run.failure else [checked, kept])
