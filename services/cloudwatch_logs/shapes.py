"""The levels of many log lines at once: those of the usual shapes together, the rest one by one.

`levels.level_of` is the definition; whatever is decided here is what it would say. Arrow searches
without the interpreter's lock and takes a fraction of the time.
"""

from typing import Final

import pyarrow as pa
import pyarrow.compute as pc

from services.cloudwatch_logs.levels import (
    HEAD,
    LEVELS,
    OPENING,
    SPELLINGS,
    level_of,
    level_of_json,
)

# Fewer are done before Arrow has read its patterns.
FEW: Final = 200


def levels_of(messages: pa.Array) -> pa.Array:
    """What `level_of` says of each message; null: no level, or no message."""
    messages = pc.fill_null(messages, "")
    if len(messages) < FEW:
        return pa.array(map(level_of, messages.to_pylist()), pa.string())
    levels = _recognised(messages, OPENING)
    unclear = pc.is_null(levels)
    speaking = pc.match_substring_regex(messages.filter(unclear), _SPEAKING)
    unclear = pc.replace_with_mask(unclear, unclear, speaking)
    levels = pc.replace_with_mask(levels, unclear, _of_texts(messages.filter(unclear)))
    unclear = pc.and_(unclear, pc.is_null(levels))
    rest = map(level_of, messages.filter(unclear).to_pylist())
    return pc.replace_with_mask(levels, unclear, pa.array(rest, pa.string()))


def _of_texts(lines: pa.Array) -> pa.Array:
    """Levels that come first, or after nothing but a time, an id or a logger's name."""
    levels = pa.nulls(len(lines), pa.string())
    heads = pc.utf8_slice_codeunits(lines, 0, HEAD)
    # It goes by its status, whatever else is in it.
    is_access = pc.match_substring_regex(lines, _ACCESS)
    has_field = pc.match_substring_regex(heads, _KEYS)
    for shape in (*_WORDS, _FIELD):
        other = pc.invert(has_field) if shape is _FIELD else has_field
        fitting = pc.invert(pc.or_(is_access, pc.or_(other, pc.is_valid(levels))))
        found = _recognised(heads.filter(fitting), shape)
        levels = pc.replace_with_mask(levels, fitting, found)
    return levels


def _recognised(lines: pa.Array, shape: str) -> pa.Array:
    """The levels that are in the shape's one group; null where it does not fit."""
    found = pc.struct_field(pc.extract_regex(lines, shape), 0).dictionary_encode()
    read = level_of_json if shape is OPENING else _level_of_word
    levels = [read(text) for text in found.dictionary.to_pylist()]
    return pa.array(levels, pa.string()).take(found.indices)


def _level_of_word(text: str) -> str | None:
    word = text.strip("[]: \t")
    return LEVELS[word.lower()] if word in SPELLINGS else None


# --- what Arrow looks for -------------------------------------------------------------------------
# It is ten times faster where each letter tells how the pattern goes on.

_TIMES: Final = r"^\[?(?:[0-9]+[:/-][0-9][0-9:.,/T+-]*Z?\]?[ \t]+)+"
_LOGGER: Final = "[A-Za-z0-9]+(?:[._]+[A-Za-z0-9]+)+"
_WORDS: Final = (
    r"^(?P<level>\[[A-Za-z]+\]|[A-Za-z]+:|[A-Z]+[ \t])",
    _TIMES + r"[\[<(]?(?P<level>[A-Za-z]+)[\]>) \t:|]",
    _TIMES + rf"- {_LOGGER} - (?P<level>[A-Za-z]+) - ",
    # What Lambda's Node.js writes: time, request's id, level.
    r"^[0-9]+-[0-9][0-9T:.-]*Z\t(?:[0-9a-f]+-[0-9a-f-]+|undefined)\t(?P<level>[A-Za-z]+)\t",
)
_FIELD: Final = (
    r'^(?:(?:time|ts|t|timestamp)="?[0-9T:.,Z+-]+"? )?'
    r'(?:level|lvl|severity)="?(?P<level>[A-Za-z]+)["\t\r\n ]'
)
_KEYS: Final = "(?i:level|lvl|severity)"
_ACCESS: Final = r"""\] "(?s:.*)" [1-5][0-9][0-9]"""
# Whatever level_of looks for. JSON may write a key or a text with escapes.
_SPEAKING: Final = "|".join(
    (
        _KEYS,
        "(?:^|[^A-Za-z])(?:{})(?:[^A-Za-z]|$)".format("|".join(sorted(SPELLINGS))),
        "Task timed out after |Runtime exited with error|Unhandled",
        "Traceback|Exception|Error",
        "^[DIWEF][0-9]{4} ",
        '" [45][0-9][0-9]',
        "Status: (?:timeout|error)",
        r'"@[lL]"|"log"|platform\.report|\\u00',
    )
)
