"""Who may see a job besides its owner."""

from django.contrib.auth.models import Group
from django.db import transaction

from awsdash.accounts.models import User
from awsdash.audit import lifecycle as audit
from awsdash.jobs.models import Job
from services.errors import AccessDenied


def share(user: User, job: Job, group: Group, *, shared: bool) -> None:
    """Let a group see the job, or let it see no more. Fine if that is so already.

    Raises AccessDenied unless `user` owns the job and belongs to the group, or is an
    administrator. What is shared can be taken back after one has left the group.
    """
    if not user.is_superuser:
        _require_owner(user, job)
        if shared:
            _require_member(user, group)
    with transaction.atomic():
        # One at a time: of two who do the same together, the audit trail must tell one.
        Job.objects.select_for_update().get(pk=job.pk)
        if job.groups.filter(pk=group.pk).exists() == shared:
            return
        if shared:
            job.groups.add(group)
        else:
            job.groups.remove(group)
        action = "job.share" if shared else "job.unshare"
        audit.record(user, action, str(job.pk), group=group.name)


def _require_owner(user: User, job: Job) -> None:
    if job.owner_id != user.pk:
        raise AccessDenied(
            "Only its owner may share this job.",
            hint=f"Ask {job.owner}, or run the query yourself.",
        )


def _require_member(user: User, group: Group) -> None:
    if not user.groups.filter(pk=group.pk).exists():
        raise AccessDenied(
            f"You do not belong to the group {group}.", hint="Share with a group of your own."
        )
