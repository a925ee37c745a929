"""The metrics of the machines that have a part in a plot."""

from collections.abc import Callable, Iterator
from typing import Final, NamedTuple

from awsdash.demo.aws.metrics.store import Series
from awsdash.demo.aws.state import Place
from awsdash.demo.story.cast import DATA_PROD, PAYMENTS_PROD
from awsdash.demo.story.logs.outcomes import iterator_age
from awsdash.demo.story.metrics.waves import Plot, Wave
from awsdash.demo.story.timeline import Timeline

IRELAND: Final = "eu-west-1"
LOST_MESSAGES: Final = 1840


def _since_deployed(share: float) -> Plot:
    def plot(story: Timeline) -> Callable[[int], float]:
        deployed = story.deployed_at.timestamp()
        return lambda at: share if at >= deployed else 1.0

    return plot


def _lag(story: Timeline) -> Callable[[int], float]:
    return lambda at: max(iterator_age(story, at).total_seconds() * 1000, 1)


def _lost(story: Timeline) -> Callable[[int], float]:
    """Messages stay in the dead letter queue until somebody deals with them."""
    begin, end = story.resharded_at.timestamp(), story.reshard_mended_at.timestamp()
    return lambda at: LOST_MESSAGES * min(max((at - begin) / (end - begin), 0), 1)


def _shards(story: Timeline) -> Callable[[int], float]:
    """What exceeds the one shard's rate while there is one."""
    begin, end = story.resharded_at.timestamp(), story.reshard_mended_at.timestamp()
    return lambda at: 1.0 if begin <= at < end else 0.0


class _Measured(NamedTuple):
    place: Place
    namespace: str
    dimensions: tuple[tuple[str, str], ...]
    name: str
    unit: str
    wave: Wave


# Since the deployment the charges hold two connections instead of twenty.
_POOL: Final = _since_deployed(0.1)
_STARVED: Final = _since_deployed(0.35)
_LEDGER: Final = (Place(PAYMENTS_PROD, IRELAND), "AWS/RDS", (("DBClusterIdentifier", "ledger"),))
_ORDERS: Final = (Place(DATA_PROD, IRELAND), "AWS/Kinesis", (("StreamName", "orders"),))
_LETTERS: Final = (Place(DATA_PROD, IRELAND), "AWS/SQS", (("QueueName", "orders-ingest-dlq"),))
_MEASURED: Final = (
    _Measured(*_LEDGER, "DatabaseConnections", "Count", Wave(20, 0, 0.05, 60, plot=_POOL)),
    _Measured(*_LEDGER, "CPUUtilization", "Percent", Wave(34, most=100, plot=_STARVED)),
    _Measured(*_LEDGER, "FreeableMemory", "Bytes", Wave(6.4e9, 0.02, 0.01)),
    _Measured(*_ORDERS, "IncomingRecords", "Count", Wave(5200, 0.5, 0.08, 60)),
    _Measured(*_ORDERS, "IncomingBytes", "Bytes", Wave(3.9e6, 0.5, 0.08, 60)),
    _Measured(
        *_ORDERS,
        "GetRecords.IteratorAgeMilliseconds",
        "Milliseconds",
        Wave(1, 0, 0.02, 60, plot=_lag),
    ),
    _Measured(
        *_ORDERS,
        "WriteProvisionedThroughputExceeded",
        "Count",
        Wave(90, 0.5, 0.2, 60, plot=_shards),
    ),
    _Measured(
        *_LETTERS, "ApproximateNumberOfMessagesVisible", "Count", Wave(1, 0, 0, 300, plot=_lost)
    ),
)


def series_of_machines(story: Timeline) -> Iterator[tuple[Place, Series]]:
    for measured in _MEASURED:
        yield measured.place, wave_series(story, *measured)


def wave_series(
    story: Timeline,
    place: Place,
    namespace: str,
    dimensions: tuple[tuple[str, str], ...],
    name: str,
    unit: str,
    wave: Wave,
) -> Series:
    identity = f"{place.account}/{place.region}/{namespace}/{name}/{dimensions}"
    return Series(
        namespace,
        name,
        dimensions,
        unit,
        lambda: wave.samples(story, identity),
        last_at=int(story.epoch.timestamp()) - wave.every_s,
    )
