"""A resource of the estate: what CloudFormation, Config and the service itself know it by."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from hashlib import blake2s
from typing import Any, Final, NamedTuple
from uuid import UUID

from awsdash.demo.aws.state import Place
from awsdash.demo.story.cast import PLATFORM
from awsdash.demo.story.estate.kinds import KINDS

# What other parts of the story refer to: by type, account and name.
_AGREED: Final = {
    ("AWS::EC2::VPC", PLATFORM, "platform"): "vpc-0a1f00d5ca1ab1e01",
    ("AWS::EC2::SecurityGroup", PLATFORM, "bastion"): "sg-0b5a77e1c0ffee001",
}
_MADE_UP: Final = re.compile(r"\{(hex|lower|upper)(\d+)\}")
_ALPHABETS: Final = {
    "hex": "0123456789abcdef",
    "lower": "0123456789abcdefghijklmnopqrstuvwxyz",
    "upper": "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ",
}


class Identity(NamedTuple):
    """`id` as the service's own operations have it, `resource_id` as Config has it."""

    id: str
    arn: str
    resource_id: str


class Relation(NamedTuple):
    """To another resource of the same place: `verb` is "Is contained in", "Is attached to", ..."""

    verb: str
    type: str
    name: str


@dataclass(frozen=True)
class Resource:
    """`configuration` is in the style that Config has for the type; `age` is before the epoch."""

    type: str
    place: Place
    name: str
    age: timedelta
    tags: Mapping[str, str]
    configuration: Mapping[str, Any] = field(default_factory=dict)
    relations: tuple[Relation, ...] = ()

    @property
    def identity(self) -> Identity:
        return identify(self.type, self.place, self.name)

    @property
    def id(self) -> str:
        return self.identity.id

    @property
    def arn(self) -> str:
        return self.identity.arn


def identify(type_: str, place: Place, name: str) -> Identity:
    """Follows from where the resource is and what it is called, and from nothing else."""
    kind = KINDS[type_]
    source = f"{type_}/{place.account}/{place.region}/{name}"
    known = {
        "name": name,
        "leaf": name.rpartition("/")[2],
        "stem": name.rpartition("/")[0],
        "account": place.account,
        "region": place.region,
        "uuid": str(UUID(bytes=_digest(source, 16), version=4)),
        # The firewall of CloudFront is kept in us-east-1, where the story has no other.
        "scope": "global" if place.region == "us-east-1" else "regional",
    }
    if kind.parent:
        parent = identify(kind.parent, place, known["stem"])
        known["parent"] = parent.arn.rpartition("/")[2]
    known["id"] = _AGREED.get((type_, place.account, name)) or _fill(kind.id, source, known)
    known["arn"] = f"arn:aws:{_fill(kind.arn, source, known)}"
    return Identity(known["id"], known["arn"], _fill(kind.resource_id, source, known))


def _fill(template: str, source: str, known: Mapping[str, str]) -> str:
    made = _MADE_UP.sub(lambda found: _letters(source, found[1], int(found[2])), template)
    return made.format_map(known)


def _letters(source: str, alphabet: str, count: int) -> str:
    letters = _ALPHABETS[alphabet]
    return "".join(letters[byte % len(letters)] for byte in _digest(source, count))


def _digest(source: str, size: int) -> bytes:
    return blake2s(source.encode(), digest_size=size).digest()
