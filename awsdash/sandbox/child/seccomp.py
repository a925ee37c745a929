"""Seccomp: the system calls that a process may still make. All else fails, some of it kills.

A filter is a small program in the kernel's packet filter language; it sees numbers, no memory.
"""

import ctypes
import errno
import os
import struct
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

from awsdash.sandbox.child import kernel
from awsdash.sandbox.child.syscalls import MACHINES

_SET_FILTER, _EVERY_THREAD = 1, 1
_ALLOW, _KILL, _FAIL = 0x7FFF0000, 0x80000000, 0x00050000
_LOAD, _EQUAL, _ANY_BIT, _AT_LEAST, _RETURN = 0x20, 0x15, 0x45, 0x35, 0x06
_NUMBER_AT, _MACHINE_AT, _ARGUMENTS_AT = 0, 4, 16
_X32: Final = 0x40000000
_PROT_EXEC: Final = 4
_WRITES: Final = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND

_Instruction = tuple[int, int, int, int]


@dataclass(frozen=True, slots=True)
class Profile:
    """What one kind of child may do. Names that a machine lacks are passed over.

    `without_bits` may be called where an argument has none of these bits, `with_values` where it
    has one of these values: name -> (argument, bits or values). `failing` tell an error of their
    own instead of EPERM.
    """

    allowed: frozenset[str]
    without_bits: dict[str, tuple[int, int]] = field(default_factory=dict)
    with_values: dict[str, tuple[int, frozenset[int]]] = field(default_factory=dict)
    failing: dict[str, int] = field(default_factory=dict)


_LETHAL: Final = ("execve", "execveat", "ptrace")
# Memory, time, locks between threads, and the pipes to the parent: what every program needs.
_CALLS: Final = frozenset({
    "read", "write", "readv", "writev", "close", "fstat", "lseek", "munmap", "brk", "mremap",
    "madvise", "sched_yield", "futex", "rt_sigaction", "rt_sigprocmask", "rt_sigreturn",
    "sigaltstack", "restart_syscall", "nanosleep", "clock_gettime", "clock_getres",
    "clock_nanosleep", "gettimeofday", "times", "getpid", "gettid", "getrusage", "sysinfo",
    "uname", "sched_getaffinity", "getrandom", "membarrier", "rseq", "set_robust_list", "poll",
    "ppoll", "exit", "exit_group",
})  # fmt: skip
COMPUTING: Final = Profile(
    allowed=_CALLS,
    # What is written to memory is never run.
    without_bits={
        "mmap": (2, _PROT_EXEC),
        "mprotect": (2, _PROT_EXEC),
        "pkey_mprotect": (2, _PROT_EXEC),
    },
    # Libraries try the older call then, and are refused that.
    failing={"clone3": errno.ENOSYS},
)
_F_GETFD, _F_SETFD, _F_GETFL, _F_GETLK, _F_SETLK = 1, 2, 3, 5, 6
# To read files besides; which ones is Landlock's to say.
READING: Final = Profile(
    allowed=COMPUTING.allowed
    | {
        "pread64",
        "stat",
        "lstat",
        "newfstatat",
        "statx",
        "access",
        "faccessat",
        "faccessat2",
        "getcwd",
    },
    without_bits={**COMPUTING.without_bits, "open": (1, _WRITES), "openat": (2, _WRITES)},
    with_values={"fcntl": (1, frozenset({_F_GETFD, _F_SETFD, _F_GETFL, _F_GETLK, _F_SETLK}))},
    # No path is a symbolic link, and no file a terminal.
    failing={
        **COMPUTING.failing,
        "readlink": errno.EINVAL,
        "readlinkat": errno.EINVAL,
        "ioctl": errno.ENOTTY,
    },
)


def seal(profile: Profile) -> None:
    """Hold every thread of this process to `profile` for good. Raises OSError."""
    if kernel.MACHINE not in MACHINES:
        raise OSError(errno.ENOSYS, f"no filter is written for {kernel.MACHINE}")
    code = b"".join(struct.pack("=HBBI", *each) for each in _program(profile))
    program = ctypes.create_string_buffer(code, len(code))
    # struct sock_fprog: how many instructions, and where they are.
    told = struct.pack("@HP", len(code) // 8, ctypes.addressof(program))
    _, numbers = MACHINES[kernel.MACHINE]
    thread = kernel.syscall(numbers["seccomp"], _SET_FILTER, _EVERY_THREAD, told)
    if thread:
        raise OSError(errno.ESRCH, f"thread {thread} took no filter")


def _program(profile: Profile) -> Iterator[_Instruction]:
    """Each test that fits returns; the others jump over its rest to the next."""
    machine, numbers = MACHINES[kernel.MACHINE]
    yield _LOAD, 0, 0, _MACHINE_AT
    yield _EQUAL, 1, 0, machine
    yield _RETURN, 0, 0, _KILL
    yield _LOAD, 0, 0, _NUMBER_AT
    if kernel.MACHINE == "x86_64":
        # The same calls under other numbers.
        yield _AT_LEAST, 0, 1, _X32
        yield _RETURN, 0, 0, _KILL
    answers = dict.fromkeys(_LETHAL, _KILL) | dict.fromkeys(sorted(profile.allowed), _ALLOW)
    answers |= {name: _FAIL | number for name, number in profile.failing.items()}
    for name, answer in answers.items():
        if name in numbers:
            yield _EQUAL, 0, 1, numbers[name]
            yield _RETURN, 0, 0, answer
    for name, (argument, bits) in profile.without_bits.items():
        if name in numbers:
            yield from _without_bits(numbers[name], argument, bits)
    for name, (argument, values) in profile.with_values.items():
        if name in numbers:
            yield from _with_values(numbers[name], argument, sorted(values))
    # To abort is to signal oneself.
    yield from _with_values(numbers["tgkill"], 0, [os.getpid()])
    yield _RETURN, 0, 0, _FAIL | errno.EPERM


def _without_bits(number: int, argument: int, bits: int) -> Iterator[_Instruction]:
    yield _EQUAL, 0, 4, number
    yield _LOAD, 0, 0, _ARGUMENTS_AT + 8 * argument
    yield _ANY_BIT, 0, 1, bits
    yield _RETURN, 0, 0, _FAIL | errno.EACCES
    yield _RETURN, 0, 0, _ALLOW


def _with_values(number: int, argument: int, values: list[int]) -> Iterator[_Instruction]:
    yield _EQUAL, 0, 2 * len(values) + 2, number
    yield _LOAD, 0, 0, _ARGUMENTS_AT + 8 * argument
    for value in values:
        yield _EQUAL, 0, 1, value
        yield _RETURN, 0, 0, _ALLOW
    yield _RETURN, 0, 0, _FAIL | errno.EPERM
