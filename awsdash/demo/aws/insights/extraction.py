"""`parse`: fields that a glob or a regular expression finds in the text of another field."""

import re
from typing import Final

from awsdash.demo.aws.insights.condition import compile_regex
from awsdash.demo.aws.insights.field import Evaluate, Scope
from awsdash.demo.aws.insights.malformed import MalformedQuery
from awsdash.demo.aws.insights.scanner import Scanner, Symbol, unquote
from awsdash.demo.aws.insights.stage import Stage, extract
from awsdash.demo.aws.logs.regex_search import Regex

DEFAULT_SOURCE: Final = "@message"


def read_extraction(scanner: Scanner, scope: Scope) -> tuple[Stage, list[str]]:
    """What follows `parse`, and the names of the fields that it makes."""
    source = _read_source(scanner, scope)
    symbol = scanner.symbol
    regex = scanner.take_regex()
    if regex is not None:
        pattern = compile_regex(regex, symbol.start)
    else:
        pattern = _glob(unquote(scanner.take("string").text))
    names = _names(pattern, _read_aliases(scanner, scope), symbol)
    return extract(source, pattern, names), list(names)


def _read_source(scanner: Scanner, scope: Scope) -> Evaluate:
    """The field before the pattern, which can be left out."""
    symbol = scanner.symbol
    name = scanner.take_name() if symbol.kind == "name" else DEFAULT_SOURCE
    found = scope.find(name)
    if found is None:
        message = f"Unknown symbols found in or after stats: {name}"
        raise MalformedQuery(message, symbol.start, symbol.end)
    return found


def _read_aliases(scanner: Scanner, scope: Scope) -> list[str]:
    if not scanner.accept("as"):
        return []
    names = [_read_alias(scanner, scope)]
    while scanner.accept(","):
        names.append(_read_alias(scanner, scope))
    return names


def _read_alias(scanner: Scanner, scope: Scope) -> str:
    symbol = scanner.symbol
    name = scanner.take_name()
    if name in scope:
        message = f"Ephemeral field is already defined: {name}"
        raise MalformedQuery(message, symbol.start, symbol.end)
    return name


def _glob(text: str) -> Regex:
    """Every `*` finds as little as it can; one at the end finds all the rest.

    What was found is not looked for again, so that a search takes linear time.
    """
    first, *others = (re.escape(piece) for piece in text.split("*"))
    steps = [rf"(?s)\A(?>.*?{first})", *(f"(?>(.*?){piece})" for piece in others)]
    if text.endswith("*"):
        steps[-1] = "(.*)"
    return Regex("".join(steps))


def _names(pattern: Regex, aliases: list[str], symbol: Symbol) -> dict[str, str | int]:
    """Fields to groups: as the groups are named or, in turn, as the aliases say."""
    if pattern.names and not aliases:
        return {name: name for name in pattern.names}
    if not aliases or pattern.groups != len(aliases):
        raise MalformedQuery(
            f"Number of fields ({len(aliases)}) does not match the pattern's ({pattern.groups})",
            symbol.start,
            symbol.end,
        )
    return {name: number for number, name in enumerate(aliases, start=1)}
