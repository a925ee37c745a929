"""The explorer's page in every state."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any, Final

from django.core.paginator import Paginator
from django.utils import timezone

from awsdash.accounts.models import Account
from awsdash.accounts.scope import Scope
from awsdash.demo.components import cast
from awsdash.demo.components.results import NEVER_MS
from awsdash.demo.components.viewing import Context
from awsdash.explorer.links import Button
from awsdash.explorer.models import CellState, Resource, ScanCell

Row = tuple[Resource, Sequence[Button]]
_URL: Final = "/run/cloudwatch_logs.filter_events/?logGroupName="
CELLS: Final = 36
PER_PAGE: Final = 15


def _resource(name: str, kind: str, account: Account = cast.PAYMENTS) -> Resource:
    seen = timezone.now() - timedelta(minutes=4)
    return Resource(
        account=account,
        region="eu-west-1",
        type=f"AWS::{kind}",
        resource_id=name,
        name=name,
        seen_at=seen,
    )


def _logs(group: str, detail: str = "") -> Button:
    return Button("View logs", "logs", f"{_URL}{group}", detail)


def rows() -> list[Row]:
    """One way, several, none that leads anywhere, and none at all."""
    missing = Button("No log group", "logs", "", "/aws/lambda/checkout-refund does not exist.")
    gateway = [_logs(f"/aws/apigateway/{s}", s) for s in ("prod", "staging", "execution")]
    long = "orders-to-warehouse-replication-with-a-name-as-long-as-aws-allows-it"
    return [
        (_resource("checkout-api", "ApiGateway::RestApi"), gateway),
        (_resource("checkout-charge", "Lambda::Function"), [_logs("/aws/lambda/checkout-charge")]),
        (_resource("checkout-refund", "Lambda::Function"), [missing]),
        (_resource("/payments/shared", "Logs::LogGroup"), [_logs("/payments/shared")]),
        (_resource(long, "Lambda::Function", cast.DATA), [_logs(f"/aws/lambda/{long}")]),
        (_resource("orders", "DynamoDB::Table", cast.DATA), []),
    ]


def cells() -> list[ScanCell]:
    """What could not be read, in each of the ways."""
    said = {
        CellState.DENIED: "Ask for lambda:ListFunctions.",
        CellState.NOT_ENABLED: "The region is not enabled in this account.",
        CellState.THROTTLED: "Rate exceeded.",
        CellState.FAILED: "AWS answered ServiceUnavailableException.",
    }
    return [
        ScanCell(account=account, region="us-east-1", state=state, message=message)
        for account, (state, message) in zip(
            (cast.DATA, cast.PAYMENTS, cast.DATA, cast.PAYMENTS), said.items(), strict=True
        )
    ]


def page(
    found: Sequence[Row] = (), *, scope: Scope | None = None, q: str = "", **changes: Any
) -> Context:
    """The explorer's context; `changes` are names of it."""
    pages = Paginator([row[0] for row in found], PER_PAGE)
    return {
        "q": q,
        "scope": scope or cast.scope(form="find", chosen=None),
        "query": "",
        "is_narrowed": bool(q),
        "page": pages.get_page(1),
        "rows": found[:PER_PAGE],
        "cells": CELLS,
        "cells_read": CELLS,
        "failed_cells": (),
        "is_scanning": False,
        "seen": "",
        "poll_delay_ms": NEVER_MS,
        "may_scan": True,
        "may_view": True,
        **changes,
    }


def table() -> Context:
    return page(rows())


def troubled() -> Context:
    return page(rows(), failed_cells=cells())


def scanning() -> Context:
    """Some cells are read, some rows are there."""
    return page(rows()[:3], is_scanning=True, cells_read=11)


def beginning() -> Context:
    return page(is_scanning=True, cells_read=0)


def many() -> Context:
    """More than one page of resources, and more accounts than one reads through."""
    found: list[Row] = [(_resource(f"worker-{n:03}", "Lambda::Function"), []) for n in range(312)]
    chosen = cast.scope(cast.MANY, form="find", chosen=None)
    return page(found, scope=chosen)
