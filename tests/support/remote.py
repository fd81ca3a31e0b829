"""Workers on other machines, as tests have them: a real NATS server, hosts as processes, and a line that can be bad."""

from __future__ import annotations

import asyncio
import json
import os
import shutil
import signal
import subprocess
import sys
import sysconfig
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Self

import nkeys

from tests.support.processes import die_with_parent
from tests.support.settings import bare_environment
from tests.support.waiting import until
from voicepipe.wire.remote import HOME, permissions

NATS_SERVER = Path(sysconfig.get_path("scripts")) / "nats-server"
WRITE_SECONDS = 2
"""Who takes nothing for so long is cut off by the server as a slow consumer (by default after 10 s)."""


class MessageServer:
    """A nats-server of this test, with users that may what the guide says. Its port stays the same."""

    def __init__(self, directory: Path, *, certificate: Path | None = None, address: str = "127.0.0.1") -> None:
        """With a certificate (its key beside it) it speaks TLS only."""
        self.directory = directory
        self._address = address
        self._certificate = certificate
        self.port = 0
        self.process: asyncio.subprocess.Process | None = None
        self._keys: dict[str, str] = {}
        self._config = directory / "nats.conf"

    def __str__(self) -> str:
        return f"{'nats' if self._certificate is None else 'tls'}://{self._address}:{self.port}"

    @property
    def log(self) -> str:
        return (self.directory / "nats.log").read_text()

    def credentials(self, name: str) -> Path:
        return self.directory / f"{name}.nk"

    def permit(self, names: Iterable[str]) -> None:
        """These users, and no others, may connect; home is one. A server that runs has to be told, see `reload`."""
        self._keys = {name: self._public_key(name) for name in (HOME, *names)}
        users = ",\n".join(f"{{nkey: {key}, permissions: {permissions(name)}}}" for name, key in self._keys.items())
        self._config.write_text(
            f'listen: "{self._address}:{self.port or -1}"\nports_file_dir: "{self.directory}"\n'
            f'max_payload: 1048576\nwrite_deadline: "{WRITE_SECONDS}s"\n{self._tls}\n'
            f"authorization {{ users: [\n{users}\n] }}\n"
        )

    @property
    def _tls(self) -> str:
        if self._certificate is None:
            return ""
        return f'tls {{ cert_file: "{self._certificate}", key_file: "{self._certificate.with_suffix(".key")}" }}'

    def reload(self) -> None:
        self.send(signal.SIGHUP)

    def _public_key(self, name: str) -> str:
        path = self.credentials(name)
        if not path.exists():
            path.write_bytes(nkeys.encode_seed(os.urandom(32), nkeys.PREFIX_BYTE_USER))
            path.chmod(0o600)
        return str(nkeys.from_seed(path.read_bytes()).public_key.decode())

    async def start(self) -> None:
        self.permit([name for name in self._keys if name != HOME])
        with (self.directory / "nats.log").open("ab") as log:
            self.process = await asyncio.create_subprocess_exec(
                *(NATS_SERVER, "-c", str(self._config)), stderr=log, preexec_fn=die_with_parent
            )
        ports = self.directory / f"nats-server_{self.process.pid}.ports"
        await until(lambda: ports.exists() and ports.stat().st_size > 0)
        (address,) = json.loads(ports.read_text())["nats"]
        self.port = int(address.rpartition(":")[2])

    def send(self, number: signal.Signals) -> None:
        assert self.process is not None
        self.process.send_signal(number)

    async def kill(self) -> None:
        if self.process is not None and self.process.returncode is None:
            self.process.kill()
            await self.process.wait()

    async def __aenter__(self) -> Self:
        await self.start()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.kill()


@dataclass(slots=True)
class HostProcess:
    """`voicepipe worker` as a process, with scripted workers unless another program is given."""

    name: str
    server: str
    credentials: Path
    directory: Path
    slots: int = 1
    settings: dict[str, str] = field(default_factory=dict)
    process: asyncio.subprocess.Process | None = None
    program: tuple[str, ...] = ()
    namespace: str = ""
    """Of the network, that it runs in; empty: this one."""

    @property
    def done(self) -> list[str]:
        """The texts of the windows that its workers had, in order."""
        return texts_of(self.log)

    @property
    def log(self) -> Path:
        return self.directory / f"{self.name}.tasks"

    @property
    def output(self) -> str:
        path = self.directory / f"{self.name}.out"
        return path.read_text() if path.exists() else ""

    async def start(self) -> None:
        environment = bare_environment() | {
            "VOICEPIPE_RECOGNITION__MODEL": "demo",
            "VOICEPIPE_WORKERS__COUNT": str(self.slots),
            "VOICEPIPE_WORKERS__HEARTBEAT_SECONDS": "0.2",
            "VOICEPIPE_WORKERS__BACKOFF_BASE_SECONDS": "0.05",
            "VOICEPIPE_SERVICE__STATE_DIR": str(self.directory),
            "VOICEPIPE_SERVICE__LOG_FORMAT": "json",
        }
        module = ["-m", *(self.program or ("tests.support.workers.scripted_host", str(self.log)))]
        arguments = ["worker", "--server", self.server, "--creds", str(self.credentials), "--name", self.name]
        within = ("ip", "netns", "exec", self.namespace) if self.namespace else ()
        with (self.directory / f"{self.name}.out").open("ab") as out:
            self.process = await asyncio.create_subprocess_exec(
                *(*within, sys.executable, *module, *arguments),
                env=environment | self.settings,
                stderr=out,
                start_new_session=True,
                preexec_fn=die_with_parent,
            )

    def send(self, number: signal.Signals) -> None:
        """To the host's own process; its workers end with it."""
        assert self.process is not None
        self.process.send_signal(number)

    async def stop(self, number: signal.Signals = signal.SIGTERM) -> int:
        assert self.process is not None
        if self.process.returncode is None:
            self.process.send_signal(signal.SIGCONT)
            self.process.send_signal(number)
        return await self.process.wait()


def texts_of(log: Path) -> list[str]:
    """What scripted workers have noted."""
    lines = log.read_text().splitlines() if log.exists() else []
    return [text for line in lines for text in json.loads(line)]


class Line:
    """A line between a host and the server, which passes on what comes, as fast as it is told, or nothing at all."""

    def __init__(self, port: int) -> None:
        self._target = port
        self.port = 0
        self.bytes_per_second = 0.0
        """0.0: as fast as can be."""
        self.delay_seconds = 0.0
        self.is_deaf = {"up": False, "down": False}
        """Whether what comes from the host, and what goes to it, gets lost; the connections stay."""
        self.flows = asyncio.Event()
        """Cleared, nothing is taken from either end any more, nor lost, until it is set again."""
        self.flows.set()
        self._server: asyncio.Server | None = None
        self._writers: list[asyncio.StreamWriter] = []
        self._tasks: set[asyncio.Task[Any]] = set()

    def __str__(self) -> str:
        return f"nats://127.0.0.1:{self.port}"

    async def __aenter__(self) -> Self:
        self._server = await asyncio.start_server(self._on_connect, "127.0.0.1", 0)
        self.port = self._server.sockets[0].getsockname()[1]
        return self

    async def __aexit__(self, *_: object) -> None:
        assert self._server is not None
        self._server.close()
        self.cut()
        for task in tuple(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    def cut(self) -> None:
        """Break all connections."""
        for writer in self._writers:
            writer.transport.abort()
        self._writers.clear()

    async def _on_connect(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            other_reader, other_writer = await asyncio.open_connection("127.0.0.1", self._target)
        except OSError:
            writer.transport.abort()
            return
        self._writers += [writer, other_writer]
        for way, source, target in (("up", reader, other_writer), ("down", other_reader, writer)):
            task = asyncio.create_task(self._pump(way, source, target))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)

    async def _pump(self, way: str, source: asyncio.StreamReader, target: asyncio.StreamWriter) -> None:
        try:
            while data := await source.read(1 << 16):
                await self.flows.wait()
                if self.bytes_per_second:
                    await asyncio.sleep(len(data) / self.bytes_per_second)
                if self.delay_seconds:
                    await asyncio.sleep(self.delay_seconds)
                if not self.is_deaf[way]:
                    target.write(data)
                    await target.drain()
        except OSError:
            pass
        finally:
            target.transport.abort()


def has_message_server() -> bool:
    """Whether the real server is installed, which comes with the extra `dev`."""
    return shutil.which(str(NATS_SERVER)) is not None


def make_certificate(directory: Path, names: str) -> Path:
    """Of a server with these names, as `DNS:localhost,IP:127.0.0.1`; its own authority, its key beside it."""
    path = directory / "server.crt"
    key = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-keyout"]
    subject = ["-subj", "/CN=localhost", "-addext", f"subjectAltName={names}"]
    command = ["openssl", "req", "-x509", *key, str(path.with_suffix(".key")), "-days", "2", "-out", str(path)]
    subprocess.run([*command, *subject], check=True, capture_output=True, timeout=60)
    return path
