"""A person's request, the work on AWS it needs, and the parts of its result."""

import uuid
from datetime import datetime
from typing import Any, Self

from django.conf import settings
from django.db import models
from django.utils import timezone

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
    # It reads on where that one stopped; pages show the rows of both.
    follows = models.ForeignKey("self", models.SET_NULL, null=True, related_name="+")

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

    @property
    def elapsed_ms(self) -> int | None:
        """How long its last attempt has taken so far; None: it has not begun."""
        if self.started_at is None:
            return None
        until = self.finished_at or timezone.now()
        return round((until - self.started_at).total_seconds() * 1000)

    def chain(self) -> list["Execution"]:
        """The executions it reads on from, oldest first, and itself."""
        found = [self]
        while (before := found[0].follows) is not None:
            found.insert(0, before)
        return found


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
    # The options as they were written: `-3h` is another time whenever it is run again.
    asked = models.JSONField(default=dict)
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


class Suggestion(models.Model):
    """The live choices of one option for what was typed, in one target; kept for a minute."""

    # A digest of operation, option, target, what was typed and what it depends on.
    key = models.CharField(max_length=64, unique=True)
    operation_name = models.CharField(max_length=64)
    option = models.CharField(max_length=64)
    typed = models.TextField(blank=True)
    given = models.JSONField(default=dict)
    account = models.ForeignKey(Account, models.CASCADE, related_name="+")
    region = models.CharField(max_length=32)
    # Who asked last: AWS is called in this name.
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    asked_at = models.DateTimeField()
    answered_at = models.DateTimeField(null=True, db_index=True)
    choices = models.JSONField(default=list)
    error_message = models.TextField(blank=True)

    def __str__(self) -> str:
        return f"{self.operation_name} {self.option}"
