"""Many lines at once have the levels that they have one by one."""

import json
import random
from collections.abc import Callable, Iterator

import pyarrow as pa
import pytest

from services.aws import Aws
from services.base import Row
from services.cloudwatch_logs import shapes
from services.cloudwatch_logs.client import filter_events
from services.cloudwatch_logs.levels import level_of
from services.cloudwatch_logs.shapes import levels_of
from services.cloudwatch_logs.tests.reading import rows_of
from services.cloudwatch_logs.tests.test_levels import JSON_LINES, TEXT_LINES
from services.cloudwatch_logs.types import FilterEventsQuery

Make = Callable[[random.Random], Iterator[str]]
PIECES = (
    *("error", "ERROR", "Error", "eRRor", "WARN", "warning", "Info", "INFO", "debug", "trace"),
    *("panic", "fatal", "note", "notice", "fail", "inf", "ERR", "err0r", "INFOS", "error_code"),
    *("level=", "lvl=", "severity=", "Level=", "log_level=", '"level":', "level", "time=", "ts="),
    *("2026-11-22", "14:01:00,123", "2026-11-22T14:01:00.123Z", "1795348800", "[22/Nov/2026]"),
    *("7c9f2a10-3a5e-4a0e-9d52-0d6f3b3f1c11", "undefined", "root", "a.b", "info.x", "x_info"),
    *("START RequestId:", "REPORT RequestId:", "Status: timeout", "Status: error", "E1122 14:01:0"),
    *("Traceback (most recent call last)", "KeyError", "java.lang.XException", "Unhandled"),
    *("Task timed out after ", "Runtime exited with error", "PHP", "Nov", "am", "the", "we saw"),
    *('"GET / HTTP/1.1" 502', '] "x" 404', "10.0.3.7 - - [22/Nov/2026:14:01:00 +0000]", "- -"),
    *(" ", " ", " ", " ", "\t", "\t", ": ", ":", " - ", "[", "]", "<", ">", "|", "(", ")", "/"),
    *(
        ".",
        ",",
        "=",
        "@",
        "'",
        '"',
        "\\",
        "\n",
        "-",
        "_",
        "é",
        "\u017f",
        "\u212a",
        "\u0130",
        "😀",
        "\u00a0",
        "{",
    ),
)
KEYS = ("level", "Level", "lEvel", "severity", "msg", "log", "@l", "time", "type", "error", "é")
VALUES: tuple[object, ...] = (
    *("ERROR", "error", " warn ", "very", "", "30", "e", 'a "quoted" ERROR', "\u017fevere", "x=1"),
    *(30, 50.5, 400, -10, 1e400, 4e1, True, None, {}, {"level": "error"}, ["INFO"], "a\\b", "é\t"),
    *("2026-11-22T14:01:00Z INFO x", "level=error", "platform.report", {"status": "timeout"}),
)


def texts(rng: random.Random) -> Iterator[str]:
    while True:
        yield "".join(rng.choices(PIECES, k=rng.randint(1, 12)))


TIMES = (
    *("2026-11-22", "14:01:00,123", "2026-11-22T14:01:00.123Z", "2026/11/22", "[14:01:00", "1-2"),
    *("[2026-11-22T14:01:00Z]", "1795348800", "22/11/2026:14:01:00+0000", "14:01:00]", "12", "TT"),
)
BEFORE = (
    "",
    "",
    "",
    "[",
    "<",
    "(",
    "- a.b - ",
    "- info.x - ",
    "- x_info - ",
    "- root - ",
    "- info. - ",
)
IDS = ("7c9f2a10-3a5e-4a0e-9d52-0d6f3b3f1c11\t", "undefined\t", "fade-bed\t", "beef\t")
WORDS = (
    "error",
    "ERROR",
    "Error",
    "eRRor",
    "WARN",
    "info",
    "INFO",
    "DEBUG",
    "Trace",
    "START",
    "foo",
)
AFTER = ("]", ">", ")", " ", "\t", ":", " - ", "|", ":root:", "", "=", ".", ".x", "/x", "@", "\n")
FIELDS = ("level=", 'level="', "lvl=", "severity=", "Level=", "log_level=", "ts=2026-11-22 level=")


def logged(rng: random.Random) -> Iterator[str]:
    """What loggers write, nearly."""
    rest = texts(rng)
    while True:
        times = [rng.choice(TIMES) + rng.choice(" \t") for _ in range(rng.randint(0, 3))]
        begins = rng.choice((*BEFORE, *IDS, *FIELDS))
        word = rng.choice(WORDS) + rng.choice(AFTER)
        padding = rng.choice(("", "", "", " ", "  ", "0" * 150 + " ", "12:30 " * 26))
        yield padding + "".join(times) + begins + word + rng.choice(("", " ", "x", next(rest)))


def objects(rng: random.Random) -> Iterator[str]:
    while True:
        pairs = [(rng.choice(KEYS), rng.choice(VALUES)) for _ in range(rng.randint(0, 5))]
        told = [f"{json.dumps(key)}: {json.dumps(value)}" for key, value in pairs]
        line = "{" + ", ".join(told) + "}"
        if rng.random() < 0.5:
            line = line.replace(": ", ":").replace(", ", ",")
        if rng.random() < 0.2:
            line = line[: rng.randint(0, len(line))]
        yield line + rng.choice(("", "", "\n", " x"))


def variants(rng: random.Random) -> Iterator[str]:
    """The lines of the other tests, a little changed."""
    lines = [line for line, _ in (*JSON_LINES, *TEXT_LINES)]
    while True:
        line = rng.choice(lines)
        at, end = sorted(rng.choices(range(len(line) + 1), k=2))
        yield line[:at] + rng.choice((*PIECES, line[at:end].upper(), "")) + line[end:]


def assert_same(lines: list[str | None]) -> None:
    assert len(lines) >= shapes.FEW
    expected = [None if line is None else level_of(line) for line in lines]
    found = levels_of(pa.array(lines, pa.string())).to_pylist()
    different = [pair for pair in zip(lines, found, expected, strict=True) if pair[1] != pair[2]]
    assert different == []


@pytest.mark.parametrize("make", [texts, logged, objects, variants])
@pytest.mark.parametrize("seed", range(3))
def test_made_up_lines_have_the_same_levels(make: Make, seed: int) -> None:
    lines = make(random.Random(seed))
    assert_same([next(lines) for _ in range(4_000)])


def test_the_lines_of_the_other_tests_have_the_same_levels() -> None:
    lines: list[str | None] = [line for line, _ in (*JSON_LINES, *TEXT_LINES)]
    assert_same(lines * 4)


def test_few_lines_and_absent_messages_have_levels_too() -> None:
    assert levels_of(pa.array([], pa.string())).to_pylist() == []
    assert levels_of(pa.array([None, "[ERROR] x", ""])).to_pylist() == [None, "error", None]
    assert_same([None, "[ERROR] x", "", None] * 100)


def test_hardly_a_line_of_the_story_is_looked_at_alone(
    payments_prod: Aws, monkeypatch: pytest.MonkeyPatch
) -> None:
    lines = [
        row["message"]
        for group in ("/aws/lambda/checkout-charge", "/ecs/ledger-api")
        for row in story_rows(payments_prod, group)
    ]
    assert_same(lines)
    alone: list[str] = []
    monkeypatch.setattr(shapes, "level_of", alone.append)
    levels_of(pa.array(lines))
    assert len(alone) < len(lines) / 20


def story_rows(aws: Aws, log_group: str) -> list[Row]:
    query = FilterEventsQuery.parse({"logGroupName": log_group, "limit": 5_000})
    return rows_of(filter_events(query, aws))
