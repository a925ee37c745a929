"""The one-folder rule: a folder planted in a copy of the house works there, with no other edit."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

HOUSE = Path(__file__).resolve().parents[2]
SERVICE = """
from collections.abc import Iterator
from typing import ClassVar

from pydantic import Field

from services.aws import Aws
from services.base import Item, Link, Page, PagedOperation, Resource, Service, column
from services.query import Query


class EchoQuery(Query):
    identifier: ClassVar[str] = "word"

    word: str = Field(title="Word", description="What to say.")


class Echo(Item):
    said: str = column("Said", "text", "The word.")


class Say(PagedOperation[EchoQuery]):
    name = "planted.say"
    title = "Echoes"
    function = "queryPlanted"
    query_type = EchoQuery
    item_type = Echo

    def pages(self, query: EchoQuery, aws: Aws) -> Iterator[Page]:
        yield Page([{"said": query.word}] * query.limit)


def echo(resource: Resource) -> list[Link]:
    return [Link("planted.say", "View echo", {"word": resource.name})]


SERVICE = Service(
    name="planted",
    title="Planted",
    icon="logs",
    operations=(Say(),),
    links={"AWS::Lambda::Function": echo},
)
"""
DOCS = """Says a word.

```javascript
const r = queryPlanted({
  resourceId: "hello",
  accountId: "111111111111",
  region: "eu-west-1"
});
```
"""
OWN_TEST = """
from services.planted.service import Say


def test_it_says():
    query = Say.query_type.parse({"word": "hi", "limit": 2})
    assert [page.rows for page in Say().pages(query, None)] == [[{"said": "hi"}] * 2]
"""


@pytest.fixture
def house(tmp_path: Path) -> Path:
    """A copy of the house, so that planting cannot touch the real one."""
    ignore = shutil.ignore_patterns("__pycache__", "e2e", "demo")
    for name in ("awsdash", "services", "templates"):
        shutil.copytree(HOUSE / name, tmp_path / name, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copytree(HOUSE / "tests", tmp_path / "tests", ignore=ignore)
    for name in ("pyproject.toml", "conftest.py"):
        shutil.copy(HOUSE / name, tmp_path / name)
    return tmp_path


def test_a_planted_folder_gains_everything_and_edits_nothing(house: Path) -> None:
    folder = house / "services/planted"
    (folder / "tests").mkdir(parents=True)
    (folder / "__init__.py").touch()
    (folder / "tests/__init__.py").touch()
    (folder / "service.py").write_text(SERVICE)
    (folder / "docs.md").write_text(DOCS)
    (folder / "tests/test_planted.py").write_text(OWN_TEST)

    arguments = ["-v", "-p", "no:xdist", "tests/contract/test_operations.py", "services/planted"]
    environment = {k: v for k, v in os.environ.items() if not k.startswith("PYTEST")}
    ran = subprocess.run(
        [sys.executable, "-m", "pytest", *arguments],
        cwd=house,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )

    assert ran.returncode == 0, ran.stdout + ran.stderr
    for proof in (
        "test_the_viewer_shows_every_option[planted.say] PASSED",
        "test_the_javascript_function_is_documented_whole[planted.say] PASSED",
        "test_the_api_takes_a_job[planted.say] PASSED",
        "test_the_explorer_draws_the_link_as_a_button[planted-AWS::Lambda::Function] PASSED",
        "test_planted.py::test_it_says PASSED",
    ):
        assert proof in ran.stdout
