"""The file of the Telegram client's key: found in whatever state a kill or a bad disk left it, and off the loop."""

from __future__ import annotations

import asyncio
import os
import signal
import sqlite3
import subprocess
import sys
import threading
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest
from pyrogram import raw

from tests.support.stranger import STRANGER, as_root, being
from tests.support.waiting import until
from voicepipe.config.files import StateFiles
from voicepipe.errors import FilesUnusable, SessionLocked
from voicepipe.telegram.session import storage as storage_module
from voicepipe.telegram.session.storage import SessionStorage

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
    harm(StateFiles(tmp_path).session)
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


async def test_a_file_that_somebody_else_has_locked_is_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(storage_module, "LOCK_WAIT_SECONDS", 0.3)
    storage = await opened(tmp_path)
    await storage.user_id(5)
    await storage.save()
    await storage.close()
    with closing(sqlite3.connect(StateFiles(tmp_path).session)) as connection:
        connection.execute("BEGIN EXCLUSIVE")
        with pytest.raises(SessionLocked, match=f"{StateFiles(tmp_path).session} locked"):
            await opened(tmp_path)
    storage = await opened(tmp_path)
    assert await storage.user_id() == 5
    await storage.close()


async def test_a_lock_that_is_soon_gone_is_waited_for(tmp_path: Path) -> None:
    storage = await opened(tmp_path)
    await storage.user_id(5)
    await storage.close()
    with closing(sqlite3.connect(StateFiles(tmp_path).session, check_same_thread=False)) as connection:
        connection.execute("BEGIN EXCLUSIVE")
        opening = asyncio.create_task(opened(tmp_path))
        await asyncio.sleep(2.5)
        assert not opening.done()
        connection.rollback()
    storage = await asyncio.wait_for(opening, 10)
    assert await storage.user_id() == 5
    await storage.close()


@as_root
@pytest.mark.parametrize("mode", [0o400, 0o000])
async def test_a_file_of_another_user_is_named(open_place: Path, mode: int) -> None:
    storage = await opened(open_place)
    await storage.close()
    path = StateFiles(open_place).session
    path.chmod(mode)
    os.chown(open_place, STRANGER, STRANGER)
    said = f"The session file {path} can't be used by the user #{STRANGER}"
    with being(STRANGER), pytest.raises(FilesUnusable, match=said):
        await opened(open_place)


# --- peers, and the thread that writes them ---------------------------------------------------------------------------
def crowd(first: int = 1000, count: int = 1000) -> list[tuple[int, int, str, None]]:
    """People nobody has met."""
    return [(number, 7 * number, "user", None) for number in range(first, first + count)]


def stored_ids(directory: Path) -> set[int]:
    with closing(sqlite3.connect(StateFiles(directory).session)) as connection:
        return {peer_id for (peer_id,) in connection.execute("SELECT id FROM peers")}


async def written(directory: Path, ids: set[int]) -> None:
    """Until these peers, and no others, are in the file."""
    await until(lambda: stored_ids(directory) == ids, 5)


async def test_nothing_of_the_file_happens_in_the_loop_s_thread(tmp_path: Path) -> None:
    storage = await opened(tmp_path)
    threads: set[int] = set()
    storage.conn.set_trace_callback(lambda _: threads.add(threading.get_ident()))
    for peer in crowd():
        await storage.update_peers([peer])
        await storage.update_usernames([(peer[0], ["name"])])
        assert isinstance(await storage.get_peer_by_id(peer[0]), raw.types.InputPeerUser)
    assert await storage.dc_id() == 2
    await storage.auth_key(b"key")
    with pytest.raises(KeyError):
        await storage.get_peer_by_id(5)
    await storage.forget(1000)
    await written(tmp_path, set(range(1001, 2000)))
    await storage.close()
    assert len(threads) == 1
    assert threading.get_ident() not in threads


async def test_many_peers_are_one_transaction(tmp_path: Path) -> None:
    storage = await opened(tmp_path)
    commits = 0

    def count(statement: str) -> None:
        nonlocal commits
        commits += statement == "COMMIT"

    storage.conn.set_trace_callback(count)
    for peer in crowd():
        await storage.update_peers([peer])
        await asyncio.sleep(0)
    await written(tmp_path, set(range(1000, 2000)))
    assert commits <= 3
    await storage.save()  # the file may have them before the event loop hears of it
    commits = 0
    await storage.update_peers(crowd())
    await storage.save()
    assert commits == 0
    await storage.close()


async def test_peers_of_an_earlier_life_are_found_in_the_file(tmp_path: Path) -> None:
    storage = await opened(tmp_path)
    await storage.update_peers(crowd(count=3))
    await storage.close()
    storage = await opened(tmp_path)
    peer = await storage.get_peer_by_id(1001)
    assert (peer.user_id, peer.access_hash) == (1001, 7007)
    await storage.close()


async def test_whoever_is_forgotten_is_in_no_memory_and_in_no_file_and_not_written_later(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(storage_module, "WRITE_AFTER_SECONDS", 0.05)
    storage = await opened(tmp_path)
    await storage.update_peers(crowd(first=1000, count=1))
    await written(tmp_path, {1000})
    await storage.update_peers(crowd(first=2000, count=2))
    saving = asyncio.create_task(storage.save())
    await asyncio.sleep(0)  # it is being written
    await asyncio.gather(storage.forget(1000), storage.forget(2000))
    await saving
    for peer_id in (1000, 2000):
        with pytest.raises(KeyError):
            await storage.get_peer_by_id(peer_id)
    await asyncio.sleep(0.2)
    assert stored_ids(tmp_path) == {2001}
    content = StateFiles(tmp_path).session.read_bytes()
    assert (7 * 2000).to_bytes(2, "big") not in content
    # Who is met again is met as anybody.
    await storage.update_peers(crowd(first=2000, count=1))
    await written(tmp_path, {2000, 2001})
    await storage.close()


async def test_what_a_locked_file_does_not_take_is_written_later(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(storage_module, "RETRY_AFTER_SECONDS", 0.1)
    storage = await opened(tmp_path)
    await storage.update_peers(crowd(count=2))
    await storage.save()
    with closing(sqlite3.connect(StateFiles(tmp_path).session)) as other:
        other.execute("BEGIN EXCLUSIVE")
        await storage.update_peers(crowd(first=3000, count=1))
        await storage.save()
        await storage.forget(1000)
        assert isinstance(await storage.get_peer_by_id(3000), raw.types.InputPeerUser)
        with pytest.raises(KeyError):
            await storage.get_peer_by_id(1000)
    await written(tmp_path, {1001, 3000})
    await storage.close()


async def test_memory_has_a_bound_and_the_file_has_the_rest(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(storage_module, "MOST_IN_MEMORY", 10)
    storage = await opened(tmp_path)
    for start in range(1000, 1050, 10):
        await storage.update_peers(crowd(first=start, count=10))
        await storage.save()
    for peer_id in (1000, 1049):
        assert (await storage.get_peer_by_id(peer_id)).user_id == peer_id
    await storage.close()
