"""Celery tasks: ids in, short, safe to run twice."""

import uuid

from awsdash.celery import app
from awsdash.jobs import lifecycle, runner, suggestions


@app.task
def run(execution_id: str) -> None:
    runner.run(uuid.UUID(execution_id))


@app.task
def suggest(suggestion_id: int) -> None:
    suggestions.answer(suggestion_id)


@app.task
def tick() -> None:
    lifecycle.sweep()
    suggestions.forget()
