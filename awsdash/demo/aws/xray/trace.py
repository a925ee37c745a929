"""A trace: the documents received with one id, compiled to segments as X-Ray compiles them."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property

import orjson

from awsdash.demo.aws.xray.documents import Document, is_subsegment
from awsdash.demo.aws.xray.inferred import all_subsegments, inferred_segments


@dataclass
class Received:
    """What was received of a trace so far; `revision` counts the documents."""

    id: str
    account: str
    revision: int = 0
    documents: dict[str, tuple[bool, bytes]] = field(default_factory=dict)
    """By id: whether it is complete, and its JSON, which takes less memory."""

    def add(self, document: Document) -> None:
        """A complete document replaces one in progress, and not the other way round."""
        self.revision += 1
        is_complete = document.get("in_progress") is not True
        was_complete, _ = self.documents.get(document["id"], (False, b""))
        if is_complete or not was_complete:
            self.documents[document["id"]] = is_complete, orjson.dumps(document)

    def compile(self) -> "Trace":
        return Trace(
            self.id,
            self.account,
            self.revision,
            [orjson.loads(text) for _, text in self.documents.values()],
        )


class Trace:
    """Its segments with their subsegments, also those sent alone, and the inferred ones."""

    def __init__(
        self, trace_id: str, account: str, revision: int, documents: Iterable[Document]
    ) -> None:
        self.id = trace_id
        self.account = account
        self.revision = revision
        own, self.orphans = _embed(documents)
        own.sort(key=lambda segment: float(segment["start_time"]))
        self.segments = own + inferred_segments(own)

    @cached_property
    def root(self) -> Document | None:
        """The first segment that nothing in the trace has called."""
        return next((segment for segment in self.segments if self.is_root(segment)), None)

    def is_root(self, segment: Document) -> bool:
        return segment.get("parent_id") not in self.owners

    @cached_property
    def owners(self) -> dict[str, tuple[Document, Document]]:
        """By the id of a segment or subsegment: the segment it belongs to, and itself."""
        return {
            part["id"]: (segment, part)
            for segment in self.segments
            for part in (segment, *all_subsegments(segment))
        }

    @cached_property
    def children(self) -> dict[str, list[Document]]:
        """By the id of a segment or subsegment: the segments that it called."""
        found: dict[str, list[Document]] = {}
        for segment in self.segments:
            if parent := segment.get("parent_id"):
                found.setdefault(parent, []).append(segment)
        return found

    @property
    def start(self) -> float:
        return min(float(part["start_time"]) for part in self.parts)

    @property
    def end(self) -> float:
        """When the last part that is complete was; when the last one started, if none is."""
        ends = [float(part["end_time"]) for part in self.parts if "end_time" in part]
        return max(ends, default=self.start)

    @property
    def is_partial(self) -> bool:
        return bool(self.orphans) or any(part.get("in_progress") for part in self.parts)

    @cached_property
    def parts(self) -> tuple[Document, ...]:
        """All segments and subsegments."""
        return tuple(
            part
            for segment in (*self.segments, *self.orphans)
            for part in (segment, *all_subsegments(segment))
        )


def _embed(documents: Iterable[Document]) -> tuple[list[Document], list[Document]]:
    """The segments, with subsegments that were sent alone in their parents; and the orphans."""
    held = list(documents)
    holders = {
        part["id"]: document for document in held for part in (document, *all_subsegments(document))
    }
    by_id = {part["id"]: part for document in held for part in all_subsegments(document)}
    by_id |= {document["id"]: document for document in held}
    orphans = []
    for document in filter(is_subsegment, held):
        if document["parent_id"] not in by_id or _is_within_itself(document, holders):
            orphans.append(document)
            continue
        embedded = {
            name: value
            for name, value in document.items()
            if name not in {"type", "trace_id", "parent_id"}
        }
        by_id[document["id"]] = embedded
        _put_into(by_id[document["parent_id"]], embedded)
    return [document for document in held if not is_subsegment(document)], orphans


def _put_into(parent: Document, subsegment: Document) -> None:
    """In the place of the one in progress that the parent was sent with, if it was."""
    others = parent.get("subsegments") or []
    known = next((one for one in others if one["id"] == subsegment["id"]), None)
    if known is None:
        parent["subsegments"] = [*others, subsegment]
    elif known.get("in_progress") and not subsegment.get("in_progress"):
        parent["subsegments"] = [subsegment if one is known else one for one in others]


def _is_within_itself(document: Document, holders: Mapping[str, Document]) -> bool:
    """By way of its parents, as only a mistake in their ids can put it; then it has no place."""
    seen = set()
    at: Document | None = document
    while at is not None and is_subsegment(at) and at["id"] not in seen:
        seen.add(at["id"])
        at = holders.get(at["parent_id"])
    return at is document
