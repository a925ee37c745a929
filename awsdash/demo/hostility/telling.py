"""The emulator's rules and counts as a person reads them."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from awsdash.accounts.models import Account
from awsdash.demo.hostility.forms import SERVICES

_EFFECTS: Final = {
    "throttle": "throttled",
    "deny": "access denied",
    "expire": "credentials expired",
    "disable_region": "region off",
    "fail": "fails",
    "cut": "connection cut",
    "hang": "no answer",
}
_SERVICES: Final = dict(SERVICES)


@dataclass(frozen=True, slots=True)
class ToldRule:
    """`does` and `where` are phrases, such as "slower by 2 s" and "payments-prod"."""

    id: str
    does: list[str]
    where: list[str]
    strikes: int
    times_left: int | None


@dataclass(frozen=True, slots=True)
class CalledService:
    name: str
    count: int
    throttled: int


def told_rules(rules: Iterable[Mapping[str, Any]]) -> list[ToldRule]:
    names = {account.pk: account.name for account in Account.objects.all()}
    return [
        ToldRule(rule["id"], _does(rule), _where(rule, names), rule["strikes"], rule.get("times"))
        for rule in rules
    ]


def called_services(
    calls: Iterable[Mapping[str, Any]], throttled: Iterable[Mapping[str, Any]]
) -> list[CalledService]:
    """The busiest first; throttled is what went over a quota."""
    counts, over = _by_service(calls), _by_service(throttled)
    return [
        CalledService(_SERVICES.get(service, service), count, over[service])
        for service, count in counts.most_common()
    ]


def _by_service(rows: Iterable[Mapping[str, Any]]) -> Counter[str]:
    counts: Counter[str] = Counter()
    for row in rows:
        counts[row["service"]] += row["count"]
    return counts


def _does(rule: Mapping[str, Any]) -> list[str]:
    found = [_EFFECTS.get(rule.get("effect", ""), ""), rule.get("code", ""), _slower(rule)]
    if "bytesPerSecond" in rule:
        found.append(f"{rule['bytesPerSecond']:g} bytes a second")
    if "queuedS" in rule:
        found.append(f"queries wait {rule['queuedS']:g} s")
    if "runningS" in rule:
        found.append(f"queries run {rule['runningS']:g} s")
    if "failure" in rule:
        found.append(f"queries fail: {rule['failure']}")
    if rule.get("rate", 1) < 1:
        found.append(f"{rule['rate']:.0%} of the calls")
    return [phrase for phrase in found if phrase]


def _slower(rule: Mapping[str, Any]) -> str:
    least = rule.get("latencyMs", 0) / 1000
    most = least + rule.get("latencyJitterMs", 0) / 1000
    if not most:
        return ""
    return f"slower by {least:g} s" if least == most else f"slower by {least:g} to {most:g} s"


def _where(rule: Mapping[str, Any], names: Mapping[str, str]) -> list[str]:
    account, service = rule.get("account", ""), rule.get("service", "")
    found = [
        names.get(account, account),
        rule.get("region", ""),
        _SERVICES.get(service, service),
        rule.get("operation", ""),
    ]
    return [name for name in found if name] or ["everywhere"]
