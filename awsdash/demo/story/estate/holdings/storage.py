"""What keeps files: buckets, file systems, and the vaults of their backups."""

from collections.abc import Iterator
from typing import Final

from awsdash.demo.story.estate.environments import (
    DATA,
    DEVELOPMENT,
    EDGE,
    MANAGED,
    PAYMENTS,
    REPORTS,
    SETTLEMENT,
    SHARED,
    Environment,
)
from awsdash.demo.story.estate.resource import Resource

BUCKET: Final = "AWS::S3::Bucket"
FILES: Final = "AWS::EFS::FileSystem"
VAULT: Final = "AWS::Backup::BackupVault"
TRAIL_BUCKET: Final = "northwind-cloudtrail"
FIREHOSE_BUCKET: Final = "northwind-orders-raw"
_BUCKETS: Final = (
    (MANAGED, TRAIL_BUCKET, "security"),
    (MANAGED, "northwind-config", "security"),
    (PAYMENTS, "northwind-payments-receipts", "checkout"),
    (PAYMENTS, "northwind-payments-audit", "ledger"),
    (SETTLEMENT, "northwind-settlement-files", "settlement"),
    (DEVELOPMENT, "northwind-payments-dev-receipts", "checkout"),
    (DATA, FIREHOSE_BUCKET, "orders"),
    (DATA, "northwind-clickstream", "clickstream"),
    (DATA, "northwind-edge-logs", "clickstream"),
    (DATA, "northwind-athena-results", "clickstream"),
    (REPORTS, "northwind-reports", "reporting"),
    (REPORTS, "northwind-finance-exports", "reporting"),
    (REPORTS, "northwind-reports-athena-results", "reporting"),
    (SHARED, "northwind-artifacts", "delivery"),
    (SHARED, "northwind-terraform-state", "delivery"),
    (SHARED, "northwind-flow-logs", "network"),
    (SHARED, "northwind-network-athena-results", "network"),
    (EDGE, "northwind-www", "edge"),
)


def resources() -> Iterator[Resource]:
    for at, name, service in _BUCKETS:
        configuration = {
            "name": name,
            "region": at.region,
            "owner": {"id": at.account},
            "versioning": "Enabled",
        }
        yield at.resource(BUCKET, name, service, configuration, days=400)
    yield _file_system(SETTLEMENT, "bank-inbox", "settlement")
    yield _file_system(DATA, "spark-scratch", "clickstream")
    yield _file_system(SHARED, "grafana", "observability")
    for at in (PAYMENTS, SETTLEMENT, DATA, SHARED):
        vault = {
            "BackupVaultName": "daily",
            "EncryptionKeyArn": at.arn_of("AWS::KMS::Key", "backups"),
        }
        yield at.resource(VAULT, "daily", "security", vault, days=365)


def _file_system(at: Environment, name: str, service: str) -> Resource:
    configuration = {
        "FileSystemTags": [{"Key": "Name", "Value": name}],
        "PerformanceMode": "generalPurpose",
        "ThroughputMode": "elastic",
        "Encrypted": True,
    }
    return at.resource(FILES, name, service, configuration, days=260)
