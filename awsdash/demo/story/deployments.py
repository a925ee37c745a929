"""Who deployed which version of a function, and when; CloudTrail, Config and logs agree on it."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache

from awsdash.demo.story.cast import CULPRIT, INGEST, VICTIM, Function
from awsdash.demo.story.timeline import Timeline


@dataclass(frozen=True)
class Deployment:
    """`variables` are the function's environment from then on; `by` is the role session's name."""

    at: datetime
    function: Function
    version: str
    by: str
    variables: tuple[tuple[str, str], ...] = ()


@lru_cache(maxsize=8)
def deployments(story: Timeline) -> tuple[Deployment, ...]:
    """By function, oldest first; the last one of CULPRIT is the plot's."""
    calm = (
        (CULPRIT, "114", timedelta(days=12, hours=4), "pipeline-checkout"),
        (CULPRIT, "115", timedelta(days=9, hours=1), "pipeline-checkout"),
        (CULPRIT, "116", timedelta(days=5, hours=6), "pipeline-checkout"),
        (CULPRIT, "117", timedelta(days=2, hours=3), "pipeline-checkout"),
        (VICTIM, "63", timedelta(days=8, hours=5), "pipeline-checkout"),
        (VICTIM, "64", timedelta(days=3, hours=2), "pipeline-checkout"),
        (INGEST, "9", timedelta(days=7, hours=4), "pipeline-orders"),
    )
    return (
        *(
            Deployment(story.epoch - ago, function, version, by, _variables(function, version))
            for function, version, ago, by in calm
        ),
        Deployment(story.deployed_at, CULPRIT, "118", "dana.reyes", CULPRIT.variables),
    )


def _variables(function: Function, version: str) -> tuple[tuple[str, str], ...]:
    return (("POOL_SIZE", "20"), ("REVISION", version)) if function is CULPRIT else ()


def version_at(story: Timeline, function: Function, at: datetime) -> str:
    """The version that ran then."""
    deployed = [d for d in deployments(story) if d.function is function]
    past = [d.version for d in deployed if d.at <= at]
    if past:
        return past[-1]
    return str(int(deployed[0].version) - 1) if deployed else function.version
