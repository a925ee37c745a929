"""Machines: instances with their volumes and interfaces, and the groups that scale them."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from awsdash.demo.story.estate.environments import (
    DATA,
    DEVELOPMENT,
    PAYMENTS,
    REPORTS,
    SETTLEMENT,
    SHARED,
    Environment,
)
from awsdash.demo.story.estate.holdings.network import GROUP, SUBNET, VPC
from awsdash.demo.story.estate.resource import Resource

INSTANCE: Final = "AWS::EC2::Instance"
VOLUME: Final = "AWS::EC2::Volume"
INTERFACE: Final = "AWS::EC2::NetworkInterface"
TEMPLATE: Final = "AWS::EC2::LaunchTemplate"
SCALING: Final = "AWS::AutoScaling::AutoScalingGroup"
IMAGE: Final = "ami-0c1f2a3b4d5e6f708"


@dataclass(frozen=True)
class Machines:
    """So many alike; they belong to an Auto Scaling group of their name if `scaled`."""

    at: Environment
    name: str
    service: str
    count: int = 1
    size: str = "m7g.large"
    group: str = "services"
    disk_gib: int = 30
    scaled: bool = False
    days: float = 90

    @property
    def names(self) -> list[str]:
        alone = self.count == 1 and not self.scaled
        return [self.name] if alone else [f"{self.name}-{n}" for n in range(1, self.count + 1)]


MACHINES: Final = (
    Machines(PAYMENTS, "ledger-worker", "ledger", 3, "c7g.xlarge", scaled=True, days=12),
    Machines(PAYMENTS, "hsm-proxy", "checkout", 1, "m7g.medium", days=310),
    Machines(SETTLEMENT, "bank-sftp", "settlement", 1, "t4g.small", days=260),
    Machines(DEVELOPMENT, "ledger-worker", "ledger", 1, "t4g.medium", scaled=True, days=5),
    Machines(DATA, "kafka-connect", "orders", 1, "r7g.large", disk_gib=100, days=150),
    Machines(DATA, "stream-processor", "clickstream", 2, "c7g.2xlarge", scaled=True, days=8),
    Machines(REPORTS, "tableau", "reporting", 1, "r7i.2xlarge", disk_gib=500, days=330),
    Machines(SHARED, "bastion", "network", 1, "t4g.micro", "bastion", 8, days=390),
    Machines(SHARED, "prometheus", "observability", 1, "r7g.xlarge", disk_gib=400, days=200),
    Machines(SHARED, "runner", "delivery", 2, "c7i.2xlarge", scaled=True, days=1.5),
)


def resources() -> Iterator[Resource]:
    for machines in MACHINES:
        for number, name in enumerate(machines.names):
            yield from _machine(machines, name, number)
        if machines.scaled:
            yield _template(machines)
            yield _scaling_group(machines)


def _machine(of: Machines, name: str, number: int) -> Iterator[Resource]:
    at, subnets = of.at, of.at.subnet_names("private")
    subnet = subnets[number % len(subnets)]
    network = {"vpcId": at.id_of(VPC, at.name), "subnetId": at.id_of(SUBNET, subnet)}
    groups = [{"groupName": of.group, "groupId": at.id_of(GROUP, of.group)}]
    inside = ("Is contained in", SUBNET, subnet)
    guarded = ("Is associated with", GROUP, of.group)
    instance = {
        **network,
        "imageId": IMAGE,
        "instanceType": of.size,
        "state": {"code": 16, "name": "running"},
        "securityGroups": groups,
        "networkInterfaces": [{"networkInterfaceId": at.id_of(INTERFACE, name)}],
        "blockDeviceMappings": [
            {"deviceName": "/dev/xvda", "ebs": {"volumeId": at.id_of(VOLUME, name)}}
        ],
    }
    interface = {**network, "groups": groups, "status": "in-use"}
    yield at.resource(INSTANCE, name, of.service, instance, inside, guarded, days=of.days)
    attached = ("Is attached to", INSTANCE, name)
    yield at.resource(
        INTERFACE, name, of.service, interface, attached, inside, guarded, days=of.days
    )
    yield at.resource(VOLUME, name, of.service, _volume(of, name, subnet), attached, days=of.days)


def _volume(of: Machines, name: str, subnet: str) -> dict[str, object]:
    return {
        "size": of.disk_gib,
        "volumeType": "gp3",
        "availabilityZone": f"{of.at.region}{subnet[-1]}",
        "state": "in-use",
        "attachments": [
            {"instanceId": of.at.id_of(INSTANCE, name), "device": "/dev/xvda", "state": "attached"}
        ],
    }


def _template(of: Machines) -> Resource:
    data = {
        "ImageId": IMAGE,
        "InstanceType": of.size,
        "SecurityGroupIds": [of.at.id_of(GROUP, of.group)],
    }
    configuration = {"LaunchTemplateName": of.name, "LaunchTemplateData": data}
    return of.at.resource(TEMPLATE, of.name, of.service, configuration, days=of.days + 100)


def _scaling_group(of: Machines) -> Resource:
    at = of.at
    configuration = {
        "autoScalingGroupName": of.name,
        "minSize": of.count,
        "maxSize": of.count * 4,
        "desiredCapacity": of.count,
        "vPCZoneIdentifier": ",".join(at.subnet_ids("private")),
        "launchTemplate": {
            "launchTemplateId": at.id_of(TEMPLATE, of.name),
            "launchTemplateName": of.name,
            "version": "1",
        },
        "instances": [{"instanceId": at.id_of(INSTANCE, name)} for name in of.names],
    }
    contains = [("Contains", INSTANCE, name) for name in of.names]
    return at.resource(SCALING, of.name, of.service, configuration, *contains, days=of.days + 90)
