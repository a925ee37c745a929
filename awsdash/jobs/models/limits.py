"""What an administrator decides otherwise: AWS's limits, and how long results stay."""

from django.db import models

from awsdash.accounts.models import Account


class QuotaOverride(models.Model):
    """Other limits than AWS's defaults, for one API of one account. None: the default."""

    account = models.ForeignKey(Account, models.CASCADE, related_name="+")
    # "": every region of the account that has no override of its own.
    region = models.CharField(max_length=32, blank=True)
    api = models.CharField(max_length=96)
    per_s = models.FloatField(null=True, blank=True)
    burst = models.PositiveIntegerField(null=True, blank=True)
    most_active = models.PositiveIntegerField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["account", "region", "api"], name="one_override_per_place_and_api"
            )
        ]

    def __str__(self) -> str:
        return f"{self.api} in {self.account_id} {self.region or 'everywhere'}"


class Retention(models.Model):
    """How long the results of one operation stay, in days, instead of its own default."""

    operation_name = models.CharField(max_length=64, unique=True)
    days = models.PositiveSmallIntegerField()

    def __str__(self) -> str:
        return f"{self.operation_name}: {self.days} days"
