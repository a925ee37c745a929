"""Keywords and annotations of filter expressions, and what they can be compared with."""

import operator
from collections.abc import Callable, Sequence
from typing import Any, Final

from awsdash.demo.aws.xray.expression_parser import Parser, Test

_KEYWORDS: Final = {
    bool: "ok error throttle fault partial inferred first last remote root",
    float: "responsetime duration http.status index coverage",
    str: (
        "http.url http.method http.useragent http.clientip user name type message "
        "availabilityzone instance.id resource.arn"
    ),
}
KINDS: Final = {
    keyword: kind for kind, keywords in _KEYWORDS.items() for keyword in keywords.split()
}
_EQUALITY: Final[dict[str, Callable[[Any, Any], bool]]] = {"=": operator.eq, "!=": operator.ne}
_OPERATORS: Final[dict[type, dict[str, Callable[[Any, Any], bool]]]] = {
    bool: _EQUALITY,
    float: _EQUALITY | {"<": operator.lt, "<=": operator.le, ">": operator.gt, ">=": operator.ge},
    str: _EQUALITY
    | {"contains": operator.contains, "beginswith": str.startswith, "endswith": str.endswith},
}


def keyword_test(parser: Parser) -> Test:
    """Of something that has values by keyword (see elements.py)."""
    keyword = parser.take("word")
    kind = KINDS[keyword]
    matches = _comparison(parser, kind)
    return lambda one: matches(one.values.get(keyword, ()))


def annotation_test(parser: Parser) -> Test:
    """Of a trace: an annotation is of the type that it is compared with, or does not match."""
    key = parser.take("annotation")
    matches = _comparison(parser, None)
    return lambda trace: matches(trace.annotations.get(key, ()))


def _comparison(parser: Parser, kind: type | None) -> Callable[[Sequence[Any]], bool]:
    known = _OPERATORS[kind] if kind else {**_OPERATORS[float], **_OPERATORS[str]}
    name = parser.accept(*known)
    if name is None:
        return lambda values: any(value is not False for value in values)
    kinds = [one for one in ([kind] if kind else _OPERATORS) if name in _OPERATORS[one]]
    wanted = _value(parser, kinds)
    compare = known[name]
    return lambda values: any(
        compare(value, wanted) for value in values if _kind(value) is _kind(wanted)
    )


def _value(parser: Parser, kinds: Sequence[type]) -> str | float | bool:
    """One of these types."""
    if bool in kinds and (word := parser.accept("true", "false")):
        return word == "true"
    tokens = [token for kind, token in ((float, "number"), (str, "string")) if kind in kinds]
    found: str | float = parser.take(*tokens)
    return found


def _kind(value: object) -> type:
    return type(value) if isinstance(value, (bool, str)) else float
