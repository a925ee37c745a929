"""Celery: the doorbell. The rows in the database are the work."""

import logging
import os

from celery import Celery
from django.db import transaction
from kombu.exceptions import OperationalError

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "awsdash.settings")
# Arrow's own allocator keeps twice as much for 32 threads, and takes longer.
os.environ.setdefault("ARROW_DEFAULT_MEMORY_POOL", "system")

app = Celery("awsdash")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()

logger = logging.getLogger(__name__)

# A ring this old was followed by others.
EXPIRES_S = 60


def ring(task: str, *arguments: str | int, queue: str, times: int = 1) -> None:
    """Tell the workers of a row once this transaction is in.

    A broker that is away breaks nothing: the sweeper rings again.
    """

    def send() -> None:
        try:
            with app.producer_or_acquire() as producer:
                for _ in range(times):
                    app.send_task(
                        task, arguments, queue=queue, expires=EXPIRES_S, producer=producer
                    )
        except OperationalError:
            logger.warning("doorbell unheard", extra={"task": task})

    transaction.on_commit(send, robust=True)
