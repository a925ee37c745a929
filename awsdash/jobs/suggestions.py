"""Live choices of an option: asked of AWS by a worker, kept for a minute, shared by key.

The row is the work, as with jobs: the page asks until it is answered.
"""

import hashlib
import json
import logging
from collections.abc import Mapping
from dataclasses import asdict
from datetime import timedelta
from typing import Any, Final

from django.db import transaction
from django.utils import timezone

from awsdash import celery
from awsdash.accounts import sessions
from awsdash.accounts.lifecycle import require_target
from awsdash.accounts.models import Level, User
from awsdash.jobs.models import Suggestion
from services.errors import NotFound, QueryFailed, ServiceError
from services.registry import get_operation

logger = logging.getLogger(__name__)

FRESH: Final = timedelta(minutes=1)
# A question this old without an answer lost its doorbell: it is asked again.
UNHEARD: Final = timedelta(seconds=5)
KEPT: Final = timedelta(hours=1)
LONGEST_TYPED: Final = 512


def suggest(
    user: User, operation_name: str, option: str, filled_in: Mapping[str, str]
) -> Suggestion:
    """The choices for what is typed, answered or not yet.

    `filled_in` has `typed`, `accountId`, `region` and the form's options. Raises NotFound,
    InvalidQuery, AccessDenied, NotEnabled.
    """
    operation = get_operation(operation_name)
    if option not in operation.suggests:
        raise NotFound(f"There are no choices for {option}.", hint="Type the value.")
    told = {name: value.replace("\x00", "")[:LONGEST_TYPED] for name, value in filled_in.items()}
    region = told.get("region", "")
    question = {
        "operation_name": operation.name,
        "option": option,
        "typed": told.get("typed", ""),
        "given": {name: told.get(name, "") for name in operation.suggests[option]},
        "account_id": require_target(user, told.get("accountId", ""), region, Level.RUN).pk,
        "region": region,
    }
    return _ask_once(user, question)


def _ask_once(user: User, question: Mapping[str, Any]) -> Suggestion:
    key = hashlib.sha256(json.dumps(question, sort_keys=True).encode()).hexdigest()
    asked = {"user": user, "asked_at": timezone.now()}
    known = Suggestion.objects.filter(key=key).first()
    if known is not None and not _is_stale(known):
        # The page asks again and again: no lock for what is on its way.
        return known
    with transaction.atomic():
        suggestion, is_new = Suggestion.objects.get_or_create(
            key=key, defaults={**question, **asked}
        )
        if is_new or _is_stale(suggestion):
            Suggestion.objects.filter(pk=suggestion.pk).update(answered_at=None, **asked)
            suggestion.answered_at = None
            celery.ring("awsdash.jobs.tasks.suggest", suggestion.pk, queue="interactive")
    return suggestion


def _is_stale(suggestion: Suggestion) -> bool:
    now = timezone.now()
    if suggestion.answered_at is None:
        return now - suggestion.asked_at > UNHEARD
    return now - suggestion.answered_at > FRESH


def answer(suggestion_id: int) -> None:
    """Ask AWS. Safe to run twice: the later answer stays. Never raises for AWS's errors."""
    found = Suggestion.objects.select_related("account__credential", "user")
    suggestion = found.filter(pk=suggestion_id, answered_at=None).first()
    if suggestion is None:
        return
    error = ""
    try:
        suggestion.choices = _ask(suggestion)
    except ServiceError as refusal:
        suggestion.choices, error = [], f"{refusal.message} {refusal.hint}"
    except Exception:
        logger.exception("suggestion broke", extra={"suggestion": suggestion_id})
        suggestion.choices, error = [], QueryFailed("Something went wrong here.").message
    Suggestion.objects.filter(pk=suggestion_id).update(
        choices=suggestion.choices, error_message=error, answered_at=timezone.now()
    )


def _ask(suggestion: Suggestion) -> list[dict[str, str]]:
    account, region, user = suggestion.account, suggestion.region, suggestion.user
    require_target(user, account.pk, region, Level.RUN)
    aws = sessions.aws_for(account, region, user.get_username())
    operation = get_operation(suggestion.operation_name)
    choices = operation.suggest(suggestion.option, suggestion.typed, suggestion.given, aws)
    return [asdict(choice) for choice in choices]


def forget() -> None:
    """Drop what nobody has asked for lately."""
    Suggestion.objects.filter(asked_at__lt=timezone.now() - KEPT).delete()
