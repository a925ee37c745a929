"""Made-up people and places for the component pages. Nothing of it is in the database."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from awsdash.accounts.models import Account, Region, User
from awsdash.accounts.scope import Scope

REGIONS: Final = (
    Region(code="eu-central-1", name="Frankfurt"),
    Region(code="eu-west-1", name="Ireland"),
    Region(code="us-east-1", name="N. Virginia"),
)
IRELAND: Final = REGIONS[1]
MIRA: Final = User(pk=0, username="mira")
NOOR: Final = User(pk=-1, username="noor")
PAYMENTS: Final = Account(pk="482011773351", name="payments-prod", colour="#e4572e")
DATA: Final = Account(pk="730335512904", name="data-prod", colour="#8a63d2")
COLOURS: Final = ("#e4572e", "#4c9f70", "#8a63d2", "#d9a02b", "#3f88c5", "#6b788c")


@dataclass(frozen=True)
class Regions:
    """Stands in for the relation of an account that was never saved."""

    given: Sequence[Region] = REGIONS

    def all(self) -> Sequence[Region]:
        return self.given


@dataclass(frozen=True)
class Offered:
    """An account as the scope picker offers it."""

    pk: str
    name: str
    colour: str
    regions: Regions = field(default_factory=Regions)

    def __str__(self) -> str:
        return self.name


FEW: Final = (
    Offered("730335512904", "data-prod", "#8a63d2"),
    Offered("482011773352", "payments-dev", "#4c9f70"),
    Offered("482011773351", "payments-prod", "#e4572e"),
)
MANY: Final = tuple(
    Offered(f"{482011773400 + 2 * n + place}", f"team-{n:02}-{stage}", COLOURS[n % len(COLOURS)])
    for n in range(1, 13)
    for place, stage in enumerate(("dev", "prod"))
)


def scope(
    accounts: Sequence[Any] = FEW,
    *,
    form: str = "query",
    chosen: Sequence[int] | None = (-1,),
    regions: Sequence[Region] = (IRELAND,),
) -> Scope:
    """A picker with some of its accounts and regions chosen; None chooses none and offers all."""
    is_chosen = bool(accounts) and chosen is not None
    return Scope(
        accounts=accounts,
        regions=REGIONS if accounts else (),
        chosen_accounts=[accounts[n] for n in chosen or ()] if is_chosen else (),
        chosen_regions=regions if is_chosen else (),
        form=form,
        may_be_all=chosen is None,
        may_be_several=chosen is not None,
    )
