"""`voicepipe users`, `usage`, `status` and `backup` on real files, without a service."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from tests.support.fixtures import Command
from tests.support.operator import with_files
from voicepipe import __version__
from voicepipe.cli.commands import app
from voicepipe.config import QuotaConfig
from voicepipe.domain.people import Person
from voicepipe.store import Store

pytestmark = pytest.mark.usefixtures("own_state")


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
        await store.people.see(Person(45, "oleg", "ru"))
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
    assert json.loads(voicepipe("usage", "--days", "30", "--json").stdout) == []
    assert voicepipe("usage", "--days", "0").exit_code == 2


def test_status_without_a_service_says_so(voicepipe: Command, tmp_path: Path) -> None:
    with_files(voicepipe)
    assert "not running" in voicepipe("status").stdout
    assert str(tmp_path / "state") in voicepipe("status").stdout
    assert "yesterday   by this time nothing" in voicepipe("status").stdout
    status = json.loads(voicepipe("status", "--json").stdout)
    assert (status["is_running"], status["pid"], status["version"]) == (False, None, __version__)


def test_settings_are_shown_changed_and_taken_back(voicepipe: Command) -> None:
    with_files(voicepipe)
    before = settings(voicepipe, "42")
    assert before["languages"] == {"value": "auto", "default": "auto", "is_chosen": False, "is_locked": False}
    shown = voicepipe("users", "settings", "42", "LANGUAGES", "ru, en").stdout
    assert [line.split()[:3] for line in shown.splitlines()] == [
        ["NAME", "VALUE", "NOTE"],
        ["languages", "ru,en", "chosen"],
    ]
    assert voicepipe("users", "settings", "-1001234567890", "translation", "on").exit_code == 0
    assert (settings(voicepipe, "42")["languages"]["value"], settings(voicepipe, "43")["languages"]["value"]) == (
        "ru,en",
        "auto",
    )
    assert settings(voicepipe, "-1001234567890")["translation"]["value"] == "on"
    assert voicepipe("users", "settings", "42", "languages", "default").exit_code == 0
    assert settings(voicepipe, "42") == before


def test_what_is_locked_is_told_and_the_default_applies(voicepipe: Command, tmp_path: Path) -> None:
    with_files(voicepipe)
    voicepipe("users", "settings", "42", "translation", "off")
    (tmp_path / "config.toml").write_text('[preferences]\ndefaults = "translation=on"\nlocked = "translation"\n')
    line = settings(voicepipe, "42")["translation"]
    assert line == {"value": "on", "default": "on", "is_chosen": True, "is_locked": True}


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("42", "nonsense", "on"), "There is no preference 'nonsense'; there are: "),
        (("42", "translation", "maybe"), "'maybe' is no value of translation; expected off, on"),
        (("42", "translation"), "There is no value for translation: expected NAME and VALUE, or neither"),
        (("42", "is_banned", "on"), "There is no preference 'is_banned'"),
        (("-100", "live_drafts", "off"), "live_drafts is nothing that a group can have"),
        (("me", "translation", "on"), "Nobody with the username @me has written to the bot yet"),
    ],
)
def test_a_setting_that_is_none_is_refused_in_words(voicepipe: Command, arguments: tuple[str, ...], said: str) -> None:
    with_files(voicepipe)
    result = voicepipe("users", "settings", *arguments)
    assert result.exit_code != 0
    assert said in result.stderr


def settings(voicepipe: Command, user: str) -> dict[str, dict[str, object]]:
    """By name, without what is possible."""
    report = json.loads(voicepipe("users", "settings", user, "--json").stdout)
    return {
        line["name"]: {key: line[key] for key in ("value", "default", "is_chosen", "is_locked")}
        for line in report["settings"]
    }
