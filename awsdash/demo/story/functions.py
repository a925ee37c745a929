"""The functions, as Lambda holds them."""

import base64
import io
import zipfile
from typing import Any

from moto.awslambda.models import LambdaFunction, lambda_backends

from awsdash.demo.story.cast import CULPRIT, FUNCTIONS, Function
from awsdash.demo.story.identities import EXECUTION_ROLE
from awsdash.demo.story.timeline import FOUNDED, Timeline


def plant_functions(story: Timeline) -> None:
    for function in FUNCTIONS:
        _create_function(story, function)


def _create_function(story: Timeline, function: Function) -> None:
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
