"""The `voicepipe` command itself: help, streams, signals, and terminals of all kinds."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from typer.main import get_command

from tests.support.fixtures import Command
from voicepipe import __version__
from voicepipe.cli.commands import app

pytestmark = pytest.mark.usefixtures("own_state")


def start(*arguments: str | Path) -> subprocess.Popen[str]:
    """The command as a process of its own."""
    command = [sys.executable, "-m", "voicepipe", *map(str, arguments)]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def test_help_is_light() -> None:
    """Whatever takes long to import is imported by the command that needs it."""
    heavy = {"duckdb", "pyrogram", "rich.table", "pydantic", "ctranslate2", "faster_whisper", "av", "huggingface_hub"}
    program = f"import sys, voicepipe.cli.commands; print(*({heavy} & sys.modules.keys()))"
    result = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert result.stdout.strip() == ""


def test_version(voicepipe: Command) -> None:
    assert voicepipe("--version").stdout == f"voicepipe {__version__}\n"


def test_it_runs_as_a_module_and_imports_harmlessly_under_another_name() -> None:
    process = start("--version")
    assert process.communicate() == (f"voicepipe {__version__}\n", "")
    program = "import runpy; runpy.run_module('voicepipe.__main__', run_name='__mp_main__')"
    assert subprocess.run([sys.executable, "-c", program], capture_output=True, check=True).stdout == b""


def commands() -> Iterator[tuple[str, ...]]:
    """The names of all commands, groups included, from the program itself."""

    def walk(names: tuple[str, ...], command: object) -> Iterator[tuple[str, ...]]:
        yield names
        for name, child in getattr(command, "commands", {}).items():
            yield from walk((*names, name), child)

    return walk((), get_command(app))


@pytest.mark.parametrize("names", list(commands()), ids=" ".join)
def test_every_command_explains_itself(voicepipe: Command, names: tuple[str, ...]) -> None:
    result = voicepipe(*names, "--help")
    assert result.exit_code == 0
    lines = result.stdout.splitlines()
    assert lines[0].startswith("Usage:")
    assert lines[2].strip().endswith(".")
    assert all(len(line) <= 80 for line in lines)
    assert "..." not in result.stdout.partition("Commands:")[2], "a summary is too long for the list"


def test_help_shows_what_is_typed(voicepipe: Command) -> None:
    assert " transcribe [OPTIONS] FILE...\n" in voicepipe("transcribe", "-h").stdout
    assert " quota unlimited [OPTIONS] USER [on|off]\n" in voicepipe("quota", "unlimited", "-h").stdout
    lines = voicepipe("model", "check", "-h").stdout.splitlines()
    assert any(line.startswith("  [NAME]  tiny") for line in lines)
    assert not any("<str>" in line for line in lines)


def test_everything_that_prints_data_prints_it_for_programs(voicepipe: Command) -> None:
    without = {
        "run",
        "transcribe",
        "process",
        "model download",
        "quota export",
        "payments export",
        "worker",
        "workers key",
    }  # these have a format of their own, or no data
    for names in commands():
        help_text = voicepipe(*names, "--help").stdout
        is_group = "COMMAND [ARGS]" in help_text
        expected = set() if is_group or " ".join(names) in without else {"--json", "--csv"}
        assert expected <= set(help_text.split()), names


def test_a_configuration_that_is_not_there_is_an_error_of_its_own(voicepipe: Command) -> None:
    result = voicepipe("--config", "missing.toml", "quota", "list")
    assert result.exit_code == 78
    assert result.stderr == "voicepipe: missing.toml: the configuration file can't be read: No such file or directory\n"


def test_a_reader_who_has_seen_enough_gets_no_traceback() -> None:
    command = f"set -o pipefail; {sys.executable} -m voicepipe config show | head -n 1"
    result = subprocess.run(["bash", "-c", command], capture_output=True, text=True, check=False)
    assert result.stdout.startswith("# ")
    assert result.stderr == ""


@pytest.mark.parametrize("buffering", ["", "1"])
@pytest.mark.parametrize("arguments", ["--help", "config show"])
def test_output_that_can_not_be_written_is_one_line(arguments: str, buffering: str) -> None:
    command = f"{sys.executable} -m voicepipe {arguments} > /dev/full"
    environment = {**os.environ, "PYTHONUNBUFFERED": buffering}
    result = subprocess.run(["bash", "-c", command], capture_output=True, text=True, env=environment, check=False)
    assert result.returncode == 1
    assert result.stderr == "voicepipe: standard output can't be written: No space left on device\n"


def test_closed_output_is_no_defect() -> None:
    command = f"{sys.executable} -m voicepipe config show >&-"
    assert subprocess.run(["bash", "-c", command], capture_output=True, check=False).stderr == b""


@pytest.mark.parametrize(
    ("imported", "status", "said"),
    [("typer", -signal.SIGINT, ""), ("voicepipe.config.loading", 130, "voicepipe: interrupted\n")],
)
def test_ctrl_c_among_the_imports_gives_no_traceback(imported: str, status: int, said: str) -> None:
    program = f"""
import os, signal, sys
signal.signal(signal.SIGINT, signal.default_int_handler)
class Interrupting:
    def find_spec(self, name, path=None, target=None):
        if name == "{imported}":
            os.kill(os.getpid(), signal.SIGINT)
sys.meta_path.insert(0, Interrupting())
from voicepipe.cli import main
sys.argv = ["voicepipe", "config", "show"]
main()
"""
    result = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)
    assert (result.returncode, result.stdout, result.stderr) == (status, "", said)


def read_all(terminal: int) -> bytes:
    """What is shown until the other end is closed."""
    shown = b""
    with os.fdopen(terminal, "rb", buffering=0) as file, contextlib.suppress(OSError):
        while data := file.read(10_000):
            shown += data
    return shown


def test_a_terminal_that_lacks_our_letters_gets_others() -> None:
    environment = {**os.environ, "PYTHONIOENCODING": "ascii", "TERM": "dumb", "COLUMNS": "200"}
    environment["VOICEPIPE_RECOGNITION__MODEL"] = "tiny"
    command = [sys.executable, "-m", "voicepipe", "doctor", "--offline"]
    terminal, end = os.openpty()
    with subprocess.Popen(command, stdout=end, stderr=subprocess.PIPE, env=environment) as doctor:
        os.close(end)
        shown = read_all(terminal)
        assert doctor.stderr is not None
        assert doctor.stderr.read() == b""
    marks = [line[0] for line in shown.decode("ascii").splitlines() if line[0] != " "]
    assert marks == ["+", "x", "+", "+", "+", "+", "x", "-", "-"]
