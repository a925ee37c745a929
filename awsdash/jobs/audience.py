"""Who may see a job or a batch: the groups that it may be shared with, and the people in them."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.contrib.auth.models import Group
from django.db.models import Q

from awsdash.accounts.models import Account, Level, User
from awsdash.jobs.models import Batch, Execution, Job


@dataclass(frozen=True, slots=True)
class Share:
    """A group and its people but the owner: who would see it, and who may view nothing of it."""

    group: Group
    is_shared: bool
    seeing: Sequence[str]
    unseeing: Sequence[str]


def shares_of(user: User, what: Job | Batch) -> list[Share]:
    """The groups that `user` may share it with, and those that it is shared with."""
    shared = set(what.groups.all())
    groups = Group.objects.all() if user.is_superuser else user.groups.all()
    offered = sorted(shared | set(groups), key=lambda group: group.name)
    people = _people(offered, what)
    viewers = _viewers_of_batch(what) if isinstance(what, Batch) else _viewers(what.execution)
    return [
        Share(
            group,
            group in shared,
            [name for pk, name in people[group.pk] if pk in viewers],
            [name for pk, name in people[group.pk] if pk not in viewers],
        )
        for group in offered
    ]


def _people(groups: Iterable[Group], what: Job | Batch) -> dict[int, list[tuple[int, str]]]:
    found = User.objects.filter(is_active=True, groups__in=groups).exclude(pk=what.owner_id)
    people: dict[int, list[tuple[int, str]]] = defaultdict(list)
    for group_id, pk, name in found.order_by("username").values_list("groups", "pk", "username"):
        people[group_id].append((pk, name))
    return people


def _viewers(execution: Execution) -> set[int]:
    """The people who may view every account that the job touched."""
    account_id = execution.account_id
    touched = execution.touches.values_list("pk", flat=True) if account_id is None else [account_id]
    viewers = set(User.objects.filter(is_active=True).values_list("pk", flat=True))
    for each in touched:
        viewers &= _viewers_of([each])
    return viewers


def _viewers_of_batch(batch: Batch) -> set[int]:
    """The people who may view some of its accounts: they see its cells there."""
    asked = Account.objects.filter(pk__in=batch.jobs.order_by().values("execution__account"))
    return _viewers_of(asked.values_list("pk", flat=True))


def _viewers_of(accounts: Iterable[str]) -> set[int]:
    """The people who may view any of the accounts."""
    granted = Q(groups__grant__account__in=accounts, groups__grant__level__gte=Level.VIEW)
    may = User.objects.filter(granted | Q(is_superuser=True), is_active=True)
    return set(may.values_list("pk", flat=True))
