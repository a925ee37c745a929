"""AWS Config: configuration history and queries."""

from typing import Final

from awsdash.demo.aws.aws_config import (
    aggregators,
    compliance,
    constraints,
    custom,
    definitions,
    discovery,
    history,
    recorder,
    seeding,
    selection,
)
from awsdash.demo.aws.operations import Service

SERVICE: Final = Service(
    signed_as="config",
    model="config",
    invalid="ValidationException",
    operations={
        "BatchGetAggregateResourceConfig": aggregators.batch_get_aggregate_resource_config,
        "BatchGetResourceConfig": history.batch_get_resource_config,
        "DeleteResourceConfig": custom.delete_resource_config,
        "DescribeComplianceByConfigRule": compliance.describe_compliance_by_config_rule,
        "DescribeComplianceByResource": compliance.describe_compliance_by_resource,
        "DescribeConfigRules": definitions.describe_config_rules,
        "DescribeConfigurationAggregators": definitions.describe_configuration_aggregators,
        "DescribeConfigurationRecorderStatus": recorder.describe_configuration_recorder_status,
        "DescribeConfigurationRecorders": recorder.describe_configuration_recorders,
        "GetAggregateDiscoveredResourceCounts": (
            aggregators.get_aggregate_discovered_resource_counts
        ),
        "GetAggregateResourceConfig": aggregators.get_aggregate_resource_config,
        "GetComplianceDetailsByConfigRule": compliance.get_compliance_details_by_config_rule,
        "GetComplianceDetailsByResource": compliance.get_compliance_details_by_resource,
        "GetDiscoveredResourceCounts": discovery.get_discovered_resource_counts,
        "GetResourceConfigHistory": history.get_resource_config_history,
        "ListAggregateDiscoveredResources": aggregators.list_aggregate_discovered_resources,
        "ListDiscoveredResources": discovery.list_discovered_resources,
        "PutConfigurationAggregator": definitions.put_configuration_aggregator,
        "PutResourceConfig": custom.put_resource_config,
        "SelectAggregateResourceConfig": selection.select_aggregate_resource_config,
        "SelectResourceConfig": selection.select_resource_config,
    },
    seeds={"configuration-items": seeding.seed},
    check=constraints.check,
)
