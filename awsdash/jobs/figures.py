"""What an administrator is told of the stored results: how much there is, and what goes when."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from django.conf import settings
from django.db.models import Count, Min, Q, Sum
from django.utils import timezone

from awsdash.jobs import cache
from awsdash.jobs.models import FINAL, Execution, ResultPart
from awsdash.jobs.retention import kept_days
from awsdash.jobs.stores import FolderStore, store

DAYS_AHEAD: Final = 7
LOW_BYTES: Final = 5 * 1024**3
# Others write to the disk too: what changes by less is no news.
ROUND_BYTES: Final = 100 * 1024**2


@dataclass(frozen=True, slots=True)
class Kept:
    """What is stored of one operation's results. `oldest_at` None: the oldest are not done yet."""

    operation_name: str
    results: int
    parts: int
    rows: int
    size_bytes: int
    oldest_at: datetime | None


@dataclass(frozen=True, slots=True)
class Expiring:
    """What goes on one day: from `starts_at` on, for 24 hours. `share` is its part of the most."""

    starts_at: datetime
    results: int
    size_bytes: int
    share: int


@dataclass(frozen=True, slots=True)
class Storage:
    """All that is stored, and the room for it. None: it does not apply, or is not known.

    `free_bytes` is rounded down to a hundred megabytes.
    """

    place: str
    kept: list[Kept]
    expiring: list[Expiring]
    free_bytes: int | None
    cache_bytes: int | None
    cache_limit_bytes: int

    @property
    def results(self) -> int:
        return sum(kept.results for kept in self.kept)

    @property
    def parts(self) -> int:
        return sum(kept.parts for kept in self.kept)

    @property
    def rows(self) -> int:
        return sum(kept.rows for kept in self.kept)

    @property
    def size_bytes(self) -> int:
        return sum(kept.size_bytes for kept in self.kept)

    @property
    def oldest_at(self) -> datetime | None:
        return min((kept.oldest_at for kept in self.kept if kept.oldest_at), default=None)

    @property
    def is_low(self) -> bool:
        """Whether the disk may soon be full: a single result can have a gigabyte."""
        return self.free_bytes is not None and self.free_bytes < LOW_BYTES

    @property
    def expires_soon(self) -> bool:
        return any(day.results for day in self.expiring)


def storage() -> Storage:
    """As it is now. It counts in the database; only the local cache's files are looked at."""
    where, kept = store(), kept_by_operation()
    is_folder, free = isinstance(where, FolderStore), where.free_bytes
    return Storage(
        place=where.place,
        kept=kept,
        expiring=_expiring(each.operation_name for each in kept),
        free_bytes=None if free is None else free // ROUND_BYTES * ROUND_BYTES,
        cache_bytes=None if is_folder else cache.used_bytes(),
        cache_limit_bytes=settings.RESULT_CACHE_MB * 1024 * 1024,
    )


def kept_by_operation() -> list[Kept]:
    """The operations that have results stored, the largest first."""
    found = ResultPart.objects.values("execution__operation_name").annotate(
        results=Count("execution", distinct=True),
        parts=Count("pk"),
        sum_rows=Sum("rows"),
        sum_bytes=Sum("size_bytes"),
        oldest_at=Min("execution__finished_at"),
    )
    return [
        Kept(
            each["execution__operation_name"],
            each["results"],
            each["parts"],
            each["sum_rows"],
            each["sum_bytes"],
            each["oldest_at"],
        )
        for each in found.order_by("-sum_bytes")
    ]


def _expiring(operation_names: Iterable[str]) -> list[Expiring]:
    today = timezone.localtime().replace(hour=0, minute=0, second=0, microsecond=0)
    starts = [today + timedelta(days=n) for n in range(DAYS_AHEAD)]
    days = kept_days()
    results, sizes = [0] * DAYS_AHEAD, [0] * DAYS_AHEAD
    for name in operation_names:
        kept_for = timedelta(days=days.get(name, settings.RESULT_DAYS))
        told = _told(name, kept_for, starts)
        for n in range(DAYS_AHEAD):
            results[n] += told[f"results_{n}"]
            sizes[n] += told[f"bytes_{n}"] or 0
    most = max(sizes)
    return [
        Expiring(start, count, size, round(100 * size / most) if most else 0)
        for start, count, size in zip(starts, results, sizes, strict=True)
    ]


def _told(operation_name: str, kept_for: timedelta, starts: list[datetime]) -> dict[str, Any]:
    """Of one operation: `results_0` and `bytes_0` of the first day, and so on."""
    asked: dict[str, Any] = {}
    for n, start in enumerate(starts):
        end = start + timedelta(days=1)
        # What is overdue already goes today.
        begin = start if n else datetime.min.replace(tzinfo=start.tzinfo, year=1970)
        by_age = Q(finished_at__gte=begin - kept_for, finished_at__lt=end - kept_for)
        in_time = Q(keep_until=None) | Q(keep_until__lt=end)
        by_wish = Q(finished_at__lt=begin - kept_for, keep_until__gte=begin, keep_until__lt=end)
        which = by_age & in_time | by_wish
        asked[f"results_{n}"] = Count("pk", distinct=True, filter=which)
        asked[f"bytes_{n}"] = Sum("parts__size_bytes", filter=which)
    horizon = starts[-1] + timedelta(days=1) - kept_for
    stored = Execution.objects.filter(
        operation_name=operation_name, purged_at=None, status__in=FINAL, finished_at__lt=horizon
    )
    return stored.filter(parts__isnull=False).aggregate(**asked)
