"""Which log groups belong to a resource: its own configuration first, then AWS's conventions.

No entry: the type writes to no log group of its own (EC2 instances, DynamoDB tables, load
balancers, SageMaker models and endpoint configurations). A candidate is no promise; a link's
`needs` lets the explorer check it.
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import Final

from services.base import LinkMaker, Resource
from services.cloudwatch_logs.candidates import (
    Candidate,
    all_of,
    by_id,
    by_name,
    candidates,
    configured,
    dig,
    each,
    first_of,
    fixed,
    links,
    name_of,
)
from services.cloudwatch_logs.containers import (
    container_insights,
    containers,
    definition_family,
    service_of_task,
)
from services.cloudwatch_logs.databases import database
from services.cloudwatch_logs.stages import rest_stage, websocket_api, websocket_stage


def _glue_job(resource: Resource) -> Iterable[Candidate]:
    if dig(resource.properties, "Command.Name") == "pythonshell":
        return [Candidate(f"/aws-glue/python-jobs/{log}", log) for log in ("output", "error")]
    return [
        Candidate("/aws-glue/jobs/output", "output"),
        Candidate("/aws-glue/jobs/error", "error"),
        Candidate("/aws-glue/jobs/logs-v2", "continuous"),
    ]


def _hosted_zone(resource: Resource) -> Iterable[Candidate]:
    """Route 53 writes the root's dot behind a zone's name; log groups are named without it."""
    zone = name_of(resource, "Name").rstrip(".")
    return [Candidate(f"/aws/route53/{zone}")] if zone else ()


def _delivery_stream(resource: Resource) -> Iterator[Candidate]:
    """One destination, under the name of its kind: S3DestinationDescription, ..."""
    destinations = dig(resource.properties, "Destinations")
    for destination in destinations if isinstance(destinations, list) else ():
        for kind in destination.values() if isinstance(destination, Mapping) else ():
            yield from candidates(dig(kind, "CloudWatchLoggingOptions.LogGroupName"))


_FLOW_LOG: Final = links(configured("LogGroupName"), configured("LogDestination"))
_SEARCH_DOMAIN: Final = links(
    first_of(
        each("LogPublishingOptions", "CloudWatchLogsLogGroupArn"),
        all_of(
            by_name("/aws/OpenSearchService/domains/{}/", "DomainName", by_prefix=True),
            by_name("/aws/aes/domains/{}/", "DomainName", by_prefix=True),
        ),
    )
)
_CACHE: Final = links(
    each(
        "LogDeliveryConfigurations",
        "DestinationDetails.CloudWatchLogsDetails.LogGroup",
        detail="LogType",
    )
)

LINKS: Final[Mapping[str, LinkMaker]] = {
    "AWS::Logs::LogGroup": links(by_name("{}", "logGroupName")),
    "AWS::Lambda::Function": links(
        first_of(configured("LoggingConfig.LogGroup"), by_name("/aws/lambda/{}", "FunctionName"))
    ),
    "AWS::ApiGateway::RestApi": links(
        each("stages", "accessLogSettings.destinationArn", detail="stageName"),
        each("item", "accessLogSettings.destinationArn", detail="stageName"),
        by_id("API-Gateway-Execution-Logs_{}/", "id", detail="execution", by_prefix=True),
        by_id("/aws/apigateway/{}", "id"),
        by_name("/aws/apigateway/{}", "name"),
    ),
    "AWS::ApiGateway::Stage": links(
        configured("accessLogSettings.destinationArn", "access"), rest_stage
    ),
    "AWS::ApiGatewayV2::Api": links(
        each("Stages", "AccessLogSettings.DestinationArn", detail="StageName"),
        each("Items", "AccessLogSettings.DestinationArn", detail="StageName"),
        websocket_api,
        by_id("/aws/apigateway/{}", "ApiId"),
        by_name("/aws/apigateway/{}", "Name"),
    ),
    "AWS::ApiGatewayV2::Stage": links(
        configured("AccessLogSettings.DestinationArn", "access"), websocket_stage
    ),
    "AWS::AppRunner::Service": links(by_name("/aws/apprunner/{}/", "ServiceName", by_prefix=True)),
    "AWS::AppSync::GraphQLApi": links(by_id("/aws/appsync/apis/{}", "apiId")),
    "AWS::AmazonMQ::Broker": links(
        configured("Logs.GeneralLogGroup", "general"),
        configured("Logs.AuditLogGroup", "audit"),
        by_id("/aws/amazonmq/broker/{}/", "BrokerId", by_prefix=True),
    ),
    "AWS::CloudTrail::Trail": links(configured("CloudWatchLogsLogGroupArn")),
    "AWS::CodeBuild::Project": links(
        first_of(
            configured("logsConfig.cloudWatchLogs.groupName"), by_name("/aws/codebuild/{}", "name")
        )
    ),
    "AWS::Cognito::UserPool": links(
        each("LogConfigurations", "CloudWatchLogsConfiguration.LogGroupArn", detail="EventSource"),
        each(
            "LogDeliveryConfiguration.LogConfigurations",
            "CloudWatchLogsConfiguration.LogGroupArn",
            detail="EventSource",
        ),
        by_id("/aws/cognito/userpools/{}", "Id"),
        by_name("/aws/cognito/userpools/{}", "Name"),
    ),
    "AWS::DataSync::Task": links(
        first_of(configured("CloudWatchLogGroupArn"), fixed("/aws/datasync"))
    ),
    "AWS::DocDB::DBCluster": links(database("cluster", "docdb")),
    "AWS::EC2::FlowLog": _FLOW_LOG,
    "AWS::VPC::FlowLog": _FLOW_LOG,
    "AWS::ECS::Cluster": links(
        configured(
            "configuration.executeCommandConfiguration.logConfiguration.cloudWatchLogGroupName",
            "exec",
        ),
        by_name(
            "/aws/ecs/containerinsights/{}/performance",
            "clusterName",
            details=("container insights",),
        ),
    ),
    "AWS::ECS::Service": links(
        containers,
        each(
            "deployments",
            "serviceConnectConfiguration.logConfiguration.options.awslogs-group",
            detail="status",
        ),
        definition_family,
        by_name("/ecs/{}", "serviceName"),
        by_name("/aws/ecs/{}", "serviceName"),
        container_insights,
    ),
    "AWS::ECS::Task": links(
        containers, definition_family, service_of_task, by_name("/ecs/{}"), container_insights
    ),
    "AWS::ECS::TaskDefinition": links(first_of(containers, definition_family)),
    "AWS::EKS::Cluster": links(
        by_name("/aws/eks/{}/cluster", "name", details=("control plane",)),
        by_name(
            "/aws/containerinsights/{}/{detail}",
            "name",
            details=("application", "dataplane", "host", "performance"),
        ),
    ),
    "AWS::ElastiCache::CacheCluster": _CACHE,
    "AWS::ElastiCache::ReplicationGroup": _CACHE,
    "AWS::ElasticBeanstalk::Environment": links(
        by_name("/aws/elasticbeanstalk/{}/", "EnvironmentName", by_prefix=True)
    ),
    "AWS::Elasticsearch::Domain": _SEARCH_DOMAIN,
    "AWS::Glue::Job": links(
        configured("DefaultArguments.--continuous-log-logGroup", "continuous"), _glue_job
    ),
    "AWS::KinesisFirehose::DeliveryStream": links(
        first_of(_delivery_stream, by_name("/aws/kinesisfirehose/{}", "DeliveryStreamName"))
    ),
    "AWS::MSK::Cluster": links(
        first_of(
            all_of(
                configured("LoggingInfo.BrokerLogs.CloudWatchLogs.LogGroup", "broker"),
                configured("Provisioned.LoggingInfo.BrokerLogs.CloudWatchLogs.LogGroup", "broker"),
            ),
            by_name("/aws/msk/cluster/{}/broker", "ClusterName", details=("broker",)),
        ),
        configured("LoggingInfo.AuthorizerLogs.CloudWatchLogs.LogGroup", "authorizer"),
        configured("Provisioned.LoggingInfo.AuthorizerLogs.CloudWatchLogs.LogGroup", "authorizer"),
    ),
    "AWS::Neptune::DBCluster": links(database("cluster", "neptune")),
    "AWS::OpenSearchService::Domain": _SEARCH_DOMAIN,
    "AWS::RDS::DBCluster": links(database("cluster")),
    "AWS::RDS::DBInstance": links(database("instance")),
    "AWS::Redshift::Cluster": links(
        by_name(
            "/aws/redshift/cluster/{}/{detail}",
            "ClusterIdentifier",
            details=("connectionlog", "userlog", "useractivitylog"),
        )
    ),
    "AWS::Route53::HostedZone": links(
        first_of(
            all_of(
                configured("CloudWatchLogsLogGroupArn"),
                configured("QueryLoggingConfig.CloudWatchLogsLogGroupArn"),
                each("QueryLoggingConfigs", "CloudWatchLogsLogGroupArn"),
            ),
            _hosted_zone,
        )
    ),
    "AWS::SageMaker::Endpoint": links(by_name("/aws/sagemaker/Endpoints/{}", "EndpointName")),
    "AWS::SageMaker::TrainingJob": links(fixed("/aws/sagemaker/TrainingJobs")),
    "AWS::StepFunctions::StateMachine": links(
        first_of(
            each("loggingConfiguration.destinations", "cloudWatchLogsLogGroup.logGroupArn"),
            all_of(
                by_name("/aws/vendedlogs/states/{}-Logs", "name"),
                by_name("/aws/vendedlogs/states/{}", "name"),
                by_name("/aws/states/{}", "name"),
            ),
        )
    ),
    "AWS::StorageGateway::Gateway": links(
        first_of(
            configured("CloudWatchLogGroupARN"),
            all_of(
                by_name("/aws/storagegateway/{}", "GatewayName"),
                by_id("/aws/storagegateway/{}", "GatewayId"),
            ),
        )
    ),
    "AWS::Transfer::Server": links(
        first_of(configured("StructuredLogDestinations"), by_id("/aws/transfer/{}", "ServerId"))
    ),
    "AWS::WAFv2::WebACL": links(
        first_of(
            all_of(
                configured("LogDestinationConfigs"),
                configured("LoggingConfiguration.LogDestinationConfigs"),
            ),
            by_name("aws-waf-logs-{}", "Name", by_prefix=True),
        )
    ),
}
