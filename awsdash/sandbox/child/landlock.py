"""Landlock: of all files a process may only read those it names, and it may reach no port."""

import os
import struct
from collections.abc import Iterable
from typing import Final

from awsdash.sandbox.child import kernel

_CREATE_RULESET, _ADD_RULE, _RESTRICT_SELF = 444, 445, 446
_VERSION: Final = 1
_PATH_BENEATH: Final = 1
_READ_FILE: Final = 1 << 2
# How many kinds of access to files each version of the interface knows; later ones know 16.
_FILE_RIGHTS: Final = {1: 13, 2: 14, 3: 15, 4: 15}
_MOST_FILE_RIGHTS: Final = 16
_BIND_AND_CONNECT: Final = 3
_SIGNALS_AND_SOCKETS: Final = 3
_SINCE_NETWORK, _SINCE_SCOPES = 4, 6


def restrict(readable: Iterable[str]) -> int:
    """Deny this process every file but `readable`. The version of the interface in use.

    Raises OSError where the kernel has none.
    """
    version = kernel.syscall(_CREATE_RULESET, None, 0, _VERSION)
    denied = struct.pack(
        "=QQQ",
        (1 << _FILE_RIGHTS.get(version, _MOST_FILE_RIGHTS)) - 1,
        _BIND_AND_CONNECT,
        _SIGNALS_AND_SOCKETS,
    )
    size = 8 if version < _SINCE_NETWORK else 16 if version < _SINCE_SCOPES else 24
    rules = kernel.syscall(_CREATE_RULESET, denied[:size], size, 0)
    try:
        for path in readable:
            _allow(rules, path)
        kernel.syscall(_RESTRICT_SELF, rules, 0)
    finally:
        os.close(rules)
    return version


def _allow(rules: int, path: str) -> None:
    try:
        file = os.open(path, os.O_PATH | os.O_CLOEXEC)
    except FileNotFoundError:
        # Whoever opens it learns that it is gone.
        return
    try:
        kernel.syscall(_ADD_RULE, rules, _PATH_BENEATH, struct.pack("=Qi", _READ_FILE, file), 0)
    finally:
        os.close(file)
