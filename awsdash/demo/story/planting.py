"""Puts the story into moto's backends, past its HTTP interface and its limits on age."""

import base64
import io
import json
import zipfile
from collections import defaultdict
from datetime import timedelta
from typing import Any, Final

from moto.awslambda.models import LambdaFunction, lambda_backends
from moto.core.utils import utcfromtimestamp
from moto.iam.models import iam_backends
from moto.logs.models import LogEvent, LogGroup, logs_backends

from awsdash.demo.aws.auth import PARTITION
from awsdash.demo.story.cast import (
    BASE_ACCESS_KEY_ID,
    BASE_SECRET_ACCESS_KEY,
    BASE_USER,
    CULPRIT,
    EXTERNAL_ID,
    FUNCTIONS,
    MANAGEMENT,
    REGIONS,
    ROLE_NAME,
    WORKLOAD_ACCOUNTS,
    Function,
)
from awsdash.demo.story.invocation import Line
from awsdash.demo.story.log_events import lines_of
from awsdash.demo.story.story import Story

EXECUTION_ROLE: Final = "lambda-execution"
INGESTION_MS: Final = 900
FOUNDED: Final = timedelta(days=200)
EVERYTHING: Final = json.dumps(
    {
        "Version": "2012-10-17",
        "Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}],
    }
)


def plant(story: Story) -> None:
    LogEvent._event_id = 0  # so that a story always has the same event ids
    base_user_arn = _create_base_user()
    _create_reader(MANAGEMENT, base_user_arn)
    for account in WORKLOAD_ACCOUNTS:
        _create_reader(account, base_user_arn)
        _create_execution_role(account)
    for function in FUNCTIONS:
        _create_function(story, function)
        if function.logs:
            _write_log(story, function)


def _create_base_user() -> str:
    backend = iam_backends[MANAGEMENT][PARTITION]
    user = backend.create_user(REGIONS[0], BASE_USER)
    key = backend.create_access_key(BASE_USER)
    key.access_key_id, key.secret_access_key = BASE_ACCESS_KEY_ID, BASE_SECRET_ACCESS_KEY
    backend.access_keys = {BASE_ACCESS_KEY_ID: key}
    backend.put_user_policy(BASE_USER, "awsdash", EVERYTHING)
    return str(user.arn)


def _create_reader(account: str, base_user_arn: str) -> None:
    _create_role(
        account,
        ROLE_NAME,
        "Lets AWS Dash read",
        Principal={"AWS": base_user_arn},
        Condition={"StringEquals": {"sts:ExternalId": EXTERNAL_ID}},
    )
    iam_backends[account][PARTITION].put_role_policy(ROLE_NAME, "awsdash", EVERYTHING)


def _create_execution_role(account: str) -> None:
    _create_role(
        account,
        EXECUTION_ROLE,
        "Runs the functions",
        Principal={"Service": "lambda.amazonaws.com"},
    )


def _create_role(account: str, name: str, description: str, **trust: Any) -> None:
    statement = {"Effect": "Allow", "Action": "sts:AssumeRole", **trust}
    iam_backends[account][PARTITION].create_role(
        role_name=name,
        assume_role_policy_document=json.dumps({"Version": "2012-10-17", "Statement": [statement]}),
        path="/",
        permissions_boundary=None,
        description=description,
        tags=[],
        max_session_duration="3600",
    )


def _create_function(story: Story, function: Function) -> None:
    specification: dict[str, Any] = {
        "FunctionName": function.name,
        "Runtime": "nodejs22.x",
        "Handler": "index.handler",
        "Role": f"arn:aws:iam::{function.account}:role/{EXECUTION_ROLE}",
        "Code": {"ZipFile": _zipped("exports.handler = async () => {};\n")},
        "MemorySize": 512,
        "Timeout": 30,
        "Environment": {"Variables": dict(function.variables)},
        "Tags": {"app": function.name.partition("-")[0]},
    }
    if function.custom_log_group:
        specification["LoggingConfig"] = {"LogGroup": function.custom_log_group}
    created: LambdaFunction = lambda_backends[function.account][function.region].create_function(
        specification
    )
    modified = story.deployed_at if function is CULPRIT else story.epoch - FOUNDED
    created.last_modified = f"{modified:%Y-%m-%dT%H:%M:%S}.000+0000"


def _zipped(source: str) -> str:
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as opened:
        opened.writestr(zipfile.ZipInfo("index.js"), source)
    return base64.b64encode(archive.getvalue()).decode()


def _write_log(story: Story, function: Function) -> None:
    backend = logs_backends[function.account][function.region]
    group = backend.groups.get(function.log_group)
    if group is None:
        group = backend.create_log_group(function.log_group, {})
        group.creation_time = utcfromtimestamp(int((story.epoch - FOUNDED).timestamp()))
    streams: defaultdict[str, list[Line]] = defaultdict(list)
    for line in lines_of(story, function):
        streams[line.stream].append(line)
    for name, lines in sorted(streams.items()):
        _write_stream(group, name, lines)


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
