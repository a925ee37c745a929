"""Athena: SQL over what lies in S3."""

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Final

from services.athena import client, suggestions
from services.athena.resource_mapping import LINKS
from services.athena.statements import reads
from services.athena.types import ResultRow, RunSqlQuery
from services.aws import Aws
from services.base import (
    Choice,
    Page,
    Rate,
    RemoteOperation,
    RemoteState,
    Service,
    Statistics,
)

# Source: Athena's pricing page, most regions; a terabyte is 2^40 bytes in AWS's own calculator.
PRICE_PER_TB: Final = Decimal(5)
TB: Final = 1024**4
LEAST_CHARGED_BYTES: Final = 10 * 1024**2


class RunSql(RemoteOperation[RunSqlQuery]):
    name = "athena.run_sql"
    title = "SQL"
    function = "queryAthena"
    id_name = "queryExecutionId"
    query_type = RunSqlQuery
    item_type = ResultRow
    # Source: "Service quotas" of Athena's user guide: calls a second and burst, for each account.
    rate = Rate("athena:StartQueryExecution", per_s=20, burst=80)
    poll_rate = Rate("athena:BatchGetQueryExecution", per_s=20, burst=40)
    # Source: the same, active DML queries: 200 in us-east-1, 150 or fewer elsewhere; an override
    # of the account says otherwise, and AWS's refusal only makes a query wait.
    most_active = 200
    timeout_s = 1800
    suggests = {"table": ("catalog",), "database": ("catalog",), "workgroup": ()}

    def may_share(self, query: RunSqlQuery) -> bool:
        return reads(query.statement)

    def start(self, query: RunSqlQuery, aws: Aws, key: str) -> str:
        return client.start(query, aws, key)

    def poll(self, tokens: Sequence[str], aws: Aws) -> Mapping[str, RemoteState]:
        return client.states(tokens, aws)

    def pages(self, query: RunSqlQuery, token: str, aws: Aws, after: str | None) -> Iterator[Page]:
        return client.result(query, token, aws, after)

    def stop(self, token: str, aws: Aws) -> None:
        client.stop(token, aws)

    def suggest(
        self, option: str, typed: str, given: Mapping[str, str], aws: Aws
    ) -> Sequence[Choice]:
        catalog = given.get("catalog") or RunSqlQuery.model_fields["catalog"].default
        match option:
            case "table":
                return suggestions.suggest_tables(catalog, typed, aws)
            case "database":
                return suggestions.suggest_databases(catalog, typed, aws)
        return suggestions.suggest_workgroups(typed, aws)

    def price(self, statistics: Statistics) -> Decimal | None:
        """What reads nothing (SHOW, DESCRIBE, a query stopped in the queue) is free."""
        scanned = statistics.bytes_scanned
        if not scanned:
            return None if scanned is None else Decimal(0)
        return PRICE_PER_TB * max(scanned, LEAST_CHARGED_BYTES) / TB


SERVICE = Service(
    name="athena",
    title="Athena",
    icon="sql",
    operations=(RunSql(),),
    links=LINKS,
    shortcut="a",
)
