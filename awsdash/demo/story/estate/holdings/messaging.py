"""Queues, topics and streams."""

from collections.abc import Iterator
from typing import Any, Final

import orjson

from awsdash.demo.story.estate.environments import (
    DATA,
    DEVELOPMENT,
    PAYMENTS,
    REPORTS,
    SETTLEMENT,
    SHARED,
    Environment,
)
from awsdash.demo.story.estate.holdings.network import GROUP
from awsdash.demo.story.estate.holdings.storage import BUCKET, FIREHOSE_BUCKET
from awsdash.demo.story.estate.resource import Resource

QUEUE: Final = "AWS::SQS::Queue"
TOPIC: Final = "AWS::SNS::Topic"
SUBSCRIPTION: Final = "AWS::SNS::Subscription"
STREAM: Final = "AWS::Kinesis::Stream"
DELIVERY: Final = "AWS::KinesisFirehose::DeliveryStream"
BROKERS: Final = "AWS::MSK::Cluster"
# Each has a dead letter queue of its name.
_QUEUES: Final = (
    (PAYMENTS, "checkout-charges", "checkout"),
    (PAYMENTS, "payments-webhook", "checkout"),
    (DEVELOPMENT, "checkout-charges", "checkout"),
    (SETTLEMENT, "settlement-export", "settlement"),
    (DATA, "orders-ingest", "orders"),
    (REPORTS, "report-requests", "reporting"),
)
# The topics, and the queues that get what is published to them.
_TOPICS: Final = (
    (PAYMENTS, "payment-events", "checkout", ("payments-webhook",)),
    (PAYMENTS, "payments-alarms", "observability", ()),
    (DEVELOPMENT, "payment-events", "checkout", ("checkout-charges",)),
    (SETTLEMENT, "settlement-done", "settlement", ("settlement-export",)),
    (DATA, "order-events", "orders", ("orders-ingest",)),
    (DATA, "data-alarms", "observability", ()),
    (REPORTS, "report-ready", "reporting", ()),
    (SHARED, "platform-alarms", "observability", ()),
)
_STREAMS: Final = (
    (DATA, "orders", "orders", 8),
    (DATA, "clickstream", "clickstream", 4),
    (PAYMENTS, "ledger-entries", "ledger", 2),
)


def resources() -> Iterator[Resource]:
    for at, name, service in _QUEUES:
        yield from _queue(at, name, service)
    for at, name, service, queues in _TOPICS:
        arn = at.arn_of(TOPIC, name)
        yield at.resource(TOPIC, name, service, {"topicArn": arn}, days=310)
        for queue in queues:
            yield _subscription(at, name, queue, service)
    for at, name, service, shards in _STREAMS:
        configuration = {
            "Name": name,
            "ShardCount": shards,
            "RetentionPeriodHours": 48,
            "StreamModeDetails": {"StreamMode": "PROVISIONED"},
        }
        yield at.resource(STREAM, name, service, configuration, days=330)
    yield _delivery(DATA, "orders-raw", "orders", "orders", FIREHOSE_BUCKET)
    yield _delivery(DATA, "clickstream-raw", "clickstream", "clickstream", "northwind-clickstream")
    yield _brokers(DATA, "orders-bus", "orders", 3)


def _queue(at: Environment, name: str, service: str) -> Iterator[Resource]:
    dead = f"{name}-dlq"
    policy = {"deadLetterTargetArn": at.arn_of(QUEUE, dead), "maxReceiveCount": 5}
    yield at.resource(
        QUEUE,
        dead,
        service,
        {"QueueName": dead, "MessageRetentionPeriod": 1209600, "VisibilityTimeout": 30},
        days=300,
    )
    yield at.resource(
        QUEUE,
        name,
        service,
        {
            "QueueName": name,
            "MessageRetentionPeriod": 345600,
            "VisibilityTimeout": 60,
            "RedrivePolicy": orjson.dumps(policy).decode(),
        },
        ("Is associated with", QUEUE, dead),
        days=300,
    )


def _subscription(at: Environment, topic: str, queue: str, service: str) -> Resource:
    configuration = {
        "TopicArn": at.arn_of(TOPIC, topic),
        "Protocol": "sqs",
        "Endpoint": at.arn_of(QUEUE, queue),
    }
    return at.resource(
        SUBSCRIPTION,
        f"{topic}/{queue}",
        service,
        configuration,
        ("Is associated with", TOPIC, topic),
        ("Is associated with", QUEUE, queue),
        days=290,
    )


def _delivery(at: Environment, name: str, service: str, stream: str, bucket: str) -> Resource:
    role = at.role_arn("firehose-delivery")
    destination: dict[str, Any] = {
        "BucketARN": at.arn_of(BUCKET, bucket),
        "RoleARN": role,
        "Prefix": "raw/dt=!{timestamp:yyyy-MM-dd}/",
        "ErrorOutputPrefix": "failed/",
        "BufferingHints": {"SizeInMBs": 64, "IntervalInSeconds": 300},
        "CompressionFormat": "GZIP",
        "CloudWatchLoggingOptions": {
            "Enabled": True,
            "LogGroupName": f"/aws/kinesisfirehose/{name}",
            "LogStreamName": "DestinationDelivery",
        },
    }
    source = {"KinesisStreamARN": at.arn_of(STREAM, stream), "RoleARN": role}
    configuration = {
        "DeliveryStreamName": name,
        "DeliveryStreamType": "KinesisStreamAsSource",
        "KinesisStreamSourceConfiguration": source,
        "ExtendedS3DestinationConfiguration": destination,
    }
    return at.resource(
        DELIVERY,
        name,
        service,
        configuration,
        ("Is associated with", STREAM, stream),
        ("Is associated with", BUCKET, bucket),
        days=220,
    )


def _brokers(at: Environment, name: str, service: str, count: int) -> Resource:
    configuration = {
        "ClusterName": name,
        "KafkaVersion": "3.8.x",
        "NumberOfBrokerNodes": count,
        "BrokerNodeGroupInfo": {
            "InstanceType": "kafka.m7g.large",
            "ClientSubnets": at.subnet_ids("private"),
            "SecurityGroups": [at.id_of(GROUP, "services")],
        },
        "LoggingInfo": {
            "BrokerLogs": {
                "CloudWatchLogs": {"Enabled": True, "LogGroup": f"/aws/msk/cluster/{name}/broker"}
            }
        },
    }
    related = ("Is associated with", GROUP, "services")
    return at.resource(BROKERS, name, service, configuration, related, days=250)
