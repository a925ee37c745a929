"""Children that break every promise; the job says which way."""

import json
import os
import signal
import sys
import time
from collections.abc import Callable
from typing import Any

from awsdash.sandbox.child.frames import HEAD, Channel, Op, framed

READY = framed(Op.READY, b'{"layers": {"limits": "ok", "seccomp": "ok"}}')
COLUMNS = {"columns": [{"name": "n", "kind": "integer", "type": "BIGINT"}]}
ONE_COLUMN = framed(Op.COLUMNS, json.dumps(COLUMNS).encode())
END = framed(Op.RESULT, b'{"rows": 0, "is_whole": true}')


def _write(*frames: bytes) -> None:
    for frame in frames:
        left = memoryview(frame)
        while left:
            left = left[os.write(1, left) :]


def _forever(*frames: bytes) -> None:
    _write(*frames)
    while True:
        time.sleep(60)


def _fill_stderr() -> None:
    # More than any pipe holds: who is not read from waits here for ever.
    _write(READY)
    os.write(2, b"x" * 5_000_000)
    _write(ONE_COLUMN, END)


def _leave_a_child() -> None:
    if os.fork() == 0:
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
        _forever()
    _write(READY, ONE_COLUMN, END)


def _trickle() -> None:
    _write(READY)
    _write(HEAD.pack(2**20, Op.ROWS))
    while True:
        _write(b"x")
        time.sleep(0.01)


def _take_memory() -> None:
    _write(READY)
    taken: list[bytes] = []
    while len(taken) < 200:
        taken.append(b"x" * 2**23)
    _forever()


WAYS: dict[str, Callable[[], Any]] = {
    "nothing at all": _forever,
    "an early exit": lambda: sys.exit(3),
    "a crash": lambda: os.kill(os.getpid(), signal.SIGSEGV),
    "an exit after READY": lambda: _write(READY),
    "silence after READY": lambda: _forever(READY),
    "noise": lambda: _write(os.urandom(100_000)),
    "an unknown frame": lambda: _write(READY, HEAD.pack(0, 200)),
    "a frame without end": lambda: _forever(READY, HEAD.pack(2**31, Op.ROWS)),
    "half a frame": lambda: _write(READY, HEAD.pack(100, Op.ROWS), b"x"),
    "a trickle": _trickle,
    "no READY": lambda: _write(ONE_COLUMN, END),
    "two READY": lambda: _write(READY, READY),
    "no layers": lambda: _write(framed(Op.READY, b'{"layers": {}}')),
    "a READY that is no JSON": lambda: _write(framed(Op.READY, b"{")),
    "a missing layer": lambda: _write(
        framed(Op.READY, b'{"layers": {"limits": "ok", "seccomp": "unavailable: no"}}')
    ),
    "rows before columns": lambda: _write(READY, framed(Op.ROWS, b"x")),
    "columns twice": lambda: _write(READY, ONE_COLUMN, ONE_COLUMN),
    "columns of no kind": lambda: _write(
        READY, framed(Op.COLUMNS, b'{"columns": [{"name": "a", "kind": "x", "type": ""}]}')
    ),
    "deep JSON": lambda: _write(READY, framed(Op.COLUMNS, b"[" * 1_000_000)),
    "rows that are no rows": lambda: _write(READY, ONE_COLUMN, framed(Op.ROWS, os.urandom(500))),
    "more rows than it tells": lambda: _write(
        READY, ONE_COLUMN, framed(Op.RESULT, b'{"rows": 7, "is_whole": true}')
    ),
    "an error with more": lambda: _write(
        READY, framed(Op.RESULT, b'{"error": {"kind": "x", "message": "m", "more": 1}}')
    ),
    "a result and no end": lambda: _forever(READY, ONE_COLUMN, END),
    "a full stderr": _fill_stderr,
    "a child of its own": _leave_a_child,
    "all memory": _take_memory,
}


def main() -> None:
    channel = Channel()
    job = channel.receive()
    os.dup2(channel._out, 1)
    WAYS[job["sql"]]()
