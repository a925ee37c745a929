"""Resources as AWS describes them, and the log groups that they say they write to."""

from services.base import Resource
from services.cloudwatch_logs.tests.conventions import BY_CONVENTION, arn, resource

_CONTAINER = {"name": "web", "logConfiguration": {"options": {"awslogs-group": "/own"}}}
_CACHE = {
    "LogDeliveryConfigurations": [
        {
            "LogType": "slow-log",
            "DestinationDetails": {"CloudWatchLogsDetails": {"LogGroup": "/own"}},
        },
        {"LogType": "engine-log", "DestinationDetails": {"KinesisFirehoseDetails": {}}},
    ]
}
_DOMAIN = {
    "DomainName": "d",
    "LogPublishingOptions": {
        "SEARCH_SLOW_LOGS": {"CloudWatchLogsLogGroupArn": arn("/own"), "Enabled": True}
    },
}
_COGNITO = {
    "EventSource": "userNotification",
    "CloudWatchLogsConfiguration": {"LogGroupArn": arn("/own")},
}
_MSK = {
    "LoggingInfo": {
        "BrokerLogs": {"CloudWatchLogs": {"Enabled": True, "LogGroup": "/own"}},
        "AuthorizerLogs": {"CloudWatchLogs": {"LogGroup": "/auth"}},
    }
}
_TASK_ARN = "arn:aws:ecs:eu-west-1:1:task-definition/web:12"
_STAGE_ARN = "arn:aws:apigateway:eu-west-1::/{}/a1/stages/live"
CONFIGURED: list[tuple[Resource, list[str]]] = [
    (
        resource(
            "AmazonMQ::Broker",
            {"BrokerId": "b-1", "Logs": {"GeneralLogGroup": "/general", "AuditLogGroup": "/audit"}},
        ),
        ["/general (general)", "/audit (audit)", "/aws/amazonmq/broker/b-1/..."],
    ),
    (
        resource(
            "ApiGateway::RestApi",
            {
                "id": "a1",
                "name": "orders",
                "stages": [
                    {"stageName": "live", "accessLogSettings": {"destinationArn": arn("/live")}},
                    {"stageName": "test"},
                    {
                        "stageName": "hose",
                        "accessLogSettings": {
                            "destinationArn": "arn:aws:firehose:eu-west-1:1:deliverystream/x"
                        },
                    },
                ],
            },
        ),
        [
            "/live (live)",
            "API-Gateway-Execution-Logs_a1/... (execution)",
            "/aws/apigateway/a1",
            "/aws/apigateway/orders",
        ],
    ),
    (
        resource(
            "ApiGateway::Stage",
            {"stageName": "live", "accessLogSettings": {"destinationArn": arn("/live")}},
            own_arn=_STAGE_ARN.format("restapis"),
        ),
        ["/live (access)", "API-Gateway-Execution-Logs_a1/live (execution)"],
    ),
    (
        resource(
            "ApiGatewayV2::Api",
            {
                "ApiId": "a1",
                "Name": "orders",
                "ProtocolType": "HTTP",
                "Stages": [
                    {"StageName": "live", "AccessLogSettings": {"DestinationArn": arn("/live")}}
                ],
            },
        ),
        ["/live (live)", "/aws/apigateway/a1", "/aws/apigateway/orders"],
    ),
    (
        resource("ApiGatewayV2::Api", {"ApiId": "a1", "Name": "chat", "ProtocolType": "WEBSOCKET"}),
        ["/aws/apigateway/a1/... (execution)", "/aws/apigateway/a1", "/aws/apigateway/chat"],
    ),
    (
        resource(
            "ApiGatewayV2::Stage",
            {"AccessLogSettings": {"DestinationArn": arn("/live")}},
            own_arn=_STAGE_ARN.format("apis"),
        ),
        ["/live (access)", "/aws/apigateway/a1/live (execution)"],
    ),
    (resource("AppRunner::Service", {"ServiceName": "s"}), ["/aws/apprunner/s/..."]),
    (resource("AppSync::GraphQLApi", {"apiId": "g1"}), ["/aws/appsync/apis/g1"]),
    (resource("CloudTrail::Trail", {"CloudWatchLogsLogGroupArn": arn("/own")}), ["/own"]),
    (
        resource("CodeBuild::Project", {"logsConfig": {"cloudWatchLogs": {"groupName": "/own"}}}),
        ["/own"],
    ),
    (
        resource("Cognito::UserPool", {"Id": "p1", "LogConfigurations": [_COGNITO]}),
        [
            "/own (userNotification)",
            "/aws/cognito/userpools/p1",
            "/aws/cognito/userpools/shop",
        ],
    ),
    (resource("DataSync::Task", {"CloudWatchLogGroupArn": arn("/own")}), ["/own"]),
    (
        resource(
            "DocDB::DBCluster",
            {"DBClusterIdentifier": "c", "EnabledCloudwatchLogsExports": ["audit"]},
        ),
        ["/aws/docdb/c/audit (audit)"],
    ),
    (resource("EC2::FlowLog", {"LogGroupName": "/own"}), ["/own"]),
    (resource("VPC::FlowLog", {"LogDestination": arn("/own")}), ["/own"]),
    (resource("EC2::FlowLog", {"LogDestination": "arn:aws:s3:::bucket"}), []),
    (
        resource(
            "ECS::Cluster",
            {
                "clusterName": "c",
                "configuration": {
                    "executeCommandConfiguration": {
                        "logConfiguration": {"cloudWatchLogGroupName": "/exec"}
                    }
                },
            },
        ),
        ["/exec (exec)", "/aws/ecs/containerinsights/c/performance (container insights)"],
    ),
    (
        resource(
            "ECS::Service",
            {
                "serviceName": "s",
                "clusterArn": "arn:aws:ecs:eu-west-1:1:cluster/c",
                "taskDefinition": _TASK_ARN,
            },
        ),
        [
            "/ecs/web",
            "/ecs/s",
            "/aws/ecs/s",
            "/aws/ecs/containerinsights/c/performance (container insights)",
        ],
    ),
    (
        resource(
            "ECS::Task",
            {
                "taskDefinitionArn": _TASK_ARN,
                "taskDefinition": {"containerDefinitions": [_CONTAINER]},
                "group": "service:s",
                "clusterArn": "arn:aws:ecs:eu-west-1:1:cluster/c",
            },
        ),
        [
            "/own (web)",
            "/ecs/web",
            "/ecs/s",
            "/ecs/shop",
            "/aws/ecs/containerinsights/c/performance (container insights)",
        ],
    ),
    (
        resource("ECS::TaskDefinition", {"family": "web", "containerDefinitions": [_CONTAINER]}),
        ["/own (web)"],
    ),
    (resource("ECS::TaskDefinition", name=_TASK_ARN), ["/ecs/web"]),
    (
        resource("EKS::Cluster", {"name": "k"}),
        [line.replace("/shop/", "/k/") for line in BY_CONVENTION["EKS::Cluster"]],
    ),
    (resource("ElastiCache::CacheCluster", _CACHE), ["/own (slow-log)"]),
    (resource("ElastiCache::ReplicationGroup", _CACHE), ["/own (slow-log)"]),
    (
        resource("ElasticBeanstalk::Environment", {"EnvironmentName": "e"}),
        ["/aws/elasticbeanstalk/e/..."],
    ),
    (resource("Elasticsearch::Domain", _DOMAIN), ["/own (SEARCH_SLOW_LOGS)"]),
    (resource("OpenSearchService::Domain", _DOMAIN), ["/own (SEARCH_SLOW_LOGS)"]),
    (
        resource("Glue::Job", {"DefaultArguments": {"--continuous-log-logGroup": "/own"}}),
        ["/own (continuous)", *BY_CONVENTION["Glue::Job"]],
    ),
    (
        resource("Glue::Job", {"Command": {"Name": "pythonshell"}}),
        ["/aws-glue/python-jobs/output (output)", "/aws-glue/python-jobs/error (error)"],
    ),
    (
        resource(
            "KinesisFirehose::DeliveryStream",
            {
                "Destinations": [
                    {
                        "DestinationId": "d-1",
                        "S3DestinationDescription": {
                            "CloudWatchLoggingOptions": {"LogGroupName": "/own"}
                        },
                    }
                ]
            },
        ),
        ["/own"],
    ),
    (resource("Lambda::Function", {"LoggingConfig": {"LogGroup": "/own"}}), ["/own"]),
    (resource("Lambda::Function", {"FunctionName": "f"}), ["/aws/lambda/f"]),
    (resource("Logs::LogGroup", {"logGroupName": "/any/group"}), ["/any/group"]),
    (resource("MSK::Cluster", _MSK), ["/own (broker)", "/auth (authorizer)"]),
    (resource("MSK::Cluster", {"Provisioned": _MSK}), ["/own (broker)", "/auth (authorizer)"]),
    (
        resource("Neptune::DBCluster", {"EnabledCloudwatchLogsExports": ["slowquery"]}),
        ["/aws/neptune/shop/slowquery (slowquery)"],
    ),
    (
        resource("Redshift::Cluster", {"ClusterIdentifier": "r"}),
        [line.replace("/shop/", "/r/") for line in BY_CONVENTION["Redshift::Cluster"]],
    ),
    (resource("Route53::HostedZone", {"Name": "shop.example."}), ["/aws/route53/shop.example"]),
    (
        resource(
            "Route53::HostedZone",
            {"QueryLoggingConfigs": [{"CloudWatchLogsLogGroupArn": arn("/own")}]},
        ),
        ["/own"],
    ),
    (
        resource("SageMaker::Endpoint", {"EndpointName": "e"}),
        ["/aws/sagemaker/Endpoints/e"],
    ),
    (
        resource(
            "StepFunctions::StateMachine",
            {
                "loggingConfiguration": {
                    "destinations": [{"cloudWatchLogsLogGroup": {"logGroupArn": arn("/own")}}]
                }
            },
        ),
        ["/own"],
    ),
    (resource("StorageGateway::Gateway", {"CloudWatchLogGroupARN": arn("/own")}), ["/own"]),
    (
        resource("Transfer::Server", {"StructuredLogDestinations": [arn("/own"), arn("/two")]}),
        ["/own", "/two"],
    ),
    (
        resource("WAFv2::WebACL", {"LogDestinationConfigs": [arn("aws-waf-logs-own")]}),
        ["aws-waf-logs-own"],
    ),
    (resource("WAFv2::WebACL", {"Name": "w"}), ["aws-waf-logs-w..."]),
]
