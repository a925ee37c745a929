"""Plants what is in front of the APIs: distributions, zones, certificates, firewalls, users."""

from typing import Any, Final

from moto.acm.models import CertBundle
from moto.cloudfront import models as cloudfront
from moto.cognitoidp import models as cognito
from moto.route53 import models as route53
from moto.wafv2 import models as wafv2

from awsdash.demo.story.estate.planting.certificates import self_signed
from awsdash.demo.story.estate.planting.moto import (
    Planters,
    answering,
    backend,
    key_values,
    planting_time,
)
from awsdash.demo.story.estate.resource import Resource


def _distribution(resource: Resource) -> None:
    has: Any = resource.configuration
    origins = [
        {"Id": origin["id"], "DomainName": origin["domainName"]} for origin in has["origins"]
    ]
    settings = {
        "CallerReference": resource.name,
        "Comment": has["comment"],
        "Enabled": has["enabled"],
        "Aliases": {"Items": list(has["aliases"])},
        "Origins": {"Quantity": len(origins), "Items": origins},
        "DefaultCacheBehavior": {
            "TargetOriginId": "origin",
            "ViewerProtocolPolicy": "redirect-to-https",
        },
        "WebACLId": has["webACLId"],
    }
    with answering(cloudfront, random_id=resource.id):
        created, _, _ = backend("cloudfront", resource, is_global=True).create_distribution(
            settings, key_values(resource)
        )
    created.domain_name = f"d{resource.id.lower()}.cloudfront.net"
    created.last_modified_time = f"{planting_time():%Y-%m-%dT%H:%M:%S}.000Z"
    created.status = "Deployed"


def _zone(resource: Resource) -> None:
    has, zones = resource.configuration, backend("route53", resource, is_global=True)
    inside = has.get("VPCs", [{"VPCId": None, "VPCRegion": None}])[0]
    config = has["HostedZoneConfig"]
    with answering(route53, create_route53_zone_id=resource.id):
        zones.create_hosted_zone(
            has["Name"],
            config["PrivateZone"],
            caller_reference=resource.name,
            vpcid=inside["VPCId"],
            vpcregion=inside["VPCRegion"],
            comment=config["Comment"],
        )
    zones.change_tags_for_resource("hostedzone", resource.id, key_values(resource), [])
    if "QueryLoggingConfig" in has:
        # moto's backend asks whether the group is there; another chapter tells the logs.
        group = has["QueryLoggingConfig"]["CloudWatchLogsLogGroupArn"]
        logging = route53.QueryLoggingConfig(resource.id.lower(), resource.id, f"{group}:*")
        zones.query_logging_configs[logging.id] = logging


def _certificate(resource: Resource) -> None:
    domain = resource.configuration["domainName"]
    account, region = resource.place
    certificate, key = self_signed(domain, planting_time())
    created = CertBundle(
        account, certificate, key, region=region, arn=resource.arn, cert_type="AMAZON_ISSUED"
    )
    created.tags.add(key_values(resource))
    backend("acm", resource)._certificates[resource.arn] = created


def _firewall(resource: Resource) -> None:
    has, place = resource.configuration, resource.place
    is_cloudfronts = has["Scope"] == "CLOUDFRONT"
    region = wafv2.GLOBAL_REGION if is_cloudfronts else place.region
    firewalls: Any = wafv2.wafv2_backends[place.account][region]
    with answering(wafv2, make_arn_for_wacl=resource.arn):
        created = firewalls.create_web_acl(
            has["Name"],
            has["VisibilityConfig"],
            has["DefaultAction"],
            has["Scope"],
            "",
            key_values(resource),
            [dict(rule) for rule in has["Rules"]],
            None,
            None,
            None,
            None,
            None,
        )
    created.id = resource.id
    firewalls.put_logging_configuration(
        resource.arn, has["LoggingConfiguration"]["LogDestinationConfigs"], None, False, None
    )


def _user_pool(resource: Resource) -> None:
    has = resource.configuration
    with answering(cognito, generate_id=resource.id.partition("_")[2]):
        backend("cognitoidp", resource).create_user_pool(
            has["UserPoolName"],
            {
                "MfaConfiguration": has["MfaConfiguration"],
                "UsernameAttributes": has["UsernameAttributes"],
                "UserPoolTags": dict(resource.tags),
            },
        )


PLANTERS: Final[Planters] = {
    "AWS::CloudFront::Distribution": _distribution,
    "AWS::Route53::HostedZone": _zone,
    "AWS::CertificateManager::Certificate": _certificate,
    "AWS::WAFv2::WebACL": _firewall,
    "AWS::Cognito::UserPool": _user_pool,
}
