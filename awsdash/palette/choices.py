"""What a person may jump to: places, resources with their queries, and their own jobs."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from urllib.parse import urlencode

from django.conf import settings
from django.urls import reverse
from django.utils import timezone

from awsdash.accounts.models import Account, Level, User
from awsdash.explorer.links import Button, buttons_for
from awsdash.explorer.models import Resource
from awsdash.jobs.models import Execution, Job
from awsdash.jobs.subjects import subject_of
from services import registry

SHOWN: Final = 8
# So many of a person's jobs are searched.
JOBS_SEARCHED: Final = 200
_AGES: Final = (
    (timedelta(days=1), "d"),
    (timedelta(hours=1), "h"),
    (timedelta(minutes=1), "min"),
)


@dataclass(frozen=True, slots=True)
class Choice:
    """One thing to jump to. `keys` go there without the palette."""

    label: str
    detail: str
    icon: str
    url: str
    keys: str = ""


@dataclass(frozen=True, slots=True)
class Group:
    title: str
    choices: Sequence[Choice]


def groups_for(user: User, text: str) -> list[Group]:
    """The choices that contain every word of `text`; without words places and recent jobs."""
    words = text.lower().split()
    groups = [
        Group(
            "Places", [place for place in _places(user) if _has(words, place.label, place.detail)]
        ),
        Group("Resources", _resources(user, text) if words else []),
        Group("Your jobs", _jobs(user, words)),
    ]
    return [group for group in groups if group.choices]


def _has(words: Sequence[str], *texts: str) -> bool:
    whole = " ".join(texts).lower()
    return all(word in whole for word in words)


def _places(user: User) -> list[Choice]:
    services = [
        Choice(
            label=operation.title,
            detail=service.title,
            icon=service.icon,
            url=reverse("viewer", args=[operation.name]),
            keys=f"g {service.shortcut}" if service.shortcut and number == 0 else "",
        )
        for service in registry.all_services()
        for number, operation in enumerate(service.operations)
    ]
    return [
        Choice("Explorer", "Resources of all accounts", "explorer", reverse("explorer"), "g e"),
        Choice("Jobs", "What has run, and what runs", "jobs", reverse("jobs"), "g q"),
        *services,
        Choice("SQL over results", "Stored results as tables", "results", reverse("sql"), "g s"),
        Choice("JavaScript reference", "Functions", "script", reverse("reference"), "g j"),
        *_places_of_administrators(user),
    ]


def _places_of_administrators(user: User) -> list[Choice]:
    if not user.is_superuser:
        return []
    engine = Choice("Engine", "Queue, storage, limits", "engine", reverse("engine"))
    if not settings.DEMO:
        return [engine]
    return [engine, Choice("Make AWS hostile", "The demo", "storm", reverse("emulator"))]


def _resources(user: User, text: str) -> list[Choice]:
    """Each resource in the explorer, followed by what may be run on it."""
    found = list(Resource.objects.visible_to(user).matching(text)[:SHOWN])
    runnable = set(Account.objects.visible_to(user, Level.RUN).values_list("pk", flat=True))
    buttons = buttons_for([resource for resource in found if resource.account_id in runnable])
    return [
        choice
        for resource in found
        for choice in [
            _resource(resource),
            *(_button(resource, button) for button in buttons.get(resource.pk, []) if button.url),
        ]
    ]


def _resource(resource: Resource) -> Choice:
    shown = {"q": resource.name, "accountId": resource.account_id, "region": resource.region}
    return Choice(
        label=resource.name,
        detail=f"{resource.type_label} · {resource.account.name} {resource.region}",
        icon="explorer",
        url=f"{reverse('explorer')}?{urlencode(shown)}",
    )


def _button(resource: Resource, button: Button) -> Choice:
    return Choice(
        label=f"{button.label} {button.detail}".rstrip(),
        detail=f"{resource.name} · {resource.account.name} {resource.region}",
        icon=button.icon,
        url=button.url,
    )


def _jobs(user: User, words: Sequence[str]) -> list[Choice]:
    """The person's own jobs, newest first; an administrator's too are only their own."""
    mine = Job.objects.visible_to(user).filter(owner=user)[:JOBS_SEARCHED]
    known = (job for job in mine if job.execution.operation_name in registry.known_operations())
    return [_job(job) for job in known if _has(words, *_texts(job.execution))][:SHOWN]


def _texts(execution: Execution) -> list[str]:
    """What a job is found by: its operation, its target and its options."""
    options = [str(value) for value in execution.query.values()]
    return [execution.operation.title, execution.place, *options]


def _job(job: Job) -> Choice:
    execution = job.execution
    operation = execution.operation
    state = job.status.replace("_", " ")
    return Choice(
        label=f"{operation.title} {subject_of(operation, execution.query)}".rstrip(),
        detail=f"{_ago(job.created_at)} · {state} · {execution.place}",
        icon=registry.icon_of(operation),
        url=reverse("job", args=[job.pk]),
    )


def _ago(moment: datetime) -> str:
    age = timezone.now() - moment
    for length, unit in _AGES:
        if age >= length:
            return f"{age // length} {unit} ago"
    return "just now"
