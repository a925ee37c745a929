"""Sets of rows."""

import random

import pytest

from awsdash.jobs.bits import Bits


@pytest.mark.parametrize("share", [0.0, 0.001, 0.5, 1.0])
def test_any_stretch_of_a_set_is_found(share: float) -> None:
    rows = 20_000
    numbers = sorted(n for n in range(rows) if random.Random(n).random() < share)
    bits = Bits.with_numbers(numbers, rows)
    assert bits.count == len(numbers)
    for offset, limit in ((0, 1), (0, 100), (5, 9000), (9_999, 10), (rows - 1, 1), (rows, 5)):
        assert list(bits.numbers(offset, limit)) == numbers[offset : offset + limit]


def test_what_is_in_both_sets_is_in_the_one_of_both() -> None:
    both = Bits.with_numbers({1, 7, 8, 99}, 100) & Bits.with_numbers({0, 7, 8, 98}, 100)
    assert list(both.numbers(0, 10)) == [7, 8]


def test_a_set_that_nothing_was_found_for_is_empty() -> None:
    assert Bits.of(None, 17).count == 0
    assert Bits.of(None, 0).numbers(0, 5) == []
