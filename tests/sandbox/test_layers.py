"""What a hardened child can still do: almost nothing; and what is missing without a layer."""

import json
import os
import signal
import sys
from pathlib import Path
from typing import Any

import pytest

from awsdash.sandbox import sql
from awsdash.sandbox.child.tables import Table
from awsdash.sandbox.process import Child, Ended, Limits
from services.errors import QueryFailed
from tests.sandbox.conftest import ask_for

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="the layers are Linux's")


def probe(
    folder: Path, profile: str = "READING", skip: tuple[str, ...] = (), *, lethal: bool = False
) -> Any:
    """What each attempt led to, and the layers."""
    folder.chmod(0o755)
    readable, other = folder / "mine", folder / "other"
    readable.write_text("mine")
    other.write_text("not mine")
    limits = Limits(20, 512 * 2**20, 2**30, skip=skip)
    job: dict[str, Any] = {"readable": [str(readable)], "other": str(other), "profile": profile}
    job["lethal"] = lethal
    with Child("tests.sandbox.children.prober", job, limits) as child:
        (frame,) = [frame for frame in child.frames() if frame]
        return json.loads(frame.body), child.layers


def test_a_hardened_child_reads_its_file_and_can_do_nothing_else(tmp_path: Path) -> None:
    told, layers = probe(tmp_path)
    assert told.pop("read its file") == "done: mine"
    assert [name for name, what in told.items() if what.startswith("done")] == []
    assert told["take 2 GB"] == "MemoryError"
    assert {layers["limits"], layers["seccomp"], layers["privileges"]} == {"ok"}


def test_a_child_that_needs_no_file_reads_none(tmp_path: Path) -> None:
    told, _ = probe(tmp_path, "COMPUTING")
    assert [name for name, what in told.items() if what.startswith("done")] == []


def test_to_run_another_program_is_lethal(tmp_path: Path) -> None:
    with pytest.raises(Ended, match=f"broken: -{signal.SIGSYS} "):
        probe(tmp_path, lethal=True)


@pytest.mark.parametrize("skip", [("landlock",), ("namespaces",), ("user",), ("capabilities",)])
def test_without_an_optional_layer_it_says_so_and_works(
    stored: Table, skip: tuple[str, ...]
) -> None:
    limits = sql.limits_of(2, skip)
    assert len(ask_for(stored)("SELECT * FROM t", 10_000, limits).rows) == 1_000


def test_without_landlock_duckdb_itself_keeps_to_the_files(tmp_path: Path, stored: Table) -> None:
    told, layers = probe(tmp_path, skip=("landlock",))
    assert layers["landlock"].startswith("unavailable")
    assert told["make a file"].startswith(("PermissionError", "OSError"))
    with pytest.raises(Exception, match="not allowed here"):
        ask_for(stored)("FROM read_text('/etc/passwd')", 10, sql.limits_of(2, ("landlock",)))


@pytest.mark.parametrize("layer", ["seccomp", "limits"])
def test_without_a_needed_layer_nothing_runs(stored: Table, tmp_path: Path, layer: str) -> None:
    with pytest.raises(QueryFailed, match="cannot be run safely"):
        ask_for(stored)("SELECT 1 AS x", 10, sql.limits_of(2, (layer,)))
    with pytest.raises(Ended, match="unhardened"):
        probe(tmp_path, skip=(layer,))


def test_root_becomes_nobody_where_nobody_may_read_the_files(tmp_path: Path) -> None:
    if os.geteuid() != 0:
        pytest.skip("only root can become nobody")
    _, layers = probe(tmp_path)
    assert layers["user"] in {
        "ok",
        "unavailable: the files are root's own; root without capabilities reads them",
    }
