"""What AssumeRole attaches to a session: policies that limit it, and tags."""

import json
import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from moto.iam.exceptions import MalformedPolicyDocument
from moto.iam.policy_validation import IAMPolicyDocumentValidator

from awsdash.demo.aws.identity.callers import Caller, Session
from awsdash.demo.aws.identity.grants import managed_document
from awsdash.demo.aws.identity.policy import Documents, Malformed, parse
from awsdash.demo.aws.protocol import AwsError

MAX_CHARACTERS: Final = 2_048
MAX_POLICY_ARNS: Final = 10
_VERSION: Final = {"Version": "2012-10-17"}


@dataclass(frozen=True)
class SessionTags:
    values: Mapping[str, str]
    transitive: frozenset[str]


def session_policies(account: str, asked: dict[str, Any]) -> Documents | None:
    """None: it was asked for without any."""
    inline = asked.get("Policy")
    arns = [policy.get("arn", "") for policy in asked.get("PolicyArns", [])]
    if inline is None and not arns:
        return None
    if len(arns) > MAX_POLICY_ARNS:
        message = f"Member must have length less than or equal to {MAX_POLICY_ARNS}"
        raise AwsError("ValidationError", f"policyArns failed to satisfy constraint: {message}")
    if inline is not None:
        _check(inline)
    managed = tuple(_managed(account, arn) for arn in arns)
    return managed if inline is None else (inline, *managed)


def session_tags(asked: dict[str, Any], caller: Caller) -> SessionTags:
    """With those that the caller's session passes on."""
    tags = asked.get("Tags", [])
    values = {tag["Key"]: tag["Value"] for tag in tags}
    if len({key.lower() for key in values}) < len(tags):
        message = "Duplicate tag keys found. Please note that Tag keys are case insensitive."
        raise AwsError("InvalidParameterValue", message)
    size = _percent(sum(len(key) + len(value) for key, value in values.items()))
    if size > 100:
        message = f"Packed size of session tags consumes {size}% of allotted space."
        raise AwsError("PackedPolicyTooLarge", message)
    passed_on = caller.session.transitive if caller.session else frozenset()
    if passed_on & values.keys():
        message = "One of the specified transitive tag keys can't be set"
        raise AwsError("InvalidParameterValue", message)
    inherited = {key: caller.session.tags[key] for key in passed_on if caller.session}
    named = frozenset(asked.get("TransitiveTagKeys", []))
    return SessionTags(values | inherited, (named & values.keys()) | passed_on)


def packed_size_percent(session: Session) -> int | None:
    """None where there is nothing to pack."""
    if session.policies is None and not session.tags:
        return None
    inline = sum(len(document) for document in (session.policies or ())[:1])
    return max(1, _percent(inline + sum(len(k) + len(v) for k, v in session.tags.items())))


def _check(inline: str) -> None:
    size = _percent(len(inline))
    if size > 100:
        message = f"Packed policy consumes {size}% of allotted space, please use smaller policy."
        raise AwsError("PackedPolicyTooLarge", message)
    try:
        parse(inline)
        # Managed policies must tell their version, which is all that moto holds against others.
        IAMPolicyDocumentValidator(json.dumps(_VERSION | json.loads(inline))).validate()
    except Malformed as error:
        raise AwsError("MalformedPolicyDocument", str(error)) from None
    except MalformedPolicyDocument as error:
        raise AwsError("MalformedPolicyDocument", error.message) from None


def _managed(account: str, arn: str) -> str:
    document = managed_document(account, arn)
    if document is None:
        raise AwsError("ValidationError", f"{arn} is invalid")
    return document


def _percent(characters: int) -> int:
    return math.ceil(characters * 100 / MAX_CHARACTERS)
