"""Cuts moto's lists into AWS's pages."""

from collections.abc import Iterable, Mapping
from http import HTTPStatus
from typing import Any
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

from werkzeug.wrappers import Response

from awsdash.demo.aws.discovery import answer
from awsdash.demo.aws.discovery.paging import Paging
from awsdash.demo.aws.discovery.parameters import Parameters, carrier_of, first
from awsdash.demo.aws.operations import Members
from awsdash.demo.aws.paging import read_token, write_token
from awsdash.demo.aws.protocol import AwsError, Call, current_call


class Pages:
    """Asks moto for all of a list and answers the page; passes on every other call.

    `pagings` are by the service's name in signatures and the operation's.
    """

    def __init__(self, pagings: Mapping[tuple[str, str], Paging], moto: WSGIApplication) -> None:
        self._pagings = pagings
        self._moto = moto

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        call = current_call(environ)
        paging = self._pagings.get((call.service, call.operation))
        # API Gateway has two models under one name, with operations of the same names.
        if paging is None or call.model not in (None, paging.model):
            return self._moto(environ, start_response)
        response = _Listing(paging, call, environ).page(self._moto)
        return response(environ, start_response)


class _Listing:
    """One request for a page."""

    def __init__(self, paging: Paging, call: Call, environ: WSGIEnvironment) -> None:
        self._paging = paging
        self._call = call
        self._environ = environ
        self._carrier = carrier_of(call, paging.inputs[paging.input_token])
        self._given = self._carrier.read(environ)
        self._asked = dict(self._given)
        self._token = first(self._asked.pop(paging.token_on_wire, None))
        self._limit = first(self._asked.pop(paging.limit_on_wire or "", None))

    def page(self, moto: WSGIApplication) -> Response:
        size = self._paging.rows_per_page(self._limit)
        self._refuse_excluded()
        start = self._start()
        response, members = self._whole(moto)
        if members is None:
            return response
        total = answer.count(self._paging, members)
        end = total if size is None else min(start + size, total)
        answer.cut(self._paging, members, start, end)
        self._say_what_is_left(members, end if end < total else None)
        return answer.write(self._paging, self._call, members)

    def _refuse_excluded(self) -> None:
        if self._limit is None or self._paging.excluded is None:
            return
        parameter, named = self._paging.excluded
        if any(name.partition(".")[0] == parameter for name in self._asked):
            message = f"The parameter {named} cannot be used with the parameter maxResults"
            raise AwsError("InvalidParameterCombination", message)

    def _start(self) -> int:
        if self._token in (None, ""):
            return 0
        return read_token(self._token, self._request, self._paging.refusals.token(self._token))

    @property
    def _request(self) -> list[Any]:
        """What a token must come back with."""
        return [*self._call.place, self._environ["PATH_INFO"], self._asked]

    def _whole(self, moto: WSGIApplication) -> tuple[Response, Members | None]:
        """All that moto has, over as many pages as it makes of it; None when it refuses."""
        asked, whole = self._asked_of_moto(), None
        while True:
            environ = self._carrier.write(self._environ, asked)
            response = Response.from_app(moto, environ, buffered=True)
            if response.status_code >= HTTPStatus.BAD_REQUEST:
                return response, None
            members = answer.read(self._paging, self._call, response)
            whole = members if whole is None else self._joined(whole, members)
            token = members.get(self._paging.output_token)
            if not token:
                break
            asked = {**asked, self._paging.token_on_wire: token}
        if self._paging.finish is not None:
            self._paging.finish(self._call, self._given, whole)
        return response, whole

    def _asked_of_moto(self) -> Parameters:
        size, name = self._paging.size.moto, self._paging.limit_on_wire
        return self._asked if size is None or name is None else {**self._asked, name: size}

    def _joined(self, whole: Members, more: Members) -> Members:
        rows = {name: whole.get(name, []) + more.get(name, []) for name in self._paging.results}
        return whole | rows

    def _say_what_is_left(self, members: Members, next_start: int | None) -> None:
        members.pop(self._paging.output_token, None)
        if next_start is not None:
            members[self._paging.output_token] = write_token(next_start, self._request)
        if self._paging.truncated is not None:
            members[self._paging.truncated] = next_start is not None
