"""What the world calls: APIs with their stages, who may call them, and what is in front of them."""

from collections.abc import Iterator
from typing import Any, Final

from awsdash.demo.story.estate.environments import (
    DATA,
    DEVELOPMENT,
    EDGE,
    PAYMENTS,
    SETTLEMENT,
    SHARED,
    Environment,
)
from awsdash.demo.story.estate.holdings.network import VPC
from awsdash.demo.story.estate.resource import Resource

REST: Final = "AWS::ApiGateway::RestApi"
REST_STAGE: Final = "AWS::ApiGateway::Stage"
HTTP: Final = "AWS::ApiGatewayV2::Api"
HTTP_STAGE: Final = "AWS::ApiGatewayV2::Stage"
DISTRIBUTION: Final = "AWS::CloudFront::Distribution"
ZONE: Final = "AWS::Route53::HostedZone"
CERTIFICATE: Final = "AWS::CertificateManager::Certificate"
FIREWALL: Final = "AWS::WAFv2::WebACL"
POOL: Final = "AWS::Cognito::UserPool"
ACCESS_FORMAT: Final = '{"requestId":"$context.requestId","status":"$context.status"}'
_REST: Final = (
    (PAYMENTS, "checkout", "checkout", "prod", 410),
    (SETTLEMENT, "checkout", "checkout", "prod", 200),
    (DEVELOPMENT, "checkout", "checkout", "dev", 405),
    (DATA, "orders", "orders", "prod", 280),
)
_HTTP: Final = (
    (PAYMENTS, "webhooks", "checkout"),
    (DEVELOPMENT, "webhooks", "checkout"),
    (SHARED, "deploy-hooks", "delivery"),
)
_CERTIFICATES: Final = (
    (PAYMENTS, "pay.northwind.example", "checkout"),
    (SETTLEMENT, "pay.northwind.example", "checkout"),
    (DEVELOPMENT, "pay.dev.northwind.example", "checkout"),
    (DATA, "data.northwind.example", "orders"),
    (SHARED, "tools.northwind.example", "delivery"),
    (EDGE, "www.northwind.example", "edge"),
)


def resources() -> Iterator[Resource]:
    for at, name, service, stage, days in _REST:
        yield from _rest(at, name, service, stage, days)
    for at, name, service in _HTTP:
        yield from _http(at, name, service)
    for at, domain, service in _CERTIFICATES:
        certificate = {
            "domainName": domain,
            "subjectAlternativeNames": [domain],
            "type": "AMAZON_ISSUED",
        }
        yield at.resource(CERTIFICATE, domain, service, certificate, days=130)
    yield _distribution("www", "northwind-www.s3.amazonaws.com")
    yield _distribution("pay", "pay.northwind.example")
    yield _zone("northwind.example.")
    yield _zone("internal.northwind.example.", inside=SHARED)
    yield _firewall(PAYMENTS, "checkout", "checkout", "REGIONAL")
    yield _firewall(DATA, "orders", "orders", "REGIONAL")
    yield _firewall(EDGE, "edge", "edge", "CLOUDFRONT")
    for at, name in ((PAYMENTS, "customers"), (DEVELOPMENT, "customers"), (SHARED, "staff")):
        yield _pool(at, name)


def _access_log(at: Environment, name: str, stage: str) -> dict[str, str]:
    return {
        "destinationArn": at.log_group_arn(f"/aws/apigateway/{name}-{stage}"),
        "format": ACCESS_FORMAT,
    }


def _rest(at: Environment, name: str, service: str, stage: str, days: float) -> Iterator[Resource]:
    yield at.resource(
        REST,
        name,
        service,
        {
            "id": at.id_of(REST, name),
            "name": name,
            "description": f"{name} of {at.name}",
            "endpointConfiguration": {"types": ["REGIONAL"]},
        },
        days=days,
    )
    settings: dict[str, Any] = {
        "stageName": stage,
        "tracingEnabled": True,
        "accessLogSettings": _access_log(at, name, stage),
        "methodSettings": {"*/*": {"loggingLevel": "ERROR", "metricsEnabled": True}},
    }
    contained = ("Is contained in", REST, name)
    yield at.resource(REST_STAGE, f"{name}/{stage}", service, settings, contained, days=days - 1)


def _http(at: Environment, name: str, service: str) -> Iterator[Resource]:
    yield at.resource(
        HTTP,
        name,
        service,
        {"apiId": at.id_of(HTTP, name), "name": name, "protocolType": "HTTP"},
        days=250,
    )
    log = _access_log(at, name, at.stage)
    settings = {
        "stageName": at.stage,
        "autoDeploy": True,
        "accessLogSettings": {"DestinationArn": log["destinationArn"], "Format": log["format"]},
    }
    contained = ("Is contained in", HTTP, name)
    yield at.resource(HTTP_STAGE, f"{name}/{at.stage}", service, settings, contained, days=249)


def _distribution(name: str, origin: str) -> Resource:
    configuration = {
        "comment": f"{name}.northwind.example",
        "enabled": True,
        "aliases": [f"{name}.northwind.example"],
        "origins": [{"id": "origin", "domainName": origin}],
        "webACLId": EDGE.arn_of(FIREWALL, "edge"),
    }
    related = ("Is associated with", FIREWALL, "edge")
    return EDGE.resource(DISTRIBUTION, name, "edge", configuration, related, days=395)


def _zone(name: str, inside: Environment | None = None) -> Resource:
    configuration: dict[str, Any] = {
        "Name": name,
        "HostedZoneConfig": {"Comment": "Northwind", "PrivateZone": inside is not None},
    }
    if inside:
        vpc = inside.id_of(VPC, inside.name)
        configuration["VPCs"] = [{"VPCId": vpc, "VPCRegion": inside.region}]
    else:
        # Route 53 logs queries of public zones to us-east-1 alone.
        arn = EDGE.log_group_arn(f"/aws/route53/{name.rstrip('.')}")
        configuration["QueryLoggingConfig"] = {"CloudWatchLogsLogGroupArn": arn}
    return EDGE.resource(ZONE, name, "edge", configuration, days=500)


def _firewall(at: Environment, name: str, service: str, scope: str) -> Resource:
    configuration = {
        "Name": name,
        "Scope": scope,
        "DefaultAction": {"Allow": {}},
        "Rules": [
            {
                "Name": "rate",
                "Priority": 1,
                "Statement": {"RateBasedStatement": {"Limit": 2000, "AggregateKeyType": "IP"}},
                "Action": {"Block": {}},
                "VisibilityConfig": _visibility("rate"),
            }
        ],
        "VisibilityConfig": _visibility(name),
        "LoggingConfiguration": {
            "LogDestinationConfigs": [at.log_group_arn(f"aws-waf-logs-{name}")]
        },
    }
    return at.resource(FIREWALL, name, service, configuration, days=180)


def _visibility(metric: str) -> dict[str, Any]:
    return {
        "SampledRequestsEnabled": True,
        "CloudWatchMetricsEnabled": True,
        "MetricName": metric,
    }


def _pool(at: Environment, name: str) -> Resource:
    configuration = {
        "UserPoolName": name,
        "MfaConfiguration": "OPTIONAL",
        "UsernameAttributes": ["email"],
    }
    return at.resource(POOL, name, "edge", configuration, days=340)
