"""The whole service without a model: what it accepts waits for a machine, and whoever dies, there is one answer."""

from __future__ import annotations

import signal
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from tests.support.remote_scene import HOSTS, Fleet, open_fleet
from tests.support.scene import SAMPLES, TEXTS, send
from tests.support.waiting import until
from tests.support.words import in_one_line

pytestmark = pytest.mark.asyncio(loop_scope="module")
NOTE = SAMPLES["seen_ru_18.ogg"]


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def fleet(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Fleet]:
    async with open_fleet(tmp_path_factory.mktemp("remote"), settings={"remote": {"only": True}}) as opened:
        yield opened


async def test_a_note_of_one_window_leaves_home(fleet: Fleet) -> None:
    sent = await send(fleet.scene.person(), NOTE)
    assert NOTE.text.split()[0].lower() in in_one_line(await fleet.scene.speech_for(sent)).lower()
    assert sum(host.done for host in (await fleet.reports()).values()) == 1


async def test_whoever_is_killed_a_lecture_is_answered_and_charged_once(fleet: Fleet) -> None:
    anna, text = await fleet.lecture()
    await fleet.until("busy", *HOSTS)
    await fleet.hosts["ant"].stop(signal.SIGKILL)
    await fleet.scene.service.kill()
    await fleet.server.kill()
    await fleet.server.start()
    await fleet.scene.service.start()
    await fleet.until("busy", "bee")
    await fleet.hosts["ant"].start()
    await fleet.assert_right(anna, text)


async def test_without_a_machine_people_are_told_to_wait_for_one(fleet: Fleet) -> None:
    for host in fleet.hosts.values():
        await host.stop()
    service, anna = fleet.scene.service, fleet.scene.person("en")
    sent = await send(anna, NOTE)
    waiting = TEXTS.get("en", "status-no-machine")
    await until(lambda: any(waiting in each.text for each in anna.chat.visible), 20)
    status, out, _ = await service.command("status")
    assert (status, "no machine" in out) == (0, True), out
    await fleet.hosts["ant"].start()
    assert NOTE.text.split()[0].lower() in in_one_line(await fleet.scene.speech_for(sent)).lower()


async def test_privacy_says_where_speech_is_recognised(fleet: Fleet) -> None:
    anna = fleet.scene.person("en")
    answer = await anna.wait_reply(await anna.send_text("/privacy"))
    assert answer.text.startswith(TEXTS.get("en", "privacy-all-elsewhere"))
