"""Organizations by its API reference: who may read what, page by page."""

from collections.abc import Iterator
from typing import Any

import pytest
from botocore.exceptions import ClientError

from awsdash.demo.aws.organizations import planting
from awsdash.demo.aws.organizations.planting import Member
from awsdash.demo.aws.server import running_server
from awsdash.demo.story.cast import (
    ACCOUNTS,
    DATA_PROD,
    MANAGEMENT,
    PAYMENTS_DEV,
    PAYMENTS_PROD,
    PLATFORM,
)
from awsdash.demo.story.organization import CLOSED, FOUNDED_ON, plant_organization
from awsdash.demo.story.story import Story
from tests.demo.emulated_aws import EPOCH, EmulatedAws, Keys

LARGE = "200000000000"
LONER = "900000000009"
KEYS = Keys("AKIALARGEORGANIZATI1", "secret")
LONER_KEYS = Keys("AKIALONERWITHOUTORG1", "secret")
DENIED = ("AccessDeniedException", "You don't have permissions to access this resource.")


@pytest.fixture(scope="module")
def aws() -> Iterator[EmulatedAws]:
    story = Story(EPOCH, events=600)
    with running_server(story) as server:
        aws = EmulatedAws(server.url)
        plant_organization(story)
        _plant_large(aws)
        yield aws


def _plant_large(aws: EmulatedAws) -> None:
    """An organization of 45 accounts, and an account without one."""
    for account, keys in ((LARGE, KEYS), (LONER, LONER_KEYS)):
        row = {"accountId": account, "accessKeyId": keys.key_id, "secretAccessKey": keys.secret}
        assert aws.control("POST", "seed/accounts", [row | {"name": "n", "user": "u"}])[0] == 200
    members = [Member(LARGE, "root", "root@large.example", FOUNDED_ON)]
    members += [
        Member(f"2{number:011}", f"account-{number}", f"{number}@large.example", FOUNDED_ON, "Many")
        for number in range(1, 45)
    ]
    planting.plant_organization(LARGE, members)


@pytest.fixture(scope="module")
def northwind(aws: EmulatedAws) -> Any:
    return aws.client("organizations")


def pages_of(client: Any, operation: str, **asked: Any) -> list[Any]:
    return list(client.get_paginator(operation).paginate(**asked))


def error_of(call: Any) -> tuple[str, str]:
    with pytest.raises(ClientError) as refused:
        call()
    error: Any = refused.value.response["Error"]
    return error["Code"], error["Message"]


def unit_ids(client: Any) -> dict[str, str]:
    """By path."""
    (root,) = client.list_roots()["Roots"]

    def below(parent_id: str, path: str) -> Iterator[tuple[str, str]]:
        for unit in client.list_organizational_units_for_parent(ParentId=parent_id)[
            "OrganizationalUnits"
        ]:
            yield path + unit["Name"], unit["Id"]
            yield from below(unit["Id"], f"{path}{unit['Name']}/")

    return {"": root["Id"]} | dict(below(root["Id"], ""))


@pytest.mark.parametrize("account", [MANAGEMENT, PAYMENTS_PROD, PLATFORM])
def test_every_member_may_describe_the_organization(aws: EmulatedAws, account: str) -> None:
    client = aws.reader("organizations", account)
    organization = client.describe_organization()["Organization"]
    assert organization["MasterAccountId"] == MANAGEMENT
    assert organization["MasterAccountEmail"] == "aws+northwind-root@northwind.example"
    assert organization["FeatureSet"] == "ALL"
    assert organization["Arn"] == (
        f"arn:aws:organizations::{MANAGEMENT}:organization/{organization['Id']}"
    )


@pytest.mark.parametrize("region", ["us-east-1", "eu-central-1"])
def test_the_organization_is_the_same_from_every_region(aws: EmulatedAws, region: str) -> None:
    here = aws.client("organizations", region=region).list_roots()
    assert here["Roots"] == aws.client("organizations").list_roots()["Roots"]


def test_the_accounts_of_the_story_are_listed(northwind: Any) -> None:
    accounts = {row["Id"]: row for row in northwind.list_accounts()["Accounts"]}
    assert accounts.keys() == {*ACCOUNTS, CLOSED}
    assert {row["Name"] for row in accounts.values()} >= {*ACCOUNTS.values()}
    prod = accounts[PAYMENTS_PROD]
    assert prod["Email"] == "aws+payments-prod@northwind.example"
    assert (prod["Status"], prod["JoinedMethod"]) == ("ACTIVE", "CREATED")
    assert prod["JoinedTimestamp"] > FOUNDED_ON
    organization = northwind.describe_organization()["Organization"]["Id"]
    assert prod["Arn"] == (
        f"arn:aws:organizations::{MANAGEMENT}:account/{organization}/{PAYMENTS_PROD}"
    )
    assert accounts[CLOSED]["Status"] == "SUSPENDED"
    assert accounts[MANAGEMENT]["JoinedMethod"] == "INVITED"


def test_the_units_hold_each_other_and_the_accounts(northwind: Any) -> None:
    ids = unit_ids(northwind)
    assert {*ids} == {
        "", "Infrastructure", "Suspended", "Workloads", "Workloads/Dev", "Workloads/Prod",
    }  # fmt: skip
    held = {
        path: {row["Id"] for row in northwind.list_accounts_for_parent(ParentId=unit)["Accounts"]}
        for path, unit in ids.items()
    }
    assert held == {
        "": {MANAGEMENT},
        "Infrastructure": {PLATFORM},
        "Suspended": {CLOSED},
        "Workloads": set(),
        "Workloads/Dev": {PAYMENTS_DEV},
        "Workloads/Prod": {PAYMENTS_PROD, DATA_PROD},
    }


def test_children_and_parents_are_each_others(northwind: Any) -> None:
    ids = unit_ids(northwind)
    workloads = ids["Workloads"]
    children = northwind.list_children(ParentId=workloads, ChildType="ORGANIZATIONAL_UNIT")
    assert {child["Id"] for child in children["Children"]} == {
        ids["Workloads/Dev"],
        ids["Workloads/Prod"],
    }
    accounts = northwind.list_children(ParentId=ids["Workloads/Dev"], ChildType="ACCOUNT")
    assert accounts["Children"] == [{"Id": PAYMENTS_DEV, "Type": "ACCOUNT"}]
    assert northwind.list_parents(ChildId=PAYMENTS_DEV)["Parents"] == [
        {"Id": ids["Workloads/Dev"], "Type": "ORGANIZATIONAL_UNIT"}
    ]
    assert northwind.list_parents(ChildId=workloads)["Parents"] == [{"Id": ids[""], "Type": "ROOT"}]


def test_one_account_and_one_unit_can_be_described(northwind: Any) -> None:
    account = northwind.describe_account(AccountId=DATA_PROD)["Account"]
    assert (account["Name"], account["Status"]) == ("data-prod", "ACTIVE")
    unit_id = unit_ids(northwind)["Infrastructure"]
    unit = northwind.describe_organizational_unit(OrganizationalUnitId=unit_id)
    assert unit["OrganizationalUnit"]["Name"] == "Infrastructure"


def test_tags_of_an_account_are_listed(northwind: Any) -> None:
    tags = northwind.list_tags_for_resource(ResourceId=PAYMENTS_DEV)["Tags"]
    assert {tag["Key"]: tag["Value"] for tag in tags} == {"team": "payments", "environment": "dev"}


@pytest.mark.parametrize(
    ("operation", "asked"),
    [
        ("list_accounts", {}),
        ("list_roots", {}),
        ("list_accounts_for_parent", {"ParentId": "r-abcd"}),
        ("list_organizational_units_for_parent", {"ParentId": "r-abcd"}),
        ("list_children", {"ParentId": "r-abcd", "ChildType": "ACCOUNT"}),
        ("list_parents", {"ChildId": PAYMENTS_PROD}),
        ("describe_account", {"AccountId": PAYMENTS_PROD}),
        ("list_tags_for_resource", {"ResourceId": PAYMENTS_PROD}),
        ("list_delegated_administrators", {}),
    ],
)
def test_a_member_that_is_no_administrator_is_denied(
    aws: EmulatedAws, operation: str, asked: dict[str, str]
) -> None:
    client = aws.reader("organizations", PAYMENTS_PROD)
    assert error_of(lambda: getattr(client, operation)(**asked)) == DENIED


def test_a_delegated_administrator_may_read(aws: EmulatedAws, northwind: Any) -> None:
    client = aws.reader("organizations", PLATFORM)
    assert error_of(client.list_accounts) == DENIED
    service = "config-multiaccountsetup.amazonaws.com"
    northwind.register_delegated_administrator(AccountId=PLATFORM, ServicePrincipal=service)
    assert len(client.list_accounts()["Accounts"]) == len(ACCOUNTS) + 1
    for asked, found in (({}, [PLATFORM]), ({"ServicePrincipal": "ssm.amazonaws.com"}, [])):
        listed = client.list_delegated_administrators(**asked)["DelegatedAdministrators"]
        assert [row["Id"] for row in listed] == found
    northwind.deregister_delegated_administrator(AccountId=PLATFORM, ServicePrincipal=service)
    assert error_of(client.list_accounts) == DENIED


@pytest.mark.parametrize("operation", ["describe_organization", "list_accounts", "list_roots"])
def test_an_account_in_no_organization_is_told_so(aws: EmulatedAws, operation: str) -> None:
    client = aws.client("organizations", LONER_KEYS)
    assert error_of(getattr(client, operation)) == (
        "AWSOrganizationsNotInUseException",
        "Your account is not a member of an organization.",
    )


@pytest.mark.parametrize(
    ("operation", "asked", "code"),
    [
        ("describe_account", {"AccountId": LONER}, "AccountNotFoundException"),
        ("list_accounts_for_parent", {"ParentId": "r-abcd"}, "ParentNotFoundException"),
        (
            "list_children",
            {"ParentId": "ou-abcd-abcdefgh", "ChildType": "ACCOUNT"},
            "ParentNotFoundException",
        ),
        ("list_parents", {"ChildId": LONER}, "ChildNotFoundException"),
        ("list_tags_for_resource", {"ResourceId": LONER}, "TargetNotFoundException"),
        (
            "describe_organizational_unit",
            {"OrganizationalUnitId": "ou-abcd-abcdefgh"},
            "OrganizationalUnitNotFoundException",
        ),
        ("describe_account", {"AccountId": "12"}, "InvalidInputException"),
        ("list_accounts", {"NextToken": "made up"}, "InvalidInputException"),
    ],
)
def test_what_is_not_there_is_told_by_its_kind(
    northwind: Any, operation: str, asked: dict[str, str], code: str
) -> None:
    assert error_of(lambda: getattr(northwind, operation)(**asked))[0] == code


def test_a_page_has_at_most_20_accounts(aws: EmulatedAws) -> None:
    client = aws.client("organizations", KEYS)
    pages = pages_of(client, "list_accounts")
    assert [len(page["Accounts"]) for page in pages] == [20, 20, 5]
    assert len({row["Id"] for page in pages for row in page["Accounts"]}) == 45
    pages = pages_of(client, "list_accounts", PaginationConfig={"PageSize": 7})
    assert [len(page["Accounts"]) for page in pages] == [7, 7, 7, 7, 7, 7, 3]


def test_children_and_accounts_of_a_parent_are_paged_too(aws: EmulatedAws) -> None:
    client = aws.client("organizations", KEYS)
    many = unit_ids(client)["Many"]
    pages = pages_of(client, "list_accounts_for_parent", ParentId=many)
    assert [len(page["Accounts"]) for page in pages] == [20, 20, 4]
    pages = pages_of(client, "list_children", ParentId=many, ChildType="ACCOUNT")
    assert [len(page["Children"]) for page in pages] == [20, 20, 4]


def test_a_token_belongs_to_its_operation(aws: EmulatedAws) -> None:
    client = aws.client("organizations", KEYS)
    token = client.list_accounts()["NextToken"]
    assert error_of(lambda: client.list_roots(NextToken=token))[0] == "InvalidInputException"


def test_more_than_20_of_a_page_are_refused(aws: EmulatedAws) -> None:
    client = aws.client("organizations", KEYS)
    code, message = error_of(lambda: client.list_accounts(MaxResults=21))
    assert code == "InvalidInputException"
    assert "Member must have value less than or equal to 20" in message


def test_an_account_that_is_created_later_is_a_member_too(aws: EmulatedAws) -> None:
    client = aws.client("organizations", KEYS)
    client.create_account(AccountName="late", Email="late@large.example")
    names = {r["Name"] for page in pages_of(client, "list_accounts") for r in page["Accounts"]}
    assert "late" in names


def test_members_can_be_seeded_from_outside(aws: EmulatedAws) -> None:
    where = "seed/organizations/accounts?account=900000000010&region=us-east-1"
    rows: list[dict[str, Any]] = [
        {"accountId": "900000000010", "name": "root", "email": "root@seeded.example"},
        {
            "accountId": "900000000011",
            "name": "seeded",
            "email": "s@seeded.example",
            "path": "A/B",
            "status": "SUSPENDED",
            "joinedAt": "2024-05-06T07:08:09Z",
            "tags": {"k": "v"},
        },
    ]
    assert aws.control("POST", where, rows) == (200, {"count": 2})
    status, answer = aws.control("POST", where, [rows[0] | {"status": "GONE"}])
    assert status == 400
    assert "Row 1: status must be one of ACTIVE, PENDING_CLOSURE, SUSPENDED" in str(answer)
