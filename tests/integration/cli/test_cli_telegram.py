"""`voicepipe doctor` and `voicepipe status` with a Telegram on loopback and the real service beside them."""

from __future__ import annotations

import asyncio
import json
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.support.service import RunningService
from tests.support.settings import bare_environment, bot_variables
from tests.support.telegram import LoopbackTelegram


async def doctor(telegram: LoopbackTelegram, directory: Path, token: str = "") -> dict[str, Any]:
    """What `voicepipe doctor --json` finds, by the name of the check."""
    settings = bare_environment() | bot_variables(telegram, token)
    settings["VOICEPIPE_SERVICE__STATE_DIR"] = str(directory / "state")
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "voicepipe", "doctor", "--json"),
        env=settings,
        cwd=directory,
        stdout=asyncio.subprocess.PIPE,
    )
    output, _ = await process.communicate()
    document = json.loads(output)
    assert process.returncode == (0 if document["ok"] else 1)
    return {check["name"]: check for check in document["checks"]}


async def test_doctor_signs_in_and_out_again(tmp_path: Path) -> None:
    async with LoopbackTelegram() as telegram:
        found = await doctor(telegram, tmp_path)
        assert found["telegram"]["verdict"] == "ok", found
        assert found["telegram"]["found"].startswith("signed in as @")
        assert len(telegram.calls_of("auth.LogOut")) == 1
        assert telegram.commands == {}
    assert not (tmp_path / "state").exists()


async def test_doctor_knows_a_wrong_token(tmp_path: Path) -> None:
    async with LoopbackTelegram() as telegram:
        found = await doctor(telegram, tmp_path, token="1:wrong")
    assert found["telegram"]["verdict"] == "bad"
    told = f"{found['telegram']['found']} {found['telegram']['advice']}"
    assert "Telegram does not know this bot_token; copy it again from @BotFather" in told
    assert "1:wrong" not in json.dumps(found)


@pytest.mark.parametrize(
    ("skew_seconds", "said"), [(3600.0, "1 h 00 min behind Telegram's"), (-3600.0, "1 h 00 min ahead of Telegram's")]
)
async def test_doctor_sees_a_clock_that_is_wrong(tmp_path: Path, skew_seconds: float, said: str) -> None:
    async with LoopbackTelegram() as telegram:
        telegram.faults.clock_skew_seconds = skew_seconds
        found = await doctor(telegram, tmp_path)
    assert found["telegram"]["verdict"] == "note", found
    assert said in found["telegram"]["found"]


async def test_beside_the_real_service(tmp_path: Path) -> None:
    """Its status is shown, changes are made through it, and doctor does not disturb it."""
    async with LoopbackTelegram() as telegram, RunningService(telegram, tmp_path) as service:
        status = await service.report("status")
        assert (status["is_running"], status["pid"], status["model"]) == (True, service.pid, "demo")
        assert {worker["state"] for worker in status["workers"]} <= {"starting", "idle"}
        granted = await service.report("quota", "grant", "42", "600")
        assert granted["extra_left_seconds"] == 600
        found = {check["name"]: check for check in (await service.report("doctor"))["checks"]}
        assert found["telegram"]["verdict"] == found["service"]["verdict"] == "ok"
        code, output, _ = await service.command("status")
        assert (code, output.splitlines()[0].split()[0]) == (0, "service")
        assert f"pid {service.pid}" in output
        await service.kill()
        offline = await service.report("quota", "show", "42")
        assert offline["extra_left_seconds"] == 600
        assert (await service.report("status"))["is_running"] is False
