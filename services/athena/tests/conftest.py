"""An emulated Athena that can be told to fail."""

import json
from collections.abc import Callable, Iterator
from http.client import HTTPConnection
from typing import Any
from urllib.parse import urlsplit

import pytest

PutFault = Callable[..., None]


@pytest.fixture
def put_fault(emulated_aws: str) -> Iterator[PutFault]:
    """Puts a fault rule of the emulator, by its members; it is gone after the test."""

    def ask(method: str, body: Any = None) -> None:
        connection = HTTPConnection(urlsplit(emulated_aws).netloc)
        connection.request(method, "/_emulator/faults", body and json.dumps(body))
        assert connection.getresponse().status < 300
        connection.close()

    yield lambda **rule: ask("PUT", [rule])
    ask("DELETE")
