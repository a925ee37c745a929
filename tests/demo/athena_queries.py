"""Athena as the tests of it use it: a place with a bucket, and queries run to their end."""

import io
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Final

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from botocore.exceptions import ClientError

from awsdash.demo.aws.athena import pace
from awsdash.demo.aws.server import running_server
from awsdash.demo.story.cast import PAYMENTS_DEV
from awsdash.demo.story.story import Story
from tests.demo.emulated_aws import EPOCH, EmulatedAws

RESULTS_BUCKET: Final = "athena-test-results"
RESULTS: Final = f"s3://{RESULTS_BUCKET}/out/"
DATA_BUCKET: Final = "athena-test-data"
DATABASE: Final = "lake"
PATIENCE_S: Final = 30


@dataclass(frozen=True)
class Athena:
    """Clients of one account and region."""

    client: Any
    s3: Any
    glue: Any

    def start(self, sql: str, database: str | None = None, **more: Any) -> str:
        context = {} if database is None else {"QueryExecutionContext": {"Database": database}}
        request = {"ResultConfiguration": {"OutputLocation": RESULTS}, **context, **more}
        query_id: str = self.client.start_query_execution(QueryString=sql, **request)[
            "QueryExecutionId"
        ]
        return query_id

    def execution(self, query_id: str) -> dict[str, Any]:
        found: dict[str, Any] = self.client.get_query_execution(QueryExecutionId=query_id)[
            "QueryExecution"
        ]
        return found

    def end(self, query_id: str) -> dict[str, Any]:
        """The query as it is at its end."""
        until = time.monotonic() + PATIENCE_S
        while time.monotonic() < until:
            found = self.execution(query_id)
            if found["Status"]["State"] in ("SUCCEEDED", "FAILED", "CANCELLED"):
                return found
            time.sleep(0.01)
        raise AssertionError(f"{query_id} does not end")

    def run(self, sql: str, database: str | None = None, **more: Any) -> dict[str, Any]:
        return self.end(self.start(sql, database, **more))

    def rows(self, sql: str, database: str | None = None, **more: Any) -> list[list[str | None]]:
        """Of a query that succeeds; of a SELECT without the header."""
        execution = self.run(sql, database, **more)
        assert execution["Status"]["State"] == "SUCCEEDED", execution["Status"]
        header = execution["StatementType"] == "DML"
        return self.results(execution["QueryExecutionId"])[1 if header else 0 :]

    def results(self, query_id: str) -> list[list[str | None]]:
        pages = self.client.get_paginator("get_query_results").paginate(QueryExecutionId=query_id)
        return [
            [value.get("VarCharValue") for value in row["Data"]]
            for page in pages
            for row in page["ResultSet"]["Rows"]
        ]

    def reason(self, sql: str, database: str | None = None, **more: Any) -> str:
        """Why a query fails."""
        status = self.run(sql, database, **more)["Status"]
        assert status["State"] == "FAILED", status
        return str(status["StateChangeReason"])

    def object(self, location: str) -> bytes:
        bucket, _, key = location.removeprefix("s3://").partition("/")
        content: bytes = self.s3.get_object(Bucket=bucket, Key=key)["Body"].read()
        return content

    def put(self, objects: Mapping[str, bytes], bucket: str = DATA_BUCKET) -> None:
        for key, content in objects.items():
            self.s3.put_object(Bucket=bucket, Key=key, Body=content)

    def refused(self, sql: str, **more: Any) -> str:
        """Why a query is not even started."""
        code, message = refusal(
            self.client.start_query_execution,
            QueryString=sql,
            **{"ResultConfiguration": {"OutputLocation": RESULTS}, **more},
        )
        assert code == "InvalidRequestException"
        return message


@contextmanager
def running_athena() -> Iterator[Athena]:
    """An Athena whose queries take no longer than they must, with buckets and a database."""
    pace.install(queued_s=0, running_s=0)
    with running_server(Story(EPOCH, events=600, athena_rows=300), now=EPOCH) as server:
        athena = athena_of(EmulatedAws(server.url), PAYMENTS_DEV)
        make_bucket(athena, RESULTS_BUCKET)
        make_bucket(athena, DATA_BUCKET)
        athena.glue.create_database(DatabaseInput={"Name": DATABASE})
        yield athena
    pace.install()


def refusal(call: Any, **request: Any) -> tuple[str, str]:
    """The code and the message of the error that the call is answered with."""
    with pytest.raises(ClientError) as refused:
        call(**request)
    answer: Any = refused.value.response
    return answer["Error"]["Code"], answer["Error"]["Message"]


def athena_of(aws: EmulatedAws, account: str, region: str = "eu-west-1") -> Athena:
    return Athena(*(aws.reader(service, account, region) for service in ("athena", "s3", "glue")))


def make_bucket(athena: Athena, name: str) -> None:
    configuration = {"LocationConstraint": "eu-west-1"}
    athena.s3.create_bucket(Bucket=name, CreateBucketConfiguration=configuration)


def parquet(columns: Mapping[str, list[Any]]) -> bytes:
    content = io.BytesIO()
    pq.write_table(pa.table(dict(columns)), content)
    return content.getvalue()
