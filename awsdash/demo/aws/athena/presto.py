"""Presto's SQL in DuckDB's: what sqlglot translates, and what it leaves to us."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import TYPE_CHECKING, Final

from awsdash.demo.aws import clock
from awsdash.demo.aws.athena.errors import engine_error
from awsdash.demo.aws.athena.patterns import strftime_pattern

if TYPE_CHECKING:
    from sqlglot import exp

# Functions of Presto's that DuckDB has under another name or not at all.
MACROS: Final = (
    "at_timezone(t, zone) AS timezone(zone, t)",
    "with_timezone(t, zone) AS timezone(zone, t)",
    "to_iso8601(t) AS strftime(t, '%Y-%m-%dT%H:%M:%S.%gZ')",
    "from_iso8601_date(d) AS CAST(d AS DATE)",
    "millisecond(t) AS date_part('millisecond', t) % 1000",
    "week_of_year(d) AS weekofyear(d)",
    "last_day_of_month(d) AS last_day(d)",
    "url_extract_protocol(u) AS regexp_extract(u, '^([^:/?#]+)://', 1)",
    "url_extract_host(u) AS regexp_extract(u, '^[^:/?#]+://(?:[^/?#@]*@)?([^/?#:]*)', 1)",
    "url_extract_port(u) AS TRY_CAST(regexp_extract(u, '^[^:/?#]+://[^/?#]*:(\\d+)', 1) AS BIGINT)",
    "url_extract_path(u) AS regexp_extract(u, '^(?:[^:/?#]+://[^/?#]*)?([^?#]*)', 1)",
    "url_extract_query(u) AS regexp_extract(u, '\\?([^#]*)', 1)",
    "url_extract_fragment(u) AS regexp_extract(u, '#(.*)$', 1)",
    "url_extract_parameter(u, name) AS url_decode(nullif("
    "regexp_extract(u, concat('[?&]', name, '=([^&#]*)'), 1), ''))",
    "map_agg(k, v) AS map(list(k), list(v))",
    "split_to_map(s, d, e) AS map_from_entries(list_transform(string_split(s, d),"
    " lambda x: struct_pack(k := split_part(x, e, 1), v := split_part(x, e, 2))))",
    "every(x) AS bool_and(x)",
    "arrays_overlap(a, b) AS list_has_any(a, b)",
    "array_union(a, b) AS list_distinct(list_concat(a, b))",
    "array_except(a, b) AS list_filter(list_distinct(a), lambda x: NOT list_contains(b, x))",
    "array_remove(a, x) AS list_filter(a, lambda y: y <> x)",
    "array_sum(a) AS list_sum(a)",
    "array_average(a) AS list_avg(a)",
    "regexp_count(s, p) AS len(regexp_extract_all(s, p))",
    "regexp_split(s, p) AS string_split_regex(s, p)",
    "codepoint(c) AS unicode(c)",
    "json_array_get(j, i) AS json_extract(j, concat('$[', i, ']'))",
    "json_array_contains(j, v) AS list_contains(from_json(j, '[\"VARCHAR\"]'), CAST(v AS VARCHAR))",
    "json_size(j, p) AS json_array_length(j, p)",
    "bitwise_or(a, b) AS (a | b)",
    "bitwise_xor(a, b) AS xor(a, b)",
    "bitwise_left_shift(a, b) AS (a << b)",
    "bitwise_right_shift(a, b) AS (a >> b)",
    "infinity() AS CAST('inf' AS DOUBLE)",
    "nan() AS CAST('nan' AS DOUBLE)",
    "is_finite(x) AS isfinite(x)",
    "is_infinite(x) AS isinf(x)",
    "truncate(x) AS trunc(x)",
    "geometric_mean(x) AS geomean(x)",
    "presto_json(j, p) AS TRY(json_extract(j, p))",
    "presto_json_scalar(j, p) AS CASE WHEN TRY(json_type(j, p)) NOT IN ('OBJECT', 'ARRAY')"
    " THEN json_extract_string(j, p) END",
)


def to_duckdb(tree: exp.Expr, date_columns: frozenset[str] = frozenset()) -> str:
    """Consumes the tree. Raises QueryError for what cannot be told in DuckDB."""
    from sqlglot import ErrorLevel

    for node in reversed(list(tree.walk())):  # what is inside comes first
        new = _translate(node)
        if _is_date_moved(node, date_columns):
            new = _as_date(new)
        if node is tree:
            tree = new
        elif new is not node:
            node.replace(new)
    return tree.sql(dialect="duckdb", unsupported_level=ErrorLevel.IGNORE)


def _translate(node: exp.Expr) -> exp.Expr:
    from sqlglot import exp

    if isinstance(node, exp.Anonymous):
        function = _BY_NAME.get(node.name.lower())
        return node if function is None else function(node)
    translate = _by_class().get(type(node))
    return node if translate is None else translate(node)


def _is_date_moved(node: exp.Expr, date_columns: frozenset[str]) -> bool:
    """Whether Presto has a date here, where DuckDB makes a timestamp of one."""
    from sqlglot import exp

    moves = (exp.DateAdd, exp.DateTrunc, exp.TimestampTrunc, exp.Add, exp.Sub)
    if not isinstance(node, moves):
        return False
    if isinstance(node, exp.Add | exp.Sub) and not isinstance(node.expression, exp.Interval):
        return False
    moved = node.this
    return (isinstance(moved, exp.Column) and moved.name.lower() in date_columns) or (
        isinstance(moved, exp.Date) or (isinstance(moved, exp.Cast) and moved.is_type("date"))
    )


def _as_date(node: exp.Expr) -> exp.Expr:
    from sqlglot import exp

    return exp.cast(node.copy(), "date")


def _by_class() -> dict[type[exp.Expr], Callable[..., exp.Expr]]:
    from sqlglot import exp

    return {
        exp.Literal: _literal,
        exp.CurrentTimestamp: _current_timestamp,
        exp.CurrentDate: _current_date,
        exp.CurrentTime: _current_time,
        exp.Localtime: _current_time,
        exp.Localtimestamp: _local_timestamp,
        exp.Cast: _cast,
        exp.TryCast: _cast,
        exp.DateDiff: _date_diff,
        exp.JSONExtract: lambda node: _json(node, "presto_json"),
        exp.JSONExtractScalar: lambda node: _json(node, "presto_json_scalar"),
        exp.RegexpExtract: _regexp_extract,
        exp.RegexpReplace: _regexp_replace,
        exp.ApproxQuantile: _approx_quantile,
        exp.ArraySlice: _slice,
        exp.ParseDatetime: lambda node: _parsed(node.this, node.args.get("format"), node),
        exp.StrToMap: lambda node: _call("split_to_map", *node.args.values()),
    }


def _call(name: str, *arguments: exp.Expr | None) -> exp.Expr:
    from sqlglot import exp

    return exp.Anonymous(this=name, expressions=[one for one in arguments if one is not None])


def _literal(node: exp.Literal) -> exp.Expr:
    """Athena reads `1.5` as a double, DuckDB as a decimal unless it has an exponent."""
    from sqlglot import exp

    if node.is_string or "." not in node.name or "e" in node.name.lower():
        return node
    if isinstance(node.parent, exp.Cast):
        return node
    return exp.Literal.number(f"{node.name}e0")


def _current_timestamp(_: exp.Expr) -> exp.Expr:
    return _moment(f"{clock.now():%Y-%m-%d %H:%M:%S.%f}+00", "TIMESTAMPTZ")


def _current_date(_: exp.Expr) -> exp.Expr:
    return _moment(f"{clock.now():%Y-%m-%d}", "DATE")


def _current_time(_: exp.Expr) -> exp.Expr:
    return _moment(f"{clock.now():%H:%M:%S.%f}", "TIME")


def _local_timestamp(_: exp.Expr) -> exp.Expr:
    return _moment(f"{clock.now():%Y-%m-%d %H:%M:%S.%f}", "TIMESTAMP")


def _moment(text: str, type_: str) -> exp.Expr:
    from sqlglot import exp

    return exp.cast(exp.Literal.string(text), type_)


def _cast(node: exp.Cast) -> exp.Expr:
    """Presto cuts a text to its length; `DECIMAL '1.50'` has the digits that are written."""
    from sqlglot import exp

    if node.to.is_type("varchar") and node.to.expressions:
        return _call("left", node.copy(), node.to.expressions[0].this.copy())
    if node.to.is_type("decimal") and not node.to.expressions:
        is_written = isinstance(node.this, exp.Literal) and node.this.is_string
        digits = re.fullmatch(r"-?(\d+)\.?(\d*)", node.this.name) if is_written else None
        width = (len(digits[1] + digits[2]), len(digits[2])) if digits else (38, 0)
        node.set("to", exp.DataType.build(f"DECIMAL{width}"))
    return node


def _date_diff(node: exp.DateDiff) -> exp.Expr:
    """Presto counts whole units, as DuckDB's date_sub does; its date_diff counts borders."""
    from sqlglot import exp

    unit = exp.Literal.string(str(node.text("unit") or "day").lower())
    return _call("date_sub", unit, node.expression, node.this)


def _json(node: exp.Binary, macro: str) -> exp.Expr:
    from sqlglot import exp

    path = node.expression
    if isinstance(path, exp.JSONPath):
        path = exp.Literal.string(path.sql(dialect="duckdb").strip("'"))
    return _call(macro, node.this, path)


def _regexp_extract(node: exp.RegexpExtract) -> exp.Expr:
    """Where nothing fits, Presto has NULL and DuckDB an empty text."""
    from sqlglot import exp

    found = _call("regexp_extract", node.this, node.expression, node.args.get("group"))
    fits = _call("regexp_matches", node.this.copy(), node.expression.copy())
    return exp.Case(ifs=[exp.If(this=fits, true=found)])


def _regexp_replace(node: exp.RegexpReplace) -> exp.Expr:
    """A group is `$1` in Presto, and `\\1` in DuckDB."""
    from sqlglot import exp

    new = node.args.get("replacement")
    if isinstance(new, exp.Literal):
        written = re.sub(r"\$(\d)", r"\\\1", new.name.replace("\\", "\\\\"))
        node.set("replacement", exp.Literal.string(written))
    return node


def _approx_quantile(node: exp.ApproxQuantile) -> exp.Expr:
    """DuckDB wants single floats."""
    from sqlglot import exp

    quantile = node.args["quantile"]
    type_ = "FLOAT[]" if isinstance(quantile, exp.Array) else "FLOAT"
    return _call("approx_quantile", node.this, exp.cast(quantile, type_, dialect="duckdb"))


def _slice(node: exp.ArraySlice) -> exp.Expr:
    """Presto tells the length, DuckDB the end."""
    from sqlglot import exp

    start, length = node.args["start"], node.args["end"]
    end = exp.Sub(
        this=exp.Add(this=start.copy(), expression=length), expression=exp.Literal.number(1)
    )
    return _call("list_slice", node.this, start, end)


def _format_datetime(node: exp.Anonymous) -> exp.Expr:
    moment, *pattern = node.expressions
    return _call("strftime", moment, _pattern(pattern[0] if pattern else None, node))


def _parsed(text: exp.Expr, pattern: exp.Expr | None, node: exp.Expr) -> exp.Expr:
    from sqlglot import exp

    return exp.cast(_call("strptime", text, _pattern(pattern, node)), "TIMESTAMPTZ")


def _pattern(pattern: exp.Expr | None, node: exp.Expr) -> exp.Expr:
    from sqlglot import exp

    if not isinstance(pattern, exp.Literal):
        raise engine_error(f"NOT_SUPPORTED: {node.name} needs a literal pattern")
    try:
        return exp.Literal.string(strftime_pattern(pattern.name))
    except ValueError as error:
        raise engine_error(f"INVALID_FUNCTION_ARGUMENT: {error}") from None


def _match(wanted: str) -> Callable[[exp.Anonymous], exp.Expr]:
    """any_match, all_match and none_match, of an array and a lambda."""

    def translate(node: exp.Anonymous) -> exp.Expr:
        from sqlglot import exp

        array, fits = node.expressions
        found = _call("len", _call("list_filter", array, fits))
        if wanted == "all":
            return exp.EQ(this=found, expression=_call("len", array.copy()))
        compare = exp.GT if wanted == "any" else exp.EQ
        return compare(this=found, expression=exp.Literal.number(0))

    return translate


_BY_NAME: Final[dict[str, Callable[[exp.Anonymous], exp.Expr]]] = {
    "format_datetime": _format_datetime,
    "any_match": _match("any"),
    "all_match": _match("all"),
    "none_match": _match("none"),
}
