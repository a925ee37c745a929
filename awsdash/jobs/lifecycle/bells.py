"""The doorbell: tells workers that something waits. A lost ring loses nothing."""

import uuid
from typing import Final

from awsdash import celery

# More are no help: the tick rings again.
MOST_AT_ONCE: Final = 200


def ring(times: int = 1) -> None:
    """Call `times` workers, once this transaction is in; each takes what is next in turn."""
    celery.ring("awsdash.jobs.tasks.work", queue="data", times=min(times, MOST_AT_ONCE))


def ring_stop(execution_id: uuid.UUID) -> None:
    celery.ring("awsdash.jobs.tasks.stop", str(execution_id), queue="interactive")
