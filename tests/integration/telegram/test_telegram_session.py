"""The file of the Telegram client's key, found in whatever state a kill or a bad disk left it."""

from __future__ import annotations

import os
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from voicepipe.telegram.session.storage import SESSION_NAME, SessionStorage

KILLED_AT = """
import asyncio, os, signal, sqlite3, sys
from pathlib import Path
from voicepipe.telegram.session.storage import SessionStorage

connect = sqlite3.connect

def connect_to_die(*arguments, **keywords):
    connection = connect(*arguments, **keywords)
    connection.set_trace_callback(lambda query: os.kill(os.getpid(), signal.SIGKILL) if sys.argv[2] in query else None)
    return connection

sqlite3.connect = connect_to_die
asyncio.run(SessionStorage(Path(sys.argv[1])).open())
"""


async def opened(directory: Path) -> SessionStorage:
    storage = SessionStorage(directory)
    await storage.open()
    return storage


def emptied(path: Path) -> None:
    path.write_bytes(b"")


def cut(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:4096])


def scrambled(path: Path) -> None:
    path.write_bytes(os.urandom(path.stat().st_size))


def cleared(path: Path) -> None:
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("DELETE FROM sessions")


def make_and_die(directory: Path, statement: str) -> None:
    died = subprocess.run([sys.executable, "-c", KILLED_AT, directory, statement], check=False)
    assert died.returncode == -signal.SIGKILL


@pytest.mark.parametrize("harm", [emptied, cut, scrambled, cleared])
async def test_a_damaged_file_is_made_anew(tmp_path: Path, harm: Callable[[Path], None]) -> None:
    storage = await opened(tmp_path)
    await storage.user_id(5)
    await storage.save()
    await storage.close()
    harm(tmp_path / f"{SESSION_NAME}.session")
    for known in (None, 6):
        storage = await opened(tmp_path)
        assert await storage.user_id() == known
        await storage.user_id(6)
        await storage.update_peers([(7, 70, "user", None)])
        await storage.save()
        await storage.close()


@pytest.mark.parametrize("statement", ["CREATE TABLE peers", "INTO version", "INTO sessions", "VACUUM"])
async def test_a_file_whose_making_was_killed_is_made_anew(tmp_path: Path, statement: str) -> None:
    make_and_die(tmp_path, statement)
    storage = await opened(tmp_path)
    assert await storage.dc_id() == 2
    await storage.close()


async def test_a_file_that_somebody_else_has_locked_is_kept(tmp_path: Path) -> None:
    storage = await opened(tmp_path)
    await storage.user_id(5)
    await storage.save()
    await storage.close()
    with closing(sqlite3.connect(tmp_path / f"{SESSION_NAME}.session")) as connection:
        connection.execute("BEGIN EXCLUSIVE")
        with pytest.raises(sqlite3.OperationalError, match="locked"):
            await opened(tmp_path)
    storage = await opened(tmp_path)
    assert await storage.user_id() == 5
    await storage.close()
