"""VPCs and what they are made of."""

from collections.abc import Iterator
from typing import Any, Final

from awsdash.demo.story.estate.environments import ENVIRONMENTS, SHARED, Environment
from awsdash.demo.story.estate.resource import Resource

VPC: Final = "AWS::EC2::VPC"
SUBNET: Final = "AWS::EC2::Subnet"
GROUP: Final = "AWS::EC2::SecurityGroup"
INTERFACE: Final = "AWS::EC2::NetworkInterface"
ADDRESS: Final = "AWS::EC2::EIP"
NAT: Final = "nat"
ROUTES: Final = "AWS::EC2::RouteTable"
ANYWHERE: Final = "0.0.0.0/0"
FLOW_LOGS: Final = "/aws/vpc/flow-logs"
# The ports that a security group lets in, and from where; "10" stands for the company's networks.
_INGRESS: Final = {
    "edge": (443, ANYWHERE),
    "services": (8080, "10"),
    "databases": (5432, "10"),
}


def resources() -> Iterator[Resource]:
    for environment in ENVIRONMENTS:
        if environment.cidr:
            yield from _network(environment)
    yield _security_group(SHARED, "bastion", 22, "10.0.0.0/8")


def _network(at: Environment) -> Iterator[Resource]:
    name = at.name
    yield at.resource(
        VPC, name, "network", {"cidrBlock": f"{at.cidr}.0.0/16", "isDefault": False}, days=420
    )
    yield from _subnets(at)
    yield from _gateways(at)
    yield _routes(at, "main")
    yield _routes(at, "public", gatewayId=at.id_of("AWS::EC2::InternetGateway", name))
    yield _routes(at, "private", natGatewayId=at.id_of("AWS::EC2::NatGateway", name))
    yield _security_group(at, "default")
    for group, (port, source) in _INGRESS.items():
        yield _security_group(at, group, port, "10.0.0.0/8" if source == "10" else source)
    yield _flow_log(at)
    yield _endpoint(at, "s3")


def _subnets(at: Environment) -> Iterator[Resource]:
    names = at.subnet_names("public") + at.subnet_names("private")
    for number, name in enumerate(names):
        configuration = {
            "vpcId": at.id_of(VPC, at.name),
            "cidrBlock": f"{at.cidr}.{number * 16}.0/20",
            "availabilityZone": f"{at.region}{name[-1]}",
            "mapPublicIpOnLaunch": name.startswith("public"),
        }
        yield at.resource(
            SUBNET, name, "network", configuration, ("Is contained in", VPC, at.name), days=420
        )


def _gateways(at: Environment) -> Iterator[Resource]:
    yield at.resource(
        "AWS::EC2::InternetGateway",
        at.name,
        "network",
        {"attachments": [{"state": "available", "vpcId": at.id_of(VPC, at.name)}]},
        ("Is attached to", VPC, at.name),
        days=420,
    )
    yield at.resource(ADDRESS, at.name, "network", {"domain": "vpc"}, days=419)
    subnet = at.subnet_names("public")[0]
    network = {"vpcId": at.id_of(VPC, at.name), "subnetId": at.id_of(SUBNET, subnet)}
    inside = ("Is contained in", SUBNET, subnet)
    address = {
        "allocationId": at.id_of(ADDRESS, at.name),
        "networkInterfaceId": at.id_of(INTERFACE, NAT),
    }
    yield at.resource(
        "AWS::EC2::NatGateway",
        at.name,
        "network",
        {**network, "natGatewayAddresses": [address], "state": "available"},
        ("Is contained in", VPC, at.name),
        inside,
        ("Is attached to", ADDRESS, at.name),
        ("Is attached to", INTERFACE, NAT),
        days=419,
    )
    yield at.resource(INTERFACE, NAT, "network", {**network, "groups": []}, inside, days=419)


def _routes(at: Environment, name: str, **target: str) -> Resource:
    routes: list[dict[str, Any]] = [
        {"destinationCidrBlock": f"{at.cidr}.0.0/16", "gatewayId": "local"}
    ]
    if target:
        routes.append({"destinationCidrBlock": ANYWHERE, **target})
    subnets = at.subnet_names(name) if target else []
    configuration = {
        "vpcId": at.id_of(VPC, at.name),
        "routes": routes,
        "associations": [{"subnetId": at.id_of(SUBNET, subnet)} for subnet in subnets],
    }
    return at.resource(
        ROUTES, name, "network", configuration, ("Is contained in", VPC, at.name), days=419
    )


def _security_group(
    at: Environment, name: str, port: int | None = None, source: str = ""
) -> Resource:
    permission = {
        "ipProtocol": "tcp",
        "fromPort": port,
        "toPort": port,
        "ipv4Ranges": [{"cidrIp": source}],
        "ipRanges": [source],
    }
    configuration = {
        "groupName": name,
        "description": f"Northwind {name}",
        "vpcId": at.id_of(VPC, at.name),
        "ipPermissions": [permission] if port else [],
        "ipPermissionsEgress": [{"ipProtocol": "-1", "ipRanges": [ANYWHERE]}],
    }
    return at.resource(
        GROUP, name, "network", configuration, ("Is contained in", VPC, at.name), days=400
    )


def _flow_log(at: Environment) -> Resource:
    configuration = {
        "resourceId": at.id_of(VPC, at.name),
        "trafficType": "ALL",
        "logDestinationType": "cloud-watch-logs",
        "logGroupName": FLOW_LOGS,
        "deliverLogsPermissionArn": at.role_arn("flow-logs"),
    }
    return at.resource(
        "AWS::EC2::FlowLog",
        at.name,
        "network",
        configuration,
        ("Is attached to", VPC, at.name),
        days=380,
    )


def _endpoint(at: Environment, service: str) -> Resource:
    configuration = {
        "vpcId": at.id_of(VPC, at.name),
        "vpcEndpointType": "Gateway",
        "serviceName": f"com.amazonaws.{at.region}.{service}",
        "routeTableIds": [at.id_of(ROUTES, "private")],
    }
    return at.resource(
        "AWS::EC2::VPCEndpoint",
        service,
        "network",
        configuration,
        ("Is contained in", VPC, at.name),
        ("Is associated with", ROUTES, "private"),
        days=380,
    )
