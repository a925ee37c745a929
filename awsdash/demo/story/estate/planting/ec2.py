"""Plants networks and machines."""

from itertools import product
from typing import Any, Final

from moto import settings
from moto.ec2.models import (
    ec2_backends,
    elastic_block_store,
    elastic_ip_addresses,
    elastic_network_interfaces,
    flow_logs,
    instances,
    internet_gateways,
    launch_templates,
    nat_gateways,
    route_tables,
    security_groups,
    subnets,
    vpcs,
)

from awsdash.demo.story.cast import ACCOUNTS, REGIONS
from awsdash.demo.story.estate.planting.moto import Planters, answering, backend
from awsdash.demo.story.estate.resource import Resource, identify


def prepare() -> None:
    """Northwind has deleted the VPC that AWS gives to every account in every region."""
    # moto knows 1300 images for each region; that takes it long, and Northwind owns none.
    with answering(settings, ec2_load_default_amis=False):
        for account, region in product(ACCOUNTS, REGIONS):
            ec2 = ec2_backends[account][region]
            for held in (ec2.vpcs, ec2.subnets, ec2.groups, ec2.route_tables, ec2.network_acls):
                held.clear()


def _tag(resource: Resource) -> None:
    backend("ec2", resource).create_tags([resource.id], dict(resource.tags))


def _vpc(resource: Resource) -> None:
    main = identify("AWS::EC2::RouteTable", resource.place, "main").id
    default = identify("AWS::EC2::SecurityGroup", resource.place, "default").id
    with (
        answering(vpcs, random_vpc_id=resource.id),
        answering(route_tables, random_route_table_id=main),
        answering(security_groups, random_security_group_id=default),
    ):
        backend("ec2", resource).create_vpc(resource.configuration["cidrBlock"])
    _tag(resource)


def _subnet(resource: Resource) -> None:
    has = resource.configuration
    with answering(subnets, random_subnet_id=resource.id):
        created = backend("ec2", resource).create_subnet(
            has["vpcId"], has["cidrBlock"], availability_zone=has["availabilityZone"]
        )
    created.map_public_ip_on_launch = has["mapPublicIpOnLaunch"]
    created.default_for_az = False
    _tag(resource)


def _security_group(resource: Resource) -> None:
    has, ec2 = resource.configuration, backend("ec2", resource)
    if resource.name != "default":  # that one came with the VPC
        with answering(security_groups, random_security_group_id=resource.id):
            ec2.create_security_group(has["groupName"], has["description"], has["vpcId"])
    for permission in has["ipPermissions"]:
        ec2.authorize_security_group_ingress(
            resource.id,
            permission["ipProtocol"],
            permission["fromPort"],
            permission["toPort"],
            [{"CidrIp": cidr} for cidr in permission["ipRanges"]],
        )
    _tag(resource)


def _internet_gateway(resource: Resource) -> None:
    ec2 = backend("ec2", resource)
    with answering(internet_gateways, random_internet_gateway_id=resource.id):
        ec2.create_internet_gateway()
    ec2.attach_internet_gateway(resource.id, resource.configuration["attachments"][0]["vpcId"])
    _tag(resource)


def _address(resource: Resource) -> None:
    with answering(elastic_ip_addresses, random_eip_allocation_id=resource.id):
        backend("ec2", resource).allocate_address("vpc")
    _tag(resource)


def _nat_gateway(resource: Resource) -> None:
    has = resource.configuration
    address = has["natGatewayAddresses"][0]
    with (
        answering(nat_gateways, random_nat_gateway_id=resource.id),
        answering(elastic_network_interfaces, random_eni_id=address["networkInterfaceId"]),
    ):
        backend("ec2", resource).create_nat_gateway(has["subnetId"], address["allocationId"])
    _tag(resource)


def _route_table(resource: Resource) -> None:
    has, ec2 = resource.configuration, backend("ec2", resource)
    if resource.name != "main":  # that one came with the VPC
        with answering(route_tables, random_route_table_id=resource.id):
            ec2.create_route_table(has["vpcId"])
    for route in has["routes"][1:]:
        ec2.create_route(
            resource.id,
            route["destinationCidrBlock"],
            gateway_id=route.get("gatewayId"),
            nat_gateway_id=route.get("natGatewayId"),
        )
    for association in has["associations"]:
        ec2.associate_route_table(resource.id, subnet_id=association["subnetId"])
    _tag(resource)


def _flow_log(resource: Resource) -> None:
    has = resource.configuration
    with answering(flow_logs, random_flow_log_id=resource.id):
        created, _ = backend("ec2", resource).create_flow_logs(
            "VPC",
            [has["resourceId"]],
            has["trafficType"],
            has["deliverLogsPermissionArn"],
            has["logDestinationType"],
            None,
            has["logGroupName"],
            None,
            600,
        )
    created[0].deliver_logs_status, created[0].deliver_logs_error_message = "SUCCESS", None
    _tag(resource)


def _endpoint(resource: Resource) -> None:
    has = resource.configuration
    with answering(vpcs, random_vpc_ep_id=resource.id):
        backend("ec2", resource).create_vpc_endpoint(
            has["vpcId"],
            has["serviceName"],
            has["vpcEndpointType"],
            None,
            has["routeTableIds"],
            tags=dict(resource.tags),
        )


def _network_interface(resource: Resource) -> None:
    has, ec2 = resource.configuration, backend("ec2", resource)
    if resource.id not in ec2.enis:  # that of a NAT gateway came with it
        with answering(elastic_network_interfaces, random_eni_id=resource.id):
            ec2.create_network_interface(
                has["subnetId"], None, group_ids=[group["groupId"] for group in has["groups"]]
            )
    _tag(resource)


def _instance(resource: Resource) -> None:
    has = resource.configuration
    interface = {
        "DeviceIndex": 0,
        "NetworkInterfaceId": has["networkInterfaces"][0]["networkInterfaceId"],
        "SubnetId": has["subnetId"],
    }
    with answering(instances, random_instance_id=resource.id):
        backend("ec2", resource).run_instances(
            has["imageId"],
            1,
            None,
            [],
            instance_type=has["instanceType"],
            is_instance_type_default=False,
            region_name=resource.place.region,
            security_group_ids=[group["groupId"] for group in has["securityGroups"]],
            nics=[interface],
            block_device_mappings=[],
            tags={"instance": dict(resource.tags)},
        )


def _volume(resource: Resource) -> None:
    has, ec2 = resource.configuration, backend("ec2", resource)
    with answering(elastic_block_store, random_volume_id=resource.id):
        ec2.create_volume(has["size"], has["availabilityZone"], volume_type=has["volumeType"])
    for attachment in has["attachments"]:
        ec2.attach_volume(resource.id, attachment["instanceId"], attachment["device"])
    _tag(resource)


def _launch_template(resource: Resource) -> None:
    has: Any = resource.configuration
    with answering(launch_templates, random_launch_template_id=resource.id):
        backend("ec2", resource).create_launch_template(
            has["LaunchTemplateName"],
            "",
            has["LaunchTemplateData"],
            {"launch-template": dict(resource.tags)},
        )


PLANTERS: Final[Planters] = {
    "AWS::EC2::VPC": _vpc,
    "AWS::EC2::Subnet": _subnet,
    "AWS::EC2::SecurityGroup": _security_group,
    "AWS::EC2::InternetGateway": _internet_gateway,
    "AWS::EC2::EIP": _address,
    "AWS::EC2::NatGateway": _nat_gateway,
    "AWS::EC2::RouteTable": _route_table,
    "AWS::EC2::FlowLog": _flow_log,
    "AWS::EC2::VPCEndpoint": _endpoint,
    "AWS::EC2::NetworkInterface": _network_interface,
    "AWS::EC2::LaunchTemplate": _launch_template,
    "AWS::EC2::Instance": _instance,
    "AWS::EC2::Volume": _volume,
}
