"""Plants people, groups, roles and policies."""

from typing import Final

import orjson
from moto.iam import models as iam

from awsdash.demo.story.estate.planting.moto import Planters, answering, backend, key_values
from awsdash.demo.story.estate.resource import Resource


def _group(resource: Resource) -> None:
    with answering(iam, random_resource_id=resource.id):
        backend("iam", resource, is_global=True).create_group(resource.name)


def _user(resource: Resource) -> None:
    people = backend("iam", resource, is_global=True)
    with answering(iam, random_resource_id=resource.id):
        people.create_user(resource.place.region, resource.name, tags=key_values(resource))
    for group in resource.configuration["groupList"]:
        people.add_user_to_group(group, resource.name)


def _role(resource: Resource) -> None:
    has = resource.configuration
    with answering(iam, random_role_id=resource.id):
        backend("iam", resource, is_global=True).create_role(
            has["roleName"],
            orjson.dumps(has["assumeRolePolicyDocument"]).decode(),
            has["path"],
            None,
            "",
            key_values(resource),
            "3600",
        )


def _policy(resource: Resource) -> None:
    has = resource.configuration
    with answering(iam, random_policy_id=resource.id):
        backend("iam", resource, is_global=True).create_policy(
            "",
            has["path"],
            orjson.dumps(has["document"]).decode(),
            has["policyName"],
            key_values(resource),
        )


PLANTERS: Final[Planters] = {
    "AWS::IAM::Group": _group,
    "AWS::IAM::User": _user,
    "AWS::IAM::Role": _role,
    "AWS::IAM::Policy": _policy,
}
