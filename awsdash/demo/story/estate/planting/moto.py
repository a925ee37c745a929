"""How moto is made to name and date what is planted as the story does."""

import inspect
import sys
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from types import ModuleType
from typing import Any, Final, TypeAlias

from moto.backends import get_backend
from moto.core import utils

from awsdash.demo.aws.identity.auth import PARTITION
from awsdash.demo.story.estate.resource import Resource

Planter: TypeAlias = Callable[[Resource], None]
Planters: TypeAlias = Mapping[str, Planter]
"""By type, those first that others stand on."""

_real_utcnow: Final = utils.utcnow
_planting = threading.local()


def backend(service: str, resource: Resource, is_global: bool = False) -> Any:
    """moto's backend where the resource is; `service` is moto's name for it."""
    account, region = resource.place
    find: Any = get_backend  # it is overloaded for each of the names
    return find(service)[account][PARTITION if is_global else region]


def key_values(resource: Resource) -> list[dict[str, str]]:
    return [{"Key": key, "Value": value} for key, value in resource.tags.items()]


@contextmanager
def answering(module: ModuleType, **answers: Any) -> Iterator[None]:
    """Functions of a module of moto's give this answer, whatever they are asked.

    Nobody else can be asking: callers of a service wait until its chapter is told.
    """
    before = {name: getattr(module, name) for name in answers}
    for name, answer in answers.items():
        setattr(module, name, lambda *_, answer=answer, **__: answer)
    try:
        yield
    finally:
        for name, function in before.items():
            setattr(module, name, function)


@contextmanager
def created_at(moment: datetime) -> Iterator[None]:
    """To moto it is then, in this thread alone."""
    _planting.moment = moment.astimezone(UTC).replace(tzinfo=None)
    try:
        yield
    finally:
        _planting.moment = None


def planting_time() -> datetime:
    """For what moto dates by another clock than its own."""
    return _utcnow().replace(tzinfo=UTC)


def install_clock() -> None:
    """In all modules of moto that are loaded; each has its own name for the one function."""
    for module in list(sys.modules.values()):
        if vars(module).get("utcnow") is _real_utcnow:
            module.utcnow = _utcnow  # type: ignore[attr-defined]


def _utcnow() -> datetime:
    moment: datetime | None = getattr(_planting, "moment", None)
    return moment or _real_utcnow()


def camel(value: Any) -> Any:
    """As CloudFormation names members, so with a small letter the services of later years do."""
    if isinstance(value, list):
        return [camel(item) for item in value]
    if isinstance(value, Mapping):
        return {key[0].lower() + key[1:]: camel(item) for key, item in value.items()}
    return value


def pascal(value: Any) -> Any:
    """As Config names members of the older services, so with a capital letter they do."""
    if isinstance(value, list):
        return [pascal(item) for item in value]
    if isinstance(value, Mapping):
        return {key[0].upper() + key[1:]: pascal(item) for key, item in value.items()}
    return value


def sparse(create: Callable[..., Any], **given: Any) -> Any:
    """Calls it with None for all else that it asks for, as moto's response classes do."""
    asked = inspect.signature(create).parameters.values()
    needed = [one.name for one in asked if one.default is one.empty and one.kind != one.VAR_KEYWORD]
    return create(**(dict.fromkeys(needed) | given))


def build(model: Any, **given: Any) -> Any:
    """One of moto's models, past its backend; `Any`, as moto leaves methods of theirs abstract."""
    return sparse(model, **given)
