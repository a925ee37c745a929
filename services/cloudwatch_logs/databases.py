"""Log groups of databases: one for each log that is exported, by the engine's names for them."""

from collections.abc import Iterator
from typing import Final

from services.base import Resource
from services.cloudwatch_logs.candidates import Candidate, Maker, dig, identity, name_of

_MYSQL: Final = ("error", "slowquery", "general", "audit")
_POSTGRESQL: Final = ("postgresql", "upgrade")
# By the beginning of `Engine`, the more special first. Source: the RDS user guide, "Publishing
# database logs to Amazon CloudWatch Logs", and those of DocumentDB and Neptune.
_EXPORTS: Final[dict[str, tuple[str, ...]]] = {
    "aurora-postgresql": ("postgresql", "instance"),
    "aurora": (*_MYSQL, "instance"),
    "postgres": _POSTGRESQL,
    "mysql": _MYSQL,
    "mariadb": _MYSQL,
    "oracle": ("alert", "audit", "listener", "trace", "oemagent"),
    "custom-oracle": ("alert", "audit", "listener", "trace", "oemagent"),
    "sqlserver": ("error", "agent"),
    "db2": ("diag.log", "notify.log"),
    "docdb": ("audit", "profiler"),
    "neptune": ("audit", "slowquery"),
}
_FAMILIES: Final = ("docdb", "neptune")


def database(kind: str, engine: str = "") -> Maker:
    """Of a `kind` "instance" or "cluster"; `engine` where the type says which it is."""

    def find(resource: Resource) -> Iterator[Candidate]:
        running = identity(resource, "Engine") or engine
        # A member of a cluster logs into the cluster's groups.
        cluster = identity(resource, "DBClusterIdentifier")
        own = name_of(resource, "DBInstanceIdentifier")
        family = next((name for name in _FAMILIES if running.startswith(name)), "")
        if family or cluster or kind == "cluster":
            root = f"/aws/{family}" if family else "/aws/rds/cluster"
            owner = cluster or own
        else:
            root, owner = "/aws/rds/instance", own
        for log in _exports(resource, running) if owner else ():
            yield Candidate(f"{root}/{owner}/{log}", log)

    return find


def _exports(resource: Resource, engine: str) -> tuple[str, ...]:
    """Those that are on; if none is known to be, all that the engine can export."""
    enabled = dig(resource.properties, "EnabledCloudwatchLogsExports")
    if isinstance(enabled, list) and (on := tuple(log for log in enabled if _is_name(log))):
        return on
    if not engine:
        return _MYSQL + _POSTGRESQL
    return next((logs for name, logs in _EXPORTS.items() if engine.startswith(name)), ("error",))


def _is_name(log: object) -> bool:
    return isinstance(log, str) and 0 < len(log) < 64
