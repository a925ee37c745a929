"""The only writer of the audit trail."""

from typing import TYPE_CHECKING

from awsdash.audit.models import Event

if TYPE_CHECKING:
    from awsdash.accounts.models import User


def record(actor: "User", action: str, target: str, **fields: str | int | None) -> None:
    """Append that `actor` did `action` (noun.verb) to `target`, in the caller's transaction."""
    Event.objects.create(
        actor=actor, actor_name=actor.get_username(), action=action, target=target, fields=fields
    )
