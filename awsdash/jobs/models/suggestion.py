"""The live choices of an option, kept for a minute."""

from django.conf import settings
from django.db import models

from awsdash.accounts.models import Account


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
