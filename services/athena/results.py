"""The result of a query: block by block from its file in S3, or by GetQueryResults.

A block is as much as is read at once; whatever the size of a result, no more is in memory than one
block and the table made of it.
"""

from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final, Protocol, TypeAlias

from services.athena import rows
from services.athena.columns import columns_of
from services.athena.marks import Mark
from services.aws import Aws, read_body
from services.base import Column, Page, Statistics
from services.errors import AccessDenied, InvalidQuery, NotFound, QueryFailed

if TYPE_CHECKING:
    from mypy_boto3_athena.client import AthenaClient
    from mypy_boto3_athena.type_defs import QueryExecutionTypeDef, RowTypeDef
    from mypy_boto3_s3.client import S3Client

BLOCK_BYTES: Final = 4_000_000
ROWS_A_CALL: Final = 1000
CALLS_A_BLOCK: Final = 10

Columns: TypeAlias = tuple[Column, ...]
Block: TypeAlias = tuple[Any, Mark | None]
"""The Arrow table of whole rows, and the mark of the block behind; None: it is the last."""


class Source(Protocol):
    columns: Columns

    def read(self, mark: Mark) -> Block:
        """The whole block at the mark, whose `skip` is left to the caller."""


def pages(
    mark: Mark,
    limit: int,
    aws: Aws,
    *,
    has_names: bool,
    block_bytes: int = BLOCK_BYTES,
    few: int = ROWS_A_CALL,
) -> Iterator[Page]:
    """The rows from the mark on, at most `limit`; the first page, even an empty one, has columns.

    `has_names`: the answer begins with the columns' names. A result of `few` rows at most, names
    included, is read in one call. Raises NotFound, AccessDenied, QueryFailed.
    """
    athena: AthenaClient = aws.client("athena")
    if few and mark == Mark(mark.query_id):
        whole = _in_one_call(athena, mark.query_id, has_names, few)
        if whole is not None and len(whole.rows) <= limit:
            yield whole
            return
    execution = athena.get_query_execution(QueryExecutionId=mark.query_id)["QueryExecution"]
    source = _source(execution, mark, aws, has_names, block_bytes)
    columns: Columns | None = source.columns
    statistics = statistics_of(execution)
    for table, following in _blocks(source, mark, limit):
        yield Page(table, str(following) if following else None, statistics, columns)
        columns, statistics = None, Statistics()


def _in_one_call(athena: "AthenaClient", query_id: str, has_names: bool, few: int) -> Page | None:
    """The whole result, or None: it has more rows."""
    answer = _answer(athena, query_id, few, None)
    if answer.get("NextToken") is not None:
        return None
    columns = columns_of(answer["ResultSet"]["ResultSetMetadata"]["ColumnInfo"])
    return Page(rows.parse(_csv(answer, columns, has_names), columns), columns=columns)


def _blocks(source: Source, mark: Mark, limit: int) -> Iterator[Block]:
    while True:
        table, following = source.read(mark)
        kept = table.slice(mark.skip, limit)
        seen = mark.skip + kept.num_rows
        if seen < table.num_rows:
            following = replace(mark, skip=seen)
        elif following:
            # Blocks were larger when the mark was set.
            following = replace(following, skip=seen - table.num_rows)
        limit -= kept.num_rows
        yield kept, following
        if following is None or limit == 0:
            return
        mark = following


def statistics_of(execution: "QueryExecutionTypeDef") -> Statistics:
    return Statistics(bytes_scanned=execution.get("Statistics", {}).get("DataScannedInBytes"))


def _source(
    execution: "QueryExecutionTypeDef", mark: Mark, aws: Aws, has_names: bool, block_bytes: int
) -> "Source":
    location = execution.get("ResultConfiguration", {}).get("OutputLocation", "")
    if location.endswith(".csv") and mark.token is None:
        return _File(execution["QueryExecutionId"], location, aws, block_bytes)
    # What Athena manages itself, and the texts that SHOW and EXPLAIN leave in S3.
    return _Answers(execution["QueryExecutionId"], has_names, aws)


def _answer(athena: "AthenaClient", query_id: str, most: int, token: str | None) -> Any:
    """What GetQueryResults says. Raises QueryFailed where the result is gone."""
    place: dict[str, Any] = {} if token is None else {"NextToken": token}
    try:
        return athena.get_query_results(QueryExecutionId=query_id, MaxResults=most, **place)
    except InvalidQuery as error:
        raise QueryFailed(error.message, hint="Run the query again.") from None


def _columns(athena: "AthenaClient", query_id: str) -> Columns:
    result = _answer(athena, query_id, 1, None)["ResultSet"]
    return columns_of(result["ResultSetMetadata"]["ColumnInfo"])


class _File:
    """The CSV in S3. A block is whole records of about `block_bytes`."""

    def __init__(self, query_id: str, location: str, aws: Aws, block_bytes: int) -> None:
        self._query_id = query_id
        self._location = location
        self._bucket, _, self._key = location.removeprefix("s3://").partition("/")
        self._block_bytes = block_bytes
        self._s3: S3Client = aws.client("s3")
        self._size_bytes = self._find_size()
        self.columns = _columns(aws.client("athena"), query_id)

    def read(self, mark: Mark) -> Block:
        content = self._records(mark.offset)
        end = mark.offset + len(content)
        header = rows.first_record(content) if mark.offset == 0 else 0
        table = rows.parse(memoryview(content)[header:], self.columns)
        return table, Mark(self._query_id, end) if end < self._size_bytes else None

    def _records(self, offset: int) -> bytes:
        """Whole records from there on: twice as much is read where not even one is whole."""
        wanted = self._block_bytes
        while True:
            content = self._read(offset, min(wanted, self._size_bytes - offset))
            end = rows.whole_records(content)
            if offset + len(content) == self._size_bytes:
                _check_closed(content[end:])
                return content
            if end:
                return content[:end]
            wanted *= 2

    def _read(self, offset: int, size_bytes: int) -> bytes:
        if size_bytes <= 0:
            return b""
        span = f"bytes={offset}-{offset + size_bytes - 1}"
        answer = self._s3.get_object(Bucket=self._bucket, Key=self._key, Range=span)
        return read_body(answer["Body"], size_bytes)

    def _find_size(self) -> int:
        try:
            return self._s3.head_object(Bucket=self._bucket, Key=self._key)["ContentLength"]
        except NotFound:
            message = f"The result of the query, {self._location}, is gone."
            raise NotFound(message, hint="Run the query again.") from None
        except AccessDenied:
            raise AccessDenied(
                f"The result of the query, {self._location}, may not be read.",
                hint="Ask an administrator to allow the account's role s3:GetObject there.",
            ) from None


def _check_closed(rest: bytes) -> None:
    if rest.count(b'"') % 2:
        raise QueryFailed("The file of the result ends inside a row.", hint="Run the query again.")


class _Answers:
    """GetQueryResults, several calls a block. The first row of a query's has the names."""

    def __init__(self, query_id: str, has_names: bool, aws: Aws) -> None:
        self._query_id = query_id
        self._has_names = has_names
        self._athena: AthenaClient = aws.client("athena")
        self.columns = _columns(self._athena, query_id)

    def read(self, mark: Mark) -> Block:
        token, records = mark.token, list[bytes]()
        for _ in range(CALLS_A_BLOCK):
            answer = _answer(self._athena, self._query_id, ROWS_A_CALL, token)
            records.append(_csv(answer, self.columns, self._has_names and token is None))
            token = answer.get("NextToken")
            if token is None:
                break
        table = rows.parse(b"".join(records), self.columns)
        return table, Mark(self._query_id, token=token) if token else None


def _csv(answer: Any, columns: Columns, has_names: bool) -> bytes:
    """The rows of one answer, without the names that it may begin with."""
    texts = [_texts(row, len(columns)) for row in answer["ResultSet"]["Rows"]]
    if has_names and texts[:1] == [[column.label for column in columns]]:
        del texts[0]
    return b"".join(map(rows.record, texts))


def _texts(row: "RowTypeDef", width: int) -> list[str | None]:
    texts = [value.get("VarCharValue") for value in row.get("Data", [])]
    if len(texts) == 1 < width:
        # DESCRIBE answers its columns in one text, filled up with blanks.
        texts = [part.strip() for part in (texts[0] or "").split("\t", width - 1)]
    return [*texts, *[None] * (width - len(texts))]
