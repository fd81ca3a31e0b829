"""The whole service with its message server and hosts, as acceptance tests have them."""

from __future__ import annotations

import asyncio
import signal
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path

from tests.support.media import repeated
from tests.support.remote import HostProcess, MessageServer
from tests.support.scene import SAMPLES, Scene, open_scene
from tests.support.service import Settings
from tests.support.words import in_one_line
from tests.support.workers.paced_worker import PACE
from voicepipe.control.work import ListHosts
from voicepipe.domain.hosts import HostStatus
from voicepipe.wire.remote import HOME

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

    async def reports(self) -> dict[str, HostStatus]:
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

    async def lecture(self, times: int = TIMES) -> tuple[int, asyncio.Task[str]]:
        """Somebody sends a recording of many windows; who, and its text to come."""
        anna = self.scene.person()
        seconds = int(SAMPLE.seconds * times)
        sent = await anna.send_voice(repeated(SAMPLE.data, times), seconds)
        return anna.id, asyncio.create_task(self.scene.speech_for(sent))

    async def assert_right(self, user_id: int, text: asyncio.Task[str], times: int = TIMES) -> None:
        heard = in_one_line(await text).lower()
        assert heard.count(SAMPLE.text.split()[0].lower()) >= times - 1, heard
        account = await self.scene.account(self.scene.telegram.user(user_id))
        assert abs(account.used_today_seconds - SAMPLE.seconds * times) <= 2


@asynccontextmanager
async def open_fleet(
    directory: Path, names: Sequence[str] = HOSTS, settings: Settings | None = None, **host_settings: str
) -> AsyncIterator[Fleet]:
    """Start all of it, with these settings of the service's beside those it needs, and variables of the hosts'."""
    server = MessageServer(directory)
    server.permit(names)
    async with server, AsyncExitStack() as stack:
        ours: Settings = {
            "remote": {"server": str(server), "credentials": str(server.credentials(HOME)), "lease_seconds": 2.0},
            "workers": {"count": 1, "express": 0},
            "quota": {"daily_seconds": 86_400},
        }
        theirs = settings or {}
        wanted: Settings = {name: {**ours.get(name, {}), **theirs.get(name, {})} for name in (*ours, *theirs)}
        scene = await stack.enter_async_context(open_scene(directory / "service", wanted, pace_seconds=PACE_SECONDS))
        hosts = {name: await paced_host(name, server, directory, stack, **host_settings) for name in names}
        fleet = Fleet(scene, server, hosts)
        await fleet.until("slots", *names)
        yield fleet


async def paced_host(
    name: str, server: MessageServer, directory: Path, stack: AsyncExitStack, **settings: str
) -> HostProcess:
    """A host whose windows take a while."""
    host = HostProcess(name, str(server), server.credentials(name), directory, settings=settings)
    host.settings |= {PACE: str(PACE_SECONDS)}
    host.program = ("tests.support.paced_host",)
    await host.start()
    stack.push_async_callback(host.stop, signal.SIGKILL)
    return host
