"""tools/setup.py: real environments from a tiny package of our own, without any network."""

import fcntl
import hashlib
import importlib.util
import json
import os
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

SETUP = Path(__file__).resolve().parents[2] / "tools" / "setup.py"
METADATA = "Metadata-Version: 2.1\nName: tiny\nVersion: {}\n"
WHEEL = "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n"
Done = subprocess.CompletedProcess[str]


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A checkout whose `demo` and `dev` both need one package, `tiny`."""
    root = tmp_path / "checkout"
    (root / "tools").mkdir(parents=True)
    (root / "requirements").mkdir()
    shutil.copy(SETUP, root / "tools")
    digest = make_wheel(root / "wheels", "1.0")
    for name in ("demo", "dev"):
        pin(root, name, "1.0", digest)
    return root


def make_wheel(folder: Path, version: str) -> str:
    folder.mkdir(exist_ok=True)
    wheel, info = folder / f"tiny-{version}-py3-none-any.whl", f"tiny-{version}.dist-info"
    with zipfile.ZipFile(wheel, "w") as archive:
        archive.writestr("tiny.py", f"version = {version!r}\n")
        archive.writestr(f"{info}/METADATA", METADATA.format(version))
        archive.writestr(f"{info}/WHEEL", WHEEL)
        names = ("tiny.py", *(f"{info}/{name}" for name in ("METADATA", "WHEEL", "RECORD")))
        archive.writestr(f"{info}/RECORD", "".join(f"{name},,\n" for name in names))
    return hashlib.sha256(wheel.read_bytes()).hexdigest()


def pin(root: Path, name: str, version: str, digest: str) -> None:
    text = f"tiny=={version} --hash=sha256:{digest}\n"
    (root / "requirements" / f"{name}.txt").write_text(text)


def setup(root: Path, name: str, **env: str) -> Done:
    index = {"PIP_NO_INDEX": "1", "PIP_FIND_LINKS": str(root / "wheels")}
    return subprocess.run(
        [sys.executable, "tools/setup.py", name],
        cwd=root,
        env={**os.environ, **index, **env},
        capture_output=True,
        text=True,
    )


def tiny_version(root: Path) -> str:
    python = root / ".venv" / "bin" / "python"
    command = [str(python), "-c", "import tiny; print(tiny.version)"]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    return done.stdout.strip()


def test_it_heals_installs_once_and_updates_when_the_pins_change(checkout: Path) -> None:
    (checkout / ".venv" / "bin").mkdir(parents=True)
    first, second = setup(checkout, "dev"), setup(checkout, "demo")

    assert first.returncode == 0, first.stderr
    assert "Rebuilding .venv from scratch: its installation did not finish." in first.stderr
    assert "Installing 1 packages into .venv" in first.stderr
    assert tiny_version(checkout) == "1.0"
    assert (second.returncode, second.stdout + second.stderr) == (0, ""), "dev contains demo"

    pin(checkout, "dev", "1.1", make_wheel(checkout / "wheels", "1.1"))
    third = setup(checkout, "dev")
    assert "Updating .venv" in third.stderr
    assert tiny_version(checkout) == "1.1"

    pin(checkout, "dev", "1.0", "0" * 64)
    fourth = setup(checkout, "dev")
    assert fourth.returncode == 1
    assert "A package is not the one that was pinned" in fourth.stderr


@pytest.fixture
def module(checkout: Path) -> ModuleType:
    """setup.py itself, at home in `checkout`, with an environment that looks complete."""
    spec = importlib.util.spec_from_file_location("checkout_setup", checkout / "tools" / "setup.py")
    assert spec is not None
    assert spec.loader is not None
    loaded = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(loaded)
    (site_packages(checkout) / "tiny").mkdir(parents=True)
    (checkout / ".venv" / "bin").mkdir()
    (checkout / ".venv" / "bin" / "python").symlink_to(sys.executable)
    loaded.write_stamp("demo")
    assert loaded.find_trouble() is None
    return loaded


def site_packages(root: Path) -> Path:
    version = f"python{sys.version_info.major}.{sys.version_info.minor}"
    return root / ".venv" / "lib" / version / "site-packages"


def change_stamp(root: Path, **values: Any) -> None:
    file = root / ".venv" / "awsdash-stamp.json"
    file.write_text(json.dumps({**json.loads(file.read_text()), **values}))


def test_demo_does_not_contain_dev(module: ModuleType) -> None:
    assert module.is_current("demo")
    assert not module.is_current("dev")


def test_a_package_that_was_removed_is_noticed(module: ModuleType, checkout: Path) -> None:
    (site_packages(checkout) / "tiny").rmdir()

    assert module.find_trouble() == "packages are missing from it"


def test_a_package_that_was_added_is_none_of_our_business(
    module: ModuleType, checkout: Path
) -> None:
    (site_packages(checkout) / "ipython").mkdir()

    assert module.is_current("demo")


def test_a_python_that_has_gone_is_noticed(module: ModuleType, checkout: Path) -> None:
    python = checkout / ".venv" / "bin" / "python"
    python.unlink()
    python.symlink_to("/usr/lib/removed/python")

    assert module.find_trouble() == "its Python has gone"


def test_another_python_is_noticed(module: ModuleType, checkout: Path) -> None:
    change_stamp(checkout, python="3.1")

    assert "it was made by Python 3.1, this is" in module.find_trouble()


def test_a_moved_checkout_is_noticed(module: ModuleType, checkout: Path) -> None:
    change_stamp(checkout, venv="/home/alice/old/.venv")

    assert module.find_trouble() == "it was made in /home/alice/old"


def test_a_damaged_stamp_counts_as_none(module: ModuleType, checkout: Path) -> None:
    (checkout / ".venv" / "awsdash-stamp.json").write_text("{")

    assert module.find_trouble() == "its installation did not finish"


@pytest.mark.parametrize(
    ("pip_says", "advice"),
    [
        ("WARNING: Retrying: NewConnectionError('...')", "The package index cannot be reached"),
        ("OSError: [Errno 28] No space left on device", "The disk is full"),
        ("ERROR: No matching distribution found for tiny==1.0", "Try another Python"),
        ("ERROR: something nobody has seen before", "its last lines are above"),
    ],
)
def test_a_failed_installation_says_what_to_do_and_is_done_over(
    module: ModuleType,
    checkout: Path,
    capsys: pytest.CaptureFixture[str],
    pip_says: str,
    advice: str,
) -> None:
    python = checkout / ".venv" / "bin" / "python"
    python.unlink()
    python.write_text(f'#!/bin/sh\necho "{pip_says}"; exit 1\n')
    python.chmod(0o755)

    with pytest.raises(SystemExit) as ended:
        module.main(["dev"])
    shown = capsys.readouterr().err
    assert ended.value.code == 1
    assert pip_says in shown
    assert advice in shown
    assert module.find_trouble() == "its installation did not finish"


@pytest.mark.parametrize(
    ("preparation", "advice"),
    [
        ("import sys; sys.version_info = (3, 9, 18)", "AWS Dash needs Python 3.11 or newer"),
        ("import importlib.util as u; u.find_spec = lambda name: None", "install python3-venv"),
    ],
)
def test_an_unfit_python_is_told_plainly(checkout: Path, preparation: str, advice: str) -> None:
    script = f"{preparation}; import runpy, sys; sys.argv[1:] = ['demo']"
    run_it = "runpy.run_path('tools/setup.py', run_name='__main__')"
    command = [sys.executable, "-c", f"{script}; {run_it}"]
    told = subprocess.run(command, cwd=checkout, capture_output=True, text=True)

    assert told.returncode == 1
    assert advice in told.stderr
    assert "Traceback" not in told.stderr
    assert not (checkout / ".venv").exists()


def test_the_second_of_two_waits_for_the_first(checkout: Path) -> None:
    with (checkout / ".venv.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        waiting = subprocess.Popen(
            [sys.executable, "tools/setup.py", "demo"],
            cwd=checkout,
            stderr=subprocess.PIPE,
            text=True,
        )
        assert waiting.stderr is not None
        assert "Waiting for another installation" in waiting.stderr.readline()
        waiting.kill()
        waiting.communicate()
