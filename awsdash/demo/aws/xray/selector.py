"""`service(...)`, `edge(..., ...)` and `id(...)`, which select services of the graph."""

from collections.abc import Callable
from typing import TypeAlias

from awsdash.demo.aws.xray.expression_parser import Parser
from awsdash.demo.aws.xray.hops import Node

NodeTest: TypeAlias = Callable[[Node], bool]

_MEMBERS = ("name", "type", "account.id")


def service_selector(parser: Parser) -> NodeTest:
    parser.expect("service")
    parser.expect("(")
    is_service = _node(parser)
    parser.expect(")")
    return is_service


def edge_selector(parser: Parser) -> tuple[NodeTest, NodeTest]:
    """Of its source, of its destination."""
    parser.expect("edge")
    parser.expect("(")
    is_source = _node(parser)
    parser.expect(",")
    is_target = _node(parser)
    parser.expect(")")
    return is_source, is_target


def id_selector(parser: Parser) -> NodeTest:
    parser.expect("id")
    parser.expect("(")
    wanted: dict[str, str] = {}
    while not wanted or parser.accept(","):
        member = parser.expect(*_MEMBERS)
        parser.expect(":")
        wanted[member] = parser.take("string")
    parser.expect(")")
    return lambda node: all(
        wanted.get(member, value) == value for member, value in zip(_MEMBERS, node, strict=True)
    )


def _node(parser: Parser) -> NodeTest:
    """A name or an id; any service if there is neither."""
    if parser.next.kind == "string":
        name = parser.take("string")
        return lambda node: node.name == name
    if parser.next.value == "id":
        return id_selector(parser)
    return lambda node: True
