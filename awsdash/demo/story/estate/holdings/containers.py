"""Load balancers, and the containers behind them."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

from awsdash.demo.story.estate.environments import (
    DATA,
    DEVELOPMENT,
    PAYMENTS,
    SETTLEMENT,
    SHARED,
    Environment,
)
from awsdash.demo.story.estate.holdings.network import GROUP, SUBNET, VPC
from awsdash.demo.story.estate.resource import Resource

BALANCER: Final = "AWS::ElasticLoadBalancingV2::LoadBalancer"
TARGETS: Final = "AWS::ElasticLoadBalancingV2::TargetGroup"
LISTENER: Final = "AWS::ElasticLoadBalancingV2::Listener"
CLUSTER: Final = "AWS::ECS::Cluster"
SERVICE: Final = "AWS::ECS::Service"
TASKS: Final = "AWS::ECS::TaskDefinition"
REPOSITORY: Final = "AWS::ECR::Repository"
EKS: Final = "AWS::EKS::Cluster"
CONTROL_PLANE_LOGS: Final = ("api", "audit", "authenticator")


@dataclass(frozen=True)
class Container:
    """An ECS service; `balancer` is the load balancer in front of it."""

    at: Environment
    name: str
    service: str
    revision: int
    count: int = 2
    balancer: str | None = None
    port: int = 8080
    days: float = 30

    @property
    def cluster(self) -> str:
        return self.at.name

    @property
    def definition(self) -> str:
        return f"{self.name}:{self.revision}"

    @property
    def log_group(self) -> str:
        return f"/ecs/{self.name}"


CONTAINERS: Final = (
    Container(PAYMENTS, "ledger-api", "ledger", 3, 6, "ledger", days=21),
    Container(PAYMENTS, "fraud-rules", "fraud", 1, 3, "fraud", days=44),
    Container(PAYMENTS, "payment-router", "checkout", 2, 4, days=9),
    Container(SETTLEMENT, "settlement-matcher", "settlement", 1, 2, days=70),
    Container(DEVELOPMENT, "ledger-api", "ledger", 4, 1, "ledger", days=2),
    Container(DATA, "orders-api", "orders", 2, 3, "orders", days=33),
    Container(DATA, "schema-registry", "orders", 1, 2, days=120),
    Container(SHARED, "grafana", "observability", 1, 2, "grafana", 3000, days=60),
    Container(SHARED, "otel-collector", "observability", 2, 3, days=15),
)
_NODES: Final = (
    (DATA, "streaming", "1.33", (("system", "m7g.large", 2), ("spark", "r7g.2xlarge", 6))),
    (SHARED, "tools", "1.33", (("default", "m7g.xlarge", 3),)),
)


def resources() -> Iterator[Resource]:
    for container in CONTAINERS:
        if container.balancer:
            yield _balancer(container, container.balancer)
            yield from _forwarding(container, container.balancer)
    for at in dict.fromkeys(container.at for container in CONTAINERS):
        yield _cluster(at)
    for container in CONTAINERS:
        yield _definition(container)
        yield _service(container)
    # All accounts pull their images from the platform's.
    for name, service in sorted({(container.name, container.service) for container in CONTAINERS}):
        yield _repository(name, service)
    for at, name, version, groups in _NODES:
        yield _eks(at, name, version)
        for group, size, count in groups:
            yield _nodegroup(at, name, group, size, count)


def _balancer(of: Container, name: str) -> Resource:
    at = of.at
    public = at.subnet_names("public")
    return at.resource(
        BALANCER,
        name,
        of.service,
        {
            "loadBalancerName": name,
            "type": "application",
            "scheme": "internet-facing",
            "vpcId": at.id_of(VPC, at.name),
            "subnets": at.subnet_ids("public"),
            "securityGroups": [at.id_of(GROUP, "edge")],
            "state": {"code": "active"},
        },
        *[("Is attached to", SUBNET, subnet) for subnet in public],
        ("Is associated with", GROUP, "edge"),
        days=of.days + 200,
    )


def _forwarding(of: Container, name: str) -> Iterator[Resource]:
    """The listener, and the group of targets that it forwards to."""
    at = of.at
    targets = {
        "TargetGroupName": name,
        "Protocol": "HTTP",
        "Port": of.port,
        "VpcId": at.id_of(VPC, at.name),
        "TargetType": "ip",
        "HealthCheckPath": "/healthz",
    }
    yield at.resource(TARGETS, name, of.service, targets, days=of.days + 200)
    listener = {
        "LoadBalancerArn": at.arn_of(BALANCER, name),
        "Protocol": "HTTP",
        "Port": 80,
        "DefaultActions": [{"Type": "forward", "TargetGroupArn": at.arn_of(TARGETS, name)}],
    }
    within = ("Is contained in", BALANCER, name)
    yield at.resource(LISTENER, f"{name}/80", of.service, listener, within, days=of.days + 200)


def _cluster(at: Environment) -> Resource:
    configuration = {
        "ClusterName": at.name,
        "ClusterSettings": [{"Name": "containerInsights", "Value": "enabled"}],
        "CapacityProviders": ["FARGATE"],
    }
    return at.resource(CLUSTER, at.name, "network", configuration, days=350)


def _definition(of: Container) -> Resource:
    image = SHARED.arn_of(REPOSITORY, of.name).split(":")
    logging = {
        "awslogs-group": of.log_group,
        "awslogs-region": of.at.region,
        "awslogs-stream-prefix": of.name,
    }
    container: dict[str, Any] = {
        "Name": of.name,
        "Image": f"{image[4]}.dkr.ecr.{image[3]}.amazonaws.com/{of.name}:r{of.revision}",
        "Essential": True,
        "PortMappings": [{"ContainerPort": of.port, "Protocol": "tcp"}],
        "LogConfiguration": {"LogDriver": "awslogs", "Options": logging},
    }
    configuration = {
        "Family": of.name,
        "NetworkMode": "awsvpc",
        "RequiresCompatibilities": ["FARGATE"],
        "Cpu": "512",
        "Memory": "1024",
        "ExecutionRoleArn": of.at.role_arn("ecs-execution"),
        "ContainerDefinitions": [container],
    }
    return of.at.resource(TASKS, of.definition, of.service, configuration, days=of.days)


def _service(of: Container) -> Resource:
    at = of.at
    targets = {
        "TargetGroupArn": at.arn_of(TARGETS, of.balancer or ""),
        "ContainerName": of.name,
        "ContainerPort": of.port,
    }
    network = {
        "Subnets": at.subnet_ids("private"),
        "SecurityGroups": [at.id_of(GROUP, "services")],
        "AssignPublicIp": "DISABLED",
    }
    configuration = {
        "ServiceName": of.name,
        "Cluster": at.arn_of(CLUSTER, of.cluster),
        "TaskDefinition": at.arn_of(TASKS, of.definition),
        "DesiredCount": of.count,
        "LaunchType": "FARGATE",
        "LoadBalancers": [targets] if of.balancer else [],
        "NetworkConfiguration": {"AwsvpcConfiguration": network},
    }
    return at.resource(
        SERVICE,
        f"{of.cluster}/{of.name}",
        of.service,
        configuration,
        ("Is contained in", CLUSTER, of.cluster),
        ("Is associated with", TASKS, of.definition),
        ("Is associated with", GROUP, "services"),
        days=of.days + 200,
    )


def _repository(name: str, service: str) -> Resource:
    configuration = {"RepositoryName": name, "ImageTagMutability": "IMMUTABLE"}
    return SHARED.resource(REPOSITORY, name, service, configuration, days=300)


def _eks(at: Environment, name: str, version: str) -> Resource:
    network = {
        "SubnetIds": at.subnet_ids("private"),
        "SecurityGroupIds": [at.id_of(GROUP, "services")],
    }
    configuration = {
        "Name": name,
        "Version": version,
        "RoleArn": at.role_arn("eks-cluster"),
        "ResourcesVpcConfig": network,
        "Logging": {
            "ClusterLogging": {"EnabledTypes": [{"Type": log} for log in CONTROL_PLANE_LOGS]}
        },
    }
    inside = [("Is contained in", SUBNET, subnet) for subnet in at.subnet_names("private")]
    return at.resource(EKS, name, "delivery", configuration, *inside, days=240)


def _nodegroup(at: Environment, cluster: str, name: str, size: str, count: int) -> Resource:
    configuration = {
        "ClusterName": cluster,
        "NodegroupName": name,
        "InstanceTypes": [size],
        "ScalingConfig": {"MinSize": 1, "MaxSize": count * 3, "DesiredSize": count},
        "NodeRole": at.role_arn("eks-node"),
        "Subnets": at.subnet_ids("private"),
    }
    return at.resource(
        "AWS::EKS::Nodegroup",
        f"{cluster}/{name}",
        "delivery",
        configuration,
        ("Is contained in", EKS, cluster),
        days=190,
    )
