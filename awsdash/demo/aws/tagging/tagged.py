"""A resource that the tagging API knows, and its type: as its ARN has them."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

Tags = Mapping[str, str]


@dataclass(frozen=True)
class Tagged:
    arn: str
    tags: Tags

    @property
    def region(self) -> str:
        return self.arn.split(":", 5)[3]

    @property
    def service(self) -> str:
        return self.arn.split(":", 5)[2]

    @property
    def type(self) -> str:
        """`ec2:instance`; of an ARN with a bare name, as buckets have, the service alone."""
        kind = re.match(r"/?([\w-]+)[:/]", self.arn.split(":", 5)[5])
        return f"{self.service}:{kind[1]}" if kind else self.service


def by_key(tags: Sequence[Mapping[str, str]] | None) -> Tags:
    """From a list of pairs, however the service spells their members."""
    pairs = [{name.lower(): value for name, value in tag.items()} for tag in tags or ()]
    return {pair["key"]: pair["value"] for pair in pairs}
