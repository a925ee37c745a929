"""The story's data lake: the shop's edge, its orders, its network, its reports, for Athena.

The tables are made when somebody first asks for them.
"""

from functools import partial
from typing import Final

from awsdash.demo.aws.athena.lake import Table, plant_bucket, plant_table, workgroup
from awsdash.demo.aws.state import Place
from awsdash.demo.story.cast import DATA_PROD, PLATFORM
from awsdash.demo.story.lake import rows
from awsdash.demo.story.timeline import Timeline

DATA: Final = Place(DATA_PROD, "eu-west-1")
REPORTS: Final = Place(DATA_PROD, "us-east-1")
NETWORK: Final = Place(PLATFORM, "eu-central-1")
RESULT_BUCKETS: Final = {
    DATA: "northwind-athena-results",
    REPORTS: "northwind-reports-athena-results",
    NETWORK: "northwind-network-athena-results",
}
SCAN_LIMIT_BYTES: Final = 1_000_000_000
_DAY: Final = (("dt", "string"),)
_WITH_HEADER: Final = {"skip.header.line.count": "1"}

ACCESS_LOG_COLUMNS: Final = (
    ("ts", "timestamp"),
    ("method", "string"),
    ("host", "string"),
    ("path", "string"),
    ("status", "int"),
    ("bytes", "bigint"),
    ("duration_ms", "int"),
    ("client_ip", "string"),
    ("user_agent", "string"),
    ("trace_id", "string"),
    ("region", "string"),
)
FLOW_LOG_COLUMNS: Final = (
    ("srcaddr", "string"),
    ("dstaddr", "string"),
    ("dstport", "int"),
    ("protocol", "int"),
    ("action", "string"),
    ("bytes", "bigint"),
    ("start", "timestamp"),
)
ORDER_COLUMNS: Final = (
    ("order_id", "string"),
    ("customer_id", "string"),
    ("status", "string"),
    ("currency", "string"),
    ("total", "double"),
    ("items", "array<struct<sku:string,quantity:int>>"),
    ("created_at", "timestamp"),
)
REFUND_COLUMNS: Final = (
    ("refund_id", "string"),
    ("order_id", "string"),
    ("amount", "double"),
    ("reason", "string"),
    ("refunded_at", "timestamp"),
)
REPORT_COLUMNS: Final = (
    ("section", "string"),
    ("orders", "bigint"),
    ("revenue", "double"),
    ("written_at", "timestamp"),
)


def plant_lake(story: Timeline) -> None:
    """After the estate, which has the buckets."""
    for place, bucket in RESULT_BUCKETS.items():
        plant_bucket(place, bucket)
        _workgroups(place, f"s3://{bucket}/")
    for place, table in _TABLES:
        plant_table(place, table(story))


def _workgroups(place: Place, results: str) -> None:
    workgroup(place, "primary", location=f"{results}primary/")
    workgroup(
        place,
        "analysts",
        "For people: results in one place, 1 GB a query",
        location=f"{results}analysts/",
        enforces=True,
        scan_limit_bytes=SCAN_LIMIT_BYTES,
    )
    workgroup(place, "managed", "Athena keeps the results", enforces=True, manages_results=True)


def _edge(story: Timeline) -> Table:
    return Table(
        "edge",
        "access_logs",
        ACCESS_LOG_COLUMNS,
        "s3://northwind-edge-logs/access_logs/",
        "parquet",
        partial(rows.access_logs, story),
        _DAY,
        "Every request that the shop's edge served",
    )


def _orders(story: Timeline) -> Table:
    return Table(
        "orders",
        "orders",
        ORDER_COLUMNS,
        "s3://northwind-orders-raw/orders/",
        "json",
        partial(rows.orders, story),
        description="Orders as orders-ingest wrote them",
    )


def _refunds(story: Timeline) -> Table:
    return Table(
        "orders",
        "refunds",
        REFUND_COLUMNS,
        "s3://northwind-orders-raw/refunds/",
        "csv",
        partial(rows.refunds, story),
        parameters=_WITH_HEADER,
    )


def _network(story: Timeline) -> Table:
    return Table(
        "network",
        "flow_logs",
        FLOW_LOG_COLUMNS,
        "s3://northwind-flow-logs/flow_logs/",
        "parquet",
        partial(rows.flow_logs, story),
        _DAY,
        "Flow logs of the platform's VPC",
    )


def _reports(story: Timeline) -> Table:
    return Table(
        "reports",
        "nightly",
        REPORT_COLUMNS,
        "s3://northwind-reports/nightly/",
        "csv",
        partial(rows.reports, story),
        _DAY,
        "What report-nightly has written, night by night",
        _WITH_HEADER,
    )


_TABLES: Final = (
    (DATA, _edge),
    (DATA, _orders),
    (DATA, _refunds),
    (NETWORK, _network),
    (REPORTS, _reports),
)
