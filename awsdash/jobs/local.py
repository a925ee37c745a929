"""Operations that ask AWS nothing: they work on results that are stored here already."""

from abc import abstractmethod
from collections.abc import Iterator
from typing import ClassVar

from awsdash.jobs.models import Execution
from services.base import Operation, Page, QueryT


class LocalOperation(Operation[QueryT]):
    """Its execution has no account; it `touches` those whose results it reads."""

    # So many of a lane run at once; None: as many as there are workers.
    most_active: ClassVar[int | None] = None

    @abstractmethod
    def pages(self, query: QueryT, execution: Execution) -> Iterator[Page]:
        """The rows. Raises ServiceError. After a crash it begins anew: make it one page, or few."""
