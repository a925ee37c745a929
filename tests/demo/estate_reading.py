"""The estate as boto3 reads it, in a story of nothing else."""

from dataclasses import dataclass
from datetime import datetime
from functools import cache, partial
from typing import Any, Final

import jmespath

from awsdash.demo.aws import chapters
from awsdash.demo.aws.state import Place
from awsdash.demo.story.estate import RESOURCES, plant_estate
from awsdash.demo.story.estate.kinds import KINDS
from awsdash.demo.story.estate.resource import Resource
from awsdash.demo.story.functions import plant_functions
from awsdash.demo.story.identities import plant_identities
from awsdash.demo.story.story import Story
from tests.demo.emulated_aws import EPOCH, EmulatedAws
from tests.demo.estate_listings import Listing

STORY: Final = Story(EPOCH)


@dataclass(frozen=True)
class EstateAlone:
    """A story of nothing but the estate, and of the functions that parts of it belong to."""

    epoch: datetime

    def tell(self) -> None:
        plant_identities()
        chapters.tell_later("lambda", partial(plant_functions, STORY))
        plant_estate(STORY)


class Reading:
    """Clients of the accounts' readers, each made once."""

    def __init__(self, aws: EmulatedAws) -> None:
        self._aws = aws
        self._keys = cache(aws.assume_reader)
        self.client = cache(self._client)

    def forget(self) -> None:
        """Another story issues other keys."""
        self._keys.cache_clear()
        self.client.cache_clear()

    def _client(self, service: str, place: Place) -> Any:
        return self._aws.client(service, self._keys(place.account), place.region)

    def listed(self, listing: Listing, place: Place, **arguments: Any) -> list[str]:
        client = self.client(listing.client, place)
        asked = {**listing.arguments, **arguments}
        if client.can_paginate(listing.operation):
            answer = client.get_paginator(listing.operation).paginate(**asked).build_full_result()
        else:
            answer = getattr(client, listing.operation)(**asked)
        found: list[str] = jmespath.search(listing.found, answer) or []
        return [each.rpartition("/")[2] for each in found] if listing.by_leaf else found


def resource(type_: str, name: str, account: str, region: str) -> Resource:
    """The one of this type and name in this place."""
    found = [each for each in RESOURCES if each.type == type_ and each.name == name]
    (one,) = (each for each in found if each.place == Place(account, region))
    return one


def in_place(type_: str, place: Place) -> list[Resource]:
    """What boto3 lists there; a global service lists the account's from anywhere."""
    is_global = KINDS[type_].is_global or type_ == "AWS::S3::Bucket"
    return [
        each
        for each in RESOURCES
        if each.type == type_
        and (each.place == place or (is_global and each.place.account == place.account))
    ]


def compared(listing: Listing, each: Resource) -> str:
    value: str = getattr(each, listing.attribute)
    return value.rpartition("/")[2] if listing.by_leaf else value
