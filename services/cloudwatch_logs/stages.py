"""Log groups of API Gateway's stages. REST answers in camelCase, HTTP and WebSocket in PascalCase.

A stage does not say which API it is of; its ARN does.
"""

import re
from collections.abc import Iterable
from typing import Final

from services.base import Resource
from services.cloudwatch_logs.candidates import Candidate, by_id, dig, identity, name_of

_ARN: Final = re.compile(r"arn:[^:]+:apigateway:[^:]*:[^:]*:/\w+/([^/]+)/stages/([^/]+)")


def rest_stage(resource: Resource) -> Iterable[Candidate]:
    api, stage = _stage_of(resource, "restApiId", "stageName")
    return [Candidate(f"API-Gateway-Execution-Logs_{api}/{stage}", "execution")] if api else ()


def websocket_stage(resource: Resource) -> Iterable[Candidate]:
    api, stage = _stage_of(resource, "ApiId", "StageName")
    return [Candidate(f"/aws/apigateway/{api}/{stage}", "execution")] if api else ()


def _stage_of(resource: Resource, api: str, stage: str) -> tuple[str | None, str]:
    arn = _ARN.fullmatch(resource.arn or "")
    return (
        identity(resource, api) or (arn[1] if arn else None),
        identity(resource, stage) or (arn[2] if arn else name_of(resource)),
    )


def websocket_api(resource: Resource) -> Iterable[Candidate]:
    """HTTP APIs write no execution logs."""
    if dig(resource.properties, "ProtocolType") == "HTTP":
        return ()
    return by_id("/aws/apigateway/{}/", "ApiId", detail="execution", by_prefix=True)(resource)
