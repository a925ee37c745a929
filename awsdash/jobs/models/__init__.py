"""A person's request, the work on AWS it needs, and the parts of its result."""

from awsdash.jobs.models.execution import FINAL, Execution, ResultPart, Status
from awsdash.jobs.models.job import Batch, Job
from awsdash.jobs.models.limits import QuotaOverride, Retention
from awsdash.jobs.models.suggestion import Suggestion

__all__ = [
    "FINAL",
    "Batch",
    "Execution",
    "Job",
    "QuotaOverride",
    "ResultPart",
    "Retention",
    "Status",
    "Suggestion",
]
