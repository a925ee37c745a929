"""Sharing a job with a group: who may, who sees it then, and what they may do."""

import pytest
from django.contrib.auth.models import Group
from django.test import Client

from awsdash.accounts.models import Account, Grant, Level, User
from awsdash.audit.models import Event
from awsdash.jobs import lifecycle, runner
from awsdash.jobs.audience import shares_of
from awsdash.jobs.models import Job
from conftest import MakeUser
from services.errors import AccessDenied


@pytest.fixture
def team(alice: User, carol: User, bob: User) -> Group:
    """Alice's group: Carol may view the shop, Bob may not."""
    group = Group.objects.create(name="team")
    group.user_set.add(alice, bob, carol)
    return group


def as_person(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def test_sharing_is_audited_once_however_often_it_is_asked_for(
    job: Job, alice: User, team: Group
) -> None:
    for shared in (True, True, False, False):
        lifecycle.share(alice, job, team, shared=shared)
    told = Event.objects.filter(action__endswith="share").order_by("pk")
    assert [(event.action, event.target) for event in told] == [
        ("job.share", str(job.pk)),
        ("job.unshare", str(job.pk)),
    ]
    assert told[0].fields == {"group": "team"}
    assert not job.groups.exists()


def test_only_the_owner_shares_and_only_with_their_groups(
    job: Job, alice: User, carol: User, root: User, team: Group
) -> None:
    strangers = Group.objects.create(name="strangers")
    with pytest.raises(AccessDenied):
        lifecycle.share(alice, job, strangers, shared=True)
    lifecycle.share(alice, job, team, shared=True)
    for shared in (True, False):
        with pytest.raises(AccessDenied):
            lifecycle.share(carol, job, team, shared=shared)
    lifecycle.share(root, job, strangers, shared=True)
    assert {group.name for group in job.groups.all()} == {"team", "strangers"}


def test_who_left_a_group_takes_back_what_they_shared_with_it(
    job: Job, alice: User, team: Group
) -> None:
    lifecycle.share(alice, job, team, shared=True)
    alice.groups.remove(team)
    assert "team" in [share.group.name for share in shares_of(alice, job)]
    lifecycle.share(alice, job, team, shared=False)
    assert not job.groups.exists()


def test_the_menu_tells_who_would_see_it_and_who_may_not(
    job: Job, alice: User, team: Group
) -> None:
    shares = {share.group.name: share for share in shares_of(alice, job)}
    assert set(shares) == {"alices group", "team"}
    assert (shares["team"].seeing, shares["team"].unseeing) == (["carol"], ["bob"])
    assert not shares["team"].is_shared
    shown = as_person(alice).get(f"/jobs/{job.pk}/share/", headers={"HX-Request": "true"})
    text = shown.content.decode()
    assert "would be seen by <b>carol</b>; not by bob, without access" in text
    changed = as_person(alice).post(
        f"/jobs/{job.pk}/share/",
        {"group": team.pk, "shared": "1"},
        headers={"HX-Request": "true"},
    )
    assert "seen by <b>carol</b>" in changed.content.decode()
    assert "would be seen by <b>carol</b>" not in changed.content.decode()


def test_of_work_on_stored_results_who_may_view_every_account_sees_it(
    job: Job, alice: User, team: Group, shop: Account, bank: Account
) -> None:
    job.execution.account = None
    job.execution.save()
    job.execution.touches.add(shop, bank)
    (share,) = [share for share in shares_of(alice, job) if share.group == team]
    assert share.seeing == []
    Grant.objects.create(group=team, account=bank, level=Level.VIEW)
    Grant.objects.create(group=team, account=shop, level=Level.VIEW)
    (share,) = [share for share in shares_of(alice, job) if share.group == team]
    assert share.seeing == ["bob", "carol"]


def test_who_it_is_shared_with_reads_and_downloads_but_rules_nothing(
    job: Job, alice: User, carol: User, team: Group
) -> None:
    lifecycle.share(alice, job, team, shared=True)
    reader = as_person(carol)
    shown = reader.get(f"/jobs/{job.pk}/").content.decode()
    assert "asked by <b>alice</b>" in shown
    assert "shared with team" in shown
    assert 'id="cancel"' not in shown
    assert "/share/" not in shown
    for address in ("cancel", "share"):
        answer = reader.post(f"/jobs/{job.pk}/{address}/", {"group": team.pk, "shared": "0"})
        assert answer.status_code == 404
    # Carol views; to run it again takes another level.
    assert reader.post(f"/jobs/{job.pk}/again/").status_code == 403
    runner.run(job.execution_id)
    assert reader.get(f"/jobs/{job.pk}/download/").status_code == 200
    assert Job.objects.get(pk=job.pk).groups.exists()


def test_who_may_run_runs_what_is_shared_again(
    job: Job, alice: User, make_user: MakeUser, shop: Account, team: Group
) -> None:
    dora = make_user("dora", {shop: Level.RUN})
    dora.groups.add(team)
    lifecycle.share(alice, job, team, shared=True)
    assert as_person(dora).post(f"/jobs/{job.pk}/again/").status_code == 302
    assert Job.objects.get(owner=dora).asked == job.asked


def test_an_administrator_cancels_anybodys(job: Job, root: User) -> None:
    assert as_person(root).post(f"/jobs/{job.pk}/cancel/").status_code == 302
    assert Job.objects.get(pk=job.pk).cancelled_at is not None


def test_an_unknown_group_and_a_strange_one_are_refused_alike(
    job: Job, alice: User, team: Group
) -> None:
    strangers = Group.objects.create(name="strangers")
    answers = [
        as_person(alice).post(f"/jobs/{job.pk}/share/", {"group": group, "shared": "1"})
        for group in (strangers.pk, 999_999, "x")
    ]
    assert [answer.status_code for answer in answers] == [422] * 3
    assert all("group: not one of yours" in answer.content.decode() for answer in answers)
    assert not job.groups.exists()
