"""Filter expressions of X-Ray, as its developer guide documents them.

Keywords and operators are in any case; conditions that only stand side by side must all hold, as in
the guide's `ok !partial duration <3`. A comparison with what is not set does not hold.
"""

from collections.abc import Callable
from typing import Any, Final, TypeAlias

from awsdash.demo.aws.xray.comparison import KINDS, annotation_test, keyword_test
from awsdash.demo.aws.xray.elements import CAUSES, TraceElement, cause_elements
from awsdash.demo.aws.xray.expression_parser import Parser, Test
from awsdash.demo.aws.xray.requests import invalid_request
from awsdash.demo.aws.xray.selector import edge_selector, service_selector

TraceTest: TypeAlias = Callable[[TraceElement], bool]
GroupExpression: TypeAlias = Callable[[str, str], str]
"""From `group.name` or `group.arn` and its value to the group's filter expression."""

_PARTS: Final = ("service", "entity", "exception")


def compile_filter(expression: str, group_expression: GroupExpression) -> TraceTest:
    """The test whether a trace matches, which any does with an empty one; raises AwsError."""
    if not expression.strip():
        return lambda trace: True
    parser = Parser(expression)
    try:
        test = parser.any_of(lambda parser: _condition(parser, group_expression))
    except RecursionError:
        raise parser.invalid() from None
    parser.finish()
    return test


def _condition(parser: Parser, group_expression: GroupExpression) -> Test:
    kind, value, *_ = parser.next
    if kind == "annotation":
        return annotation_test(parser)
    head = value.partition(".")[0] if kind == "word" else ""
    if head == "group":
        return _group(parser, group_expression)
    readers = {"service": _service, "edge": _edge, "rootcause": _root_cause}
    return readers.get(head, _keyword)(parser)


def _group(parser: Parser, group_expression: GroupExpression) -> Test:
    keyword = parser.expect("group.name", "group.arn")
    is_other = parser.expect("=", "!=") == "!="
    test = compile_filter(group_expression(keyword, parser.take("string")), _no_group)
    return lambda trace: test(trace) is not is_other


def _no_group(keyword: str, value: str) -> str:
    raise invalid_request(f"A group's filter expression can not refer to a group: '{value}'")


def _keyword(parser: Parser) -> Test:
    if parser.next.kind != "word" or parser.next.value not in KINDS:
        raise parser.invalid()
    return keyword_test(parser)


def _block(parser: Parser) -> Test:
    """What stands in braces, if anything does; only keywords may."""
    if not parser.accept("{"):
        return lambda one: True
    test = parser.any_of(_keyword)
    parser.expect("}")
    return test


def _service(parser: Parser) -> Test:
    is_service, test = service_selector(parser), _block(parser)
    return lambda trace: any(is_service(one.node) and test(one) for one in trace.services)


def _edge(parser: Parser) -> Test:
    (is_source, is_target), test = edge_selector(parser), _block(parser)
    return lambda trace: any(
        is_source(one.source) and is_target(one.target) and test(one) for one in trace.edges
    )


def _root_cause(parser: Parser) -> Test:
    if parser.accept("rootcause.json"):
        return _root_cause_json(parser)
    heads = {f"rootcause.{kind}.{part}": (kind, part) for kind in CAUSES for part in _PARTS}
    kind, part = heads[parser.expect(*heads)]
    test = _block(parser)
    return lambda trace: any(test(one) for one in cause_elements(trace.summary, kind, part))


def _root_cause_json(parser: Parser) -> Test:
    parser.expect("=")
    asked = parser.take("json")
    wanted = asked if isinstance(asked, list) else [asked]
    return lambda trace: all(
        any(_is_like(cause, one) for name in CAUSES.values() for cause in trace.summary[name])
        for one in wanted
    )


def _is_like(found: Any, wanted: Any) -> bool:
    """What is left out may be anything; what is there must be the same."""
    match wanted:
        case dict():
            return isinstance(found, dict) and all(
                _is_like(found.get(name), value) for name, value in wanted.items()
            )
        case list():
            return (
                isinstance(found, list)
                and len(found) == len(wanted)
                and all(map(_is_like, found, wanted))
            )
    return bool(found == wanted)
