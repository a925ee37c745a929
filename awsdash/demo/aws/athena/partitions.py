"""Which objects a table has in which partition: registered ones, or projected ones."""

import re
from calendar import monthrange
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from urllib.parse import unquote

from awsdash.demo.aws import clock
from awsdash.demo.aws.athena.catalog import Column, Table
from awsdash.demo.aws.athena.errors import engine_error
from awsdash.demo.aws.athena.objects import StoredObject, bucket_and_prefix, folder, objects_at
from awsdash.demo.aws.athena.patterns import strftime_pattern
from awsdash.demo.aws.state import Place


@dataclass(frozen=True)
class Slice:
    """The objects of one partition; of a table that has none, all of them and no values."""

    values: tuple[str, ...]
    objects: tuple[StoredObject, ...]


def slices_of(place: Place, table: Table) -> list[Slice]:
    if not table.partition_keys:
        return [Slice((), tuple(objects_at(place, table.location)))]
    if table.parameters.get("projection.enabled", "").lower() == "true":
        return list(_projected(place, table))
    return [
        Slice(partition.values, tuple(objects_at(place, partition.location)))
        for partition in table.partitions
    ]


def partition_folders(
    keys: Iterable[str], partition_keys: Iterable[Column]
) -> dict[tuple[str, ...], str]:
    """The partitions that keys in Hive's layout tell, each with the folder that it is in."""
    named = tuple(partition_keys)
    found: dict[tuple[str, ...], str] = {}
    for key in keys:
        if (values := _values_in_key(key, named)) is not None:
            found.setdefault(values, key.rpartition("/")[0] + "/")
    return dict(sorted(found.items()))


def _values_in_key(key: str, partition_keys: Iterable[Column]) -> tuple[str, ...] | None:
    """From `.../dt=2026-11-20/hour=7/file`; None from a key of another layout."""
    found = dict(part.split("=", 1) for part in key.split("/")[:-1] if "=" in part)
    lower = {name.lower(): unquote(value) for name, value in found.items()}
    names = [column.name.lower() for column in partition_keys]
    return tuple(lower[name] for name in names) if all(n in lower for n in names) else None


def _projected(place: Place, table: Table) -> Iterator[Slice]:
    """The other way round than Athena, which makes up the values and looks for their objects."""
    allowed = [_projection(column, table.parameters) for column in table.partition_keys]
    bucket_root = f"s3://{bucket_and_prefix(table.location)[0]}/"
    layout = _layout(table)
    found: dict[tuple[str, ...], list[StoredObject]] = {}
    for stored in objects_at(place, _fixed_part(table)):
        if (match := layout.match(bucket_root + stored.key)) is None:
            continue
        values = tuple(match[f"k{number}"] for number in range(len(allowed)))
        if all(allows(value) for allows, value in zip(allowed, values, strict=True)):
            found.setdefault(values, []).append(stored)
    for values, objects in found.items():
        yield Slice(values, tuple(objects))


def _template(table: Table) -> str:
    hive = "/".join(f"{column.name}=${{{column.name}}}" for column in table.partition_keys)
    return table.parameters.get("storage.location.template", folder(table.location) + hive)


def _fixed_part(table: Table) -> str:
    return _template(table).partition("${")[0].rpartition("/")[0] + "/"


def _layout(table: Table) -> re.Pattern[str]:
    numbers = {column.name.lower(): n for n, column in enumerate(table.partition_keys)}
    pattern = ""
    for at, piece in enumerate(re.split(r"\$\{(\w+)\}", folder(_template(table)))):
        if at % 2 == 0:
            pattern += re.escape(piece)
            continue
        folders = table.parameters.get(f"projection.{piece}.format", "").count("/")
        pattern += f"(?P<k{numbers[piece.lower()]}>[^/]+(?:/[^/]+){{{folders}}})"
    return re.compile(pattern)


def _projection(column: Column, parameters: Mapping[str, str]) -> Callable[[str], bool]:
    """Whether a value is among those that the table's properties project."""

    def setting(name: str, default: str | None = None) -> str:
        key = f"projection.{column.name}.{name}"
        value = parameters.get(key, default)
        if value is None:
            raise engine_error(
                f"INVALID_TABLE_PROPERTY: Table property '{key}' is missing for projected column"
            )
        return value

    match kind := setting("type").lower():
        case "enum":
            values = {value.strip() for value in setting("values").split(",")}
            return values.__contains__
        case "integer":
            return _integers(setting("range"), int(setting("interval", "1")))
        case "date":
            return _dates(setting("range"), setting("format"))
        case "injected":
            return bool
    raise engine_error(f"INVALID_TABLE_PROPERTY: Unknown projection type '{kind}'")


def _integers(range_: str, interval: int) -> Callable[[str], bool]:
    low, high = (int(bound) for bound in range_.split(","))

    def allows(value: str) -> bool:
        return value.isdigit() and low <= int(value) <= high and (int(value) - low) % interval == 0

    return allows


def _dates(range_: str, format_: str) -> Callable[[str], bool]:
    pattern = strftime_pattern(format_)
    low, high = (_bound(bound.strip(), pattern) for bound in range_.split(","))

    def allows(value: str) -> bool:
        try:
            return low <= datetime.strptime(value, pattern) <= high  # noqa: DTZ007
        except ValueError:
            return False

    return allows


_STEPS: Final = {
    "SECOND": timedelta(seconds=1),
    "MINUTE": timedelta(minutes=1),
    "HOUR": timedelta(hours=1),
    "DAY": timedelta(days=1),
    "WEEK": timedelta(weeks=1),
}
_MONTHS: Final = {"MONTH": 1, "YEAR": 12}
_UNITS: Final = "|".join([*_STEPS, *_MONTHS])
_NOW: Final = re.compile(rf"NOW\s*(?:(?P<sign>[+-])\s*(?P<count>\d+)\s*(?P<unit>{_UNITS})S?)?")


def _bound(text: str, pattern: str) -> datetime:
    """As exact as the format is: of a day, from its beginning."""
    written = _moment(text, pattern).strftime(pattern)
    return datetime.strptime(written, pattern)  # noqa: DTZ007


def _moment(bound: str, pattern: str) -> datetime:
    """`2020-01-01` in the projection's format, or `NOW-3YEARS`."""
    relative = _NOW.fullmatch(bound)
    if relative is None:
        return datetime.strptime(bound, pattern)  # noqa: DTZ007
    now = clock.now().replace(tzinfo=None)
    if relative["count"] is None:
        return now
    count = int(relative["sign"] + relative["count"])
    if (step := _STEPS.get(relative["unit"])) is not None:
        return now + step * count
    return _months_later(now, count * _MONTHS[relative["unit"]])


def _months_later(moment: datetime, months: int) -> datetime:
    year, month = divmod(moment.year * 12 + moment.month - 1 + months, 12)
    last_day = monthrange(year, month + 1)[1]
    return moment.replace(year=year, month=month + 1, day=min(moment.day, last_day))
