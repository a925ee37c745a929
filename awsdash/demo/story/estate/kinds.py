"""The types of the estate's resources: who plants them, and how AWS forms their ids and ARNs."""

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True)
class Kind:
    """How a type's resources are identified.

    `chapter` is the name that its service signs with. In the templates `{name}` is the resource's
    name, `{leaf}` and `{stem}` what is behind and before its last slash; `{hex16}`, `{lower10}`,
    `{upper13}` and `{uuid}` are made up from where and what it is. `resource_id` is Config's.
    A resource within one of the type `parent` has the parent's name as its stem, and `{parent}` is
    what the parent's ARN ends in.
    """

    chapter: str
    id: str
    arn: str
    resource_id: str = "{id}"
    is_global: bool = False
    parent: str | None = None


def _ec2(prefix: str, kind: str) -> Kind:
    return Kind("ec2", f"{prefix}-0{{hex16}}", f"ec2:{{region}}:{{account}}:{kind}/{{id}}")


def _named(chapter: str, arn: str, resource_id: str = "{name}") -> Kind:
    return Kind(chapter, "{name}", arn, resource_id)


def _by_arn(chapter: str, arn: str, id_: str = "{name}") -> Kind:
    return Kind(chapter, id_, arn, "{arn}")


def _within(parent: str, chapter: str, arn: str) -> Kind:
    return Kind(chapter, "{leaf}", arn, "{arn}", parent=parent)


def _stage(api: str, kind: str) -> Kind:
    arn = f"apigateway:{{region}}::/{kind}/{{parent}}/stages/{{leaf}}"
    return Kind("apigateway", "{name}", arn, "{arn}", parent=api)


def _iam(id_: str, arn: str) -> Kind:
    return Kind("iam", id_, f"iam::{{account}}:{arn}", is_global=True)


_ELB: Final = "elasticloadbalancing:{region}:{account}"
_ECS: Final = "ecs:{region}:{account}"
_CACHE: Final = "elasticache:{region}:{account}"

KINDS: Final[dict[str, Kind]] = {
    "AWS::EC2::VPC": _ec2("vpc", "vpc"),
    "AWS::EC2::Subnet": _ec2("subnet", "subnet"),
    "AWS::EC2::SecurityGroup": _ec2("sg", "security-group"),
    "AWS::EC2::InternetGateway": _ec2("igw", "internet-gateway"),
    "AWS::EC2::NatGateway": _ec2("nat", "natgateway"),
    "AWS::EC2::EIP": _ec2("eipalloc", "elastic-ip"),
    "AWS::EC2::RouteTable": _ec2("rtb", "route-table"),
    "AWS::EC2::FlowLog": _ec2("fl", "vpc-flow-log"),
    "AWS::EC2::VPCEndpoint": _ec2("vpce", "vpc-endpoint"),
    "AWS::EC2::Instance": _ec2("i", "instance"),
    "AWS::EC2::Volume": _ec2("vol", "volume"),
    "AWS::EC2::NetworkInterface": _ec2("eni", "network-interface"),
    "AWS::EC2::LaunchTemplate": _ec2("lt", "launch-template"),
    "AWS::AutoScaling::AutoScalingGroup": _by_arn(
        "autoscaling",
        "autoscaling:{region}:{account}:autoScalingGroup:{uuid}:autoScalingGroupName/{name}",
    ),
    "AWS::ElasticLoadBalancingV2::LoadBalancer": _by_arn(
        "elasticloadbalancing", f"{_ELB}:loadbalancer/app/{{name}}/{{hex16}}"
    ),
    "AWS::ElasticLoadBalancingV2::TargetGroup": _by_arn(
        "elasticloadbalancing", f"{_ELB}:targetgroup/{{name}}/{{hex16}}"
    ),
    "AWS::ElasticLoadBalancingV2::Listener": _within(
        "AWS::ElasticLoadBalancingV2::LoadBalancer",
        "elasticloadbalancing",
        f"{_ELB}:listener/app/{{stem}}/{{parent}}/{{hex16}}",
    ),
    "AWS::Lambda::Function": _named("lambda", "lambda:{region}:{account}:function:{name}"),
    "AWS::Lambda::EventSourceMapping": Kind(
        "lambda", "{uuid}", "lambda:{region}:{account}:event-source-mapping:{id}"
    ),
    "AWS::Lambda::LayerVersion": _by_arn("lambda", "lambda:{region}:{account}:layer:{name}:1"),
    "AWS::RDS::DBCluster": _named(
        "rds", "rds:{region}:{account}:cluster:{name}", "cluster-{upper26}"
    ),
    "AWS::RDS::DBInstance": _named("rds", "rds:{region}:{account}:db:{name}", "db-{upper26}"),
    "AWS::RDS::DBSnapshot": _named("rds", "rds:{region}:{account}:snapshot:{name}"),
    "AWS::DynamoDB::Table": _named("dynamodb", "dynamodb:{region}:{account}:table/{name}"),
    "AWS::S3::Bucket": _named("s3", "s3:::{name}"),
    "AWS::ElastiCache::CacheCluster": _by_arn("elasticache", f"{_CACHE}:cluster:{{name}}"),
    "AWS::ElastiCache::ReplicationGroup": _by_arn(
        "elasticache", f"{_CACHE}:replicationgroup:{{name}}"
    ),
    "AWS::OpenSearchService::Domain": _named("es", "es:{region}:{account}:domain/{name}"),
    "AWS::EFS::FileSystem": Kind(
        "elasticfilesystem",
        "fs-0{hex16}",
        "elasticfilesystem:{region}:{account}:file-system/{id}",
    ),
    "AWS::Redshift::Cluster": _named("redshift", "redshift:{region}:{account}:cluster:{name}"),
    "AWS::SQS::Queue": Kind(
        "sqs",
        "https://sqs.{region}.amazonaws.com/{account}/{name}",
        "sqs:{region}:{account}:{name}",
    ),
    "AWS::SNS::Topic": _by_arn("sns", "sns:{region}:{account}:{name}"),
    "AWS::SNS::Subscription": _by_arn("sns", "sns:{region}:{account}:{stem}:{uuid}"),
    "AWS::Kinesis::Stream": _named("kinesis", "kinesis:{region}:{account}:stream/{name}"),
    "AWS::KinesisFirehose::DeliveryStream": _named(
        "firehose", "firehose:{region}:{account}:deliverystream/{name}"
    ),
    "AWS::MSK::Cluster": _by_arn("kafka", "kafka:{region}:{account}:cluster/{name}/{uuid}-7"),
    "AWS::Events::EventBus": _by_arn("events", "events:{region}:{account}:event-bus/{name}"),
    "AWS::Events::Rule": _by_arn("events", "events:{region}:{account}:rule/{name}"),
    "AWS::Scheduler::Schedule": _named(
        "scheduler", "scheduler:{region}:{account}:schedule/default/{name}"
    ),
    "AWS::StepFunctions::StateMachine": _by_arn(
        "states", "states:{region}:{account}:stateMachine:{name}"
    ),
    "AWS::ApiGateway::RestApi": _by_arn(
        "apigateway", "apigateway:{region}::/restapis/{id}", "{lower10}"
    ),
    "AWS::ApiGateway::Stage": _stage("AWS::ApiGateway::RestApi", "restapis"),
    "AWS::ApiGatewayV2::Api": _by_arn("apigateway", "apigateway:{region}::/apis/{id}", "{lower10}"),
    "AWS::ApiGatewayV2::Stage": _stage("AWS::ApiGatewayV2::Api", "apis"),
    "AWS::ECS::Cluster": _by_arn("ecs", f"{_ECS}:cluster/{{name}}"),
    "AWS::ECS::Service": _by_arn("ecs", f"{_ECS}:service/{{name}}"),
    "AWS::ECS::TaskDefinition": _by_arn("ecs", f"{_ECS}:task-definition/{{name}}"),
    "AWS::EKS::Cluster": _named("eks", "eks:{region}:{account}:cluster/{name}"),
    "AWS::EKS::Nodegroup": _by_arn("eks", "eks:{region}:{account}:nodegroup/{name}/{uuid}"),
    "AWS::ECR::Repository": _named("ecr", "ecr:{region}:{account}:repository/{name}"),
    "AWS::Batch::ComputeEnvironment": _by_arn(
        "batch", "batch:{region}:{account}:compute-environment/{name}"
    ),
    "AWS::Batch::JobQueue": _by_arn("batch", "batch:{region}:{account}:job-queue/{name}"),
    "AWS::CloudFront::Distribution": Kind(
        "cloudfront", "E{upper13}", "cloudfront::{account}:distribution/{id}", is_global=True
    ),
    "AWS::Route53::HostedZone": Kind(
        "route53", "Z{upper20}", "route53:::hostedzone/{id}", is_global=True
    ),
    "AWS::CertificateManager::Certificate": _by_arn(
        "acm", "acm:{region}:{account}:certificate/{uuid}"
    ),
    "AWS::WAFv2::WebACL": Kind(
        "wafv2", "{uuid}", "wafv2:{region}:{account}:{scope}/webacl/{name}/{id}", "{arn}"
    ),
    "AWS::Cognito::UserPool": Kind(
        "cognito-idp", "{region}_{upper9}", "cognito-idp:{region}:{account}:userpool/{id}"
    ),
    "AWS::KMS::Key": Kind("kms", "{uuid}", "kms:{region}:{account}:key/{id}"),
    "AWS::KMS::Alias": _named("kms", "kms:{region}:{account}:{name}"),
    "AWS::SecretsManager::Secret": _by_arn(
        "secretsmanager", "secretsmanager:{region}:{account}:secret:{name}-{lower6}"
    ),
    "AWS::SSM::Parameter": _named("ssm", "ssm:{region}:{account}:parameter{name}"),
    "AWS::IAM::User": _iam("AIDA{upper17}", "user/{name}"),
    "AWS::IAM::Group": _iam("AGPA{upper17}", "group/{name}"),
    "AWS::IAM::Role": _iam("AROA{upper17}", "role/{name}"),
    "AWS::IAM::Policy": _iam("ANPA{upper17}", "policy/{name}"),
    "AWS::CloudFormation::Stack": _by_arn(
        "cloudformation", "cloudformation:{region}:{account}:stack/{name}/{uuid}"
    ),
    "AWS::CodeBuild::Project": _by_arn("codebuild", "codebuild:{region}:{account}:project/{name}"),
    "AWS::CodePipeline::Pipeline": _named("codepipeline", "codepipeline:{region}:{account}:{name}"),
    "AWS::Glue::Job": _named("glue", "glue:{region}:{account}:job/{name}"),
    "AWS::Glue::Crawler": _named("glue", "glue:{region}:{account}:crawler/{name}"),
    "AWS::Backup::BackupVault": _named("backup", "backup:{region}:{account}:backup-vault:{name}"),
    "AWS::CloudTrail::Trail": _named("cloudtrail", "cloudtrail:{region}:{account}:trail/{name}"),
}

CONFIG_NAMES: Final = {
    "AWS::CertificateManager::Certificate": "AWS::ACM::Certificate",
    "AWS::OpenSearchService::Domain": "AWS::OpenSearch::Domain",
}
"""Where Config calls a type otherwise than CloudFormation does."""
NOT_RECORDED: Final = frozenset(
    {
        "AWS::EKS::Nodegroup",
        "AWS::ElastiCache::CacheCluster",
        "AWS::ElastiCache::ReplicationGroup",
        "AWS::Glue::Crawler",
        "AWS::Lambda::EventSourceMapping",
        "AWS::Lambda::LayerVersion",
        "AWS::SNS::Subscription",
        "AWS::SSM::Parameter",
        "AWS::Scheduler::Schedule",
    }
)
"""The types that Config does not know."""
