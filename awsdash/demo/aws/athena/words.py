"""The words of a statement, to be taken one by one."""

import re
from typing import Final, NamedTuple

from awsdash.demo.aws.athena.errors import invalid
from awsdash.demo.aws.athena.statements import Name
from awsdash.demo.aws.protocol import AwsError

_BLANK: Final = r"(?P<blank>\s+|--[^\n]*|/\*.*?\*/)"
_REST: Final = r"|`(?P<back>[^`]*)`|(?P<word>\w+)|(?P<open>['\"`]|/\*)|(?P<sign>.)"
_PRESTO: Final = re.compile(
    _BLANK + r"|'(?P<string>(?:[^']|'')*)'" + r'|"(?P<double>(?:[^"]|"")*)"' + _REST, re.S
)
_HIVE: Final = re.compile(
    _BLANK + r"|'(?P<string>(?:[^'\\]|\\.)*)'" + r'|"(?P<double>(?:[^"\\]|\\.)*)"' + _REST, re.S
)
_IS_HIVE: Final = re.compile(rf"(?:{_BLANK})*+(?:CREATE\s+EXTERNAL|ALTER)\b", re.S | re.IGNORECASE)
_ESCAPED: Final = {"t": "\t", "n": "\n", "r": "\r", "001": "\x01", "u0001": "\x01"}


class Token(NamedTuple):
    """`kind` is string, name (quoted), word or sign; `text` is without quotes."""

    kind: str
    text: str
    start: int
    end: int


def tokens_of(sql: str) -> list[Token]:
    """Raises AwsError at a quote or a comment that is not closed.

    Hive's DDL has backslashes in its strings.
    """
    found = []
    is_hive = _IS_HIVE.match(sql) is not None
    for match in (_HIVE if is_hive else _PRESTO).finditer(sql):
        start, end = match.span()
        match match.lastgroup:
            case "open":
                raise invalid(f"{position(sql, len(sql))}: mismatched input '<EOF>'")
            case "string":
                text = match["string"]
                text = _unescaped(text) if is_hive else text.replace("''", "'")
                found.append(Token("string", text, start, end))
            case "double" | "back" as quotes:
                text = _unescaped(match[quotes]) if is_hive else match[quotes]
                found.append(Token("name", text, start, end))
            case "word" | "sign" as kind:
                found.append(Token(kind, match[kind], start, end))
    return found


def _unescaped(text: str) -> str:
    return re.sub(
        r"\\(001|u0001|.)", lambda found: _ESCAPED.get(found[1], found[1]), text, flags=re.S
    )


def position(text: str, offset: int) -> str:
    """As Presto tells it: `line 1:8`, both from 1."""
    line_start = text.rfind("\n", 0, offset) + 1
    return f"line {text.count(chr(10), 0, offset) + 1}:{offset - line_start + 1}"


class Words:
    """A cursor over the tokens; comments are none of them."""

    def __init__(self, sql: str) -> None:
        self.sql = sql
        self._tokens = tokens_of(sql)
        self._at = 0

    @property
    def next(self) -> Token | None:
        return self._tokens[self._at] if self._at < len(self._tokens) else None

    @property
    def offset(self) -> int:
        """Where the next word starts in the text."""
        return len(self.sql) if self.next is None else self.next.start

    @property
    def rest(self) -> str:
        """The text from here on, at its own positions: what was before is blank."""
        blank = "".join(sign if sign == "\n" else " " for sign in self.sql[: self.offset])
        return blank + self.sql[self.offset :]

    def sees(self, *words: str) -> bool:
        ahead = self._tokens[self._at : self._at + len(words)]
        return [token.text.upper() for token in ahead if token.kind != "string"] == list(words)

    def took(self, *words: str) -> bool:
        found = self.sees(*words)
        if found:
            self._at += len(words)
        return found

    def expect(self, *words: str) -> None:
        for word in words:
            if not self.took(word):
                raise self.mismatch(f"'{word}'")

    def mismatch(self, *expected: str) -> AwsError:
        """That the next word is none of these."""
        found = "<EOF>" if self.next is None else self.sql[self.next.start : self.next.end]
        text = f"{position(self.sql, self.offset)}: mismatched input '{found}'."
        return invalid(f"{text} Expecting: {', '.join(expected)}")

    def no_alternative(self) -> AwsError:
        """How Athena's parser of DDL says that it cannot go on: with all it has read."""
        end = len(self.sql) if self.next is None else self.next.end
        read = self.sql[self._tokens[0].start if self._tokens else 0 : end]
        return invalid(
            f"{position(self.sql, self.offset)}: no viable alternative at input '{read}'"
        )

    def end(self) -> None:
        if self.next is not None:
            raise self.mismatch("<EOF>")

    def _take(self, kinds: set[str], expected: str) -> str:
        token = self.next
        if token is None or token.kind not in kinds:
            raise self.mismatch(expected)
        self._at += 1
        return token.text

    def word(self) -> str:
        """A name, quoted or not."""
        return self._take({"word", "name"}, "<identifier>")

    def value(self) -> str:
        """A literal, or a name."""
        return self._take({"string", "word", "name"}, "<expression>")

    def string(self) -> str:
        """In either kind of quotes, as in Hive."""
        return self._take({"string", "name"}, "<string>")

    def string_if(self, *words: str) -> str | None:
        return self.string() if self.took(*words) else None

    def name(self) -> Name:
        """`t`, `db.t` or `awsdatacatalog.db.t`."""
        parts = [self.word()]
        while self.took("."):
            parts.append(self.word())
        if len(parts) > 3:
            raise invalid(f"Invalid table name {'.'.join(parts)}")
        if len(parts) == 3 and parts[0].lower() != "awsdatacatalog":
            raise invalid(f"Catalog '{parts[0]}' does not exist")
        return Name(parts[-1], parts[-2] if len(parts) > 1 else None)

    def type(self) -> str:
        """A column's type as it is written: up to a comma or bracket that ends it, or a COMMENT."""
        start, depth = self.offset, 0
        end = start
        while (token := self.next) is not None:
            if depth == 0 and (token.text in {",", ")"} or token.text.upper() == "COMMENT"):
                break
            depth += (token.text in {"<", "("}) - (token.text in {">", ")"})
            end = token.end
            self._at += 1
        if end == start:
            raise self.no_alternative()
        return "".join(self.sql[start:end].split()).lower()

    def pairs(self) -> dict[str, str]:
        """`('key' = 'value', ...)`"""
        found: dict[str, str] = {}
        self.expect("(")
        while not found or self.took(","):
            key = self.string()
            self.expect("=")
            found[key] = self.string()
        self.expect(")")
        return found

    def take_rest(self) -> str:
        """The rest of the text, which is no longer to be read."""
        rest = self.rest
        self._at = len(self._tokens)
        return rest

    def until_closed(self) -> str:
        """The text up to the bracket that closes the one before it, at its own positions."""
        text, depth = self.rest, 0
        while (token := self.next) is not None:
            self._at += 1
            depth += (token.text == "(") - (token.text == ")")
            if depth < 0:
                return text[: token.start]
        raise self.mismatch("')'")
