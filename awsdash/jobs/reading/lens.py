"""How a result is looked at: words to find, a level, filters on columns, and the order."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, Self, get_args
from urllib.parse import unquote, urlencode

from services.base import Level
from services.errors import InvalidQuery

LONGEST_SEARCH: Final = 200
LONGEST_VALUE: Final = 500
MOST_FILTERS: Final = 20
UNARY: Final = frozenset({"empty", "notempty"})
OPERATORS: Final = ("eq", "ne", "contains", "gt", "gte", "lt", "lte", "empty", "notempty")
_WRITTEN: Final = re.compile(rf"([^:]+):({'|'.join(OPERATORS)})(?::(.*))?", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Filter:
    """One condition on one column, written `status:gte:500` or `user:empty`.

    In a column's name a colon is %3A and a percent sign %25; the value is as it is.
    """

    column: str
    operator: str
    value: str = ""

    @classmethod
    def parse(cls, written: str) -> Self:
        """Raises InvalidQuery for what is no filter; `Reader` tells whether the column is there."""
        match = _WRITTEN.fullmatch(written)
        if match is None or ((match[3] is None) != (match[2] in UNARY)):
            raise InvalidQuery(
                f"filter: {written[:80]} is none",
                hint="Write column:operator:value, the operator one of "
                f"{', '.join(OPERATORS)}; empty and notempty take no value.",
            )
        if len(match[3] or "") > LONGEST_VALUE:
            raise InvalidQuery(
                f"filter: the value is longer than {LONGEST_VALUE} characters",
                hint="Filter by a part of it, with contains.",
            )
        return cls(unquote(match[1]), match[2], (match[3] or "").replace("\x00", ""))

    def __str__(self) -> str:
        column = self.column.replace("%", "%25").replace(":", "%3A")
        return f"{column}:{self.operator}" + ("" if self.operator in UNARY else f":{self.value}")


@dataclass(frozen=True, slots=True)
class Lens:
    """How a result is looked at: words to find, a level, the column to sort by, filters.

    `sort` is a column's name, after `-` descending; "" is AWS's order, of a merged result the
    newest first.
    """

    search: str = ""
    level: str = ""
    sort: str = ""
    filters: tuple[Filter, ...] = ()

    @classmethod
    def parse(cls, options: Mapping[str, Any], filters: Sequence[str] = ()) -> Self:
        """The lens of an address's options and its filters. Raises InvalidQuery."""
        level = options.get("level", "")
        if level and level not in get_args(Level):
            raise InvalidQuery(f"level: there is no level {level}", hint="Use error or warning.")
        if len(filters) > MOST_FILTERS:
            raise InvalidQuery(f"filter: {len(filters)} are too many", hint=f"{MOST_FILTERS} fit.")
        search = options.get("search", "").replace("\x00", "").strip()[:LONGEST_SEARCH]
        return cls(search, level, options.get("sort", ""), tuple(map(Filter.parse, filters)))

    @property
    def hides(self) -> bool:
        """Whether some rows may not show."""
        return bool(self.search or self.level or self.filters)

    @property
    def query(self) -> str:
        """The lens as an address has it: `search=timeout&level=error&f=status%3Agte%3A500`."""
        told = [("search", self.search), ("level", self.level), ("sort", self.sort)]
        told += [("f", str(filter)) for filter in self.filters]
        return urlencode([(name, value) for name, value in told if value])
