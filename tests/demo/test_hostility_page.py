"""The page that makes the emulated AWS hostile."""

import json
import re
import urllib.request
from collections.abc import Iterator
from html import unescape
from typing import Any

import pytest
from django.test import Client

from awsdash.accounts.models import Account, User
from awsdash.demo.hostility.presets import PRESETS
from awsdash.demo.story.cast import PAYMENTS_PROD
from awsdash.palette.choices import groups_for

HTMX = {"HX-Request": "true"}


@pytest.fixture
def rules(emulated_aws: str) -> Iterator["Rules"]:
    found = Rules(emulated_aws)
    yield found
    found.ask("DELETE", "faults")
    found.ask("PUT", "quotas", {"enforced": False})


class Rules:
    """The emulator's own word."""

    def __init__(self, url: str) -> None:
        self._url = url

    def ask(self, method: str, path: str, body: object = None) -> Any:
        content = None if body is None else json.dumps(body).encode()
        address = f"{self._url}/_emulator/{path}"
        request = urllib.request.Request(address, content, method=method)
        with urllib.request.urlopen(request) as answer:
            return json.loads(answer.read() or b"null")

    def in_force(self) -> list[dict[str, Any]]:
        return [
            {key: value for key, value in rule.items() if key not in ("id", "strikes")}
            for rule in self.ask("GET", "faults")
        ]


@pytest.fixture
def page(client: Client, root: User, story_accounts: dict[str, Account], rules: Rules) -> Client:
    client.force_login(root)
    return client


def texts(answer: Any, tag: str) -> list[str]:
    """The texts of all elements of this tag."""
    found = re.findall(rf"<{tag}\b[^>]*>(.*?)</{tag}>", answer.content.decode(), re.DOTALL)
    return [" ".join(unescape(re.sub("<[^>]+>", " ", text)).split()) for text in found]


def test_it_offers_each_hostility_in_the_scope_of_the_portals_accounts(page: Client) -> None:
    answer = page.get("/emulator/")
    assert {preset.title for preset in PRESETS} <= set(texts(answer, "button"))
    options = texts(answer, "option")
    assert {"Any", "payments-prod", "CloudWatch Logs", "Athena"} <= set(options)
    assert any(option.startswith("eu-west-1 ") for option in options)
    assert "AWS is calm" in texts(answer, "span")


@pytest.mark.parametrize("preset", PRESETS, ids=lambda preset: preset.name)
def test_each_preset_is_a_rule_that_the_emulator_takes(
    page: Client, rules: Rules, preset: Any
) -> None:
    scope = {"account": PAYMENTS_PROD, "region": "eu-west-1"}
    answer = page.post("/emulator/rules/", {**scope, "preset": preset.name}, headers=HTMX)
    assert answer.status_code == 200
    of = {"service": preset.of} if preset.of else {}
    assert rules.in_force() == [{**scope, **of, **preset.rule}]
    assert "1 rule" in texts(answer, "span")


def test_a_rule_is_told_with_its_scope_and_its_strikes(page: Client, rules: Rules) -> None:
    rules.ask("POST", "faults", {"effect": "throttle", "account": PAYMENTS_PROD, "rate": 0.5})
    rules.ask("POST", "faults", {"code": "Odd", "operation": "Describe*", "times": 3})
    rules.ask("POST", "faults", {"latencyMs": 1500, "latencyJitterMs": 500, "service": "logs"})
    rules.ask("POST", "faults", {"bytesPerSecond": 1000, "queuedS": 1, "failure": "No", "rate": 1})
    cells = texts(page.get("/emulator/state/"), "td")
    assert cells[:16:4] == [
        "throttled, 50% of the calls",
        "Odd",
        "slower by 1.5 to 2 s",
        "1000 bytes a second, queries wait 1 s, queries fail: No",
    ]
    assert cells[1:16:4] == ["payments-prod", "Describe*", "CloudWatch Logs", "everywhere"]
    assert cells[2:8:4] == ["0", "0 of 3 more"]


@pytest.mark.parametrize(
    ("asked", "complaint"),
    [
        ({"preset": "deny"}, "Choose the account that denies access."),
        ({"preset": "disable_region"}, "Choose the region that is off."),
        ({"preset": "athena_slow", "service": "logs"}, "Athena slow is not about this service."),
        ({"preset": "slow", "operation": "Get Log"}, "An operation is letters and digits,"),
        ({"preset": "nice"}, "Choose a hostility."),
        ({}, "Choose a hostility."),
        ({"preset": "slow", "account": "1"}, "Select a valid choice."),
    ],
)
def test_what_cannot_be_is_told_beside_its_field(
    page: Client, rules: Rules, asked: dict[str, str], complaint: str
) -> None:
    answer = page.post("/emulator/rules/", asked, headers=HTMX)
    assert answer.status_code == 422
    assert any(text.startswith(complaint) for text in texts(answer, "li"))
    assert rules.in_force() == []


def test_a_rule_can_be_removed(page: Client, rules: Rules) -> None:
    added = rules.ask("POST", "faults", {"effect": "fail"})
    address = f"/emulator/rules/{added['id']}/remove/"
    assert page.post(address, headers=HTMX).status_code == 200
    assert rules.in_force() == []
    assert page.post(address, headers=HTMX).status_code == 200


def test_calming_down_clears_all(page: Client, rules: Rules) -> None:
    rules.ask("POST", "faults", {"effect": "fail"})
    rules.ask("PUT", "quotas", {"enforced": True})
    answer = page.post("/emulator/calm/", headers=HTMX)
    assert {"AWS is calm", "not enforced"} <= set(texts(answer, "span"))
    assert rules.in_force() == []
    assert rules.ask("GET", "quotas")["enforced"] is False


def test_quotas_are_switched_on_and_off(page: Client, rules: Rules) -> None:
    answer = page.post("/emulator/quotas/", {"enforced": "1"}, headers=HTMX)
    assert "enforced" in texts(answer, "span")
    assert rules.ask("GET", "quotas")["enforced"] is True
    page.post("/emulator/quotas/", headers=HTMX)
    assert rules.ask("GET", "quotas")["enforced"] is False


def test_calls_are_counted_by_service_and_forgotten(page: Client, payments_prod: Any) -> None:
    page.post("/emulator/calls/forget/", headers=HTMX)
    for _ in range(3):
        payments_prod.client("logs").describe_log_groups()
    cells = texts(page.get("/emulator/state/"), "td")
    assert cells == ["CloudWatch Logs", "3", "0"]
    answer = page.post("/emulator/calls/forget/", headers=HTMX)
    assert "No call yet." in texts(answer, "p")


def test_without_htmx_it_turns_to_the_page(page: Client) -> None:
    answer = page.post("/emulator/rules/", {"preset": "slow"})
    assert (answer.status_code, answer["Location"]) == (302, "/emulator/")
    assert "<title>" in page.post("/emulator/rules/", {}).content.decode()


def test_it_says_when_the_emulator_is_away(page: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:1")
    answer = page.get("/emulator/")
    assert answer.status_code == 200
    assert "The emulated AWS does not answer." in texts(answer, "h2")
    answer = page.post("/emulator/calm/", headers=HTMX)
    assert answer.status_code == 502
    assert "The emulated AWS does not answer." in texts(answer, "h2")


def test_only_administrators_see_the_way_to_it(client: Client, root: User, alice: User) -> None:
    for person, is_shown in ((root, True), (alice, False)):
        client.force_login(person)
        assert ('href="/emulator/"' in client.get("/explorer/").content.decode()) is is_shown
        places = [group for group in groups_for(person, "hostile") if group.title == "Places"]
        assert bool(places) is is_shown
