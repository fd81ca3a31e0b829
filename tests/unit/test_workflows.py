"""The workflows of the repository's host: they run what is here, and a release says what has changed."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.support.places import ROOT
from voicepipe import __version__

WORKFLOWS = sorted((ROOT / ".github/workflows").glob("*.yml"))


def steps_of(path: Path) -> list[dict[str, Any]]:
    jobs = yaml.safe_load(path.read_text(encoding="utf-8"))["jobs"]
    return [step for job in jobs.values() for step in job.get("steps", [])]


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.name)
def test_a_workflow_runs_programs_that_are_here(path: Path) -> None:
    commands = " ".join(step.get("run", "") for step in steps_of(path))
    named = re.findall(r"(?:^|\s)((?:scripts|\.ci)/\w+)", commands)
    assert named
    assert [name for name in named if not (ROOT / name).is_file()] == []
    assert all("@" in step["uses"] for step in steps_of(path) if "uses" in step)


def test_every_job_is_bounded() -> None:
    for path in WORKFLOWS:
        for job in yaml.safe_load(path.read_text(encoding="utf-8"))["jobs"].values():
            assert "uses" in job or job["timeout-minutes"] <= 75


def notes(root: Path, tag: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, root / "scripts/release_notes", tag], capture_output=True, text=True, timeout=30, check=False
    )


def test_a_release_tells_what_the_changelog_says_of_it(tmp_path: Path) -> None:
    (tmp_path / "scripts").mkdir()
    (tmp_path / "voicepipe").mkdir()
    (tmp_path / "scripts/release_notes").write_bytes((ROOT / "scripts/release_notes").read_bytes())
    (tmp_path / "voicepipe/__init__.py").write_text(f'__version__ = "{__version__}"\n')
    changelog = tmp_path / "CHANGELOG.md"
    changelog.write_text(
        f"# Changes\n\n## Unreleased\n\n- new\n\n## {__version__} (2026-11-28)\n\n- old\n\n## 0.0.1\n\n- older\n"
    )
    told = notes(tmp_path, f"v{__version__}")
    assert (told.returncode, told.stdout) == (0, "- old\n")
    other = notes(tmp_path, "v99.0.0")
    assert (other.returncode, f"says version {__version__}" in other.stderr) == (1, True)
    changelog.write_text("# Changes\n\n## Unreleased\n\n- new\n")
    assert "has no section" in notes(tmp_path, f"v{__version__}").stderr
