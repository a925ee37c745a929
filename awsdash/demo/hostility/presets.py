"""The hostilities that one click brings."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final


@dataclass(frozen=True, slots=True)
class Preset:
    """`rule` is what it puts, within the scope that was chosen; `needs` must be chosen for it.

    `of` is the one service that it is about.
    """

    name: str
    title: str
    detail: str
    rule: Mapping[str, Any]
    needs: Mapping[str, str] = field(default_factory=dict)
    of: str | None = None


PRESETS: Final = (
    Preset(
        "slow",
        "Slow",
        "Each call takes 2 to 4 seconds longer",
        {"latencyMs": 2000, "latencyJitterMs": 2000},
    ),
    Preset("throttle", "Throttled", "Each call exceeds its rate", {"effect": "throttle"}),
    Preset(
        "deny",
        "Access denied",
        "No policy allows it, in one account",
        {"effect": "deny"},
        {"account": "Choose the account that denies access."},
    ),
    Preset("expire", "Credentials expired", "Every token is too old", {"effect": "expire"}),
    Preset(
        "disable_region",
        "Region off",
        "One region is not enabled",
        {"effect": "disable_region"},
        {"region": "Choose the region that is off."},
    ),
    Preset(
        "fail",
        "Internal errors",
        "Every second call fails with a 5xx",
        {"effect": "fail", "rate": 0.5},
    ),
    Preset(
        "cut",
        "Connections cut",
        "Every second answer breaks off half way",
        {"effect": "cut", "rate": 0.5},
    ),
    Preset("hang", "No answer", "Each call hangs for a minute", {"effect": "hang"}),
    Preset(
        "athena_slow",
        "Athena slow",
        "Queries wait 5 seconds and run for a minute",
        {"queuedS": 5, "runningS": 60},
        of="athena",
    ),
    Preset(
        "athena_failing",
        "Athena failing",
        "Queries fail over bad data",
        {
            "runningS": 2,
            "failure": "HIVE_BAD_DATA: Error parsing field value 'n/a' for field 3: "
            'For input string: "n/a"',
        },
        of="athena",
    ),
)
