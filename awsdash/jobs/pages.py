"""What a job's fragment shows."""

from datetime import timedelta
from typing import Any, Final

from django.utils import timezone

from awsdash.jobs import results
from awsdash.jobs.models import Job

ROWS_SHOWN: Final = 100
# The older a job, the less often its page asks: (younger than, ask again after).
_DELAYS_MS: Final = (
    (timedelta(seconds=5), 400),
    (timedelta(seconds=20), 1_000),
    (timedelta(seconds=60), 2_000),
)


def poll_delay_ms(job: Job) -> int:
    """When the page should ask again, in milliseconds."""
    age = timezone.now() - job.created_at
    return next((delay for younger, delay in _DELAYS_MS if age < younger), 5_000)


def job_context(job: Job, offset: int = 0) -> dict[str, Any]:
    """The template context of `jobs/_job.html`: the job and one page of its rows."""
    execution = job.execution
    operation = execution.operation
    rows = results.read_rows(execution, offset, ROWS_SHOWN)
    end = offset + len(rows)
    return {
        "job": job,
        "execution": execution,
        "operation": operation,
        "columns": results.stored_columns(operation.columns),
        "rows": rows,
        "first": offset + 1,
        "last": end,
        "previous_offset": max(0, offset - ROWS_SHOWN) if offset else None,
        "next_offset": end if end < execution.rows else None,
        "poll_delay_ms": poll_delay_ms(job),
        # A service may bring its own; the shared table serves all others.
        "result_templates": [f"{operation.service}/_result.html", "jobs/_result.html"],
    }
