"""Celery tasks: ids in, short, safe to run twice."""

from awsdash.celery import app
from awsdash.explorer import lifecycle


@app.task
def read_cell(cell_id: int) -> None:
    lifecycle.read_cell(cell_id)


@app.task
def tick() -> None:
    lifecycle.sweep()
