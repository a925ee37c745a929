"""How values look: times in UTC, durations in seconds, states as words."""

from datetime import UTC, datetime
from typing import Any

from django import template

from awsdash.jobs.models import Execution
from services.base import Column, Row

register = template.Library()


@register.filter
def instant(milliseconds: int | None) -> str:
    """Unix milliseconds as `2026-11-22 14:01:59.000`, UTC; nothing for None."""
    if milliseconds is None:
        return ""
    moment = datetime.fromtimestamp(milliseconds / 1000, UTC)
    return moment.isoformat(sep=" ", timespec="milliseconds").removesuffix("+00:00")


@register.filter
def cell(row: Row, column: Column) -> Any:
    """The row's value in a column, as a person reads it."""
    value = row[column.name]
    if column.kind == "timestamp":
        return instant(value)
    return "" if value is None else value


@register.filter
def words(state: str) -> str:
    return state.replace("_", " ")


@register.filter
def duration(execution: Execution) -> str:
    """How long its last attempt took: `1.3 s`; nothing before it ended."""
    if execution.started_at is None or execution.finished_at is None:
        return ""
    return f"{(execution.finished_at - execution.started_at).total_seconds():.1f} s"
