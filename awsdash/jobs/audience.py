"""Who may see a job: the groups that it is or may be shared with, and the people in them."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.contrib.auth.models import Group
from django.db.models import Q

from awsdash.accounts.models import Level, User
from awsdash.jobs.models import Job


@dataclass(frozen=True, slots=True)
class Share:
    """A group and its people but the owner: who would see the job, and who may not view it."""

    group: Group
    is_shared: bool
    seeing: Sequence[str]
    unseeing: Sequence[str]


def shares_of(user: User, job: Job) -> list[Share]:
    """The groups that `user` may share the job with, and those that it is shared with."""
    shared = set(job.groups.all())
    groups = Group.objects.all() if user.is_superuser else user.groups.all()
    offered = sorted(shared | set(groups), key=lambda group: group.name)
    people = _people(offered, job)
    viewers = _viewers(job)
    return [
        Share(
            group,
            group in shared,
            [name for pk, name in people[group.pk] if pk in viewers],
            [name for pk, name in people[group.pk] if pk not in viewers],
        )
        for group in offered
    ]


def _people(groups: Iterable[Group], job: Job) -> dict[int, list[tuple[int, str]]]:
    found = User.objects.filter(is_active=True, groups__in=groups).exclude(pk=job.owner_id)
    people: dict[int, list[tuple[int, str]]] = defaultdict(list)
    for group_id, pk, name in found.order_by("username").values_list("groups", "pk", "username"):
        people[group_id].append((pk, name))
    return people


def _viewers(job: Job) -> set[int]:
    """The people who may view every account that the job touched."""
    execution = job.execution
    account_id = execution.account_id
    touched = execution.touches.values_list("pk", flat=True) if account_id is None else [account_id]
    active = User.objects.filter(is_active=True)
    viewers = set(active.values_list("pk", flat=True))
    for each in touched:
        granted = Q(groups__grant__account=each, groups__grant__level__gte=Level.VIEW)
        may = active.filter(granted | Q(is_superuser=True))
        viewers &= set(may.values_list("pk", flat=True))
    return viewers
