"""What goes when its time is over: results, then jobs; and files that no result knows.

In small steps, so that nobody waits for it, and safe to run twice at once: rows go first, each in
a transaction with those of its kind, and files after them. Whoever is killed between leaves files
that are found within a day.
"""

import itertools
import logging
import time
import uuid
from collections.abc import Callable, Iterator, Sequence
from datetime import timedelta
from functools import partial
from typing import Final

from django.conf import settings
from django.db import connection, transaction
from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.utils import timezone

from awsdash.jobs import cache
from awsdash.jobs.models import FINAL, Batch, Execution, Job, ResultPart, Retention
from awsdash.jobs.stores import StoredFile, failures_told, store
from services import registry

logger = logging.getLogger(__name__)

AT_ONCE: Final = 200
SLICE_S: Final = 3.0
"""How long one call works at most; whoever calls it goes on with what is left."""
LONGEST_PAUSE_S: Final = 0.1
# A worker that still writes has a file, but no row yet.
ORPHANED: Final = timedelta(days=1)


def default_days(operation_name: str) -> int:
    """How long its results stay without a rule: by its own word, or by the settings."""
    operation = registry.known_operations().get(operation_name)
    own = operation.retention_days if operation else None
    return int(own or settings.RESULT_DAYS)


def kept_days() -> dict[str, int]:
    """How long the results of each operation stay; all others as long as the settings say."""
    ruled = dict(Retention.objects.values_list("operation_name", "days"))
    return {name: default_days(name) for name in registry.known_operations()} | ruled


def purge(budget_s: float = SLICE_S) -> bool:
    """Remove expired results and old jobs: whether some may be left. Raises QueryFailed."""
    until_s = time.monotonic() + budget_s
    steps: list[Callable[[], int]] = [partial(_purge_some, which) for which in _expired()]
    for step in [*steps, _remove_some_jobs]:
        while _leaving_room(step):
            if time.monotonic() > until_s:
                return True
    return False


def _leaving_room(step: Callable[[], int]) -> int:
    """What the step returns. SQLite has one writer: as long as it took, others may write."""
    began_s = time.monotonic()
    done = step()
    if done and connection.vendor == "sqlite":
        time.sleep(min(time.monotonic() - began_s, LONGEST_PAUSE_S))
    return done


def _expired() -> Iterator[QuerySet[Execution]]:
    """Results that nobody keeps any longer, operation by operation."""
    now, days = timezone.now(), kept_days()
    # Who reads on from a result shows its rows too.
    read_on = Execution.objects.filter(follows=OuterRef("pk"), purged_at=None)
    kept = Execution.objects.filter(~Exists(read_on), status__in=FINAL, purged_at=None)
    unkept = kept.filter(Q(keep_until=None) | Q(keep_until__lt=now))
    for name, kept_for in days.items():
        end = now - timedelta(days=kept_for)
        yield unkept.filter(operation_name=name, finished_at__lt=end)
    end = now - timedelta(days=settings.RESULT_DAYS)
    yield unkept.exclude(operation_name__in=days).filter(finished_at__lt=end)


def _purge_some(which: QuerySet[Execution]) -> int:
    with transaction.atomic():
        ids = _locked(which)
        parts = ResultPart.objects.filter(execution__in=ids)
        names = list(parts.values_list("name", flat=True))
        parts.delete()
        Execution.objects.filter(pk__in=ids).update(
            purged_at=timezone.now(), version=F("version") + 1
        )
    with failures_told():
        store().remove_results(map(str, ids), names)
    cache.forget(names)
    if ids:
        logger.info("results expired", extra={"results": len(ids), "files": len(names)})
    return len(ids)


def _remove_some_jobs() -> int:
    """Jobs whose results are gone, with the executions and batches that have no others."""
    old = timezone.now() - timedelta(days=settings.JOB_DAYS)
    read_on = Execution.objects.filter(follows=OuterRef("execution"))
    over = Job.objects.filter(
        ~Exists(read_on), created_at__lt=old, execution__purged_at__isnull=False
    )
    with transaction.atomic():
        ids = _locked(over)
        jobs = Job.objects.filter(pk__in=ids)
        executions = set(jobs.values_list("execution", flat=True))
        batches = set(jobs.exclude(batch=None).values_list("batch", flat=True))
        jobs.delete()
        Execution.objects.filter(pk__in=executions, jobs=None).delete()
        Batch.objects.filter(pk__in=batches, jobs=None).delete()
    if ids:
        logger.info("old jobs removed", extra={"jobs": len(ids)})
    return len(ids)


def _locked(which: "QuerySet[Execution] | QuerySet[Job]") -> list[uuid.UUID]:
    """Some of them, which nobody else is removing."""
    locked = which.select_for_update(skip_locked=True, of=("self",))
    return list(locked.order_by().values_list("pk", flat=True)[:AT_ONCE])


def remove_orphans(after: str = "", budget_s: float = SLICE_S) -> str | None:
    """Remove files that no result knows: the name to go on after, or None: that was all.

    Raises QueryFailed.
    """
    until_s = time.monotonic() + budget_s
    with failures_told():
        files = store().files(after)
        while some := list(itertools.islice(files, AT_ONCE)):
            _remove_unknown(some)
            if time.monotonic() > until_s:
                return some[-1].name
    return None


def _remove_unknown(files: Sequence[StoredFile]) -> None:
    since = timezone.now() - ORPHANED
    owners = {file.name: _execution_of(file) for file in files if file.written_at < since}
    # What lies in no execution's folder is not ours.
    ours = {name: owner for name, owner in owners.items() if owner}
    parts = ResultPart.objects.filter(execution__in=set(ours.values()))
    unknown = ours.keys() - set(parts.values_list("name", flat=True))
    if unknown:
        logger.warning("files without a result removed", extra={"files": len(unknown)})
        store().remove(unknown)


def _execution_of(file: StoredFile) -> uuid.UUID | None:
    try:
        return uuid.UUID(file.name.partition("/")[0])
    except ValueError:
        return None
