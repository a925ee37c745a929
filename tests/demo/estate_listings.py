"""How boto3 lists the resources of each type of the estate."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final, Literal

Attribute = Literal["id", "name", "arn"]


@dataclass(frozen=True)
class Parent:
    """The type whose resources are listed within, one call each, and how the call names it."""

    type: str
    parameter: str
    attribute: Attribute


@dataclass(frozen=True)
class Listing:
    """`found` is the JMESPath of what the resources have as their `attribute`.

    `by_leaf`: only what is behind the last slash is compared, as URLs and paths are before it.
    """

    client: str
    operation: str
    found: str
    attribute: Attribute = "name"
    arguments: Mapping[str, Any] = field(default_factory=dict)
    parent: Parent | None = None
    by_leaf: bool = False


def _ec2(operation: str, found: str, **arguments: Any) -> Listing:
    return Listing("ec2", operation, found, "id", arguments)


_BALANCER: Final = Parent("AWS::ElasticLoadBalancingV2::LoadBalancer", "LoadBalancerArn", "arn")
_CLUSTER: Final = Parent("AWS::ECS::Cluster", "cluster", "name")
_EKS: Final = Parent("AWS::EKS::Cluster", "clusterName", "name")
_REST: Final = Parent("AWS::ApiGateway::RestApi", "restApiId", "id")
_HTTP: Final = Parent("AWS::ApiGatewayV2::Api", "ApiId", "id")
_LAYER: Final = Parent("AWS::Lambda::LayerVersion", "LayerName", "name")
_MANUAL: Final = {"SnapshotType": "manual"}
_REGIONAL: Final = {"Scope": "REGIONAL"}
_CUSTOMER: Final = {"Scope": "Local"}

LISTINGS: Final[dict[str, Listing]] = {
    "AWS::EC2::VPC": _ec2("describe_vpcs", "Vpcs[].VpcId"),
    "AWS::EC2::Subnet": _ec2("describe_subnets", "Subnets[].SubnetId"),
    "AWS::EC2::SecurityGroup": _ec2("describe_security_groups", "SecurityGroups[].GroupId"),
    "AWS::EC2::InternetGateway": _ec2(
        "describe_internet_gateways", "InternetGateways[].InternetGatewayId"
    ),
    "AWS::EC2::NatGateway": _ec2("describe_nat_gateways", "NatGateways[].NatGatewayId"),
    "AWS::EC2::EIP": _ec2("describe_addresses", "Addresses[].AllocationId"),
    "AWS::EC2::RouteTable": _ec2("describe_route_tables", "RouteTables[].RouteTableId"),
    "AWS::EC2::FlowLog": _ec2("describe_flow_logs", "FlowLogs[].FlowLogId"),
    "AWS::EC2::VPCEndpoint": _ec2("describe_vpc_endpoints", "VpcEndpoints[].VpcEndpointId"),
    "AWS::EC2::Instance": _ec2("describe_instances", "Reservations[].Instances[].InstanceId"),
    "AWS::EC2::Volume": _ec2("describe_volumes", "Volumes[].VolumeId"),
    "AWS::EC2::NetworkInterface": _ec2(
        "describe_network_interfaces", "NetworkInterfaces[].NetworkInterfaceId"
    ),
    "AWS::EC2::LaunchTemplate": _ec2(
        "describe_launch_templates", "LaunchTemplates[].LaunchTemplateId"
    ),
    "AWS::AutoScaling::AutoScalingGroup": Listing(
        "autoscaling",
        "describe_auto_scaling_groups",
        "AutoScalingGroups[].AutoScalingGroupARN",
        "arn",
    ),
    "AWS::ElasticLoadBalancingV2::LoadBalancer": Listing(
        "elbv2", "describe_load_balancers", "LoadBalancers[].LoadBalancerArn", "arn"
    ),
    "AWS::ElasticLoadBalancingV2::TargetGroup": Listing(
        "elbv2", "describe_target_groups", "TargetGroups[].TargetGroupArn", "arn"
    ),
    "AWS::ElasticLoadBalancingV2::Listener": Listing(
        "elbv2", "describe_listeners", "Listeners[].ListenerArn", "arn", parent=_BALANCER
    ),
    "AWS::Lambda::Function": Listing("lambda", "list_functions", "Functions[].FunctionArn", "arn"),
    "AWS::Lambda::EventSourceMapping": Listing(
        "lambda", "list_event_source_mappings", "EventSourceMappings[].UUID", "id"
    ),
    "AWS::Lambda::LayerVersion": Listing(
        "lambda",
        "list_layer_versions",
        "LayerVersions[].LayerVersionArn",
        "arn",
        parent=_LAYER,
    ),
    "AWS::RDS::DBCluster": Listing(
        "rds", "describe_db_clusters", "DBClusters[].DBClusterArn", "arn"
    ),
    "AWS::RDS::DBInstance": Listing(
        "rds", "describe_db_instances", "DBInstances[].DBInstanceArn", "arn"
    ),
    "AWS::RDS::DBSnapshot": Listing(
        "rds", "describe_db_snapshots", "DBSnapshots[].DBSnapshotArn", "arn", _MANUAL
    ),
    "AWS::DynamoDB::Table": Listing("dynamodb", "list_tables", "TableNames"),
    "AWS::S3::Bucket": Listing("s3", "list_buckets", "Buckets[].Name"),
    "AWS::ElastiCache::CacheCluster": Listing(
        "elasticache", "describe_cache_clusters", "CacheClusters[].ARN", "arn"
    ),
    "AWS::ElastiCache::ReplicationGroup": Listing(
        "elasticache", "describe_replication_groups", "ReplicationGroups[].ARN", "arn"
    ),
    "AWS::OpenSearchService::Domain": Listing(
        "opensearch", "list_domain_names", "DomainNames[].DomainName"
    ),
    "AWS::EFS::FileSystem": Listing(
        "efs", "describe_file_systems", "FileSystems[].FileSystemId", "id"
    ),
    "AWS::Redshift::Cluster": Listing(
        "redshift", "describe_clusters", "Clusters[].ClusterIdentifier"
    ),
    "AWS::SQS::Queue": Listing("sqs", "list_queues", "QueueUrls[]", by_leaf=True),
    "AWS::SNS::Topic": Listing("sns", "list_topics", "Topics[].TopicArn", "arn"),
    "AWS::SNS::Subscription": Listing(
        "sns", "list_subscriptions", "Subscriptions[].SubscriptionArn", "arn"
    ),
    "AWS::Kinesis::Stream": Listing(
        "kinesis", "list_streams", "StreamSummaries[].StreamARN", "arn"
    ),
    "AWS::KinesisFirehose::DeliveryStream": Listing(
        "firehose", "list_delivery_streams", "DeliveryStreamNames"
    ),
    "AWS::MSK::Cluster": Listing(
        "kafka", "list_clusters_v2", "ClusterInfoList[].ClusterArn", "arn"
    ),
    "AWS::Events::EventBus": Listing(
        "events", "list_event_buses", "EventBuses[?Name != 'default'].Arn", "arn"
    ),
    "AWS::Events::Rule": Listing("events", "list_rules", "Rules[].Arn", "arn"),
    "AWS::Scheduler::Schedule": Listing("scheduler", "list_schedules", "Schedules[].Arn", "arn"),
    "AWS::StepFunctions::StateMachine": Listing(
        "stepfunctions", "list_state_machines", "stateMachines[].stateMachineArn", "arn"
    ),
    "AWS::ApiGateway::RestApi": Listing("apigateway", "get_rest_apis", "items[].id", "id"),
    "AWS::ApiGateway::Stage": Listing(
        "apigateway", "get_stages", "item[].stageName", parent=_REST, by_leaf=True
    ),
    "AWS::ApiGatewayV2::Api": Listing("apigatewayv2", "get_apis", "Items[].ApiId", "id"),
    "AWS::ApiGatewayV2::Stage": Listing(
        "apigatewayv2", "get_stages", "Items[].StageName", parent=_HTTP, by_leaf=True
    ),
    "AWS::ECS::Cluster": Listing("ecs", "list_clusters", "clusterArns", "arn"),
    "AWS::ECS::Service": Listing("ecs", "list_services", "serviceArns", "arn", parent=_CLUSTER),
    "AWS::ECS::TaskDefinition": Listing(
        "ecs", "list_task_definitions", "taskDefinitionArns", "arn"
    ),
    "AWS::EKS::Cluster": Listing("eks", "list_clusters", "clusters"),
    "AWS::EKS::Nodegroup": Listing(
        "eks", "list_nodegroups", "nodegroups", parent=_EKS, by_leaf=True
    ),
    "AWS::ECR::Repository": Listing(
        "ecr", "describe_repositories", "repositories[].repositoryArn", "arn"
    ),
    "AWS::Batch::ComputeEnvironment": Listing(
        "batch",
        "describe_compute_environments",
        "computeEnvironments[].computeEnvironmentArn",
        "arn",
    ),
    "AWS::Batch::JobQueue": Listing(
        "batch", "describe_job_queues", "jobQueues[].jobQueueArn", "arn"
    ),
    "AWS::CloudFront::Distribution": Listing(
        "cloudfront", "list_distributions", "DistributionList.Items[].Id", "id"
    ),
    "AWS::Route53::HostedZone": Listing(
        "route53", "list_hosted_zones", "HostedZones[].Id", "id", by_leaf=True
    ),
    "AWS::CertificateManager::Certificate": Listing(
        "acm", "list_certificates", "CertificateSummaryList[].CertificateArn", "arn"
    ),
    "AWS::WAFv2::WebACL": Listing("wafv2", "list_web_acls", "WebACLs[].ARN", "arn", _REGIONAL),
    "AWS::Cognito::UserPool": Listing(
        "cognito-idp", "list_user_pools", "UserPools[].Id", "id", {"MaxResults": 60}
    ),
    "AWS::KMS::Key": Listing("kms", "list_keys", "Keys[].KeyId", "id"),
    "AWS::KMS::Alias": Listing(
        "kms", "list_aliases", "Aliases[?!starts_with(AliasName, 'alias/aws/')].AliasName"
    ),
    "AWS::SecretsManager::Secret": Listing(
        "secretsmanager", "list_secrets", "SecretList[].ARN", "arn"
    ),
    "AWS::SSM::Parameter": Listing("ssm", "describe_parameters", "Parameters[].Name"),
    "AWS::IAM::User": Listing("iam", "list_users", "Users[?UserName != 'awsdash'].UserId", "id"),
    "AWS::IAM::Group": Listing("iam", "list_groups", "Groups[].GroupId", "id"),
    "AWS::IAM::Role": Listing(
        "iam",
        "list_roles",
        "Roles[?RoleName != 'awsdash-reader' && RoleName != 'lambda-execution'].RoleId",
        "id",
    ),
    "AWS::IAM::Policy": Listing("iam", "list_policies", "Policies[].PolicyId", "id", _CUSTOMER),
    "AWS::CloudFormation::Stack": Listing(
        "cloudformation", "describe_stacks", "Stacks[].StackId", "arn"
    ),
    "AWS::CodeBuild::Project": Listing("codebuild", "list_projects", "projects"),
    "AWS::CodePipeline::Pipeline": Listing("codepipeline", "list_pipelines", "pipelines[].name"),
    "AWS::Glue::Job": Listing("glue", "get_jobs", "Jobs[].Name"),
    "AWS::Glue::Crawler": Listing("glue", "get_crawlers", "Crawlers[].Name"),
    "AWS::Backup::BackupVault": Listing(
        "backup", "list_backup_vaults", "BackupVaultList[].BackupVaultArn", "arn"
    ),
    "AWS::CloudTrail::Trail": Listing(
        "cloudtrail",
        "describe_trails",
        "trailList[].TrailARN",
        "arn",
        {"includeShadowTrails": False},
    ),
}
