"""Live choices of log groups and streams, through boto3 over HTTP."""

from collections.abc import Callable, Iterator

import pytest
from moto.logs.models import LogGroup, logs_backends

from services.aws import Aws
from services.base import Choice
from services.cloudwatch_logs.client import suggest_log_groups, suggest_log_streams
from services.cloudwatch_logs.service import FilterEvents
from services.errors import NotFound

GROUP = "/aws/lambda/checkout-charge"
Plant = Callable[..., LogGroup]


@pytest.fixture
def plant(payments_prod: Aws) -> Iterator[Plant]:
    """Makes log groups of a size and a retention, and takes them away again."""
    backend = logs_backends[payments_prod.account_id][payments_prod.region]
    names = []

    def make(name: str, stored: int = 0, days: int | None = None) -> LogGroup:
        names.append(name)
        group = backend.create_log_group(name, {}, RetentionInDays=days)
        group.create_log_stream("only")
        group.streams["only"].stored_bytes = stored
        return group

    yield make
    for name in names:
        backend.delete_log_group(name)


def values(choices: list[Choice]) -> list[str]:
    return [choice.value for choice in choices]


def test_nothing_typed_offers_all_groups(payments_prod: Aws) -> None:
    found = payments_prod.client("logs").describe_log_groups()["logGroups"]
    names = sorted(group["logGroupName"] for group in found)
    assert {GROUP, "/payments/shared"} < {*names}
    assert values(suggest_log_groups("", payments_prod)) == names


def test_groups_that_begin_so_come_before_those_that_contain_it(
    payments_prod: Aws, plant: Plant
) -> None:
    plant("checkout")
    assert values(suggest_log_groups("checkout", payments_prod)) == [
        "checkout",
        "/aws/apigateway/checkout-prod",
        "/aws/codebuild/checkout",
        "/aws/lambda/checkout-api",
        GROUP,
        "/aws/lambda/checkout-refund",
        "/elasticache/checkout-sessions",
        "aws-waf-logs-checkout",
    ]


def test_enough_groups_that_begin_so_are_not_mixed_with_others(
    payments_prod: Aws, plant: Plant
) -> None:
    for number in range(10):
        plant(f"a-{number}")
    plant("b-a-")
    assert values(suggest_log_groups("a-", payments_prod)) == [f"a-{n}" for n in range(10)]
    assert "b-a-" in values(suggest_log_groups("-a", payments_prod))


def test_at_most_fifty_are_offered(payments_prod: Aws, plant: Plant) -> None:
    for number in range(60):
        plant(f"many-{number:02}")
    assert len(suggest_log_groups("", payments_prod)) == 50
    assert len(suggest_log_groups("any-", payments_prod)) == 50
    for number in range(9):
        plant(f"any-{number}")
    assert len(suggest_log_groups("any-", payments_prod)) == 50


@pytest.mark.parametrize(
    ("stored", "days", "hint"),
    [
        (1_800_000_000, 30, "1.8 GB, kept 30 days"),
        (999, 1, "999 B, kept 1 day"),
        (1_000, None, "1.0 kB, never expires"),
        (999_999, None, "1.0 MB, never expires"),
        (52_340_000, 365, "52.3 MB, kept 365 days"),
        (4_000_000_000_000_000, 7, "4000.0 TB, kept 7 days"),
        (0, None, "0 B, never expires"),
    ],
)
def test_a_group_is_told_by_its_size_and_retention(
    payments_prod: Aws, plant: Plant, stored: int, days: int | None, hint: str
) -> None:
    plant("/hinted", stored, days)
    assert suggest_log_groups("/hinted", payments_prod) == [Choice("/hinted", hint)]
    # By pattern AWS tells neither, and nothing is claimed.
    assert suggest_log_groups("hinted", payments_prod) == [Choice("/hinted")]


@pytest.mark.parametrize("typed", ["two words", "a:b", "ü", "*", "x" * 513])
def test_what_is_part_of_no_name_finds_no_group_and_no_error(
    payments_prod: Aws, typed: str
) -> None:
    assert suggest_log_groups(typed, payments_prod) == []


def test_the_streams_written_to_last_come_first(payments_prod: Aws) -> None:
    streams = suggest_log_streams(GROUP, "", payments_prod)
    assert len(streams) > 2
    hints = [choice.hint for choice in streams]
    assert hints == sorted(hints, reverse=True)
    assert hints[0] == "last event 2026-11-22 14:01 UTC"


def test_typed_text_selects_streams_by_their_beginning(payments_prod: Aws) -> None:
    streams = values(suggest_log_streams(GROUP, "2026/11/22/[118]", payments_prod))
    assert streams
    assert streams == sorted(streams)
    assert all(stream.startswith("2026/11/22/[118]") for stream in streams)
    assert suggest_log_streams(GROUP, "nobody", payments_prod) == []


@pytest.mark.parametrize("typed", [":", "a*", "x" * 513])
def test_what_is_part_of_no_stream_finds_none_and_no_error(payments_prod: Aws, typed: str) -> None:
    assert suggest_log_streams(GROUP, typed, payments_prod) == []


def test_at_most_fifty_streams_are_offered(payments_prod: Aws, plant: Plant) -> None:
    group = plant("/streams")
    for number in range(60):
        group.create_log_stream(f"s-{number}")
    assert len(suggest_log_streams("/streams", "", payments_prod)) == 50
    assert len(suggest_log_streams("/streams", "s-", payments_prod)) == 50


def test_a_stream_without_events_has_no_hint(payments_prod: Aws, plant: Plant) -> None:
    plant("/empty")
    assert suggest_log_streams("/empty", "", payments_prod) == [Choice("only")]


@pytest.mark.parametrize("suffix", ["", ":*"])
def test_streams_are_found_by_the_groups_arn(payments_prod: Aws, suffix: str) -> None:
    arn = f"arn:aws:logs:eu-west-1:{payments_prod.account_id}:log-group:{GROUP}{suffix}"
    by_name = suggest_log_streams(GROUP, "", payments_prod)
    assert suggest_log_streams(arn, "", payments_prod) == by_name != []


def test_the_streams_of_a_missing_group_are_not_found(payments_prod: Aws) -> None:
    with pytest.raises(NotFound, match="log group does not exist"):
        suggest_log_streams("/nobody", "", payments_prod)


def test_the_operation_suggests_what_it_says_it_does(payments_prod: Aws) -> None:
    operation = FilterEvents()
    options = operation.query_type.options()
    assert operation.suggests == {"logGroupName": (), "logStreamNames": ("logGroupName",)}
    assert set(operation.suggests) <= set(options)
    groups = operation.suggest("logGroupName", GROUP, {}, payments_prod)
    assert [choice.value for choice in groups] == [GROUP]
    streams = operation.suggest("logStreamNames", "", {"logGroupName": GROUP}, payments_prod)
    assert streams == suggest_log_streams(GROUP, "", payments_prod)
    assert operation.suggest("logStreamNames", "", {}, payments_prod) == []
