"""From a resource to a query of it."""

from typing import Any

import pytest

from services.athena.resource_mapping import LINKS
from services.athena.types import RunSqlQuery
from services.base import Resource


def links(kind: str, name: str, **properties: Any) -> list[RunSqlQuery]:
    resource = Resource(kind, name, name, None, "730335512904", "eu-west-1", properties)
    return [RunSqlQuery.parse(link.query) for link in LINKS[kind](resource)]


def test_a_table_leads_to_its_rows() -> None:
    (query,) = links("AWS::Glue::Table", "access_logs", DatabaseName="edge", Name="access_logs")
    assert query.statement == 'SELECT * FROM "edge"."access_logs" LIMIT 100000'


@pytest.mark.parametrize("properties", [{}, {"DatabaseName": "a/b"}, {"DatabaseName": ""}])
def test_a_table_that_cannot_be_named_has_no_link(properties: dict[str, Any]) -> None:
    assert links("AWS::Glue::Table", "access_logs", **properties) == []


def test_a_database_leads_to_its_tables() -> None:
    (query,) = links("AWS::Glue::Database", "edge")
    assert (query.statement, query.default_database) == ("SHOW TABLES", "edge")


def test_a_workgroup_leads_to_what_it_can_query() -> None:
    (query,) = links("AWS::Athena::WorkGroup", "analysts", Name="analysts")
    assert (query.statement, query.workgroup) == ("SHOW DATABASES", "analysts")
