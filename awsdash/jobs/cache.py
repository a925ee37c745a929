"""Local copies of result parts, where they are stored elsewhere: DuckDB reads files only."""

from collections.abc import Iterable

from django.core.files.storage import default_storage

from awsdash.jobs.models import ResultPart


def paths(parts: Iterable[ResultPart]) -> list[str]:
    """A local file for each part. A part that is gone has a path where nothing is."""
    return [default_storage.path(part.name) for part in parts]
