"""Renews the leases that this process holds, whatever its threads wait for.

A process that was killed renews nothing: within a lease's length another takes over.
"""

import logging
import threading
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from django.db import DatabaseError, connection

from awsdash.jobs import lifecycle
from awsdash.jobs.lifecycle import Lease

logger = logging.getLogger(__name__)

BEAT_S: Final = lifecycle.LEASE.total_seconds() / 4

_lock = threading.Lock()
_held: set[uuid.UUID] = set()
_beating = False


@contextmanager
def kept(lease: Lease) -> Iterator[None]:
    """The lease does not run out inside this block while the process lives."""
    global _beating  # one thread a process
    with _lock:
        _held.add(lease.token)
        if not _beating:
            _beating = True
            threading.Thread(target=_beat, name="heartbeat", daemon=True).start()
    try:
        yield
    finally:
        with _lock:
            _held.discard(lease.token)


def _beat() -> None:
    global _beating  # it ends when nothing is held
    pause = threading.Event()
    while True:
        pause.wait(BEAT_S)
        with _lock:
            tokens = list(_held)
            if not tokens:
                _beating = False
                connection.close()
                return
        try:
            lifecycle.renew(tokens)
        except DatabaseError:
            # Back in a moment, or others take over.
            logger.warning("leases not renewed", extra={"leases": len(tokens)})
            connection.close()
