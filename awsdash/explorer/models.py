"""What the explorer found, and how far each account, region and type was read."""

from typing import Self

from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.db.models import Q

from awsdash.accounts.models import Account, User
from awsdash.accounts.scope import Scope
from awsdash.explorer.catalog import resource_types
from services import base


class ResourceQuerySet(models.QuerySet["Resource"]):
    def visible_to(self, user: User) -> Self:
        return self.filter(account__in=Account.objects.visible_to(user)).select_related("account")

    def matching(self, text: str) -> Self:
        """Those whose name, id, type or place contains each of the first ten words of `text`."""
        found = self
        for word in text.replace("\x00", " ").split()[:10]:
            found = found.filter(
                Q(name__icontains=word)
                | Q(resource_id__icontains=word)
                | Q(type__icontains=word)
                | Q(account__name__icontains=word)
                | Q(region__icontains=word)
            )
        return found

    def within(self, scope: Scope) -> Self:
        """Those of the chosen account and region, where one is chosen."""
        found = self.filter(account=scope.account) if scope.account else self
        return found.filter(region=scope.region.code) if scope.region else found


class Resource(models.Model):
    """One AWS resource, as it was at `seen_at`."""

    account = models.ForeignKey(Account, models.CASCADE, related_name="+")
    region = models.CharField(max_length=32)
    type = models.CharField(max_length=128)
    resource_id = models.CharField(max_length=512)
    name = models.CharField(max_length=512)
    arn = models.CharField(max_length=2048, blank=True)
    # AWS's answers hold dates.
    properties = models.JSONField(default=dict, encoder=DjangoJSONEncoder)
    seen_at = models.DateTimeField()

    objects = ResourceQuerySet.as_manager()

    class Meta:
        ordering = ["name", "account__name", "region", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["account", "region", "type", "resource_id"], name="one_row_per_resource"
            )
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def type_label(self) -> str:
        known = resource_types().get(self.type)
        return known.label if known else self.type

    def as_data(self) -> base.Resource:
        """The resource as a service's resource mapping sees it."""
        return base.Resource(
            type=self.type,
            id=self.resource_id,
            name=self.name,
            arn=self.arn or None,
            account_id=self.account_id,
            region=self.region,
            properties=self.properties,
        )


class CellState(models.TextChoices):
    QUEUED = "queued"
    RUNNING = "running"
    OK = "ok"
    EMPTY = "empty"
    DENIED = "denied"
    NOT_ENABLED = "not enabled"
    THROTTLED = "throttled"
    FAILED = "failed"


class ScanCellQuerySet(models.QuerySet["ScanCell"]):
    def visible_to(self, user: User) -> Self:
        return self.filter(account__in=Account.objects.visible_to(user)).select_related("account")


class ScanCell(models.Model):
    """One account x region x type of a scan, and how its last reading went."""

    account = models.ForeignKey(Account, models.CASCADE, related_name="+")
    region = models.CharField(max_length=32)
    type = models.CharField(max_length=128)
    state = models.CharField(max_length=12, choices=CellState.choices, default=CellState.QUEUED)
    # Whose request it was: asked again when it is read, and shown by CloudTrail.
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    lease = models.UUIDField(null=True)
    claimed_at = models.DateTimeField(null=True)
    message = models.TextField(blank=True)
    resources = models.PositiveIntegerField(default=0)
    queued_at = models.DateTimeField()
    read_at = models.DateTimeField(null=True)

    objects = ScanCellQuerySet.as_manager()

    class Meta:
        ordering = ["account__name", "region", "type"]
        constraints = [
            models.UniqueConstraint(fields=["account", "region", "type"], name="one_cell_per_scan")
        ]

    def __str__(self) -> str:
        return f"{self.account} {self.region} {self.type}: {self.state}"
