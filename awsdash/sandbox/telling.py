"""What a person is told when a query did not end well. The log has the rest."""

from typing import Final

from django.conf import settings
from pydantic import BaseModel, ConfigDict

from awsdash.sandbox.process import Ended
from services.errors import InvalidQuery, NotFound, QueryFailed, ServiceError, TimedOut

# DuckDB's kinds of error that say the text is wrong, whatever the rows are.
_OF_THE_TEXT: Final = frozenset(
    {"Refused", "Parser", "Syntax", "Binder", "Catalog", "Not implemented", "Permission"}
)
_OF_DUCKDB: Final = frozenset({"INTERNAL", "FATAL", "Internal", "Fatal"})
_LESS: Final = "Filter or aggregate earlier, or select fewer columns."


class ToldError(BaseModel):
    """An error as the child tells it: DuckDB's kind and message, and where in the text."""

    model_config = ConfigDict(extra="forbid", strict=True)

    kind: str
    message: str
    hint: str
    line: int | None
    column: int | None

    @property
    def place(self) -> str:
        return "" if self.line is None else f"Line {self.line}, column {self.column}: "


def error_of(told: ToldError) -> ServiceError:
    """The portal's error for one that the child told."""
    kind, sentence = told.kind, told.place + told.message
    if kind in _OF_DUCKDB:
        return QueryFailed("DuckDB broke on this query.", hint="Write it in another way.")
    if "Out of Memory" in kind or kind == "MemoryError":
        return _too_large()
    if kind in {"IO", "FileNotFoundError"}:
        hint = "It was removed meanwhile. Run its query again."
        return NotFound("A stored result is gone.", hint=hint)
    if kind in _OF_THE_TEXT:
        return InvalidQuery(sentence, hint=told.hint or "Correct the SQL and run it again.")
    return QueryFailed(sentence, hint="A row has a value that the SQL does not expect.")


def error_of_ending(ended: Ended) -> ServiceError:
    """The portal's error for a child that was ended, or ended itself."""
    if ended.reason in {"deadline", "processor"}:
        seconds = settings.SQL_DEADLINE_S
        return TimedOut(f"The query took longer than {seconds} seconds.", hint=_LESS)
    if ended.reason == "memory":
        return _too_large()
    if ended.reason == "unhardened":
        hint = "An administrator finds the missing layer in the workers' log."
        return QueryFailed("SQL cannot be run safely on this machine.", hint=hint)
    return QueryFailed("The query broke the process that ran it.", hint="Write it in another way.")


def _too_large() -> QueryFailed:
    memory = settings.SQL_MEMORY_MB
    return QueryFailed(f"The query needs more than {memory} MB of memory.", hint=_LESS)
