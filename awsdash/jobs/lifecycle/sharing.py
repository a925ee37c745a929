"""Who may see a job or a batch besides its owner."""

from django.contrib.auth.models import Group
from django.db import transaction

from awsdash.accounts.models import User
from awsdash.audit import lifecycle as audit
from awsdash.jobs.models import Batch, Job
from services.errors import AccessDenied


def share(user: User, what: Job | Batch, group: Group, *, shared: bool) -> None:
    """Let a group see the job or the batch, or let it see no more. Fine if that is so already.

    Raises AccessDenied unless `user` owns it and belongs to the group, or is an administrator.
    What is shared can be taken back after one has left the group.
    """
    noun = "job" if isinstance(what, Job) else "batch"
    if not user.is_superuser:
        _require_owner(user, what, noun)
        if shared:
            _require_member(user, group)
    with transaction.atomic():
        # One at a time: of two who do the same together, the audit trail must tell one.
        type(what).objects.select_for_update().get(pk=what.pk)
        if what.groups.filter(pk=group.pk).exists() == shared:
            return
        if shared:
            what.groups.add(group)
        else:
            what.groups.remove(group)
        action = f"{noun}.share" if shared else f"{noun}.unshare"
        audit.record(user, action, str(what.pk), group=group.name)


def _require_owner(user: User, what: Job | Batch, noun: str) -> None:
    if what.owner_id != user.pk:
        raise AccessDenied(
            f"Only its owner may share this {noun}.",
            hint=f"Ask {what.owner}, or run the query yourself.",
        )


def _require_member(user: User, group: Group) -> None:
    if not user.groups.filter(pk=group.pk).exists():
        raise AccessDenied(
            f"You do not belong to the group {group}.", hint="Share with a group of your own."
        )
