"""Other machines in a soak: a message server and hosts, as processes, which die and stop like everything else."""

from __future__ import annotations

import asyncio
import signal
from pathlib import Path
from random import Random

from tests.support.processes import is_alive
from tests.support.remote import HostProcess, MessageServer
from voicepipe.wire.remote import HOME

LEASE_SECONDS = 2.0
LONGEST_STOP_SECONDS = 4.0
"""Long enough to be taken for gone at times."""


class Elsewhere:
    """So many hosts; none is no trouble at all."""

    def __init__(self, directory: Path, hosts: int, random: Random, *, is_only: bool = False) -> None:
        """`is_only`: whether only these recognise."""
        self._random = random
        self._is_only = is_only
        self._server = MessageServer(directory)
        names = [f"host{number}" for number in range(hosts)]
        self._server.permit(names)
        self._directory = directory
        self._names = names
        self._hosts: list[HostProcess] = []
        self._free = asyncio.Lock()
        self.troubles = 0
        """How many processes were killed or stopped."""

    @property
    def settings(self) -> dict[str, str | int | float | bool]:
        """The section `remote` of the service's configuration."""
        if not self._names:
            return {}
        credentials = str(self._server.credentials(HOME))
        server = str(self._server)
        return {
            "server": server,
            "credentials": credentials,
            "lease_seconds": LEASE_SECONDS,
            "only": self._is_only,
        }

    async def start(self) -> None:
        """The server, whose address the settings have from then on, and the hosts."""
        if not self._names:
            return
        await self._server.start()
        for name in self._names:
            host = HostProcess(name, str(self._server), self._server.credentials(name), self._directory)
            host.program = ("voicepipe",)
            await host.start()
            self._hosts.append(host)

    async def stop(self) -> int:
        """End all; how many processes are left of them."""
        pids = [host.process.pid for host in self._hosts if host.process is not None]
        for host in self._hosts:
            await host.stop()
        await self._server.kill()
        return sum(map(is_alive, pids))

    async def kill_host(self) -> None:
        async with self._free:
            host = self._random.choice(self._hosts)
            await host.stop(signal.SIGKILL)
            await asyncio.sleep(self._random.uniform(0, 2 * LEASE_SECONDS))
            await host.start()
            self.troubles += 1

    async def stop_host(self) -> None:
        async with self._free:
            host = self._random.choice(self._hosts)
            host.send(signal.SIGSTOP)
            await asyncio.sleep(self._random.uniform(0.1, LONGEST_STOP_SECONDS))
            host.send(signal.SIGCONT)
            self.troubles += 1

    async def kill_message_server(self) -> None:
        async with self._free:
            await self._server.kill()
            await asyncio.sleep(self._random.uniform(0, 3))
            await self._server.start()
            self.troubles += 1
