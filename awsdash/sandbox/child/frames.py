"""How parent and child talk: frames of a length, what they are, and their bytes."""

import json
import os
import struct
from enum import IntEnum
from typing import Any, Final

HEAD: Final = struct.Struct("<IB")
# The parent ends a child that announces more.
MOST_BYTES: Final = 32 * 2**20


class Op(IntEnum):
    """What a frame is. The parent sends the job; from READY on it is the child that talks."""

    JOB = 0
    READY = 1
    RESULT = 2
    # Of SQL.
    COLUMNS = 16
    ROWS = 17


def framed(op: Op, body: bytes) -> bytes:
    return HEAD.pack(len(body), op) + body


class Channel:
    """The child's end. Nothing else that it prints gets in between."""

    def __init__(self) -> None:
        self._out = os.dup(1)
        os.dup2(2, 1)

    def receive(self) -> Any:
        """The JSON of the next frame. Raises EOFError when the parent is gone."""
        size, _ = HEAD.unpack(self._read(HEAD.size))
        return json.loads(self._read(size))

    def send(self, op: Op, body: bytes) -> None:
        left = memoryview(framed(op, body))
        while left:
            left = left[os.write(self._out, left) :]

    def tell(self, op: Op, message: object) -> None:
        self.send(op, json.dumps(message).encode())

    def _read(self, size: int) -> bytes:
        found = b""
        while len(found) < size:
            more = os.read(0, size - len(found))
            if not more:
                raise EOFError
            found += more
        return found
