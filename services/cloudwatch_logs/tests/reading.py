"""Reading log events in tests."""

from collections.abc import Iterable
from typing import cast

import pyarrow as pa

from services.base import Page, Row


def rows_of(pages: Iterable[Page]) -> list[Row]:
    """The rows of all pages as dicts."""
    return [row for page in pages for row in cast(pa.Table, page.rows).to_pylist()]
