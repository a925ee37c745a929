"""The story as the emulator's own interface has it: reported, told again otherwise, or gone."""

import dataclasses
import re
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, Final

from awsdash.demo.aws.stage import Story

_YEARS: Final = (2000, 3000)


class InvalidStory(ValueError):
    """It cannot be told like this; the message says why."""


def report(story: Story | None) -> dict[str, Any]:
    """The values it follows from; empty: none is told."""
    return {} if story is None else {key: _written(v) for key, v in _values(story).items()}


def retold(story: Story, changes: object) -> Story:
    """With other values, each of the type it had."""
    if not isinstance(changes, dict):
        raise InvalidStory("The body must be an object")
    known = _values(story)
    if unknown := changes.keys() - known.keys():
        names = ", ".join(known)
        raise InvalidStory(f"Unknown key '{min(unknown)}'; known are {names}")
    values = {_snake(key): _read(key, v, known[key]) for key, v in changes.items()}
    other: Story = dataclasses.replace(story, **values)  # type: ignore[type-var]
    return other


def epoch_text(epoch: datetime) -> str:
    return f"{epoch.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"


def _values(story: Story) -> Mapping[str, Any]:
    fields = dataclasses.fields(story)  # type: ignore[arg-type]
    return {_camel(field.name): getattr(story, field.name) for field in fields if field.init}


def _written(value: Any) -> Any:
    return epoch_text(value) if isinstance(value, datetime) else value


def _read(key: str, value: Any, before: Any) -> Any:
    if isinstance(before, datetime):
        return _read_moment(key, value)
    if type(value) is not type(before) or (isinstance(value, int) and value < 0):
        raise InvalidStory(f"'{key}' must be of the kind of {before!r}")
    return value


def _read_moment(key: str, value: Any) -> datetime:
    """In years that leave room for what was before."""
    try:
        moment = datetime.fromisoformat(value)
        moment = moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)
    except (TypeError, ValueError, OverflowError):
        raise InvalidStory(f"'{key}' must be a moment such as 2026-11-23T09:00:00Z") from None
    first, last = _YEARS
    if not first <= moment.year < last:
        raise InvalidStory(f"'{key}' must be between the years {first} and {last}")
    return moment


def _camel(name: str) -> str:
    first, *rest = name.split("_")
    return first + "".join(word.title() for word in rest)


def _snake(name: str) -> str:
    return re.sub("[A-Z]", lambda letter: f"_{letter[0].lower()}", name)
