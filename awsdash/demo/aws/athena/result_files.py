"""The files that Athena leaves in S3: `<id>.csv` or `<id>.txt`, and what describes it."""

from typing import Final

from awsdash.demo.aws.athena.errors import RESULT_NOT_WRITTEN, QueryError
from awsdash.demo.aws.athena.executions import Execution
from awsdash.demo.aws.athena.objects import bucket_and_prefix, has_bucket, put_object
from awsdash.demo.aws.athena.results import ResultColumn, Results

_OCTETS: Final = "application/octet-stream"
_UNKNOWN: Final = 3  # whether a column is nullable


def output_file(execution: Execution) -> str | None:
    """Where the query's results go; None where Athena manages them."""
    request = execution.request
    if request.output is None:
        return None
    file = request.statement.kind.file.format(id=execution.id)
    return f"{request.output.rstrip('/')}/{file}"


def write_results(execution: Execution, results: Results | None) -> None:
    """Raises QueryError when its bucket is not there any more."""
    location = output_file(execution)
    if location is None:
        return
    bucket, _ = bucket_and_prefix(location)
    if not has_bucket(execution.place, bucket):
        reason = f"Access denied when writing output to url: {location} ."
        advice = "Please ensure you are allowed to access the S3 bucket."
        raise QueryError(f"{reason} {advice}", RESULT_NOT_WRITTEN)
    if location.endswith(".csv") and results is not None:
        put_object(execution.place, location, results.csv(), _OCTETS)
    elif location.endswith(".txt"):
        put_object(execution.place, location, results.text() if results else b"", _OCTETS)
    if results is not None:
        put_object(
            execution.place, f"{location}.metadata", metadata(execution.id, results), _OCTETS
        )


def write_reason(execution: Execution, error: QueryError) -> None:
    """Of what Hive runs, the file has why it failed."""
    location = output_file(execution)
    if location is None or not location.endswith(".txt") or not error.reason.startswith("FAILED:"):
        return
    if has_bucket(execution.place, bucket_and_prefix(location)[0]):
        put_object(execution.place, location, error.reason.encode(), _OCTETS)


def metadata(query_id: str, results: Results) -> bytes:
    """In protocol buffers, of a schema that AWS does not tell; JDBC's driver reads it."""
    columns = b"".join(_field(4, _column(column)) for column in results.columns)
    count = results.update_count
    updated = b"" if not count else _number(3, count)
    return _field(1, query_id.encode()) + updated + columns


def _column(column: ResultColumn) -> bytes:
    name = column.name.encode()
    is_text = column.type.name in ("varchar", "char")
    return (
        _field(1, b"hive")
        + _field(4, name)
        + _field(5, name)
        + _field(6, column.type.name.encode())
        + (_number(7, column.type.precision) if column.type.precision else b"")
        + (_number(8, column.type.scale) if column.type.scale else b"")
        + _number(9, _UNKNOWN)
        + (_number(10, 1) if is_text and column.type.precision else b"")
    )


def _field(number: int, content: bytes) -> bytes:
    return _varint(number << 3 | 2) + _varint(len(content)) + content


def _number(number: int, value: int) -> bytes:
    return _varint(number << 3) + _varint(value)


def _varint(value: int) -> bytes:
    written = bytearray()
    while value > 0x7F:
        written.append(value & 0x7F | 0x80)
        value >>= 7
    written.append(value)
    return bytes(written)
