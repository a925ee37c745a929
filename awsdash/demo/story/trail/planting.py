"""CloudTrail's history of the story: the plots' deeds among what goes on every day."""

from collections.abc import Iterable, Iterator
from datetime import timedelta
from typing import Final

from awsdash.demo.aws.cloudtrail.record import (
    Happening,
    Record,
    assumed_role,
    build_record,
    event_id_of,
    principal_id,
)
from awsdash.demo.aws.cloudtrail.store import plant
from awsdash.demo.story.estate import RESOURCES
from awsdash.demo.story.timeline import Timeline
from awsdash.demo.story.trail.deeds import Deed, deeds
from awsdash.demo.story.trail.everyday import everyday

SESSION: Final = timedelta(minutes=40)
READING: Final = ("Describe", "Get", "List", "Lookup", "Decrypt")


def plant_trail(story: Timeline) -> None:
    for place in sorted({resource.place for resource in RESOURCES}):
        plant(place, _records(everyday(story, place)))
    for deed in deeds(story):
        plant(deed.place, _records([deed]))


def _records(done: Iterable[Deed]) -> Iterator[Record]:
    for number, deed in enumerate(done):
        yield build_record(_happening(deed, number))


def _happening(deed: Deed, number: int) -> Happening:
    place, actor = deed.place, deed.actor
    code, message = deed.error or (None, None)
    call = f"{place}/{deed.name}/{deed.at.timestamp()}/{number}"
    key = principal_id("ASIA", f"{actor.name}/{deed.at:%F}")[:20]
    issued_at = deed.at - SESSION
    return Happening(
        time=deed.at,
        source=deed.source,
        name=deed.name,
        account=place.account,
        region=place.region,
        identity=assumed_role(
            place.account, actor.role, actor.name, key, issued_at, mfa=actor.is_console
        ),
        read_only=deed.name.startswith(READING),
        source_ip=actor.address,
        user_agent=actor.agent,
        parameters=deed.request,
        response=deed.response,
        error_code=code,
        error_message=message,
        event_id=event_id_of(call),
        request_id=event_id_of(f"request of {call}"),
        by_console=actor.is_console,
    )
