"""What a person sees: the launcher's own words, and each child's lines behind its name."""

import os
from typing import TextIO

COLOURS = (36, 33, 35, 32, 34, 96, 93, 95)
NAME_WIDTH = 11


class Console:
    """Writes to a terminal or a file. A terminal that was closed is no reason to fail."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream
        self._coloured = stream.isatty() and "NO_COLOR" not in os.environ
        self._colour_of: dict[str, int] = {}

    def say(self, text: str) -> None:
        self._write(f"{text}\n")

    def line(self, name: str, text: str) -> None:
        prefix = f"{name:<{NAME_WIDTH}} | "
        if self._coloured:
            colour = self._colour_of.setdefault(name, COLOURS[len(self._colour_of) % len(COLOURS)])
            prefix = f"\x1b[{colour}m{prefix}\x1b[0m"
        self._write(f"{prefix}{text}\n")

    def _write(self, text: str) -> None:
        try:
            encoding = self._stream.encoding or "utf-8"
            self._stream.write(text.encode(encoding, "replace").decode(encoding))
            self._stream.flush()
        except OSError:
            self._give_up()

    def _give_up(self) -> None:
        """Points the stream nowhere, so that neither we nor the interpreter's exit trip again."""
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, self._stream.fileno())
        os.close(nowhere)
