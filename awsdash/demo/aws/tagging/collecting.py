"""All that is tagged in a place: what moto's tagging API has, and what ours adds."""

from collections.abc import Iterator
from typing import Any, Final

from moto.backends import get_backend
from moto.core.base_backend import BackendDict
from moto.core.resource_tagging import iter_taggable_backends

from awsdash.demo.aws import chapters
from awsdash.demo.aws.identity.callers import PARTITION
from awsdash.demo.aws.state import Place
from awsdash.demo.aws.tagging.sources import SOURCES
from awsdash.demo.aws.tagging.tagged import Tagged

# Global services, whose resources are of this region to the tagging API.
HOME_OF_GLOBAL: Final = "us-east-1"
# Roles, users and groups have tags, and the tagging API does not have them.
IAM_TYPES: Final = {
    "iam:instance-profile",
    "iam:oidc-provider",
    "iam:policy",
    "iam:saml-provider",
    "iam:server-certificate",
}


def tagged_in(place: Place) -> list[Tagged]:
    """By ARN; each has at least one tag."""
    chapters.tell_all()
    found = {each.arn: each for each in _all_in(place) if each.tags and _is_of(each, place)}
    return [found[arn] for arn in sorted(found)]


def _all_in(place: Place) -> Iterator[Tagged]:
    for backend in iter_taggable_backends(place.account, place.region):
        for each in backend.iter_tagged_resources():
            # moto names flow logs otherwise than AWS does: see sources.py.
            if each.resource_type != "ec2:flow-logs":
                yield Tagged(each.arn, dict(each.tags))
    for service, source in SOURCES.items():
        for backend_here in _existing(service, place):
            yield from source(backend_here, place)


def _existing(service: str, place: Place) -> list[Any]:
    """moto's backends, regional and global, of which anything has been asked."""
    find: Any = get_backend  # it is overloaded for each of the names
    backends: BackendDict[Any] = find(service)
    if place.account not in backends:
        return []
    of_account = dict(backends[place.account])
    return [of_account[name] for name in (place.region, PARTITION) if name in of_account]


def _is_of(each: Tagged, place: Place) -> bool:
    if each.service == "s3":
        return _bucket_region(each, place) == place.region
    if each.service == "iam" and each.type not in IAM_TYPES:
        return False
    return (each.region or HOME_OF_GLOBAL) == place.region


def _bucket_region(each: Tagged, place: Place) -> str | None:
    name = each.arn.rpartition(":")[2]
    return next(
        (str(s3.buckets[name].region_name) for s3 in _existing("s3", place) if name in s3.buckets),
        None,
    )
