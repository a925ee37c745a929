"""The story as the emulator tells it: everything follows from (seed, epoch)."""

from dataclasses import dataclass
from datetime import datetime, timedelta


@dataclass(frozen=True)
class Story:
    """The story, ending at `epoch` (UTC), with about so many log events over three days."""

    epoch: datetime
    seed: int = 7
    events: int = 6000

    @property
    def deployed_at(self) -> datetime:
        return self.epoch - timedelta(minutes=41)

    def tell(self) -> None:
        """Puts it into an AWS that holds nothing yet."""
        from awsdash.demo.story.planting import plant

        plant(self)
