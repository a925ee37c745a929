"""Groups: filter expressions with a name."""

import re
from dataclasses import dataclass, field, replace
from hashlib import blake2s
from typing import Any, Final

from awsdash.demo.aws.operations import Members
from awsdash.demo.aws.protocol import Call
from awsdash.demo.aws.state import PerPlace, Place
from awsdash.demo.aws.xray.filter_expression import GroupExpression, compile_filter
from awsdash.demo.aws.xray.requests import invalid_request, page

DEFAULT: Final = "Default"
PAGE: Final = 100
_NAME: Final = re.compile(r"[A-Za-z0-9-]{1,32}")


@dataclass(frozen=True)
class Group:
    name: str
    arn: str
    filter_expression: str = ""
    insights: dict[str, bool] = field(
        default_factory=lambda: {"InsightsEnabled": False, "NotificationsEnabled": False}
    )

    def members(self) -> dict[str, Any]:
        described = {
            "GroupName": self.name,
            "GroupARN": self.arn,
            "InsightsConfiguration": self.insights,
        }
        if self.filter_expression:
            described["FilterExpression"] = self.filter_expression
        return described


def _defaults(place: Place) -> dict[str, Group]:
    """Every place has the default group, of all traces."""
    return {DEFAULT: Group(DEFAULT, f"arn:aws:xray:{place.region}:{place.account}:group/{DEFAULT}")}


_groups: PerPlace[dict[str, Group]] = PerPlace(_defaults)


def group_of(place: Place, asked: Members) -> Group | None:
    """That GroupName or GroupARN is of, None if neither is given."""
    name, arn = asked.get("GroupName"), asked.get("GroupARN")
    if name is not None and arn is not None:
        raise invalid_request("Specify either GroupName or GroupARN, but not both")
    return None if name is None and arn is None else _find(place, name, arn)


def group_expression(place: Place) -> GroupExpression:
    """For `group.name` and `group.arn` in filter expressions."""

    def expression(keyword: str, value: str) -> str:
        is_name = keyword == "group.name"
        return _find(
            place, value if is_name else None, None if is_name else value
        ).filter_expression

    return expression


def get_groups(call: Call, asked: Members) -> Members:
    groups, token = page(sorted(_groups[call.place].values(), key=_order), PAGE, asked)
    return {"Groups": [group.members() for group in groups], "NextToken": token}


def get_group(call: Call, asked: Members) -> Members:
    return {"Group": _required(call.place, asked).members()}


def create_group(call: Call, asked: Members) -> Members:
    name = asked["GroupName"]
    if _NAME.fullmatch(name) is None:
        raise invalid_request("Group name must consist of alphanumeric characters and dashes")
    if name in _groups[call.place]:
        raise invalid_request(f"Group already exists: {name}")
    identity = blake2s(f"{call.place}/{name}".encode(), digest_size=16).hexdigest().upper()
    arn = f"arn:aws:xray:{call.region}:{call.account}:group/{name}/{identity}"
    return {"Group": _keep(call.place, Group(name, arn), asked).members()}


def update_group(call: Call, asked: Members) -> Members:
    return {"Group": _keep(call.place, _required(call.place, asked), asked).members()}


def delete_group(call: Call, asked: Members) -> Members:
    group = _required(call.place, asked)
    if group.name == DEFAULT:
        raise invalid_request("The default group can not be deleted")
    del _groups[call.place][group.name]
    return {}


def _keep(place: Place, group: Group, asked: Members) -> Group:
    expression = asked.get("FilterExpression", group.filter_expression)
    compile_filter(expression, group_expression(place))
    insights = group.insights | asked.get("InsightsConfiguration", {})
    if insights["NotificationsEnabled"] and not insights["InsightsEnabled"]:
        raise invalid_request("Notifications can only be enabled on a group with insights enabled")
    kept = replace(group, filter_expression=expression, insights=insights)
    _groups[place][group.name] = kept
    return kept


def _required(place: Place, asked: Members) -> Group:
    group = group_of(place, asked)
    if group is None:
        raise invalid_request("Specify either GroupName or GroupARN")
    return group


def _find(place: Place, name: str | None, arn: str | None) -> Group:
    for group in list(_groups[place].values()):
        if group.name == name or group.arn == arn:
            return group
    raise invalid_request("Group not found")


def _order(group: Group) -> tuple[bool, str]:
    return group.name != DEFAULT, group.name
