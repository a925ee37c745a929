"""Workgroups of Athena: their settings, and what these mean for queries."""

from collections.abc import Iterator
from typing import Any

import pytest

from tests.demo.athena_queries import DATA_BUCKET, RESULTS, Athena, refusal, running_athena

NO_LOCATION = (
    "No output location provided. An output location is required either through the Workgroup"
    " result configuration setting or as an API input."
)


@pytest.fixture(scope="module")
def athena() -> Iterator[Athena]:
    with running_athena() as running:
        yield running


def create(athena: Athena, name: str, **configuration: Any) -> None:
    athena.client.create_work_group(Name=name, Configuration=configuration)


def located(prefix: str) -> dict[str, str]:
    return {"OutputLocation": f"{RESULTS}{prefix}"}


def output(athena: Athena, **more: Any) -> str:
    execution = athena.run("SELECT 1", **more)
    assert execution["Status"]["State"] == "SUCCEEDED"
    return str(execution["ResultConfiguration"]["OutputLocation"])


def test_primary_is_there_from_the_start(athena: Athena) -> None:
    found = athena.client.get_work_group(WorkGroup="primary")["WorkGroup"]
    assert (found["Name"], found["State"]) == ("primary", "ENABLED")
    assert found["Configuration"]["EnforceWorkGroupConfiguration"] is False
    assert found["Configuration"]["EngineVersion"]["SelectedEngineVersion"] == "AUTO"


def test_workgroups_are_listed_by_name_and_in_pages(athena: Athena) -> None:
    for name in ("b-listed", "a-listed"):
        create(athena, name)
    first = athena.client.list_work_groups(MaxResults=1)
    second = athena.client.list_work_groups(MaxResults=50, NextToken=first["NextToken"])
    names = [one["Name"] for one in first["WorkGroups"] + second["WorkGroups"]]
    assert names == sorted(names)
    assert {"a-listed", "b-listed", "primary"} <= set(names)
    assert "NextToken" not in second


def test_a_workgroup_enforces_its_settings_unless_told_otherwise(athena: Athena) -> None:
    create(athena, "usual")
    found = athena.client.get_work_group(WorkGroup="usual")["WorkGroup"]
    assert found["Configuration"]["EnforceWorkGroupConfiguration"] is True


def test_a_name_is_taken_once(athena: Athena) -> None:
    create(athena, "twice")
    error = refusal(athena.client.create_work_group, Name="twice")
    assert error == ("InvalidRequestException", "WorkGroup is already created")


def test_an_unknown_workgroup_is_refused(athena: Athena) -> None:
    for call, request in (
        (athena.client.get_work_group, {}),
        (athena.client.update_work_group, {}),
        (athena.client.delete_work_group, {}),
        (athena.client.list_query_executions, {}),
        (athena.client.start_query_execution, {"QueryString": "SELECT 1"}),
    ):
        error = refusal(call, WorkGroup="nowhere", **request)
        assert error == ("InvalidRequestException", "WorkGroup is not found.")


def test_an_enforced_location_goes_before_the_querys_own(athena: Athena) -> None:
    create(athena, "enforced", ResultConfiguration=located("enforced/"))
    assert output(athena, WorkGroup="enforced").startswith(f"{RESULTS}enforced/")


def test_a_location_that_is_not_enforced_is_for_queries_without_one(athena: Athena) -> None:
    create(
        athena,
        "offered",
        EnforceWorkGroupConfiguration=False,
        ResultConfiguration=located("offered/"),
    )
    assert output(athena, WorkGroup="offered").startswith(f"{RESULTS}")
    assert "offered" not in output(athena, WorkGroup="offered")
    given = output(athena, WorkGroup="offered", ResultConfiguration={})
    assert given.startswith(f"{RESULTS}offered/")


def test_without_any_location_a_query_is_refused(athena: Athena) -> None:
    assert athena.refused("SELECT 1", ResultConfiguration={}) == NO_LOCATION


def test_a_location_in_no_bucket_is_refused(athena: Athena) -> None:
    wrong = {"OutputLocation": "s3://no-such-bucket-of-ours/out/"}
    assert athena.refused("SELECT 1", ResultConfiguration=wrong) == (
        "Unable to verify/create output bucket no-such-bucket-of-ours"
    )


@pytest.mark.parametrize("location", ["bucket/prefix", "http://bucket/", "s3://"])
def test_a_location_that_is_none_is_refused(athena: Athena, location: str) -> None:
    wrong = {"OutputLocation": location}
    refused = athena.refused("SELECT 1", ResultConfiguration=wrong)
    assert refused == "outputLocation is not a valid S3 path."


def test_a_bucket_that_goes_while_a_query_runs_makes_it_fail(athena: Athena) -> None:
    athena.s3.create_bucket(
        Bucket="athena-test-gone", CreateBucketConfiguration={"LocationConstraint": "eu-west-1"}
    )
    query = athena.start(
        "-- emulator: queued_s=0 running_s=1\nSELECT 1",
        ResultConfiguration={"OutputLocation": "s3://athena-test-gone/"},
    )
    athena.s3.delete_bucket(Bucket="athena-test-gone")
    status = athena.end(query)["Status"]
    assert status["State"] == "FAILED"
    assert status["StateChangeReason"].startswith("Access denied when writing output to url: s3://")
    assert status["AthenaError"]["ErrorType"] == 401


def test_a_disabled_workgroup_takes_no_query(athena: Athena) -> None:
    create(athena, "asleep", ResultConfiguration=located("asleep/"))
    athena.client.update_work_group(WorkGroup="asleep", State="DISABLED")
    assert athena.refused("SELECT 1", WorkGroup="asleep") == "WorkGroup is disabled."
    code, _ = refusal(
        athena.client.create_named_query,
        Name="q",
        Database="lake",
        QueryString="SELECT 1",
        WorkGroup="asleep",
    )
    assert code == "InvalidRequestException"
    athena.client.update_work_group(WorkGroup="asleep", State="ENABLED")
    assert output(athena, WorkGroup="asleep")


def test_an_update_changes_what_it_names_only(athena: Athena) -> None:
    create(
        athena,
        "changed",
        ResultConfiguration=located("before/"),
        BytesScannedCutoffPerQuery=20_000_000,
    )
    athena.client.update_work_group(
        WorkGroup="changed",
        Description="of late",
        ConfigurationUpdates={
            "ResultConfigurationUpdates": located("after/"),
            "RemoveBytesScannedCutoffPerQuery": True,
        },
    )
    found = athena.client.get_work_group(WorkGroup="changed")["WorkGroup"]
    configuration = found["Configuration"]
    assert found["Description"] == "of late"
    assert configuration["ResultConfiguration"] == located("after/")
    assert "BytesScannedCutoffPerQuery" not in configuration
    assert configuration["EnforceWorkGroupConfiguration"] is True
    athena.client.update_work_group(
        WorkGroup="changed",
        ConfigurationUpdates={"ResultConfigurationUpdates": {"RemoveOutputLocation": True}},
    )
    found = athena.client.get_work_group(WorkGroup="changed")["WorkGroup"]
    assert found["Configuration"]["ResultConfiguration"] == {}


def test_a_workgroup_with_a_history_is_deleted_only_with_it(athena: Athena) -> None:
    create(athena, "old", ResultConfiguration=located("old/"))
    output(athena, WorkGroup="old")
    error = refusal(athena.client.delete_work_group, WorkGroup="old")
    assert error == ("InvalidRequestException", "WorkGroup old is not empty")
    athena.client.delete_work_group(WorkGroup="old", RecursiveDeleteOption=True)
    assert refusal(athena.client.get_work_group, WorkGroup="old")[1] == "WorkGroup is not found."


def test_primary_stays(athena: Athena) -> None:
    code, message = refusal(athena.client.delete_work_group, WorkGroup="primary")
    assert (code, "primary" in message) == ("InvalidRequestException", True)


def test_a_query_that_would_read_too_much_is_cancelled(athena: Athena) -> None:
    athena.put({"much/a.csv": b"x" * 10_000_000 + b"\n" + b"y" * 600_000})
    athena.run(f"CREATE EXTERNAL TABLE much (a string) LOCATION 's3://{DATA_BUCKET}/much/'", "lake")
    create(
        athena,
        "thrifty",
        ResultConfiguration=located("thrifty/"),
        BytesScannedCutoffPerQuery=10_485_760,
    )
    status = athena.run("SELECT count(*) FROM much", "lake", WorkGroup="thrifty")["Status"]
    assert status["State"] == "CANCELLED"
    assert status["StateChangeReason"] == "Bytes scanned limit was exceeded"
    assert athena.rows("SELECT 1", WorkGroup="thrifty") == [["1"]]


def test_managed_results_are_in_no_bucket(athena: Athena) -> None:
    create(athena, "managed-by-athena", ManagedQueryResultsConfiguration={"Enabled": True})
    execution = athena.run("SELECT 1", WorkGroup="managed-by-athena", ResultConfiguration={})
    assert execution["Status"]["State"] == "SUCCEEDED"
    assert "OutputLocation" not in execution["ResultConfiguration"]
    assert execution["ManagedQueryResultsConfiguration"] == {"Enabled": True}
    assert athena.results(execution["QueryExecutionId"]) == [["_col0"], ["1"]]


def test_managed_results_have_no_location(athena: Athena) -> None:
    code, _ = refusal(
        athena.client.create_work_group,
        Name="both",
        Configuration={
            "ManagedQueryResultsConfiguration": {"Enabled": True},
            "ResultConfiguration": located("both/"),
        },
    )
    assert code == "InvalidRequestException"
