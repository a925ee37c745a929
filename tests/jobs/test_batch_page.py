"""A batch's page and its API: the board, the merged rows, cancel, try again, share."""

import json
import re
from collections.abc import Iterator
from typing import Any

import pytest
from django.contrib.auth.models import Group
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from awsdash.accounts.models import Account, Grant, Level, Region, User
from awsdash.jobs import lifecycle, runner
from awsdash.jobs.models import Batch, Job
from services.base import Page
from services.errors import NotFound
from tests.jobs.conftest import Count, rows_page

VIEWER = "/run/cloudwatch_logs.filter_events/"
REGIONS = ("eu-central-1", "eu-west-1")
HTMX = {"HX-Request": "true"}


@pytest.fixture
def places(alice: User, shop: Account, bank: Account) -> list[tuple[str, str]]:
    """The shop in two regions and the bank in one: alice may run queries in both."""
    shop.regions.set(Region.objects.filter(pk__in=REGIONS))
    Grant.objects.create(group=alice.groups.get(), account=bank, level=Level.RUN)
    return [(shop.pk, "eu-central-1"), (shop.pk, "eu-west-1"), (bank.pk, "eu-west-1")]


@pytest.fixture
def batch(count: Count, alice: User, places: list[tuple[str, str]]) -> Batch:
    return lifecycle.submit_batch(alice, count.name, places, {"what": "sheep"})


@pytest.fixture
def page(client: Client, alice: User) -> Client:
    client.force_login(alice)
    return client


def run(batch: Batch, count: Count, *, failing: str = "") -> None:
    """Run what is queued; there is nothing to count in the region `failing`."""

    def pages(query: Any, aws: Any) -> Iterator[Page]:
        if aws.region == failing:
            raise NotFound("There are no sheep here.", hint="Look elsewhere.")
        yield rows_page(0, 2)

    count.make = pages
    for job in batch.jobs.filter(execution__status="queued"):
        runner.run(job.execution_id)


def text(answer: Any) -> str:
    """What a page says, its white space as one."""
    return re.sub(r"\s+", " ", answer.content.decode())


def test_several_accounts_and_regions_become_a_batch_with_its_own_address(
    page: Client, places: list[tuple[str, str]]
) -> None:
    posted = {
        "accountId": ["111111111111", "222222222222"],
        "region": REGIONS,
        "logGroupName": "/a",
    }
    answer = page.post(VIEWER, posted, headers=HTMX)
    batch = Batch.objects.get()
    assert answer["HX-Push-Url"] == f"/batches/{batch.pk}/"
    jobs = batch.jobs.select_related("execution")
    # The bank has not enabled eu-central-1.
    assert {(j.execution.account_id, j.execution.region) for j in jobs} == set(places)
    assert "<b>0</b> of 3 done" in text(answer)
    assert page.post(VIEWER, posted)["Location"].startswith("/batches/")


def test_of_several_that_come_to_one_target_it_is_a_job(page: Client, places: Any) -> None:
    posted = {"accountId": "222222222222", "region": REGIONS, "logGroupName": "/a"}
    assert page.post(VIEWER, posted)["Location"] == f"/jobs/{Job.objects.get().pk}/"
    assert not Batch.objects.exists()


@pytest.mark.parametrize(
    ("change", "status", "told"),
    [
        ({"accountId": []}, 422, "Account: Choose at least one."),
        ({"region": []}, 422, "Region: Choose at least one."),
        ({"region": ["mars-1", "mars-2"]}, 422, "Region: Not enabled for this account."),
        ({"accountId": ["111111111111", "333333333333"]}, 403, "in account 333333333333"),
    ],
)
def test_what_cannot_be_asked_is_told_and_nothing_is(
    page: Client, places: Any, change: dict[str, Any], status: int, told: str
) -> None:
    chosen = {"accountId": ["111111111111", "222222222222"], "region": REGIONS}
    answer = page.post(VIEWER, {**chosen, "logGroupName": "/a", **change})
    assert answer.status_code == status
    assert told in text(answer)
    assert not Job.objects.exists()


def test_an_address_chooses_several(page: Client, places: Any) -> None:
    ids = "accountId=111111111111&accountId=222222222222"
    shown = text(page.get(f"{VIEWER}?{ids}&region=eu-west-1&region=eu-central-1"))
    assert "<b>2 accounts</b>" in shown
    assert "<b>2 regions</b>" in shown
    assert re.search(r"<output[^>]*>3 targets</output>", shown)
    assert len(re.findall(r'type="checkbox" name="accountId"[^>]* checked', shown)) == 2
    idle = text(page.get(f"{VIEWER}?{ids}&region=eu-central-1"))
    assert "1 target, 1 account without these regions" in idle
    assert 'type="radio" name="region"' in idle


def test_one_account_and_region_are_chosen_as_ever(page: Client, places: Any) -> None:
    shown = text(page.get(f"{VIEWER}?accountId=111111111111&region=eu-west-1"))
    assert re.search(r'type="radio" name="accountId" value="111111111111"[^>]* checked', shown)
    assert 'type="checkbox" name="accountId"' not in shown
    assert re.search(r"<output[^>]* hidden>", shown)


def test_the_page_has_the_form_the_scope_and_a_cell_for_each_target(
    page: Client, batch: Batch, count: Count
) -> None:
    run(batch, count, failing="eu-central-1")
    shown = text(page.get(f"/batches/{batch.pk}/"))
    assert 'name="what" value="sheep"' in shown
    assert "<b>2 accounts</b>" in shown
    assert shown.count('class="cell succeeded"') == 2
    assert shown.count('class="cell failed"') == 1
    assert "<b>3</b> of 3 done" in shown
    assert "1 NotFound" in shown
    assert "There are no sheep here. Look elsewhere." in shown
    assert "Try 1 again" in shown
    assert "data-poll" not in shown.partition('id="job"')[2]
    rows = re.findall(r"<td class=\"text\">(?:<a[^>]*>)?(\w+)", shown)
    assert rows.count("bank") == rows.count("shop") == 2


def test_a_poll_that_finds_nothing_new_has_no_body_and_few_statements(
    page: Client, batch: Batch
) -> None:
    shown = text(page.get(f"/batches/{batch.pk}/"))
    seen = re.search(rf"/batches/{batch.pk}/poll/\?seen=\w+", shown)
    assert seen
    with CaptureQueriesContext(connection) as asked:
        answer = page.get(seen[0])
    assert (answer.status_code, answer.content) == (204, b"")
    assert int(answer["Poll-Delay-Ms"]) > 0
    # The session, its person, the batch, how its jobs stand.
    assert len(asked) == 4


def test_a_poll_is_the_very_fragment_of_the_page(page: Client, batch: Batch, count: Count) -> None:
    run(batch, count)
    fragment = page.get(f"/batches/{batch.pk}/poll/").content.decode()
    whole = page.get(f"/batches/{batch.pk}/").content.decode()
    tables = re.findall(r"<table.*?</table>", fragment, re.S)
    assert len(tables) == 2
    assert tables[1] in whole
    assert "<html" not in fragment


def test_rows_are_searched_sorted_and_narrowed_to_an_account(
    page: Client, batch: Batch, count: Count
) -> None:
    run(batch, count)
    answer = page.get(f"/batches/{batch.pk}/look/?f=account:eq:bank&sort=n&search=word")
    own = f"/batches/{batch.pk}/?search=word&sort=n&f=account%3Aeq%3Abank"
    assert answer["HX-Replace-Url"] == own
    shown = text(answer)
    assert "of <b>2</b> that match" in shown
    assert "back to the newest first" in shown
    assert "Account is <b>bank</b>" in shown
    assert 'aria-current="true" title="The rows of every account"' in shown
    assert 'name="f" value="account:eq:bank"' in text(page.get(own))
    refused = page.get(f"/batches/{batch.pk}/look/?f=nobody:eq:x")
    assert refused.status_code == 422


def test_a_row_leads_to_the_job_it_is_from_and_narrows_the_whole_batch(
    page: Client, batch: Batch, count: Count, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Count, "narrow", lambda self, query, row, path: {"what": "wolves"})
    run(batch, count)
    shown = text(page.get(f"/batches/{batch.pk}/row/0/"))
    job = batch.jobs.get(execution__account="222222222222")
    assert "From bank · eu-west-1" in shown
    assert f'href="/jobs/{job.pk}/">Its job</a>' in shown
    narrowed = "accountId=222222222222&amp;accountId=111111111111"
    assert f"what=wolves&amp;{narrowed}" in shown
    assert page.get(f"/batches/{batch.pk}/row/99/").status_code == 404


def test_a_download_has_the_rows_of_all_cells(page: Client, batch: Batch, count: Count) -> None:
    run(batch, count)
    answer: Any = page.get(f"/batches/{batch.pk}/download/?format=jsonl")
    rows = [json.loads(line) for line in b"".join(answer.streaming_content).splitlines()]
    assert len(rows) == 6
    assert {(row["account"], row["region"]) for row in rows} == {
        ("bank", "eu-west-1"),
        ("shop", "eu-central-1"),
        ("shop", "eu-west-1"),
    }


def test_one_cell_or_all_are_tried_again(page: Client, batch: Batch, count: Count) -> None:
    run(batch, count, failing="eu-west-1")
    failed = batch.jobs.filter(execution__status="failed")
    address = f"/batches/{batch.pk}/retry/"
    one = failed[0]
    assert "1 queued" in text(page.post(address, {"job": one.pk}, headers=HTMX))
    assert batch.jobs.count() == 4
    # Its cell shows a newer job by now.
    assert page.post(address, {"job": one.pk}, headers=HTMX).status_code == 422
    assert page.post(address)["Location"] == f"/batches/{batch.pk}/"
    assert batch.jobs.count() == 5
    run(batch, count)
    assert "<b>3</b> of 3 done" in text(page.get(f"/batches/{batch.pk}/"))


def test_cancel_all_ends_it(page: Client, batch: Batch) -> None:
    shown = text(page.post(f"/batches/{batch.pk}/cancel/", headers=HTMX))
    assert "3 cancelled" in shown
    assert "data-poll" not in shown


def test_refresh_asks_the_same_targets_anew(page: Client, batch: Batch) -> None:
    answer = page.post(f"/batches/{batch.pk}/again/", headers=HTMX)
    newest = Batch.objects.exclude(pk=batch.pk).get()
    assert answer["HX-Push-Url"] == f"/batches/{newest.pk}/"
    assert newest.jobs.count() == 3


def test_who_it_is_shared_with_sees_the_cells_of_their_accounts_and_changes_nothing(
    page: Client, batch: Batch, count: Count, bob: User, client: Client
) -> None:
    run(batch, count, failing="eu-west-1")
    group = bob.groups.get()
    alice_group = User.objects.get(username="alice").groups.get()
    bob.groups.add(alice_group)
    Grant.objects.filter(group=alice_group).delete()
    shared = {"group": alice_group.pk, "shared": "1"}
    Grant.objects.create(group=alice_group, account_id="222222222222", level=Level.VIEW)
    told = text(page.post(f"/batches/{batch.pk}/share/", shared, headers=HTMX))
    assert "seen by <b>bob</b>" in told
    assert group != alice_group
    client.force_login(bob)
    shown = text(client.get(f"/batches/{batch.pk}/"))
    assert "2 more targets you may not view" in shown
    assert "asked by <b>alice</b>" in shown
    assert "shop" not in shown
    assert " again</button>" not in shown
    for change in ("cancel", "retry", "share"):
        assert client.post(f"/batches/{batch.pk}/{change}/").status_code == 404


def test_one_who_may_view_none_of_it_sees_how_many_targets_there_are(
    batch: Batch, carol: User, client: Client
) -> None:
    Grant.objects.all().delete()
    batch.groups.add(carol.groups.get())
    client.force_login(carol)
    answer = client.get(f"/batches/{batch.pk}/")
    assert answer.status_code == 200
    assert "3 targets you may not view" in text(answer)


@pytest.fixture
def api(page: Client) -> Client:
    return page


def submit(api: Client, places: list[tuple[str, str]], **change: Any) -> Any:
    body = {
        "operation": "test.count",
        "targets": [{"accountId": a, "region": r} for a, r in places],
        "query": {"resourceId": "sheep"},
        **change,
    }
    return api.post("/api/v1/batches", body, content_type="application/json")


def test_a_batch_goes_from_post_to_items(
    api: Client, places: list[tuple[str, str]], count: Count
) -> None:
    created = submit(api, places)
    assert created.status_code == 202
    told = created.json()
    assert (told["status"], told["totals"]["targets"]) == ("queued", 3)
    batch = Batch.objects.get()
    run(batch, count, failing="eu-central-1")
    address = f"/api/v1/batches/{told['id']}"
    told = api.get(address).json()
    assert told["status"] == "failed"
    assert told["query"] == {"what": "sheep", "limit": 100}
    assert told["totals"] == {
        "targets": 3,
        "done": 3,
        "byStatus": {"succeeded": 2, "failed": 1},
        "rows": 4,
        "hidden": 0,
    }
    (failed,) = [cell for cell in told["cells"] if cell["status"] == "failed"]
    assert (failed["accountId"], failed["region"]) == ("111111111111", "eu-central-1")
    assert failed["error"]["code"] == "NotFound"
    assert failed["error"]["hint"] == "Look elsewhere."
    assert api.get(f"/api/v1/jobs/{failed['jobId']}").json()["batchId"] == told["id"]
    items = api.get(f"{address}/items?limit=3&sort=-account").json()
    assert [item["account"] for item in items["items"]] == ["shop", "shop", "bank"]
    assert items["items"][0]["same"] == items["items"][0]["word"]
    assert (items["totalItems"], items["cursor"]) == (4, "3")
    names = [column["name"] for column in items["columnInfo"]]
    assert names == ["account", "accountId", "region", "n", "at", "word", "same"]
    rest = api.get(f"{address}/items?limit=3&cursor=3&filter=account:eq:shop").json()
    assert (rest["items"], rest["cursor"]) == ([], None)


def test_the_api_tries_again_what_failed_or_the_named_of_it(
    api: Client, batch: Batch, count: Count
) -> None:
    run(batch, count, failing="eu-west-1")
    address = f"/api/v1/batches/{batch.pk}/retry"
    named = {"targets": [{"accountId": "222222222222", "region": "eu-west-1"}]}
    told = api.post(address, named, content_type="application/json")
    assert told.status_code == 202
    assert told.json()["totals"]["byStatus"] == {"queued": 1, "succeeded": 1, "failed": 1}
    told = api.generic("POST", address)
    assert told.json()["totals"]["byStatus"] == {"queued": 2, "succeeded": 1}


def test_the_api_cancels_and_downloads(api: Client, batch: Batch, count: Count) -> None:
    runner.run(batch.jobs.all()[0].execution_id)
    told = api.post(f"/api/v1/batches/{batch.pk}/cancel").json()
    assert told["totals"]["byStatus"] == {"succeeded": 1, "cancelled": 2}
    assert told["finishedAt"]
    answer: Any = api.get(f"/api/v1/batches/{batch.pk}/download?format=csv&sort=n")
    lines = b"".join(answer.streaming_content).decode().splitlines()
    assert lines[0] == "account,accountId,region,n,at,word"
    assert len(lines) == 4
    assert api.get(f"/api/v1/batches/{batch.pk}/download?format=exe").status_code == 422


@pytest.mark.parametrize(
    ("change", "status", "code", "told"),
    [
        ({"targets": []}, 422, "InvalidQuery", "1 to 1,000"),
        (
            {"targets": [{"accountId": "333333333333", "region": "eu-west-1"}]},
            403,
            "AccessDenied",
            "333333333333",
        ),
        ({"operation": "test.cuont"}, 404, "NotFound", "Did you mean test.count?"),
        ({"query": {"whta": "x"}}, 422, "InvalidQuery", "did you mean what?"),
        ({"targets": [{"accountId": "111111111111"}]}, 422, "InvalidRequest", "region"),
        ({"maxAgeS": -1}, 422, "InvalidRequest", "maxAgeS"),
    ],
)
def test_a_bad_request_is_told_what_to_do(
    api: Client,
    places: list[tuple[str, str]],
    count: Count,
    change: dict[str, Any],
    status: int,
    code: str,
    told: str,
) -> None:
    answer = submit(api, places, **change)
    assert answer.status_code == status
    assert answer["Content-Type"] == "application/problem+json"
    problem = answer.json()
    assert problem["code"] == code
    assert told in problem["message"] + problem["hint"]
    assert not Batch.objects.exists()


def test_a_result_that_is_young_enough_is_read_instead(
    api: Client, batch: Batch, count: Count, places: list[tuple[str, str]]
) -> None:
    run(batch, count)
    told = submit(api, places, maxAgeS=3600).json()
    assert (told["status"], told["totals"]["rows"]) == ("succeeded", 6)


def test_an_administrator_sees_and_changes_every_batch(
    client: Client, root: User, batch: Batch, count: Count
) -> None:
    client.force_login(root)
    assert client.get(f"/api/v1/batches/{batch.pk}").json()["owner"] == "alice"
    assert client.post(f"/api/v1/batches/{batch.pk}/cancel").status_code == 200
    Group.objects.create(name="auditors")
    assert "auditors" in text(client.get(f"/batches/{batch.pk}/share/", headers=HTMX))
