"""Why a job stands as it does, in sentences: what it waits for, whose result it reads."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from django.db.models import Q
from django.utils import timezone

from awsdash.jobs import quotas
from awsdash.jobs.models import Execution, Job, Status
from services.errors import NotFound


@dataclass(frozen=True)
class Standing:
    """How a job stands, beyond its state."""

    job: Job

    @property
    def execution(self) -> Execution:
        return self.job.execution

    @cached_property
    def before(self) -> int | None:
        """How many are before it in its lane; None: it is not queued."""
        if self.job.status != Status.QUEUED:
            return None
        mine = self.execution
        earlier = Q(turn__lt=mine.turn) | Q(turn=mine.turn, created_at__lt=mine.created_at)
        queued = Execution.objects.filter(status=Status.QUEUED, lane=mine.lane)
        return queued.filter(earlier).count()

    @property
    def is_stopping(self) -> bool:
        """It has ended here, and AWS is still to be told."""
        return self.job.is_final and self.execution.stop_at is not None

    @property
    def is_settled(self) -> bool:
        return self.job.is_final and not self.is_stopping

    @property
    def etag(self) -> str:
        """Another one for every visible change."""
        place = f"-{self.before}" if self.before else ""
        return f"{self.job.etag}{place}{'-stopping' if self.is_stopping else ''}"

    @property
    def sentences(self) -> list[str]:
        return list(self._sentences())

    def _sentences(self) -> Iterator[str]:
        execution = self.execution
        if self.before is not None and execution.not_before <= timezone.now():
            yield self._waits_for()
        if self.job.status == Status.WAITING:
            yield "AWS is done; its result comes" if execution.ready_at else _awss_word(execution)
        if execution.error_code and not self.job.is_final:
            yield f"{execution.error_message} It is tried again by itself."
        if self.is_stopping:
            yield "AWS is being told to stop"
        if execution.attempt > 1:
            yield f"attempt {execution.attempt}"
        if self.age_s is not None:
            yield f"read from a result that was {_age(self.age_s)} old"

    def _waits_for(self) -> str:
        behind = f"{self.before:,} before this one" if self.before else "this one is next"
        limits = self.limits
        if limits and not self.has_room:
            return f"at most {limits.most_active:,} run at once here; {behind}"
        if limits and limits.rate and self.before:
            return f"AWS takes {limits.rate.per_s:g} a second here; {behind}"
        return "waiting for a free worker" + (f"; {behind}" if self.before else "")

    @cached_property
    def limits(self) -> quotas.Limits | None:
        """What AWS allows in its lane; None: its operation is gone, as whoever claims it says."""
        try:
            return quotas.limits_of(self.execution)
        except NotFound:
            return None

    @property
    def has_room(self) -> bool:
        """Whether AWS would take one more."""
        return self.limits is None or quotas.free_slots(self.execution, self.limits) > 0

    @property
    def age_s(self) -> int | None:
        """How old the result was when it was asked for; None: it was made for this job."""
        finished_at = self.execution.finished_at
        if finished_at is None or finished_at >= self.job.created_at:
            return None
        return int((self.job.created_at - finished_at).total_seconds())


def _awss_word(execution: Execution) -> str:
    word = execution.aws_state.replace("_", " ").lower()
    return f"AWS says: {word}" if word else "AWS works on it"


def _age(seconds: int) -> str:
    for length, unit in ((86_400, "d"), (3_600, "h"), (60, "min")):
        if seconds >= length:
            return f"{seconds // length} {unit}"
    return f"{seconds} s"
