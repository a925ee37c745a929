"""Workgroups, and what their settings mean for a query."""

import threading
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, Final

from awsdash.demo.aws import clock
from awsdash.demo.aws.athena.errors import invalid
from awsdash.demo.aws.operations import Members
from awsdash.demo.aws.paging import page_of
from awsdash.demo.aws.protocol import Call
from awsdash.demo.aws.state import PerPlace, Place

PRIMARY: Final = "primary"
PAGE: Final = 50
ENGINE_VERSION: Final = {
    "SelectedEngineVersion": "AUTO",
    "EffectiveEngineVersion": "Athena engine version 3",
}

# What the members of an update that begin with Remove take away.
_REMOVALS: Final = {
    "RemoveBytesScannedCutoffPerQuery": "BytesScannedCutoffPerQuery",
    "RemoveCustomerContentEncryptionConfiguration": "CustomerContentEncryptionConfiguration",
}
_RESULT_REMOVALS: Final = {
    "RemoveOutputLocation": "OutputLocation",
    "RemoveEncryptionConfiguration": "EncryptionConfiguration",
    "RemoveExpectedBucketOwner": "ExpectedBucketOwner",
    "RemoveAclConfiguration": "AclConfiguration",
}


@dataclass(frozen=True)
class WorkGroup:
    name: str
    created: datetime
    configuration: Mapping[str, Any] = field(default_factory=dict)
    state: str = "ENABLED"
    description: str | None = None

    @property
    def location(self) -> str | None:
        location: str | None = self.configuration.get("ResultConfiguration", {}).get(
            "OutputLocation"
        )
        return location or None

    @property
    def enforces(self) -> bool:
        """Whether its settings go before those of a query."""
        return bool(self.configuration.get("EnforceWorkGroupConfiguration", True))

    @property
    def manages_results(self) -> bool:
        managed = self.configuration.get("ManagedQueryResultsConfiguration", {})
        return bool(managed.get("Enabled"))

    @property
    def scan_limit_bytes(self) -> int | None:
        return self.configuration.get("BytesScannedCutoffPerQuery")


class _WorkGroups:
    def __init__(self) -> None:
        self.lock = threading.Lock()
        configuration = {"EnforceWorkGroupConfiguration": False}
        self.by_name = {PRIMARY: WorkGroup(PRIMARY, clock.now(), configuration)}


_workgroups: Final = PerPlace(lambda _: _WorkGroups())


def workgroup_named(place: Place, name: str) -> WorkGroup:
    found = _workgroups[place].by_name.get(name)
    if found is None:
        raise invalid("WorkGroup is not found.")
    return found


def put_workgroup(place: Place, workgroup: WorkGroup) -> None:
    held = _workgroups[place]
    with held.lock:
        held.by_name[workgroup.name] = workgroup


def create_work_group(call: Call, asked: Members) -> Members:
    name, held = asked["Name"], _workgroups[call.place]
    configuration = {"EnforceWorkGroupConfiguration": True, **asked.get("Configuration", {})}
    _check(configuration)
    with held.lock:
        if name in held.by_name:
            raise invalid("WorkGroup is already created")
        held.by_name[name] = WorkGroup(
            name, clock.now(), configuration, description=asked.get("Description")
        )
    return {}


def _check(configuration: Mapping[str, Any]) -> None:
    location = configuration.get("ResultConfiguration", {}).get("OutputLocation")
    if location and not location.startswith("s3://"):
        raise invalid("outputLocation is not a valid S3 path.")
    managed = configuration.get("ManagedQueryResultsConfiguration", {}).get("Enabled")
    if managed and location:
        raise invalid(
            "Only one of ManagedQueryResultsConfiguration and ResultConfiguration can be specified"
        )


def update_work_group(call: Call, asked: Members) -> Members:
    before = workgroup_named(call.place, asked["WorkGroup"])
    configuration = _updated(before.configuration, asked.get("ConfigurationUpdates", {}))
    _check(configuration)
    put_workgroup(
        call.place,
        replace(
            before,
            configuration=configuration,
            state=asked.get("State", before.state),
            description=asked.get("Description", before.description),
        ),
    )
    return {}


def _updated(before: Mapping[str, Any], updates: Mapping[str, Any]) -> dict[str, Any]:
    after = dict(before)
    for member, value in updates.items():
        if member in _REMOVALS:
            if value:
                after.pop(_REMOVALS[member], None)
        elif member == "ResultConfigurationUpdates":
            after["ResultConfiguration"] = _updated_results(
                before.get("ResultConfiguration", {}), value
            )
        else:
            after[member] = value
    return after


def _updated_results(before: Mapping[str, Any], updates: Mapping[str, Any]) -> dict[str, Any]:
    after = dict(before)
    for member, value in updates.items():
        if member not in _RESULT_REMOVALS:
            after[member] = value
        elif value:
            after.pop(_RESULT_REMOVALS[member], None)
    return after


def delete_work_group(call: Call, asked: Members) -> Members:
    from awsdash.demo.aws.athena.executions import executions  # which knows workgroups' settings

    name = asked["WorkGroup"]
    if name == PRIMARY:
        raise invalid("The primary workgroup cannot be deleted.")
    workgroup_named(call.place, name)
    has_history = bool(executions[call.place].in_workgroup(name))
    if has_history and not asked.get("RecursiveDeleteOption"):
        raise invalid(f"WorkGroup {name} is not empty")
    held = _workgroups[call.place]
    with held.lock:
        held.by_name.pop(name, None)
    return {}


def get_work_group(call: Call, asked: Members) -> Members:
    workgroup = workgroup_named(call.place, asked["WorkGroup"])
    found: Members = {
        "Name": workgroup.name,
        "State": workgroup.state,
        "Configuration": {
            "ResultConfiguration": {},
            "PublishCloudWatchMetricsEnabled": True,
            "RequesterPaysEnabled": False,
            "EngineVersion": ENGINE_VERSION,
            **workgroup.configuration,
        },
        "CreationTime": workgroup.created.timestamp(),
    }
    if workgroup.description is not None:
        found["Description"] = workgroup.description
    return {"WorkGroup": found}


def list_work_groups(call: Call, asked: Members) -> Members:
    by_name = _workgroups[call.place].by_name
    token = asked.get("NextToken")
    page, token = page_of(
        [by_name[name] for name in sorted(by_name)],
        asked.get("MaxResults", PAGE),
        token,
        "workgroups",
        invalid(f"Malformed nextPageToken {token}"),
    )
    summaries = [
        {
            "Name": one.name,
            "State": one.state,
            "Description": one.description or "",
            "CreationTime": one.created.timestamp(),
            "EngineVersion": ENGINE_VERSION,
        }
        for one in page
    ]
    return {"WorkGroups": summaries, "NextToken": token}
