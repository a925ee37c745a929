"""How values look: times in the reader's zone, durations, states as words, what a search found."""

import re
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from django import template
from django.utils import timezone
from django.utils.html import escape, format_html_join
from django.utils.safestring import SafeString

from awsdash.jobs.models import Execution
from awsdash.jobs.reading import NUMBER
from services.base import Column, Row

register = template.Library()


def _moment(milliseconds: int) -> datetime:
    return datetime.fromtimestamp(milliseconds / 1000, UTC)


@register.filter
def instant(milliseconds: int | None) -> str:
    """Unix milliseconds as `2026-11-22 14:01:59.000` in the reader's zone; nothing for None."""
    if milliseconds is None:
        return ""
    local = timezone.localtime(_moment(milliseconds)).replace(tzinfo=None)
    return local.isoformat(sep=" ", timespec="milliseconds")


@register.filter
def iso(milliseconds: int) -> str:
    """Unix milliseconds as ISO 8601 in UTC, which everything else reads."""
    return _moment(milliseconds).isoformat(timespec="milliseconds").replace("+00:00", "Z")


@register.filter
def cell(row: Row, column: Column) -> Any:
    """The row's value in a column, as a person reads it."""
    value = row[column.name]
    if column.kind == "timestamp":
        return instant(value)
    return "" if value is None else value


@register.filter
def number(row: Row) -> int:
    """The row's place in AWS's order, from 0."""
    return int(row[NUMBER])


@register.filter
def severity(row: Row, columns: Sequence[Column]) -> str:
    """The row's level, as a class; "" where none was recognised."""
    return next((row[c.name] or "" for c in columns if c.kind == "level"), "")


@register.filter
def marked(text: Any, needles: Sequence[str]) -> SafeString:
    """The text with every needle, in any case, in a `<mark>`."""
    if not needles:
        return escape(text)
    either = "|".join(re.escape(needle) for needle in sorted(needles, key=len, reverse=True))
    # Every second piece is a needle.
    pieces = re.split(f"({either})", str(text), flags=re.IGNORECASE)
    pairs = zip(pieces[:-1:2], pieces[1::2], strict=True)
    return format_html_join("", "{}<mark>{}</mark>", pairs) + escape(pieces[-1])


@register.filter
def words(state: str) -> str:
    return state.replace("_", " ")


@register.filter
def thousands(count: int) -> str:
    """`4312` as `4,312`."""
    return f"{count:,}"


@register.filter
def duration(execution: Execution) -> str:
    """How long it took, or has taken so far: `1.3 s`, `4 min 7 s`; nothing before it began."""
    if execution.elapsed_ms is None:
        return ""
    seconds = execution.elapsed_ms / 1000
    return f"{seconds:.1f} s" if seconds < 60 else f"{int(seconds) // 60} min {int(seconds) % 60} s"
