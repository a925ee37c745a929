"""The few calls to the kernel that Python has no name for. Linux only."""

import ctypes
import os
import platform
import struct
from typing import Any, Final

MACHINE: Final = platform.machine()

PR_SET_PDEATHSIG: Final = 1
PR_SET_DUMPABLE: Final = 4
PR_SET_NO_NEW_PRIVS: Final = 38
_CAPABILITIES_V3: Final = 0x20080522

_libc: Any = ctypes.CDLL(None, use_errno=True)


def prctl(option: int, value: int) -> None:
    """Raises OSError."""
    _check(_libc.prctl(ctypes.c_int(option), *map(ctypes.c_ulong, (value, 0, 0, 0))))


def unshare(flags: int) -> None:
    """Raises OSError."""
    _check(_libc.unshare(ctypes.c_int(flags)))


def drop_capabilities() -> None:
    """All of them, of whichever user. Raises OSError."""
    head = struct.pack("=II", _CAPABILITIES_V3, 0)
    _check(_libc.capset(head, bytes(24)))


def syscall(number: int, *arguments: int | bytes | None) -> int:
    """What the kernel answers. Raises OSError."""
    words = [ctypes.c_long(a) if isinstance(a, int) else a for a in arguments]
    return _check(_libc.syscall(ctypes.c_long(number), *words))


def _check(answer: int) -> int:
    if answer < 0:
        error = ctypes.get_errno()
        raise OSError(error, os.strerror(error))
    return answer
