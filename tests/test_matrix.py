"""Every address x every role: a new address fails here until its row is written."""

import re
from collections.abc import Callable, Iterator
from typing import Any, Final

import pytest
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver

from awsdash.accounts.models import Account, User
from awsdash.jobs import lifecycle
from awsdash.jobs.models import Batch, Job

ROLES: Final = ("anonymous", "outsider", "viewer", "runner", "admin")
SIGN_IN, OK, SEEN, GONE = 302, 200, 204, 404
JOB_IN: Final[dict[str, Any]] = {
    "operation": "cloudwatch_logs.filter_events",
    "accountId": "111111111111",
    "region": "eu-west-1",
    "query": {"logGroupName": "/a"},
}
BATCH_IN: Final[dict[str, Any]] = {
    "operation": JOB_IN["operation"],
    "targets": [{"accountId": JOB_IN["accountId"], "region": JOB_IN["region"]}],
    "query": JOB_IN["query"],
}
# The job and the batch are the runner's; outsider and viewer may not even learn that they exist.
# address: (method, statuses of anonymous, outsider, viewer, runner, admin)
MATRIX: Final[dict[str, tuple[str, tuple[int, int, int, int, int]]]] = {
    "": ("get", (SIGN_IN, 302, 302, 302, 302)),
    "healthz": ("get", (OK, OK, OK, OK, OK)),
    "sign-in/": ("get", (OK, 302, 302, 302, 302)),
    "sign-out/": ("post", (SIGN_IN, 302, 302, 302, 302)),
    "explorer/": ("get", (SIGN_IN, OK, OK, OK, OK)),
    "explorer/resources/": ("get", (SIGN_IN, OK, OK, OK, OK)),
    "explorer/scan/": ("post", (SIGN_IN, 302, 302, 302, 302)),
    "run/<str:operation_name>/": ("post", (SIGN_IN, 403, 403, 302, 302)),
    "run/<str:operation_name>/choices/<str:option>/": ("get", (SIGN_IN, 403, 403, 202, 202)),
    "jobs/": ("get", (SIGN_IN, OK, OK, OK, OK)),
    "jobs/poll/": ("get", (SIGN_IN, OK, OK, OK, OK)),
    "jobs/badge/": ("get", (SIGN_IN, OK, OK, OK, OK)),
    "jobs/cancel/": ("post", (SIGN_IN, 302, 302, 302, 302)),
    "jobs/<uuid:job_id>/share/": ("get", (SIGN_IN, GONE, GONE, 302, 302)),
    "jobs/<uuid:job_id>/again/": ("post", (SIGN_IN, GONE, GONE, 302, 302)),
    "jobs/<uuid:job_id>/further/": ("post", (SIGN_IN, GONE, GONE, 422, 422)),
    "jobs/<uuid:job_id>/look/": ("get", (SIGN_IN, GONE, GONE, OK, OK)),
    "jobs/<uuid:job_id>/rows/": ("get", (SIGN_IN, GONE, GONE, OK, OK)),
    "jobs/<uuid:job_id>/row/<int:number>/": ("get", (SIGN_IN, GONE, GONE, GONE, GONE)),
    "jobs/<uuid:job_id>/download/": ("get", (SIGN_IN, GONE, GONE, OK, OK)),
    "jobs/<uuid:job_id>/": ("get", (SIGN_IN, GONE, GONE, OK, OK)),
    "jobs/<uuid:job_id>/poll/": ("get", (SIGN_IN, GONE, GONE, OK, OK)),
    "jobs/<uuid:job_id>/cancel/": ("post", (SIGN_IN, GONE, GONE, 302, 302)),
    "batches/<uuid:batch_id>/": ("get", (SIGN_IN, GONE, GONE, OK, OK)),
    "batches/<uuid:batch_id>/again/": ("post", (SIGN_IN, GONE, GONE, 302, 302)),
    "batches/<uuid:batch_id>/look/": ("get", (SIGN_IN, GONE, GONE, OK, OK)),
    "batches/<uuid:batch_id>/rows/": ("get", (SIGN_IN, GONE, GONE, OK, OK)),
    "batches/<uuid:batch_id>/row/<int:number>/": ("get", (SIGN_IN, GONE, GONE, GONE, GONE)),
    "batches/<uuid:batch_id>/download/": ("get", (SIGN_IN, GONE, GONE, OK, OK)),
    "batches/<uuid:batch_id>/poll/": ("get", (SIGN_IN, GONE, GONE, OK, OK)),
    "batches/<uuid:batch_id>/cancel/": ("post", (SIGN_IN, GONE, GONE, 302, 302)),
    "batches/<uuid:batch_id>/share/": ("get", (SIGN_IN, GONE, GONE, 302, 302)),
    "batches/<uuid:batch_id>/retry/": ("post", (SIGN_IN, GONE, GONE, 302, 302)),
    "engine/": ("get", (SIGN_IN, 403, 403, 403, OK)),
    "engine/queue/": ("get", (SIGN_IN, 403, 403, 403, OK)),
    "engine/storage/": ("get", (SIGN_IN, 403, 403, 403, OK)),
    "engine/retention/": ("post", (SIGN_IN, 403, 403, 403, 302)),
    "engine/quotas/": ("post", (SIGN_IN, 403, 403, 403, 422)),
    "engine/quotas/<int:override_id>/remove/": ("post", (SIGN_IN, 403, 403, 403, GONE)),
    "sql/": ("post", (SIGN_IN, 422, 422, 422, 422)),
    "palette/": ("get", (SIGN_IN, OK, OK, OK, OK)),
    # Of the demo alone.
    "components/": ("get", (SIGN_IN, OK, OK, OK, OK)),
    "components/<str:part>/<str:state>/": ("get", (SIGN_IN, OK, OK, OK, OK)),
    "emulator/": ("get", (SIGN_IN, 403, 403, 403, OK)),
    "emulator/state/": ("get", (SIGN_IN, 403, 403, 403, OK)),
    "emulator/rules/": ("post", (SIGN_IN, 403, 403, 403, 422)),
    # No emulated AWS runs here.
    "emulator/rules/<str:rule_id>/remove/": ("post", (SIGN_IN, 403, 403, 403, 502)),
    "emulator/quotas/": ("post", (SIGN_IN, 403, 403, 403, 502)),
    "emulator/calls/forget/": ("post", (SIGN_IN, 403, 403, 403, 502)),
    "emulator/calm/": ("post", (SIGN_IN, 403, 403, 403, 502)),
    "javascript/": ("get", (SIGN_IN, OK, OK, OK, OK)),
    "api/v1/openapi.json": ("get", (401, OK, OK, OK, OK)),
    "api/v1/": ("get", (GONE, GONE, GONE, GONE, GONE)),
    "api/v1/operations": ("get", (401, OK, OK, OK, OK)),
    "api/v1/accounts": ("get", (401, OK, OK, OK, OK)),
    "api/v1/regions": ("get", (401, OK, OK, OK, OK)),
    "api/v1/resources": ("get", (401, OK, OK, OK, OK)),
    "api/v1/tool": ("get", (401, OK, OK, OK, OK)),
    "api/v1/sql": ("post", (401, 422, 422, 422, 422)),
    "api/v1/jobs": ("post", (401, 403, 403, 202, 202)),
    "api/v1/jobs/<uuidstr:job_id>": ("get", (401, GONE, GONE, OK, OK)),
    # The body is judged first, whoever sends it.
    "api/v1/jobs/<uuidstr:job_id>/share": ("post", (401, 422, 422, 422, 422)),
    "api/v1/jobs/<uuidstr:job_id>/items": ("get", (401, GONE, GONE, OK, OK)),
    "api/v1/jobs/<uuidstr:job_id>/download": ("get", (401, GONE, GONE, OK, OK)),
    "api/v1/jobs/<uuidstr:job_id>/cancel": ("post", (401, GONE, GONE, OK, OK)),
    "api/v1/batches": ("post", (401, 403, 403, 202, 202)),
    "api/v1/batches/<uuidstr:batch_id>": ("get", (401, GONE, GONE, OK, OK)),
    "api/v1/batches/<uuidstr:batch_id>/items": ("get", (401, GONE, GONE, OK, OK)),
    "api/v1/batches/<uuidstr:batch_id>/download": ("get", (401, GONE, GONE, OK, OK)),
    "api/v1/batches/<uuidstr:batch_id>/cancel": ("post", (401, GONE, GONE, OK, OK)),
    "api/v1/batches/<uuidstr:batch_id>/retry": ("post", (401, GONE, GONE, 202, 202)),
}
CASES: Final = [
    (address, method, role, status)
    for address, (method, statuses) in MATRIX.items()
    for role, status in zip(ROLES, statuses, strict=True)
]


def addresses(resolver: URLResolver, prefix: str = "") -> Iterator[str]:
    for entry in resolver.url_patterns:
        if isinstance(entry, URLResolver):
            yield from addresses(entry, prefix + str(entry.pattern))
        elif isinstance(entry, URLPattern):
            yield prefix + str(entry.pattern)


def test_every_address_has_its_row() -> None:
    assert set(addresses(get_resolver())) == set(MATRIX)


@pytest.fixture
def sign_in(
    client: Client, alice: User, bob: User, carol: User, root: User
) -> Callable[[str], Client]:
    people = {"outsider": bob, "viewer": carol, "runner": alice, "admin": root}

    def as_role(role: str) -> Client:
        if role in people:
            client.force_login(people[role])
        return client

    return as_role


@pytest.fixture
def alices_job(alice: User, shop: Account) -> Job:
    return lifecycle.submit(alice, JOB_IN["operation"], shop.pk, "eu-west-1", JOB_IN["query"])


@pytest.fixture
def alices_batch(alice: User, shop: Account) -> Batch:
    targets = [(shop.pk, "eu-west-1")]
    return lifecycle.submit_batch(alice, JOB_IN["operation"], targets, {"logGroupName": "/b"})


def path_of(address: str, job: Job, batch: Batch) -> str:
    path = re.sub(r"<\w+:job_id>", str(job.pk), address)
    path = re.sub(r"<\w+:batch_id>", str(batch.pk), path)
    path = path.replace("<str:part>", "row").replace("<str:state>", "tree")
    path = path.replace("<str:rule_id>", "1").replace("<int:override_id>", "1")
    path = path.replace("<int:number>", "0").replace("<str:option>", "logGroupName")
    return "/" + path.replace("<str:operation_name>", JOB_IN["operation"])


@pytest.mark.parametrize(("address", "method", "role", "status"), CASES)
def test_a_role_gets_what_the_matrix_says(
    sign_in: Callable[[str], Client],
    alices_job: Job,
    alices_batch: Batch,
    address: str,
    method: str,
    role: str,
    status: int,
) -> None:
    client = sign_in(role)
    path = path_of(address, alices_job, alices_batch)
    if method == "get":
        answer = client.get(path, JOB_IN if "choices" in path else None)
    elif path.startswith("/api/"):
        body = {} if path.endswith("/retry") else BATCH_IN if "batches" in path else JOB_IN
        answer = client.post(path, body, content_type="application/json")
    else:
        answer = client.post(path, {**JOB_IN, "logGroupName": "/a"})
    assert answer.status_code == status, answer.content[:500]


@pytest.mark.parametrize("role", ["anonymous", "outsider"])
@pytest.mark.parametrize("address", sorted(MATRIX))
def test_an_outsider_reads_nothing_of_the_shop(
    sign_in: Callable[[str], Client],
    alices_job: Job,
    alices_batch: Batch,
    address: str,
    role: str,
) -> None:
    path = path_of(address, alices_job, alices_batch)
    text = sign_in(role).get(path).content.decode()
    assert "shop" not in text
    assert "111111111111" not in text
