"""A person's request, the work on AWS it needs, and the parts of its result."""

import uuid
from datetime import datetime
from typing import Any, Self

from django.conf import settings
from django.db import models

from awsdash.accounts.models import Account, User
from services.base import PagedOperation
from services.registry import get_operation


class Status(models.TextChoices):
    QUEUED = "queued"
    RUNNING = "running"
    WAITING = "waiting"
    SUCCEEDED = "succeeded"
    FAILED = "failed"
    CANCELLED = "cancelled"
    TIMED_OUT = "timed_out"


FINAL = frozenset({Status.SUCCEEDED, Status.FAILED, Status.CANCELLED, Status.TIMED_OUT})


class Execution(models.Model):
    """The work on AWS and its result. `lifecycle` alone writes `status`."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    # No choices, no foreign key: a new service folder needs no migration.
    operation_name = models.CharField(max_length=64)
    query = models.JSONField()
    account = models.ForeignKey(Account, models.PROTECT, related_name="+")
    region = models.CharField(max_length=32)
    # In whose name AWS is called; CloudTrail shows it.
    person = models.CharField(max_length=150)

    status = models.CharField(max_length=10, default=Status.QUEUED)
    # Rises with every visible change: what an unchanged poll is recognised by.
    version = models.PositiveIntegerField(default=0)
    attempt = models.PositiveSmallIntegerField(default=0)
    lease = models.UUIDField(null=True)
    lease_until = models.DateTimeField(null=True)
    not_before = models.DateTimeField()
    rung_at = models.DateTimeField()
    # From the first claim on: waiting in our queue is nobody's fault.
    deadline = models.DateTimeField(null=True)

    created_at = models.DateTimeField(auto_now_add=True)
    started_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)

    rows = models.PositiveIntegerField(default=0)
    pages = models.PositiveIntegerField(default=0)
    next_token = models.TextField(null=True)  # noqa: DJ001  # null: AWS has no more
    statistics = models.JSONField(default=dict)
    error_code = models.CharField(max_length=32, blank=True)
    error_message = models.TextField(blank=True)
    error_hint = models.TextField(blank=True)

    class Meta:
        indexes = [
            # The sweeper looks for the few that are not final.
            models.Index(fields=["status", "deadline"], name="execution_by_status")
        ]

    def __str__(self) -> str:
        return f"{self.operation_name} {self.pk}"

    @property
    def operation(self) -> PagedOperation[Any]:
        return get_operation(self.operation_name)

    @property
    def is_final(self) -> bool:
        return self.status in FINAL


class JobQuerySet(models.QuerySet["Job"]):
    def visible_to(self, user: User) -> Self:
        """The user's own jobs, as long as they may view the account now."""
        accounts = Account.objects.visible_to(user)
        jobs = self.select_related("execution__account", "owner")
        mine = jobs if user.is_superuser else jobs.filter(owner=user)
        return mine.filter(execution__account__in=accounts)


class Job(models.Model):
    """One person's request: one query on one target, once."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="jobs")
    execution = models.ForeignKey(Execution, models.PROTECT, related_name="jobs")
    created_at = models.DateTimeField(auto_now_add=True, db_index=True)
    cancelled_at = models.DateTimeField(null=True)

    objects = JobQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at"]

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


class ResultPart(models.Model):
    """One closed Parquet file of an execution's result: the manifest's line."""

    execution = models.ForeignKey(Execution, models.CASCADE, related_name="parts")
    attempt = models.PositiveSmallIntegerField()
    number = models.PositiveIntegerField()
    name = models.CharField(max_length=255)
    rows = models.PositiveIntegerField()
    size_bytes = models.PositiveBigIntegerField()

    class Meta:
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(
                fields=["execution", "attempt", "number"], name="one_part_per_number"
            )
        ]

    def __str__(self) -> str:
        return self.name
