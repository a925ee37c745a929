"""A set of a result's rows by their numbers: one bit for each row, 125 kB for a million."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import accumulate
from typing import Final, Self

_BLOCK_BYTES: Final = 512


@dataclass(frozen=True)
class Bits:
    """`data` as DuckDB's bit strings have it: the bit of row 0 is the first byte's highest."""

    data: bytes

    @classmethod
    def of(cls, found: bytes | None, rows: int) -> Self:
        """What `bits_sql` found among that many rows."""
        return cls(found or bytes(_bytes(rows)))

    @classmethod
    def with_numbers(cls, numbers: Iterable[int], rows: int) -> Self:
        """These rows, of that many."""
        data = bytearray(_bytes(rows))
        for number in numbers:
            data[number >> 3] |= 128 >> (number & 7)
        return cls(bytes(data))

    def __and__(self, other: "Bits") -> "Bits":
        both = int.from_bytes(self.data) & int.from_bytes(other.data)
        return Bits(both.to_bytes(len(self.data)))

    @cached_property
    def count(self) -> int:
        return self._counts[-1]

    def numbers(self, offset: int, limit: int) -> Sequence[int]:
        """The rows' numbers, rising, from the one after the first `offset` on."""
        found: list[int] = []
        for block, before in enumerate(self._counts[:-1]):
            if before >= offset + limit:
                break
            if self._counts[block + 1] > offset:
                places = self._places(block)
                found += places[max(0, offset - before) : offset + limit - before]
        return found

    @cached_property
    def _counts(self) -> list[int]:
        """How many rows come before each block, and how many there are."""
        counts = (int.from_bytes(self._block(n)).bit_count() for n in range(self._blocks))
        return [0, *accumulate(counts)]

    @property
    def _blocks(self) -> int:
        return -(-len(self.data) // _BLOCK_BYTES)

    def _block(self, number: int) -> bytes:
        return self.data[number * _BLOCK_BYTES : (number + 1) * _BLOCK_BYTES]

    def _places(self, number: int) -> list[int]:
        block, first = self._block(number), number * _BLOCK_BYTES * 8
        digits = f"{int.from_bytes(block):0{len(block) * 8}b}"
        return [first + place for place, digit in enumerate(digits) if digit == "1"]


def bits_sql(rows: int, where: str = "true") -> str:
    """SQL that gathers the numbers `n` of the rows for which `where` holds."""
    return f"(bitstring_agg(n, 0, {_bytes(rows) * 8 - 1}) FILTER (WHERE {where}))::BLOB"


def _bytes(rows: int) -> int:
    return -(-rows // 8)
