"""How values look on a page."""

import pytest
from django.utils import timezone

from awsdash.templatetags.show import instant, iso, marked, thousands


@pytest.mark.parametrize(
    ("text", "needles", "html"),
    [
        ("Timeout after timeout", ["timeout"], "<mark>Timeout</mark> after <mark>timeout</mark>"),
        ("<b>&", ["b"], "&lt;<mark>b</mark>&gt;&amp;"),
        ("a <script>", ["<script>"], "a <mark>&lt;script&gt;</mark>"),
        ("a.c abc", ["a.c"], "<mark>a.c</mark> abc"),
        ("timeouts", ["time", "timeout"], "<mark>timeout</mark>s"),
        ("plain & simple", [], "plain &amp; simple"),
        (42, ["2"], "4<mark>2</mark>"),
        ("İstanbul", ["stan"], "İ<mark>stan</mark>bul"),
    ],
)
def test_what_a_search_found_is_marked_and_markup_is_text(
    text: object, needles: list[str], html: str
) -> None:
    assert marked(text, needles) == html


def test_an_instant_is_in_the_readers_zone_and_its_copy_is_in_utc() -> None:
    with timezone.override("Asia/Kolkata"):
        assert instant(1_795_348_800_005) == "2026-11-22 17:30:00.005"
        assert iso(1_795_348_800_005) == "2026-11-22T12:00:00.005Z"
    assert instant(None) == ""


def test_large_numbers_are_grouped() -> None:
    assert thousands(1_234_567) == "1,234,567"
