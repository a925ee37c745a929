"""Plants relational databases, caches, search domains and warehouses."""

from typing import Any, Final

from moto.redshift.models import Cluster

from awsdash.demo.story.estate.planting.moto import Planters, backend, build, key_values, sparse
from awsdash.demo.story.estate.resource import Resource

PASSWORD: Final = "emulated-not-a-secret"  # noqa: S105


def _groups(configuration: Any) -> list[str]:
    return [group["vpcSecurityGroupId"] for group in configuration["vpcSecurityGroups"]]


def _db_cluster(resource: Resource) -> None:
    has, rds = resource.configuration, backend("rds", resource)
    created = rds.create_db_cluster(
        {
            "db_cluster_identifier": has["dBClusterIdentifier"],
            "engine": has["engine"],
            "engine_version": has["engineVersion"],
            "master_username": has["masterUsername"],
            "master_user_password": PASSWORD,
            "database_name": has["databaseName"],
            "deletion_protection": has["deletionProtection"],
            "storage_encrypted": has["storageEncrypted"],
            "enable_cloudwatch_logs_exports": has["enabledCloudwatchLogsExports"],
            "vpc_security_group_ids": _groups(has),
            "tags": key_values(resource),
        }
    )
    created.db_cluster_resource_id = resource.identity.resource_id
    rds.cluster_snapshots.clear()  # RDS keeps automated ones for days, not for a year


def _db_instance(resource: Resource) -> None:
    has, rds = resource.configuration, backend("rds", resource)
    settings = {
        "db_instance_identifier": has["dBInstanceIdentifier"],
        "db_instance_class": has["dBInstanceClass"],
        "engine": has["engine"],
        "engine_version": has["engineVersion"],
        "multi_az": has["multiAZ"],
        "enable_cloudwatch_logs_exports": has["enabledCloudwatchLogsExports"],
        "tags": key_values(resource),
    }
    if cluster := has.get("dBClusterIdentifier"):
        settings["db_cluster_identifier"] = cluster
    else:
        settings |= {
            "master_username": has["masterUsername"],
            "master_user_password": PASSWORD,
            "allocated_storage": has["allocatedStorage"],
            "storage_encrypted": has["storageEncrypted"],
            "vpc_security_group_ids": _groups(has),
        }
    created = rds.create_db_instance(settings)
    created.dbi_resource_id = resource.identity.resource_id
    rds.database_snapshots.clear()


def _db_snapshot(resource: Resource) -> None:
    has = resource.configuration
    backend("rds", resource).create_db_snapshot(
        has["dBInstanceIdentifier"], has["dBSnapshotIdentifier"], tags=key_values(resource)
    )


def _replication_group(resource: Resource) -> None:
    has = resource.configuration
    sparse(
        backend("elasticache", resource).create_replication_group,
        replication_group_id=has["ReplicationGroupId"],
        replication_group_description=has["ReplicationGroupDescription"],
        engine=has["Engine"],
        engine_version=has["EngineVersion"],
        cache_node_type=has["CacheNodeType"],
        num_cache_clusters=has["NumCacheClusters"],
        num_node_groups=1,
        security_group_ids=has["SecurityGroupIds"],
        log_delivery_configurations=has["LogDeliveryConfigurations"],
        tags=key_values(resource),
    )


def _cache_cluster(resource: Resource) -> None:
    has = resource.configuration
    sparse(
        backend("elasticache", resource).create_cache_cluster,
        cache_cluster_id=has["ClusterName"],
        engine=has["Engine"],
        engine_version=has["EngineVersion"],
        cache_node_type=has["CacheNodeType"],
        num_cache_nodes=has["NumCacheNodes"],
        security_group_ids=has["VpcSecurityGroupIds"],
        log_delivery_configurations=has["LogDeliveryConfigurations"],
        tags=key_values(resource),
    )


def _search_domain(resource: Resource) -> None:
    has = resource.configuration
    sparse(
        backend("opensearch", resource).create_domain,
        domain_name=has["DomainName"],
        engine_version=has["EngineVersion"],
        cluster_config=has["ClusterConfig"],
        ebs_options=has["EBSOptions"],
        log_publishing_options=has["LogPublishingOptions"],
        tag_list=key_values(resource),
        is_es=False,
    )


def _warehouse(resource: Resource) -> None:
    # moto's backend would add a snapshot of this very hour.
    has, redshift = resource.configuration, backend("redshift", resource)
    created = build(
        Cluster,
        redshift_backend=redshift,
        cluster_identifier=has["clusterIdentifier"],
        node_type=has["nodeType"],
        number_of_nodes=has["numberOfNodes"],
        master_username=has["masterUsername"],
        master_user_password=PASSWORD,
        db_name=has["dBName"],
        vpc_security_group_ids=_groups(has),
        encrypted=has["encrypted"],
        region_name=resource.place.region,
        tags=key_values(resource),
    )
    redshift.clusters[resource.name] = created


PLANTERS: Final[Planters] = {
    "AWS::RDS::DBCluster": _db_cluster,
    "AWS::RDS::DBInstance": _db_instance,
    "AWS::RDS::DBSnapshot": _db_snapshot,
    "AWS::ElastiCache::ReplicationGroup": _replication_group,
    "AWS::ElastiCache::CacheCluster": _cache_cluster,
    "AWS::OpenSearchService::Domain": _search_domain,
    "AWS::Redshift::Cluster": _warehouse,
}
