"""Authorization: moto lets every caller do everything; AWS asks the caller's policies."""

from collections.abc import Iterable
from typing import Final
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

import orjson
from werkzeug.wrappers import Request

from awsdash.demo.aws.identity.actions import action_of
from awsdash.demo.aws.identity.auth import current_caller
from awsdash.demo.aws.identity.denial import denied
from awsdash.demo.aws.identity.grants import judge_caller
from awsdash.demo.aws.identity.policy import Verdict
from awsdash.demo.aws.protocol import Call, answer_error, current_call

# Nobody needs a permission for the first two; the third also asks the role (see sts.py).
_ASKED_ELSEWHERE: Final = {"AssumeRole", "GetCallerIdentity", "GetSessionToken"}


class Authorizer:
    """Lets only calls through that the caller's policies allow."""

    def __init__(self, app: WSGIApplication) -> None:
        self._app = app

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        call = current_call(environ)
        if call.service == "sts" and call.operation in _ASKED_ELSEWHERE:
            return self._app(environ, start_response)
        verdict = judge_caller(current_caller(environ), action_of(call))
        if verdict is Verdict.ALLOWED:
            return self._app(environ, start_response)
        error = denied(call, resource_of(call, environ), verdict=verdict)
        return answer_error(error, environ, start_response)


def resource_of(call: Call, environ: WSGIEnvironment) -> str:
    """Its ARN, where AWS's message has one."""
    match call.service:
        case "apigateway":
            return f"arn:aws:apigateway:{call.region}::{environ['PATH_INFO']}"
        case "logs":
            group = _log_group(Request(environ).get_data())
            return f"arn:aws:logs:{call.region}:{call.account}:log-group:{group}:log-stream:"
        case "s3":
            path = environ["PATH_INFO"].strip("/")
            return f"arn:aws:s3:::{path}" if path else "*"
    return "*"


def _log_group(body: bytes) -> str:
    try:
        asked = orjson.loads(body)
        name = asked.get("logGroupName") or asked.get("logGroupIdentifier") or ""
    except (orjson.JSONDecodeError, AttributeError):
        return ""
    return str(name).partition(":log-group:")[2] or str(name)
