"""The parent's side of a disposable child: started for one job, watched, ended at its deadline.

Whatever a child does, the parent neither waits for it nor believes it: every frame is checked, a
child that breaks a limit or the protocol is killed with its whole group, and none outlives its job.
"""

import contextlib
import importlib.util
import json
import logging
import os
import select
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import IO, Any, Final, Literal, Self

from pydantic import TypeAdapter, ValidationError

from awsdash.sandbox.child.frames import HEAD, MOST_BYTES, Op, framed

logger = logging.getLogger(__name__)

Reason = Literal["deadline", "memory", "processor", "broken", "unhardened"]
HOUSE: Final = Path(__file__).resolve().parents[2]
_START: Final = Path(__file__).with_name("child") / "start.py"
_WATCH_S: Final = 0.05
_CHUNK_BYTES: Final = 2**20
_PIPE_BYTES: Final = 2**20
_STDERR_BYTES: Final = 4_096
# What a child that ended by itself gets to be gone.
_GRACE_S: Final = 1.0
_ENVIRONMENT: Final = {
    "TZ": "UTC",
    "LC_ALL": "C.UTF-8",
    # Arrow's allocator must not start a thread of its own: some layers need a single one.
    "JE_ARROW_MALLOC_CONF": "background_thread:false",
}
_PAGE_BYTES: Final = os.sysconf("SC_PAGESIZE")
_LAYERS: Final = TypeAdapter(dict[Literal["layers"], dict[str, str]])
_NEEDED: Final = frozenset({"limits", "seccomp"})


class Ended(Exception):
    """The child is over before it told its result. `detail` is for the log, not for people."""

    def __init__(self, reason: Reason, detail: str = "") -> None:
        super().__init__(f"{reason}: {detail}" if detail else reason)
        self.reason = reason
        self.detail = detail


@dataclass(frozen=True, slots=True)
class Limits:
    """What a child may take. `deadline_s` counts from its start, on the wall's clock.

    `data_bytes` is the kernel's hard cap on what it allocates; `resident_bytes`, program and files
    included, is watched from here. `skip` names layers to go without: for tests.
    """

    deadline_s: float
    data_bytes: int
    resident_bytes: int
    open_files: int = 64
    skip: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Frame:
    """One thing a child says. Its bytes are a stranger's."""

    op: Op
    body: bytes


class Child:
    """A process that runs `module.main()` for one job; a context manager.

    `libraries` are the modules outside the standard library that it may import.
    """

    def __init__(
        self, module: str, job: Mapping[str, Any], limits: Limits, libraries: Sequence[str] = ()
    ) -> None:
        self._module, self._limits = module, limits
        self._folders = list(dict.fromkeys([str(HOUSE), *map(folder_of, libraries)]))
        self._to_send = memoryview(framed(Op.JOB, _json({**job, "limits": _told(limits)})))
        self._received = bytearray()
        self._stderr = b""
        self._is_mute = False
        self.layers: dict[str, str] = {}
        self.most_resident_bytes = 0

    def __enter__(self) -> Self:
        self._started_s = time.monotonic()
        # No preexec_fn: between fork and exec other threads' locks may be held.
        self._process = subprocess.Popen(  # noqa: S603  # our own interpreter and module
            [sys.executable, "-I", "-S", str(_START), self._module, *self._folders],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            bufsize=0,
            env=_ENVIRONMENT,
            cwd="/",
            start_new_session=True,
        )
        self._in, self._out, self._err = map(_unblocked, _pipes(self._process))
        self._poll = select.poll()
        self._poll.register(self._in, select.POLLOUT)
        self._poll.register(self._out, select.POLLIN)
        self._poll.register(self._err, select.POLLIN)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait()
        for pipe in _pipes(self._process):
            with contextlib.suppress(OSError):
                pipe.close()

    def frames(self, idle_s: float = 1.0) -> Iterator[Frame | None]:
        """What the child says, READY first, RESULT last; None where it said nothing for `idle_s`.

        Raises Ended.
        """
        heard_s = time.monotonic()
        while True:
            frame = self._next_frame()
            if frame is None:
                self._wait()
                if time.monotonic() - heard_s < idle_s:
                    continue
            elif not self.layers:
                self._begin(frame)
                continue
            yield frame
            if frame is not None and frame.op == Op.RESULT:
                return
            heard_s = time.monotonic()

    def _next_frame(self) -> Frame | None:
        """The next whole frame, if it is here."""
        if len(self._received) < HEAD.size:
            return None
        size, op = HEAD.unpack_from(self._received)
        if size > MOST_BYTES or op not in set(Op):
            raise Ended("broken", f"a frame {op} of {size} bytes")
        end = HEAD.size + size
        if len(self._received) < end:
            return None
        body = bytes(memoryview(self._received)[HEAD.size : end])
        del self._received[:end]
        return Frame(Op(op), body)

    def _begin(self, frame: Frame) -> None:
        """The child is hardened; or it is not, and does not go on."""
        if frame.op != Op.READY:
            raise Ended("broken", f"{frame.op.name} came first")
        try:
            self.layers = _LAYERS.validate_json(frame.body)["layers"]
        except ValidationError as error:
            raise Ended("broken", str(error)) from None
        if sys.platform == "linux":
            for name in _NEEDED:
                if self.layers.get(name) != "ok":
                    raise Ended("unhardened", self.layers.get(name, f"{name} is missing"))
        _tell_of_missing(self.layers)

    def _wait(self) -> None:
        """Until something moves, a moment at most; everything is watched meanwhile."""
        left_s = self._started_s + self._limits.deadline_s - time.monotonic()
        if left_s <= 0:
            raise Ended("deadline")
        ready = {fd for fd, _ in self._poll.poll(min(left_s, _WATCH_S) * 1000)}
        self._watch_memory()
        if self._err in ready:
            self._drain_stderr()
        if self._in in ready:
            self._send()
        if self._out in ready:
            self._receive()

    def _watch_memory(self) -> None:
        resident_bytes = _resident_bytes(self._process.pid)
        self.most_resident_bytes = max(self.most_resident_bytes, resident_bytes)
        if resident_bytes > self._limits.resident_bytes:
            raise Ended("memory", f"{resident_bytes} bytes resident")

    def _send(self) -> None:
        try:
            sent = os.write(self._in, self._to_send[:_CHUNK_BYTES])
        except BlockingIOError:
            return
        except BrokenPipeError:
            # It is gone; its output tells more.
            sent = len(self._to_send)
        self._to_send = self._to_send[sent:]
        if not self._to_send:
            self._poll.unregister(self._in)

    def _receive(self) -> None:
        try:
            more = os.read(self._out, _CHUNK_BYTES)
        except BlockingIOError:
            return
        if not more:
            raise self._ending()
        self._received += more

    def _drain_stderr(self) -> None:
        """Its beginning is kept; the rest is read too, lest the child wait for a reader."""
        try:
            more = os.read(self._err, _CHUNK_BYTES)
        except BlockingIOError:
            return
        if not more and not self._is_mute:
            self._is_mute = True
            self._poll.unregister(self._err)
        self._stderr = (self._stderr + more)[:_STDERR_BYTES]

    def _ending(self) -> Ended:
        """Why the child is gone without a result."""
        with contextlib.suppress(subprocess.TimeoutExpired):
            self._process.wait(_GRACE_S)
        self._drain_stderr()
        detail = f"{self._process.returncode} {self._stderr.decode(errors='replace')}"
        if self._process.returncode == -signal.SIGXCPU:
            return Ended("processor", detail)
        if b"MemoryError" in self._stderr or b"bad_alloc" in self._stderr:
            return Ended("memory", detail)
        return Ended("broken", detail)


def folder_of(library: str) -> str:
    """The folder that a module is imported from."""
    found = importlib.util.find_spec(library)
    if found is None or found.origin is None:
        raise ModuleNotFoundError(library)
    at = Path(found.origin).parent
    return str(at.parent if found.submodule_search_locations else at)


_told_missing: set[str] = set()


def _tell_of_missing(layers: Mapping[str, str]) -> None:
    """Once a process, for the operator: what this machine does not have."""
    for name, state in layers.items():
        if not state.startswith("ok") and name not in _told_missing:
            _told_missing.add(name)
            logger.warning("sandbox layer missing", extra={"layer": name, "state": state})


def _told(limits: Limits) -> dict[str, Any]:
    return {
        "memory_bytes": limits.data_bytes,
        # Only for a parent that is gone: the deadline is shorter.
        "cpu_s": int(limits.deadline_s) + 1,
        "open_files": limits.open_files,
        "parent": os.getpid(),
        "skip": limits.skip,
    }


def _json(message: Mapping[str, Any]) -> bytes:
    return json.dumps(message, allow_nan=False).encode()


def _pipes(process: "subprocess.Popen[bytes]") -> list[IO[bytes]]:
    return [pipe for pipe in (process.stdin, process.stdout, process.stderr) if pipe]


def _unblocked(pipe: IO[bytes]) -> int:
    os.set_blocking(pipe.fileno(), False)
    return pipe.fileno()


def _resident_bytes(pid: int) -> int:
    """0 where the system does not say."""
    try:
        return int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * _PAGE_BYTES
    except (OSError, ValueError, IndexError):
        return 0
