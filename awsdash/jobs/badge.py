"""How many of a person's jobs have not ended: told on every page."""

from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final

from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest

from awsdash.accounts.models import User
from awsdash.jobs.glancing import active_count

LIVE_DELAY_MS: Final = 5_000
CALM_DELAY_MS: Final = 30_000


@dataclass(frozen=True)
class Badge:
    """Counts only when a template shows it: most requests are for fragments without it."""

    user: User | AnonymousUser

    @cached_property
    def count(self) -> int:
        return active_count(self.user) if isinstance(self.user, User) else 0

    @property
    def delay_ms(self) -> int:
        return LIVE_DELAY_MS if self.count else CALM_DELAY_MS


def badge(request: HttpRequest) -> dict[str, Any]:
    """The badge in every page's navigation."""
    return {"badge": Badge(request.user)}
