"""Where Northwind runs: one environment for each account and region in which it has anything."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Final

from awsdash.demo.aws.state import Place
from awsdash.demo.story.cast import (
    ACCOUNTS,
    DATA_PROD,
    MANAGEMENT,
    PAYMENTS_DEV,
    PAYMENTS_PROD,
    PLATFORM,
)
from awsdash.demo.story.estate.resource import Relation, Resource, identify

# The team that owns a service, and the cost centre that pays for it.
_OWNERS: Final = {
    "checkout": ("payments", "cc-4100"),
    "ledger": ("payments", "cc-4100"),
    "settlement": ("payments", "cc-4120"),
    "fraud": ("risk", "cc-4200"),
    "orders": ("data", "cc-5100"),
    "clickstream": ("data", "cc-5110"),
    "reporting": ("data", "cc-5120"),
    "edge": ("platform", "cc-3100"),
    "network": ("platform", "cc-3100"),
    "delivery": ("platform", "cc-3200"),
    "observability": ("platform", "cc-3300"),
    "security": ("security", "cc-2100"),
}


@dataclass(frozen=True)
class Environment:
    """An account in a region. `cidr` holds the first two octets of its VPC; None: it has none."""

    account: str
    region: str
    cidr: str | None = None
    zones: str = "ab"

    @property
    def place(self) -> Place:
        return Place(self.account, self.region)

    @property
    def name(self) -> str:
        return ACCOUNTS[self.account]

    @property
    def stage(self) -> str:
        return "dev" if self.account == PAYMENTS_DEV else "prod"

    def subnet_names(self, tier: str) -> list[str]:
        """Of the tier "public" or "private", one for each zone."""
        return [f"{tier}-{zone}" for zone in self.zones]

    def id_of(self, type_: str, name: str) -> str:
        return identify(type_, self.place, name).id

    def arn_of(self, type_: str, name: str) -> str:
        return identify(type_, self.place, name).arn

    def subnet_ids(self, tier: str) -> list[str]:
        return [self.id_of("AWS::EC2::Subnet", name) for name in self.subnet_names(tier)]

    def log_group_arn(self, name: str) -> str:
        return f"arn:aws:logs:{self.region}:{self.account}:log-group:{name}"

    def role_arn(self, name: str) -> str:
        return f"arn:aws:iam::{self.account}:role/{name}"

    def resource(
        self,
        type_: str,
        name: str,
        service: str,
        configuration: Mapping[str, Any],
        *relations: tuple[str, str, str],
        days: float = 200,
    ) -> Resource:
        """Created so many days before the epoch; relations are (verb, type, name)."""
        team, cost_centre = _OWNERS[service]
        tags = {
            "Name": name,
            "env": self.stage,
            "team": team,
            "service": service,
            "cost-centre": cost_centre,
        }
        related = tuple(Relation(*relation) for relation in relations)
        age = timedelta(days=days)
        return Resource(type_, self.place, name, age, tags, configuration, related)


MANAGED: Final = Environment(MANAGEMENT, "eu-central-1")
PAYMENTS: Final = Environment(PAYMENTS_PROD, "eu-west-1", "10.20", "abc")
SETTLEMENT: Final = Environment(PAYMENTS_PROD, "eu-central-1", "10.21")
DEVELOPMENT: Final = Environment(PAYMENTS_DEV, "eu-west-1", "10.30")
DATA: Final = Environment(DATA_PROD, "eu-west-1", "10.40", "abc")
REPORTS: Final = Environment(DATA_PROD, "us-east-1", "10.41")
SHARED: Final = Environment(PLATFORM, "eu-central-1", "10.50")
DEPLOYMENTS: Final = Environment(PLATFORM, "eu-west-1")
EDGE: Final = Environment(PLATFORM, "us-east-1")
ENVIRONMENTS: Final = (
    MANAGED,
    PAYMENTS,
    SETTLEMENT,
    DEVELOPMENT,
    DATA,
    REPORTS,
    SHARED,
    DEPLOYMENTS,
    EDGE,
)
HOMES: Final = (MANAGED, PAYMENTS, DEVELOPMENT, DATA, SHARED)
"""One for each account: where Config keeps what is global."""
