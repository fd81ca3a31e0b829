"""The scripts that start things: where they may be called from, and what they make of a broken environment."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.places import ROOT

SPY = """#!/bin/sh
echo "$PWD $*" >> "$SPY_LOG"
case "$*" in *"import ensurepip"*) exit "${NO_VENV:-0}";; "-m pip --version") test -e "$PIP" || exit 1;; esac
case "$*" in *"venv --clear"*) mkdir -p .venv/bin && cp "$0" .venv/bin/python && touch "$PIP";; esac
"""


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """The scripts beside a virtual environment whose interpreter only writes down how it is called."""
    shutil.copytree(ROOT / "scripts", tmp_path / "checkout" / "scripts")
    (tmp_path / "checkout" / "pyproject.toml").touch()
    interpreter(tmp_path / "checkout" / ".venv" / "bin" / "python")
    interpreter(tmp_path / "python3")
    return tmp_path / "checkout"


def interpreter(path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(SPY)
    path.chmod(0o755)


def call(checkout: Path, script: str, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """Call a script from another directory, on a machine without uv."""
    elsewhere = checkout.parent / "elsewhere"
    elsewhere.mkdir(exist_ok=True)
    known = {"SPY_LOG": str(checkout / "calls"), "PIP": str(checkout / "pip"), "PATH": "/usr/bin:/bin"}
    return subprocess.run(
        [str(checkout / "scripts" / script), *arguments],
        env={**os.environ, **known, "PYTHON": str(checkout.parent / "python3"), **environment},
        cwd=elsewhere,
        capture_output=True,
        text=True,
        check=False,
    )


def calls(checkout: Path) -> list[str]:
    return (checkout / "calls").read_text().splitlines()


@pytest.mark.parametrize(("script", "option"), [("demo", "--voice"), ("soak", "--directory")])
def test_relative_paths_are_the_callers(checkout: Path, script: str, option: str) -> None:
    assert call(checkout, script, option, "mine").returncode == 0
    assert calls(checkout)[-1] == f"{checkout.parent / 'elsewhere'} -m tests.tools.{script} {option} mine"


def test_a_half_made_environment_is_made_anew(checkout: Path) -> None:
    assert call(checkout, "setup").returncode == 0
    made = f"{checkout} -m venv --clear .venv"
    assert made in calls(checkout)
    (checkout / "calls").unlink()
    (checkout / ".venv" / ".voicepipe-installed").unlink()
    assert call(checkout, "setup").returncode == 0
    assert made not in calls(checkout)


def test_a_python_without_venv_is_told_where_to_get_it(checkout: Path) -> None:
    result = call(checkout, "setup", NO_VENV="1")
    assert result.returncode == 1
    assert "apt install python3-venv" in result.stderr
    assert not any("pip install" in line for line in calls(checkout))


def test_scripts_quota_needs_no_environment(tmp_path: Path) -> None:
    """Called through a link, from elsewhere, with an empty PATH but for the system's tools."""
    (tmp_path / "quota").symlink_to(ROOT / "scripts" / "quota")
    environment = {"PATH": "/usr/bin:/bin", "VOICEPIPE_SERVICE__STATE_DIR": str(tmp_path / "state")}
    if not (ROOT / ".venv" / "bin" / "voicepipe").exists():
        environment["PATH"] = f"{Path(sys.executable).parent}:{environment['PATH']}"
    command = [str(tmp_path / "quota"), "grant", "42", "7"]
    result = subprocess.run(command, capture_output=True, text=True, env=environment, cwd="/", check=True)
    assert "7 s" in result.stdout


def test_scripts_quota_without_any_voicepipe_says_so(tmp_path: Path) -> None:
    script = tmp_path / "scripts" / "quota"
    script.parent.mkdir()
    script.write_bytes((ROOT / "scripts" / "quota").read_bytes())
    command = ["/bin/sh", str(script), "list"]
    result = subprocess.run(command, capture_output=True, text=True, env={"PATH": "/usr/bin:/bin"}, check=False)
    assert result.returncode == 127
    assert "neither in" in result.stderr
