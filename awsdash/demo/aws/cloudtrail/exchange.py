"""One call and its answer, kept as they were until somebody looks the event up."""

import io
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from http import HTTPStatus
from typing import Any, Final
from uuid import uuid4
from wsgiref.types import WSGIEnvironment

from botocore.awsrequest import HeadersDict
from moto.core.request import Request

from awsdash.demo.aws.cloudtrail.messages import (
    UNREADABLE,
    find_model,
    model_name,
    read_request,
    read_response,
)
from awsdash.demo.aws.cloudtrail.names import event_name, event_region, event_source, is_read_only
from awsdash.demo.aws.cloudtrail.record import (
    Happening,
    Identity,
    Record,
    Resource,
    assumed_role,
    aws_account,
    build_record,
    iam_user,
    write_time,
)
from awsdash.demo.aws.cloudtrail.shown import show
from awsdash.demo.aws.identity.callers import Caller
from awsdash.demo.aws.protocol import Call, Protocol

MAX_BODY_BYTES: Final = 16_384
_MAX_USER_AGENT_BYTES: Final = 1_024
_ANSWERS_ANYWAY: Final = {"AssumeRole", "GetSessionToken"}


@dataclass
class Exchange:
    """`body` is None where it is too large to be kept; `answer` is empty where none is told of."""

    call: Call
    caller: Caller
    environ: WSGIEnvironment
    body: bytes | None
    time: datetime
    status: int = 200
    headers: Sequence[tuple[str, str]] = ()
    answer: Sequence[bytes] = ()
    event_id: str = field(default_factory=lambda: str(uuid4()))
    request_id: str = field(default_factory=lambda: str(uuid4()))
    shared_id: str | None = None

    @property
    def read_only(self) -> bool:
        return is_read_only(self.call.operation)

    @property
    def tells_response(self) -> bool:
        """What only reads has no response elements, but for what issues credentials."""
        return not self.read_only or self.call.operation in _ANSWERS_ANYWAY

    def tell(self) -> Record:
        """As the account of the caller has it."""
        return build_record(self._happening(self.caller.account, _identity(self.caller)))

    def tell_to(self, account: str, event_id: str) -> Record:
        """As the account has it whose role was assumed from another."""
        identity = aws_account(self.caller.account, self.caller.principal_id)
        return build_record(self._happening(account, identity, event_id))

    def _happening(
        self, account: str, identity: Identity, event_id: str | None = None
    ) -> Happening:
        call, region = self.call, event_region(self.call)
        parameters = self._parameters()
        code, message, response = self._outcome()
        return Happening(
            time=self.time,
            source=event_source(call.service),
            name=event_name(call),
            account=account,
            region=region,
            identity=identity,
            read_only=self.read_only,
            source_ip=self.environ.get("REMOTE_ADDR") or "127.0.0.1",
            user_agent=_user_agent(self.environ),
            parameters=parameters,
            response=response,
            resources=_resources(call, parameters),
            error_code=code,
            error_message=message,
            event_id=event_id or self.event_id,
            request_id=HeadersDict(self.headers).get("x-amzn-requestid", self.request_id),
            shared_id=self.shared_id,
            host=f"{call.service}.{call.region}.amazonaws.com",
        )

    def _parameters(self) -> dict[str, Any] | None:
        if self.body is None:
            return _too_large("requestParameters", int(self.environ["CONTENT_LENGTH"]))
        request = Request(self.environ | {"wsgi.input": io.BytesIO(self.body)})
        try:
            asked = read_request(self.call, request)
        except UNREADABLE:
            return None
        if self.call.protocol is Protocol.S3:
            return asked
        model = find_model(self.call)
        shape = model.input_shape if model else None
        shown = show(shape, asked, model_name(self.call)) if shape else None
        return shown or None

    def _outcome(self) -> tuple[str | None, str | None, dict[str, Any] | None]:
        """The error's code and message, and what the response tells."""
        failed = self.status >= HTTPStatus.BAD_REQUEST
        if not failed and not self.tells_response:
            return None, None, None
        body = b"".join(self.answer)
        if len(body) > MAX_BODY_BYTES:
            return None, None, _too_large("responseElements", len(body))
        try:
            parsed = read_response(self.call, self.status, self.headers, body)
        except UNREADABLE:
            return (str(self.status) if failed else None), None, None
        if failed:
            error = parsed.get("Error", {})
            return self._code(error.get("Code", "")), error.get("Message"), None
        model = find_model(self.call)
        shape = model.output_shape if model else None
        return None, None, (show(shape, parsed, model_name(self.call)) if shape else None) or None

    def _code(self, code: str) -> str:
        if self.call.protocol is Protocol.EC2:
            side = "Server" if self.status >= HTTPStatus.INTERNAL_SERVER_ERROR else "Client"
            return f"{side}.{code}"
        return "AccessDenied" if code == "AccessDeniedException" else code


def _user_agent(environ: WSGIEnvironment) -> str:
    """WSGI takes the bytes of a header for Latin-1."""
    header: bytes = environ.get("HTTP_USER_AGENT", "").encode("latin-1")
    return header[:_MAX_USER_AGENT_BYTES].decode(errors="replace")


def _identity(caller: Caller) -> Identity:
    session = caller.session
    if caller.role is None or session is None or session.name is None:
        user = caller.principal
        identity = iam_user(caller.account, user.name, caller.access_key, user.id)
        if session is not None:
            created = {"creationDate": write_time(session.issued_at), "mfaAuthenticated": "false"}
            identity["sessionContext"] = {"attributes": created}
        return identity
    return assumed_role(
        caller.account,
        caller.role.name,
        session.name,
        caller.access_key,
        session.issued_at,
        role_arn=caller.role.arn,
        role_id=caller.role.id,
        source_identity=session.source_identity,
    )


def _resources(call: Call, parameters: dict[str, Any] | None) -> list[Resource]:
    role_arn = (parameters or {}).get("roleArn")
    if call.operation != "AssumeRole" or not isinstance(role_arn, str):
        return []
    return [Resource(role_arn, "AWS::IAM::Role", role_arn.split(":")[4])]


def _too_large(member: str, size: int) -> dict[str, Any]:
    return {"omitted": True, "originalSize": size, "reason": f"{member} too large"}
