"""A file that is sent while it is written."""


class Sink:
    """Takes bytes from a writer that never looks back, and hands them on."""

    closed = False

    def __init__(self) -> None:
        self._written: list[bytes] = []

    def write(self, data: bytes) -> int:
        self._written.append(bytes(data))
        return len(data)

    def flush(self) -> None:
        """Nothing waits here."""

    def close(self) -> None:
        self.closed = True

    def taken(self) -> bytes:
        """What was written since this was asked last."""
        written, self._written = self._written, []
        return b"".join(written)
