"""Requests of web pages to the emulator's own interface, which listens where any browser reaches.

A page may send a POST anywhere, with JSON that it calls plain text; and its own name may lead here.
"""

from ipaddress import ip_address
from typing import Final
from urllib.parse import urlsplit
from wsgiref.types import WSGIEnvironment

_LOCAL: Final = "localhost"


def is_of_a_web_page(environ: WSGIEnvironment) -> bool:
    """Whether a browser says that a page asks, or asks for a name that is not this machine's."""
    return "HTTP_ORIGIN" in environ or not _is_own(environ.get("HTTP_HOST", _LOCAL))


def _is_own(host: str) -> bool:
    """Nobody can make an address lead elsewhere, as they can a name."""
    try:
        name = urlsplit(f"//{host}").hostname or ""
        return name == _LOCAL or bool(ip_address(name))
    except ValueError:
        return False
