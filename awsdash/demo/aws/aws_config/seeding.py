"""The seed `configuration-items`: items from outside, which AWS has no operation to write."""

from typing import Any, Final

from awsdash.demo.aws.aws_config import recorder
from awsdash.demo.aws.aws_config.item import COMPLIANCE, Item, read_item
from awsdash.demo.aws.aws_config.store import recorded
from awsdash.demo.aws.constraints import check_structure, service_model
from awsdash.demo.aws.operations import Members
from awsdash.demo.aws.protocol import AwsError
from awsdash.demo.aws.state import Place

# The last two may be any JSON; a type may be newer than the model, or a third party's.
_FREE: Final = ("resourceType", "configuration", "supplementaryConfiguration")


def seed(place: Place, rows: list[Members]) -> int:
    """All of them or none."""
    items = [_read_row(place, number, row) for number, row in enumerate(rows, start=1)]
    recorder.run(place)
    recorded[place].record(items)
    return len(items)


def _read_row(place: Place, number: int, row: Any) -> Item:
    try:
        if not isinstance(row, dict):
            raise ValueError("a configuration item is a structure")
        item = read_item(place, row)
        _check(place, row, item)
    except (ValueError, TypeError, OverflowError) as error:
        raise AwsError("ValidationException", f"Row {number}: {error}") from None
    except AwsError as error:
        raise AwsError("ValidationException", f"Row {number}: {error.message}") from None
    return item


def _check(place: Place, row: Members, item: Item) -> None:
    held = {name: value for name, value in row.items() if name not in _FREE}
    shape = service_model("config").shape_for("ConfigurationItem")
    check_structure(shape, held, "ValidationException")  # type: ignore[arg-type]
    if item.members["awsRegion"] not in (place.region, "global"):
        raise ValueError(f"awsRegion is neither {place.region} nor global")
    if item.key.resource_type == COMPLIANCE and not _is_compliance(item.configuration):
        raise ValueError("configuration is not as AWS Config records compliance")


def _is_compliance(told: Any) -> bool:
    if not _has_texts(told, "targetResourceType", "targetResourceId", "complianceType"):
        return False
    rules = told.get("configRuleList")
    return isinstance(rules, list) and all(
        _has_texts(rule, "configRuleName", "complianceType") for rule in rules
    )


def _has_texts(value: Any, *names: str) -> bool:
    return isinstance(value, dict) and all(isinstance(value.get(name), str) for name in names)
