"""Lists of the services that speak JSON."""

from typing import Final

from awsdash.demo.aws.discovery.listing import (
    ANY_INT,
    INVALID_NEXT,
    UP_TO_100,
    UP_TO_1000,
    Listings,
)
from awsdash.demo.aws.discovery.paging import Size
from awsdash.demo.aws.discovery.refusals import Refusals

_GATEWAY: Final = Size(25, most=ANY_INT, cap=500)
_GATEWAY_V2: Final = Size(100, most=ANY_INT, cap=500)
_LAMBDA: Final = Size(50, most=10_000, cap=50)

LISTINGS: Final = (
    Listings(
        "lambda",
        "lambda",
        Refusals("InvalidParameterValueException", "Invalid pagination token"),
        {
            "ListAliases": _LAMBDA,
            "ListEventSourceMappings": Size(100, most=10_000, cap=100),
            "ListFunctions": _LAMBDA,
            "ListLayerVersions": Size(50, most=50),
            "ListLayers": Size(50, most=50),
            "ListVersionsByFunction": _LAMBDA,
        },
    ),
    Listings(
        "elasticfilesystem",
        "efs",
        Refusals("BadRequest", "Invalid Marker"),
        {"DescribeFileSystems": Size(100, most=ANY_INT, cap=100)},
    ),
    Listings(
        "kinesis",
        "kinesis",
        Refusals("InvalidArgumentException", "NextToken is invalid"),
        {"ListStreams": Size(100, most=10_000, moto=10_000)},
    ),
    Listings(
        "kafka",
        "kafka",
        Refusals("BadRequestException", INVALID_NEXT, "BadRequestException"),
        {"ListClusters": UP_TO_100, "ListClustersV2": UP_TO_100},
    ),
    Listings(
        "apigateway",
        "apigateway",
        Refusals("BadRequestException", "Invalid position", "BadRequestException"),
        {
            "GetApiKeys": _GATEWAY,
            "GetDeployments": _GATEWAY,
            "GetDomainNames": _GATEWAY,
            "GetResources": _GATEWAY,
            "GetRestApis": _GATEWAY,
            "GetUsagePlans": _GATEWAY,
            "GetVpcLinks": _GATEWAY,
        },
    ),
    Listings(
        "apigateway",
        "apigatewayv2",
        Refusals("BadRequestException", INVALID_NEXT, "BadRequestException"),
        {
            "GetApis": _GATEWAY_V2,
            "GetRoutes": _GATEWAY_V2,
        },
    ),
    Listings(
        "ecs",
        "ecs",
        Refusals("InvalidParameterException", "Invalid token", "InvalidParameterException"),
        {
            "ListClusters": UP_TO_100,
            "ListContainerInstances": UP_TO_100,
            "ListServices": Size(10, most=100),
            "ListTaskDefinitionFamilies": UP_TO_100,
            "ListTaskDefinitions": UP_TO_100,
            "ListTasks": UP_TO_100,
        },
    ),
    Listings(
        "eks",
        "eks",
        Refusals("InvalidParameterException", INVALID_NEXT, "InvalidParameterException"),
        {
            "ListClusters": UP_TO_100,
            "ListFargateProfiles": UP_TO_100,
            "ListNodegroups": UP_TO_100,
        },
    ),
    Listings(
        "ecr",
        "ecr",
        Refusals("InvalidParameterException", INVALID_NEXT, "InvalidParameterException"),
        {
            "DescribeImages": UP_TO_1000,
            "DescribeRepositories": UP_TO_1000,
            "ListImages": UP_TO_1000,
        },
    ),
    Listings(
        "batch",
        "batch",
        Refusals("ClientException", INVALID_NEXT, "ClientException"),
        {
            "DescribeComputeEnvironments": UP_TO_100,
            "DescribeJobDefinitions": UP_TO_100,
            "DescribeJobQueues": UP_TO_100,
        },
    ),
    Listings(
        "acm",
        "acm",
        Refusals("ValidationException", INVALID_NEXT),
        {"ListCertificates": Size(1_000)},
    ),
    Listings(
        "kms",
        "kms",
        Refusals("InvalidMarkerException", "Could not deserialize marker"),
        {
            "ListAliases": Size(50),
            "ListGrants": Size(50, most=100),
            "ListKeys": UP_TO_1000,
            "ListResourceTags": Size(50, most=50),
        },
    ),
    Listings(
        "secretsmanager",
        "secretsmanager",
        Refusals("InvalidNextTokenException", "Invalid token."),
        {"ListSecrets": UP_TO_100},
    ),
    Listings(
        "ssm",
        "ssm",
        Refusals("InvalidNextToken", "The specified token is not valid."),
        {"DescribeParameters": Size(10, most=50)},
    ),
    Listings(
        "codebuild",
        "codebuild",
        Refusals("InvalidInputException", INVALID_NEXT),
        {"ListProjects": UP_TO_100},
    ),
    Listings(
        "codepipeline",
        "codepipeline",
        Refusals("InvalidNextTokenException", INVALID_NEXT),
        {"ListPipelines": Size(1_000)},
    ),
    Listings(
        "glue",
        "glue",
        Refusals("InvalidInputException", INVALID_NEXT, "InvalidInputException"),
        {
            "GetCrawlers": UP_TO_1000,
            "GetJobs": UP_TO_1000,
        },
    ),
    Listings(
        "backup",
        "backup",
        Refusals("InvalidParameterValueException", INVALID_NEXT, "InvalidParameterValueException"),
        {"ListBackupPlans": Size(1_000), "ListBackupVaults": Size(1_000)},
    ),
    Listings(
        "sqs",
        "sqs",
        Refusals(
            "InvalidParameterValue",
            "Value for parameter NextToken is invalid",
            "InvalidParameterValue",
        ),
        {"ListQueues": Size(1_000)},
    ),
    Listings(
        "events",
        "events",
        Refusals("ValidationException", INVALID_NEXT),
        {"ListEventBuses": UP_TO_100, "ListRules": UP_TO_100},
    ),
    Listings(
        "wafv2",
        "wafv2",
        Refusals("WAFInvalidParameterException", "The specified NextMarker is not valid"),
        {"ListWebACLs": UP_TO_100},
    ),
    Listings(
        "cognito-idp",
        "cognito-idp",
        Refusals("InvalidParameterException", INVALID_NEXT, "InvalidParameterException"),
        {"ListUserPools": Size(60, most=60, moto=60)},
    ),
    Listings(
        "scheduler",
        "scheduler",
        Refusals("ValidationException", INVALID_NEXT),
        {"ListScheduleGroups": UP_TO_100, "ListSchedules": UP_TO_100},
    ),
    Listings(
        "states",
        "stepfunctions",
        Refusals("InvalidToken", "Invalid Token: '{token}'"),
        {"ListStateMachines": Size(100, least=0)},
    ),
)
