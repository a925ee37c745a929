"""The resources that CloudTrail derives from a record: those it lists, and those its parameters and
its response name."""

from collections.abc import Iterator
from typing import Any, Final, NamedTuple

from awsdash.demo.aws.cloudtrail.record import Record


class Named(NamedTuple):
    """A resource as LookupEvents names it: by its ARN, or by the name a parameter has."""

    type: str
    name: str


# The parameter `name` means something else in every service, so it is known by the event's name.
_BY_NAME: Final = {
    "CreateSecret": "AWS::SecretsManager::Secret",
    "CreateTrail": "AWS::CloudTrail::Trail",
    "DeleteTrail": "AWS::CloudTrail::Trail",
    "StartLogging": "AWS::CloudTrail::Trail",
    "StopLogging": "AWS::CloudTrail::Trail",
    "UpdateTrail": "AWS::CloudTrail::Trail",
    "PutParameter": "AWS::SSM::Parameter",
    "PutRule": "AWS::Events::Rule",
}
_TYPES: Final = {
    "accessKeyId": "AWS::IAM::AccessKey",
    "alarmName": "AWS::CloudWatch::Alarm",
    "allocationId": "AWS::EC2::EIP",
    "autoScalingGroupName": "AWS::AutoScaling::AutoScalingGroup",
    "bucketName": "AWS::S3::Bucket",
    "cluster": "AWS::ECS::Cluster",
    "dBClusterIdentifier": "AWS::RDS::DBCluster",
    "dBInstanceIdentifier": "AWS::RDS::DBInstance",
    "functionName": "AWS::Lambda::Function",
    "groupId": "AWS::EC2::SecurityGroup",
    "groupName": "AWS::IAM::Group",
    "imageId": "AWS::EC2::Ami",
    "instanceId": "AWS::EC2::Instance",
    "instanceProfileName": "AWS::IAM::InstanceProfile",
    "keyId": "AWS::KMS::Key",
    "loadBalancerArn": "AWS::ElasticLoadBalancingV2::LoadBalancer",
    "logGroupName": "AWS::Logs::LogGroup",
    "policyArn": "AWS::IAM::Policy",
    "queueUrl": "AWS::SQS::Queue",
    "replicationGroupId": "AWS::ElastiCache::ReplicationGroup",
    "roleArn": "AWS::IAM::Role",
    "roleName": "AWS::IAM::Role",
    "secretId": "AWS::SecretsManager::Secret",
    "service": "AWS::ECS::Service",
    "snapshotId": "AWS::EC2::Snapshot",
    "stackName": "AWS::CloudFormation::Stack",
    "stateMachineArn": "AWS::StepFunctions::StateMachine",
    "streamName": "AWS::Kinesis::Stream",
    "subnetId": "AWS::EC2::Subnet",
    "tableName": "AWS::DynamoDB::Table",
    "targetGroupArn": "AWS::ElasticLoadBalancingV2::TargetGroup",
    "topicArn": "AWS::SNS::Topic",
    "userName": "AWS::IAM::User",
    "volumeId": "AWS::EC2::Volume",
    "vpcId": "AWS::EC2::VPC",
}
_MADE: Final = ("groupId", "subnetId", "volumeId", "vpcId")


def named_resources(record: Record) -> tuple[Named, ...]:
    """Each once: those listed first, then by the request's and the response's order."""
    return tuple(dict.fromkeys(_all(record)))


def _all(record: Record) -> Iterator[Named]:
    for listed in record.get("resources") or ():
        name = listed.get("ARN") or listed.get("ARNPrefix")
        if name and listed.get("type"):
            yield Named(listed["type"], name)
    yield from _of_parameters(record, record.get("requestParameters") or {})
    yield from _of_response(record.get("responseElements") or {})


def _of_parameters(record: Record, parameters: dict[str, Any]) -> Iterator[Named]:
    for key, value in parameters.items():
        kind = _TYPES.get(key)
        if kind and isinstance(value, str):
            yield Named(kind, value)
    if record["eventName"] in _BY_NAME and isinstance(parameters.get("name"), str):
        yield Named(_BY_NAME[record["eventName"]], parameters["name"])
    for items in (parameters.get("instancesSet"), parameters.get("groupSet")):
        if isinstance(items, dict):
            yield from _of_items(items)
    for instance in parameters.get("instanceIds") or ():
        yield Named("AWS::EC2::Instance", str(instance))


def _of_response(response: dict[str, Any]) -> Iterator[Named]:
    """What the call made, so that it is found by its id from its first event on."""
    for issued in (response.get("credentials"), response.get("accessKey")):
        if isinstance(issued, dict) and "accessKeyId" in issued:
            yield Named("AWS::IAM::AccessKey", issued["accessKeyId"])
    user = response.get("assumedRoleUser")
    if isinstance(user, dict) and {"arn", "assumedRoleId"} <= user.keys():
        for name in (user["arn"], user["assumedRoleId"], user["arn"].rpartition("/")[2]):
            yield Named("AWS::STS::AssumedRole", name)
    yield from (Named(_TYPES[key], response[key]) for key in _MADE if key in response)
    if isinstance(response.get("instancesSet"), dict):
        yield from _of_items(response["instancesSet"])


def _of_items(items: dict[str, Any]) -> Iterator[Named]:
    """EC2's way to write lists: `{"items": [{"instanceId": ...}]}`."""
    for item in items.get("items") or ():
        for key in ("instanceId", "groupId"):
            if isinstance(item, dict) and isinstance(item.get(key), str):
                yield Named(_TYPES[key], item[key])
