"""The lists of one service, as data."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from awsdash.demo.aws.discovery.paging import Size
from awsdash.demo.aws.discovery.refusals import Refusals

UP_TO_100: Final = Size(100, most=100)
UP_TO_1000: Final = Size(100, most=1_000)
INVALID_NEXT: Final = "The specified nextToken is not valid"
# For services that cut the size down to what they give, whatever is asked for.
ANY_INT: Final = 2**31 - 1


@dataclass(frozen=True)
class Listings:
    """`sizes` are by operation; `signed_as` and `model` as operations.Service has them."""

    signed_as: str
    model: str
    refusals: Refusals
    sizes: Mapping[str, Size]
