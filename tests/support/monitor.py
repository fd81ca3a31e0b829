"""Looking at a running service as Prometheus, a load balancer or a browser would: over HTTP, on loopback."""

from __future__ import annotations

import asyncio
import http.client
import socket
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from prometheus_client.parser import text_string_to_metric_families

from tests.support.service import RunningService, Settings
from voicepipe.metrics import Labels

SETTINGS: Settings = {"monitoring": {"listen": "127.0.0.1:0"}}
"""The system chooses the port."""
TIMEOUT_SECONDS = 20.0


@dataclass(frozen=True, slots=True)
class Page:
    """What was answered."""

    status: int
    headers: Mapping[str, str]
    text: str

    @property
    def numbers(self) -> dict[tuple[str, Labels], float]:
        """What Prometheus reads in it."""
        families = text_string_to_metric_families(self.text)
        samples = [sample for family in families for sample in family.samples]
        return {(sample.name, tuple(sorted(sample.labels.items()))): sample.value for sample in samples}

    def number(self, name: str, **labels: str) -> float:
        """The sum of the samples with these labels, whatever others they have. Raises KeyError where there is none."""
        found = [
            value for (each, has), value in self.numbers.items() if each == name and labels.items() <= dict(has).items()
        ]
        if not found:
            raise KeyError(name, labels)
        return sum(found)


class _UnixConnection(http.client.HTTPConnection):
    def __init__(self, path: Path) -> None:
        super().__init__("localhost", timeout=TIMEOUT_SECONDS)
        self._path = path

    def connect(self) -> None:
        self.sock = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self.sock.settimeout(TIMEOUT_SECONDS)
        self.sock.connect(str(self._path))


def fetch(at: int | Path, path: str, method: str = "GET", headers: Mapping[str, str] | None = None) -> Page:
    """Ask at a port of this machine, or at a Unix socket."""
    connection = (
        _UnixConnection(at)
        if isinstance(at, Path)
        else http.client.HTTPConnection("127.0.0.1", at, timeout=TIMEOUT_SECONDS)
    )
    try:
        connection.request(method, path, headers=dict(headers or {}))
        answer = connection.getresponse()
        return Page(answer.status, dict(answer.getheaders()), answer.read().decode())
    finally:
        connection.close()


async def port_of(service: RunningService) -> int:
    """Where the present life of the service listens."""
    await service.wait_event("monitoring opened")
    return int(service.events("monitoring opened")[-1]["port"])


async def look(service: RunningService, path: str) -> Page:
    """What the service answers."""
    port = await port_of(service)
    return await asyncio.to_thread(fetch, port, path)


async def status_becomes(service: RunningService, path: str, status: int, within_seconds: float = 60.0) -> Page:
    """What it answers once it has that status. Raises TimeoutError."""
    async with asyncio.timeout(within_seconds):
        while (page := await look(service, path)).status != status:  # noqa: ASYNC110  the service's
            await asyncio.sleep(0.1)
        return page


async def metrics_once(service: RunningService, is_so: Callable[[Page], bool], within_seconds: float = 60.0) -> Page:
    """What is counted once that is so. Raises TimeoutError."""
    async with asyncio.timeout(within_seconds):
        while not is_so(page := await look(service, "/metrics")):  # noqa: ASYNC110  the service's
            await asyncio.sleep(0.5)
        return page


async def run(*command: str, given: str = "") -> tuple[int, str]:
    """Another program's exit status, and all that it says."""
    pipe = asyncio.subprocess.PIPE
    process = await asyncio.create_subprocess_exec(*command, stdin=pipe, stdout=pipe, stderr=asyncio.subprocess.STDOUT)
    out, _ = await process.communicate(given.encode())
    return await process.wait(), out.decode()
