"""Looks at a page in light, in dark and on a telephone: axe-core's verdict, and pictures.

The pictures are compared with no others (fonts differ from machine to machine); they are for
people, and only must show something.
"""

import zlib
from pathlib import Path
from typing import Any, Final, Literal

from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import Locator, Page

Variant = Literal["light", "dark", "narrow"]
VARIANTS: Final[tuple[Variant, ...]] = ("light", "dark", "narrow")
WIDE_PX: Final = 1280
NARROW_PX: Final = 390
HEIGHT_PX: Final = 1000
# All that axe runs by itself, best practices too, and what it leaves out of WCAG 2.2 AA.
ALL_RULES: Final = {"rules": {"target-size": {"enabled": True}}}
# Nothing but the colours is different in the dark.
COLOURS: Final = {"runOnly": ["color-contrast", "link-in-text-block"]}
FEWEST_BYTES: Final = 16


class Looks:
    """Collects what is wrong, so that one test tells all of it."""

    def __init__(self, page: Page, folder: Path) -> None:
        self.page, self.folder = page, folder
        self.problems: list[str] = []

    def at(self, name: str, *sections: str) -> None:
        """Look at the page as it is now; `sections` are selectors to be pictured on their own."""
        pictures = {variant: self._in(variant, name, sections) for variant in VARIANTS}
        if pictures["light"] == pictures["dark"]:
            self.problems.append(f"{name}: light and dark look the same")

    def _in(self, variant: Variant, name: str, sections: tuple[str, ...]) -> bytes:
        width = NARROW_PX if variant == "narrow" else WIDE_PX
        self.page.set_viewport_size({"width": width, "height": HEIGHT_PX})
        self.page.emulate_media(color_scheme="dark" if variant == "dark" else "light")
        found = verdict(self.page, COLOURS if variant == "dark" else ALL_RULES)
        self.problems += [f"{name} ({variant}): {problem}" for problem in found]
        if self.page.evaluate("document.documentElement.scrollWidth") > width:
            self.problems.append(f"{name} ({variant}): wider than the screen")
        for selector in sections:
            part = f"{name}-{selector.removeprefix('#part-')}"
            self._picture(self.page.locator(selector), part, variant, width)
        return self._picture(self.page, name, variant, width)

    def _picture(self, shown: Page | Locator, name: str, variant: Variant, width: int) -> bytes:
        path = self.folder / f"{name}-{variant}.png"
        picture = shown.screenshot(path=path)
        if is_blank(picture):
            self.problems.append(f"{name} ({variant}): the picture is blank")
        if width_px(picture) > width:
            self.problems.append(f"{name} ({variant}): the picture is wider than the screen")
        return picture


def verdict(page: Page, options: dict[str, Any]) -> list[str]:
    """Axe's violations, each with its first few elements."""
    if not page.evaluate("'axe' in window"):
        page.evaluate(AXE_SCRIPT)
    found = page.evaluate(
        "options => axe.run({...options, resultTypes: ['violations']}).then(r => r.violations)",
        options,
    )
    return [
        f"{rule['id']}: {rule['help']}: {node['target']} {node['html'][:160]}"
        for rule in found
        for node in rule["nodes"][:3]
    ]


def width_px(png: bytes) -> int:
    return int.from_bytes(png[16:20])


def is_blank(png: bytes) -> bool:
    """Whether it is of one colour: what is packed into it then has hardly two different bytes."""
    place, packed = 8, b""
    while place < len(png):
        length, kind = int.from_bytes(png[place : place + 4]), png[place + 4 : place + 8]
        packed += png[place + 8 : place + 8 + length] if kind == b"IDAT" else b""
        place += length + 12
    return len(set(zlib.decompress(packed))) < FEWEST_BYTES
