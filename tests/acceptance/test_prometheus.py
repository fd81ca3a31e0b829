"""A real Prometheus scrapes the running service, and its rules raise the right alerts when things go wrong."""

from __future__ import annotations

import os
import signal
from pathlib import Path

from tests.acceptance.test_full_disk import filled, small_disk
from tests.support.monitor import SETTINGS, port_of
from tests.support.prometheus import dashboard_queries, installed, scraping
from tests.support.scene import SAMPLES, open_scene, send
from tests.support.service import Settings

__all__ = ["small_disk"]

SHORT = SAMPLES["seen_ru_18.ogg"]
IMPATIENT: Settings = {
    **SETTINGS,
    "telegram": {"probe_seconds": 1.0, "request_timeout_seconds": 2.0},
    "limits": {"min_free_disk_mib": 2},
}


async def test_a_dead_worker_a_lost_telegram_a_full_disk_and_a_stop_raise_their_alerts(small_disk: Path) -> None:
    installed("prometheus")
    async with open_scene(small_disk.parent, IMPATIENT) as scene:
        port = await port_of(scene.service)
        async with scraping(port, small_disk.parent / "prometheus") as prometheus:
            await prometheus.knows('voicepipe_worker_deaths_total{cause="died"} == 0')
            assert await scene.text_for(await send(scene.person(), SHORT)) == SHORT.text
            await prometheus.knows('voicepipe_stage_seconds_count{stage="delivered"} == 1')
            # So small a disk is short of room always.
            await prometheus.fires("VoicepipeDiskShort")
            assert await prometheus.firing() == {"VoicepipeDiskShort"}
            for title, query in dashboard_queries():
                # Lines that say "> 0" are left out while there is nothing to show.
                assert query.endswith("> 0") or await prometheus.query(query), title

            os.kill((await scene.idle_workers())[0], signal.SIGKILL)
            await prometheus.fires("VoicepipeWorkerDied")
            assert await prometheus.firing() == {"VoicepipeDiskShort", "VoicepipeWorkerDied"}

            scene.telegram.faults.refuse_connections = True
            scene.telegram.drop_connections()
            await prometheus.fires("VoicepipeTelegramLost")
            scene.telegram.faults.refuse_connections = False
            await prometheus.fires("VoicepipeTelegramLost", is_firing=False)

            with filled(small_disk, but_mib=1):
                await prometheus.fires("VoicepipeDiskFull")
            await prometheus.fires("VoicepipeDiskFull", is_firing=False)
            assert await prometheus.firing() == {"VoicepipeDiskShort", "VoicepipeWorkerDied"}

            await scene.assert_works()
            await scene.service.stop()
            await prometheus.fires("VoicepipeDown")
            assert "VoicepipeTelegramLost" not in await prometheus.firing()
