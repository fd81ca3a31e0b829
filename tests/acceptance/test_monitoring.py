"""What whoever looks at the running service from outside is told: numbers that are true, and health that is tried."""

from __future__ import annotations

import asyncio
import os
import signal
from pathlib import Path

import pytest

from tests.acceptance.test_full_disk import filled, small_disk
from tests.acceptance.test_life import listening_systemd
from tests.support.monitor import SETTINGS, fetch, look, metrics_once, run, status_becomes
from tests.support.processes import children_of
from tests.support.prometheus import installed
from tests.support.scene import SAMPLES, Scene, open_scene, send, thaw
from tests.support.service import RunningService, Settings
from tests.support.telegram import LoopbackTelegram, flood_wait
from voicepipe.metrics import STANDARD

pytestmark = pytest.mark.asyncio(loop_scope="module")

__all__ = ["small_disk"]

SHORT = SAMPLES["seen_ru_18.ogg"]
IMPATIENT: Settings = {
    "telegram": {"probe_seconds": 1.0, "request_timeout_seconds": 1.0},
    "workers": {"heartbeat_seconds": 0.2},
}


# --- metrics --------------------------------------------------------------------------------------------------------
async def test_what_happened_is_counted(scene: Scene) -> None:
    anna = scene.person()
    before = await look(scene.service, "/metrics")
    assert await scene.text_for(await send(anna, SHORT)) == SHORT.text
    too_long = await anna.send_voice(SHORT.data, 7200)
    await scene.answer_to(too_long)
    after = await metrics_once(
        scene.service, lambda page: page.number("voicepipe_stage_seconds_count", stage="delivered") > 0
    )

    def grown(name: str, **labels: str) -> float:
        return after.number(name, **labels) - before.number(name, **labels)

    assert grown("voicepipe_recordings_refused_total", reason="too_long") == 1
    assert grown("voicepipe_recordings_concluded_total", outcome="recognised") == 1
    for stage in ("waited", "fetched", "recognised", "delivered"):
        assert grown("voicepipe_stage_seconds_count", stage=stage) == 1
    assert grown("voicepipe_journal_commit_seconds_count") >= 4
    assert 0 < grown("voicepipe_journal_commit_seconds_sum") < 60
    seconds = round(SHORT.seconds)
    reserved, settled = (grown("voicepipe_quota_seconds_total", kind=kind) for kind in ("reserve", "settle"))
    assert reserved - settled == seconds == (await scene.account(anna)).used_today_seconds
    assert abs(grown("voicepipe_task_speech_seconds_total") - SHORT.seconds) < 1
    assert after.number("voicepipe_workers", state="idle", lane="usual") == 2
    assert after.number("voicepipe_info", model="demo") == 1
    assert after.number("voicepipe_disk_free_bytes") > after.number("voicepipe_disk_reserve_bytes") == 2**20
    assert after.number("voicepipe_worker_memory_bytes", worker="1") > 10e6
    assert after.number("process_resident_memory_bytes") > 10e6
    assert after.number("voicepipe_telegram_connected") == 1


async def test_how_long_the_oldest_waits_is_told_and_how_many(scene: Scene) -> None:
    frozen = await scene.freeze_workers()
    sent = [await send(scene.person(), SHORT) for _ in range(4)]
    page = await metrics_once(scene.service, lambda page: page.number("voicepipe_queue_oldest_seconds") > 1)
    assert page.number("voicepipe_queue_recordings") == 2  # a worker each has the others
    assert page.number("voicepipe_jobs_unfinished") == 4
    thaw(frozen)
    for message in sent:
        assert await scene.text_for(message) == SHORT.text
    await metrics_once(scene.service, lambda page: page.number("voicepipe_queue_recordings") == 0)


UNFORESEEN = {
    "voicepipe_flood_waits_total",
    "voicepipe_request_retries_total",
    "voicepipe_texts_made_total",
    "voicepipe_host_slots",
}


async def test_every_metric_is_told_with_its_kind(scene: Scene) -> None:
    told = (await look(scene.service, "/metrics")).text
    for metric in STANDARD:
        assert f"# TYPE {metric.name} {metric.kind}\n" in told
        # Whatever is no label of unforeseen values has a number from the start.
        if metric.name not in UNFORESEEN:
            assert f"\n{metric.name}" in told, metric.name


async def test_prometheus_finds_nothing_to_complain_about(scene: Scene) -> None:
    promtool = installed("promtool")
    told = (await look(scene.service, "/metrics")).text
    assert await run(promtool, "check", "metrics", given=told) == (0, "")


async def test_whoever_prefers_it_gets_openmetrics(scene: Scene) -> None:
    port = int(scene.service.events("monitoring opened")[-1]["port"])
    accepts = {"Accept": "application/openmetrics-text;version=1.0.0"}
    page = await asyncio.to_thread(fetch, port, "/metrics", "GET", accepts)
    assert page.headers["Content-Type"].startswith("application/openmetrics-text")
    assert page.text.endswith("# EOF\n")


async def test_nobody_is_named(scene: Scene) -> None:
    scene.telegram.world.add_user(987_654_321, "Secretname", username="secretname", language_code="ru")
    anna = scene.telegram.user(987_654_321)
    group = scene.telegram.world.add_group(876_543_219, "Work", [anna.id])
    sent = await send(anna, SHORT, chat=group)
    assert await scene.text_for(sent) == SHORT.text
    for path in ("/metrics", "/healthz", "/readyz", "/nowhere"):
        told = (await look(scene.service, path)).text
        for private in (str(anna.id), str(abs(group.id)), "ecretname", SHORT.text, str(scene.service.directory)):
            assert private not in told, path


# --- health ---------------------------------------------------------------------------------------------------------
async def test_an_idle_service_is_alive_and_ready(scene: Scene) -> None:
    await scene.idle_workers()
    alive, ready = await look(scene.service, "/healthz"), await look(scene.service, "/readyz")
    assert (alive.status, alive.text.splitlines()[0]) == (200, "ok")
    assert (ready.status, ready.text.splitlines()[0]) == (200, "ok")
    assert "FAIL" not in ready.text
    assert (await look(scene.service, "/nowhere")).status == 404


async def test_being_asked_writes_to_the_disk(scene: Scene) -> None:
    """That the journal can be read does not show that it can be written."""
    before = await look(scene.service, "/metrics")
    assert "store: it committed" in (await look(scene.service, "/readyz")).text
    await asyncio.sleep(5.5)
    await look(scene.service, "/readyz")
    after = await look(scene.service, "/metrics")
    name = "voicepipe_journal_commit_seconds_count"
    assert after.number(name) - before.number(name) >= 1
    assert (await scene.service.command("check"))[0] == 0


async def test_a_telegram_that_is_away_or_silent_makes_it_unready_until_it_answers(tmp_path: Path) -> None:
    async with open_scene(tmp_path, {**SETTINGS, **IMPATIENT}) as scene:
        faults = scene.telegram.faults
        faults.refuse_connections = True
        scene.telegram.drop_connections()
        page = await status_becomes(scene.service, "/readyz", 503)
        assert "FAIL telegram: there is no connection" in page.text
        assert (await look(scene.service, "/metrics")).number("voicepipe_telegram_connected") == 0
        assert (await look(scene.service, "/healthz")).status == 200
        faults.refuse_connections = False
        await status_becomes(scene.service, "/readyz", 200)
        faults.mute = True
        page = await status_becomes(scene.service, "/readyz", 503)
        assert "FAIL telegram" in page.text
        faults.mute = False
        await status_becomes(scene.service, "/readyz", 200)
        await scene.assert_works()


async def test_workers_that_say_nothing_make_it_unready(tmp_path: Path) -> None:
    async with open_scene(tmp_path, {**SETTINGS, **IMPATIENT}) as scene:
        await status_becomes(scene.service, "/readyz", 200)
        frozen = await scene.freeze_workers()
        page = await status_becomes(scene.service, "/readyz", 503)
        assert "FAIL workers: 0 of 2" in page.text
        thaw(frozen)
        await status_becomes(scene.service, "/readyz", 200)


async def test_a_worker_that_does_not_get_on_makes_it_unready(tmp_path: Path) -> None:
    """It lives, its heartbeats come, and its time is not over."""
    settings: Settings = {"workers": {"count": 1, "heartbeat_seconds": 0.2, "task_timeout_floor_seconds": 12.0}}
    async with open_scene(tmp_path, {**SETTINGS, **settings}, pace_seconds=60.0) as scene:
        sent = await send(scene.person(), SHORT)
        await scene.busy_worker()
        page = await status_becomes(scene.service, "/readyz", 503)
        assert "FAIL workers: 0 of 1" in page.text
        assert scene.service.events("worker died") == []
        await scene.answer_to(sent)


async def test_a_full_disk_makes_it_unready_while_it_lasts(small_disk: Path) -> None:
    async with open_scene(small_disk.parent, {**SETTINGS, "limits": {"min_free_disk_mib": 0}}) as scene:
        await status_becomes(scene.service, "/readyz", 200)
        with filled(small_disk):
            page = await status_becomes(scene.service, "/readyz", 503)
            assert "FAIL store: the disk is full" in page.text
        await status_becomes(scene.service, "/readyz", 200)
        await scene.assert_works()


async def test_a_disk_that_is_short_of_room_makes_it_unready(small_disk: Path) -> None:
    """Recordings are refused then."""
    async with open_scene(small_disk.parent, {**SETTINGS, "limits": {"min_free_disk_mib": 3}}) as scene:
        await status_becomes(scene.service, "/readyz", 200)
        with filled(small_disk, but_mib=2):
            page = await status_becomes(scene.service, "/readyz", 503)
            assert "ok   store: it committed" in page.text
            assert "FAIL disk: 2 MiB free, and below 3 MiB recordings are refused" in page.text
        await status_becomes(scene.service, "/readyz", 200)


async def test_while_it_starts_and_stops_it_is_alive_and_not_ready(tmp_path: Path) -> None:
    async with LoopbackTelegram() as telegram:
        telegram.faults.answer("auth.ImportBotAuthorization", flood_wait(3000), times=2)
        settings: Settings = {"telegram": {"probe_seconds": 1.0}, "workers": {"count": 1}}
        service = RunningService(telegram, tmp_path, {**SETTINGS, **settings})
        with listening_systemd() as (address, _):
            service.environment |= {"NOTIFY_SOCKET": address}
            await service.spawn()
            async with asyncio.timeout(30):
                await service.wait_event("sign in delayed")
            assert (await look(service, "/healthz")).status == 200
            page = await look(service, "/readyz")
            assert (page.status, "FAIL service: it is starting" in page.text) == (503, True)
            page = await look(service, "/metrics")
            assert page.number("voicepipe_start_seconds") == page.number("voicepipe_telegram_connected") == 0
            await status_becomes(service, "/readyz", 200)

            # What a worker has at hand is finished first.
            (worker,) = children_of(service.pid)
            os.kill(worker, signal.SIGSTOP)
            ann = telegram.user(7)
            sent = await ann.send_voice(SHORT.data, SHORT.seconds)
            await metrics_once(service, lambda page: page.number("voicepipe_workers", state="busy") == 1)
            service.send_signal(signal.SIGTERM)
            page = await status_becomes(service, "/readyz", 503)
            assert "it is stopping" in page.text
            thaw([worker])
            await ann.wait_reply(sent, lambda message: message.text == SHORT.text)
            assert await service.wait_exit() == 0


# --- off ------------------------------------------------------------------------------------------------------------
async def test_nobody_can_ask_where_it_is_not_configured(tmp_path: Path) -> None:
    async with open_scene(tmp_path) as scene:
        assert scene.service.events("monitoring opened") == []
        _, listening = await run("ss", "-Hltnp")
        assert f"pid={scene.service.pid}," not in listening


async def test_a_missing_library_is_an_error_that_names_the_extra(tmp_path: Path) -> None:
    async with LoopbackTelegram() as telegram:
        service = RunningService(telegram, tmp_path, SETTINGS)
        service.forks = None  # they have imported it already
        hidden = tmp_path / "hidden" / "h11"
        hidden.mkdir(parents=True)
        (hidden / "__init__.py").write_text("raise ImportError('no', name='h11')")
        service.environment |= {"PYTHONPATH": str(hidden.parent)}
        await service.spawn()
        assert await service.wait_exit() == 78
        assert "[monitoring] listen needs h11, which is not installed: install the extra `metrics`" in service.log
