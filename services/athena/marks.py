"""Where reading a result goes on: what `nextToken` is for Athena."""

import re
from dataclasses import dataclass
from typing import Final, Self

from services.errors import InvalidQuery

_MARK: Final = re.compile(r"([\w-]{1,128}):(\d{1,9}):(?:o(\d{1,18})|t(.+))", re.ASCII | re.S)


@dataclass(frozen=True, slots=True)
class Mark:
    """A place in the result of a query.

    It is so many bytes into its file, where a record begins, or at a page of GetQueryResults
    (`token`), and there `skip` rows further.
    """

    query_id: str
    offset: int = 0
    token: str | None = None
    skip: int = 0

    def __str__(self) -> str:
        place = f"o{self.offset}" if self.token is None else f"t{self.token}"
        return f"{self.query_id}:{self.skip}:{place}"

    @classmethod
    def parse(cls, text: str) -> Self:
        """The mark that was written so. Raises InvalidQuery."""
        found = _MARK.fullmatch(text)
        if found is None:
            message = "not one of Athena's; pass the nextToken of a result unchanged"
            raise InvalidQuery(f"nextToken: {message}", fields={"nextToken": message})
        return cls(found[1], int(found[3] or 0), found[4], int(found[2]))
