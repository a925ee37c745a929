"""How a child gives up what it does not need, one layer at a time; each reports `ok` or why not.

`limit` comes first; then the imports, while files can be opened; then `enclose` and `seal`, after
which nothing but the named files can be reached. Without limits and seccomp a child on Linux does
not go on. Elsewhere only limits hold: that is for development alone, and the report says so.
"""

import contextlib
import os
import resource
import signal
import sys
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from awsdash.sandbox.child import kernel, landlock, seccomp

ON_LINUX: Final = sys.platform == "linux"
OK: Final = "ok"
NEEDED: Final = frozenset({"limits", "seccomp"})
NOBODY: Final = 65534
_NEWUSER, _NEWNET, _NEWIPC, _NEWUTS = 0x10000000, 0x40000000, 0x08000000, 0x04000000


class NotHardened(Exception):
    """A layer that a child cannot do without is missing."""


@dataclass(frozen=True, slots=True)
class Limits:
    """What the kernel holds a child to. `skip` names layers to go without, in tests."""

    memory_bytes: int
    cpu_s: int
    open_files: int
    parent: int
    skip: Collection[str] = ()


@dataclass
class Hardening:
    """The layers of this process, in order, as far as they are laid."""

    limits: Limits
    layers: dict[str, str] = field(default_factory=dict)

    def limit(self) -> None:
        """Memory, processor time, files; and to die with the parent. Raises NotHardened."""
        self._lay("limits", self._limit)
        if ON_LINUX:
            self._lay("privileges", self._tie)

    def enclose(self, readable: Sequence[str]) -> None:
        """No network, nobody's rights, and of all files only `readable`. Needs a single thread."""
        # Only now: the imports may leave compiled files for the next.
        resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
        if not ON_LINUX:
            return
        self._lay("namespaces", _leave_namespaces)
        self._lay("user", lambda: _become_nobody(readable))
        self._lay("capabilities", kernel.drop_capabilities)
        # A change of user took it back.
        self._lay("privileges", self._tie)
        self._lay("landlock", lambda: f"ok, version {landlock.restrict(readable)}")

    def seal(self, profile: seccomp.Profile) -> None:
        """No system call but those of `profile`. Raises NotHardened."""
        if ON_LINUX:
            self._lay("seccomp", lambda: seccomp.seal(profile))
        else:
            self.layers["seccomp"] = f"none on {sys.platform}: for development alone"

    def _lay(self, name: str, step: Callable[[], str | None]) -> None:
        try:
            if name in self.limits.skip:
                raise OSError("left out")
            self.layers[name] = step() or OK
        except (OSError, ValueError) as error:
            self.layers[name] = f"unavailable: {error}"
            if name in NEEDED:
                raise NotHardened(f"{name}: {error}") from error

    def _limit(self) -> None:
        limits = self.limits
        for kind, most in (
            (resource.RLIMIT_DATA, limits.memory_bytes),
            (resource.RLIMIT_CPU, limits.cpu_s),
            (resource.RLIMIT_NOFILE, limits.open_files),
            (resource.RLIMIT_CORE, 0),
        ):
            _, hardest = resource.getrlimit(kind)
            if hardest != resource.RLIM_INFINITY:
                most = min(most, hardest)
            resource.setrlimit(kind, (most, most))
        with contextlib.suppress(OSError):
            # Should the machine run out of memory, this is the process to end.
            Path("/proc/self/oom_score_adj").write_text("1000")

    def _tie(self) -> None:
        kernel.prctl(kernel.PR_SET_PDEATHSIG, signal.SIGKILL)
        kernel.prctl(kernel.PR_SET_DUMPABLE, 0)
        kernel.prctl(kernel.PR_SET_NO_NEW_PRIVS, 1)
        if os.getppid() != self.limits.parent:
            raise NotHardened("the parent is gone")


def _leave_namespaces() -> None:
    flags = _NEWNET | _NEWIPC | _NEWUTS
    if os.geteuid() == 0:
        with contextlib.suppress(OSError):
            kernel.unshare(flags)
            return
    kernel.unshare(flags | _NEWUSER)


def _become_nobody(readable: Sequence[str]) -> str | None:
    """Root becomes nobody, unless nobody may not read the files it was given."""
    if os.geteuid() != 0:
        return f"ok, was {os.geteuid()} already"
    os.setgroups([])
    os.setegid(NOBODY)
    os.seteuid(NOBODY)
    reachable = all(os.access(path, os.R_OK, effective_ids=True) for path in readable)
    os.seteuid(0)
    if not reachable:
        raise OSError("the files are root's own; root without capabilities reads them")
    os.setresgid(NOBODY, NOBODY, NOBODY)
    os.setresuid(NOBODY, NOBODY, NOBODY)
    return None
