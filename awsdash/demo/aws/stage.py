"""The story that the emulated AWS holds: told, told again, or replaced by one from outside."""

from datetime import datetime
from typing import Protocol

from awsdash.demo.aws import chapters, state


class Story(Protocol):
    """What can be told: it ends at `epoch`, and everything it tells follows from itself."""

    @property
    def epoch(self) -> datetime: ...

    def tell(self) -> None:
        """Puts it into an AWS that holds nothing yet."""


told: Story | None = None


def tell(story: Story) -> None:
    """From here on the emulated AWS holds this story and nothing else; nothing if it fails."""
    global told  # the process has one AWS, as moto has it
    clear()
    try:
        with chapters.identifiers("prologue"):
            story.tell()
    except Exception:
        clear()
        raise
    told = story


def clear() -> None:
    global told
    told = None
    chapters.forget()
    state.reset()
