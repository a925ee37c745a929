"""GetInsightSummaries: what X-Ray made of anomalies, which only a seed tells the emulator."""

from datetime import timedelta
from typing import Any, Final

from awsdash.demo.aws import clock
from awsdash.demo.aws.constraints import check_structure, service_model
from awsdash.demo.aws.operations import Members
from awsdash.demo.aws.protocol import AwsError, Call
from awsdash.demo.aws.state import PerPlace, Place
from awsdash.demo.aws.xray.groups import group_of
from awsdash.demo.aws.xray.requests import invalid_request, page, time_range

MAX_AGE: Final = timedelta(days=30)
PAGE: Final = 100
_TIMES: Final = ("StartTime", "EndTime", "LastUpdateTime")
_REQUIRED: Final = ("InsightId", "GroupName", "State", "StartTime", "LastUpdateTime")

_insights: PerPlace[list[dict[str, Any]]] = PerPlace(lambda place: [])


def seed(place: Place, rows: list[Members]) -> int:
    """Rows as InsightSummary has them, times in epoch seconds."""
    for number, row in enumerate(rows, start=1):
        try:
            _check(row)
        except AwsError as error:
            raise AwsError("ValidationException", f"Row {number}: {error.message}") from None
    _insights[place].extend(rows)
    return len(rows)


def _check(row: Members) -> None:
    for member in _REQUIRED:
        if row.get(member) is None:
            raise invalid_request(f"{member} is missing")
    shape = service_model("xray").shape_for("InsightSummary")
    check_structure(shape, row, "ValidationException")  # type: ignore[arg-type]
    if any(isinstance(row.get(member), str) for member in _TIMES):
        raise invalid_request(f"{', '.join(_TIMES)} must be in epoch seconds")


def get_insight_summaries(call: Call, asked: Members) -> Members:
    group = group_of(call.place, asked)
    if group is None:
        raise invalid_request("Specify either GroupName or GroupARN")
    start, end = time_range(asked, MAX_AGE)
    if start < (clock.now() - MAX_AGE).timestamp():
        raise invalid_request("The start time can't be more than 30 days old")
    found = [
        row
        for row in _insights[call.place]
        if row["GroupName"] == group.name
        and row["State"] in (asked.get("States") or ("ACTIVE", "CLOSED"))
        and row["StartTime"] < end
        and (end if row.get("EndTime") is None else row["EndTime"]) >= start
    ]
    summaries, token = page(found, asked.get("MaxResults", PAGE), asked)
    return {"InsightSummaries": summaries, "NextToken": token}
