"""What a person asked for: one query on one target, or on many."""

import uuid
from datetime import datetime
from typing import Any, Self

from django.conf import settings
from django.contrib.auth.models import Group
from django.db import models
from django.db.models import Exists, OuterRef, Q

from awsdash.accounts.models import Account, User
from awsdash.jobs.models.execution import FINAL, Execution, Status
from services.base import Operation
from services.registry import get_operation


class BatchQuerySet(models.QuerySet["Batch"]):
    def visible_to(self, user: User) -> Self:
        """The user's own batches and those shared with a group; their cells are judged alone."""
        batches = self.select_related("owner")
        if user.is_superuser:
            return batches
        shared = Batch.groups.through.objects.filter(
            batch=OuterRef("pk"), group__in=user.groups.values("pk")
        )
        return batches.filter(Q(owner=user) | Exists(shared))

    def ruled_by(self, user: User) -> Self:
        """Those that the user may cancel, try again and share: their own, an administrator all."""
        return self if user.is_superuser else self.filter(owner=user)


class Batch(models.Model):
    """One query on many targets: a job for each, and the jobs that try a target again."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="batches")
    operation_name = models.CharField(max_length=64)
    # The options as they were written.
    asked = models.JSONField(default=dict)
    groups = models.ManyToManyField(Group, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True, db_index=True)

    objects = BatchQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at"]

    def __str__(self) -> str:
        return f"batch {self.pk}"

    @property
    def operation(self) -> Operation[Any]:
        return get_operation(self.operation_name)


class JobQuerySet(models.QuerySet["Job"]):
    def visible_to(self, user: User) -> Self:
        """Jobs that are the user's or shared with a group of theirs, an administrator's: all.

        Each only as long as the user may view every account that it touches now.
        """
        jobs = self._viewable_by(user)
        if user.is_superuser and user.is_active:
            return jobs
        # What somebody tries again in the user's batch is the user's to see.
        own = Q(owner=user) | Q(batch__owner=user)
        return jobs.filter(own | Exists(_shares_with(user)))

    def own_visible_to(self, user: User) -> Self:
        """The user's own of `visible_to`: less to ask for what is asked most often."""
        return self._viewable_by(user).of(user)

    def _viewable_by(self, user: User) -> Self:
        """Those whose every account the user may view, whosever they are."""
        jobs = self.select_related("execution__account", "owner")
        if user.is_superuser and user.is_active:
            # Every account is theirs to view: to ask about each job's would cost much.
            return jobs
        accounts = Account.objects.visible_to(user)
        touched = Execution.touches.through.objects.filter(execution=OuterRef("execution"))
        unseen = touched.exclude(account__in=accounts)
        return jobs.filter(
            Q(execution__account__in=accounts) | Q(execution__account=None) & ~Exists(unseen)
        )

    def of(self, user: User) -> Self:
        """Those that are the user's own."""
        return self.filter(owner=user)

    def ruled_by(self, user: User) -> Self:
        """Those that the user may cancel and share: their own, an administrator all."""
        return self if user.is_superuser else self.of(user)


def _shares_with(user: User) -> models.QuerySet[Any]:
    groups = user.groups.values("pk")
    mine = Job.groups.through.objects.filter(group__in=groups).values("job")
    batches = Batch.groups.through.objects.filter(group__in=groups).values("batch")
    return Job.objects.filter(Q(pk__in=mine) | Q(batch__in=batches), pk=OuterRef("pk"))


class Job(models.Model):
    """One person's request: one query on one target, once."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="jobs")
    execution = models.ForeignKey(Execution, models.PROTECT, related_name="jobs")
    batch = models.ForeignKey(Batch, models.CASCADE, null=True, related_name="jobs")
    # The options as they were written: `-3h` is another time whenever it is run again.
    asked = models.JSONField(default=dict)
    # Who may see it besides its owner, while they may view its account.
    groups = models.ManyToManyField(Group, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True, db_index=True)
    cancelled_at = models.DateTimeField(null=True)

    objects = JobQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at"]
        indexes = [models.Index(fields=["owner", "-created_at"], name="jobs_of_owner")]

    def __str__(self) -> str:
        return f"job {self.pk}"

    @property
    def status(self) -> str:
        """The execution's state, or cancelled on its own."""
        if self.cancelled_at and self.execution.status != Status.SUCCEEDED:
            return Status.CANCELLED
        return self.execution.status

    @property
    def is_final(self) -> bool:
        return self.status in FINAL

    @property
    def ended_at(self) -> datetime | None:
        return self.cancelled_at or self.execution.finished_at

    @property
    def etag(self) -> str:
        return f"{self.execution.version}-{self.status}"
