"""The tool documentation: generated from each operation's types, plus its folder's prose."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final

from services import registry
from services.base import Column, Kind, Operation, RemoteOperation

INTRODUCTION: Final = """\
Runs JavaScript that reads AWS. Host functions are synchronous; the value of the last expression is
the result. Timestamps are Unix milliseconds. An unknown value is null."""
TARGET: Final = (
    ("accountId", "string", True, "AWS account id, twelve digits."),
    ("region", "string", True, "AWS region code."),
)
_JS_TYPES: Final = {"integer": "number"}
_JS_KINDS: Final[dict[Kind, str]] = {
    "timestamp": "number",
    "text": "string",
    "integer": "number",
    "number": "number",
    "boolean": "boolean",
    "json": "object",
    "level": "string",
}
# Where only the answer tells the columns.
COLUMN_INFO: Final = (
    "Array<{name: string, label: string, kind: string, description: string, unit: string | null}>"
)
STATISTICS: Final = ("recordsMatched", "recordsScanned", "bytesScanned")


@dataclass(frozen=True, slots=True)
class Option:
    """One argument of a JavaScript function."""

    name: str
    type: str
    required: bool
    description: str


def options_of(operation: Operation[Any]) -> list[Option]:
    """The target, then the operation's own options, as JavaScript sees them."""
    schema = operation.query_type.model_json_schema(by_alias=True)
    required = schema.get("required", [])
    properties = schema["properties"]
    own = [
        Option(name, _js_type(properties[name]), name in required, _description(properties[name]))
        for name in operation.query_type.options()
    ]
    return [*(Option(*option) for option in TARGET), *sorted(own, key=lambda o: not o.required)]


def signature_of(operation: Operation[Any]) -> str:
    """`queryX({accountId: string, limit?: number}): {items: Array<{…}>, …}`, as TypeScript."""
    options = ", ".join(
        f"{option.name}{'' if option.required else '?'}: {option.type}"
        for option in options_of(operation)
    )
    return f"{operation.function}({{{options}}}): {_envelope(operation)}"


def _envelope(operation: Operation[Any]) -> str:
    statistics = ", ".join(f"{name}: number | null" for name in STATISTICS)
    members = {
        "items": f"Array<{_item(operation.columns)}>",
        "nextToken": "string | null",
        "totalItems": "number",
        "statistics": f"{{{statistics}}}",
        **_added(operation),
    }
    return f"{{{', '.join(f'{name}: {type_}' for name, type_ in members.items())}}}"


def _item(columns: Sequence[Column]) -> str:
    if not columns:
        return "Record<string, any>"
    return f"{{{', '.join(f'{column.name}: {_JS_KINDS[column.kind]}' for column in columns)}}}"


def _added(operation: Operation[Any]) -> dict[str, str]:
    """What the operation's envelope has beyond everybody's, each with its type."""
    added = {} if operation.columns else {"columnInfo": COLUMN_INFO}
    if isinstance(operation, RemoteOperation):
        added[operation.id_name] = "string"
    return added


def document(operation: Operation[Any]) -> str:
    """Everything about one function, Markdown."""
    return "\n".join(_lines(operation))


def _lines(operation: Operation[Any]) -> Iterator[str]:
    identifier = operation.query_type.model_fields[operation.query_type.identifier].alias
    yield f"### {operation.function}"
    yield f"```typescript\n{signature_of(operation)}\n```"
    yield "**Options**\n"
    for option in options_of(operation):
        need = "required" if option.required else "optional"
        yield f"- `{option.name}` ({option.type}, {need}): {option.description}"
    yield f"- `resourceId`: the same as `{identifier}`"
    members = ", ".join(["items, nextToken, totalItems, statistics", *_added(operation)])
    known = "" if operation.columns else " the columns that `columnInfo` tells, by their `name`"
    yield f"\n**Returns** `{{{members}}}`; each of `items` has{known}\n"
    for column in operation.columns:
        unit = f", {column.unit}" if column.unit else ""
        yield f"- `{column.name}` ({column.kind}{unit}): {column.description}"
    yield f"\n{registry.prose_of(operation.service)}"


def tool() -> dict[str, Any]:
    """The tool as an LLM's client takes it: name, description, input schema."""
    functions = "\n".join(document(operation) for operation in registry.all_operations().values())
    return {
        "name": "execute_javascript",
        "description": f"{INTRODUCTION}\n\n{functions}",
        "inputSchema": {
            "type": "object",
            "properties": {"code": {"type": "string", "description": "JavaScript to run"}},
            "required": ["code"],
            "additionalProperties": False,
        },
    }


def _js_type(schema: dict[str, Any]) -> str:
    if "anyOf" in schema:
        return " | ".join(dict.fromkeys(_js_type(choice) for choice in schema["anyOf"]))
    if schema.get("type") == "array":
        return f"{_js_type(schema.get('items', {}))}[]"
    kind = str(schema.get("type", "any"))
    return _JS_TYPES.get(kind, kind)


def _description(schema: dict[str, Any]) -> str:
    text = str(schema.get("description", ""))
    default = schema.get("default")
    if default not in (None, "", []):
        text += f" Default {str(default).lower() if isinstance(default, bool) else default}."
    if "maximum" in schema:
        text += f" At most {schema['maximum']}."
    return text
