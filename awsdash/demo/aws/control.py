"""The emulator's own HTTP interface, beside AWS's: health, faults and the count of calls."""

import threading
from collections import Counter
from collections.abc import Iterable
from typing import Any, TypeAlias
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

import orjson
from werkzeug.wrappers import Request, Response

from awsdash.demo.aws.auth import identify
from awsdash.demo.aws.faults import Faults, InvalidRule, parse_rules
from awsdash.demo.aws.protocol import Call

PREFIX = "/_emulator/"

_COUNTED_BY = ("account", "region", "service", "operation")
_Key: TypeAlias = tuple[str | None, str, str, str]


class CallCounts:
    """How often AWS was called, refused and failed calls included."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._counts: Counter[_Key] = Counter()

    def add(self, call: Call) -> None:
        with self._lock:
            self._counts[call.account, call.region, call.service, call.operation] += 1

    def clear(self) -> None:
        with self._lock:
            self._counts.clear()

    def report(self, wanted: dict[str, str]) -> dict[str, Any]:
        with self._lock:
            counts = list(self._counts.items())
        rows = [dict(zip(_COUNTED_BY, key, strict=True)) | {"count": n} for key, n in counts]
        rows = [row for row in rows if wanted.items() <= row.items()]
        return {"total": sum(row["count"] for row in rows), "calls": rows}


class Control:
    """Serves `/_emulator/`; identifies and counts every other request on its way to AWS."""

    def __init__(self, app: WSGIApplication, faults: Faults, epoch: str) -> None:
        self._app = app
        self._faults = faults
        self._epoch = epoch
        self._counts = CallCounts()

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        if environ["PATH_INFO"].startswith(PREFIX):
            response = self._serve(Request(environ))
            return response(environ, start_response)
        self._counts.add(identify(environ))
        return self._app(environ, start_response)

    def _serve(self, request: Request) -> Response:
        match request.method, request.path.removeprefix(PREFIX):
            case "GET", "health":
                return _json({"ready": True, "epoch": self._epoch})
            case "GET", "faults":
                return _json([rule.as_json() for rule in self._faults.rules])
            case "PUT", "faults":
                return self._set_faults(request.get_data())
            case "GET", "calls":
                return self._count_calls(request.args.to_dict())
            case "DELETE", "calls":
                self._counts.clear()
                return Response(status=204)
        return _json({"error": f"There is no {request.method} {request.path}"}, 404)

    def _set_faults(self, body: bytes) -> Response:
        try:
            rules = parse_rules(orjson.loads(body))
        except (InvalidRule, orjson.JSONDecodeError) as error:
            return _json({"error": str(error)}, 400)
        self._faults.replace(rules)
        return _json([rule.as_json() for rule in rules])

    def _count_calls(self, wanted: dict[str, str]) -> Response:
        if unknown := wanted.keys() - set(_COUNTED_BY):
            message = f"Unknown: {', '.join(sorted(unknown))}; known are {', '.join(_COUNTED_BY)}"
            return _json({"error": message}, 400)
        return _json(self._counts.report(wanted))


def _json(document: object, status: int = 200) -> Response:
    return Response(orjson.dumps(document), status, content_type="application/json")
