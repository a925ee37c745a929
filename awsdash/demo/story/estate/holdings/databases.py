"""What keeps rows: relational databases, tables, caches, a search index and a warehouse."""

from collections.abc import Iterator
from typing import Any, Final

from awsdash.demo.story.estate.environments import (
    DATA,
    DEVELOPMENT,
    PAYMENTS,
    REPORTS,
    SETTLEMENT,
    Environment,
)
from awsdash.demo.story.estate.holdings.network import GROUP, VPC
from awsdash.demo.story.estate.resource import Resource

CLUSTER: Final = "AWS::RDS::DBCluster"
INSTANCE: Final = "AWS::RDS::DBInstance"
SNAPSHOT: Final = "AWS::RDS::DBSnapshot"
TABLE: Final = "AWS::DynamoDB::Table"
REPLICATION: Final = "AWS::ElastiCache::ReplicationGroup"
CACHE: Final = "AWS::ElastiCache::CacheCluster"
SEARCH: Final = "AWS::OpenSearchService::Domain"
WAREHOUSE: Final = "AWS::Redshift::Cluster"
AURORA: Final = ("aurora-postgresql", "16.6", ["postgresql", "instance"])
POSTGRESQL: Final = ("postgres", "16.6", ["postgresql", "upgrade"])
MYSQL: Final = ("mysql", "8.0.40", ["error", "slowquery"])


def resources() -> Iterator[Resource]:
    yield from _relational()
    yield from _tables()
    yield from _caches()
    yield _search(DATA, "orders-search", "orders")
    yield _search(DATA, "clickstream-logs", "clickstream")
    yield _warehouse(DATA, "northwind-dwh", "reporting", 4)
    yield _warehouse(REPORTS, "finance-dwh", "reporting", 2)


def _relational() -> Iterator[Resource]:
    yield from _aurora(PAYMENTS, "ledger", "ledger", "db.r7g.2xlarge", 3)
    yield from _aurora(DEVELOPMENT, "ledger", "ledger", "db.t4g.medium", 1)
    yield _database(SETTLEMENT, "settlement", "settlement", "db.m7g.large", POSTGRESQL)
    yield _database(DATA, "orders", "orders", "db.r7g.xlarge", POSTGRESQL)
    yield _database(PAYMENTS, "fraud-cases", "fraud", "db.m7g.large", MYSQL)
    yield _snapshot(SETTLEMENT, "settlement", "settlement-before-16", "settlement", 61)
    yield _snapshot(DATA, "orders", "orders-before-backfill", "orders", 2.2)
    yield _snapshot(PAYMENTS, "fraud-cases", "fraud-cases-audit-2026", "fraud", 140)


def _tables() -> Iterator[Resource]:
    for at in (PAYMENTS, DEVELOPMENT):
        yield _table(at, "payments-ledger-idempotency", "checkout", "idempotencyKey")
        yield _table(at, "checkout-sessions", "checkout", "sessionId")
        yield _table(at, "checkout-refunds", "checkout", "orderId", "refundedAt")
    yield _table(PAYMENTS, "fraud-scores", "fraud", "orderId")
    yield _table(SETTLEMENT, "settlement-batches", "settlement", "batchId", "bank")
    yield _table(DATA, "orders-deduplication", "orders", "orderId")
    yield _table(DATA, "orders-checkpoints", "orders", "leaseKey")
    yield _table(REPORTS, "report-runs", "reporting", "report", "startedAt")


def _aurora(at: Environment, name: str, service: str, size: str, count: int) -> Iterator[Resource]:
    engine, version, logs = AURORA
    members = [f"{name}-{number}" for number in range(1, count + 1)]
    yield at.resource(
        CLUSTER,
        name,
        service,
        {
            "dBClusterIdentifier": name,
            "engine": engine,
            "engineVersion": version,
            "masterUsername": "northwind",
            "databaseName": name,
            "enabledCloudwatchLogsExports": logs,
            "deletionProtection": at.stage == "prod",
            "storageEncrypted": True,
            "vpcSecurityGroups": _guards(at),
            "dBClusterMembers": [{"dBInstanceIdentifier": member} for member in members],
        },
        ("Is associated with", GROUP, "databases"),
        *[("Contains", INSTANCE, member) for member in members],
        days=370,
    )
    for member in members:
        yield _database(at, member, service, size, AURORA, cluster=name)


def _database(
    at: Environment,
    name: str,
    service: str,
    size: str,
    engine: tuple[str, str, list[str]],
    cluster: str | None = None,
) -> Resource:
    kind, version, logs = engine
    configuration: dict[str, Any] = {
        "dBInstanceIdentifier": name,
        "dBInstanceClass": size,
        "engine": kind,
        "engineVersion": version,
        "dBInstanceStatus": "available",
        "masterUsername": "northwind",
        "allocatedStorage": 200,
        "multiAZ": at.stage == "prod",
        "storageEncrypted": True,
        "enabledCloudwatchLogsExports": logs,
        "vpcSecurityGroups": _guards(at),
    }
    if cluster:
        configuration["dBClusterIdentifier"] = cluster
    return at.resource(
        INSTANCE, name, service, configuration, ("Is associated with", GROUP, "databases"), days=369
    )


def _guards(at: Environment) -> list[dict[str, str]]:
    return [{"vpcSecurityGroupId": at.id_of(GROUP, "databases"), "status": "active"}]


def _snapshot(at: Environment, of: str, name: str, service: str, days: float) -> Resource:
    configuration = {
        "dBSnapshotIdentifier": name,
        "dBInstanceIdentifier": of,
        "snapshotType": "manual",
        "status": "available",
    }
    related = ("Is associated with", INSTANCE, of)
    return at.resource(SNAPSHOT, name, service, configuration, related, days=days)


def _table(
    at: Environment, name: str, service: str, hash_key: str, range_key: str | None = None
) -> Resource:
    keys = [hash_key, range_key] if range_key else [hash_key]
    configuration = {
        "tableName": name,
        "tableStatus": "ACTIVE",
        "attributeDefinitions": [{"attributeName": key, "attributeType": "S"} for key in keys],
        "keySchema": [
            {"attributeName": key, "keyType": kind}
            for key, kind in zip(keys, ("HASH", "RANGE"), strict=False)
        ],
        "billingModeSummary": {"billingMode": "PAY_PER_REQUEST"},
        "deletionProtectionEnabled": at.stage == "prod",
    }
    return at.resource(TABLE, name, service, configuration, days=300)


def _caches() -> Iterator[Resource]:
    for at, name, service, size, count in (
        (PAYMENTS, "checkout-sessions", "checkout", "cache.r7g.large", 2),
        (PAYMENTS, "fraud-features", "fraud", "cache.r7g.xlarge", 2),
        (DEVELOPMENT, "checkout-sessions", "checkout", "cache.t4g.small", 1),
        (DATA, "orders-lookup", "orders", "cache.m7g.large", 2),
    ):
        configuration = {
            "ReplicationGroupId": name,
            "ReplicationGroupDescription": f"{name} of {at.name}",
            "Engine": "redis",
            "EngineVersion": "7.1",
            "CacheNodeType": size,
            "NumCacheClusters": count,
            "SecurityGroupIds": [at.id_of(GROUP, "databases")],
            "LogDeliveryConfigurations": [_delivery(f"/elasticache/{name}")],
        }
        yield at.resource(REPLICATION, name, service, configuration, days=280)
    for at, name, service in ((PAYMENTS, "exchange-rates", "checkout"), (DATA, "geo", "orders")):
        yield at.resource(CACHE, name, service, _single_cache(at, name), days=320)


def _single_cache(at: Environment, name: str) -> dict[str, Any]:
    return {
        "ClusterName": name,
        "Engine": "redis",
        "EngineVersion": "7.1",
        "CacheNodeType": "cache.t4g.medium",
        "NumCacheNodes": 1,
        "VpcSecurityGroupIds": [at.id_of(GROUP, "databases")],
        "LogDeliveryConfigurations": [_delivery(f"/elasticache/{name}")],
    }


def _delivery(log_group: str) -> dict[str, Any]:
    return {
        "LogType": "slow-log",
        "LogFormat": "json",
        "DestinationType": "cloudwatch-logs",
        "DestinationDetails": {"CloudWatchLogsDetails": {"LogGroup": log_group}},
    }


def _search(at: Environment, name: str, service: str) -> Resource:
    arn = at.log_group_arn(f"/aws/OpenSearchService/domains/{name}/application-logs")
    configuration = {
        "DomainName": name,
        "EngineVersion": "OpenSearch_2.17",
        "ClusterConfig": {"InstanceType": "r7g.large.search", "InstanceCount": 3},
        "EBSOptions": {"EBSEnabled": True, "VolumeType": "gp3", "VolumeSize": 200},
        "LogPublishingOptions": {
            "ES_APPLICATION_LOGS": {"CloudWatchLogsLogGroupArn": arn, "Enabled": True}
        },
    }
    return at.resource(SEARCH, name, service, configuration, days=210)


def _warehouse(at: Environment, name: str, service: str, nodes: int) -> Resource:
    configuration = {
        "clusterIdentifier": name,
        "nodeType": "ra3.xlplus",
        "numberOfNodes": nodes,
        "masterUsername": "northwind",
        "dBName": "warehouse",
        "vpcId": at.id_of(VPC, at.name),
        "vpcSecurityGroups": _guards(at),
        "encrypted": True,
    }
    return at.resource(WAREHOUSE, name, service, configuration, days=350)
