"""What is read without botocore's parser is what it would have read, in every operation."""

import base64
import json
import random
from typing import Any, Final

import boto3
import pytest
from botocore.model import ListShape, MapShape, OperationModel, StructureShape
from botocore.parsers import create_parser

from services import parsing

Answer = dict[str, Any]
SERVICES: Final = ("athena", "cloudtrail", "config", "glue", "logs", "xray", "lambda")
TEXTS: Final = ("", "a", 'a "b" \\ c', "é 😀", "null", '":null', "[]", "1")


def operations_of(service: str) -> list[OperationModel]:
    """Those whose answers are no streams."""
    model = boto3.Session()._session.get_service_model(service)
    found = [model.operation_model(name) for name in model.operation_names]
    return [one for one in found if one.output_shape and not one.has_event_stream_output]


def made_up(shape: Any, rng: random.Random, depth: int = 0) -> Any:
    """A value of this shape as AWS might send it: some members are absent, some null."""
    match shape:
        case StructureShape():
            members = {
                member.serialization.get("name", name): member
                for name, member in shape.members.items()
            }
            if shape.is_tagged_union:
                name = rng.choice(list(members))
                return {name: made_up(members[name], rng, depth + 1)}
            return {
                name: None if rng.random() < 0.02 else made_up(member, rng, depth + 1)
                for name, member in members.items()
                if depth < 6 and rng.random() < 0.9
            }
        case ListShape():
            return [made_up(shape.member, rng, depth + 1) for _ in range(rng.randint(0, 2))]
        case MapShape():
            return {f"k{n}": made_up(shape.value, rng, depth + 1) for n in range(2)}
    return {
        "integer": rng.randint(-5, 2**31),
        "long": 2**40,
        "float": 1.5,
        "double": rng.choice((0.25, 3)),
        "boolean": rng.random() < 0.5,
        "timestamp": 1_795_348_800,
        "blob": base64.b64encode(b"abc").decode(),
    }.get(shape.type_name, rng.choice(TEXTS))


def answer_of(body: bytes) -> Answer:
    headers = {"content-length": str(len(body)), "x-amzn-requestid": "r"}
    return {"body": body, "headers": headers, "status_code": 200, "context": {}}


def read(operation: OperationModel, answer: Answer) -> Answer:
    found: Answer = {}
    parsing.reader({})(
        operation_model=operation, response_dict=answer, customized_response_dict=found
    )
    return found


def parsed(operation: OperationModel, answer: Answer) -> Answer:
    parser: Any = create_parser(operation.service_model.resolved_protocol)
    found: Answer = parser.parse(answer, operation.output_shape)
    return found


@pytest.mark.parametrize("service", SERVICES)
def test_an_answer_is_what_botocore_makes_of_it(service: str) -> None:
    rng = random.Random(service)
    for operation in operations_of(service):
        for _ in range(5):
            body = json.dumps(made_up(operation.output_shape, rng)).encode()
            answer = answer_of(body)
            before = read(operation, answer)
            after = parsed(operation, answer)
            assert after | before == parsed(operation, answer_of(body)), operation.name


@pytest.mark.parametrize(
    ("service", "name", "plain"),
    [
        ("logs", "FilterLogEvents", True),
        ("logs", "GetLogEvents", True),
        ("logs", "GetQueryResults", True),
        ("athena", "GetQueryResults", True),
        ("athena", "BatchGetQueryExecution", False),
        ("cloudtrail", "LookupEvents", False),
        ("xray", "BatchGetTraces", False),
    ],
)
def test_large_answers_without_times_are_parsed_once(service: str, name: str, plain: bool) -> None:
    asked = operation(service, name)
    answer = answer_of(json.dumps(made_up(asked.output_shape, random.Random(1))).encode())
    read(asked, answer)
    assert (answer["body"] == b"{}") == plain


def test_tables_have_every_column_of_the_model() -> None:
    shape: Any = operation("logs", "FilterLogEvents").output_shape
    row = shape.members["events"].member
    assert parsing.plain_members(row).keys() == row.members.keys()


def operation(service: str, name: str) -> OperationModel:
    return next(found for found in operations_of(service) if found.name == name)
