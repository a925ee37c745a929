"""What may go wrong with a connection: told to the HTTP handler below, which has the socket."""

from dataclasses import dataclass
from wsgiref.types import WSGIEnvironment

_KEY = "awsdash.wire"


@dataclass(frozen=True)
class Mishap:
    """What becomes of an answer on its way.

    `sent` is the part of its body that leaves before the connection is cut, None if it is not cut;
    with 0 nothing leaves, not even the headers.
    """

    sent: float | None = None
    bytes_per_second: float | None = None

    def swallows(self, body: bytes) -> bool:
        """Whether the answer never leaves: one without a body has no middle to be cut in."""
        return self.sent == 0 or (self.sent is not None and not body)


HANG_UP = Mishap(sent=0)
CUT_IN_HALF = Mishap(sent=0.5)


@dataclass
class Wire:
    """One request's way back. Layers between copy the environment; they share this."""

    mishap: Mishap = Mishap()


def wire_of(environ: WSGIEnvironment) -> Wire:
    wire: Wire = environ.setdefault(_KEY, Wire())
    return wire
