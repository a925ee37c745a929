import pytest

from services.base import Level
from services.cloudwatch_logs.levels import level_of

LAMBDA = "2026-11-22T14:01:00.123Z\t7c9f2a10-3a5e-4a0e-9d52-0d6f3b3f1c11\t"
REPORT = "REPORT RequestId: 7c9f2a10\tDuration: 3000.00 ms\tBilled Duration: 3000 ms"
ACCESS = '10.0.3.7 - alice [22/Nov/2026:14:01:00 +0000] "GET /o?q=\\"error\\" HTTP/1.1" {} 157'

JSON_LINES: list[tuple[str, Level | None]] = [
    ('{"level":"ERROR","msg":"charge failed"}', "error"),
    ('{"msg":"x","Level":"Warn"}', "warning"),
    (' {"severity": "NOTICE"}\n', "info"),
    ('{"lvl":"dbug"}', "debug"),
    ('{"log.level":"critical","message":"y"}', "error"),
    ('{"log":{"level":"warning"},"message":"y"}', "warning"),
    ('{"levelname":"INFO","message":"error"}', "info"),
    ('{"logLevel":"trace"}', "debug"),
    ('{"@t":"2026-11-22","@l":"Fatal"}', "error"),
    ('{"severityText":"WARN","body":"z"}', "warning"),
    ('{"level":10}', "debug"),
    ('{"level":30,"pid":1,"msg":"listening"}', "info"),
    ('{"level":"40"}', "warning"),
    ('{"level":60.0}', "error"),
    ('{"level":3}', None),
    ('{"level":true}', None),
    ('{"level":"very high"}', None),
    ('{"level":null,"severity":"error"}', "error"),
    ('{"message":"ERROR: all is lost"}', None),
    ('{"nested":{"level":"error"}}', None),
    ('{"log":"2026-11-22 14:01:00 ERROR no\\n","stream":"stderr"}', "error"),
    ('{"time":"t","type":"platform.report","record":{"status":"timeout"}}', "error"),
    ('{"time":"t","type":"platform.report","record":{"status":"success"}}', None),
    ('{"time":"t","level":"warn","msg":"this was cut of', "warning"),
]
TEXT_LINES: list[tuple[str, Level | None]] = [
    (LAMBDA + "ERROR\tInvoke Error\t{}", "error"),
    (LAMBDA + 'INFO\t{"level":"error","msg":"what Node.js logs with console.log"}', "error"),
    (LAMBDA + "INFO\tretrying after ERROR 503", "info"),
    ("2026-11-22T14:01:00.123Z\tundefined\tWARN\tdeprecated", "warning"),
    (LAMBDA.replace("\t", " ") + "Task timed out after 3.00 seconds", "error"),
    ("RequestId: 7c9f Error: Runtime exited with error: exit status 1", "error"),
    ("START RequestId: 7c9f2a10 Version: 118\n", None),
    ("END RequestId: 7c9f2a10\n", None),
    ("INIT_START Runtime Version: nodejs:22.v12\tRuntime Version ARN: arn:error", None),
    (REPORT + "\tMemory Size: 512 MB\tMax Memory Used: 96 MB\t\n", None),
    (REPORT + "\tMemory Size: 512 MB\tMax Memory Used: 96 MB\tStatus: timeout\n", "error"),
    (REPORT + "\tStatus: error\tError Type: Runtime.ExitError\n", "error"),
    ("[ERROR] KeyError: 'order'\nTraceback (most recent call last):", "error"),
    ("[WARNING]\t2026-11-22T14:01:00.123Z\t7c9f2a10\tslow", "warning"),
    ("ERROR:root:no such order", "error"),
    ("WARNING:urllib3.connectionpool:Retrying after error", "warning"),
    ("2026-11-22 14:01:00,123 - payments.api - ERROR - charge failed", "error"),
    ("2026-11-22 14:01:00,123 payments DEBUG error budget is 3", "debug"),
    ("2026-11-22 14:01:00.123  INFO 1 --- [main] c.e.App : no error", "info"),
    ("2026-11-22 14:01:00,123 [http-1] WARN  com.shop.Pay - slow", "warning"),
    ("2026-11-22T14:01:00.123Z\terror\tserver/main.go:12\tno route", "error"),
    ('time="2026-11-22T14:01:00Z" level=error msg="an INFO"', "error"),
    ("ts=2026-11-22 caller=a.go lvl=dbg msg=x", "debug"),
    ("E1122 14:01:00.123456       1 reflector.go:127] Failed to watch", "error"),
    ("W1122 14:01:00.123456       1 warnings.go:70] policy/v1beta1", "warning"),
    ("[2026-11-22T14:01:00Z ERROR shop::pay] charge failed", "error"),
    ("[2026-11-22 14:01:00,123: INFO/MainProcess] Task pay.charge[7c9f] received", "info"),
    ("[14:01:00 WRN] slow", "warning"),
    ("2026/11/22 14:01:00 [error] 31#31: *1 open() failed (2: No such file)", "error"),
    ("[Sun Nov 22 14:01:00.12 2026] [core:notice] [pid 1] AH00094", "info"),
    ("2026-11-22 14:01:00 UTC:10.0.0.1(5432):u@db:[123]:ERROR:  duplicate key", "error"),
    ("2026-11-22T14:01:00.123456Z 12 [Warning] [MY-010055] [Server] slow", "warning"),
    ("Nov 22 14:01:00 web-1 app[123]: error: disk full", "error"),
    ("<err> kernel panic", "error"),
    ("warn: Microsoft.Hosting.Lifetime[0]", "warning"),
    ("E, [2026-11-22T14:01:00.123 #12] ERROR -- : boom", "error"),
    ("[22-Nov-2026 14:01:00 UTC] PHP Warning:  Undefined variable", "warning"),
    ("Error: Cannot find module 'x'", "error"),
    ("TypeError: x is not a function\n    at main", "error"),
    ("java.lang.IllegalStateException: closed", "error"),
    ("Traceback (most recent call last):\n  File", "error"),
    ("panic: runtime error: index out of range", "error"),
    (LAMBDA + "Unhandled Promise Rejection", "error"),
    (ACCESS.format(502), "error"),
    (ACCESS.format(404), "warning"),
    (ACCESS.format(200), None),
    ("we saw no error while charging", None),
    ("2026-11-22 14:01:00 the customer got an error from the bank", None),
    ("Received ERROR code from ledger", None),
    ("GET /error/info 200 in 12 ms", None),
    ("read /var/log/error.log, error-handler is up, errors=0", None),
    ("", None),
    ("42", None),
]


@pytest.mark.parametrize(("message", "level"), JSON_LINES)
def test_the_level_of_a_json_line_is_its_field(message: str, level: Level | None) -> None:
    assert level_of(message) == level


@pytest.mark.parametrize(("message", "level"), TEXT_LINES)
def test_the_level_of_a_text_line_is_where_loggers_put_it(
    message: str, level: Level | None
) -> None:
    assert level_of(message) == level


@pytest.mark.parametrize(
    "message",
    [
        '{"a":' * 50_000 + "}" * 50_000,
        "{" * 100_000 + "}",
        '{"level":"\\ud800"}',
        '{"level":"\ud800"}',
        "ERROR \ud800",
        '{"level":1e400}',
        '{"level":99999999999999999999999}',
        '{"":"", "level":"ERROR"',
        "İ" * 300 + " ERROR",
        '1 2 3[4] "' + "\\" * 100_000,
        "[" * 100_000,
        "error " * 50_000,
        "\x00\t\n\r{}",
    ],
    ids=range(13),
)
def test_no_text_breaks_it(message: str) -> None:
    assert level_of(message) in {None, "error"}
