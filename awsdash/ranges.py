"""The shared time range control: what it offers, and how a range is called."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final

from django.utils import timezone

DAY: Final = len("2026-11-22")
START, END = "startTime", "endTime"
PRESETS: Final = (
    ("Last 5 minutes", "-5m"),
    ("Last 15 minutes", "-15m"),
    ("Last hour", "-1h"),
    ("Last 3 hours", "-3h"),
    ("Last 12 hours", "-12h"),
    ("Last day", "-1d"),
    ("Last 3 days", "-3d"),
    ("Last week", "-1w"),
    ("Last month", "-30d"),
    ("Any time", ""),
)


@dataclass(frozen=True, slots=True)
class Range:
    """What is in the control's two fields, as it was written."""

    start: str
    end: str

    presets = PRESETS

    @property
    def label(self) -> str:
        """`Last 3 hours`, or both ends."""
        if self.end in ("", "now"):
            for label, start in PRESETS:
                if start == self.start:
                    return label
        day = self.start[:DAY]
        # The same day is said once.
        end = self.end.removeprefix(f"{day} ") if len(day) == DAY else self.end
        return f"{self.start or 'the beginning'} to {end or 'now'}"


def range_of(options: Mapping[str, Any]) -> Range:
    """The range among an operation's options; stored instants are shown in the reader's zone."""
    return Range(*(shown(options.get(name)) for name in (START, END)))


def shown(value: Any) -> str:
    """An instant as a person reads and writes it; what is not absolute stays as it is."""
    text = str(value or "")
    try:
        moment = _moment(text)
    except (ValueError, OverflowError, OSError):
        return text
    if moment.tzinfo is None:
        return text
    local = timezone.localtime(moment).replace(tzinfo=None)
    fine = "milliseconds" if local.microsecond else "seconds"
    return local.isoformat(sep=" ", timespec=fine)


def _moment(text: str) -> datetime:
    # Scripts write Unix milliseconds.
    return (
        datetime.fromtimestamp(int(text) / 1000, UTC)
        if text.isdecimal()
        else datetime.fromisoformat(text)
    )


def meant(text: str) -> str:
    """What a person wrote, with the zone they read times in if they named none."""
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return text
    if moment.tzinfo is not None or text.isdecimal():
        return text
    return timezone.make_aware(moment).isoformat()
