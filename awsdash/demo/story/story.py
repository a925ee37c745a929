"""The story that the emulated AWS tells unless told another."""

from dataclasses import dataclass

from awsdash.demo.story.planting import plant
from awsdash.demo.story.timeline import Timeline


@dataclass(frozen=True)
class Story(Timeline):
    """Northwind's 13 days."""

    def tell(self) -> None:
        """Puts it into an AWS that holds nothing yet."""
        plant(self)
