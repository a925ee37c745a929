"""Settings read from the environment, and what a log line looks like."""

import json
import logging
import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.core.exceptions import ImproperlyConfigured

from awsdash import env
from awsdash.logs import JsonFormatter, TerminalFormatter

HOUSE = Path(__file__).resolve().parents[1]


def record(**fields: object) -> logging.LogRecord:
    return logging.makeLogRecord(
        {"name": "awsdash.jobs", "levelname": "INFO", "msg": "execution claimed", **fields}
    )


def test_a_file_line_is_json_with_its_fields() -> None:
    line = json.loads(JsonFormatter().format(record(execution="8c1f", attempt=2)))
    assert line["message"] == "execution claimed"
    assert (line["execution"], line["attempt"]) == ("8c1f", 2)
    assert line["time"].endswith("+00:00")


def test_a_terminal_line_ends_with_its_fields() -> None:
    assert (
        TerminalFormatter()
        .format(record(execution="8c1f"))
        .endswith("INFO awsdash.jobs  execution claimed  execution=8c1f")
    )


@pytest.mark.parametrize(("written", "read"), [("1", True), ("Yes", True), ("off", False)])
def test_a_boolean_is_read(monkeypatch: pytest.MonkeyPatch, written: str, read: bool) -> None:
    monkeypatch.setenv("FLAG", written)
    assert env.boolean("FLAG", default=not read) is read


def test_a_value_that_cannot_be_read_names_its_variable(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FLAG", "perhaps")
    with pytest.raises(ImproperlyConfigured, match="FLAG='perhaps'"):
        env.boolean("FLAG", default=True)


def test_a_secret_may_come_from_a_file(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "key").write_text("from the file\n")
    monkeypatch.setenv("KEY_FILE", str(tmp_path / "key"))
    assert env.secret("KEY", "Set it.") == "from the file"


def test_a_missing_secret_is_a_clear_refusal_to_start() -> None:
    kept = {k: v for k, v in os.environ.items() if not k.startswith(("AWSDASH_", "DJANGO_"))}
    ran = subprocess.run(
        [sys.executable, "manage.py", "check"],
        cwd=HOUSE,
        env=kept,
        capture_output=True,
        text=True,
        check=False,
    )
    assert ran.returncode != 0
    assert ran.stderr.startswith("AWS Dash cannot start: AWSDASH_SECRET_KEY")
    assert "Traceback" not in ran.stderr


def test_results_lie_in_a_folder_or_in_s3(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.delenv("RESULTS", raising=False)
    assert env.store("RESULTS", tmp_path)["OPTIONS"] == {"location": tmp_path}
    monkeypatch.setenv("RESULTS", f"{tmp_path}/elsewhere")
    assert env.store("RESULTS", tmp_path)["OPTIONS"] == {"location": tmp_path / "elsewhere"}
    monkeypatch.setenv("RESULTS", "s3://bucket/a/prefix/")
    monkeypatch.setenv("RESULTS_REGION", "eu-west-1")
    monkeypatch.setenv("RESULTS_ENDPOINT", "")
    entry = env.store("RESULTS", tmp_path)
    assert entry["BACKEND"] == "awsdash.jobs.stores.S3Store"
    assert entry["OPTIONS"] == {
        "bucket_name": "bucket",
        "location": "a/prefix",
        "region_name": "eu-west-1",
        "endpoint_url": None,
    }


@pytest.mark.parametrize("address", ["s3://", "s3:///prefix", "gs://bucket", "s3://b/p?x=1"])
def test_results_that_lie_nowhere_stop_the_start(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, address: str
) -> None:
    monkeypatch.setenv("RESULTS", address)
    with pytest.raises(ImproperlyConfigured, match="neither a folder nor s3://bucket/prefix"):
        env.store("RESULTS", tmp_path)


@pytest.mark.parametrize("value", ["0", "-1", "many", "1.5", ""])
def test_a_number_that_is_none_stops_the_start(monkeypatch: pytest.MonkeyPatch, value: str) -> None:
    monkeypatch.setenv("DAYS", value)
    with pytest.raises(ImproperlyConfigured, match="DAYS="):
        env.number("DAYS", 30)
    monkeypatch.delenv("DAYS")
    assert env.number("DAYS", 30) == 30
