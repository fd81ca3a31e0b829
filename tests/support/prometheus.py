"""A real Prometheus (Debian's, where it is installed) that scrapes a service, and what the files for it ask for."""

from __future__ import annotations

import asyncio
import json
import re
import shutil
import socket
import urllib.parse
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.support.monitor import fetch
from tests.support.places import ROOT

FILES = ROOT / "systemd" / "monitoring"
RULES = FILES / "voicepipe.rules.yml"
DASHBOARD = FILES / "grafana-dashboard.json"
PATIENCE_SECONDS = 60.0


def installed(program: str) -> str:
    """Where Debian's package has put it; the test is skipped where that is not installed."""
    found = shutil.which(program)
    if found is None:
        pytest.skip(f"{program} is not installed (Debian: prometheus)")
    return found


def dashboard_queries() -> Iterator[tuple[str, str]]:
    """Each query of the dashboard with the title of its panel; variables stand for all services and five minutes."""
    for panel in json.loads(DASHBOARD.read_text(encoding="utf-8"))["panels"]:
        for target in panel.get("targets", ()):
            expression = target["expr"].replace("$__rate_interval", "5m").replace("$instance", ".*")
            yield panel["title"], expression


def rule_queries() -> list[str]:
    """Each query of the alert rules."""
    return re.findall(r"^ +expr: (.+)$", RULES.read_text(encoding="utf-8"), re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Prometheus:
    """One that runs."""

    port: int

    async def query(self, expression: str) -> list[dict[str, Any]]:
        """The vector that a query gives."""
        found: list[dict[str, Any]] = (await self._ask(f"query?{urllib.parse.urlencode({'query': expression})}"))[
            "result"
        ]
        return found

    async def firing(self) -> set[str]:
        """The names of the alerts that fire."""
        alerts = (await self._ask("alerts"))["alerts"]
        return {alert["labels"]["alertname"] for alert in alerts if alert["state"] == "firing"}

    async def fires(self, name: str, *, is_firing: bool = True) -> None:
        """Wait until an alert fires, or does not any more. Raises TimeoutError."""
        async with asyncio.timeout(PATIENCE_SECONDS):
            while (name in await self.firing()) is not is_firing:  # noqa: ASYNC110  another process'
                await asyncio.sleep(0.3)

    async def knows(self, expression: str) -> None:
        """Wait until a query gives something. Raises TimeoutError."""
        async with asyncio.timeout(PATIENCE_SECONDS):
            while not await self.query(expression):  # noqa: ASYNC110  another process'
                await asyncio.sleep(0.3)

    async def _ask(self, what: str) -> dict[str, Any]:
        page = await asyncio.to_thread(fetch, self.port, f"/api/v1/{what}")
        answer = json.loads(page.text)
        assert answer["status"] == "success", answer
        found: dict[str, Any] = answer["data"]
        return found


@asynccontextmanager
async def scraping(port: int, directory: Path) -> AsyncIterator[Prometheus]:
    """A Prometheus that scrapes that port every second by our configuration, and alerts after a second."""
    program = installed("prometheus")
    _configure(directory, port)
    own = _free_port()
    with (directory / "log").open("wb") as log:
        process = await asyncio.create_subprocess_exec(
            program,
            f"--config.file={directory}/prometheus.yml",
            f"--storage.tsdb.path={directory}/data",
            f"--web.listen-address=127.0.0.1:{own}",
            stdout=log,
            stderr=log,
        )
    try:
        await _ready(own)
        yield Prometheus(own)
    finally:
        process.terminate()
        await process.wait()


def _configure(directory: Path, port: int) -> None:
    """Ours, but for the port and the patience."""
    directory.mkdir()
    config = (FILES / "prometheus.yml").read_text(encoding="utf-8")
    assert "127.0.0.1:9464" in config
    soon = "global:\n  scrape_interval: 1s\n  scrape_timeout: 1s\n  evaluation_interval: 1s\n\n"
    (directory / "prometheus.yml").write_text(soon + config.replace("127.0.0.1:9464", f"127.0.0.1:{port}"))
    rules = re.sub(r"\bfor: \d+m\b", "for: 1s", RULES.read_text(encoding="utf-8"))
    (directory / RULES.name).write_text(rules)


async def _ready(port: int) -> None:
    for _ in range(300):
        try:
            if (await asyncio.to_thread(fetch, port, "/-/ready")).status == 200:
                return
        except OSError:
            pass
        await asyncio.sleep(0.1)
    raise RuntimeError("Prometheus did not become ready; its log lies in the test's directory")


def _free_port() -> int:
    """One that the system chooses; nobody else is likely to be given it in the next moment."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return int(listener.getsockname()[1])
