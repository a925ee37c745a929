"""What moto lacks, told in AWS's words.

moto meets an operation it does not implement with a 500 and a page of HTML, which boto3 takes for a
passing fault and retries. Here it is an error of the caller, in the protocol of the request.
"""

import logging
from collections.abc import Iterable
from http import HTTPStatus
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

from werkzeug.wrappers import Response

from awsdash.demo.aws.protocol import AwsError, Call, Protocol, answer_error, current_call

logger = logging.getLogger(__name__)


class Translator:
    """Answers AwsError raised by our extensions, and everything moto cannot do."""

    def __init__(self, moto: WSGIApplication) -> None:
        self._moto = moto

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        try:
            response = self._ask_moto(environ)
        except AwsError as error:
            return answer_error(error, environ, start_response)
        return response(environ, start_response)

    def _ask_moto(self, environ: WSGIEnvironment) -> Response:
        call = current_call(environ)
        try:
            response = Response.from_app(self._moto, environ, buffered=True)
        except AwsError:
            raise
        except (NotImplementedError, ModuleNotFoundError):
            # moto imports docker, aws_xray_sdk and others only where an operation needs them.
            raise _unknown_operation(call) from None
        except Exception as error:
            logger.exception("moto failed at %s %s", call.service, call.operation)
            message = f"The emulator failed at {call.operation}: {error!r}"
            raise AwsError("InternalFailure", message, 500) from error
        failed = response.status_code >= HTTPStatus.BAD_REQUEST
        if failed and response.data.startswith(b"<!doctype html>"):
            raise _unknown_operation(call)
        return response


def _unknown_operation(call: Call) -> AwsError:
    message = f"The emulated AWS does not implement {call.service}:{call.operation}"
    if call.protocol in (Protocol.QUERY, Protocol.EC2):
        return AwsError("InvalidAction", message)
    return AwsError("UnknownOperationException", message)
