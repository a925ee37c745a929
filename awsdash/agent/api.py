"""The tool description over REST."""

from typing import Any

from django.http import HttpRequest
from ninja import Router

from awsdash import rest
from awsdash.agent import docs

router = Router(by_alias=True, tags=["agent"])


class ToolOut(rest.ApiModel):
    name: str
    description: str
    input_schema: dict[str, Any]


@router.get("/tool", response=ToolOut)
def get_tool(request: HttpRequest) -> ToolOut:
    """The `execute_javascript` tool, described for an LLM."""
    return ToolOut.model_validate(docs.tool())
