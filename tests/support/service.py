"""The service as a process of its own, on a loopback Telegram: for acceptance tests, benchmarks and the demo."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import sys
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Self

from tests.support.forks import FORKED, ForkedProcess, Forks
from tests.support.measuring import MEASURING
from tests.support.processes import die_with_parent
from tests.support.settings import bare_environment
from tests.support.telegram import LoopbackTelegram
from voicepipe.control.client import ControlClient
from voicepipe.control.messages import ShowStatus

START_TIMEOUT_SECONDS = 60.0
STOP_TIMEOUT_SECONDS = 40.0

Settings = Mapping[str, Mapping[str, str | int | float | bool]]


class RunningService:
    """`voicepipe run` in a process group of its own, with a state directory of its own."""

    forks: Forks | None = None
    """Starts it, if given, for the modules FORKED: faster, and with nothing of its command line to be seen."""

    def __init__(
        self,
        telegram: LoopbackTelegram,
        directory: Path,
        settings: Settings | None = None,
        *,
        with_coverage: bool = False,
    ) -> None:
        """`with_coverage` lets lines be measured in the process, which takes half as much time again to start."""
        self.directory = directory
        self.config_path = directory / "config.toml"
        self.log_path = directory / "service.log"
        self.state_path = directory / "state"
        self.control = ControlClient(self.state_path / "control.sock")
        self.process: asyncio.subprocess.Process | ForkedProcess | None = None
        self.module = "voicepipe"
        """What is run: this, or something in tests/ that wraps it."""
        self.environment = bare_environment() | (MEASURING if with_coverage else {})
        self._telegram = telegram
        self._settings = settings or {}

    async def __aenter__(self) -> Self:
        await self.start()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.stop()

    async def start(self) -> None:
        """Start the service and wait until it is ready. Raises RuntimeError, with its log, if it is not."""
        starts = len(self.events("service ready"))
        await self.spawn()
        try:
            async with asyncio.timeout(START_TIMEOUT_SECONDS):
                await self.wait_event("service ready", times=starts + 1)
        except (TimeoutError, RuntimeError):
            await self.stop()
            raise RuntimeError(f"the service did not become ready:\n{self.log}") from None

    async def spawn(self) -> None:
        """Start the process and return at once."""
        self.directory.mkdir(parents=True, exist_ok=True)
        self.config_path.touch(mode=0o600)  # it holds a bot's token
        self.config_path.write_text(_toml(self._sections()), encoding="utf-8")
        arguments = ("--config", str(self.config_path), "run")
        if self.forks is not None and self.module in FORKED:
            self.log_path.touch()  # whoever reads it now is faster than the new process
            self.process = self.forks.spawn(arguments, self.log_path, self.environment)
            return
        with self.log_path.open("ab") as log:
            self.process = await asyncio.create_subprocess_exec(
                *(sys.executable, "-m", self.module, *arguments),
                stdout=log,
                stderr=log,
                start_new_session=True,
                preexec_fn=die_with_parent,
                env=self.environment,
            )

    async def stop(self, number: signal.Signals = signal.SIGTERM) -> int:
        """End the service by a signal and return its exit status; kills it, and raises, if it does not end."""
        if self.process is None:
            return 0
        if self.process.returncode is None:
            self.process.send_signal(number)
        try:
            return await asyncio.wait_for(self.process.wait(), STOP_TIMEOUT_SECONDS)
        except TimeoutError:
            os.killpg(self.process.pid, signal.SIGKILL)
            await self.process.wait()
            raise

    @property
    def keeps_texts(self) -> bool:
        """Whether what was delivered stays in the journal for a while."""
        return bool(self._sections()["service"]["transcript_retention_hours"])

    async def kill(self) -> None:
        """End the service as a power cut would."""
        self.send_signal(signal.SIGKILL)
        await self.wait_exit()

    def send_signal(self, number: signal.Signals) -> None:
        assert self.process is not None
        self.process.send_signal(number)

    async def wait_exit(self) -> int:
        """The exit status, once the process has ended. Raises TimeoutError."""
        assert self.process is not None
        return await asyncio.wait_for(self.process.wait(), STOP_TIMEOUT_SECONDS)

    @property
    def pid(self) -> int:
        assert self.process is not None
        return self.process.pid

    @property
    def log(self) -> str:
        return self.log_path.read_text(encoding="utf-8", errors="replace") if self.log_path.exists() else ""

    def events(self, name: str = "", **facts: object) -> list[dict[str, Any]]:
        """The events logged so far, over all lives of the service, that have this name and these facts."""
        lines = (json.loads(line) for line in self.log.splitlines() if line.startswith("{") and line.endswith("}"))
        return [line for line in lines if not name or line["event"] == name if facts.items() <= line.items()]

    @property
    def library_lines(self) -> list[dict[str, Any]]:
        """What has been logged so far that is no event of ours."""
        return [line for line in self.events() if "library" in line]

    async def at_rest(self, timeout_seconds: float = 60.0) -> None:
        """Wait until no recording waits for its answer. Raises TimeoutError."""
        async with asyncio.timeout(timeout_seconds):
            while True:
                jobs = (await self.control.perform(ShowStatus())).jobs
                if jobs.undecided + jobs.accepted + jobs.concluded == 0:
                    return
                await asyncio.sleep(0.02)

    async def wait_event(self, name: str, *, times: int = 1, **facts: object) -> dict[str, Any]:
        """The `times`-th such event, once it is logged. Raises RuntimeError when the service ends before."""
        await self._wait_until(lambda: len(self.events(name, **facts)) >= times)
        return self.events(name, **facts)[times - 1]

    async def wait_log(self, text: str, times: int = 1) -> None:
        """Wait until the log holds the text so many times. Raises RuntimeError when the service ends before."""
        await self._wait_until(lambda: self.log.count(text) >= times)

    async def _wait_until(self, condition: Callable[[], bool]) -> None:
        assert self.process is not None
        while not condition():
            if self.process.returncode is not None:
                raise RuntimeError(f"the service ended with {self.process.returncode}:\n{self.log}")
            await asyncio.sleep(0.02)

    async def command(self, *arguments: str) -> tuple[int, str, str]:
        """Run a `voicepipe` command with the service's configuration: exit status, standard output and error."""
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "voicepipe", "--config", str(self.config_path), *arguments),
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
            env=self.environment,
        )
        out, err = await process.communicate()
        return await process.wait(), out.decode(), err.decode()

    async def report(self, *arguments: str) -> Any:
        """What a command prints with --json. Raises RuntimeError when it fails."""
        status, out, err = await self.command(*arguments, "--json")
        if status != 0:
            raise RuntimeError(f"voicepipe {' '.join(arguments)} ended with {status}: {err}")
        return json.loads(out)

    def _sections(self) -> dict[str, dict[str, str | int | float | bool]]:
        sections: dict[str, dict[str, str | int | float | bool]] = {
            "telegram": {
                "api_id": 1,
                "api_hash": "0" * 32,
                "bot_token": self._telegram.bot_token,
                "server": self._telegram.address_setting,
                "server_key": self._telegram.public_key_pem,
            },
            "recognition": {"model": "demo"},
            "workers": {"count": 2, "express": 0},
            "limits": {"min_free_disk_mib": 1},
            "quota": {"time_zone": _zone_far_from_midnight()},
            # Most tests look whether anything that was said stays on the disk.
            "service": {
                "state_dir": str(self.state_path),
                "log_format": "json",
                "transcript_retention_hours": 0,
            },
        }
        for section, keys in self._settings.items():
            sections.setdefault(section, {}).update(keys)
        return sections


def _zone_far_from_midnight() -> str:
    """A time zone where it is about noon: no quota day turns while we watch."""
    ahead = 12 - datetime.now(UTC).hour
    return f"Etc/GMT{-ahead:+d}"  # POSIX signs: east is negative


def _toml(sections: Settings) -> str:
    # JSON's strings, numbers and booleans are TOML's as well.
    lines = []
    for section, keys in sections.items():
        lines.append(f"[{section}]")
        lines.extend(f"{key} = {json.dumps(value, ensure_ascii=False)}" for key, value in keys.items())
    return "\n".join(lines) + "\n"
