"""Filter expressions, example by example of the X-Ray developer guide, and where they are wrong."""

import pytest

from awsdash.demo.aws.protocol import AwsError
from awsdash.demo.aws.xray.filter_expression import compile_filter
from awsdash.demo.aws.xray.store import index
from awsdash.demo.aws.xray.trace import Trace
from tests.demo.xray_documents import Document, cause, http, new_trace_id, segment, subsegment

ACCOUNT = "482011773351"
GROUPS = {"high_response_time": "responseTime > 3", "nested": 'group.name = "nested"'}


def group_expression(keyword: str, value: str) -> str:
    assert keyword == "group.name"
    return GROUPS[value]


def matches(expression: str, *segments: Document) -> bool:
    trace = Trace(segments[0]["trace_id"], ACCOUNT, 1, segments)
    return compile_filter(expression, group_expression)(index(trace).element)


def refusal(expression: str) -> str:
    with pytest.raises(AwsError) as refused:
        compile_filter(expression, group_expression)
    assert refused.value.code == "InvalidRequestException"
    return refused.value.message


def checkout() -> list[Document]:
    """`api.example.com` calls `backend.example.com`, which fails to reach a table, and copes."""
    trace_id = new_trace_id()
    api = segment(
        trace_id,
        "api.example.com",
        6,
        origin="AWS::EC2::Instance",
        user="alice",
        http=http(
            200,
            url="http://api.example.com/api/game/v2/start",
            method="POST",
            user_agent="Mozilla/5.0",
            client_ip="205.255.255.183",
        ),
        annotations={"gameid": "817DL6VO", "age": 30, "beta": True, "blocked": False},
        aws={"ec2": {"availability_zone": "us-west-2c", "instance_id": "i-0b5a4678"}},
        resource_arn="arn:aws:ec2:us-west-2:482011773351:instance/i-0b5a4678",
    )
    call = subsegment(api, "backend.example.com", 5, namespace="remote", error=True)
    backend = segment(
        trace_id,
        "backend.example.com",
        4,
        origin="AWS::Lambda::Function",
        parent_id=call["id"],
        fault=True,
    )
    subsegment(
        backend,
        "DynamoDB",
        3,
        namespace="aws",
        fault=True,
        aws={"table_name": "games", "operation": "GetItem"},
        cause=cause("AccessDenied", "Access Denied for account_id: 1234567890"),
    )
    return [api, backend]


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("ok", True),
        ("!ok", False),
        ("NOT ok", False),
        ("ok = true", True),
        ("ok = false", False),
        ("ok != false", True),
        ("error", False),
        ("fault", False),
        ("throttle", False),
        ("partial", False),
        ("inferred", True),
    ],
)
def test_booleans_are_of_the_root(expression: str, expected: bool) -> None:
    assert matches(expression, *checkout()) is expected


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("responsetime > 5", True),
        ("responsetime = 6", True),
        ("responsetime != 6", False),
        ("responsetime <= 6", True),
        ("responsetime < 6", False),
        ("duration >= 5 AND duration <= 8", True),
        ("duration >= 7 AND duration <= 8", False),
        ("http.status != 200", False),
        ("http.status = 200", True),
        ("ok !partial duration <3", False),
        ("ok !partial duration <7", True),
    ],
)
def test_numbers_compare(expression: str, expected: bool) -> None:
    assert matches(expression, *checkout()) is expected


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ('http.url CONTAINS "/api/game/"', True),
        ('http.url CONTAINS "/api/user/"', False),
        ('http.url BEGINSWITH "http://api.example.com/"', True),
        ('http.url ENDSWITH "/start"', True),
        ('http.url ENDSWITH "/stop"', False),
        ('http.method = "POST"', True),
        ('http.method != "POST"', False),
        ('http.useragent BEGINSWITH "Mozilla"', True),
        ('http.clientip = "205.255.255.183"', True),
        ('user CONTAINS ""', True),
        ('user = "alice"', True),
        ('user = "Alice"', False),
        ('availabilityzone = "us-west-2c"', True),
        ('instance.id = "i-0b5a4678"', True),
        ('resource.arn ENDSWITH "instance/i-0b5a4678"', True),
        ("http.url AND responseTime > 2", True),
        (
            'http.url BEGINSWITH "http://api.example.com/" AND http.url CONTAINS "/v2/" '
            'AND !service("api.example.com")',
            False,
        ),
    ],
)
def test_strings_compare(expression: str, expected: bool) -> None:
    assert matches(expression, *checkout()) is expected


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ('annotation.gameid = "817DL6VO"', True),
        ('annotation[gameid] = "817DL6VO"', True),
        ('annotation["gameid"] BEGINSWITH "817"', True),
        ('annotation.GameId = "817DL6VO"', False),
        ("annotation.age", True),
        ("!annotation.age", False),
        ("!annotation.height", True),
        ("annotation.age > 29", True),
        ("annotation[age] > 30", False),
        ('annotation.age = "30"', False),
        ("annotation.beta", True),
        ("annotation.beta = true", True),
        ("annotation.blocked", False),
        ("!annotation.blocked", True),
        ("annotation.blocked = false", True),
        ("annotation.height != 3", False),
    ],
)
def test_annotations_compare_by_their_type(expression: str, expected: bool) -> None:
    assert matches(expression, *checkout()) is expected


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ('service("api.example.com")', True),
        ('service("api.example.com") { fault }', False),
        ('service("backend.example.com") { fault }', True),
        ("service() { fault }", True),
        ("service() { throttle }", False),
        ('service("api.example.com") {root = true and ok = true}', True),
        ('service("backend.example.com") {root}', False),
        ('service("games") { inferred }', True),
        ('!service("nowhere.example.com")', True),
        ('service(id(name: "backend.example.com", type: "AWS::Lambda::Function")) { fault }', True),
        ('service(id(name: "backend.example.com", type: "AWS::Lambda")) { fault }', False),
        ('service(id(type: "AWS::DynamoDB::Table")) { fault }', True),
        (f'service(id(account.id: "{ACCOUNT}"))', True),
        ('service(id(account.id: "123456789012"))', False),
        ('service("backend.example.com") { responsetime > 3.9 AND responsetime <= 4.1 }', True),
    ],
)
def test_services_anywhere_in_the_trace_are_selected(expression: str, expected: bool) -> None:
    assert matches(expression, *checkout()) is expected


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ('edge("api.example.com", "backend.example.com")', True),
        ('edge("backend.example.com", "api.example.com")', False),
        ('edge("api.example.com", "backend.example.com") { error }', True),
        ('edge("api.example.com", "backend.example.com") { responsetime > 5.5 }', False),
        ('edge("backend.example.com", id(type: "AWS::DynamoDB::Table")) { fault }', True),
        ('!edge("api.example.com", "games")', True),
    ],
)
def test_edges_are_seen_by_the_caller(expression: str, expected: bool) -> None:
    assert matches(expression, *checkout()) is expected


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ('rootcause.fault.service { name = "backend.example.com" }', True),
        ('rootcause.fault.service { last and type = "AWS::DynamoDB::Table" }', True),
        ('rootcause.fault.service { first and name = "games" }', False),
        ("rootcause.fault.service { index > 1 }", True),
        ("rootcause.fault.service { index > 5 }", False),
        ('rootcause.fault.service { inferred and name = "games" }', True),
        ('rootcause.fault.entity { remote and name = "DynamoDB" }', True),
        ('rootcause.fault.entity { last and name = "deserialize" }', False),
        (
            "rootcause.fault.exception "
            '{ last and message = "Access Denied for account_id: 1234567890" }',
            True,
        ),
        ('rootcause.responsetime.service { last and type = "AWS::DynamoDB::Table" }', True),
        ('rootcause.responsetime.entity { coverage > 0.8 and name = "api.example.com" }', True),
        ("rootcause.responsetime.entity { last and coverage > 0.8 }", False),
        ('rootcause.error.service { name = "api.example.com" }', True),
        ('rootcause.error.service { name = "backend.example.com" }', False),
        (
            'rootcause.json = #[{ "Services": [ { "Name": "api.example.com" }, '
            '{ "Name": "backend.example.com" }, { "Name": "games", "Inferred": true } ] }]',
            True,
        ),
        ('rootcause.json = #[{ "Services": [ { "Name": "backend.example.com" } ] }]', False),
    ],
)
def test_root_causes_are_searched(expression: str, expected: bool) -> None:
    assert matches(expression, *checkout()) is expected


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("fault OR ok", True),
        ("fault || ok", True),
        ("ok && fault", False),
        ("ok and not fault", True),
        ("fault AND fault OR ok", True),
        ("fault AND (fault OR ok)", False),
        ("!(fault OR error)", True),
        ("!!ok", True),
        ("RESPONSETIME > 5", True),
        ('group.name = "high_response_time" AND user = "alice"', True),
        ('group.name != "high_response_time"', False),
        ("", True),
        (" ", True),
    ],
)
def test_conditions_combine(expression: str, expected: bool) -> None:
    assert matches(expression, *checkout()) is expected


def test_a_string_can_hold_quotes() -> None:
    one = segment(new_trace_id(), "quoting", annotations={"said": 'the "end"'})
    assert matches(r'annotation.said = "the \"end\""', one)


def test_what_is_in_progress_makes_a_trace_partial() -> None:
    one = segment(new_trace_id(), "busy", in_progress=True)
    del one["end_time"]
    assert matches("partial", one)
    assert not matches("responsetime > 0", one)


@pytest.mark.parametrize(
    ("status", "expression"),
    [(500, "fault"), (404, "error"), (429, "throttle"), (429, "error"), (302, "ok")],
)
def test_the_status_tells_an_outcome_that_no_flag_tells(status: int, expression: str) -> None:
    assert matches(expression, segment(new_trace_id(), "web", http=http(status)))


def test_the_message_tells_where_the_expression_is_wrong() -> None:
    assert refusal("duration < ") == (
        "Error Location: line 1, position 12 : Invalid input symbol: 'duration < '"
    )
    assert refusal("ok AND\n  speed > 5") == (
        "Error Location: line 2, position 3 : Invalid input symbol: 'speed'"
    )


@pytest.mark.parametrize(
    "expression",
    [
        "ok AND",
        "OR ok",
        "(ok",
        "ok)",
        "response_time > 5",
        'responsetime > "5"',
        "http.status BEGINSWITH 2",
        "http.url = /v2/",
        'http.url > "a"',
        "fault > true",
        'fault = "true"',
        "ok = 1",
        "service(",
        "service() {",
        "service() {}",
        "service() { annotation.age }",
        'service() { service("a") }',
        'edge("a")',
        'service(id(nome: "a"))',
        "service(id())",
        "rootcause.fault.place { first }",
        'rootcause.fault.service { name = "Auth"',
        "rootcause.json = #[",
        "group.name",
        'group.size = "x"',
        'group.name = "nested"',
        "ok ; fault",
        'user = "alice',
    ],
)
def test_a_wrong_expression_is_refused(expression: str) -> None:
    assert refusal(expression)
