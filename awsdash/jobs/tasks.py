"""Celery tasks: short, safe to run twice."""

import uuid

from awsdash import celery
from awsdash.celery import app
from awsdash.jobs import lifecycle, polling, retention, runner, suggestions


@app.task
def work() -> None:
    """Whatever is next in turn."""
    runner.run_next()


@app.task
def poll(account_id: str, region: str, operation_name: str) -> None:
    polling.poll(account_id, region, operation_name)


@app.task
def stop(execution_id: str) -> None:
    polling.stop(uuid.UUID(execution_id))


@app.task
def suggest(suggestion_id: int) -> None:
    suggestions.answer(suggestion_id)


@app.task
def tick() -> None:
    """Once a second or so; two at once do no harm."""
    lifecycle.sweep()
    for place in lifecycle.due_polls():
        celery.ring("awsdash.jobs.tasks.poll", *place, queue="interactive")
    for execution_id in lifecycle.due_stops():
        celery.ring("awsdash.jobs.tasks.stop", str(execution_id), queue="interactive")
    suggestions.forget()


@app.task
def purge() -> None:
    """Once an hour, and at once again while something is left."""
    if retention.purge():
        celery.ring("awsdash.jobs.tasks.purge", queue="data")


@app.task
def remove_orphans(after: str = "") -> None:
    """A few times a day, and at once again from where it stopped."""
    if (last := retention.remove_orphans(after)) is not None:
        celery.ring("awsdash.jobs.tasks.remove_orphans", last, queue="data")
