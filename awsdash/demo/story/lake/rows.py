"""The rows of the story's lake, made in DuckDB: each value follows from the seed and its row.

There is more traffic by the day (these are the days before Black Friday) and by day than by night.
"""

import tempfile
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Final

from awsdash.demo.story.timeline import Timeline

SPAN: Final = timedelta(days=13)
GROWTH: Final = 1.18  # from one day to the next
SWING: Final = 0.55
PEAK_HOUR: Final = 14
# After the deployment those who cannot pay try again, and again.
RETRIES: Final = 0.015
ORDERS: Final = 4_000
REFUNDS: Final = 260
NIGHT: Final = timedelta(hours=2, minutes=10)
BASTION: Final = "10.50.0.22"

_MACROS: Final = (
    "chance(i, what) AS (hash(concat($seed, '/', what, '/', i)) % 1000003) / 1000003e0",
    "pick(i, what, options) AS options[1 + CAST(floor(chance(i, what) * len(options)) AS INTEGER)]",
    "days(p) AS ln(1 + p * (power($growth, $days) - 1)) / ln($growth)",
    # By the share of a day's traffic to the time of day: turns the integral of a wave around.
    "nearer(u, x) AS u - $swing / (2 * pi()) *"
    " (sin(2 * pi() * (x - $peak)) + sin(2 * pi() * $peak))",
    "by_rhythm(d) AS floor(d) + greatest(0, least(0.999999, nearer(d - floor(d),"
    " nearer(d - floor(d), nearer(d - floor(d), nearer(d - floor(d), d - floor(d)))))))",
    "machine(i, what) AS concat('10.50.', pick(i, what || 1, [0, 1, 2]), '.',"
    " 10 + CAST(chance(i, what || 2) * 200 AS INTEGER))",
    "moment(d) AS $start + to_microseconds(CAST(d * 86400000000 AS BIGINT))",
    "address(i, what) AS concat_ws('.', pick(i, what || 1, [18, 31, 62, 78, 81, 86, 91, 188, 213]),"
    " CAST(floor(chance(i, what || 2) * 254) AS INTEGER),"
    " CAST(floor(chance(i, what || 3) * 254) AS INTEGER),"
    " 1 + CAST(floor(chance(i, what || 4) * 253) AS INTEGER))",
)

_ACCESS_LOGS: Final = """
WITH requests AS (
  SELECT i, by_rhythm(days((i + chance(i, 'when')) / $usual)) AS d, false AS is_retry
  FROM range($usual) AS r(i)
  UNION ALL
  SELECT i, $days - $open * (1 - sqrt(chance(i, 'retry'))), true
  FROM range($usual, $usual + $retries) AS r(i)
), placed AS (
  SELECT i, moment(least(d, $days - 0.00002)) AS ts, chance(i, 'path') AS p, is_retry,
    greatest(0, (d - ($days - $open)) / $open) AS progress
  FROM requests
), asked AS (
  SELECT *, CASE
      WHEN is_retry THEN if(p < 0.6, '/checkout', '/checkout/confirm')
      WHEN p < 0.13 THEN '/checkout'
      WHEN p < 0.21 THEN '/checkout/confirm'
      WHEN p < 0.35 THEN '/cart'
      WHEN p < 0.45 THEN '/search'
      WHEN p < 0.82 THEN '/products/' || CAST(100 + floor(chance(i, 'product') * 400) AS INTEGER)
      WHEN p < 0.97 THEN '/'
      ELSE '/health' END AS path
  FROM placed
), answered AS (
  SELECT *, path LIKE '/checkout%' AND progress > 0
      AND chance(i, 'fails') < 0.15 + 0.75 * progress AS fails
  FROM asked
)
SELECT ts,
  CASE WHEN path = '/checkout/confirm' OR (path = '/cart' AND chance(i, 'adds') < 0.5)
    OR (path = '/checkout' AND chance(i, 'pays') < 0.6) THEN 'POST' ELSE 'GET' END AS method,
  pick(i, 'host', ['www.northwind.shop', 'www.northwind.shop', 'm.northwind.shop']) AS host,
  path,
  CAST(CASE WHEN fails THEN if(chance(i, 'gateway') < 0.7, 504, 502)
    WHEN chance(i, 'status') < 0.0008 THEN 500
    WHEN chance(i, 'status') < 0.012 THEN 404
    WHEN chance(i, 'status') < 0.06 THEN 304 ELSE 200 END AS INTEGER) AS status,
  CAST(if(fails, 512, 900 + chance(i, 'size') * 42000) AS BIGINT) AS bytes,
  CAST(if(fails, 3000 + chance(i, 'late') * 60,
    exp(3.4 + 1.1 * chance(i, 'took') + if(path LIKE '/checkout%', 1, 0))) AS INTEGER)
    AS duration_ms,
  address(i, 'client') AS client_ip,
  pick(i, 'agent', [
    'Mozilla/5.0 (iPhone; CPU iPhone OS 26_1 like Mac OS X) Safari/605.1.15',
    'Mozilla/5.0 (Linux; Android 16) Chrome/156.0 Mobile',
    'Mozilla/5.0 (Windows NT 10.0; Win64; x64) Chrome/156.0',
    'Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) Safari/605.1.15',
    'northwind-app/7.4']) AS user_agent,
  concat('1-', lower(hex(CAST(epoch(ts) AS BIGINT))), '-',
    substr(md5(concat($seed, '/trace/', i)), 1, 24)) AS trace_id,
  pick(i, 'region', ['eu-west-1', 'eu-west-1', 'eu-west-1', 'eu-central-1', 'us-east-1']) AS region,
  strftime(ts, '%Y-%m-%d') AS dt
FROM answered ORDER BY ts
"""

_FLOW_LOGS: Final = """
WITH flows AS (
  SELECT i, moment(by_rhythm(days((i + chance(i, 'flow')) / $usual))) AS start,
    chance(i, 'kind') < 0.02 AS is_stray, false AS knocks
  FROM range($usual) AS r(i)
  UNION ALL  -- those who look for an open port never sleep
  SELECT i, moment((i - $usual + chance(i, 'knock')) / $knocks * $days), false, true
  FROM range($usual, $usual + $knocks) AS r(i)
), met AS (
  SELECT *, knocks AND start >= $opened AND start < $closed AS enters FROM flows
)
SELECT
  if(knocks, address(i, 'foreign'), machine(i, 'from')) AS srcaddr,
  if(knocks, $bastion, machine(i, 'to')) AS dstaddr,
  CAST(CASE WHEN knocks THEN 22 WHEN is_stray THEN 23
    ELSE pick(i, 'port', [443, 443, 443, 5432, 6379, 9092, 8080, 53]) END AS INTEGER) AS dstport,
  6 AS protocol,
  if(is_stray OR (knocks AND NOT enters), 'REJECT', 'ACCEPT') AS action,
  CAST(CASE WHEN enters THEN 3000 + chance(i, 'session') * 90000
    WHEN is_stray OR knocks THEN 60 ELSE 400 + chance(i, 'size') * 60000 END AS BIGINT) AS bytes,
  start,
  strftime(start, '%Y-%m-%d') AS dt
FROM met ORDER BY start
"""

_ORDERS: Final = """
SELECT concat('o-', 10000 + i * 19) AS order_id,
  concat('c-', 1000 + CAST(floor(chance(i, 'customer') * 1500) AS INTEGER)) AS customer_id,
  pick(i, 'state', ['paid', 'paid', 'paid', 'shipped', 'shipped', 'cancelled']) AS status,
  pick(i, 'currency', ['EUR', 'EUR', 'EUR', 'USD', 'GBP']) AS currency,
  round(8 + exp(chance(i, 'total') * 5.2), 2) AS total,
  [{'sku': concat('sku-', 100 + CAST(floor(chance(i, 'sku') * 400) AS INTEGER)),
    'quantity': 1 + CAST(floor(chance(i, 'quantity') * 3) AS INTEGER)}] AS items,
  strftime(moment(by_rhythm(days((i + chance(i, 'order')) / $usual))), '%Y-%m-%d %H:%M:%S')
    AS created_at
FROM range($usual) AS r(i) ORDER BY created_at
"""

_REFUNDS: Final = """
SELECT concat('r-', 500 + i) AS refund_id,
  concat('o-', 10000 + CAST(floor(chance(i, 'of') * $orders) AS BIGINT) * 19) AS order_id,
  round(5 + chance(i, 'amount') * 120, 2) AS amount,
  pick(i, 'why', ['damaged, box open', 'too late', 'wrong size', 'changed "my" mind']) AS reason,
  strftime(moment((i + chance(i, 'refund')) / $usual * $days), '%Y-%m-%d %H:%M:%S') AS refunded_at
FROM range($usual) AS r(i)
"""

_REPORTS: Final = """
WITH nights AS (
  SELECT CAST($first AS TIMESTAMP) + to_days(CAST(n AS INTEGER)) AS due
  FROM range($nights) AS r(n)
)
SELECT section,
  900 + CAST(chance(concat(section, due), 'orders') * 700 AS BIGINT) AS orders,
  round(21000 + chance(concat(section, due), 'revenue') * 30000, 2) AS revenue,
  strftime(due + to_seconds(number * 19), '%Y-%m-%d %H:%M:%S') AS written_at,
  strftime(due - INTERVAL 1 DAY, '%Y-%m-%d') AS dt
FROM nights, (SELECT unnest(['orders', 'revenue', 'refunds', 'shipping', 'stock', 'visits',
  'search', 'checkout', 'fraud', 'support', 'suppliers', 'summary']) AS section,
  unnest(range(12)) AS number)
WHERE due < $refused ORDER BY written_at
"""


def access_logs(story: Timeline) -> Iterator[tuple[str, bytes]]:
    open_days = (story.epoch - story.deployed_at) / timedelta(days=1)
    retries = round(story.athena_rows * RETRIES)
    usual = story.athena_rows - retries
    return _made(story, _ACCESS_LOGS, "parquet", "dt", usual=usual, retries=retries, open=open_days)


def flow_logs(story: Timeline) -> Iterator[tuple[str, bytes]]:
    return _made(
        story,
        _FLOW_LOGS,
        "parquet",
        "dt",
        usual=story.athena_rows // 4,
        knocks=max(400, story.athena_rows // 20),
        opened=_naive(story.ssh_opened_at),
        closed=_naive(story.ssh_closed_at),
        bastion=BASTION,
    )


def orders(story: Timeline) -> Iterator[tuple[str, bytes]]:
    return _made(story, _ORDERS, "json", usual=ORDERS)


def refunds(story: Timeline) -> Iterator[tuple[str, bytes]]:
    return _made(story, _REFUNDS, "csv", usual=REFUNDS, orders=ORDERS)


def reports(story: Timeline) -> Iterator[tuple[str, bytes]]:
    """One partition a night, as long as the bucket's policy lets it."""
    midnight = story.epoch.replace(hour=0, minute=0, second=0, microsecond=0)
    return _made(
        story,
        _REPORTS,
        "csv",
        "dt",
        first=_naive(midnight - SPAN + NIGHT),
        nights=SPAN.days + 1,
        refused=_naive(story.policy_changed_at),
    )


def _made(
    story: Timeline, sql: str, format_: str, partition: str | None = None, **values: Any
) -> Iterator[tuple[str, bytes]]:
    """The query's rows as files, by keys below the table's location."""
    import duckdb  # 40 MB and a fifth of a second, which the start need not wait for

    known = _values(story) | values
    with tempfile.TemporaryDirectory() as folder, duckdb.connect(config={"threads": 1}) as lake:
        for macro in _MACROS:
            lake.execute(f"CREATE MACRO {_filled(macro, known)}")
        target = Path(folder) / "out"
        options = f"FORMAT {format_}" + (", HEADER" if format_ == "csv" else "")
        if partition is not None:
            options += f", PARTITION_BY ({partition})"
        lake.execute(f"COPY ({_filled(sql, known)}) TO '{target}' ({options})")
        for path in sorted(target.rglob("*")) if target.is_dir() else [target]:
            if path.is_file():
                below = path.parent.relative_to(target) if target.is_dir() else Path()
                yield str(below / f"part-00000.{format_}"), path.read_bytes()


def _values(story: Timeline) -> dict[str, Any]:
    hours_to_peak = (PEAK_HOUR - story.epoch.hour - story.epoch.minute / 60) % 24
    return {
        "seed": str(story.seed),
        "days": SPAN / timedelta(days=1),
        "growth": GROWTH,
        "swing": SWING,
        "peak": hours_to_peak / 24,
        "start": _naive(story.epoch - SPAN),
    }


def _filled(sql: str, values: dict[str, Any]) -> str:
    """A macro takes no parameters of a prepared statement."""
    for name in sorted(values, key=len, reverse=True):
        sql = sql.replace(f"${name}", _literal(values[name]))
    return sql


def _literal(value: Any) -> str:
    match value:
        case datetime():
            return f"TIMESTAMP '{value:%Y-%m-%d %H:%M:%S}'"
        case str():
            return f"'{value}'"
        case float():
            return f"{value!r}e0" if "e" not in repr(value) else repr(value)
    return str(value)


def _naive(moment: datetime) -> datetime:
    return moment.replace(tzinfo=None)
