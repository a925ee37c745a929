"""How a range of time is written, meant and called."""

import pytest
from django.utils import timezone

from awsdash.ranges import Range, meant, range_of, shown


@pytest.mark.parametrize(
    ("start", "end", "label"),
    [
        ("-3h", "", "Last 3 hours"),
        ("-3h", "now", "Last 3 hours"),
        ("", "", "Any time"),
        ("-3h", "-1h", "-3h to -1h"),
        ("-7m", "", "-7m to now"),
        ("2026-11-22 10:00", "2026-11-22 11:00", "2026-11-22 10:00 to 11:00"),
        ("2026-11-22 10:00", "2026-11-23 11:00", "2026-11-22 10:00 to 2026-11-23 11:00"),
        ("", "2026-11-22", "the beginning to 2026-11-22"),
    ],
)
def test_a_range_is_called_by_its_preset_or_both_ends(start: str, end: str, label: str) -> None:
    assert Range(start, end).label == label


@pytest.mark.parametrize(
    ("written", "is_meant"),
    [
        ("2026-11-22 14:00", "2026-11-22T14:00:00-03:00"),
        ("2026-11-22T14:00:00Z", "2026-11-22T14:00:00Z"),
        ("2026-11-22T14:00:00+05:30", "2026-11-22T14:00:00+05:30"),
        ("-3h", "-3h"),
        ("now", "now"),
        ("1795348800000", "1795348800000"),
        ("20261122", "20261122"),
        ("rubbish", "rubbish"),
    ],
)
def test_a_time_without_a_zone_gets_the_readers(written: str, is_meant: str) -> None:
    with timezone.override("America/Sao_Paulo"):
        assert meant(written) == is_meant


def test_a_stored_time_is_shown_in_the_readers_zone_and_means_the_same_again() -> None:
    with timezone.override("America/Sao_Paulo"):
        assert shown("2026-11-22T17:00:00Z") == "2026-11-22 14:00:00"
        assert meant(shown("2026-11-22T17:00:00Z")) == "2026-11-22T14:00:00-03:00"
        assert shown(1_795_348_800_000) == "2026-11-22 09:00:00"
        assert shown("9" * 30) == "9" * 30
    options = {"startTime": "-3h", "endTime": None}
    assert range_of(options) == Range("-3h", "")
