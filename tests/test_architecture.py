"""Who may know whom; what a template may be."""

import ast
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

HOUSE = Path(__file__).resolve().parents[1]
SERVICES = sorted(path.parent.name for path in HOUSE.glob("services/*/service.py"))
TEMPLATES = sorted(
    path
    for folder in ("templates", "services/*/templates", "awsdash/demo/templates")
    for path in HOUSE.glob(f"{folder}/**/*.html")
)
SOURCES = sorted(
    path
    for path in [*HOUSE.glob("awsdash/**/*.py"), *HOUSE.glob("services/**/*.py")]
    if "migrations" not in path.parts
)
AWS_LIBRARIES = {"boto3", "botocore", "aiobotocore"}


def imports_of(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module


def relative(path: Path) -> str:
    return str(path.relative_to(HOUSE))


def test_the_import_rules_hold() -> None:
    ran = subprocess.run(
        [Path(sys.executable).with_name("lint-imports"), "--no-cache"],
        cwd=HOUSE,
        capture_output=True,
        text=True,
        check=False,
    )
    assert ran.returncode == 0, ran.stdout


def test_only_one_module_imports_boto3() -> None:
    outside_demo = (path for path in SOURCES if "demo" not in path.parts)
    importers = {
        relative(path)
        for path in outside_demo
        if any(name.partition(".")[0] in AWS_LIBRARIES for name in imports_of(path))
    }
    # The second makes the parsers of the first's clients.
    assert importers == {"services/aws.py", "services/parsing.py"}


@pytest.mark.parametrize("service", SERVICES)
def test_a_service_imports_itself_and_the_contract_only(service: str) -> None:
    allowed = {"services.aws", "services.base", "services.errors", "services.query"}
    for path in (HOUSE / "services" / service).glob("*.py"):
        for name in imports_of(path):
            if name.startswith("services."):
                assert name in allowed or name.startswith(f"services.{service}"), relative(path)


@pytest.mark.parametrize("service", SERVICES)
def test_the_portal_names_no_service(service: str) -> None:
    shared = [*HOUSE.glob("awsdash/**/*"), *HOUSE.glob("templates/**/*.html")]
    for path in shared:
        if path.suffix in {".py", ".html", ".js", ".css"} and "demo" not in path.parts:
            assert service not in path.read_text(encoding="utf-8"), relative(path)


@pytest.mark.parametrize("path", TEMPLATES, ids=relative)
def test_a_template_is_short_and_carries_no_inline_script_or_style(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert len(text.splitlines()) <= 60
    assert not re.search(r"<style|\sstyle=|\son\w+=|<script(?![^>]*\ssrc=)|javascript:", text)
    assert set(re.findall(r"{%\s*(\w+)", text)) <= {
        "block", "csrf_token", "elif", "else", "empty", "endblock", "endfor", "endif", "extends",
        "for", "htmx_script", "if", "include", "load", "static", "url",
    }  # fmt: skip


@pytest.mark.parametrize("path", SOURCES, ids=relative)
def test_a_function_has_about_30_lines_at_most(path: Path) -> None:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.FunctionDef):
            lines = (node.end_lineno or node.lineno) - node.lineno + 1
            assert lines <= 36, f"{relative(path)}:{node.lineno} {node.name} has {lines} lines"


def test_a_file_has_about_300_lines_at_most() -> None:
    long = {relative(p): len(p.read_text().splitlines()) for p in SOURCES}
    assert {name: lines for name, lines in long.items() if lines > 300} == {}
