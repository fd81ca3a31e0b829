"""`voicepipe completion`: what real shells make of it, and what it writes."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.fixtures import Command
from tests.support.terminal import Terminal
from voicepipe.cli.tools.shells import Shell

pytestmark = pytest.mark.usefixtures("own_state")


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The home of somebody without any files, whose `voicepipe` is this one."""
    directory = tmp_path / "home"
    directory.mkdir()
    for name in ("XDG_DATA_HOME", "XDG_CONFIG_HOME", "ZDOTDIR"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("HOME", str(directory))
    monkeypatch.setenv("PATH", f"{Path(sys.executable).parent}:{os.environ['PATH']}")
    return directory


@pytest.mark.parametrize("shell", Shell)
@pytest.mark.usefixtures("home")
def test_tab_completes_in_a_new_shell(voicepipe: Command, shell: Shell) -> None:
    if shutil.which(shell) is None:
        pytest.skip(f"{shell} is not installed")
    assert voicepipe("completion", shell).exit_code == 0
    with Terminal([shell, "-i"], os.environ) as terminal:
        # What is typed before a shell is ready may be lost with some: it says so when it is.
        terminal.type("echo rea''dy\n")
        terminal.wait_for(r"ready\s")
        terminal.type("voicepipe quota unl\t -h\n")
        terminal.wait_for("Lift a user's quota")


@pytest.mark.parametrize(("shell", "start_file"), [("bash", ".bashrc"), ("zsh", ".zshrc")])
def test_once_more_changes_nothing_and_what_was_there_stays(
    voicepipe: Command, home: Path, shell: str, start_file: str
) -> None:
    (home / start_file).write_text("alias ll='ls -l'")  # with no newline after it
    first = json.loads(voicepipe("completion", shell, "--json").stdout)
    assert (first["shell"], first["start_file"]) == (shell, str(home / start_file))
    text = (home / start_file).read_text()
    assert text.startswith("alias ll='ls -l'\n")
    assert text.count(first["script"]) == 2  # whether it can be read, and then it is
    voicepipe("completion", shell)
    assert (home / start_file).read_text() == text


def test_the_script_alone_is_printed_and_nothing_installed(voicepipe: Command, home: Path) -> None:
    assert "complete -o default" in voicepipe("completion", "bash", "--show").stdout
    assert list(home.iterdir()) == []


def test_another_shell_is_refused_in_words(voicepipe: Command) -> None:
    result = voicepipe("completion", "tcsh")
    assert result.exit_code == 2
    assert "'bash', 'zsh', 'fish'" in result.stderr


def test_a_home_that_can_not_be_written_is_named(voicepipe: Command, home: Path) -> None:
    (home / ".local").write_text("a file, and no directory")
    result = voicepipe("completion", "bash")
    assert result.exit_code == 2
    assert result.stderr.replace("\n", " ").startswith(f"voicepipe: {home}/.local")


@pytest.mark.parametrize(
    ("typed", "offered"),
    [
        (["quota", "list", "--sort", ""], "used"),
        (["completion", ""], "fish"),
        (["sta"], "status"),
    ],
)
def test_commands_and_values_are_offered(typed: list[str], offered: str) -> None:
    asked = {"COMP_WORDS": " ".join(["voicepipe", *typed]), "COMP_CWORD": str(len(typed))}
    environment = {**os.environ, **asked, "_VOICEPIPE_COMPLETE": "complete_bash"}
    command = [sys.executable, "-m", "voicepipe"]
    result = subprocess.run(command, env=environment, capture_output=True, text=True, check=True, timeout=60)
    assert offered in result.stdout.split()
