"""Exit codes: all that there are are documented, and commands end with them."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

import voicepipe.service  # noqa: F401  so that every room has declared its errors
from tests.support.fixtures import Command
from tests.support.operator import with_files
from tests.support.places import ROOT
from voicepipe.cli.tools.commands import EXIT_CODES
from voicepipe.cli.tools.console import UNREAD
from voicepipe.errors import DiskFull, TelegramUnavailable, VoicepipeError

pytestmark = pytest.mark.usefixtures("own_state")


def kinds(of: type[VoicepipeError] = VoicepipeError) -> Iterator[type[VoicepipeError]]:
    yield of
    for kind in of.__subclasses__():
        yield from kinds(kind)


def test_the_operators_guide_has_them_all() -> None:
    guide = (ROOT / "systemd/README.md").read_text(encoding="utf-8")
    table = guide.partition("### Exit codes\n")[2].partition("\n###")[0]
    rows = re.findall(r"^\| (\d+) \| (.*) \|$", table, re.MULTILINE)
    assert rows == [(str(code), meaning) for code, meaning in EXIT_CODES.items()]


def test_help_has_them_all(voicepipe: Command) -> None:
    shown = voicepipe("--help").stdout.partition("Exit codes:\n")[2]
    found = [line.split()[0] for line in shown.splitlines() if re.match(r"  \d+ ", line)]
    assert found == [str(code) for code in EXIT_CODES]


def test_no_error_has_another() -> None:
    assert {kind.exit_code for kind in kinds()} <= EXIT_CODES.keys()


def test_no_command_ends_with_another() -> None:
    sources = "\n".join(path.read_text(encoding="utf-8") for path in (ROOT / "voicepipe/cli").rglob("*.py"))
    numbers = re.findall(r"(?:Exit|sys\.exit|os\._exit)\((\d+)\b", sources)
    assert numbers
    assert set(map(int, numbers)) <= EXIT_CODES.keys()


def test_what_may_go_well_later_says_so() -> None:
    assert (TelegramUnavailable.exit_code, DiskFull.exit_code) == (75, 75)


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        ("--version", 0),
        ("quota list", 0),
        ("doctor --offline", 1),
        ("restore missing.journal", 1),
        ("quota grant 1 many", 2),
        ("quota grant", 2),
        ("nonsense", 2),
        ("usage --days 0", 2),
        ("--config missing.toml status", 78),
        ("model check", 78),
    ],
)
def test_commands_end_with_them(voicepipe: Command, monkeypatch: pytest.MonkeyPatch, arguments: str, code: int) -> None:
    with_files(voicepipe)
    monkeypatch.setenv("VOICEPIPE_RECOGNITION__MODEL", "tiny")  # which is not here
    result = voicepipe(*arguments.split())
    assert (result.exit_code, bool(result.stdout)) == (code, code == 0 or arguments.startswith("doctor")), result.output


@pytest.mark.parametrize("arguments", ["--help", "config show", "doctor --offline"])
def test_who_stops_reading_is_told_apart(tmp_path: Path, arguments: str) -> None:
    reader, writer = os.pipe()
    os.close(reader)
    with os.fdopen(writer, "wb") as output:
        command = [sys.executable, "-m", "voicepipe", *arguments.split()]
        result = subprocess.run(command, stdout=output, stderr=subprocess.PIPE, check=False, timeout=60, cwd=tmp_path)
    assert (result.returncode, result.stderr) == (UNREAD, b"")
