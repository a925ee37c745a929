"""The cast of the story: Northwind, a shop, 41 minutes into an incident.

In payments-prod a deployment shrank checkout-charge's connection pool from 20 to 2. Since then its
charges time out more and more. The function of the same name in payments-dev is healthy.
This module is the cast and its facts; it needs no moto.
"""

from dataclasses import dataclass
from typing import Final

REGIONS: Final = ("eu-west-1", "eu-central-1", "us-east-1")

MANAGEMENT: Final = "100000000001"
PAYMENTS_PROD: Final = "482011773351"
PAYMENTS_DEV: Final = "482011773352"
DATA_PROD: Final = "730335512904"
PLATFORM: Final = "615508829177"
ACCOUNTS: Final = {
    MANAGEMENT: "northwind-root",
    PAYMENTS_PROD: "payments-prod",
    PAYMENTS_DEV: "payments-dev",
    DATA_PROD: "data-prod",
    PLATFORM: "platform",
}
WORKLOAD_ACCOUNTS: Final = (PAYMENTS_PROD, PAYMENTS_DEV, DATA_PROD, PLATFORM)

BASE_USER: Final = "awsdash"
BASE_ACCESS_KEY_ID: Final = "AKIADEMOAWSDASH00001"
BASE_SECRET_ACCESS_KEY: Final = "emulated/not+a+secret/AWSDASHDEMO0000001"  # noqa: S105
ROLE_NAME: Final = "awsdash-reader"
EXTERNAL_ID: Final = "demo-external-id"

ERROR_TEXT: Final = "charge failed: timeout after 3000 ms calling ledger-api"
CONFIG_CHANGE: Final = "config loaded: pool=2 (was 20) revision=118"
VICTIM_TEXT: Final = "POST /charge answered 502"
SHARED_LOG_GROUP: Final = "/payments/shared"
LAG_TEXT: Final = "the stream is read late"
LOST_TEXT: Final = "gave up after 3 attempts, batch sent to orders-ingest-dlq"
REFUSED_TEXT: Final = "AccessDenied: PutObject to northwind-reports: denied by the bucket policy"


def role_arn(account: str) -> str:
    """The role in a workload account that the base user may assume with the external id."""
    return f"arn:aws:iam::{account}:role/{ROLE_NAME}"


@dataclass(frozen=True)
class Function:
    """A Lambda function and what it usually logs; `share` is its part of the story's events."""

    account: str
    region: str
    name: str
    share: int
    says: tuple[str, ...]
    version: str = "$LATEST"
    custom_log_group: str | None = None
    variables: tuple[tuple[str, str], ...] = ()
    is_nightly: bool = False

    @property
    def log_group(self) -> str:
        return self.custom_log_group or f"/aws/lambda/{self.name}"

    @property
    def arn(self) -> str:
        return f"arn:aws:lambda:{self.region}:{self.account}:function:{self.name}"

    @property
    def logs(self) -> bool:
        """Whether it was ever invoked, and so has a log group."""
        return self.share > 0


CULPRIT: Final = Function(
    PAYMENTS_PROD,
    "eu-west-1",
    "checkout-charge",
    24,
    ("charged {order}", "idempotency key reused for {order}"),
    "118",
    variables=(("POOL_SIZE", "2"), ("REVISION", "118")),
)
VICTIM: Final = Function(
    PAYMENTS_PROD,
    "eu-west-1",
    "checkout-api",
    16,
    ("POST /checkout 201 {order}", "GET /checkout/{order} 200"),
    "64",
)
INGEST: Final = Function(
    DATA_PROD, "eu-west-1", "orders-ingest", 10, ("ingested {order}", "deduplicated {order}"), "9"
)
NIGHTLY: Final = Function(
    DATA_PROD, "us-east-1", "report-nightly", 2, ("wrote report section {order}",), is_nightly=True
)
FUNCTIONS: Final = (
    CULPRIT,
    VICTIM,
    Function(PAYMENTS_PROD, "eu-west-1", "checkout-refund", 6, ("refunded {order}",), version="31"),
    Function(
        PAYMENTS_PROD,
        "eu-west-1",
        "payments-webhook",
        6,
        ("webhook payment.succeeded for {order}", "webhook payment.disputed for {order}"),
        custom_log_group=SHARED_LOG_GROUP,
    ),
    Function(
        PAYMENTS_PROD,
        "eu-west-1",
        "fraud-score",
        6,
        ("scored {order}: low", "scored {order}: review"),
        custom_log_group=SHARED_LOG_GROUP,
    ),
    Function(
        PAYMENTS_PROD, "eu-central-1", "settlement-export", 3, ("exported settlement of {order}",)
    ),
    Function(
        PAYMENTS_PROD, "eu-central-1", "checkout-api", 5, ("POST /checkout 201 {order}",), "64"
    ),
    Function(
        PAYMENTS_DEV,
        "eu-west-1",
        "checkout-charge",
        6,
        ("charged {order}",),
        "131",
        variables=(("POOL_SIZE", "20"), ("REVISION", "131")),
    ),
    Function(PAYMENTS_DEV, "eu-west-1", "checkout-api", 3, ("POST /checkout 201 {order}",), "70"),
    Function(PAYMENTS_DEV, "eu-west-1", "card-tokenizer", 0, ()),
    INGEST,
    Function(DATA_PROD, "eu-west-1", "orders-enrich", 7, ("enriched {order} with geo",), "12"),
    NIGHTLY,
    Function(DATA_PROD, "us-east-1", "clickstream-compact", 6, ("compacted partition of {order}",)),
    Function(
        PLATFORM, "eu-central-1", "guardrail-notify", 2, ("checked rule restricted-ssh",), "5"
    ),
    Function(PLATFORM, "eu-west-1", "deploy-announce", 2, ("announced a deployment",), "17"),
    Function(
        PLATFORM, "us-east-1", "edge-log-shipper", 3, ("shipped 1 object to access_logs",), "3"
    ),
)
