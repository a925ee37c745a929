"""Plants queues, topics, streams and brokers."""

from typing import Any, Final

from moto.sns import models as sns

from awsdash.demo.story.estate.planting.moto import (
    Planters,
    answering,
    backend,
    camel,
    key_values,
    sparse,
)
from awsdash.demo.story.estate.resource import Resource


def _queue(resource: Resource) -> None:
    attributes = dict(resource.configuration)
    backend("sqs", resource).create_queue(
        attributes.pop("QueueName"), dict(resource.tags), **attributes
    )


def _topic(resource: Resource) -> None:
    backend("sns", resource).create_topic(resource.name, {}, dict(resource.tags))


def _subscription(resource: Resource) -> None:
    has = resource.configuration
    with answering(sns, make_arn_for_subscription=resource.arn):
        created = backend("sns", resource).subscribe(
            has["TopicArn"], has["Endpoint"], has["Protocol"]
        )
    created.confirmed = True


def _stream(resource: Resource) -> None:
    has, kinesis = resource.configuration, backend("kinesis", resource)
    kinesis.create_stream(
        has["Name"], has["ShardCount"], has["StreamModeDetails"], has["RetentionPeriodHours"]
    )
    kinesis.add_tags_to_stream(None, has["Name"], dict(resource.tags))


def _delivery_stream(resource: Resource) -> None:
    has = resource.configuration
    sparse(
        backend("firehose", resource).create_delivery_stream,
        region=resource.place.region,
        delivery_stream_name=has["DeliveryStreamName"],
        delivery_stream_type=has["DeliveryStreamType"],
        kinesis_stream_source_configuration=dict(has["KinesisStreamSourceConfiguration"]),
        extended_s3_destination_configuration=dict(has["ExtendedS3DestinationConfiguration"]),
        tags=key_values(resource),
    )


def _brokers(resource: Resource) -> None:
    has: Any = resource.configuration
    kafka = backend("kafka", resource)
    made, _, _ = kafka.create_cluster(
        camel(has["BrokerNodeGroupInfo"]),
        None,
        has["ClusterName"],
        kafka_version=has["KafkaVersion"],
        number_of_broker_nodes=has["NumberOfBrokerNodes"],
        logging_info=camel(has["LoggingInfo"]),
    )
    cluster = kafka.clusters.pop(made)
    cluster.arn, cluster.state = resource.arn, "ACTIVE"
    kafka.clusters[resource.arn] = cluster
    kafka.tag_resource(resource.arn, dict(resource.tags))


PLANTERS: Final[Planters] = {
    "AWS::SQS::Queue": _queue,
    "AWS::SNS::Topic": _topic,
    "AWS::SNS::Subscription": _subscription,
    "AWS::Kinesis::Stream": _stream,
    "AWS::KinesisFirehose::DeliveryStream": _delivery_stream,
    "AWS::MSK::Cluster": _brokers,
}
