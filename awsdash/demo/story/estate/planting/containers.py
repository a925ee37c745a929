"""Plants clusters, what runs in them, and their images' repositories."""

from contextlib import AbstractContextManager
from typing import Any, Final

from moto.batch.models import ComputeEnvironment
from moto.eks import models as eks

from awsdash.demo.story.estate.planting.moto import (
    Planters,
    answering,
    backend,
    build,
    camel,
    key_values,
)
from awsdash.demo.story.estate.resource import Resource


def _lower_tags(resource: Resource) -> list[dict[str, str]]:
    return [{"key": key, "value": value} for key, value in resource.tags.items()]


def _cluster(resource: Resource) -> None:
    has = resource.configuration
    backend("ecs", resource).create_cluster(
        has["ClusterName"],
        tags=_lower_tags(resource),
        cluster_settings=camel(has["ClusterSettings"]),
        capacity_providers=has["CapacityProviders"],
    )


def _task_definition(resource: Resource) -> None:
    has, ecs = resource.configuration, backend("ecs", resource)
    created = ecs.register_task_definition(
        has["Family"],
        camel(has["ContainerDefinitions"]),
        network_mode=has["NetworkMode"],
        tags=_lower_tags(resource),
        requires_compatibilities=has["RequiresCompatibilities"],
        cpu=has["Cpu"],
        memory=has["Memory"],
        execution_role_arn=has["ExecutionRoleArn"],
    )
    # Its earlier revisions were deregistered.
    created.arn, created.revision = resource.arn, int(resource.name.partition(":")[2])
    ecs.task_definitions[has["Family"]] = {created.revision: created}


def _service(resource: Resource) -> None:
    has, ecs = resource.configuration, backend("ecs", resource)
    count = has["DesiredCount"]
    created = ecs.create_service(
        has["Cluster"],
        has["ServiceName"],
        count,
        has["TaskDefinition"],
        load_balancers=camel(has["LoadBalancers"]),
        tags=_lower_tags(resource),
        launch_type=has["LaunchType"],
        network_configuration=camel(has["NetworkConfiguration"]),
    )
    settled = {"runningCount": count, "pendingCount": 0, "rolloutState": "COMPLETED"}
    created.deployments[0].update(settled)
    created.deployments[0].pop("rolloutStateReason")
    created.running_count, created.pending_count = count, 0
    cluster = ecs.clusters[created.cluster_name]
    cluster.pending_tasks_count -= count
    cluster.running_tasks_count += count


def _roles_unchecked() -> AbstractContextManager[None]:
    """For each ARN moto reads all that botocore knows of AWS's partitions, which takes 0.1 s."""
    return answering(eks, validate_role_arn=None)


def _eks_cluster(resource: Resource) -> None:
    has = resource.configuration
    types = [log["Type"] for log in has["Logging"]["ClusterLogging"]["EnabledTypes"]]
    with _roles_unchecked():
        backend("eks", resource).create_cluster(
            has["Name"],
            has["RoleArn"],
            camel(has["ResourcesVpcConfig"]),
            version=has["Version"],
            logging={"clusterLogging": [{"types": types, "enabled": True}]},
            tags=dict(resource.tags),
        )


def _nodegroup(resource: Resource) -> None:
    has = resource.configuration
    with _roles_unchecked():
        created = backend("eks", resource).create_nodegroup(
            has["ClusterName"],
            has["NodeRole"],
            has["NodegroupName"],
            has["Subnets"],
            scaling_config=camel(has["ScalingConfig"]),
            instance_types=has["InstanceTypes"],
            tags=dict(resource.tags),
        )
    created.arn = resource.arn


def _repository(resource: Resource) -> None:
    has = resource.configuration
    backend("ecr", resource).create_repository(
        has["RepositoryName"], None, None, None, has["ImageTagMutability"], key_values(resource)
    )


def _compute_environment(resource: Resource) -> None:
    # moto's backend would add a cluster to ECS, long after ECS has been told.
    has: Any = resource.configuration
    account, region = resource.place
    batches = backend("batch", resource)
    batches._compute_environments[resource.arn] = build(
        ComputeEnvironment,
        compute_environment_name=has["ComputeEnvironmentName"],
        _type=has["Type"],
        state=has["State"],
        compute_resources=has["ComputeResources"],
        service_role=has["ServiceRole"],
        account_id=account,
        region_name=region,
    )
    batches.tag_resource(resource.arn, dict(resource.tags))


def _job_queue(resource: Resource) -> None:
    has = resource.configuration
    backend("batch", resource).create_job_queue(
        has["JobQueueName"],
        has["Priority"],
        None,
        has["State"],
        camel(has["ComputeEnvironmentOrder"]),
        dict(resource.tags),
    )


PLANTERS: Final[Planters] = {
    "AWS::ECS::Cluster": _cluster,
    "AWS::ECS::TaskDefinition": _task_definition,
    "AWS::ECS::Service": _service,
    "AWS::EKS::Cluster": _eks_cluster,
    "AWS::EKS::Nodegroup": _nodegroup,
    "AWS::ECR::Repository": _repository,
    "AWS::Batch::ComputeEnvironment": _compute_environment,
    "AWS::Batch::JobQueue": _job_queue,
}
