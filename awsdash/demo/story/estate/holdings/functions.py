"""The functions of the cast, which stand on the stage from the beginning."""

from collections.abc import Iterator
from typing import Final

from awsdash.demo.story.cast import FUNCTIONS, Function
from awsdash.demo.story.estate.environments import ENVIRONMENTS
from awsdash.demo.story.estate.resource import Resource

FUNCTION: Final = "AWS::Lambda::Function"
# By what a function's name begins with.
_SERVICES: Final = {
    "card": "checkout",
    "checkout": "checkout",
    "payments": "checkout",
    "fraud": "fraud",
    "settlement": "settlement",
    "orders": "orders",
    "report": "reporting",
    "clickstream": "clickstream",
    "guardrail": "security",
    "deploy": "delivery",
    "edge": "edge",
}


def resources() -> Iterator[Resource]:
    places = {(at.account, at.region): at for at in ENVIRONMENTS}
    for function in FUNCTIONS:
        at = places[function.account, function.region]
        service = _SERVICES[function.name.partition("-")[0]]
        yield at.resource(FUNCTION, function.name, service, _configuration(function))


def _configuration(function: Function) -> dict[str, object]:
    return {
        "functionName": function.name,
        "functionArn": function.arn,
        "runtime": "nodejs22.x",
        "handler": "index.handler",
        "memorySize": 512,
        "timeout": 30,
        "role": f"arn:aws:iam::{function.account}:role/lambda-execution",
        "environment": {"variables": dict(function.variables)},
        "loggingConfig": {"logFormat": "Text", "logGroup": function.log_group},
    }
