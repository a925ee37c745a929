"""The buttons of a resource: each service's links as addresses of the viewer."""

from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

from django.urls import reverse

from awsdash.explorer.models import Resource
from services import registry


@dataclass(frozen=True, slots=True)
class Button:
    label: str
    icon: str
    url: str


def buttons_for(resource: Resource) -> Sequence[Button]:
    """One button a link, to the viewer that runs the prefilled query at once."""
    place = {"accountId": resource.account_id, "region": resource.region, "run": "1"}
    return [
        Button(
            label=link.label,
            icon=registry.get_service(link.operation.partition(".")[0]).icon,
            url=f"{reverse('viewer', args=[link.operation])}?{urlencode({**link.query, **place})}",
        )
        for link in registry.links_for(resource.as_data())
    ]
