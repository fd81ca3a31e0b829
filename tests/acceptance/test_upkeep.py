"""A running service looks after its own files, and the operator looks after a running service."""

from __future__ import annotations

import asyncio
import json
import signal
import sqlite3
from contextlib import closing
from pathlib import Path

from tests.support.scene import SAMPLES, Scene, open_scene, send
from tests.support.service import RunningService, Settings
from tests.support.telegram import LoopbackTelegram
from tests.support.waiting import until
from voicepipe.errors import SignInFailed

VOICE = SAMPLES["seen_ru_18.ogg"]
LONG_AGO = 365 * 86_400 * 1_000_000
KEEPING: Settings = {"service": {"transcript_retention_hours": 24}}


def change(service: RunningService, sql: str) -> int:
    """Change rows of the journal behind the service's back; how many."""
    with closing(sqlite3.connect(service.state_path / "journal.sqlite", isolation_level=None)) as db:
        return db.execute(sql).rowcount


def rows(service: RunningService, table: str) -> int:
    with closing(sqlite3.connect(service.state_path / "journal.sqlite")) as db:
        return int(db.execute(f"SELECT count(*) FROM {table}").fetchone()[0])


async def has_rows(service: RunningService, expected: dict[str, int]) -> None:
    """Wait until the journal's tables hold so many rows."""
    await until(lambda: {table: rows(service, table) for table in expected} == expected, 20, step_seconds=0.05)


async def answered(scene: Scene) -> None:
    sent = await send(scene.person(), VOICE)
    assert await scene.text_for(sent) == VOICE.text
    await scene.delivered(sent)


async def restarted(service: RunningService) -> None:
    assert await service.stop() == 0
    await service.start()


async def test_books_that_do_not_add_up_are_told_at_the_start_and_by_check(tmp_path: Path) -> None:
    async with open_scene(tmp_path) as scene:
        service = scene.service
        await answered(scene)
        assert await service.command("check") == (0, "Everything adds up.\n", "")
        assert not service.events("invariant broken")
        assert change(service, "UPDATE entries SET seconds = seconds + 1 WHERE kind = 'settle'") == 1
        await restarted(service)
        event = await service.wait_event("invariant broken")
        assert event["level"] == "error"
        status, out, _ = await service.command("check")
        assert status == 1
        assert "the ledger took" in out
        # The check at the start leaves the balances in memory out while anything changes them.
        assert 1 <= event["violations"] <= len(out.splitlines())
        _, document, _ = await service.command("check", "--json")
        assert json.loads(document)["violations"] == out.splitlines()
        await answered(scene)


async def test_what_is_old_is_cleared_away(tmp_path: Path) -> None:
    async with open_scene(tmp_path, KEEPING) as scene:
        service = scene.service
        await answered(scene)
        await answered(scene)
        await has_rows(service, {"jobs": 2, "inbox": 2, "transcripts": 2})
        change(service, f"UPDATE jobs SET changed_at = changed_at - {LONG_AGO}")
        change(service, f"UPDATE inbox SET received_at = received_at - {LONG_AGO} WHERE message_id = 100")
        change(service, f"UPDATE transcripts SET delivered_at = delivered_at - {LONG_AGO}")
        await restarted(service)
        await has_rows(service, {"jobs": 0, "inbox": 1, "transcripts": 0})
        assert (await service.command("check"))[0] == 0


async def test_a_backup_of_a_running_service_brings_it_back(tmp_path: Path) -> None:
    async with open_scene(tmp_path / "scene") as scene:
        service = scene.service
        anna = scene.person()
        await scene.grant(anna, 100)
        status, out, problem = await service.command("backup", str(tmp_path / "backups"), "--keep", "2")
        assert (status, problem) == (0, "")
        [backup] = (tmp_path / "backups").iterdir()
        assert out.startswith(str(backup))
        status, _, problem = await service.command("restore", str(backup))
        assert status == 1
        assert f"process {service.pid}" in problem

        await scene.grant(anna, 11)
        assert await service.stop() == 0
        status, out, problem = await service.command("restore", str(backup))
        assert (status, problem) == (0, "")
        assert "Restored 1 entries" in out
        await service.start()
        assert (await scene.account(anna)).extra_left_seconds == 100
        assert (await service.command("check"))[0] == 0
        await scene.assert_works()


async def test_another_bot_s_token_begins_anew_and_a_wrong_one_changes_nothing(tmp_path: Path) -> None:
    async with LoopbackTelegram() as telegram, RunningService(telegram, tmp_path) as service:
        scene = Scene(telegram, service)
        anna = scene.person()
        await scene.grant(anna, 100)
        await scene.freeze_workers()
        waiting = await send(anna, VOICE)
        await scene.busy_worker()
        await service.kill()

        async with LoopbackTelegram(bot_token="2002:other") as other:
            mistyped = RunningService(telegram, tmp_path, {"telegram": {"bot_token": "2002:mistyped"}})
            await mistyped.spawn()
            assert await mistyped.wait_exit() == SignInFailed.exit_code
            successor = RunningService(other, tmp_path)
            await successor.start()
            assert (await successor.wait_event("bot changed"))["jobs"] == 1
            later = Scene(other, successor)
            other.world.add_user(anna.id, "Anna", username="anna", language_code="ru")
            sent = await send(other.user(anna.id), VOICE)
            assert sent.id == waiting.id
            assert await later.text_for(sent) == VOICE.text
            account = await later.account(anna)
            assert (account.used_today_seconds, account.extra_left_seconds) == (round(VOICE.seconds), 100)
            assert (await successor.command("check"))[:2] == (0, "Everything adds up.\n")
            assert await successor.stop() == 0


async def test_hangup_lets_other_media_of_groups_in(tmp_path: Path) -> None:
    async with open_scene(tmp_path) as scene:
        service, anna = scene.service, scene.person()
        group = scene.supergroup(anna)
        ignored = await anna.send_audio(VOICE.data, 4, chat=group)
        assert await scene.text_for(await send(anna, VOICE, chat=group)) == VOICE.text
        scene.unanswered.append(ignored)
        config = service.config_path.read_text()
        service.config_path.write_text(config.replace("[telegram]", "[telegram]\nall_media_in_groups = true"))
        service.send_signal(signal.SIGHUP)
        async with asyncio.timeout(20):
            await service.wait_event("reconfigured")
        assert await scene.text_for(await anna.send_audio(VOICE.data, 4, chat=group)) == VOICE.text
