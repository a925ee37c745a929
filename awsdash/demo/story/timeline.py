"""When what happens in the story, and how much: everything follows from (seed, epoch)."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

FOUNDED: Final = timedelta(days=200)
"""How long before the epoch the company set up what it runs."""


@dataclass(frozen=True)
class Timeline:
    """13 days up to `epoch` (UTC), in which functions log about so many events."""

    epoch: datetime
    seed: int = 7
    events: int = 12_000
    athena_rows: int = 60_000
    """Of the edge's access log; the other tables of the lake are smaller."""

    @property
    def deployed_at(self) -> datetime:
        """Plot 1, payments-prod: version 118 of checkout-charge has a connection pool of 2."""
        return self.epoch - timedelta(minutes=41)

    @property
    def ssh_opened_at(self) -> datetime:
        """Plot 2, platform, eu-central-1: the bastion's security group lets everyone in."""
        return self.epoch - timedelta(days=6, hours=3)

    @property
    def ssh_closed_at(self) -> datetime:
        return self.ssh_opened_at + timedelta(hours=5, minutes=12)

    @property
    def policy_changed_at(self) -> datetime:
        """Plot 3, data-prod, us-east-1: the reports' bucket refuses report-nightly ever since."""
        return self.epoch - timedelta(days=4, hours=7)

    @property
    def resharded_at(self) -> datetime:
        """Plot 4, data-prod, eu-west-1: the orders' stream goes from 4 shards to 1, and lags."""
        return self.epoch - timedelta(days=2, hours=5)

    @property
    def reshard_mended_at(self) -> datetime:
        """It has 8 shards from here on."""
        return self.resharded_at + timedelta(hours=6, minutes=30)
