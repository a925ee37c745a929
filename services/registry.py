"""Finds the service folders. Nothing else in the house lists them."""

import difflib
import importlib
import pkgutil
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Any

import services
from services.base import Link, Operation, Resource, Service
from services.errors import NotFound


@cache
def all_services() -> tuple[Service, ...]:
    """Every folder below `services/`, by name. A folder that cannot be imported raises."""
    folders = sorted(
        module.name for module in pkgutil.iter_modules(services.__path__) if module.ispkg
    )
    return tuple(importlib.import_module(f"services.{name}.service").SERVICE for name in folders)


@cache
def all_operations() -> dict[str, Operation[Any]]:
    return {
        operation.name: operation for service in all_services() for operation in service.operations
    }


_portals_own: dict[str, tuple[Operation[Any], str]] = {}


def add(operation: Operation[Any], icon: str) -> None:
    """Make known an operation of the portal's own, which is in no folder."""
    _portals_own[operation.name] = operation, icon


def known_operations() -> dict[str, Operation[Any]]:
    """Whatever a job may be of: the services' operations and the portal's own."""
    return all_operations() | {name: operation for name, (operation, _) in _portals_own.items()}


def icon_of(operation: Operation[Any]) -> str:
    if operation.name in _portals_own:
        return _portals_own[operation.name][1]
    return get_service(operation.service).icon


def get_operation(name: str) -> Operation[Any]:
    """The operation called `name`. Raises NotFound with the nearest name as hint."""
    operations = known_operations()
    if name in operations:
        return operations[name]
    near = difflib.get_close_matches(name, operations, n=1)
    hint = f"Did you mean {near[0]}?" if near else f"Known are {', '.join(operations)}."
    raise NotFound(f"There is no operation {name}.", hint=hint)


def get_service(name: str) -> Service:
    return next(service for service in all_services() if service.name == name)


def links_for(resource: Resource) -> Sequence[Link]:
    """Every service's links for one resource, in the services' order."""
    return [
        link
        for service in all_services()
        if (make := service.links.get(resource.type))
        for link in make(resource)
    ]


def folder_of(service: str) -> Path:
    module = importlib.import_module(f"services.{service}")
    return Path(module.__path__[0])


def prose_of(service: str) -> str:
    """The service's own documentation, Markdown. Source: its docs.md."""
    return (folder_of(service) / "docs.md").read_text(encoding="utf-8")
