"""Filter patterns, checked against the examples of the CloudWatch Logs user guide."""

import json

import pytest

from awsdash.demo.aws.logs.filter_pattern import InvalidPattern, compile_pattern

BAD_REQUEST = "[ERROR 400] BAD REQUEST"
UNAUTHORIZED = "[ERROR 401] UNAUTHORIZED REQUEST"
MISSING = "[ERROR 419] MISSING ARGUMENTS"
INVALID = "[ERROR 420] INVALID ARGUMENTS"
ALL_ERRORS = [BAD_REQUEST, UNAUTHORIZED, MISSING, INVALID]

TRAIL = json.dumps(
    {
        "eventType": "UpdateTrail",
        "sourceIPAddress": "111.111.111.111",
        "arrayKey": ["value", "another value"],
        "objectList": [{"name": "a", "id": 1}, {"name": "b", "id": 2}],
        "SomeObject": None,
        "ThisFlag": True,
        "cluster.name": "c",
    }
)
USERS = json.dumps(
    {
        "user": {"id": 1, "email": "John.Stiles@example.com"},
        "users": [
            {"id": 2, "email": "John.Doe@example.com"},
            {"id": 3, "email": "Jane.Doe@example.com"},
        ],
        "actions": ["GET", "PUT", "DELETE"],
        "coordinates": [[0, 1, 2], [4, 5, 6], [7, 8, 9]],
    }
)
NUMBERS = json.dumps(
    {
        "bandwidth": 80,
        "latency": 42.5,
        "refreshRate": 60,
        "responseTime": 5,
        "errorCode": 400,
        "number": [1000, 0.5],
        "text": "twelve",
    }
)
ACCESS = '127.0.0.1 Prod frank [10/Oct/2000:13:25:15 -0700] "GET /index.html HTTP/1.0" 404 1534'
GET = "INFO 09/25/2014 12:00:00 GET /service/resource/67 1200"
POST = "INFO 09/25/2014 12:00:01 POST /service/resource/67/part/111 1310"
WARNING = "WARNING 09/25/2014 12:00:02 Invalid user request"
FAILED = "ERROR 09/25/2014 12:00:02 Failed to process request"


@pytest.mark.parametrize(
    ("pattern", "matching"),
    [
        pytest.param("ERROR", ALL_ERRORS, id="match a single term"),
        pytest.param("ERROR ARGUMENTS", [MISSING, INVALID], id="match multiple terms"),
        pytest.param("?UNAUTHORIZED ?ARGUMENTS", [UNAUTHORIZED, MISSING, INVALID], id="optional"),
        pytest.param(
            "?MISSING ?INVALID REQUEST", [BAD_REQUEST, UNAUTHORIZED], id="? ignored among terms"
        ),
        pytest.param(
            "?MISSING -ARGUMENTS", [BAD_REQUEST, UNAUTHORIZED], id="? ignored among exclusions"
        ),
        pytest.param('"BAD REQUEST"', [BAD_REQUEST], id="match exact phrases"),
        pytest.param("ERROR -ARGUMENTS", [BAD_REQUEST, UNAUTHORIZED], id="include and exclude"),
        pytest.param('ERROR -"BAD REQUEST" -ARGUMENTS', [UNAUTHORIZED], id="exclude a phrase"),
        pytest.param('" "', ALL_ERRORS, id="match everything"),
        pytest.param("", ALL_ERRORS, id="an empty pattern matches everything"),
        pytest.param("error", [], id="case sensitive"),
        pytest.param("%AUTHORIZED%", [UNAUTHORIZED], id="regular expression"),
        pytest.param(r"%\[ERROR 4[12]\d\]%", [MISSING, INVALID], id="regex with escapes"),
        pytest.param("%^BAD|ARGUMENTS$%", [MISSING, INVALID], id="regex with anchors and |"),
    ],
)
def test_terms_match_as_the_guide_shows(pattern: str, matching: list[str]) -> None:
    matches = compile_pattern(pattern)
    assert [message for message in ALL_ERRORS if matches(message)] == matching


@pytest.mark.parametrize(
    ("pattern", "message", "expected"),
    [
        pytest.param('{ $.eventType = "UpdateTrail" }', TRAIL, True, id="string"),
        pytest.param("{ $.eventType = UpdateTrail }", TRAIL, True, id="unquoted string"),
        pytest.param('{ $.eventType = "*Trail" }', TRAIL, True, id="wildcard in quotes"),
        pytest.param('{ $.eventType = "updatetrail" }', TRAIL, False, id="case sensitive"),
        pytest.param("{ $.sourceIPAddress != 123.123.* }", TRAIL, True, id="string (IP address)"),
        pytest.param("{ $.sourceIPAddress != 111.111.* }", TRAIL, False, id="excluded IP prefix"),
        pytest.param('{ $.arrayKey[0] = "value" }', TRAIL, True, id="array element"),
        pytest.param('{ $.arrayKey[9] = "value" }', TRAIL, False, id="array element beyond"),
        pytest.param("{ $.objectList[1].id = 2 }", TRAIL, True, id="object in an array"),
        pytest.param("{ $.eventType = %Trail% }", TRAIL, True, id="regex"),
        pytest.param("{ $.eventType != %Trail% }", TRAIL, False, id="not the regex"),
        pytest.param("{ $.arrayKey[*] = %val.{2}% }", TRAIL, True, id="any element, regex"),
        pytest.param(r"{ $.* = %111\.111\.111\.1[0-9]{1,2}% }", TRAIL, True, id="any property"),
        pytest.param("{ $.['cluster.name'] = \"c\" }", TRAIL, True, id="period in the key"),
        pytest.param("{ $.SomeObject IS NULL }", TRAIL, True, id="IS NULL"),
        pytest.param("{ $.SomeOtherObject IS NULL }", TRAIL, False, id="missing is not null"),
        pytest.param("{ $.ThisFlag IS TRUE }", TRAIL, True, id="IS TRUE"),
        pytest.param("{ $.ThisFlag IS FALSE }", TRAIL, False, id="IS FALSE"),
        pytest.param("{ $.SomeOtherObject NOT EXISTS }", TRAIL, True, id="NOT EXISTS"),
        pytest.param("{ $.SomeObject NOT EXISTS }", TRAIL, False, id="null exists"),
        pytest.param("{ $.arrayKey = 1 }", TRAIL, False, id="an array does not equal"),
        pytest.param("{ $.arrayKey != 1 }", TRAIL, False, id="an array does not differ"),
        pytest.param("{ $.nothing != 1 }", TRAIL, False, id="a missing property does not differ"),
        pytest.param("{ $.eventType = UpdateTrail }", "UpdateTrail", False, id="not JSON"),
        pytest.param("{ $.eventType = * }", '["UpdateTrail"]', False, id="not a JSON object"),
    ],
)
def test_json_strings_match_as_the_guide_shows(pattern: str, message: str, expected: bool) -> None:
    assert compile_pattern(pattern)(message) is expected


@pytest.mark.parametrize(
    ("pattern", "expected"),
    [
        ("{ $.bandwidth > 75 }", True),
        ("{ $.latency < 50 }", True),
        ("{ $.latency < 42.5 }", False),
        ("{ $.refreshRate >= 60 }", True),
        ("{ $.responseTime <= 5 }", True),
        ("{ $.errorCode = 400}", True),
        ("{ $.errorCode = 4* }", True),
        ("{ $.errorCode != 500 }", True),
        ("{ $.number[0] = 1e+3 }", True),
        ("{ $.number[0] != 1e-3 }", True),
        ("{ $.latency > +1000 }", False),
        ("{ $.latency = * }", True),
        ("{ $.text > 1 }", False),
    ],
)
def test_json_numbers_match_as_the_guide_shows(pattern: str, expected: bool) -> None:
    assert compile_pattern(pattern)(NUMBERS) is expected


@pytest.mark.parametrize(
    ("pattern", "expected"),
    [
        pytest.param(
            '{ ($.user.id = 1) && ($.users[0].email = "John.Doe@example.com") }', True, id="AND"
        ),
        pytest.param(
            '{ $.user.email = "John.Stiles@example.com" || $.coordinates[0][1] = "nonmatch"'
            ' && $.actions[2] = "nonmatch" }',
            True,
            id="OR binds less than AND",
        ),
        pytest.param(
            '{ ($.user.email = "John.Stiles@example.com" || $.coordinates[0][1] = "nonmatch")'
            ' && $.actions[2] = "nonmatch" }',
            False,
            id="parentheses bind most",
        ),
        pytest.param(
            '{ ($.user.id = 2 && $.users[0].email = "nonmatch") || $.actions[2] = "GET" }',
            False,
            id="OR of two misses",
        ),
    ],
)
def test_compound_json_expressions_match_as_the_guide_shows(pattern: str, expected: bool) -> None:
    assert compile_pattern(pattern)(USERS) is expected


@pytest.mark.parametrize(
    ("pattern", "matching"),
    [
        pytest.param(
            r"[ip=%127\.0\.0\.[1-9]%, user, username, timestamp, request =*.html*,"
            " status_code = 4*, bytes]",
            [ACCESS],
            id="seven fields",
        ),
        pytest.param("[..., request =*.html*, status_code = 4*, bytes]", [ACCESS], id="ellipsis"),
        pytest.param("[ip = 127*, user, ...]", [ACCESS], id="ellipsis at the end"),
        pytest.param("[ip, user, ..., status=5*, bytes > 1000]", [], id="no such status"),
        pytest.param("[ip, user, ..., status=4*, bytes > 1000]", [ACCESS], id="bytes > 1000"),
        pytest.param(
            "[ip, user, username, timestamp, request =*.html*,"
            " status_code = 404 || status_code = 410, bytes]",
            [ACCESS],
            id="compound with OR",
        ),
        pytest.param("[ip, id, user, time, request, status = 4* && status != 404, b]", [], id="&&"),
        pytest.param("[w1=ERROR, w2]", [FAILED], id="match terms in order"),
        pytest.param("[w1=ERROR || w1=WARNING, w2]", [WARNING, FAILED], id="match with OR"),
        pytest.param("[w1!=ERROR && w1!=WARNING, w2]", [ACCESS, GET, POST], id="exclude terms"),
        pytest.param(
            "[logLevel, date, time, method, url=%/service/resource/[0-9]+$%, response_time]",
            [GET],
            id="top level item in a URI",
        ),
        pytest.param(
            "[logLevel, date, time, method, url=%/service/resource/[0-9]+/part/[0-9]+$%, rt]",
            [POST],
            id="child level item in a URI",
        ),
        pytest.param('[..., request = "GET /index.html HTTP/1.0", s, b]', [ACCESS], id="quoted"),
    ],
)
def test_space_delimited_fields_match_as_the_guide_shows(pattern: str, matching: list[str]) -> None:
    matches = compile_pattern(pattern)
    assert [line for line in (ACCESS, GET, POST, WARNING, FAILED) if matches(line)] == matching


@pytest.mark.parametrize(
    ("pattern", "expected"),
    [
        ('{ $.a = "*a*a*a*a*a*a*b" }', False),
        ('{ $.a = "a*a*a*a*aa" }', True),
        ('{ $.a = "a*b" }', False),
        ("{ $.a = %^a*a*a*a*a*a*b$% }", False),
    ],
)
def test_wildcards_take_linear_time(pattern: str, expected: bool) -> None:
    assert compile_pattern(pattern)(json.dumps({"a": "a" * 50_000})) is expected


def test_brackets_that_are_never_closed_take_linear_time() -> None:
    assert compile_pattern("[first = %^.$%, ...]")("[ " * 100_000)


@pytest.mark.parametrize(
    ("pattern", "complaint"),
    [
        ("Status: timeout", "Invalid character(s) in term ':'"),
        ("user@example.com", "Invalid character(s) in term '@'"),
        ('"unbalanced', "Invalid character(s) in term '\"'"),
        ('{ $.a = "b"', "If a filter pattern starts with '{' it must end with '}'"),
        ("[a, b", "If a filter pattern starts with '[' it must end with ']'"),
        ("%a", "If a filter pattern starts with '%' it must end with '%'"),
        ("%(a)%", "Invalid character(s) in term '('"),
        ("%[a%", "Invalid regex"),
        ("{ }", "expected selector, found the end"),
        ("{ $.a }", "expected = or !="),
        ("{ $.a = }", "expected word or string or regex, found the end"),
        ('{ $."a" = 1 }', "Invalid character(s) in term '$'"),
        ("{ $.a IS NOT NULL }", "expected NULL or TRUE or FALSE, found NOT"),
        ("{ $.a EXISTS }", "expected = or !="),
        ("{ $.a > b }", "'>' compares numbers"),
        ("{ ($.a = 1 }", "expected ), found the end"),
        ("{ $.a = 1, $.b = 2 }", "expected end, found ,"),
        ("{ $.a = %b% && $.c = %d% && $.e = %f% }", "at most 2 regexes"),
        ("{ $.*.* = 1 }", "one wildcard"),
        ("{ $.* = 1 || $.a[*] = 2 || $.b[*] = 3 || $.c[*] = 4 }", "at most 3 wildcards"),
        ("[]", "expected word, found the end"),
        ("[..., a, ...]", "one ellipsis"),
        ("[a = 1 && b = 2]", "names several fields"),
        ("{" + "(" * 500 + "$.a = 1" + ")" * 500 + "}", "nested too deeply"),
    ],
)
def test_a_malformed_pattern_is_refused_with_a_reason(pattern: str, complaint: str) -> None:
    with pytest.raises(InvalidPattern) as refusal:
        compile_pattern(pattern)
    assert complaint in str(refusal.value)
