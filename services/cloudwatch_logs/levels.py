"""The severity of a log line, recognised in what programs and AWS usually write.

`null` in a row means that none was recognised. A line without a level is common, so what stands
deep in prose is left alone: a histogram that cries wolf is worse than one with grey in it.
"""

import re
from itertools import islice
from typing import Any, Final

import orjson

from services.base import Level
from services.cloudwatch_logs.messages import object_of

_NAMES: Final[dict[Level, str]] = {
    "error": "error err erro eror fail critical crit fatal fata ftl alert emerg emergency panic"
    " severe",
    "warning": "warning warn wrn",
    "info": "info inf information informational notice note",
    "debug": "debug debu dbug dbg trace trce verbose vrb fine finer finest",
}
LEVELS: Final[dict[str, Level]] = {
    name: level for level, names in _NAMES.items() for name in names.split()
}
_KEYS: Final = frozenset(
    {"level", "severity", "lvl", "loglevel", "log_level", "log.level", "levelname", "@l"}
    | {"severitytext", "severity_text"}  # OpenTelemetry
)
_SIMPLE: Final = r"""(?:"[^"\\]*"|[^",{}\[\]\\ \t\r\n]+)"""
OPENING: Final = (
    (
        r"""^\{[ \t]*(?:"[^"\\]*"[ \t]*:[ \t]*SIMPLE[ \t]*,[ \t]*)*?"""
        r""""(?:KEYS)"[ \t]*:[ \t]*(?P<level>SIMPLE)[ \t]*[,}]"""
    )
    .replace("SIMPLE", _SIMPLE)
    .replace(
        "KEYS",
        "|".join(
            re.escape(spelling)
            for key in sorted(_KEYS)
            for spelling in (key, key.upper(), key.title())
        )
        + "|logLevel|LogLevel|levelName|severityText",
    )
)
"""How an object begins, up to its level: what is before it has no depth and no escapes.

Python's and Arrow's searches read it alike.
"""
_OPENING: Final = re.compile(OPENING)
# pino and bunyan: 10 trace, 20 debug, 30 info, 40 warn, 50 error, 60 fatal.
_TENS: Final[dict[int, Level]] = {
    1: "debug",
    2: "debug",
    3: "info",
    4: "warning",
    5: "error",
    6: "error",
}
HEAD: Final = 160
_LINE: Final = 2048


def level_of(message: str) -> Level | None:
    """The level that the message states; None: none recognised. Never raises."""
    if (opening := _OPENING.match(message)) and (level := level_of_json(opening["level"])):
        return level
    document = object_of(message)
    return _of_text(message[:_LINE]) if document is None else _of_object(document)


# --- JSON -----------------------------------------------------------------------------------------


def _of_object(document: dict[str, Any]) -> Level | None:
    for key, value in document.items():
        if key.lower() in _KEYS and (level := _of_value(value)):
            return level
    match document:
        case {"log": {"level": value}}:  # Elastic Common Schema
            return _of_value(value)
        case {"log": str(text)}:  # a container's line, as Fluent Bit wraps it
            return _of_text(text[:_LINE])
        case {"type": "platform.report", "record": {"status": "timeout" | "error" | "failure"}}:
            return "error"
    return None


def level_of_json(text: str) -> Level | None:
    """The level that a field of this JSON states."""
    try:
        return _of_value(orjson.loads(text))
    except ValueError:
        return None


def _of_value(value: object) -> Level | None:
    if isinstance(value, str):
        word = value.strip().lower()
        if level := LEVELS.get(word):
            return level
        value = int(word) if word.isascii() and word.isdecimal() and len(word) == 2 else None
    if isinstance(value, int | float) and not isinstance(value, bool):
        return _TENS.get(int(value // 10))
    return None


# --- text -----------------------------------------------------------------------------------------

_PLATFORM: Final = (
    "START RequestId:",
    "END RequestId:",
    "REPORT RequestId:",
    "INIT_START ",
    "INIT_REPORT ",
    "EXTENSION\t",
    "TELEMETRY\t",
)
_FAILED: Final = re.compile(r"Status: (?:timeout|error)\b", re.ASCII)
# Go's klog and glog: one letter, then month and day.
_KLOG: Final = re.compile(r"([DIWEF])\d{4} \d\d:\d\d", re.ASCII)
_LETTERS: Final[dict[str, Level]] = {
    "D": "debug",
    "I": "info",
    "W": "warning",
    "E": "error",
    "F": "error",
}
_ACCESS: Final = re.compile(
    r'\S+ \S+ [^\["]{1,100}\[[^\]]{1,60}\] "(?:[^"\\]++|\\.)*+" ([1-5])\d\d(?!\S)',
    re.ASCII,
)
_STATUS: Final[dict[str, Level]] = {"4": "warning", "5": "error"}
_KEYED: Final = re.compile(
    r"""(?<![\w.-])(?:log_?)?(?:level|lvl|severity)(?:=["']?|["']\s*:\s*["'])([a-z]+)\b"""
)
# A word that the cut goes through is none.
_TORN: Final = re.compile(r"[A-Za-z]+\Z")
_CRASHES: Final = ("Task timed out after ", "Runtime exited with error", "Unhandled")
_THROWN: Final = re.compile(
    r"Traceback \(most recent call last\)|Exception in thread "
    r"|(?:[\w$]+\.)*[A-Z][\w$]*(?:Error|Exception)(?=:|\s*$)",
    re.MULTILINE | re.ASCII,
)


def _of_text(line: str) -> Level | None:
    if line.startswith(_PLATFORM):
        return "error" if _FAILED.search(line) else None
    if found := _KLOG.match(line):
        return _LETTERS[found[1]]
    if '" ' in line and (found := _ACCESS.match(line)):
        return _STATUS.get(found[1])
    head = line[:HEAD] if len(line) <= HEAD else _TORN.sub("", line[:HEAD])
    if level := _of_key(head) or _of_word(head):
        return level
    if any(crash in head for crash in _CRASHES) or _THROWN.match(head):
        return "error"
    return None


def _of_key(head: str) -> Level | None:
    """`level=error`, and the same in JSON that was cut off."""
    lower = head.lower()
    if "level" in lower or "lvl" in lower or "severity" in lower:
        for found in _KEYED.finditer(lower):
            if level := LEVELS.get(found[1]):
                return level
    return None


# --- a word that stands where loggers put it ------------------------------------------------------

_WORD: Final = re.compile(
    r"(?<![\w./='\"@-])(?:{})(?![\w'\"@=-]|[./]\w*\.|\.\w)".format(
        "|".join(sorted(LEVELS, key=len, reverse=True))
    ),
    re.IGNORECASE | re.ASCII,
)
_LETTERS_ONLY: Final = re.compile(r"[A-Za-z]{3,}")
SPELLINGS: Final = frozenset(form for name in LEVELS for form in (name, name.upper(), name.title()))
# Whoever writes the word more often before his level writes prose.
_TRIES: Final = 3
_BRACKETED: Final = re.compile(r"\[[^\]]*\]")
_PLAIN: Final = re.compile(r"(?<!\S)[A-Za-z]{2,}(?!\S)")
_TIME: Final = re.compile(r"\d[:/-]\d|\d{10}", re.ASCII)
# Words of dates and prefixes, which are no prose.
_DATES: Final = "jan feb mar apr may jun jul aug sep oct nov dec mon tue wed thu fri sat sun am pm"
_FILLERS: Final = frozenset({*_DATES.split(), "utc", "gmt", "undefined", "php", *LEVELS})
_OPENERS: Final = frozenset({"error", "warning", "fatal"})


def _of_word(head: str) -> Level | None:
    # Most lines have no such word, and this tells it in a fraction of the time.
    if SPELLINGS.isdisjoint(_LETTERS_ONLY.findall(head)):
        return None
    for found in islice(_WORD.finditer(head), _TRIES):
        if _stands_as_level(head, *found.span()):
            return LEVELS[found[0].lower()]
    return None


def _stands_as_level(head: str, start: int, end: int) -> bool:
    """Whether what is before the word is a logger's prefix; how much may be, its form decides."""
    before, word = head[:start], head[start:end]
    prose = sum(
        plain.lower() not in _FILLERS for plain in _PLAIN.findall(_BRACKETED.sub(" ", before))
    )
    timed = _TIME.search(before) is not None
    if _is_fenced(before, head[end:]):
        return prose <= 2
    if word.isupper() or head[end : end + 1] == ":":
        return prose <= timed
    return prose == 0 and (timed or (not before.strip() and word.lower() in _OPENERS))


def _is_fenced(before: str, after: str) -> bool:
    """`[error]`, `<warn>`, `name - ERROR - text`, or between tabs."""
    left, right = before.rstrip(" ")[-1:], after.lstrip(" ")[:1]
    return left != "" and right != "" and left in "[<({|-\t:" and right in "]>)}|-\t:"
