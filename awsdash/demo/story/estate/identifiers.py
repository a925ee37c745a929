"""Under which members a configuration has what AWS added to it: the resource's id and its ARN."""

from typing import Any, Final

from awsdash.demo.story.estate.resource import Resource

_ARN: Final = (None, "Arn")
_ID_AND_ARN: Final = ("Id", "Arn")
_MEMBERS: Final[dict[str, tuple[str | None, str | None]]] = {
    "AWS::EC2::VPC": ("vpcId", None),
    "AWS::EC2::Subnet": ("subnetId", "subnetArn"),
    "AWS::EC2::SecurityGroup": ("groupId", None),
    "AWS::EC2::InternetGateway": ("internetGatewayId", None),
    "AWS::EC2::NatGateway": ("natGatewayId", None),
    "AWS::EC2::EIP": ("allocationId", None),
    "AWS::EC2::RouteTable": ("routeTableId", None),
    "AWS::EC2::FlowLog": ("flowLogId", None),
    "AWS::EC2::VPCEndpoint": ("vpcEndpointId", None),
    "AWS::EC2::Instance": ("instanceId", None),
    "AWS::EC2::Volume": ("volumeId", None),
    "AWS::EC2::NetworkInterface": ("networkInterfaceId", None),
    "AWS::EC2::LaunchTemplate": ("LaunchTemplateId", None),
    "AWS::AutoScaling::AutoScalingGroup": (None, "autoScalingGroupARN"),
    "AWS::ElasticLoadBalancingV2::LoadBalancer": (None, "loadBalancerArn"),
    "AWS::ElasticLoadBalancingV2::TargetGroup": (None, "TargetGroupArn"),
    "AWS::ElasticLoadBalancingV2::Listener": (None, "ListenerArn"),
    "AWS::RDS::DBCluster": (None, "dBClusterArn"),
    "AWS::RDS::DBInstance": (None, "dBInstanceArn"),
    "AWS::RDS::DBSnapshot": (None, "dBSnapshotArn"),
    "AWS::DynamoDB::Table": (None, "tableArn"),
    "AWS::OpenSearchService::Domain": _ARN,
    "AWS::EFS::FileSystem": ("FileSystemId", "Arn"),
    "AWS::Backup::BackupVault": (None, "BackupVaultArn"),
    "AWS::SQS::Queue": ("QueueUrl", "Arn"),
    "AWS::Kinesis::Stream": _ARN,
    "AWS::KinesisFirehose::DeliveryStream": _ARN,
    "AWS::MSK::Cluster": _ARN,
    "AWS::Events::EventBus": _ARN,
    "AWS::Events::Rule": _ARN,
    "AWS::StepFunctions::StateMachine": _ARN,
    "AWS::ECS::Cluster": _ARN,
    "AWS::ECS::Service": (None, "ServiceArn"),
    "AWS::ECS::TaskDefinition": (None, "TaskDefinitionArn"),
    "AWS::EKS::Cluster": _ARN,
    "AWS::ECR::Repository": _ARN,
    "AWS::Batch::ComputeEnvironment": (None, "ComputeEnvironmentArn"),
    "AWS::Batch::JobQueue": (None, "JobQueueArn"),
    "AWS::CloudFront::Distribution": ("id", "aRN"),
    "AWS::Route53::HostedZone": ("Id", None),
    "AWS::CertificateManager::Certificate": (None, "certificateArn"),
    "AWS::WAFv2::WebACL": _ID_AND_ARN,
    "AWS::Cognito::UserPool": ("UserPoolId", "Arn"),
    "AWS::KMS::Key": (None, "arn"),
    "AWS::SecretsManager::Secret": ("Id", None),
    "AWS::IAM::User": ("userId", "arn"),
    "AWS::IAM::Group": ("groupId", "arn"),
    "AWS::IAM::Role": ("roleId", "arn"),
    "AWS::IAM::Policy": ("policyId", "arn"),
    "AWS::CloudFormation::Stack": (None, "stackId"),
    "AWS::CodeBuild::Project": (None, "arn"),
    "AWS::CloudTrail::Trail": _ARN,
}


def identifiers(resource: Resource) -> dict[str, Any]:
    """Nothing for the types whose configuration AWS adds neither to."""
    id_member, arn_member = _MEMBERS.get(resource.type, (None, None))
    # Secrets Manager has no other id of a secret than its ARN.
    id_ = resource.arn if resource.type == "AWS::SecretsManager::Secret" else resource.id
    known = {id_member: id_, arn_member: resource.arn}
    return {member: value for member, value in known.items() if member}
