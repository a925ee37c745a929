"""The buttons of resources: each service's links, as far as they lead anywhere.

A link may need another resource (a log group): the explorer's own inventory says whether it is
there, so that no button promises what does not exist, and nothing is asked of AWS.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias
from urllib.parse import urlencode

from django.db.models import Q
from django.urls import reverse

from awsdash.explorer.catalog import resource_types
from awsdash.explorer.models import CellState, Resource, ScanCell
from services import registry
from services.base import Link

_Place: TypeAlias = tuple[str, str, str]
"""Account, region and resource type: what one scan cell reads."""


@dataclass(frozen=True, slots=True)
class Button:
    """A way from a resource to a prefilled query that runs at once.

    `detail` tells candidates of one label apart. Without `url` it is no button but says what is
    missing.
    """

    label: str
    icon: str
    url: str
    detail: str = ""


def buttons_for(resources: Sequence[Resource]) -> dict[Any, list[Button]]:
    """The buttons of each resource, by its primary key, in the services' order."""
    wanted = [(resource, registry.links_for(resource.as_data())) for resource in resources]
    inventory = _Inventory(wanted)
    return {resource.pk: list(_buttons(resource, links, inventory)) for resource, links in wanted}


class _Inventory:
    """What of the needed resources is there, for a whole page by two queries."""

    def __init__(self, wanted: Sequence[tuple[Resource, Sequence[Link]]]) -> None:
        needed = [link for _, links in wanted for link in links if link.needs]
        types = {link.needs for link in needed}
        named = Q(resource_id__in={_identifier(link) for link in needed if not link.by_prefix})
        for prefix in {_identifier(link) for link in needed if link.by_prefix}:
            named |= Q(resource_id__startswith=prefix)
        accounts = {resource.account_id for resource, _ in wanted}
        there = Resource.objects.filter(named, type__in=types, account__in=accounts)
        there = there.order_by("resource_id")
        self._there: dict[_Place, list[str]] = {}
        for *place, name in there.values_list("account", "region", "type", "resource_id"):
            self._there.setdefault((place[0], place[1], place[2]), []).append(name)
        read = ScanCell.objects.filter(type__in=types, state__in=[CellState.OK, CellState.EMPTY])
        self._read = set(read.values_list("account", "region", "type"))

    def find(self, resource: Resource, link: Link) -> list[str] | None:
        """The identifiers that the link may have; None: nobody has looked yet."""
        place = (resource.account_id, resource.region, link.needs or "")
        wanted, there = _identifier(link), self._there.get(place, [])
        found = [n for n in there if n == wanted or (link.by_prefix and n.startswith(wanted))]
        return found if found or place in self._read else None


def _buttons(resource: Resource, links: Sequence[Link], known: _Inventory) -> Iterator[Button]:
    """Buttons that lead somewhere; where none of a label does, one that says what is missing."""
    for label in dict.fromkeys(link.label for link in links):
        candidates = [link for link in links if link.label == label]
        buttons = [b for link in candidates for b in _leading(resource, link, known)]
        # Two candidates may turn out to be the same log group.
        yield from {button.url: button for button in buttons}.values()
        if not buttons:
            yield _missing(candidates[0])


def _leading(resource: Resource, link: Link, known: _Inventory) -> Iterator[Button]:
    wanted = _identifier(link)
    found = known.find(resource, link) if link.needs else [wanted]
    if found is None:
        # Unchecked: a name may still be right, a mere prefix leads nowhere.
        found = [] if link.by_prefix else [wanted]
    for identifier in found:
        rest = identifier.removeprefix(wanted).strip("/")
        yield _button(resource, link, identifier, rest or link.detail)


def _button(resource: Resource, link: Link, identifier: str, detail: str) -> Button:
    place = {"accountId": resource.account_id, "region": resource.region, "run": "1"}
    option = registry.get_operation(link.operation).identifier
    query = urlencode({**link.query, option: identifier, **place}, doseq=True)
    url = f"{reverse('viewer', args=[link.operation])}?{query}"
    return Button(link.label, _icon(link), url, detail)


def _missing(link: Link) -> Button:
    known = resource_types().get(link.needs or "")
    what = known.label.lower() if known else "target"
    return Button(f"No {what}", _icon(link), "", f"{_identifier(link)} does not exist.")


def _icon(link: Link) -> str:
    return registry.get_service(link.operation.partition(".")[0]).icon


def _identifier(link: Link) -> Any:
    return link.query.get(registry.get_operation(link.operation).identifier, "")
