"""The administrators' page of the engine: its figures, its rules, and who may see it."""

import re
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from awsdash.accounts.models import Account, User
from awsdash.audit.models import Event
from awsdash.jobs import figures, lanes, quotas, runner
from awsdash.jobs.models import Execution, Job, QuotaOverride, Retention, Status
from services.base import Rate
from tests.jobs.conftest import Count

API = "test:Count"
HTMX = {"HX-Request": "true"}


@pytest.fixture(autouse=True)
def limited(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Count, "rate", Rate(API, per_s=10, burst=20), raising=False)


@pytest.fixture
def admin(client: Client, root: User, count: Count) -> Client:
    client.force_login(root)
    return client


def text_of(answer: Any) -> str:
    """What a person reads, its blanks as one."""
    return " ".join(re.sub(r"<[^>]+>", " ", answer.content.decode()).split())


def quota(shop: Account, **limits: Any) -> dict[str, Any]:
    asked = {"account": shop.pk, "region": "", "api": API, **limits}
    return {f"quota-{name}": value for name, value in asked.items()}


def test_an_engine_at_rest_says_so(admin: Client) -> None:
    page = text_of(admin.get("/engine/"))
    assert "Nothing waits, and nothing runs." in page
    assert "Results 0" in page
    assert "Oldest none" in page


def test_what_is_stored_is_counted(admin: Client, job: Job) -> None:
    runner.run(job.execution_id)
    (kept,) = figures.storage().kept
    assert (kept.operation_name, kept.results, kept.parts, kept.rows) == ("test.count", 1, 1, 3)
    assert kept.size_bytes == job.execution.parts.get().size_bytes
    page = text_of(admin.get("/engine/"))
    assert "Results 1" in page
    assert "Rows 3" in page
    assert "Free on the disk" in page


@pytest.mark.parametrize(
    ("finished_days_ago", "keep_days_from_now", "day"),
    [
        (40, None, 0),
        (30, None, 0),
        (28, None, 2),
        (24, None, 6),
        (22, None, None),
        (40, 3, 3),
        (28, 5, 5),
        (28, 1, 2),
        (29, 40, None),
    ],
)
def test_what_expires_is_told_by_day(
    job: Job, finished_days_ago: float, keep_days_from_now: float | None, day: int | None
) -> None:
    runner.run(job.execution_id)
    noon = timezone.localtime().replace(hour=12, minute=0)
    until = keep_days_from_now
    Execution.objects.update(
        finished_at=noon - timedelta(days=finished_days_ago),
        keep_until=None if until is None else noon + timedelta(days=until),
    )
    told = [each.results for each in figures.storage().expiring]
    assert told == [int(n == day) for n in range(7)]


def test_a_lane_tells_what_waits_and_what_aws_allows(admin: Client, job: Job) -> None:
    Execution.objects.create(
        operation_name="test.count",
        query={},
        account=job.execution.account,
        region="eu-west-1",
        lane=job.execution.lane,
        status=Status.WAITING,
        is_active=True,
        not_before=timezone.now(),
    )
    (lane,) = lanes.lanes()
    assert (lane.queued, lane.running, lane.waiting, lane.active) == (1, 0, 1, 1)
    assert lane.limits.rate == Rate(API, 10, 20)
    assert lane.since == job.execution.created_at
    page = text_of(admin.get("/engine/"))
    assert f"shop eu-west-1 {API}" in page
    assert "10 a second, 20 at once" in page


def test_a_service_that_was_taken_away_breaks_no_figure(admin: Client, job: Job) -> None:
    Execution.objects.update(operation_name="gone.forever", lane="1/eu-west-1/gone:Api")
    Retention.objects.create(operation_name="gone.forever", days=3)
    page = text_of(admin.get("/engine/"))
    assert "gone:Api" in page
    assert "gone.forever" in page


@pytest.mark.parametrize("name", ["queue", "storage"])
def test_an_unchanged_figure_has_no_body(admin: Client, job: Job, name: str) -> None:
    page = admin.get("/engine/").content.decode()
    address = re.search(rf'data-poll="(/engine/{name}/\?seen=\w+)"', page)
    assert address
    answer = admin.get(address[1])
    assert (answer.status_code, answer.content) == (204, b"")
    assert int(answer["Poll-Delay-Ms"]) >= 2_000
    runner.run(job.execution_id)
    answer = admin.get(address[1])
    assert answer.status_code == 200
    assert f'id="engine-{name}"' in answer.content.decode()


def test_an_administrator_rules_how_long_results_stay(admin: Client, root: User) -> None:
    answer = admin.post("/engine/retention/", {"test.count": "7"}, headers=HTMX)
    assert "saved" in text_of(answer)
    assert list(Retention.objects.values_list("operation_name", "days")) == [("test.count", 7)]
    # What did not change is not told again.
    admin.post("/engine/retention/", {"test.count": "7"})
    admin.post("/engine/retention/", {"test.count": ""})
    assert not Retention.objects.exists()
    events = Event.objects.filter(action="retention.change").order_by("pk")
    assert [(e.actor, e.target, e.fields) for e in events] == [
        (root, "test.count", {"days": 7}),
        (root, "test.count", {"days": None}),
    ]


@pytest.mark.parametrize("days", ["0", "-1", "3651", "soon", "1.5"])
def test_days_that_make_no_sense_are_refused(admin: Client, days: str) -> None:
    answer = admin.post("/engine/retention/", {"test.count": days}, headers=HTMX)
    assert answer.status_code == 422
    assert "errorlist" in answer.content.decode()
    assert admin.post("/engine/retention/", {"test.count": days}).status_code == 422
    assert not Retention.objects.exists()


def test_an_administrator_changes_a_limit_and_the_engine_obeys(
    admin: Client, root: User, job: Job
) -> None:
    shop = job.execution.account
    assert shop
    assert quotas.limits_of(job.execution).rate == Rate(API, 10, 20)
    answer = admin.post("/engine/quotas/", quota(shop, per_s="2.5"), headers=HTMX)
    assert "every region" in text_of(answer)
    assert quotas.limits_of(job.execution).rate == Rate(API, 2.5, 20)
    assert "changed" in text_of(admin.get("/engine/queue/"))
    # The same place again: the limits that were there are replaced.
    admin.post("/engine/quotas/", quota(shop, burst="5"))
    assert quotas.limits_of(job.execution).rate == Rate(API, 10, 5)
    override = QuotaOverride.objects.get()
    admin.post(f"/engine/quotas/{override.pk}/remove/")
    assert quotas.limits_of(job.execution).rate == Rate(API, 10, 20)
    told = Event.objects.filter(action__startswith="quota.").order_by("pk")
    assert [(e.actor, e.action) for e in told] == [
        (root, "quota.change"),
        (root, "quota.change"),
        (root, "quota.remove"),
    ]
    assert told[0].target == f"{API} in {shop.pk} everywhere"
    assert told[0].fields == {"per_s": "2.5", "burst": None, "most_active": None}


@pytest.mark.parametrize(
    ("wrong", "complaint"),
    [
        ({}, "Give at least one limit"),
        ({"per_s": "0"}, "greater than or equal to 0.001"),
        ({"per_s": "nan"}, "Enter a number."),
        ({"burst": "-1"}, "greater than or equal to 1"),
        ({"most_active": "5"}, "AWS does not limit how many of these work at once."),
        ({"per_s": "1", "region": "us-east-1"}, "not one of the available choices"),
        ({"per_s": "1", "api": "no:Api"}, "not one of the available choices"),
        ({"per_s": "1", "account": "999999999999"}, "not one of the available choices"),
    ],
)
def test_a_limit_that_makes_no_sense_is_refused(
    admin: Client, shop: Account, wrong: dict[str, str], complaint: str
) -> None:
    for headers in (HTMX, {}):
        answer = admin.post("/engine/quotas/", quota(shop, **wrong), headers=headers)
        assert answer.status_code == 422
        assert complaint in text_of(answer)
    assert not QuotaOverride.objects.exists()


def test_a_region_that_the_account_does_not_use_is_refused(
    admin: Client, shop: Account, bank: Account
) -> None:
    bank.regions.create(code="mars-north-1", name="Mars")
    answer = admin.post("/engine/quotas/", quota(shop, per_s="1", region="mars-north-1"))
    assert "shop does not use mars-north-1." in text_of(answer)


def test_a_change_begins_with_what_is_there(admin: Client, shop: Account) -> None:
    other = QuotaOverride.objects.create(account=shop, region="eu-west-1", api=API, per_s=3)
    form = admin.get(f"/engine/?change={other.pk}").content.decode()
    assert 'name="quota-per_s" value="3.0"' in form
    assert '<option value="eu-west-1" selected>' in form
    assert f'<option value="{API}" selected>' in form
    assert admin.get("/engine/?change=nonsense").status_code == 200


def test_the_way_there_is_shown_to_administrators_alone(
    client: Client, alice: User, root: User
) -> None:
    for person, is_shown in ((alice, False), (root, True)):
        client.force_login(person)
        assert ('href="/engine/"' in client.get("/explorer/").content.decode()) == is_shown


def test_others_are_told_to_ask_an_administrator(client: Client, alice: User) -> None:
    client.force_login(alice)
    answer = client.get("/engine/")
    assert answer.status_code == 403
    assert "Only administrators see the engine." in text_of(answer)
