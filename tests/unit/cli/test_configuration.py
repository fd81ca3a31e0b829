"""`voicepipe config`: what it shows, and what it finds wrong."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.support.fixtures import Command

pytestmark = pytest.mark.usefixtures("own_state")


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


def test_a_preference_that_is_none_is_told_by_the_check(voicepipe: Command) -> None:
    Path("config.toml").write_text('[preferences]\ndefaults = "nonsense=1"\nlocked = "nothing"\n')
    result = voicepipe("config", "check")
    assert result.exit_code == 78
    said = [line for line in result.stderr.splitlines() if "[preferences]" in line]
    assert len(said) == 2
    assert "[preferences] defaults: there is no preference 'nonsense'" in said[0]
    assert "[preferences] locked: there is no preference 'nothing'" in said[1]


def test_a_preference_that_is_none_is_told_by_the_doctor(voicepipe: Command, tmp_path: Path) -> None:
    (tmp_path / "config.toml").write_text('[preferences]\nlocked = "translatoin"\n')
    checks = json.loads(voicepipe("doctor", "--offline", "--json").stdout)["checks"]
    (told,) = [check for check in checks if check["name"] == "preferences"]
    assert told["verdict"] == "bad"
    assert "did you mean translation?" in json.dumps(told)
