"""Fixtures that tests of several folders use; `tests/conftest.py` offers them to all."""

from __future__ import annotations

import os
import socket
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

Command = Callable[..., Result]


@pytest.fixture
def own_state(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The state directory that commands of this test have, and nothing from this machine's configuration."""
    for variable in [name for name in os.environ if name.startswith("VOICEPIPE_")]:
        monkeypatch.delenv(variable)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("VOICEPIPE_SERVICE__STATE_DIR", str(tmp_path / "state"))
    return tmp_path / "state"


@pytest.fixture
def voicepipe() -> Command:
    """The `voicepipe` command, in this process: called with its arguments, it returns what came of it."""
    from voicepipe.cli.commands import app

    def run(*arguments: str | Path) -> Result:
        return CliRunner().invoke(app, [str(argument) for argument in arguments], catch_exceptions=False)

    return run


@pytest.fixture
def listener() -> Iterator[socket.socket]:
    """A server that nobody may connect to: accepting raises BlockingIOError as long as nobody did."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.setblocking(False)
        yield server
