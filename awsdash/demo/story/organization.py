"""Northwind's organization: who manages it, and where its accounts stand."""

from datetime import UTC, datetime, timedelta
from typing import Final

from awsdash.demo.aws.organizations import planting
from awsdash.demo.aws.organizations.planting import SUSPENDED, Member
from awsdash.demo.story.cast import (
    ACCOUNTS,
    DATA_PROD,
    MANAGEMENT,
    PAYMENTS_DEV,
    PAYMENTS_PROD,
    PLATFORM,
)
from awsdash.demo.story.timeline import Timeline

CLOSED: Final = "391846205573"
CLOSED_NAME: Final = "payments-sandbox"
DOMAIN: Final = "northwind.example"
FOUNDED_ON: Final = datetime(2021, 3, 8, 10, 12, 44, tzinfo=UTC)

_PATHS: Final = {
    MANAGEMENT: "",
    PAYMENTS_PROD: "Workloads/Prod",
    DATA_PROD: "Workloads/Prod",
    PAYMENTS_DEV: "Workloads/Dev",
    PLATFORM: "Infrastructure",
}
_TEAMS: Final = {
    MANAGEMENT: "platform",
    PAYMENTS_PROD: "payments",
    DATA_PROD: "data",
    PAYMENTS_DEV: "payments",
    PLATFORM: "platform",
}


def plant_organization(story: Timeline) -> None:
    """The base user of the management account may read it, and the reader there."""
    members = [
        Member(
            account,
            name,
            f"aws+{name}@{DOMAIN}",
            FOUNDED_ON + timedelta(days=97 * number, hours=5 * number),
            _PATHS[account],
            tags={
                "team": _TEAMS[account],
                "environment": "dev" if account == PAYMENTS_DEV else "prod",
            },
        )
        for number, (account, name) in enumerate(ACCOUNTS.items())
    ]
    planting.plant_organization(MANAGEMENT, [*members, _closed(story)])


def _closed(story: Timeline) -> Member:
    """Closed accounts stay visible for 90 days."""
    return Member(
        CLOSED,
        CLOSED_NAME,
        f"aws+{CLOSED_NAME}@{DOMAIN}",
        story.epoch - timedelta(days=412),
        "Suspended",
        SUSPENDED,
        {"team": "payments", "environment": "dev"},
    )
