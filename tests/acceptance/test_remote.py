"""The whole service with workers on other machines: whoever dies, and whenever, there is one answer and one charge."""

from __future__ import annotations

import asyncio
import signal
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from pathlib import Path

import pytest
import pytest_asyncio

from tests.support.media import repeated
from tests.support.remote import HostProcess, MessageServer
from tests.support.scene import SAMPLES, TEXTS, Scene, open_scene
from tests.support.service import Settings
from tests.support.words import in_one_line
from tests.support.workers.paced_worker import PACE
from voicepipe.control.messages import HostReport
from voicepipe.control.work import ListHosts
from voicepipe.wire.remote import HOME

pytestmark = pytest.mark.asyncio(loop_scope="module")

PACE_SECONDS = 0.4
HOSTS = ("ant", "bee")
SAMPLE = SAMPLES["long_ru_1.ogg"]
TIMES = 4


class Fleet:
    """The service, its message server and its hosts."""

    def __init__(self, scene: Scene, server: MessageServer, hosts: dict[str, HostProcess]) -> None:
        self.scene = scene
        self.server = server
        self.hosts = hosts

    async def reports(self) -> dict[str, HostReport]:
        report = await self.scene.service.control.perform(ListHosts())
        return {host.name: host for host in report.hosts}

    async def until(self, what: str, *names: str) -> None:
        """Wait until all of these hosts have something to do, or are ready for it."""
        async with asyncio.timeout(60):
            while True:
                found = await self.reports()
                if all(name in found and getattr(found[name], what) > 0 for name in names):
                    return
                await asyncio.sleep(0.05)

    async def lecture(self) -> tuple[int, asyncio.Task[str]]:
        """Somebody sends a recording of many windows; who, and its text to come."""
        anna = self.scene.person()
        seconds = int(SAMPLE.seconds * TIMES)
        sent = await anna.send_voice(repeated(SAMPLE.data, TIMES), seconds)
        return anna.id, asyncio.create_task(self.scene.speech_for(sent))

    async def assert_right(self, user_id: int, text: asyncio.Task[str]) -> None:
        heard = in_one_line(await text).lower()
        assert heard.count(SAMPLE.text.split()[0].lower()) >= TIMES - 1, heard
        account = await self.scene.account(self.scene.telegram.user(user_id))
        assert abs(account.used_today_seconds - SAMPLE.seconds * TIMES) <= 2


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def fleet(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Fleet]:
    directory = tmp_path_factory.mktemp("remote")
    server = MessageServer(directory)
    server.permit(HOSTS)
    async with server, AsyncExitStack() as stack:
        settings: Settings = {
            "remote": {"server": str(server), "credentials": str(server.credentials(HOME)), "lease_seconds": 2.0},
            "workers": {"count": 1, "express": 0},
            "quota": {"daily_seconds": 86_400},
        }
        scene = await stack.enter_async_context(open_scene(directory / "service", settings, pace_seconds=PACE_SECONDS))
        hosts = {name: await _host(name, server, directory, stack) for name in HOSTS}
        fleet = Fleet(scene, server, hosts)
        await fleet.until("slots", *HOSTS)
        yield fleet


async def _host(name: str, server: MessageServer, directory: Path, stack: AsyncExitStack) -> HostProcess:
    host = HostProcess(name, str(server), server.credentials(name), directory, settings={PACE: str(PACE_SECONDS)})
    host.program = ("tests.support.paced_host",)
    await host.start()
    stack.push_async_callback(host.stop, signal.SIGKILL)
    return host


async def test_a_lecture_is_recognised_on_several_machines(fleet: Fleet) -> None:
    anna, text = await fleet.lecture()
    await fleet.until("busy", *HOSTS)
    await fleet.assert_right(anna, text)


async def test_the_service_is_killed_while_hosts_work_for_it(fleet: Fleet) -> None:
    anna, text = await fleet.lecture()
    await fleet.until("busy", *HOSTS)
    await fleet.scene.service.kill()
    await fleet.scene.service.start()
    await fleet.until("slots", *HOSTS)
    await fleet.assert_right(anna, text)


async def test_a_host_and_then_the_message_server_are_killed(fleet: Fleet) -> None:
    anna, text = await fleet.lecture()
    await fleet.until("busy", *HOSTS)
    await fleet.hosts["ant"].stop(signal.SIGKILL)
    await asyncio.sleep(0.5)
    await fleet.server.kill()
    await fleet.assert_right(anna, text)
    await fleet.server.start()
    await fleet.hosts["ant"].start()
    await fleet.until("slots", *HOSTS)


async def test_operators_see_the_hosts_and_drain_one(fleet: Fleet) -> None:
    service = fleet.scene.service
    status, out, _ = await service.command("workers", "drain", "bee")
    assert (status, "draining" in out) == (0, True)
    report = await service.report("status")
    assert {host["name"]: host["state"] for host in report["hosts"]} == {"ant": "at_work", "bee": "draining"}
    assert report["is_message_server_there"] is True
    status, out, _ = await service.command("status")
    assert "draining" in out
    anna, text = await fleet.lecture()
    await fleet.until("busy", "ant")
    await fleet.assert_right(anna, text)
    assert (await fleet.reports())["bee"].slots == 0
    status, _, err = await service.command("workers", "drain", "wasp")
    assert status != 0
    assert "There is no host wasp" in err


async def test_privacy_says_that_other_machines_help(fleet: Fleet) -> None:
    anna = fleet.scene.person("en")
    asked = await anna.send_text("/privacy")
    answer = await anna.wait_reply(asked)
    assert answer.text.startswith(TEXTS.get("en", "privacy-elsewhere"))
    assert "nowhere else" not in answer.text
