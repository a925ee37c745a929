"""SEARCH: which metrics fit `{AWS/Lambda,FunctionName} MetricName="Errors" NOT test`."""

import re
from collections.abc import Callable
from functools import lru_cache
from itertools import islice
from typing import Final, TypeAlias

from awsdash.demo.aws.metrics.listing import is_listed
from awsdash.demo.aws.metrics.store import Metric, metrics
from awsdash.demo.aws.metrics.tokens import partly_matches
from awsdash.demo.aws.scanning import Token, Unreadable, scan
from awsdash.demo.aws.state import Place

Test: TypeAlias = Callable[[Metric], bool]
Reader: TypeAlias = Callable[[Metric], list[str]]
"""The texts of a metric that a term is compared with."""

MAX_QUERY: Final = 1024
MAX_FOUND: Final = 500


class SearchError(ValueError):
    """The search is malformed; the message says how."""


def find_metrics(place: Place, query: str) -> list[Metric]:
    """Those that reported within two weeks, at most 500."""
    fits = compile_search(query, place.account)
    found = (m for m, held in metrics[place].all() if is_listed(held) and fits(m))
    return list(islice(found, MAX_FOUND))


@lru_cache(maxsize=1000)
def compile_search(query: str, account: str) -> Test:
    if len(query) > MAX_QUERY:
        raise SearchError(f"SEARCH query must not be longer than {MAX_QUERY} characters")
    schema, terms = _SCHEMA.match(query), query
    in_schema: Test = _anything
    if schema is not None:
        in_schema, terms = _schema(schema["names"]), query[schema.end() :]
    parser = _Parser(terms, account)
    if parser.at_end():
        if schema is None:
            raise SearchError("SEARCH query must have a metric schema or a search term")
        return in_schema
    fits = parser.expression(_anywhere)
    if not parser.at_end():
        raise SearchError("Invalid syntax in SEARCH query")
    return lambda metric: in_schema(metric) and fits(metric)


_SCHEMA: Final = re.compile(r'\s*\{(?P<names>(?:"(?:[^"\\]|\\.)*"|[^}"])*)\}\s*,?')
_NAME: Final = re.compile(r'"((?:[^"\\]|\\.)*)"|([^\s,"]+)')
_TOKEN: Final = re.compile(
    r"""\s*(?:
      (?P<exact>"(?:[^"\\]|\\.)*"|'[^']*')
    | (?P<symbol>[()=])
    | (?P<word>[^\s()="']+)
    | (?P<end>$)
    )""",
    re.VERBOSE,
)


def _schema(names: str) -> Test:
    """A namespace and, if there are any more names, exactly these dimensions."""
    listed = [_unescape(quoted) if quoted else bare for quoted, bare in _NAME.findall(names)]
    if not listed:
        raise SearchError("The metric schema of a SEARCH query must have a namespace")
    namespace, wanted = listed[0], set(listed[1:])

    def fits(metric: Metric) -> bool:
        has = {name for name, _ in metric.dimensions}
        return metric.namespace == namespace and (not wanted or has == wanted)

    return fits


def _unescape(quoted: str) -> str:
    return re.sub(r"\\(.)", r"\1", quoted)


def _anything(_: Metric) -> bool:
    return True


def _anywhere(metric: Metric) -> list[str]:
    named = [text for dimension in metric.dimensions for text in dimension]
    return [metric.namespace, metric.name, *named]


class _Parser:
    """Terms side by side must all fit; OR binds weaker, NOT stronger."""

    def __init__(self, source: str, account: str) -> None:
        self._tokens = _tokenize(source)
        self._account = account

    def at_end(self) -> bool:
        return self._tokens[0].kind == "end"

    def _accept(self, kind: str, text: str) -> bool:
        if self._tokens[0] == (kind, text):
            self._tokens.pop(0)
            return True
        return False

    def expression(self, reader: Reader) -> Test:
        choices = [self._conjunction(reader)]
        while self._accept("word", "OR"):
            choices.append(self._conjunction(reader))
        return lambda metric: any(fits(metric) for fits in choices)

    def _conjunction(self, reader: Reader) -> Test:
        terms = [self._term(reader)]
        while not (self.at_end() or self._tokens[0] in (("symbol", ")"), ("word", "OR"))):
            self._accept("word", "AND")
            terms.append(self._term(reader))
        return lambda metric: all(fits(metric) for fits in terms)

    def _term(self, reader: Reader) -> Test:
        if self._accept("word", "NOT"):
            fits = self._term(reader)
            return lambda metric: not fits(metric)
        if self._accept("symbol", "("):
            inner = self.expression(reader)
            if not self._accept("symbol", ")"):
                raise SearchError("Invalid syntax in SEARCH query")
            return inner
        return self._designated(reader)

    def _designated(self, reader: Reader) -> Test:
        """A term, or `MetricName=` and a term, or several in parentheses."""
        kind, text = self._tokens.pop(0)
        if kind not in ("word", "exact"):
            raise SearchError("Invalid syntax in SEARCH query")
        if self._accept("symbol", "="):
            name = text if kind == "word" else _unescape(text[1:-1])
            return self._term(_property(name, self._account))
        if kind == "word":
            return lambda metric: any(partly_matches(text, has) for has in reader(metric))
        exact = _unescape(text[1:-1])
        return lambda metric: exact in reader(metric)


def _property(name: str, account: str) -> Reader:
    match name:
        case "MetricName":
            return lambda metric: [metric.name]
        case "Namespace":
            return lambda metric: [metric.namespace]
        case ":aws.AccountId":
            return lambda _: [account, "LOCAL"]
    return lambda metric: [value for key, value in metric.dimensions if key == name]


def _tokenize(source: str) -> list[Token]:
    try:
        return scan(_TOKEN, source)
    except Unreadable:
        raise SearchError("Invalid syntax in SEARCH query") from None
