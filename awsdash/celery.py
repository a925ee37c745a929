"""Celery: the doorbell. The rows in the database are the work."""

import logging
import os

from celery import Celery
from django.db import transaction
from kombu.exceptions import OperationalError

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "awsdash.settings")

app = Celery("awsdash")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()

logger = logging.getLogger(__name__)

# A ring this old was followed by another.
EXPIRES_S = 300


def ring(task: str, row_id: str | int, *, queue: str) -> None:
    """Tell the workers of a row once this transaction is in.

    A broker that is away breaks nothing: the sweeper rings again.
    """

    def send() -> None:
        try:
            app.send_task(task, [row_id], queue=queue, expires=EXPIRES_S)
        except OperationalError:
            logger.warning("doorbell unheard", extra={"task": task, "row": row_id})

    transaction.on_commit(send, robust=True)
