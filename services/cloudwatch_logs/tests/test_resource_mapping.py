"""Every mapped type: what its configuration says, and what AWS's conventions say without one."""

from typing import Any

import pytest

from services.base import Resource
from services.cloudwatch_logs.resource_mapping import LINKS
from services.cloudwatch_logs.tests.configurations import CONFIGURED
from services.cloudwatch_logs.tests.conventions import BY_CONVENTION, arn, groups, resource
from services.cloudwatch_logs.types import FilterEventsQuery

ODD: tuple[Any, ...] = (
    None,
    "",
    "text",
    0,
    1.5,
    True,
    [],
    [None],
    [[]],
    {},
    {"": None},
    [{}],
    object(),
)
ENGINES: list[tuple[str, str, dict[str, Any], list[str]]] = [
    ("DBInstance", "mysql", {}, ["error", "slowquery", "general", "audit"]),
    ("DBInstance", "mariadb", {}, ["error", "slowquery", "general", "audit"]),
    ("DBInstance", "postgres", {}, ["postgresql", "upgrade"]),
    ("DBInstance", "oracle-ee", {}, ["alert", "audit", "listener", "trace", "oemagent"]),
    ("DBInstance", "sqlserver-web", {}, ["error", "agent"]),
    ("DBInstance", "db2-se", {}, ["diag.log", "notify.log"]),
    ("DBInstance", "from-tomorrow", {}, ["error"]),
    ("DBInstance", "mysql", {"EnabledCloudwatchLogsExports": ["audit"]}, ["audit"]),
    ("DBInstance", "postgres", {"EnabledCloudwatchLogsExports": []}, ["postgresql", "upgrade"]),
    ("DBCluster", "aurora-mysql", {}, ["error", "slowquery", "general", "audit", "instance"]),
    ("DBCluster", "aurora-postgresql", {}, ["postgresql", "instance"]),
]


@pytest.mark.parametrize("kind", sorted(BY_CONVENTION))
def test_without_configuration_the_conventions_are_candidates(kind: str) -> None:
    assert groups(resource(kind)) == BY_CONVENTION[kind]


@pytest.mark.parametrize(
    ("found", "expected"), CONFIGURED, ids=lambda part: getattr(part, "type", "")
)
def test_what_the_resource_says_itself_comes_first(found: Resource, expected: list[str]) -> None:
    assert groups(found) == expected


def test_every_mapped_type_is_tested() -> None:
    assert {f"AWS::{kind}" for kind in BY_CONVENTION} == set(LINKS)


@pytest.mark.parametrize(("kind", "engine", "properties", "logs"), ENGINES)
def test_a_database_has_a_candidate_for_every_log_of_its_engine(
    kind: str, engine: str, properties: dict[str, Any], logs: list[str]
) -> None:
    own = {"DBInstanceIdentifier" if kind == "DBInstance" else "DBClusterIdentifier": "db"}
    root = "/aws/rds/instance" if kind == "DBInstance" else "/aws/rds/cluster"
    found = resource(f"RDS::{kind}", {"Engine": engine, **own, **properties})
    assert groups(found) == [f"{root}/db/{log} ({log})" for log in logs]


@pytest.mark.parametrize(
    ("engine", "group"),
    [
        ("aurora-postgresql", "/aws/rds/cluster/c/postgresql"),
        ("docdb", "/aws/docdb/c/audit"),
        ("neptune", "/aws/neptune/c/audit"),
    ],
)
def test_a_member_of_a_cluster_logs_into_the_clusters_groups(engine: str, group: str) -> None:
    properties = {"Engine": engine, "DBInstanceIdentifier": "i", "DBClusterIdentifier": "c"}
    assert groups(resource("RDS::DBInstance", properties))[0].startswith(f"{group} (")


@pytest.mark.parametrize("partition", ["aws", "aws-cn", "aws-us-gov"])
def test_an_arn_is_reduced_to_the_groups_name(partition: str) -> None:
    whole = arn("/own", partition)
    for text in (whole, whole.removesuffix(":*"), f"{whole.removesuffix('*')}log-stream:s"):
        assert groups(resource("CloudTrail::Trail", {"CloudWatchLogsLogGroupArn": text})) == [
            "/own"
        ]


def test_a_log_group_is_a_candidate_once() -> None:
    stages = [
        {"stageName": name, "accessLogSettings": {"destinationArn": arn("/aws/apigateway/shop")}}
        for name in ("live", "test")
    ]
    found = groups(resource("ApiGateway::RestApi", {"stages": stages}))
    assert found == [
        "/aws/apigateway/shop (live)",
        "API-Gateway-Execution-Logs_id-1/... (execution)",
        "/aws/apigateway/id-1",
    ]


def test_every_link_asks_for_its_log_group_to_exist() -> None:
    found = [resource(kind) for kind in BY_CONVENTION] + [found for found, _ in CONFIGURED]
    links = [link for one in found for link in LINKS[one.type](one)]
    assert {link.needs for link in links} == {"AWS::Logs::LogGroup"}
    assert {link.operation for link in links} == {"cloudwatch_logs.filter_events"}
    assert {link.label for link in links} == {"View logs"}


@pytest.mark.parametrize(
    "kind",
    [
        "EC2::Instance",
        "DynamoDB::Table",
        "ElasticLoadBalancingV2::LoadBalancer",
        "SageMaker::Model",
        "SageMaker::EndpointConfig",
    ],
)
def test_types_without_a_log_group_of_their_own_have_no_entry(kind: str) -> None:
    assert f"AWS::{kind}" not in LINKS


def spoiled(properties: Any) -> list[Any]:
    """The properties with an odd value in every place in turn, and odd values instead of them."""
    places: list[Any] = [*ODD]
    if isinstance(properties, dict):
        for key, value in properties.items():
            places += [{**properties, key: odd} for odd in spoiled(value)]
    if isinstance(properties, list):
        places += [[odd, *properties[1:]] for odd in spoiled(properties[0])]
    return places


@pytest.mark.parametrize(
    "found",
    [found for found, _ in CONFIGURED] + [resource(kind) for kind in BY_CONVENTION],
    ids=lambda found: found.type,
)
def test_properties_of_any_shape_break_nothing(found: Resource) -> None:
    for properties in spoiled(found.properties):
        odd = Resource(found.type, "", "", "odd", "1", "eu-west-1", properties)
        for link in LINKS[found.type](odd):
            FilterEventsQuery.parse(link.query)


@pytest.mark.parametrize("kind", sorted(BY_CONVENTION))
def test_names_of_any_length_make_queries(kind: str) -> None:
    for link in LINKS[f"AWS::{kind}"](resource(kind, name="n" * 5000)):
        FilterEventsQuery.parse(link.query)
