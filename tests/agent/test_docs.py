"""The tool documentation is generated, whole and true."""

from django.test import Client

from awsdash.accounts.models import User
from awsdash.agent import docs
from services.registry import get_operation

LOGS = get_operation("cloudwatch_logs.filter_events")


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


def test_the_tool_over_rest_is_what_a_client_takes(client: Client, alice: User) -> None:
    client.force_login(alice)
    tool = client.get("/api/v1/tool").json()
    assert tool["name"] == "execute_javascript"
    assert tool["inputSchema"]["required"] == ["code"]
    assert "### queryCloudWatchLogs" in tool["description"]


def test_the_reference_page_shows_the_signature(client: Client, alice: User) -> None:
    client.force_login(alice)
    assert b"queryCloudWatchLogs({accountId: string" in client.get("/javascript/").content
