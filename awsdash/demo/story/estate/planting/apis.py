"""Plants APIs and their stages."""

from typing import Final

from moto.apigateway.utils import ApigwRestApiIdentifier
from moto.utilities.id_generator import moto_id_manager

from awsdash.demo.story.estate.planting.moto import (
    Planters,
    backend,
    camel,
    planting_time,
    sparse,
)
from awsdash.demo.story.estate.resource import Resource, identify


def _rest_api(resource: Resource) -> None:
    has = resource.configuration
    account, region = resource.place
    named = ApigwRestApiIdentifier(account, region, resource.name)
    moto_id_manager.set_custom_id(named, resource.id)
    created = backend("apigateway", resource).create_rest_api(
        has["name"],
        has["description"],
        endpoint_configuration=has["endpointConfiguration"],
        tags=dict(resource.tags),
    )
    moto_id_manager.unset_custom_id(named)
    created.create_date = int(planting_time().timestamp())


def _rest_stage(resource: Resource) -> None:
    has, gateway = resource.configuration, backend("apigateway", resource)
    api = gateway.get_rest_api(_api_of("AWS::ApiGateway::RestApi", resource))
    deployed = api.create_deployment("", "")
    stage = api.create_stage(
        has["stageName"],
        deployed.id,
        None,
        "",
        None,
        None,
        dict(resource.tags),
        has["tracingEnabled"],
    )
    stage.access_log_settings = dict(has["accessLogSettings"])
    stage.method_settings = dict(has["methodSettings"])


def _http_api(resource: Resource) -> None:
    has, gateway = resource.configuration, backend("apigatewayv2", resource)
    made = sparse(gateway.create_api, name=has["name"], protocol_type=has["protocolType"], tags={})
    gateway.apis.pop(made.api_id)
    gateway.apis[resource.id] = made
    made.api_id, made.arn = resource.id, resource.arn
    made.api_endpoint = f"https://{resource.id}.execute-api.{resource.place.region}.amazonaws.com"
    made.created_date = planting_time()
    gateway.tag_resource(resource.arn, dict(resource.tags))


def _http_stage(resource: Resource) -> None:
    settings = {**camel(resource.configuration), "tags": dict(resource.tags)}
    stage = backend("apigatewayv2", resource).create_stage(
        _api_of("AWS::ApiGatewayV2::Api", resource), settings
    )
    stage.created = stage.updated = planting_time()


def _api_of(type_: str, stage: Resource) -> str:
    return identify(type_, stage.place, stage.name.partition("/")[0]).id


PLANTERS: Final[Planters] = {
    "AWS::ApiGateway::RestApi": _rest_api,
    "AWS::ApiGateway::Stage": _rest_stage,
    "AWS::ApiGatewayV2::Api": _http_api,
    "AWS::ApiGatewayV2::Stage": _http_stage,
}
