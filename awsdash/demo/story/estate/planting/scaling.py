"""Plants Auto Scaling groups and load balancers."""

from typing import Final

from moto.elbv2 import models as elbv2

from awsdash.demo.story.estate.planting.moto import Planters, answering, backend, key_values
from awsdash.demo.story.estate.resource import Resource


def _scaling_group(resource: Resource) -> None:
    has, scaling = resource.configuration, backend("autoscaling", resource)
    template = has["launchTemplate"]
    # It would start instances of its own; those that it has are planted already.
    created = scaling.create_auto_scaling_group(
        has["autoScalingGroupName"],
        [],
        0,
        has["maxSize"],
        0,
        None,
        {"LaunchTemplateId": template["launchTemplateId"], "Version": template["version"]},
        has["vPCZoneIdentifier"],
        None,
        None,
        None,
        [],
        [],
        None,
        [],
        [{**tag, "PropagateAtLaunch": True} for tag in key_values(resource)],
    )
    created.min_size = has["minSize"]
    created._id = resource.arn.split(":")[6]
    instances = [instance["instanceId"] for instance in has["instances"]]
    scaling.attach_instances(resource.name, instances)


def _load_balancer(resource: Resource) -> None:
    has = resource.configuration
    with answering(elbv2, make_arn_for_load_balancer=resource.arn):
        backend("elbv2", resource).create_load_balancer(
            has["loadBalancerName"],
            has["securityGroups"],
            has["subnets"],
            scheme=has["scheme"],
            loadbalancer_type=has["type"],
            tags=key_values(resource),
        )


def _target_group(resource: Resource) -> None:
    has = resource.configuration
    with answering(elbv2, make_arn_for_target_group=resource.arn):
        backend("elbv2", resource).create_target_group(
            has["TargetGroupName"],
            protocol=has["Protocol"],
            port=has["Port"],
            vpc_id=has["VpcId"],
            target_type=has["TargetType"],
            healthcheck_path=has["HealthCheckPath"],
            tags=key_values(resource),
        )


def _listener(resource: Resource) -> None:
    has, elb = resource.configuration, backend("elbv2", resource)
    listener = elb.create_listener(
        has["LoadBalancerArn"], has["Protocol"], has["Port"], None, None, has["DefaultActions"]
    )
    held = elb.load_balancers[has["LoadBalancerArn"]].listeners
    held.pop(listener.arn)
    listener.arn = resource.arn
    held[resource.arn] = listener
    elb.tagging_service.tag_resource(resource.arn, key_values(resource))


PLANTERS: Final[Planters] = {
    "AWS::AutoScaling::AutoScalingGroup": _scaling_group,
    "AWS::ElasticLoadBalancingV2::LoadBalancer": _load_balancer,
    "AWS::ElasticLoadBalancingV2::TargetGroup": _target_group,
    "AWS::ElasticLoadBalancingV2::Listener": _listener,
}
