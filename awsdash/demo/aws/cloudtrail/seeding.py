"""The seed `events`: event records from outside, put into the history of an account and region."""

from typing import Any, Final

from awsdash.demo.aws.cloudtrail.record import EVENT_VERSION, Record, read_time
from awsdash.demo.aws.cloudtrail.store import plant
from awsdash.demo.aws.protocol import AwsError
from awsdash.demo.aws.state import Place

_NEEDED: Final[dict[str, type]] = {
    "eventTime": str,
    "eventName": str,
    "eventSource": str,
    "userIdentity": dict,
}
_CATEGORIES: Final = ("Management", "Insight")
_OPTIONAL: Final[dict[str, type]] = {
    "eventID": str,
    "readOnly": bool,
    "requestParameters": dict,
    "resources": list,
    "responseElements": dict,
}


def seed_events(place: Place, rows: list[Any]) -> int:
    """Each an event record; what it lacks follows from the place and from what it has."""
    plant(place, [_record(place, row, f"Row {number}") for number, row in enumerate(rows, start=1)])
    return len(rows)


def _record(place: Place, row: Any, name: str) -> Record:
    if not isinstance(row, dict):
        raise _invalid(name, "it is no event record")
    for key, kind in _NEEDED.items():
        if not isinstance(row.get(key), kind):
            raise _invalid(name, f"{key} is needed, as CloudTrail writes it")
    for key, kind in _OPTIONAL.items():
        if row.get(key) is not None and not isinstance(row[key], kind):
            raise _invalid(name, f"{key} is not as CloudTrail writes it")
    _check_values(row, name)
    return _defaults(place) | {key: value for key, value in row.items() if value is not None}


def _check_values(row: Record, name: str) -> None:
    try:
        read_time(row["eventTime"])
    except ValueError:
        raise _invalid(name, f"eventTime {row['eventTime']!r} is no time") from None
    if row.get("eventCategory", "Management") not in _CATEGORIES:
        raise _invalid(name, f"eventCategory must be one of {', '.join(_CATEGORIES)}")
    if not all(isinstance(resource, dict) for resource in row.get("resources") or ()):
        raise _invalid(name, "resources is not as CloudTrail writes it")


def _defaults(place: Place) -> Record:
    return {
        "eventVersion": EVENT_VERSION,
        "awsRegion": place.region,
        "recipientAccountId": place.account,
        "readOnly": False,
        "eventType": "AwsApiCall",
        "eventCategory": "Management",
    }


def _invalid(name: str, complaint: str) -> AwsError:
    return AwsError("ValidationException", f"{name}: {complaint}")
