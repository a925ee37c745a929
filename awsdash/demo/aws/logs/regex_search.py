"""Regular expressions of visitors, in Java's dialect as AWS speaks it.

A search that backtracks without end gives up. Python's own module could not, and would hold all
threads meanwhile.
"""

import regex

LONGEST_S = 1.0

InvalidRegex = regex.error


class Regex:
    """Raises InvalidRegex when made, TimeoutError from a search that takes too long."""

    def __init__(self, source: str) -> None:
        self._pattern = regex.compile(source)
        self.groups: int = self._pattern.groups
        self.names: list[str] = list(self._pattern.groupindex)

    def search(self, text: str) -> "regex.Match[str] | None":
        return self._pattern.search(text, timeout=LONGEST_S)
