"""HTTP/1.1 for werkzeug, so that boto3 keeps its connections."""

import io
import os
import socket
import struct
import time
from http import HTTPStatus
from wsgiref.types import WSGIEnvironment

from moto.moto_server.werkzeug_app import MotoRequestHandler
from werkzeug.wrappers import Response

from awsdash.demo.aws.hostility.connection import Mishap, wire_of

_AT_ONCE = struct.pack("ii", 1, 0)
_SLICE_S = 0.1  # how often a slow answer sends a bit more
_MAX_BODY_BYTES = 5 * 1024**3  # the largest object that S3 takes at once
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
        environ = self.make_environ()
        try:
            _take_body_in(environ)
        except OSError as error:
            # AWS acts on no request that it has not whole; where the next one begins is unknown.
            self.close_connection = True
            self.send_error(HTTPStatus.BAD_REQUEST, str(error))
            return
        wire = wire_of(environ)
        response = Response.from_app(self.server.app, environ, buffered=True)
        body = response.get_data()
        sent = b"" if self.command == "HEAD" else body
        if wire.mishap.swallows(sent):
            self.close_connection = True
            return
        self.send_response(response.status_code)
        for name, value in response.headers:
            self.send_header(name, value)
        if "Content-Length" not in response.headers and response.status_code not in _WITHOUT_BODY:
            self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if sent:
            self._send(sent, wire.mishap)

    def _send(self, body: bytes, mishap: Mishap) -> None:
        if mishap.sent is not None:
            body = body[: int(len(body) * mishap.sent)]
        size, pause_s = len(body) or 1, 0.0
        if mishap.bytes_per_second is not None:
            size = max(1, int(mishap.bytes_per_second * _SLICE_S))
            pause_s = size / mishap.bytes_per_second
        for start in range(0, len(body), size):
            if size < len(body):
                time.sleep(pause_s)
            self.wfile.write(body[start : start + size])
        if mishap.sent is not None:
            self._reset()

    def _reset(self) -> None:
        """Breaks the connection off: closed in good order, botocore takes half an answer for all
        of it, as it does not hold answers to their Content-Length."""
        self.close_connection = True
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _AT_ONCE)
        os.close(self.connection.detach())

    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        """Says nothing: the emulator counts calls instead (see interface/)."""


def _take_body_in(environ: WSGIEnvironment) -> None:
    """Raises OSError if it is malformed or ends early."""
    body = environ["wsgi.input"]
    if environ.get("wsgi.input_terminated"):  # sent in chunks
        content = body.read()
    else:
        length = environ.get("CONTENT_LENGTH") or "0"
        if not (length.isascii() and length.isdecimal()) or int(length) > _MAX_BODY_BYTES:
            raise OSError("Content-Length is no length that a body may have")
        content = body.read(int(length))
        if len(content) < int(length):
            raise OSError("The body is shorter than its Content-Length")
    environ["wsgi.input"] = io.BytesIO(content)
    environ["CONTENT_LENGTH"] = str(len(content))
