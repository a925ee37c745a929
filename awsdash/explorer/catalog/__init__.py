"""Resource types as data: one TOML entry per CloudFormation type."""

import tomllib
from functools import cache
from pathlib import Path

from pydantic import BaseModel, ConfigDict


class ResourceType(BaseModel):
    """How to list one type. `items`, `id`, `name` and `arn` are JMESPath.

    `secrets` names mappings, dotted, of which the keys alone are kept: values may be passwords.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    label: str
    client: str
    operation: str
    items: str
    id: str
    name: str
    arn: str | None = None
    secrets: tuple[str, ...] = ()


@cache
def resource_types() -> dict[str, ResourceType]:
    """Every entry of every file in this folder, by CloudFormation type."""
    return {
        name: ResourceType(**entry)
        for path in sorted(Path(__file__).parent.glob("*.toml"))
        for name, entry in tomllib.loads(path.read_text(encoding="utf-8")).items()
    }
