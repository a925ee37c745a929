"""Who did what, append-only."""

from django.conf import settings
from django.db import models


class Event(models.Model):
    """One thing a person did. Targets by name and id; never rows, SQL or secrets."""

    at = models.DateTimeField(auto_now_add=True, db_index=True)
    # Kept when the person goes: the name is what an auditor reads.
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+"
    )
    actor_name = models.CharField(max_length=150)
    action = models.CharField(max_length=64)
    target = models.CharField(max_length=255)
    fields = models.JSONField(default=dict)

    class Meta:
        ordering = ["-at", "-pk"]

    def __str__(self) -> str:
        return f"{self.actor_name} {self.action} {self.target}"
