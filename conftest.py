"""What every test may use: named people, two accounts, and an emulated AWS over HTTP."""

import os
from collections.abc import Callable, Iterator
from datetime import UTC, datetime

import pytest
from django.contrib.auth.models import Group

from awsdash.accounts import sessions
from awsdash.accounts.models import Account, Credential, Grant, Level, Region, User
from awsdash.demo import people
from awsdash.demo.aws import clock, stage
from awsdash.demo.aws.athena import pace
from awsdash.demo.aws.logs import filtering
from awsdash.demo.aws.server import running_server
from awsdash.demo.story import cast as story
from awsdash.demo.story.story import Story
from services import aws

EPOCH = datetime(2026, 11, 22, 14, 2, tzinfo=UTC)
STORY = Story(EPOCH)
MakeUser = Callable[[str, dict[Account, Level]], User]


@pytest.fixture(scope="session")
def _emulator() -> Iterator[str]:
    with running_server(STORY) as server:
        yield server.url


@pytest.fixture
def emulated_aws(_emulator: str, monkeypatch: pytest.MonkeyPatch) -> str:
    """Every AWS call of this test goes to an emulated AWS that tells the demo's story."""
    if stage.told is not STORY:
        # A test of the emulator told another story since.
        stage.tell(STORY)
        clock.set_now(None)
    monkeypatch.setenv("AWS_ENDPOINT_URL", _emulator)
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    # No client and no key of another test.
    monkeypatch.setattr(aws, "_clients", aws._ClientCache())
    monkeypatch.setattr(sessions, "_cache", {})
    return _emulator


@pytest.fixture
def payments_prod(emulated_aws: str) -> aws.Aws:
    """The story's main account, by the role that a person would use."""
    return _as_reader(story.PAYMENTS_PROD)


@pytest.fixture
def data_prod(emulated_aws: str) -> aws.Aws:
    """The story's account of the data lake."""
    return _as_reader(story.DATA_PROD)


def _as_reader(account_id: str) -> aws.Aws:
    base = aws.Keys(story.BASE_ACCESS_KEY_ID, story.BASE_SECRET_ACCESS_KEY)
    issued = (
        aws.Aws("", "us-east-1", base)
        .client("sts")
        .assume_role(
            RoleArn=story.role_arn(account_id),
            RoleSessionName="tests",
            ExternalId=story.EXTERNAL_ID,
        )["Credentials"]
    )
    keys = aws.Keys(issued["AccessKeyId"], issued["SecretAccessKey"], issued["SessionToken"])
    return aws.Aws(account_id, "eu-west-1", keys)


@pytest.fixture
def skip_query_time() -> Iterator[Callable[[float], None]]:
    """Queries of Athena take no longer than they must; the function skips seconds of theirs."""
    pace.install(queued_s=0, running_s=0)
    yield pace.skip
    pace.install()


@pytest.fixture
def short_scans() -> Iterator[None]:
    """FilterLogEvents looks at 100 events a call, so that a sparse filter gets empty pages."""
    filtering.install(scan_limit=100)
    yield
    filtering.install()


@pytest.fixture
def story_accounts(db: None) -> dict[str, Account]:
    """The accounts of the demo's story by name, each with its role."""
    people.enter_accounts()
    return {account.name: account for account in Account.objects.all()}


@pytest.fixture
def make_user(db: None) -> MakeUser:
    """Makes a person whose own group holds the given levels."""

    def make(name: str, levels: dict[Account, Level]) -> User:
        user = User.objects.create_user(name, password=f"{name}-password")
        group = Group.objects.create(name=f"{name}s group")
        user.groups.add(group)
        for account, level in levels.items():
            Grant.objects.create(group=group, account=account, level=level)
        return user

    return make


def _account(account_id: str, name: str) -> Account:
    credential, _ = Credential.objects.get_or_create(
        name="the process", defaults={"kind": Credential.Kind.CHAIN}
    )
    account = Account.objects.create(pk=account_id, name=name, credential=credential)
    account.regions.set(Region.objects.filter(pk="eu-west-1"))
    return account


@pytest.fixture
def shop(db: None) -> Account:
    return _account("111111111111", "shop")


@pytest.fixture
def bank(db: None) -> Account:
    return _account("222222222222", "bank")


@pytest.fixture
def alice(make_user: MakeUser, shop: Account) -> User:
    """May run queries in the shop."""
    return make_user("alice", {shop: Level.RUN})


@pytest.fixture
def bob(make_user: MakeUser, bank: Account) -> User:
    """May run queries in the bank, and knows nothing of the shop."""
    return make_user("bob", {bank: Level.RUN})


@pytest.fixture
def carol(make_user: MakeUser, shop: Account) -> User:
    """May view results in the shop."""
    return make_user("carol", {shop: Level.VIEW})


@pytest.fixture
def root(db: None) -> User:
    return User.objects.create_superuser("root", password="root-password")  # noqa: S106


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave the browser tests out where `make test` found no browser; it says so at its end."""
    if os.environ.get("AWSDASH_NO_BROWSER") == "1":
        left_out = [item for item in items if item.get_closest_marker("browser")]
        config.hook.pytest_deselected(items=left_out)
        items[:] = [item for item in items if item not in left_out]
