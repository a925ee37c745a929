"""The tool documentation is generated, whole and true."""

from django.test import Client

from awsdash.accounts.models import User
from awsdash.agent import docs
from services.registry import get_operation

LOGS = get_operation("cloudwatch_logs.filter_events")
ATHENA = get_operation("athena.run_sql")


def test_the_signature_has_the_target_and_every_option() -> None:
    signature = docs.signature_of(LOGS)
    assert signature.startswith(
        "queryCloudWatchLogs({accountId: string, region: string, logGroupName: string, "
    )
    assert "startTime?: number | string | null" in signature
    assert "logStreamNames?: string[]" in signature
    assert "): {items: Array<{timestamp: number, level: string, message: string, " in signature
    assert "statistics: {recordsMatched: number | null, " in signature


def test_an_option_tells_its_default_and_its_most() -> None:
    assert (
        "- `limit` (number, optional): Most rows to return. Default 100. At most 10000."
        in docs.document(LOGS)
    )


def test_a_default_is_told_as_it_is_written() -> None:
    assert "AWS reads all that the SQL asks for in any case. Default 100000. At most 10000000." in (
        docs.document(ATHENA)
    )
    assert "Default AwsDataCatalog." in docs.document(ATHENA)
    assert "Default false." in docs.document(LOGS)


def test_columns_that_only_the_answer_tells_are_told_by_it() -> None:
    signature = docs.signature_of(ATHENA)
    assert "): {items: Array<Record<string, any>>, nextToken: string | null, " in signature
    assert "columnInfo: Array<{name: string, label: string, kind: string, " in signature
    assert signature.endswith("queryExecutionId: string}")
    text = docs.document(ATHENA)
    assert "`{items, nextToken, totalItems, statistics, columnInfo, queryExecutionId}`" in text
    assert "each of `items` has the columns that `columnInfo` tells, by their `name`\n" in text


def test_columns_that_are_known_are_told_here() -> None:
    assert "columnInfo" not in docs.signature_of(LOGS)
    assert "`{items, nextToken, totalItems, statistics}`; each of `items` has\n" in (
        docs.document(LOGS)
    )


def test_the_tool_over_rest_is_what_a_client_takes(client: Client, alice: User) -> None:
    client.force_login(alice)
    tool = client.get("/api/v1/tool").json()
    assert tool["name"] == "execute_javascript"
    assert tool["inputSchema"]["required"] == ["code"]
    assert "### queryCloudWatchLogs" in tool["description"]


def test_the_reference_page_shows_the_signature(client: Client, alice: User) -> None:
    client.force_login(alice)
    page = client.get("/javascript/").content.decode()
    assert "queryCloudWatchLogs({accountId: string" in page
    assert page.count("those that the answer tells in <code>columnInfo</code>") == 1
