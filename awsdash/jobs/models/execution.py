"""The work on AWS, shared by every job that asks the same, and the parts of its result."""

import uuid
from typing import Any

from django.db import models
from django.db.models import Q
from django.utils import timezone

from awsdash.accounts.models import Account
from services.base import Column, Operation
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
    """The work on AWS and its result. `lifecycle` alone writes its state.

    A paged one is queued, runs and ends. A remote one runs to be started, waits while AWS works,
    and runs again to fetch the result, once `ready_at` is set.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    # No choices, no foreign key: a new service folder needs no migration.
    operation_name = models.CharField(max_length=64)
    query = models.JSONField()
    # None: it works on stored results and asks AWS nothing; `touches` has the accounts.
    account = models.ForeignKey(Account, models.PROTECT, null=True, related_name="+")
    region = models.CharField(max_length=32, blank=True)
    touches = models.ManyToManyField(Account, related_name="+")
    # In whose name AWS is called; CloudTrail shows it.
    person = models.CharField(max_length=150)
    # It reads on where that one stopped; pages show the rows of both.
    follows = models.ForeignKey("self", models.SET_NULL, null=True, related_name="+")
    # Who asks the same reads this one. None: it changes something, and is nobody else's.
    key = models.CharField(max_length=64, null=True)  # noqa: DJ001  # NULLs are distinct

    status = models.CharField(max_length=10, default=Status.QUEUED)
    # Rises with every visible change: what an unchanged poll is recognised by.
    version = models.PositiveIntegerField(default=0)
    # Its queue: one for each API of an account and region, since AWS limits those.
    lane = models.CharField(max_length=160, blank=True)
    # Its place in the lane; people take turns.
    turn = models.PositiveIntegerField(default=0)
    # How often AWS was asked to begin; a part belongs to one attempt.
    attempt = models.PositiveSmallIntegerField(default=1)
    # Claims since it last got anywhere.
    tries = models.PositiveSmallIntegerField(default=0)
    lease = models.UUIDField(null=True)
    lease_until = models.DateTimeField(null=True)
    not_before = models.DateTimeField()
    # From the first claim on: waiting in our queue is nobody's fault.
    deadline = models.DateTimeField(null=True)

    created_at = models.DateTimeField(auto_now_add=True)
    started_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)

    # Of work that AWS does by itself. The intent is written before AWS is asked to begin.
    intended_at = models.DateTimeField(null=True)
    token = models.TextField(null=True)  # noqa: DJ001  # AWS's id of it; null: not known yet
    # AWS may be working: from the intent until AWS says that it is over.
    is_active = models.BooleanField(default=False)
    aws_state = models.CharField(max_length=64, blank=True)
    aws_ended_at = models.DateTimeField(null=True)
    poll_at = models.DateTimeField(null=True)
    polled_by = models.UUIDField(null=True)
    ready_at = models.DateTimeField(null=True)
    # When AWS is to be told to stop; null: it need not be.
    stop_at = models.DateTimeField(null=True)

    rows = models.PositiveBigIntegerField(default=0)
    pages = models.PositiveIntegerField(default=0)
    next_token = models.TextField(null=True)  # noqa: DJ001  # null: AWS has no more
    # Where only the answer tells them; null: the operation's.
    own_columns = models.JSONField(null=True)
    statistics = models.JSONField(default=dict)
    error_code = models.CharField(max_length=32, blank=True)
    error_message = models.TextField(blank=True)
    error_hint = models.TextField(blank=True)
    # Never purged before, whatever the rules say.
    keep_until = models.DateTimeField(null=True)
    purged_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["key"],
                condition=Q(status__in=["queued", "running", "waiting"]),
                name="one_open_execution_per_key",
            )
        ]
        indexes = [
            models.Index(fields=["key", "finished_at"], name="execution_by_key"),
            # Each step of the engine looks for the few it is about.
            models.Index(
                fields=["turn", "created_at"], condition=Q(status="queued"), name="queued_in_turn"
            ),
            models.Index(
                fields=["lane", "person", "turn"],
                condition=Q(status="queued"),
                name="queued_in_lane",
            ),
            models.Index(
                fields=["lease_until"], condition=Q(status="running"), name="leases_by_end"
            ),
            models.Index(fields=["ready_at"], condition=Q(status="waiting"), name="ready_to_fetch"),
            models.Index(fields=["poll_at"], condition=Q(status="waiting"), name="due_for_polling"),
            models.Index(fields=["lane"], condition=Q(is_active=True), name="active_in_lane"),
            models.Index(
                fields=["stop_at"], condition=Q(stop_at__isnull=False), name="due_to_stop"
            ),
            models.Index(
                fields=["deadline"],
                condition=Q(status__in=["queued", "running", "waiting"]),
                name="open_by_deadline",
            ),
            models.Index(
                fields=["operation_name", "finished_at"],
                condition=Q(purged_at__isnull=True),
                name="kept_results",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.operation_name} {self.pk}"

    @property
    def operation(self) -> Operation[Any]:
        return get_operation(self.operation_name)

    @property
    def columns(self) -> tuple[Column, ...]:
        """The columns of its rows, as far as they are known."""
        if self.own_columns is None:
            return self.operation.columns
        return tuple(Column(**stored) for stored in self.own_columns)

    @property
    def place(self) -> str:
        """Where it runs, in words."""
        return f"{self.account.name} {self.region}" if self.account else "stored results"

    @property
    def is_final(self) -> bool:
        return self.status in FINAL

    @property
    def elapsed_ms(self) -> int | None:
        """How long it has taken since its first claim; None: it has not begun."""
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
