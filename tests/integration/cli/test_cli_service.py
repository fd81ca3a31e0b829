"""The `voicepipe` command beside others who hold the files: a service, another command, a process that hangs."""

from __future__ import annotations

import asyncio
import json
import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from typer.testing import CliRunner

from tests.support.control import holder
from voicepipe.cli.commands import app
from voicepipe.cli.tools import operator
from voicepipe.config import QuotaConfig
from voicepipe.store import Store

pytestmark = pytest.mark.usefixtures("own_state")


def command(*arguments: str) -> subprocess.Popen[str]:
    line = [sys.executable, "-m", "voicepipe", *arguments]
    return subprocess.Popen(line, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def extra_seconds(state: Path, user_id: int) -> int:
    async def look() -> int:
        store = await Store.open(state, QuotaConfig())
        try:
            return store.accounts.balance(user_id).extra_left_seconds
        finally:
            await store.close()

    return asyncio.run(look())


def test_commands_go_through_a_service_that_runs(own_state: Path) -> None:
    with holder(own_state, "answering") as service:
        process = command("quota", "grant", "42", "600")
        output, problems = process.communicate()
        assert (process.returncode, problems) == (0, "")
        assert "600 s" in output
        status = json.loads(command("status", "--json").communicate()[0])
        assert (status["is_running"], status["pid"], status["uptime_seconds"]) == (True, service.pid, 61.0)
        refused = command("quota", "grant", "@nobody", "5")
        assert "Nobody with the username @nobody" in refused.communicate()[1]
        assert refused.returncode == 2
    assert extra_seconds(own_state, 42) == 600


def test_after_a_killed_service_commands_open_its_files(own_state: Path) -> None:
    with holder(own_state, "answering") as service:
        CliRunner().invoke(app, ["quota", "grant", "42", "600"])
        service.send_signal(signal.SIGKILL)
        service.wait()
    assert (own_state / "control.sock").exists()
    result = CliRunner().invoke(app, ["quota", "grant", "42", "60", "--json"])
    assert json.loads(result.stdout)["extra_left_seconds"] == 660


@pytest.mark.parametrize(
    "spoil",
    [
        "[quota\ndaily_seconds = 5\n",
        "[quota]\ndaily_seconds = -5\n",
        "[quotas]\ndaily_seconds = 5\n",
        '[service]\nlog_level = "loud"\n',
        "daily_seconds = = 5\n",
        "\0",
    ],
)
def test_a_service_that_runs_can_be_asked_whatever_became_of_its_configuration(
    own_state: Path, spoil: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = own_state.parent / "config.toml"
    state_dir = f'state_dir = "{own_state}"\n'
    is_in_section = spoil.startswith("[service]")
    file.write_text(spoil + state_dir if is_in_section else f"{spoil}\n[service]\n{state_dir}")
    monkeypatch.delenv("VOICEPIPE_SERVICE__STATE_DIR")
    with holder(own_state, "answering"):
        shown = CliRunner().invoke(app, ["status"])
        assert (shown.exit_code, "running for 1 min 01 s" in shown.stdout) == (0, True)
        assert "config.toml: " in shown.stderr
        assert "the service that runs goes on with what the configuration was" in shown.stderr
        assert CliRunner().invoke(app, ["quota", "grant", "42", "600"]).exit_code == 0
        assert CliRunner().invoke(app, ["users", "list"]).exit_code == 0
    assert CliRunner().invoke(app, ["status"]).exit_code == 78


def test_a_holder_that_does_not_answer_is_named(own_state: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(operator, "LOCK_WAIT_SECONDS", 0.3)
    with holder(own_state, "mute") as process:
        result = CliRunner().invoke(app, ["quota", "grant", "42", "600"])
        assert result.exit_code == 1
        assert f"The process {process.pid} holds the state directory" in result.stderr
        assert f"kill {process.pid}" in result.stderr
        assert result.stdout == ""
    assert extra_seconds(own_state, 42) == 0


def test_a_second_service_names_the_first(own_state: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for key, value in {"API_ID": "1", "API_HASH": "0" * 32, "BOT_TOKEN": "1:secret"}.items():
        monkeypatch.setenv(f"VOICEPIPE_TELEGRAM__{key}", value)
    monkeypatch.setenv("VOICEPIPE_RECOGNITION__MODEL", "demo")
    with holder(own_state, "answering") as service:
        process = command("run")
        problems = process.communicate()[1]
    assert process.returncode == 1
    said = f"The service runs already (process {service.pid}, state directory {own_state}). Stop it first"
    assert said in problems


def test_a_holder_that_finishes_is_waited_for(own_state: Path) -> None:
    with holder(own_state, "mute") as process:
        waiting = command("quota", "grant", "42", "600")
        time.sleep(1.0)
        assert waiting.poll() is None
        process.kill()
        assert "600 s" in waiting.communicate()[0]
        assert waiting.returncode == 0


def test_commands_at_the_same_time_take_turns(own_state: Path) -> None:
    assert extra_seconds(own_state, 42) == 0
    processes = [command("quota", "grant", "42", "10") for _ in range(4)]
    problems = [process.communicate()[1] for process in processes]
    assert problems == [""] * 4
    assert [process.returncode for process in processes] == [0] * 4
    assert extra_seconds(own_state, 42) == 40


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can act as another user")
def test_root_does_not_put_its_files_among_the_services(own_state: Path) -> None:
    own_state.mkdir()
    shutil.chown(own_state, user=12_345)
    result = CliRunner().invoke(app, ["quota", "grant", "42", "600"])
    assert result.exit_code == 78
    assert "belong to another user" in result.stderr
    assert "sudo -u '#12345'" in result.stderr
    assert list(own_state.iterdir()) == []
