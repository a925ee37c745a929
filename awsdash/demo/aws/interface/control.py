"""The emulator's own HTTP interface, beside AWS's: health, hostility, calls, seeds, the story."""

import logging
from collections.abc import Iterable
from typing import Any, Final
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

import orjson
from werkzeug.exceptions import HTTPException
from werkzeug.routing import Map, Rule
from werkzeug.wrappers import Request, Response

from awsdash.demo.aws import stage
from awsdash.demo.aws.hostility.faults import Faults
from awsdash.demo.aws.hostility.quotas import InvalidQuotas, Quotas
from awsdash.demo.aws.hostility.rule import InvalidRule, parse_rule, parse_rules
from awsdash.demo.aws.identity.auth import identify
from awsdash.demo.aws.interface import retelling, seeding
from awsdash.demo.aws.interface.calls import COUNTED_BY, CallCounts
from awsdash.demo.aws.interface.gate import Gate
from awsdash.demo.aws.interface.retelling import InvalidStory
from awsdash.demo.aws.interface.seeding import UnknownSeed
from awsdash.demo.aws.interface.web_pages import is_of_a_web_page
from awsdash.demo.aws.protocol import AwsError
from awsdash.demo.aws.services import SERVICES
from awsdash.demo.aws.stage import Story

logger = logging.getLogger(__name__)

PREFIX: Final = "/_emulator/"
_STATUSES: Final[dict[type[Exception], int]] = {
    UnknownSeed: 404,
    AwsError: 400,
    InvalidQuotas: 400,
    InvalidRule: 400,
    InvalidStory: 400,
    orjson.JSONDecodeError: 400,
}


class Control:
    """Serves `/_emulator/`; identifies and counts every other request on its way to AWS."""

    def __init__(self, app: WSGIApplication, faults: Faults, quotas: Quotas, story: Story) -> None:
        self._app = app
        self._rulebook = faults.rulebook
        self._quotas = quotas
        self._story = story
        self._counts = CallCounts()
        self._gate = Gate()

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        if environ["PATH_INFO"].startswith(PREFIX):
            return self._serve(environ)(environ, start_response)
        with self._gate.passing():
            self._counts.add(identify(environ))
            return self._app(environ, start_response)

    def _serve(self, environ: WSGIEnvironment) -> Response:
        request = Request(environ)
        if is_of_a_web_page(environ):
            return _json({"error": "Web pages may not ask this"}, 403)
        try:
            serve, values = _ADDRESSES.bind_to_environ(environ).match()
        except HTTPException:
            return _json({"error": f"There is no {request.method} {request.path}"}, 404)
        try:
            answer: Response = serve(self, request, **values)
        except tuple(_STATUSES) as error:
            status = next(s for kind, s in _STATUSES.items() if isinstance(error, kind))
            message = error.message if isinstance(error, AwsError) else str(error)
            return _json({"error": message}, status)
        except Exception as error:
            logger.exception("failed at %s %s", request.method, request.path)
            return _json({"error": f"The emulator failed: {error!r}"}, 500)
        return answer

    def health(self, _: Request) -> Response:
        epoch = stage.told.epoch if stage.told else self._story.epoch
        return _json({"ready": True, "epoch": retelling.epoch_text(epoch)})

    def list_faults(self, _: Request) -> Response:
        return _json(self._rulebook.report())

    def replace_faults(self, request: Request) -> Response:
        return _json(self._rulebook.replace(parse_rules(orjson.loads(request.get_data()))))

    def add_fault(self, request: Request) -> Response:
        return _json(self._rulebook.add(parse_rule(orjson.loads(request.get_data()))), 201)

    def remove_fault(self, _: Request, rule_id: str) -> Response:
        if self._rulebook.remove(rule_id):
            return Response(status=204)
        return _json({"error": f"There is no rule {rule_id}"}, 404)

    def clear_faults(self, _: Request) -> Response:
        self._rulebook.clear()
        return Response(status=204)

    def report_quotas(self, _: Request) -> Response:
        return _json(self._quotas.report())

    def set_quotas(self, request: Request) -> Response:
        self._quotas.set(orjson.loads(request.get_data()))
        return _json(self._quotas.report())

    def count_calls(self, request: Request) -> Response:
        wanted = request.args.to_dict()
        if unknown := wanted.keys() - set(COUNTED_BY):
            message = f"Unknown: {', '.join(sorted(unknown))}; known are {', '.join(COUNTED_BY)}"
            return _json({"error": message}, 400)
        return _json(self._counts.report(wanted))

    def clear_calls(self, _: Request) -> Response:
        self._counts.clear()
        return Response(status=204)

    def create_accounts(self, request: Request) -> Response:
        rows = orjson.loads(request.get_data())
        with self._gate.closed(self._rulebook.let_go):
            return _json({"count": seeding.create_accounts(rows)})

    def plant(self, request: Request, signed_as: str, what: str) -> Response:
        rows = orjson.loads(request.get_data())
        with self._gate.passing():
            count = seeding.plant(SERVICES, signed_as, what, request.args, rows)
        return _json({"count": count})

    def report_story(self, _: Request) -> Response:
        return _json(retelling.report(stage.told))

    def tell_again(self, request: Request) -> Response:
        story = retelling.retold(self._story, orjson.loads(request.get_data() or b"{}"))
        with self._gate.closed(self._rulebook.let_go):
            stage.tell(story)
        return _json(retelling.report(story))

    def clear_story(self, _: Request) -> Response:
        with self._gate.closed(self._rulebook.let_go):
            stage.clear()
        return Response(status=204)


_ADDRESSES: Final = Map(
    [
        Rule(f"{PREFIX}{path}", methods=[method], endpoint=endpoint)
        for method, path, endpoint in (
            ("GET", "health", Control.health),
            ("GET", "faults", Control.list_faults),
            ("PUT", "faults", Control.replace_faults),
            ("POST", "faults", Control.add_fault),
            ("DELETE", "faults", Control.clear_faults),
            ("DELETE", "faults/<rule_id>", Control.remove_fault),
            ("GET", "quotas", Control.report_quotas),
            ("PUT", "quotas", Control.set_quotas),
            ("GET", "calls", Control.count_calls),
            ("DELETE", "calls", Control.clear_calls),
            ("POST", "seed/accounts", Control.create_accounts),
            ("POST", "seed/<signed_as>/<what>", Control.plant),
            ("GET", "story", Control.report_story),
            ("PUT", "story", Control.tell_again),
            ("DELETE", "story", Control.clear_story),
        )
    ]
)


def _json(document: Any, status: int = 200) -> Response:
    return Response(orjson.dumps(document), status, content_type="application/json")
