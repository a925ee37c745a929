"""Ten questions of an operator, each from the explorer to its answer in at most three clicks."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.e2e.conftest import SignIn

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("e2e")]

ERROR = "charge failed: timeout after 3000 ms calling ledger-api"


class Operator:
    """Somebody at the explorer whose clicks are counted."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.clicks = 0

    def click(self, what: Locator) -> None:
        self.clicks += 1
        what.click()

    def view_logs(self, function: str, account: str) -> None:
        row = self.page.get_by_role("row").filter(has_text=account)
        row = row.filter(has_text="Lambda function").filter(has_text="eu-west-1")
        row = row.filter(has=self.page.get_by_role("cell", name=function, exact=True))
        self.click(row.get_by_role("link", name="View logs"))
        self.page.wait_for_url("**/jobs/**")
        self.settle()

    def settle(self) -> None:
        expect(self.page.locator("#progress .tag").first).to_have_text("succeeded")

    @property
    def rows(self) -> Locator:
        return self.page.locator("#rows tr[data-row]")

    def open_first_error(self) -> None:
        self.click(self.rows.filter(has_text=ERROR).first)
        expect(self.page.get_by_role("list", name="Message as JSON")).to_be_visible()

    def narrow(self, name: str) -> None:
        before = self.page.url
        self.click(self.page.get_by_role("link", name=name))
        expect(self.page).not_to_have_url(before)
        self.page.wait_for_url("**/jobs/**")
        self.settle()


def what_went_wrong_last(operator: Operator) -> None:
    operator.view_logs("checkout-charge", "payments-prod")
    expect(operator.page.get_by_text(ERROR).first).to_be_visible()


def what_are_the_errors_alone(operator: Operator) -> None:
    operator.view_logs("checkout-charge", "payments-prod")
    operator.click(operator.page.get_by_text("Errors", exact=True))
    expect(operator.page.locator("#found")).to_contain_text("at level error")
    assert all(ERROR in text for text in operator.rows.all_inner_texts())


def what_does_the_error_say_in_full(operator: Operator) -> None:
    operator.view_logs("checkout-charge", "payments-prod")
    operator.open_first_error()
    tree = operator.page.get_by_role("list", name="Message as JSON")
    expect(tree).to_contain_text(re.compile(r"waiting\s+\d+"))


def when_did_it_begin(operator: Operator) -> None:
    operator.view_logs("checkout-charge", "payments-prod")
    operator.open_first_error()
    operator.narrow("Filter by this level")
    drawn = operator.page.get_by_role("group", name=re.compile("Histogram"))
    expect(drawn).to_have_accessible_name(re.compile(r"rows from .* to .*, \d+ errors"))
    assert "there is more in AWS" not in operator.page.locator("#progress").inner_text()


def what_else_happened_in_that_request(operator: Operator) -> None:
    operator.view_logs("checkout-charge", "payments-prod")
    operator.open_first_error()
    operator.narrow("Filter by this requestId")
    expect(operator.page.get_by_text(ERROR).first).to_be_visible()


def what_else_did_that_instance_write(operator: Operator) -> None:
    operator.view_logs("checkout-charge", "payments-prod")
    operator.open_first_error()
    operator.narrow("Only this")
    streams = operator.rows.locator("td:nth-child(4)").all_inner_texts()
    assert len(set(streams)) == 1


def what_happened_in_the_last_hour(operator: Operator) -> None:
    operator.view_logs("checkout-charge", "payments-prod")
    operator.click(operator.page.locator("summary").filter(has_text="Any time"))
    operator.click(operator.page.get_by_role("button", name="Last hour"))
    expect(operator.page.locator("summary").filter(has_text="Last hour")).to_be_visible()
    operator.settle()


def is_it_only_production(operator: Operator) -> None:
    operator.view_logs("checkout-charge", "payments-dev")
    operator.click(operator.page.get_by_text("Errors", exact=True))
    expect(operator.page.locator("#found")).to_contain_text("None of 100 rows")


def which_function_never_logged(operator: Operator) -> None:
    row = operator.page.get_by_role("row").filter(has_text="card-tokenizer")
    expect(row).to_contain_text("No log group: /aws/lambda/card-tokenizer does not exist.")


def how_do_i_hand_this_to_a_colleague(operator: Operator) -> None:
    operator.page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    operator.view_logs("checkout-charge", "payments-prod")
    operator.open_first_error()
    operator.click(operator.page.get_by_role("button", name="Copy link"))
    operator.page.goto(operator.page.evaluate("navigator.clipboard.readText()"))
    expect(operator.page.get_by_role("list", name="Message as JSON")).to_contain_text(ERROR)


@pytest.mark.parametrize(
    "question",
    [
        what_went_wrong_last,
        what_are_the_errors_alone,
        what_does_the_error_say_in_full,
        when_did_it_begin,
        what_else_happened_in_that_request,
        what_else_did_that_instance_write,
        what_happened_in_the_last_hour,
        is_it_only_production,
        which_function_never_logged,
        how_do_i_hand_this_to_a_colleague,
    ],
    ids=lambda question: question.__name__,
)
def test_a_question_is_answered_in_three_clicks(
    sign_in: SignIn, question: Callable[[Operator], None]
) -> None:
    operator = Operator(sign_in("alice"))
    question(operator)
    assert operator.clicks <= 3
