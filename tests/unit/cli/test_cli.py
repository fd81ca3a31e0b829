"""The `voicepipe` command without a service: what it prints, refuses and leaves behind, on real files."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from rich.console import Console
from typer.main import get_command
from typer.testing import CliRunner

from tests.support.fixtures import Command
from tests.support.places import ROOT
from voicepipe import __version__
from voicepipe.cli.commands import app
from voicepipe.cli.tools import tables
from voicepipe.cli.tools.words import show_duration
from voicepipe.config import QuotaConfig
from voicepipe.domain.people import Person
from voicepipe.store import Store

pytestmark = pytest.mark.usefixtures("own_state")


def start(*arguments: str | Path) -> subprocess.Popen[str]:
    """The command as a process of its own."""
    command = [sys.executable, "-m", "voicepipe", *map(str, arguments)]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


# --- starting -----------------------------------------------------------------------------------------------------
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


def test_everything_that_prints_data_prints_json(voicepipe: Command) -> None:
    without = {"run", "transcribe", "model download"}  # transcribe has --format json
    for names in commands():
        if " ".join(names) not in without and names not in {(), ("quota",), ("users",), ("model",), ("config",)}:
            assert "--json" in voicepipe(*names, "--help").stdout, names


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


# --- files --------------------------------------------------------------------------------------------------------
def with_files(voicepipe: Command) -> None:
    """Make the files that a service makes, with one user in them, whose id is 1."""
    voicepipe("quota", "set", "1", "default")


@pytest.mark.parametrize("is_made", [False, True])
@pytest.mark.parametrize(
    "arguments",
    [
        ("quota", "list"),
        ("quota", "show", "42"),
        ("quota", "history", "42"),
        ("users", "list"),
        ("users", "unban", "42"),
        ("users", "forget", "42", "--yes"),
        ("usage",),
        ("check",),
        ("status",),
        ("backup", "copies"),
    ],
    ids=" ".join,
)
def test_what_only_reads_makes_nothing(
    voicepipe: Command, tmp_path: Path, arguments: tuple[str, ...], is_made: bool
) -> None:
    """To find nothing in the wrong place would look like having nothing."""
    state = tmp_path / "state"
    if is_made:
        state.mkdir()
    result = voicepipe(*arguments)
    assert (result.exit_code, result.stdout) == (1, "")
    assert result.stderr == (
        f"voicepipe: No service runs, and there are no files in {state}; "
        "is this the right configuration (--config) and user?\n"
    )
    assert list(tmp_path.rglob("*")) == [state][:is_made]


# --- quotas -------------------------------------------------------------------------------------------------------
def show(voicepipe: Command, user: str = "42") -> dict[str, object]:
    document: dict[str, object] = json.loads(voicepipe("quota", "show", user, "--json").stdout)
    return document


def test_somebody_not_seen_yet_has_the_default(voicepipe: Command) -> None:
    with_files(voicepipe)
    result = voicepipe("quota", "show", "42")
    assert result.exit_code == 0
    assert "42, has not written to the bot yet" in result.stdout
    assert "60 s, the default" in result.stdout
    assert show(voicepipe)["is_known"] is False


def test_new_files_are_announced_once(voicepipe: Command, tmp_path: Path) -> None:
    """Whoever gave the command another configuration than the service's should notice."""
    announced = f"voicepipe: no service runs, and there are no files yet: new ones are made in {tmp_path / 'state'}\n"
    assert voicepipe("quota", "grant", "42", "5").stderr == announced
    assert voicepipe("quota", "grant", "42", "5").stderr == ""


def test_changes_are_kept_and_shown(voicepipe: Command) -> None:
    assert "600 s" in voicepipe("quota", "grant", "42", "600").stdout
    assert "90 s, set for this user" in voicepipe("quota", "set", "42", "90").stdout
    report = show(voicepipe)
    assert (report["daily_quota_seconds"], report["extra_left_seconds"], report["is_known"]) == (90, 600, True)
    assert "60 s, the default" in voicepipe("quota", "set", "42", "Default").stdout
    assert "82800 s (23 h 00 min), set for" in voicepipe("quota", "set", "42", "82800").stdout
    assert "unlimited" in voicepipe("quota", "unlimited", "42").stdout
    assert show(voicepipe)["is_unlimited"] is True
    voicepipe("quota", "unlimited", "42", "off")
    assert show(voicepipe)["is_unlimited"] is False


def test_nothing_a_day_is_a_quota_too(voicepipe: Command) -> None:
    assert voicepipe("quota", "set", "42", "0").exit_code == 0
    assert show(voicepipe)["daily_left_seconds"] == 0


def test_the_list_is_sorted_as_asked(voicepipe: Command) -> None:
    voicepipe("quota", "grant", "1", "10")
    voicepipe("quota", "grant", "2", "30")
    voicepipe("quota", "set", "3", "70")
    voicepipe("users", "ban", "3")

    def order(sort: str) -> list[int]:
        users = json.loads(voicepipe("quota", "list", "--sort", sort, "--json").stdout)["users"]
        return [user["user_id"] for user in users]

    assert order("extra") == [2, 1, 3]
    assert order("daily") == [3, 1, 2]
    assert order("left") == [2, 1, 3]  # 90, 70, 70
    assert order("id") == order("name") == order("used") == [1, 2, 3]
    table = voicepipe("quota", "list").stdout.splitlines()
    assert table[0].split() == ["ID", "USER", "DAILY", "USED", "LEFT", "EXTRA", "NOTE"]
    assert table[3].split() == ["3", "70", "0", "70", "0", *["banned,", "own", "quota,", "not", "seen", "yet"]]
    assert voicepipe("quota", "list", "--sort", "shoe-size").exit_code == 2


def test_the_history_is_the_ledger(voicepipe: Command) -> None:
    with_files(voicepipe)
    assert "No seconds of user 42" in voicepipe("quota", "history", "42").stdout
    for seconds in ("10", "20", "30"):
        voicepipe("quota", "grant", "42", seconds)
    lines = json.loads(voicepipe("quota", "history", "42", "--limit", "2", "--json").stdout)["lines"]
    assert [(line["kind"], line["extra_seconds"]) for line in lines] == [("grant", 30), ("grant", 20)]
    assert "+30" in voicepipe("quota", "history", "42").stdout.splitlines()[1]


def test_times_are_shown_in_the_zone_of_the_quota_day(voicepipe: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("VOICEPIPE_QUOTA__TIME_ZONE", "Europe/Moscow")
    with_files(voicepipe)
    assert "00:00 MSK" in voicepipe("quota", "show", "42").stdout


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("show", "@nobody"), "Nobody with the username @nobody has written to the bot yet; a numeric user id"),
        (("show", "анна"), "expected a Telegram user id"),
        (("show", ""), "expected a Telegram user id"),
        (("show", "0"), "no user id"),
        (("show", "--5"), "no user id"),
        (("show", "99999999999999999999"), "no user id"),
        (("grant", "42", "-5"), "from 1 to 31536000"),
        (("grant", "42", "0"), "from 1 to 31536000"),
        (("grant", "42", "31536001"), "from 1 to 31536000 (a year of audio), not 31536001"),
        (("grant", "42", "9" * 5000), "expected a whole number"),
        (("show", "9" * 5000), "no user id"),
        (("show", "１２"), "names no user"),
        (("grant", "42", "１２"), "is no number of seconds"),
        (("history", "42", "--limit", "abc"), "'abc' is not a whole number"),
        (("list", "--sort", "size"), "'--sort': 'size' is not one of 'used'"),
        (("grant", "42", "1.5"), "expected a whole number, as 600"),
        (("grant", "42", "ten"), "'ten' is no number of seconds"),
        (("set", "42", "-1"), "from 0 to 86400"),
        (("set", "42", "86401"), "use `quota unlimited`"),
        (("set", "42", "defualt"), 'as 600, or "default"'),
        (("unlimited", "42", "maybe"), "'on', 'off'"),
        (("history", "42", "--limit", "0"), "from 1 to 10000"),
        (("grant", "42"), "Missing argument 'SECONDS'"),
        (("grnt", "42", "5"), "Did you mean 'grant'?"),
    ],
)
def test_bad_input_is_refused_in_a_sentence(voicepipe: Command, arguments: tuple[str, ...], said: str) -> None:
    with_files(voicepipe)
    result = voicepipe("quota", *arguments)
    assert result.exit_code == 2
    assert said in result.stderr
    assert result.stdout == ""
    assert "Traceback" not in result.stderr
    users = json.loads(voicepipe("users", "list", "--json").stdout)["users"]
    assert [user["user_id"] for user in users] == [1]


def test_extra_seconds_are_shown_where_there_are_any(voicepipe: Command) -> None:
    with_files(voicepipe)
    assert "extra" not in voicepipe("quota", "show", "42").stdout
    assert "7200 s (2 h 00 min), used after" in voicepipe("quota", "grant", "42", "7200").stdout


# --- users, usage, status -----------------------------------------------------------------------------------------
def test_banning_before_the_first_message(voicepipe: Command) -> None:
    who = "User 44, who has not written to the bot yet,"
    assert voicepipe("users", "ban", "44").stdout == f"{who} is banned.\n"
    assert voicepipe("users", "list").stdout.splitlines()[1].endswith("banned, not seen yet")
    assert json.loads(voicepipe("users", "list", "--json").stdout)["users"][0]["is_banned"] is True
    assert voicepipe("users", "unban", "44").stdout == f"{who} is served again.\n"
    assert voicepipe("users", "unban", "44").stdout == f"{who} was not banned.\n"
    assert voicepipe("users", "ban", "everybody!").exit_code == 2


def test_unbanning_somebody_who_is_not_banned_keeps_no_record(voicepipe: Command) -> None:
    with_files(voicepipe)
    assert "was not banned" in voicepipe("users", "unban", "777").stdout
    assert [user["user_id"] for user in json.loads(voicepipe("users", "list", "--json").stdout)["users"]] == [1]


def test_who_has_written_is_no_stranger(voicepipe: Command, tmp_path: Path) -> None:
    async def write() -> None:
        store = await Store.open(tmp_path / "state", QuotaConfig())
        await store.see_person(Person(45, "oleg", "ru"))
        await store.close()

    asyncio.run(write())
    assert voicepipe("users", "ban", "@oleg").stdout == "User 45 (@oleg) is banned.\n"
    assert voicepipe("users", "list").stdout.splitlines()[1].endswith("banned")
    assert voicepipe("users", "unban", "@oleg").stdout == "User 45 (@oleg) is served again.\n"


def test_forgetting_with_nobody_to_ask(voicepipe: Command) -> None:
    with_files(voicepipe)
    result = voicepipe("users", "forget", "1")
    assert result.exit_code == 2
    assert result.stderr.endswith("voicepipe: There is nobody to ask: add --yes\n")
    assert CliRunner().invoke(app, ["users", "forget", "1"], input="n\n").exit_code == 1
    assert CliRunner().invoke(app, ["users", "forget", "1"], input="y\n").exit_code == 0


def test_a_backup_needs_a_place(voicepipe: Command) -> None:
    with_files(voicepipe)
    assert voicepipe("backup", "").exit_code == 2
    assert " KiB, 1 entries)" in voicepipe("backup", "copies").stdout


def test_usage_of_nothing(voicepipe: Command) -> None:
    with_files(voicepipe)
    assert voicepipe("usage").stdout == "Nothing was recognised in this time.\n"
    assert json.loads(voicepipe("usage", "--days", "30", "--json").stdout) == {"days": []}
    assert voicepipe("usage", "--days", "0").exit_code == 2


def test_status_without_a_service_says_so(voicepipe: Command, tmp_path: Path) -> None:
    with_files(voicepipe)
    assert "not running" in voicepipe("status").stdout
    assert str(tmp_path / "state") in voicepipe("status").stdout
    status = json.loads(voicepipe("status", "--json").stdout)
    assert (status["is_running"], status["pid"], status["version"]) == (False, None, __version__)


# --- configuration ------------------------------------------------------------------------------------------------
def test_secrets_are_masked(voicepipe: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("VOICEPIPE_TELEGRAM__BOT_TOKEN", "12345:very-secret")
    for arguments in (("config", "show"), ("config", "show", "--json")):
        shown = voicepipe(*arguments).stdout
        assert "very-secret" not in shown
        assert "********" in shown
    assert json.loads(voicepipe("config", "show", "--json").stdout)["quota"]["daily_seconds"] == 60


def test_shown_configuration_is_toml_that_can_be_used(voicepipe: Command, tmp_path: Path) -> None:
    (tmp_path / "shown.toml").write_text(voicepipe("config", "show").stdout)
    assert voicepipe("--config", "shown.toml", "config", "check").exit_code == 0


def test_every_problem_of_the_configuration_has_its_line(voicepipe: Command, tmp_path: Path) -> None:
    (tmp_path / "config.toml").write_text("[quota]\ndaily_second = 5\n[workers]\ncount = -1\n")
    result = voicepipe("config", "check")
    assert result.exit_code == 78
    assert len(result.stderr.splitlines()) == 2
    assert "daily_seconds" in result.stderr
    assert "count" in result.stderr
    document = json.loads(voicepipe("config", "check", "--json").stdout)
    assert (document["valid"], len(document["problems"])) == (False, 2)
    assert voicepipe("quota", "list").exit_code == 78


def test_a_valid_configuration_is_called_so(voicepipe: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    for key, value in {"API_ID": "1", "API_HASH": "0" * 32, "BOT_TOKEN": "1:secret"}.items():
        monkeypatch.setenv(f"VOICEPIPE_TELEGRAM__{key}", value)
    assert "The configuration is valid" in voicepipe("config", "check").stdout
    document = json.loads(voicepipe("config", "check", "--json").stdout)
    assert document == {"valid": True, "problems": [], "missing": []}


def test_what_is_still_missing_is_named(voicepipe: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("VOICEPIPE_TELEGRAM__API_ID", "1")
    result = voicepipe("config", "check")
    assert result.exit_code == 0
    assert "The configuration is valid" not in result.stdout
    assert result.stdout.endswith("needed by voicepipe run: telegram.api_hash, telegram.bot_token.\n")
    assert len(json.loads(voicepipe("config", "check", "--json").stdout)["missing"]) == 2


def test_a_token_that_can_be_none_is_a_problem(voicepipe: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("VOICEPIPE_TELEGRAM__BOT_TOKEN", "very-secret")
    result = voicepipe("config", "check")
    assert result.exit_code == 78
    assert "bot_token is none" in result.stderr
    assert "very-secret" not in result.stderr


# --- scripts ------------------------------------------------------------------------------------------------------
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


# --- terminals ----------------------------------------------------------------------------------------------------
COLUMNS = ("DAY", ">SECONDS", "~NOTE")
ROWS = [("2026-11-25", "86400", "of several words"), ("2026-11-26", "7", "")]


WIDE = """\
DAY         SECONDS  NOTE
2026-11-25    86400  of several words
2026-11-26        7
"""
NARROW = """\
DAY         SECONDS  NOTE
2026-11-25    86400  of several
                     words
2026-11-26        7
"""
BLOCKS = """\
DAY      2026-11-25
SECONDS  86400
NOTE     of several words

DAY      2026-11-26
SECONDS  7
"""


@pytest.mark.parametrize(("width", "shown"), [(80, WIDE), (34, NARROW), (30, BLOCKS)])
def test_a_narrow_terminal_cuts_no_number(
    width: int, shown: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(tables, "console", lambda: Console(width=width, color_system=None))
    tables.print_table(COLUMNS, ROWS)
    assert capsys.readouterr().out == shown


# --- words --------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("seconds", "shown"),
    [
        (0.4, "0 s"),
        (59.4, "59 s"),
        (59.6, "1 min 00 s"),
        (3599, "59 min 59 s"),
        (3600, "1 h 00 min"),
        (47 * 3600, "47 h 00 min"),
        (49 * 3600, "2 d 1 h"),
    ],
)
def test_durations_are_words(seconds: float, shown: str) -> None:
    assert show_duration(seconds) == shown


def test_a_terminal_that_lacks_our_letters_gets_others() -> None:
    environment = {**os.environ, "PYTHONIOENCODING": "ascii", "VOICEPIPE_RECOGNITION__MODEL": "tiny"}
    command = [sys.executable, "-m", "voicepipe", "doctor", "--offline"]
    result = subprocess.run(command, capture_output=True, env=environment, check=False)
    assert result.stderr == b""
    marks = [line[0] for line in result.stdout.decode("ascii").splitlines() if line[0] != " "]
    assert marks == ["+", "x", "+", "+", "+", "+", "x", "-", "-"]
