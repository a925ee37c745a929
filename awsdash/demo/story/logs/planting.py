"""The log groups, past PutLogEvents and its limits on age."""

from collections import defaultdict
from collections.abc import Iterable
from typing import Final

from moto.core.utils import utcfromtimestamp
from moto.logs.models import LogEvent, LogGroup, logs_backends

from awsdash.demo.story.cast import FUNCTIONS
from awsdash.demo.story.estate import LogGroup as EstateGroup
from awsdash.demo.story.logs.estate import estate_logs
from awsdash.demo.story.logs.invocation import Line
from awsdash.demo.story.logs.machines import machine_logs
from awsdash.demo.story.logs.runs import lines_of
from awsdash.demo.story.timeline import FOUNDED, Timeline

INGESTION_MS: Final = 900


def plant_log_groups(story: Timeline) -> None:
    LogEvent._event_id = 0  # so that a story always has the same event ids
    for function in FUNCTIONS:
        if function.logs:
            group = _group(story, function.account, function.region, function.log_group)
            _write(group, lines_of(story, function))
    plots = list(machine_logs(story))
    told = {EstateGroup(log.account, log.region, log.group) for log in plots}
    for log in (*plots, *estate_logs(story, told)):
        _write(_group(story, log.account, log.region, log.group), log.lines)


def _group(story: Timeline, account: str, region: str, name: str) -> LogGroup:
    backend = logs_backends[account][region]
    if name not in backend.groups:
        group = backend.create_log_group(name, {})
        group.creation_time = utcfromtimestamp(int((story.epoch - FOUNDED).timestamp()))
    return backend.groups[name]


def _write(group: LogGroup, lines: Iterable[Line]) -> None:
    streams: defaultdict[str, list[Line]] = defaultdict(list)
    for line in lines:
        streams[line.stream].append(line)
    for name, written in sorted(streams.items()):
        _write_stream(group, name, written)


def _write_stream(group: LogGroup, name: str, lines: list[Line]) -> None:
    group.create_log_stream(name)
    stream = group.streams[name]
    stream.events = [
        LogEvent(
            line.timestamp + INGESTION_MS, {"timestamp": line.timestamp, "message": line.message}
        )
        for line in lines
    ]
    stream.stored_bytes = sum(len(line.message.encode()) for line in lines)
    stream.creation_time = utcfromtimestamp(lines[0].timestamp // 1000)
    stream.last_ingestion_time = utcfromtimestamp((lines[-1].timestamp + INGESTION_MS) // 1000)
