"""Accounts and regions over REST."""

from django.http import HttpRequest
from ninja import Router

from awsdash import rest
from awsdash.accounts.models import Account, Region

router = Router(by_alias=True, tags=["accounts"])


class AccountOut(rest.ApiModel):
    id: str
    name: str
    colour: str
    regions: list[str]


class RegionOut(rest.ApiModel):
    code: str
    name: str


@router.get("/accounts", response=list[AccountOut])
def list_accounts(request: HttpRequest) -> list[AccountOut]:
    """The accounts you may view."""
    accounts = Account.objects.visible_to(rest.person_of(request)).prefetch_related("regions")
    return [
        AccountOut(
            id=account.pk,
            name=account.name,
            colour=account.colour,
            regions=[region.code for region in account.regions.all()],
        )
        for account in accounts
    ]


@router.get("/regions", response=list[RegionOut])
def list_regions(request: HttpRequest) -> list[RegionOut]:
    """The regions enabled in an account you may view."""
    accounts = Account.objects.visible_to(rest.person_of(request))
    regions = Region.objects.filter(pk__in=accounts.values("regions"))
    return [RegionOut(code=region.code, name=region.name) for region in regions]
