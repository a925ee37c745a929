"""What every operation of every service folder keeps; a new folder inherits all of it."""

import inspect
import re
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from awsdash.accounts.models import Account, User
from awsdash.agent import docs
from awsdash.explorer.links import buttons_for
from awsdash.explorer.models import Resource as ResourceRow
from awsdash.jobs import fitting
from services import registry
from services.base import Operation, PagedOperation, RemoteOperation, Resource, Service
from services.errors import InvalidQuery

OPERATIONS = list(registry.all_operations().values())
LINKS = [(service, kind) for service in registry.all_services() for kind in service.links]
# Of templates/_help.html: the explorer, the jobs and the JavaScript reference.
PORTALS_OWN_SHORTCUTS = {"e", "q", "j"}
LOWER_CAMEL = re.compile(r"[a-z][A-Za-z0-9]*")

each_operation = pytest.mark.parametrize("operation", OPERATIONS, ids=lambda o: o.name)
each_service = pytest.mark.parametrize("service", registry.all_services(), ids=lambda s: s.name)


def smallest_query(operation: Operation[Any]) -> dict[str, Any]:
    """The query with the identifier alone: its own example, where it must have a form."""
    info = operation.query_type.model_fields[operation.query_type.identifier]
    assert info.alias
    return {info.alias: (info.examples or ["an-identifier"])[0]}


def limits(operation: Operation[Any]) -> tuple[int, int]:
    """The least and the most that the operation's own field declares."""
    schema = operation.query_type.model_json_schema(by_alias=True)["properties"]["limit"]
    return schema["minimum"], schema["maximum"]


@each_service
def test_a_service_is_named_like_its_folder(service: Service) -> None:
    assert registry.folder_of(service.name).name == service.name
    for operation in service.operations:
        assert operation.service == service.name


def test_each_shortcut_is_a_letter_of_its_own() -> None:
    shortcuts = [service.shortcut for service in registry.all_services() if service.shortcut]
    assert all(re.fullmatch("[a-z]", shortcut) for shortcut in shortcuts)
    assert len(shortcuts) == len(set(shortcuts))
    assert not set(shortcuts) & PORTALS_OWN_SHORTCUTS


@each_service
def test_a_shortcut_leads_to_an_operation(service: Service) -> None:
    assert service.operations or not service.shortcut


@each_operation
def test_every_option_has_a_label_and_a_description(operation: Operation[Any]) -> None:
    for name, info in operation.query_type.model_fields.items():
        assert info.title, name
        assert info.description, name
        assert LOWER_CAMEL.fullmatch(info.alias or ""), name


@each_operation
def test_an_unknown_option_is_an_error_that_names_it(operation: Operation[Any]) -> None:
    with pytest.raises(InvalidQuery) as caught:
        operation.query_type.parse({**smallest_query(operation), "limitt": 5})
    assert caught.value.fields == {"limitt": "unknown option; did you mean limit?"}


@each_operation
def test_resource_id_is_the_identifier(operation: Operation[Any]) -> None:
    query_type = operation.query_type
    (identifier,) = smallest_query(operation).values()
    by_resource_id = query_type.parse({"resourceId": identifier})
    assert by_resource_id == query_type.parse(smallest_query(operation))
    with pytest.raises(InvalidQuery):
        query_type.parse({**smallest_query(operation), "resourceId": identifier})


@each_operation
def test_null_options_of_javascript_are_accepted(operation: Operation[Any]) -> None:
    operation.query_type.parse({**smallest_query(operation), "nextToken": None})


@each_operation
def test_a_stored_query_reads_back_the_same(operation: Operation[Any]) -> None:
    query = operation.query_type.parse(smallest_query(operation))
    assert operation.query_type.parse(query.stored()) == query


@each_operation
def test_the_limit_is_within_bounds_that_the_api_tells(operation: Operation[Any]) -> None:
    least, most = limits(operation)
    assert least == 1
    for limit in (least, most):
        assert operation.query_type.parse({**smallest_query(operation), "limit": limit})
    for limit in (least - 1, most + 1):
        with pytest.raises(InvalidQuery) as caught:
            operation.query_type.parse({**smallest_query(operation), "limit": limit})
        assert [*caught.value.fields] == ["limit"]


@each_operation
def test_every_column_is_described_and_can_be_stored(operation: Operation[Any]) -> None:
    names = [column.name for column in operation.columns]
    # Where only the answer tells the columns, as with SQL, there are none to know before.
    assert names or isinstance(operation, RemoteOperation)
    for column in operation.columns:
        assert column.label
        assert column.description
        assert column.same_as is None or column.same_as in names
        assert column.kind in fitting.TYPES


@each_operation
def test_the_javascript_function_is_documented_whole(operation: Operation[Any]) -> None:
    text = docs.document(operation)
    assert operation.function in text
    for option in docs.options_of(operation):
        assert f"- `{option.name}` (" in text
        assert option.description
    for column in operation.columns:
        assert f"- `{column.name}` (" in text
    assert text in docs.tool()["description"]


@each_service
def test_the_prose_calls_only_functions_and_options_that_exist(service: Service) -> None:
    functions = {operation.function: operation for operation in OPERATIONS}
    examples = re.findall(r"```javascript\n(.*?)```", registry.prose_of(service.name), re.S)
    assert examples
    for example in examples:
        for function, arguments in re.findall(r"(query\w+)\(\{(.*?)\n\s*\}\)", example, re.S):
            options = {option.name for option in docs.options_of(functions[function])}
            used = set(re.findall(r"^\s*(\w+):", arguments, re.M))
            assert used <= options | {"resourceId"}, example


def test_javascript_names_are_unique() -> None:
    functions = [operation.function for operation in OPERATIONS]
    assert len(functions) == len(set(functions))
    assert all(LOWER_CAMEL.fullmatch(function) for function in functions)


@each_operation
def test_the_viewer_shows_every_option(
    operation: Operation[Any], client: Client, alice: User
) -> None:
    client.force_login(alice)
    page = client.get(reverse("viewer", args=[operation.name])).content.decode()
    for info in operation.query_type.model_fields.values():
        assert f'name="{info.alias}"' in page


@each_operation
def test_the_api_lists_the_operation(
    operation: Operation[Any], client: Client, alice: User
) -> None:
    client.force_login(alice)
    listed = {entry["name"]: entry for entry in client.get("/api/v1/operations").json()}
    assert listed[operation.name]["function"] == operation.function
    assert set(smallest_query(operation)) <= set(listed[operation.name]["query"]["properties"])


@pytest.mark.django_db(transaction=True)
@each_operation
def test_the_api_takes_a_job(operation: Operation[Any], client: Client, alice: User) -> None:
    client.force_login(alice)
    body = {
        "operation": operation.name,
        "accountId": "111111111111",
        "region": "eu-west-1",
        "query": smallest_query(operation),
    }
    answer = client.post("/api/v1/jobs", body, content_type="application/json")
    assert answer.status_code == 202, answer.content
    assert answer.json()["status"] == "queued"


@pytest.mark.parametrize(("service", "kind"), LINKS, ids=lambda part: getattr(part, "name", part))
def test_a_resource_link_is_a_query_its_operation_accepts(service: Service, kind: str) -> None:
    resource = Resource(kind, "an-id", "a-name", None, "111111111111", "eu-west-1", {})
    for link in service.links[kind](resource):
        registry.get_operation(link.operation).query_type.parse(link.query)
        assert link.label


@pytest.mark.parametrize(("service", "kind"), LINKS, ids=lambda part: getattr(part, "name", part))
def test_the_explorer_draws_the_link_as_a_button(
    service: Service, kind: str, shop: Account
) -> None:
    row = ResourceRow.objects.create(
        account=shop,
        region="eu-west-1",
        type=kind,
        resource_id="x",
        name="x",
        seen_at=timezone.now(),
    )
    links = service.links[kind](row.as_data())
    for link in links:
        if link.needs:
            # What it leads to is there.
            identifier = link.query[registry.get_operation(link.operation).identifier]
            there = {"account": shop, "region": "eu-west-1", "type": link.needs}
            ResourceRow.objects.get_or_create(
                **there, resource_id=identifier, defaults={"name": "y", "seen_at": timezone.now()}
            )
    labels = {button.label for button in buttons_for([row])[row.pk] if button.url}
    assert {link.label for link in links} <= labels


@each_operation
def test_a_remote_operation_states_its_quotas(operation: Operation[Any]) -> None:
    """Without them the engine could not keep within AWS's."""
    if isinstance(operation, RemoteOperation):
        assert operation.rate is not None
        for rate in (operation.rate, operation.poll_rate):
            assert re.fullmatch(r"[a-z0-9-]+:[A-Z]\w+", rate.api)
            assert rate.per_s > 0 < rate.burst
        assert operation.most_active > 0
        assert operation.poll_batch > 0
        assert LOWER_CAMEL.fullmatch(operation.id_name)


@each_operation
def test_pages_is_a_generator_that_never_touches_aws_before_it_is_asked(
    operation: Operation[Any],
) -> None:
    query = operation.query_type.parse(smallest_query(operation))
    no_aws: Any = None
    if isinstance(operation, RemoteOperation):
        assert inspect.isgenerator(operation.pages(query, "an-id", no_aws, None))
    else:
        assert isinstance(operation, PagedOperation)
        assert inspect.isgenerator(operation.pages(query, no_aws))
