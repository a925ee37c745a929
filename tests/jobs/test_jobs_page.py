"""The list of jobs: whose, which, in what order, and what may be done to them."""

from typing import Any

import pytest
from django.contrib.auth.models import Group
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from awsdash.accounts.models import Account, Grant, Level, User
from awsdash.jobs import lifecycle, runner
from awsdash.jobs.filters import ACTIVE, ALL, SHARED, Filters, batches_for, filters_of
from awsdash.jobs.listing import PER_PAGE, place_of, sheet_of
from awsdash.jobs.models import Batch, Execution, Job, Status
from conftest import MakeUser
from services.errors import AccessDenied
from tests.jobs.conftest import Ask, Count


@pytest.fixture
def page(client: Client, alice: User) -> Client:
    client.force_login(alice)
    return client


@pytest.fixture
def team(alice: User, carol: User) -> Group:
    """A group that Alice and Carol belong to."""
    group = Group.objects.create(name="team")
    group.user_set.add(alice, carol)
    return group


def listed(user: User, **filters: str) -> list[Any]:
    """The ids on the first page of the list."""
    return [mark.place.pk for mark in sheet_of(user, Filters(**filters), None).marks]


def test_a_person_sees_their_own_the_newest_first(ask: Ask, alice: User, carol: User) -> None:
    older, newer = ask(alice, "a", 60), ask(alice, "b")
    assert listed(alice) == [newer.pk, older.pk]
    assert listed(carol) == []


def test_what_is_shared_with_a_group_is_seen_by_its_people_alone(
    ask: Ask, alice: User, carol: User, bob: User, team: Group
) -> None:
    job = ask(alice)
    lifecycle.share(alice, job, team, shared=True)
    assert listed(carol, tab=SHARED) == [job.pk]
    assert listed(alice, tab=SHARED) == []
    team.user_set.add(bob)
    # Bob knows nothing of the shop.
    assert listed(bob, tab=SHARED) == []


def test_only_an_administrator_sees_everybodys(
    ask: Ask, alice: User, root: User, page: Client
) -> None:
    job = ask(alice)
    assert listed(root, tab=ALL) == [job.pk]
    with pytest.raises(AccessDenied):
        filters_of(alice, {"tab": ALL})
    assert page.get("/jobs/?tab=all").status_code == 403


def test_a_job_vanishes_from_the_list_with_the_access_to_its_account(ask: Ask, alice: User) -> None:
    ask(alice)
    Grant.objects.all().delete()
    assert listed(alice) == []


def test_a_batch_is_one_row_with_its_targets_by_state(
    count: Count, make_user: MakeUser, shop: Account, bank: Account
) -> None:
    dora = make_user("dora", {shop: Level.RUN, bank: Level.RUN})
    targets = [(shop.pk, "eu-west-1"), (bank.pk, "eu-west-1")]
    batch = lifecycle.submit_batch(dora, count.name, targets, {"what": "sheep"})
    first, second = batch.jobs.order_by("execution__account_id")
    Execution.objects.filter(pk=first.execution_id).update(status=Status.FAILED)
    Execution.objects.filter(pk=second.execution_id).update(status=Status.SUCCEEDED)
    sheet = sheet_of(dora, Filters(), None)
    assert [mark.place.pk for mark in sheet.marks] == [batch.pk]
    assert sheet.marks[0].cells == {Status.SUCCEEDED: 1, Status.FAILED: 1}
    # A target that is tried again counts once.
    lifecycle.retry_failed(dora, batch)
    assert sheet_of(dora, Filters(), None).marks[0].cells == {Status.QUEUED: 1, Status.SUCCEEDED: 1}
    # What one may not view is not even counted.
    Grant.objects.filter(account=bank).delete()
    assert sheet_of(dora, Filters(), None).marks[0].cells == {Status.QUEUED: 1}


@pytest.mark.parametrize(
    ("filters", "expected"),
    [
        ({"state": ACTIVE}, ["queued", "running", "waiting"]),
        ({"state": "waiting"}, ["waiting"]),
        ({"state": "failed"}, ["failed"]),
        ({"state": "cancelled"}, ["cancelled", "left"]),
        ({"state": "succeeded"}, ["succeeded"]),
        ({"text": "UEU"}, ["queued"]),
        ({"text": "nowhere"}, []),
        ({"operation": "cloudwatch_logs.filter_events"}, []),
        ({"operation": "test.count", "text": "fail"}, ["failed"]),
        ({"account_id": "222222222222"}, []),
        ({"region": "us-east-1"}, ["running"]),
        ({"start": "-1h", "state": "failed"}, []),
        ({"end": "-1h", "state": "failed"}, ["failed"]),
    ],
)
def test_filters_narrow_the_list(
    ask: Ask, alice: User, filters: dict[str, str], expected: list[str]
) -> None:
    made = {
        state: ask(alice, state, 7200 if state == "failed" else 0, status=state)
        for state in ("queued", "running", "waiting", "succeeded", "failed", "cancelled")
    }
    Execution.objects.filter(pk=made["running"].execution_id).update(region="us-east-1")
    made["left"] = ask(alice, "left", status="running")
    Job.objects.filter(pk=made["left"].pk).update(cancelled_at=timezone.now())
    names = {job.pk: name for name, job in made.items()}
    assert sorted(names[pk] for pk in listed(alice, **filters)) == sorted(expected)


def test_an_administrator_finds_a_persons_jobs(ask: Ask, alice: User, root: User) -> None:
    ask(root, "wolves")
    job = ask(alice)
    assert listed(root, tab=ALL, person="ALI") == [job.pk]
    assert filters_of(root, {"person": "alice"}).person == ""


@pytest.mark.parametrize(
    "address",
    [
        "state=loud",
        "tab=nobodys",
        "startTime=yesterdayish",
        "q=" + "x" * 201,
        "q=%00",
        "before=x",
        "before=999999999999999999-" + "0" * 32,
    ],
)
def test_an_address_that_makes_no_sense_is_told(page: Client, address: str) -> None:
    assert page.get(f"/jobs/?{address}").status_code == 422


def test_pages_follow_each_other_without_a_gap(ask: Ask, alice: User, count: Count) -> None:
    # Several of the same moment, over the page's edge.
    jobs = [ask(alice, f"w{n}") for n in range(PER_PAGE + 7)]
    now = timezone.now()
    Job.objects.filter(pk__in=[job.pk for job in jobs[3:]]).update(created_at=now)
    batch = lifecycle.submit_batch(
        alice, count.name, [("111111111111", "eu-west-1")], {"what": "b"}
    )
    Batch.objects.filter(pk=batch.pk).update(created_at=now)
    first = sheet_of(alice, Filters(), None)
    assert first.after is not None
    assert place_of(first.after.cursor) == first.after
    second = sheet_of(alice, Filters(), first.after)
    assert second.after is None
    seen = [mark.place.pk for mark in (*first.marks, *second.marks)]
    assert len(seen) == len(set(seen)) == PER_PAGE + 8


def test_the_page_shows_what_a_row_needs(page: Client, ask: Ask, alice: User) -> None:
    job = ask(alice, "sheep\nand wolves")
    runner.run(job.execution_id)
    shown = page.get("/jobs/").content.decode()
    row = shown[shown.index(f'data-entry="{job.pk}"') :]
    for text in ("succeeded", "Count", '<span class="subject">sheep</span>', "shop", "eu-west-1"):
        assert text in row
    assert '<td class="number count">3</td>' in row
    assert f'href="/jobs/{job.pk}/"' in row
    assert f'formaction="/jobs/{job.pk}/again/"' in row
    # It has ended: there is nothing to cancel.
    assert "Cancel sheep" not in row


def test_a_job_whose_service_was_taken_away_is_listed_still(
    page: Client, ask: Ask, alice: User
) -> None:
    ask(alice, operation_name="gone.away")
    assert "gone.away" in page.get("/jobs/").content.decode()


def test_work_on_stored_results_has_no_account_and_is_listed(
    page: Client, ask: Ask, alice: User, shop: Account
) -> None:
    job = ask(alice, account=None, region="", status=Status.SUCCEEDED)
    job.execution.touches.add(shop)
    assert "stored results" in page.get("/jobs/").content.decode()
    assert listed(alice, account_id=shop.pk) == [job.pk]


@pytest.mark.parametrize(
    ("address", "said"),
    [
        ("/jobs/", "Nothing has run yet."),
        ("/jobs/?state=failed", "No job matches."),
        ("/jobs/?tab=shared", "Nothing is shared with you."),
        (f"/jobs/?before=1-{'0' * 32}", "Nothing older."),
    ],
)
def test_an_empty_list_says_why(page: Client, address: str, said: str) -> None:
    assert said in page.get(address).content.decode()


def test_an_unchanged_list_has_no_body_and_a_change_is_the_pages_own_fragment(
    page: Client, ask: Ask, alice: User
) -> None:
    job = ask(alice)
    whole = page.get("/jobs/?q=sheep").content.decode()
    address = whole.split('id="jobs"', 1)[1].split('data-poll="', 1)[1].split('"')[0]
    address = address.replace("&amp;", "&")
    assert address.startswith("/jobs/poll/?q=sheep&seen=")
    unchanged = page.get(address)
    assert (unchanged.status_code, unchanged.content) == (204, b"")
    live_ms = int(unchanged["Poll-Delay-Ms"])
    runner.run(job.execution_id)
    changed = page.get(address).content.decode()
    assert "<html" not in changed
    rows = changed[changed.index("<tbody") : changed.index("</tbody>")]
    assert rows in page.get("/jobs/?q=sheep").content.decode()
    # Nothing runs any more: it is asked less often.
    calm = page.get(changed.split('data-poll="', 1)[1].split('"')[0].replace("&amp;", "&"))
    assert int(calm["Poll-Delay-Ms"]) > live_ms


def test_filters_typed_bring_the_list_alone_and_its_address(page: Client, ask: Ask) -> None:
    headers = {"HX-Request": "true"}
    answer = page.get("/jobs/?q=&state=failed&tab=mine&startTime=", headers=headers)
    assert answer["HX-Push-Url"] == "/jobs/?state=failed"
    assert "<html" not in answer.content.decode()
    restored = page.get("/jobs/", headers={**headers, "HX-History-Restore-Request": "true"})
    assert "<html" in restored.content.decode()


def test_several_are_cancelled_together_and_nobody_elses(
    page: Client, ask: Ask, alice: User, carol: User, root: User, count: Count, team: Group
) -> None:
    mine = [ask(alice, what) for what in ("a", "b", "c")]
    batch = lifecycle.submit_batch(
        alice, count.name, [("111111111111", "eu-west-1")], {"what": "d"}
    )
    others = ask(root, "e")
    others.groups.add(team)
    picked = [str(each.pk) for each in (*mine[:2], batch, others)]
    answer = page.post("/jobs/cancel/?state=active", {"pick": picked})
    assert answer["Location"] == "/jobs/?state=active"
    assert set(Job.objects.exclude(cancelled_at=None)) == {*mine[:2], *batch.jobs.all()}
    # A row's own button is about that row, whatever else is picked.
    fragment = page.post(
        "/jobs/cancel/", {"pick": picked, "just": mine[2].pk}, headers={"HX-Request": "true"}
    )
    assert 'id="jobs"' in fragment.content.decode()
    assert page.post("/jobs/cancel/", {"pick": ["x"]}).status_code == 422


def test_the_badge_counts_what_has_not_ended(page: Client, ask: Ask, alice: User) -> None:
    job, _ = ask(alice, "a"), ask(alice, "b")
    assert '<b>2<span class="sr">' in page.get("/explorer/").content.decode()
    unchanged = page.get("/jobs/badge/?seen=2")
    assert (unchanged.status_code, unchanged.content) == (204, b"")
    lifecycle.cancel(alice, job)
    changed = page.get("/jobs/badge/?seen=2").content.decode()
    assert changed.strip() in page.get("/javascript/").content.decode()
    runner.run(ask(alice, "b").execution_id)
    assert int(page.get("/jobs/badge/?seen=0")["Poll-Delay-Ms"]) == 30_000


def test_no_fragment_counts_for_the_badge(page: Client, ask: Ask, alice: User) -> None:
    ask(alice)
    with CaptureQueriesContext(
        connection,
    ) as queries:
        page.get("/jobs/poll/?seen=x")
    assert not any("+ 0" in query["sql"] for query in queries)


def test_batches_of_a_person_are_theirs_alone(
    count: Count, alice: User, carol: User, shop: Account
) -> None:
    lifecycle.submit_batch(alice, count.name, [(shop.pk, "eu-west-1")], {"what": "sheep"})
    for filters in (Filters(), Filters(tab=SHARED)):
        assert not batches_for(carol, filters).exists()
    assert batches_for(alice, Filters(text="SHEEP", state=ACTIVE)).exists()
    assert not batches_for(alice, Filters(text="wolves")).exists()
