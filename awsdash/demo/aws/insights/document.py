"""Fields discovered in JSON: nested ones by dots, items of lists by their number."""

import json
from collections.abc import Iterator
from typing import Any, Final

import orjson

from awsdash.demo.aws.insights.lambda_line import is_of_lambda
from awsdash.demo.aws.insights.value import Value

MAX_FIELDS: Final = 200  # that Logs Insights extracts from one event

_decoder = json.JSONDecoder()


def read_document(message: str, stream: str) -> Any:
    """The JSON object that a message is or, in a line of Lambda's, the first one it holds."""
    if message.startswith("{"):
        return read_json(message)
    start = message.find("{")
    if start < 0 or not is_of_lambda(stream):
        return None
    try:
        _, end = _decoder.raw_decode(message, start)
    except (ValueError, RecursionError):
        return None
    return read_json(message[start:end])


def read_json(text: str) -> Any:
    """What a JSON text holds, None if it is none."""
    try:
        return orjson.loads(text)
    except orjson.JSONDecodeError:
        return None


def find(node: Any, path: str) -> Value:
    """What stands at a path (`user.id`, `items.0.id`); the keys on it may hold dots themselves."""
    match node:
        case dict():
            if path in node:
                return node[path]
            for head, rest in _splits(path):
                if head in node and (found := find(node[head], rest)) is not None:
                    return found
        case list():
            head, _, rest = path.partition(".")
            if head.isdecimal() and int(head) < len(node):
                return find(node[int(head)], rest) if rest else node[int(head)]
    return None


def _splits(path: str) -> Iterator[tuple[str, str]]:
    dot = path.find(".")
    while dot >= 0:
        yield path[:dot], path[dot + 1 :]
        dot = path.find(".", dot + 1)


def scalar(value: Any) -> Value:
    """A discovered field has no objects and lists: these are fields of their own."""
    return None if isinstance(value, dict | list) else value


def flatten(document: Any) -> Iterator[tuple[str, Value]]:
    """All fields in a document, by their paths."""
    pending: list[tuple[str, Any]] = [("", document)]
    while pending:
        path, node = pending.pop()
        if isinstance(node, dict | list):
            children = node.items() if isinstance(node, dict) else enumerate(node)
            paths = [(f"{path}.{key}" if path else str(key), child) for key, child in children]
            pending.extend(reversed(paths))
        elif node is not None:
            yield path, node
