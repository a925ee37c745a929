"""What AWS knows an execution's work by, so that no crash starts it twice."""

from awsdash.jobs.models import Execution


def start_key(execution: Execution) -> str:
    """38 or 39 characters, another for each attempt."""
    return f"{execution.pk}-{execution.attempt}"
