"""The metrics of the estate's resources that have no part in a plot: what each type measures."""

import random
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Final, TypeAlias

from awsdash.demo.aws.metrics.store import Series
from awsdash.demo.aws.state import Place
from awsdash.demo.story.estate.resource import Resource
from awsdash.demo.story.metrics.machines import wave_series
from awsdash.demo.story.metrics.waves import Wave
from awsdash.demo.story.timeline import Timeline

Dimensions: TypeAlias = tuple[tuple[str, str], ...]
DAY_S: Final = 86_400


@dataclass(frozen=True)
class Measures:
    """What CloudWatch keeps of resources of a type: name, unit and how it goes."""

    namespace: str
    dimensions: Callable[[Resource], Dimensions]
    waves: tuple[tuple[str, str, Wave], ...]


def _named(dimension: str) -> Callable[[Resource], Dimensions]:
    return lambda resource: ((dimension, resource.name),)


def _identified(dimension: str) -> Callable[[Resource], Dimensions]:
    return lambda resource: ((dimension, resource.id),)


def _ecs(resource: Resource) -> Dimensions:
    cluster, _, service = resource.name.rpartition("/")
    return (("ClusterName", cluster), ("ServiceName", service))


def _balancer(resource: Resource) -> Dimensions:
    return (("LoadBalancer", resource.arn.partition("loadbalancer/")[2]),)


def _bucket(resource: Resource) -> Dimensions:
    return (("BucketName", resource.name), ("StorageType", "StandardStorage"))


def _distribution(resource: Resource) -> Dimensions:
    return (("DistributionId", resource.id), ("Region", "Global"))


def _domain(resource: Resource) -> Dimensions:
    return (("ClientId", resource.place.account), ("DomainName", resource.name))


def _machine(resource: Resource) -> Dimensions:
    return (("StateMachineArn", resource.arn),)


_CPU: Final = ("CPUUtilization", "Percent", Wave(28, 0.4, 0.15, most=100))
_DATABASE: Final = (
    _CPU,
    ("DatabaseConnections", "Count", Wave(24, 0.3, 0.1)),
    ("FreeableMemory", "Bytes", Wave(5.1e9, 0.02, 0.01)),
    ("ReadLatency", "Seconds", Wave(0.0009, 0.2, 0.2)),
)
MEASURES: Final[dict[str, Measures]] = {
    "AWS::EC2::Instance": Measures(
        "AWS/EC2",
        _identified("InstanceId"),
        (
            _CPU,
            ("NetworkIn", "Bytes", Wave(4.2e7, 0.5, 0.2)),
            ("NetworkOut", "Bytes", Wave(3.1e7, 0.5, 0.2)),
            ("StatusCheckFailed", "Count", Wave(0, 0, 0)),
        ),
    ),
    "AWS::EC2::NatGateway": Measures(
        "AWS/NATGateway",
        _identified("NatGatewayId"),
        (
            ("BytesOutToDestination", "Bytes", Wave(2.2e8, 0.5, 0.2)),
            ("ActiveConnectionCount", "Count", Wave(310, 0.4, 0.1)),
        ),
    ),
    "AWS::RDS::DBInstance": Measures("AWS/RDS", _named("DBInstanceIdentifier"), _DATABASE),
    "AWS::DynamoDB::Table": Measures(
        "AWS/DynamoDB",
        _named("TableName"),
        (
            ("ConsumedReadCapacityUnits", "Count", Wave(820, 0.5, 0.2)),
            ("ConsumedWriteCapacityUnits", "Count", Wave(240, 0.5, 0.2)),
        ),
    ),
    "AWS::SQS::Queue": Measures(
        "AWS/SQS",
        _named("QueueName"),
        (
            ("NumberOfMessagesSent", "Count", Wave(410, 0.5, 0.2)),
            ("ApproximateNumberOfMessagesVisible", "Count", Wave(3, 0.4, 0.6)),
            ("ApproximateAgeOfOldestMessage", "Seconds", Wave(2, 0.4, 0.6)),
        ),
    ),
    "AWS::SNS::Topic": Measures(
        "AWS/SNS",
        _named("TopicName"),
        (("NumberOfMessagesPublished", "Count", Wave(64, 0.5, 0.3)),),
    ),
    "AWS::ECS::Service": Measures(
        "AWS/ECS", _ecs, (_CPU, ("MemoryUtilization", "Percent", Wave(57, 0.1, 0.04, most=100)))
    ),
    "AWS::ElasticLoadBalancingV2::LoadBalancer": Measures(
        "AWS/ApplicationELB",
        _balancer,
        (
            ("RequestCount", "Count", Wave(1900, 0.5, 0.1)),
            ("TargetResponseTime", "Seconds", Wave(0.041, 0.1, 0.1)),
            ("HTTPCode_Target_5XX_Count", "Count", Wave(0.4, 0.3, 0.9)),
        ),
    ),
    "AWS::ElastiCache::CacheCluster": Measures(
        "AWS/ElastiCache",
        _named("CacheClusterId"),
        (
            ("EngineCPUUtilization", "Percent", Wave(12, 0.4, 0.2, most=100)),
            ("CacheHits", "Count", Wave(9100, 0.5, 0.1)),
        ),
    ),
    "AWS::S3::Bucket": Measures(
        "AWS/S3", _bucket, (("BucketSizeBytes", "Bytes", Wave(6.1e10, 0, 0.01, DAY_S)),)
    ),
    "AWS::CloudFront::Distribution": Measures(
        "AWS/CloudFront",
        _distribution,
        (
            ("Requests", "None", Wave(26_000, 0.5, 0.1)),
            ("5xxErrorRate", "Percent", Wave(0.05, 0.2, 0.8)),
        ),
    ),
    "AWS::StepFunctions::StateMachine": Measures(
        "AWS/States", _machine, (("ExecutionsSucceeded", "Count", Wave(6, 0.5, 0.4)),)
    ),
    "AWS::KinesisFirehose::DeliveryStream": Measures(
        "AWS/Firehose",
        _named("DeliveryStreamName"),
        (("IncomingRecords", "Count", Wave(5100, 0.5, 0.1)),),
    ),
    "AWS::OpenSearchService::Domain": Measures(
        "AWS/ES", _domain, (_CPU, ("FreeStorageSpace", "Megabytes", Wave(84_000, 0, 0.01)))
    ),
    "AWS::EFS::FileSystem": Measures(
        "AWS/EFS",
        _identified("FileSystemId"),
        (("ClientConnections", "Count", Wave(9, 0.2, 0.1)),),
    ),
}


def series_of_estate(
    story: Timeline, resources: Iterable[Resource]
) -> Iterator[tuple[Place, Series]]:
    for resource in resources:
        measures = MEASURES.get(resource.type)
        if measures is None:
            continue
        dimensions = measures.dimensions(resource)
        size = random.Random(resource.arn).uniform(0.4, 1.6)
        for name, unit, wave in measures.waves:
            own = replace(wave, mean=wave.mean * size)
            yield (
                resource.place,
                wave_series(story, resource.place, measures.namespace, dimensions, name, unit, own),
            )
