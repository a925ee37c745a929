"""Resources over REST."""

from datetime import datetime
from typing import Any

from django.core.paginator import Paginator
from django.http import HttpRequest
from ninja import Query, Router
from pydantic import Field

from awsdash import rest
from awsdash.explorer.models import Resource

router = Router(by_alias=True, tags=["explorer"])


class ResourceOut(rest.ApiModel):
    resource_id: str
    display_name: str
    resource_type: str
    account_id: str
    region: str
    arn: str
    properties: dict[str, Any]
    seen_at: datetime


class ResourcesOut(rest.ApiModel):
    items: list[ResourceOut]
    total_items: int
    cursor: str | None


class Filter(rest.ApiModel):
    q: str = Field("", description="Words that name, id or type contain")
    limit: int = Field(100, ge=1, le=1_000)
    cursor: int = Field(1, ge=1)


@router.get("/resources", response=ResourcesOut)
def list_resources(request: HttpRequest, wanted: Query[Filter]) -> ResourcesOut:
    """The resources you may view."""
    found = Resource.objects.visible_to(rest.person_of(request)).matching(wanted.q)
    page = Paginator(found, wanted.limit).get_page(wanted.cursor)
    return ResourcesOut(
        items=[
            ResourceOut(
                resource_id=resource.resource_id,
                display_name=resource.name,
                resource_type=resource.type,
                account_id=resource.account_id,
                region=resource.region,
                arn=resource.arn,
                properties=resource.properties,
                seen_at=resource.seen_at,
            )
            for resource in page
        ],
        total_items=page.paginator.count,
        cursor=str(page.next_page_number()) if page.has_next() else None,
    )
