"""What a job's page shows."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, ClassVar

from django.urls import reverse

from awsdash.jobs.models import Job, Status
from awsdash.jobs.reading import Lens, Reader
from awsdash.jobs.result_pages import ResultPage, delay_ms
from awsdash.jobs.standing import Standing
from services.base import Operation, Row, Statistics


def job_delay_ms(job: Job) -> int:
    """When the job's page should ask again, in milliseconds."""
    return delay_ms(job.created_at, is_waiting=job.status == Status.WAITING)


@dataclass(frozen=True)
class JobPage(ResultPage):
    """One job through one lens."""

    noun: ClassVar[str] = "job"
    progress_template: ClassVar[str] = "jobs/_progress.html"
    unsorted: ClassVar[str] = "AWS's order"

    job: Job
    lens: Lens
    offset: int = 0

    @property
    def source(self) -> Job:
        return self.job

    @property
    def operation(self) -> Operation[Any]:
        return self.job.execution.operation

    @property
    def resolved(self) -> Mapping[str, Any]:
        return self.job.execution.query  # type: ignore[no-any-return]  # JSON

    @property
    def place(self) -> Mapping[str, list[str]]:
        execution = self.job.execution
        return {"accountId": [execution.account_id or ""], "region": [execution.region]}

    def origin_of(self, row: Row) -> Job | None:
        return None

    @property
    def status(self) -> str:
        return self.job.status

    @property
    def is_final(self) -> bool:
        return self.job.is_final

    @property
    def etag(self) -> str:
        return self.standing.etag

    @property
    def poll_delay_ms(self) -> int:
        return job_delay_ms(self.job)

    @cached_property
    def standing(self) -> Standing:
        return Standing(self.job)

    @cached_property
    def reader(self) -> Reader:
        return Reader(self.job.execution, self.lens)

    @property
    def context(self) -> dict[str, Any]:
        return {**super().context, "execution": self.job.execution}

    @property
    def further_url(self) -> str:
        """Where reading on is asked for; "" when nothing follows."""
        may_follow = self.is_final and self.job.execution.next_token
        return reverse("job_further", args=[self.job.pk]) if may_follow else ""

    @property
    def cost(self) -> str:
        """What AWS charges, in words; "" when unknown."""
        price = self.operation.price(Statistics(**self.job.execution.statistics))
        if price is None:
            return ""
        return f"${price:.4f}" if price else "free of charge"

    @cached_property
    def readers(self) -> int:
        """How many people's jobs read the same execution."""
        return self.job.execution.jobs.values("owner").distinct().count()
