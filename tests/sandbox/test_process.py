"""The parent against children that lie, hang, crash and hoard: it neither waits nor believes."""

import os
import random
import time
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from awsdash.sandbox import process, sql
from awsdash.sandbox.child.frames import Op
from awsdash.sandbox.process import Child, Ended, Frame, Limits
from services.base import Column
from services.errors import QueryFailed, ServiceError
from tests.sandbox.children import hostile

LIMITS = Limits(deadline_s=1.0, data_bytes=2**30, resident_bytes=100 * 2**20)
LATE = {"nothing at all", "silence after READY", "a trickle"}
FINE = {"a result and no end", "a full stderr", "a child of its own"}


@pytest.fixture
def hostile_child(monkeypatch: pytest.MonkeyPatch) -> None:
    """SQL runs in a child of the tests', which does what the SQL says."""

    def child(module: str, job: Any, limits: Limits, libraries: Any) -> Child:
        return Child("tests.sandbox.children.hostile", job, LIMITS)

    monkeypatch.setattr(sql, "Child", child)


@pytest.mark.usefixtures("hostile_child")
@pytest.mark.parametrize("way", sorted(set(hostile.WAYS) - FINE))
def test_a_child_that_breaks_a_promise_fails_its_query(way: str) -> None:
    with pytest.raises(ServiceError) as caught:
        list(sql.run(way, [], 10))
    assert caught.value.code == ("TimedOut" if way in LATE else "QueryFailed")
    assert "Traceback" not in caught.value.message


@pytest.mark.usefixtures("hostile_child")
@pytest.mark.parametrize("way", sorted(FINE))
def test_what_a_child_does_besides_its_result_is_its_own_affair(way: str) -> None:
    assert list(sql.run(way, [], 10))[-1].statistics.records_matched == 0


def test_rows_of_any_bytes_are_taken_whole_or_not_at_all() -> None:
    rows = pa.record_batch({"n": pa.array([1, None, 3]), "word": pa.array(["a", None, "é" * 50])})
    good = bytes(rows.serialize())
    chance, taken = random.Random(7), 0
    for _ in range(3_000):
        body = bytearray(good)
        for _ in range(chance.choice((1, 2, 8))):
            body[chance.randrange(len(body))] = chance.randrange(256)
        answer = sql._Answer([], 10)
        answer._columns = (Column("n", "n", "integer", ""), Column("word", "word", "text", ""))
        answer._schema = rows.schema
        try:
            answer._take(Frame(Op.ROWS, bytes(body[: chance.choice((len(body), 200))])))
        except Ended:
            continue
        taken += 1
        assert answer._batches[0].num_rows <= 10
    assert 0 < taken < 3_000


@pytest.mark.usefixtures("hostile_child")
def test_a_childs_children_die_with_it() -> None:
    before = _sleepers()
    list(sql.run("a child of its own", [], 10))
    for _ in range(100):
        if _sleepers() == before:
            return
        time.sleep(0.02)
    pytest.fail("a grandchild lives on")


@pytest.mark.usefixtures("hostile_child")
def test_memory_is_watched_from_outside() -> None:
    with pytest.raises(QueryFailed, match="MB of memory"):
        list(sql.run("all memory", [], 10))


def test_a_child_that_takes_no_job_does_not_hold_its_parent() -> None:
    job = {"sql": "nothing at all", "padding": "x" * 5_000_000}
    with (
        pytest.raises(Ended, match="deadline"),
        Child("tests.sandbox.children.deaf", job, LIMITS) as child,
    ):
        list(child.frames())


def test_a_silent_child_gives_its_parent_a_turn() -> None:
    with Child("tests.sandbox.children.hostile", {"sql": "nothing at all"}, LIMITS) as child:
        turns = child.frames(idle_s=0.1)
        assert [next(turns) for _ in range(3)] == [None] * 3


def test_a_child_has_no_environment_and_no_descriptor_of_its_parents(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "secret")
    reader, writer = os.pipe()
    os.set_inheritable(writer, True)
    try:
        with Child("tests.sandbox.children.deaf", {}, LIMITS) as child:
            pid = child._process.pid
            folder = Path(f"/proc/{pid}")
            names = [entry.split("=")[0] for entry in _environment(folder)]
            descriptors = [entry.name for entry in (folder / "fd").iterdir()]
    finally:
        os.close(reader)
        os.close(writer)
    assert set(names) <= {"TZ", "LC_ALL", "JE_ARROW_MALLOC_CONF"}
    assert set(descriptors) <= {"0", "1", "2", "3"}


def test_a_missing_layer_is_told_once(caplog: pytest.LogCaptureFixture) -> None:
    process._told_missing.clear()
    for _ in range(2):
        process._tell_of_missing({"landlock": "unavailable: no", "seccomp": "ok"})
    assert [record.message for record in caplog.records] == ["sandbox layer missing"]


def _environment(folder: Path) -> list[str]:
    return [entry for entry in (folder / "environ").read_text().split("\0") if entry]


def _sleepers() -> int:
    """Processes that run the hostile child, this one's or orphans."""
    found = 0
    for entry in Path("/proc").iterdir():
        try:
            found += b"children.hostile" in (entry / "cmdline").read_bytes()
        except OSError:
            continue
    return found
