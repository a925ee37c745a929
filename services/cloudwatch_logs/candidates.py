"""Candidates for a resource's log groups, and the small makers that a mapping is a table of.

A maker takes a resource and gives its candidates. Properties are what AWS's list or describe call
answered; any part of them may be missing or of another shape than expected, and then gives none.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any, Final, NamedTuple

from services.base import Link, LinkMaker, Resource

OPERATION: Final = "cloudwatch_logs.filter_events"
LOG_GROUP: Final = "AWS::Logs::LogGroup"
MAX_NAME: Final = 512
_ARN: Final = re.compile(r"arn:[\w-]+:logs:[^:]*:[^:]*:log-group:([^:]+)(?::.*)?")


class Candidate(NamedTuple):
    """A log group's name, or with `by_prefix` what its name begins with."""

    name: str
    detail: str = ""
    by_prefix: bool = False


Maker = Callable[[Resource], Iterable[Candidate]]


def links(*makers: Maker) -> LinkMaker:
    """Links to what all the makers find, in their order, each log group once."""

    def link(resource: Resource) -> Sequence[Link]:
        found: dict[tuple[str, bool], Candidate] = {}
        for maker in makers:
            for candidate in maker(resource):
                if len(candidate.name) <= MAX_NAME:
                    found.setdefault((candidate.name, candidate.by_prefix), candidate)
        return [_link(candidate) for candidate in found.values()]

    return link


def _link(candidate: Candidate) -> Link:
    return Link(
        OPERATION,
        "View logs",
        {"logGroupName": candidate.name},
        detail=candidate.detail,
        needs=LOG_GROUP,
        by_prefix=candidate.by_prefix,
    )


def first_of(*makers: Maker) -> Maker:
    """What the first maker that finds anything finds: configuration before convention."""

    def find(resource: Resource) -> Iterable[Candidate]:
        return next((found for maker in makers if (found := list(maker(resource)))), ())

    return find


def all_of(*makers: Maker) -> Maker:
    return lambda resource: [candidate for maker in makers for candidate in maker(resource)]


def configured(path: str, detail: str = "") -> Maker:
    """The log group, or the list of them, that stands in the resource's properties."""
    return lambda resource: candidates(dig(resource.properties, path), detail)


def each(collection: str, path: str, detail: str = "") -> Maker:
    """The log groups at `path` in every member of a list or map in the properties.

    `detail` is the member's field that names it; in a map, its key does.
    """

    def find(resource: Resource) -> Iterator[Candidate]:
        for key, member in _members(dig(resource.properties, collection)):
            named = dig(member, detail) if detail else key
            yield from candidates(dig(member, path), named if isinstance(named, str) else "")

    return find


def fixed(name: str, detail: str = "") -> Maker:
    """A log group that all resources of the type share."""
    return lambda resource: [Candidate(name, detail)]


def by_name(
    template: str, *properties: str, details: Sequence[str] = ("",), by_prefix: bool = False
) -> Maker:
    """A convention: the resource's name goes into `{}`, and each of `details` into `{detail}`."""

    def find(resource: Resource) -> Iterator[Candidate]:
        if name := name_of(resource, *properties):
            for detail in details:
                yield Candidate(template.format(name, detail=detail), detail, by_prefix)

    return find


def by_id(template: str, *properties: str, detail: str = "", by_prefix: bool = False) -> Maker:
    """A convention, like `by_name`, with the id that AWS gave the resource."""

    def find(resource: Resource) -> Iterator[Candidate]:
        if name := identity(resource, *properties) or last_part(resource.id):
            yield Candidate(template.format(name), detail, by_prefix)

    return find


def candidates(value: Any, detail: str = "") -> list[Candidate]:
    """Of a name, an ARN or a list of them; what names no log group is left out."""
    texts = value if isinstance(value, list | tuple) else [value]
    return [Candidate(name, detail) for text in texts if (name := group_name(text))]


def group_name(text: Any) -> str | None:
    """The log group's name of a name or an ARN; None: it is neither (Firehose, S3, nothing)."""
    if not isinstance(text, str):
        return None
    if text.startswith("arn:"):
        found = _ARN.fullmatch(text)
        return found[1] if found else None
    return text if 0 < len(text) <= MAX_NAME else None


def identity(resource: Resource, *properties: str) -> str | None:
    """The first of the properties that has text in it, an ARN reduced to its last part."""
    found = (last_part(dig(resource.properties, name)) for name in properties)
    return next((name for name in found if name), None)


def name_of(resource: Resource, *properties: str) -> str:
    """The resource's name as its properties have it, else as the explorer found it."""
    return identity(resource, *properties) or last_part(resource.name) or last_part(resource.id)


def last_part(text: Any) -> str:
    """What an ARN ends in, after the last `/` or `:`; any other text as it is."""
    if not isinstance(text, str):
        return ""
    return re.split("[/:]", text)[-1] if text.startswith("arn:") else text


def dig(value: Any, path: str) -> Any:
    """What is at the dotted path in nested maps; None where it breaks off."""
    for key in path.split("."):
        if not isinstance(value, Mapping):
            return None
        value = value.get(key)
    return value


def _members(value: Any) -> Iterable[tuple[Any, Any]]:
    if isinstance(value, Mapping):
        return value.items()
    return [("", member) for member in value] if isinstance(value, list | tuple) else ()
