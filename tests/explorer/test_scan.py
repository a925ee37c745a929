"""Reading the story's accounts over HTTP."""

import json
import urllib.request
import uuid
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from awsdash import celery
from awsdash.accounts.models import Account, Grant, User
from awsdash.explorer import lifecycle
from awsdash.explorer.catalog import ResourceType, resource_types
from awsdash.explorer.lister import Found
from awsdash.explorer.models import CellState, Resource, ScanCell
from services.aws import Aws, Keys

LAMBDA = "AWS::Lambda::Function"


@pytest.fixture
def scanned(emulated_aws: str, story_accounts: dict[str, Account], root: User) -> User:
    lifecycle.scan(root)
    for cell in ScanCell.objects.all():
        lifecycle.read_cell(cell.pk)
    return root


@pytest.fixture
def faults(emulated_aws: str) -> Iterator[Any]:
    """Sets the emulator's faults; none are left behind."""

    def put(*rules: dict[str, Any]) -> None:
        request = urllib.request.Request(
            f"{emulated_aws}/_emulator/faults",
            data=json.dumps(rules).encode(),
            headers={"Content-Type": "application/json"},
            method="PUT",
        )
        urllib.request.urlopen(request).close()

    yield put
    put()


def test_a_scan_finds_the_storys_functions_with_their_configuration(scanned: User) -> None:
    found = Resource.objects.get(name="checkout-charge", account__name="payments-prod", type=LAMBDA)
    assert found.region == "eu-west-1"
    assert found.arn.startswith("arn:aws:lambda:eu-west-1:482011773351:function:")
    assert found.properties["Runtime"]


def test_values_of_environment_variables_are_never_stored(scanned: User) -> None:
    found = Resource.objects.get(name="checkout-charge", account__name="payments-prod", type=LAMBDA)
    assert found.properties["Environment"]["Variables"] == {
        "POOL_SIZE": "(hidden)",
        "REVISION": "(hidden)",
    }


def test_every_cell_ends_with_a_state(scanned: User) -> None:
    assert set(ScanCell.objects.values_list("state", flat=True)) <= {CellState.OK, CellState.EMPTY}
    assert ScanCell.objects.count() == 4 * 3 * len(resource_types())


def test_a_resource_that_is_gone_leaves_the_inventory(scanned: User) -> None:
    cell = ScanCell.objects.get(account__name="payments-prod", region="eu-west-1", type=LAMBDA)
    before = Resource.objects.count()
    Resource.objects.create(
        account=cell.account,
        region=cell.region,
        type=cell.type,
        resource_id="gone",
        name="gone",
        seen_at=timezone.now() - timedelta(days=1),
    )
    lifecycle.scan(scanned)
    lifecycle.read_cell(cell.pk)
    assert not Resource.objects.filter(name="gone").exists()
    assert Resource.objects.count() == before


def test_reading_a_cell_twice_reads_it_once(
    emulated_aws: str, story_accounts: dict[str, Account], root: User
) -> None:
    lifecycle.scan(root)
    cell = ScanCell.objects.filter(type=LAMBDA).earliest("pk")
    lifecycle.read_cell(cell.pk)
    read_at = ScanCell.objects.get(pk=cell.pk).read_at
    lifecycle.read_cell(cell.pk)
    assert ScanCell.objects.get(pk=cell.pk).read_at == read_at


@pytest.mark.parametrize(
    ("code", "status", "state"),
    [
        ("AccessDeniedException", 403, CellState.DENIED),
        ("TooManyRequestsException", 429, CellState.THROTTLED),
        ("ServiceException", 500, CellState.FAILED),
    ],
)
def test_a_cell_that_cannot_be_read_says_why(
    emulated_aws: str,
    story_accounts: dict[str, Account],
    root: User,
    faults: Any,
    code: str,
    status: int,
    state: CellState,
) -> None:
    lifecycle.scan(root)
    cell = ScanCell.objects.filter(type=LAMBDA, region="eu-west-1").earliest("pk")
    faults({"service": "lambda", "code": code, "status": status, "message": "What AWS said"})
    lifecycle.read_cell(cell.pk)
    cell.refresh_from_db()
    assert cell.state == state
    assert "What AWS said" in cell.message


def test_a_person_scans_only_where_they_may_run(
    alice: User, carol: User, shop: Account, bank: Account
) -> None:
    assert lifecycle.scan(carol) == 0
    assert lifecycle.scan(alice) == len(resource_types())
    assert set(ScanCell.objects.values_list("account", flat=True)) == {shop.pk}


def test_a_cell_is_not_read_for_somebody_who_lost_the_grant(alice: User, shop: Account) -> None:
    lifecycle.scan(alice)
    Grant.objects.all().delete()
    cell = ScanCell.objects.earliest("pk")
    lifecycle.read_cell(cell.pk)
    cell.refresh_from_db()
    assert cell.state == CellState.DENIED


def test_a_worker_that_was_given_up_for_lost_writes_nothing(alice: User, shop: Account) -> None:
    lifecycle.scan(alice)
    cell = ScanCell.objects.earliest("pk")
    cell.lease = uuid.uuid4()
    lifecycle._store(cell, [Found("late", "late", "", {})])
    assert not Resource.objects.exists()


def test_a_resource_that_aws_lists_twice_is_stored_once(alice: User, shop: Account) -> None:
    lifecycle.scan(alice)
    cell = ScanCell.objects.earliest("pk")
    lifecycle._store(cell, [Found("a", "first", "", {}), Found("a", "second", "", {})])
    assert [resource.name for resource in Resource.objects.all()] == ["second"]


def test_what_cannot_be_stored_ends_the_cell(
    emulated_aws: str,
    story_accounts: dict[str, Account],
    root: User,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(lifecycle, "list_resources", lambda *_: [Found("a", None, "", {})])  # type: ignore[arg-type]  # what a wrong entry gives
    lifecycle.scan(root)
    cell = ScanCell.objects.earliest("pk")
    lifecycle.read_cell(cell.pk)
    cell.refresh_from_db()
    assert cell.state == CellState.FAILED


def test_a_second_scan_leaves_unread_cells_alone(alice: User, shop: Account) -> None:
    lifecycle.scan(alice)
    assert lifecycle.scan(alice) == 0


def test_the_sweeper_queues_again_what_lost_its_worker_or_its_bell(
    alice: User, shop: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    rung: list[int] = []
    monkeypatch.setattr(celery, "ring", lambda task, row, queue: rung.append(row))
    lifecycle.scan(alice)
    lost, unheard = ScanCell.objects.all()
    long_ago = timezone.now() - timedelta(hours=1)
    ScanCell.objects.filter(pk=lost.pk).update(state=CellState.RUNNING, claimed_at=long_ago)
    ScanCell.objects.filter(pk=unheard.pk).update(queued_at=long_ago)
    rung.clear()
    lifecycle.sweep()
    lifecycle.sweep()
    assert sorted(rung) == sorted([lost.pk, unheard.pk])
    assert set(ScanCell.objects.values_list("state", flat=True)) == {CellState.QUEUED}


@pytest.mark.parametrize(("name", "entry"), resource_types().items())
def test_a_catalog_entry_names_a_call_that_boto3_has(name: str, entry: ResourceType) -> None:
    client = Aws("", "us-east-1", Keys("AKIA", "secret")).client(entry.client)
    method = client.meta.method_to_api_mapping[entry.operation]
    output = client.meta.service_model.operation_model(method).output_shape
    items = output.members[entry.items]
    assert {entry.id, entry.name} <= set(items.member.members), name
