"""What each mapped type leads to while its configuration is unknown, and how tests write that."""

from typing import Any

from services.base import Resource
from services.cloudwatch_logs.resource_mapping import LINKS


def arn(name: str, partition: str = "aws") -> str:
    return f"arn:{partition}:logs:eu-west-1:111111111111:log-group:{name}:*"


def resource(
    kind: str, properties: Any = None, *, own_arn: str | None = None, name: str = "shop"
) -> Resource:
    properties = {} if properties is None else properties
    return Resource(f"AWS::{kind}", "id-1", name, own_arn, "111111111111", "eu-west-1", properties)


def groups(found: Resource) -> list[str]:
    """Names of log groups; a prefix ends in `...`, and the detail follows."""
    shown = []
    for link in LINKS[found.type](found):
        more = "..." if link.by_prefix else ""
        detail = f" ({link.detail})" if link.detail else ""
        shown.append(f"{link.query['logGroupName']}{more}{detail}")
    return shown


BY_CONVENTION: dict[str, list[str]] = {
    "AmazonMQ::Broker": ["/aws/amazonmq/broker/id-1/..."],
    "ApiGateway::RestApi": [
        "API-Gateway-Execution-Logs_id-1/... (execution)",
        "/aws/apigateway/id-1",
        "/aws/apigateway/shop",
    ],
    "ApiGateway::Stage": [],
    "ApiGatewayV2::Api": [
        "/aws/apigateway/id-1/... (execution)",
        "/aws/apigateway/id-1",
        "/aws/apigateway/shop",
    ],
    "ApiGatewayV2::Stage": [],
    "AppRunner::Service": ["/aws/apprunner/shop/..."],
    "AppSync::GraphQLApi": ["/aws/appsync/apis/id-1"],
    "CloudTrail::Trail": [],
    "CodeBuild::Project": ["/aws/codebuild/shop"],
    "Cognito::UserPool": ["/aws/cognito/userpools/id-1", "/aws/cognito/userpools/shop"],
    "DataSync::Task": ["/aws/datasync"],
    "DocDB::DBCluster": ["/aws/docdb/shop/audit (audit)", "/aws/docdb/shop/profiler (profiler)"],
    "EC2::FlowLog": [],
    "VPC::FlowLog": [],
    "ECS::Cluster": ["/aws/ecs/containerinsights/shop/performance (container insights)"],
    "ECS::Service": ["/ecs/shop", "/aws/ecs/shop"],
    "ECS::Task": ["/ecs/shop"],
    "ECS::TaskDefinition": ["/ecs/shop"],
    "EKS::Cluster": [
        "/aws/eks/shop/cluster (control plane)",
        "/aws/containerinsights/shop/application (application)",
        "/aws/containerinsights/shop/dataplane (dataplane)",
        "/aws/containerinsights/shop/host (host)",
        "/aws/containerinsights/shop/performance (performance)",
    ],
    "ElastiCache::CacheCluster": [],
    "ElastiCache::ReplicationGroup": [],
    "ElasticBeanstalk::Environment": ["/aws/elasticbeanstalk/shop/..."],
    "Elasticsearch::Domain": [
        "/aws/OpenSearchService/domains/shop/...",
        "/aws/aes/domains/shop/...",
    ],
    "Glue::Job": [
        "/aws-glue/jobs/output (output)",
        "/aws-glue/jobs/error (error)",
        "/aws-glue/jobs/logs-v2 (continuous)",
    ],
    "KinesisFirehose::DeliveryStream": ["/aws/kinesisfirehose/shop"],
    "Lambda::Function": ["/aws/lambda/shop"],
    "Logs::LogGroup": ["shop"],
    "MSK::Cluster": ["/aws/msk/cluster/shop/broker (broker)"],
    "Neptune::DBCluster": [
        "/aws/neptune/shop/audit (audit)",
        "/aws/neptune/shop/slowquery (slowquery)",
    ],
    "OpenSearchService::Domain": [
        "/aws/OpenSearchService/domains/shop/...",
        "/aws/aes/domains/shop/...",
    ],
    "RDS::DBCluster": [
        f"/aws/rds/cluster/shop/{log} ({log})"
        for log in ("error", "slowquery", "general", "audit", "postgresql", "upgrade")
    ],
    "RDS::DBInstance": [
        f"/aws/rds/instance/shop/{log} ({log})"
        for log in ("error", "slowquery", "general", "audit", "postgresql", "upgrade")
    ],
    "Redshift::Cluster": [
        "/aws/redshift/cluster/shop/connectionlog (connectionlog)",
        "/aws/redshift/cluster/shop/userlog (userlog)",
        "/aws/redshift/cluster/shop/useractivitylog (useractivitylog)",
    ],
    "Route53::HostedZone": ["/aws/route53/shop"],
    "SageMaker::Endpoint": ["/aws/sagemaker/Endpoints/shop"],
    "SageMaker::TrainingJob": ["/aws/sagemaker/TrainingJobs"],
    "StepFunctions::StateMachine": [
        "/aws/vendedlogs/states/shop-Logs",
        "/aws/vendedlogs/states/shop",
        "/aws/states/shop",
    ],
    "StorageGateway::Gateway": ["/aws/storagegateway/shop", "/aws/storagegateway/id-1"],
    "Transfer::Server": ["/aws/transfer/id-1"],
    "WAFv2::WebACL": ["aws-waf-logs-shop..."],
}
