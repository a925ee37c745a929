"""Filter patterns that keep the events with one value of one event.

Source: "Filter pattern syntax" in the CloudWatch Logs user guide.
"""

import math
import re
from collections.abc import Sequence
from typing import Any, Final

import orjson

from services.cloudwatch_logs.messages import document_of, object_of

MAX_PATTERN: Final = 1024  # AWS's
MAX_TEXT: Final = 200
# "Alphanumeric strings that also support hyphen and underscore"; others go into brackets.
_PLAIN_KEY: Final = re.compile(r"[A-Za-z0-9_-]+")
_QUOTABLE_KEY: Final = re.compile(r"[^'\"\\*\[\]\x00-\x1f\x7f]+")
_UNSAYABLE: Final = re.compile(r"[*\x00-\x1f\x7f]")
_MISSING: Final = object()


def narrowed(pattern: str, message: str, path: Sequence[str | int]) -> str | None:
    """`pattern` changed so that it also asks for the value at `path` in the message's JSON.

    None: the pattern asks for it already, or patterns cannot say it. A pattern of another language
    than the one needed (terms, JSON, fields) is replaced: AWS takes one of them at a time.
    """
    whole = object_of(message)
    document = document_of(message) if whole is None else whole
    value = _value_at(document, path)
    if value is _MISSING or (isinstance(value, str) and not _is_sayable(value)):
        return None
    changed = (
        _with_term(pattern.strip(), value, message)
        if whole is None
        else _with_condition(pattern.strip(), _condition(path, value))
    )
    return changed if changed is not None and len(changed) <= MAX_PATTERN else None


def _value_at(document: Any, path: Sequence[str | int]) -> Any:
    for step in path:
        is_key = isinstance(document, dict) and isinstance(step, str) and step in document
        is_index = isinstance(document, list) and isinstance(step, int)
        if not (is_key or (is_index and 0 <= int(step) < len(document))):
            return _MISSING
        document = document[step]
    return document


def _is_sayable(text: str) -> bool:
    """`*` is a wildcard even in quotes, and there is no escape for line ends."""
    return len(text) <= MAX_TEXT and not _UNSAYABLE.search(text)


def _quoted(text: str) -> str:
    return '"' + text.replace("\\", r"\\").replace('"', r"\"") + '"'


# --- JSON -----------------------------------------------------------------------------------------

_PIECE: Final = re.compile(r""""(?:[^"\\]|\\.)*"|%[^%]*%|'[^']*'|&&|\|\||.""", re.DOTALL)
_SPACE: Final = re.compile(r"""("(?:[^"\\]|\\.)*"|'[^']*')|\s+""")


def _condition(path: Sequence[str | int], value: Any) -> str | None:
    """`$.a[0].b = "value"`; None for containers, and for keys that a selector cannot name."""
    selector = _selector(path)
    match value:
        case _ if selector is None:
            return None
        case None:
            return f"{selector} IS NULL"
        case bool():
            return f"{selector} IS {'TRUE' if value else 'FALSE'}"
        case str():
            return f"{selector} = {_quoted(value)}"
        case int() | float() if math.isfinite(value):
            return f"{selector} = {orjson.dumps(value).decode()}"
    return None


def _selector(path: Sequence[str | int]) -> str | None:
    selector = "$"
    for step in path:
        if isinstance(step, int):
            selector += f"[{step}]"
        elif _PLAIN_KEY.fullmatch(step):
            selector += f".{step}"
        elif _QUOTABLE_KEY.fullmatch(step):
            selector += f".['{step}']"
        else:
            return None
    return selector


def _with_condition(pattern: str, condition: str | None) -> str | None:
    if condition is None:
        return None
    existing = pattern[1:-1].strip() if pattern.startswith("{") and pattern.endswith("}") else ""
    if not existing:
        return f"{{ {condition} }}"
    parts = _conjuncts(existing)
    if any(_bare(part) == _bare(condition) for part in parts):
        return None
    if not all(part.startswith("(") and part.endswith(")") for part in parts):
        existing = f"({existing})"
    return f"{{ {existing} && ({condition}) }}"


def _conjuncts(expression: str) -> list[str]:
    """The expression's parts between outermost `&&`; all of it, if there is an outermost `||`."""
    parts, depth = [""], 0
    for piece in _PIECE.findall(expression):
        depth += (piece == "(") - (piece == ")")
        if depth == 0 and piece == "||":
            return [f" {expression}"]  # the space: it is not one pair of parentheses
        if depth == 0 and piece == "&&":
            parts.append("")
        else:
            parts[-1] += piece
    return [part.strip() for part in parts]


def _bare(condition: str) -> str:
    """Without outer parentheses and without spaces outside of quotes, to compare."""
    condition = condition.strip()
    if condition.startswith("(") and condition.endswith(")"):
        condition = condition[1:-1]
    return _SPACE.sub(r"\1", condition)


# --- terms ----------------------------------------------------------------------------------------

_TERM: Final = re.compile(r'\s*([?-]?)\s*("(?:[^"\\]|\\.)*"|[^\s"]+)')


def _with_term(pattern: str, value: Any, message: str) -> str | None:
    """`"value"` and the terms that are there: all of them must be in the message.

    Only texts that stand in the message letter by letter, unescaped.
    """
    if not isinstance(value, str) or not value.strip() or value not in message:
        return None
    term = _quoted(value)
    if pattern[:1] in ("{", "[", "%"):
        return term
    terms = _TERM.findall(pattern)
    if ("", term) in terms or ("", value) in terms:
        return None
    # AWS ignores terms with "?" beside others, so they would say what is not so.
    if all(prefix == "?" for prefix, _ in terms):
        return term
    return f"{pattern} {term}"
