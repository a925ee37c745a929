"""HTTP/1.1 for werkzeug, so that boto3 keeps its connections."""

import io
from http import HTTPStatus
from wsgiref.types import WSGIEnvironment

from moto.moto_server.werkzeug_app import MotoRequestHandler
from werkzeug.wrappers import Response

_WITHOUT_BODY = {HTTPStatus.NO_CONTENT, HTTPStatus.NOT_MODIFIED}


class KeepAliveHandler(MotoRequestHandler):
    """Takes the whole request in before the application, and answers with its length.

    werkzeug closes every connection, as it cannot tell where a body nobody read ends and the next
    request begins. This handler can.
    """

    protocol_version = "HTTP/1.1"
    # Headers and body leave in two writes: with Nagle's algorithm the second would wait 40 ms for
    # the acknowledgement of the first.
    disable_nagle_algorithm = True

    def run_wsgi(self) -> None:
        response = Response.from_app(self.server.app, self._complete_environ(), buffered=True)
        self.send_response(response.status_code)
        for name, value in response.headers:
            self.send_header(name, value)
        body = response.get_data()
        if "Content-Length" not in response.headers and response.status_code not in _WITHOUT_BODY:
            self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    def _complete_environ(self) -> WSGIEnvironment:
        environ = self.make_environ()
        body = environ["wsgi.input"]
        if environ.get("wsgi.input_terminated"):  # sent in chunks
            content = body.read()
        else:
            content = body.read(int(environ.get("CONTENT_LENGTH") or 0))
        environ["wsgi.input"] = io.BytesIO(content)
        environ["CONTENT_LENGTH"] = str(len(content))
        return environ

    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        """Says nothing: the emulator counts calls instead (see control.py)."""
