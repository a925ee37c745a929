"""The only writer of the audit trail."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

from awsdash.audit.models import Event

if TYPE_CHECKING:
    from awsdash.accounts.models import User


def record(actor: "User", action: str, target: str, **fields: str | int | None) -> None:
    """Append that `actor` did `action` (noun.verb) to `target`, in the caller's transaction."""
    record_each(actor, action, {target: fields})


def record_each(
    actor: "User", action: str, targets: Mapping[str, Mapping[str, str | int | None]]
) -> None:
    """`record` for many targets, each with its fields."""
    name = actor.get_username()
    Event.objects.bulk_create(
        [
            Event(actor=actor, actor_name=name, action=action, target=target, fields=dict(fields))
            for target, fields in targets.items()
        ]
    )
