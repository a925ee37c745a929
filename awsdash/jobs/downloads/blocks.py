"""The numbers of all rows that match, as many at a time as memory has room for."""

from collections.abc import Iterator, Sequence
from typing import Final

from awsdash.jobs.reading import Reader

# Few at first, so that the first bytes leave at once.
FIRST_ROWS: Final = 1_000
BLOCK_ROWS: Final = 5_000
# Sorted rows lie all over the files, which are read once for each block.
SORTED_BLOCK_ROWS: Final = 20_000


def blocks(reader: Reader) -> Iterator[Sequence[int]]:
    size = SORTED_BLOCK_ROWS if reader.is_sorted else BLOCK_ROWS
    offset = 0
    while numbers := reader.numbers(offset, size if offset else FIRST_ROWS):
        yield numbers
        offset += len(numbers)
