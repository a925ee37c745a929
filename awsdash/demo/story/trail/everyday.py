"""What goes on in an account every day: the events among which a plot's have to be found."""

import random
from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from typing import Any, Final, NamedTuple

from awsdash.demo.aws.state import Place
from awsdash.demo.story.logs.runs import HISTORY, by_daylight
from awsdash.demo.story.timeline import Timeline
from awsdash.demo.story.trail.actors import INES, MONITORING, PEOPLE, Actor
from awsdash.demo.story.trail.deeds import Deed

PER_DAY: Final = 24
IAM: Final = "iam.amazonaws.com"
IAM_REGION: Final = "us-east-1"


class _Habit(NamedTuple):
    weight: int
    source: str
    name: str
    actor: Actor | None
    request: Mapping[str, Any]
    error: tuple[str, str] | None = None


def _service(name: str, role: str) -> Actor:
    return Actor(name, role, f"{name}.amazonaws.com", f"{name}.amazonaws.com")


_REFUSED: Final = (
    "AccessDenied",
    "User is not authorized to perform: iam:ListUsers because no identity-based policy allows "
    "the iam:ListUsers action",
)
_SCALING: Final = _service("autoscaling", "AWSServiceRoleForAutoScaling")
_RECORDER: Final = _service("config", "AWSServiceRoleForConfig")
_BACKUP: Final = _service("backup", "AWSBackupDefaultServiceRole")
_HABITS: Final = (
    _Habit(30, "ec2.amazonaws.com", "DescribeInstances", _SCALING, {"maxResults": 1000}),
    _Habit(22, "ec2.amazonaws.com", "DescribeSecurityGroups", _RECORDER, {"maxResults": 500}),
    _Habit(20, "monitoring.amazonaws.com", "DescribeAlarms", MONITORING, {"maxRecords": 100}),
    _Habit(18, "lambda.amazonaws.com", "ListFunctions20150331", MONITORING, {"maxItems": 50}),
    _Habit(14, "rds.amazonaws.com", "DescribeDBInstances", MONITORING, {}),
    _Habit(
        12,
        "kms.amazonaws.com",
        "Decrypt",
        _BACKUP,
        {"encryptionAlgorithm": "SYMMETRIC_DEFAULT"},
    ),
    _Habit(6, "backup.amazonaws.com", "StartBackupJob", _BACKUP, {"backupVaultName": "Default"}),
    _Habit(5, "ec2.amazonaws.com", "DescribeInstances", None, {}),
    _Habit(4, "logs.amazonaws.com", "StartQuery", None, {"queryString": "fields @timestamp"}),
    _Habit(3, "cloudwatch.amazonaws.com", "GetDashboard", None, {"dashboardName": "overview"}),
    _Habit(2, "ssm.amazonaws.com", "PutParameter", None, {"name": "/northwind/flags"}),
    _Habit(2, IAM, "ListUsers", INES, {}, _REFUSED),
    _Habit(1, "ec2.amazonaws.com", "CreateTags", None, {}),
)


def everyday(story: Timeline, place: Place) -> Iterator[Deed]:
    """Of one place, over all days of the story."""
    chance = random.Random(f"{story.seed}/everyday/{place.account}/{place.region}")
    count = round(PER_DAY * HISTORY / timedelta(days=1))
    habits = [habit for habit in _HABITS if habit.source != IAM or place.region == IAM_REGION]
    weights = [habit.weight for habit in habits]
    for index in range(count):
        at = story.epoch - HISTORY + HISTORY * ((index + chance.random()) / count)
        (habit,) = chance.choices(habits, weights)
        yield _deed(place, min(by_daylight(at), story.epoch), habit, chance.choice(PEOPLE))


def _deed(place: Place, at: datetime, habit: _Habit, person: Actor) -> Deed:
    return Deed(
        at,
        place,
        habit.actor or person,
        habit.source,
        habit.name,
        habit.request,
        error=habit.error,
    )
