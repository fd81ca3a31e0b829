"""The file in which the Telegram client keeps its key and the peers it has met.

The event loop never touches the file once it is open: what it says is answered from memory, and a thread of its own
writes and reads.

- The key and what belongs to the sign-in are written at once: whoever sets them waits until they are in the file.
- A peer that is met counts at once in memory and is written within half a second, many in one transaction. A kill may
  lose the peers of that half second. That does no harm: a bot may ask Telegram for a peer without its access hash, and
  does so when it needs one that it does not know. What a full or locked disk does not take is tried again later.
- A peer to be forgotten leaves memory and what waits to be written at once, and the file before `forget` returns.

Peers are kept without their names, since nobody is looked up by name; the updates' positions are in the journal.
"""

from __future__ import annotations

import asyncio
import sqlite3
import time
from collections import OrderedDict
from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, suppress
from pathlib import Path
from typing import Any, TypeVar

from pyrogram.storage import SQLiteStorage
from pyrogram.storage.sqlite_storage import get_input_peer

from voicepipe.config.files import StateFiles
from voicepipe.config.owner import my_name
from voicepipe.errors import DiskFull, FilesUnusable, SessionLocked, VoicepipeError
from voicepipe.machine import is_disk_full

T = TypeVar("T")
Peer = tuple[int, int, str]
"""Marked id, access hash and kind, as Pyrogram's table has them."""

DAMAGED = (sqlite3.SQLITE_ERROR, sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB)
"""Codes of a file that is no session; the first is that of tables that are not there."""
LOCK_WAIT_SECONDS = 10.0
"""How long opening waits for whoever has the file locked: a copy of it is made in less."""
LOCK_PAUSE_SECONDS = 0.2
WRITE_AFTER_SECONDS = 0.5
RETRY_AFTER_SECONDS = 10.0
MOST_IN_MEMORY = 10_000
"""Peers kept in memory, the latest met; the others are read from the file when they are needed."""


class SessionStorage(SQLiteStorage):  # type: ignore[misc]  # Pyrogram is untyped
    """Pyrogram's own, made to leave the event loop alone, to outlast a full disk and to forget.

    A file that is empty, cut, damaged or half made is made anew: a bot can always sign in again with its token.
    """

    def __init__(self, session_dir: Path) -> None:
        super().__init__(StateFiles(session_dir).session.stem, session_dir)
        self._session_dir = session_dir
        self._session: dict[str, Any] | None = None
        """The file's one row about the sign-in; None until it is open."""
        self._met: OrderedDict[int, Peer] = OrderedDict()
        self._unwritten: OrderedDict[int, Peer] = OrderedDict()
        self._to_forget: set[int] = set()
        self._thread: ThreadPoolExecutor | None = None
        self._next_write: asyncio.TimerHandle | None = None
        self._writing: set[asyncio.Task[None]] = set()

    # --- life ---------------------------------------------------------------------------------------------------
    async def open(self) -> None:
        """Open or make the file, which is read here and now; whatever follows is the thread's.

        One that is locked is waited for a while. Raises DiskFull, SessionLocked, FilesUnusable.
        """
        deadline = time.monotonic() + LOCK_WAIT_SECONDS
        while True:
            try:
                return await self._open_or_replace()
            except SessionLocked:
                if time.monotonic() > deadline:
                    raise
            await asyncio.sleep(LOCK_PAUSE_SECONDS)

    async def _open_or_replace(self) -> None:
        try:
            await self._open()
        except (sqlite3.DatabaseError, TypeError) as error:
            self._give_up(error)
            forget_session(self._session_dir)
            await self._open()

    async def _open(self) -> None:
        self._session = None
        await super().open()
        self._session = _session_in(self.conn)
        self.conn.execute("PRAGMA secure_delete = ON")
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="session")

    def _give_up(self, error: Exception) -> None:
        """Close the file. Raises what is wrong if that says nothing against what is in there."""
        if self._conn is not None:
            self._conn.close()
        code = getattr(error, "sqlite_errorcode", None)
        if is_disk_full(error, self._session_dir) or code not in (None, *DAMAGED):
            raise self._trouble(error) from error

    def _trouble(self, error: Exception) -> VoicepipeError:
        """What keeps the file from being used, with nothing wrong in it."""
        path, code = StateFiles(self._session_dir).session, getattr(error, "sqlite_errorcode", 0) & 0xFF
        if is_disk_full(error, self._session_dir):
            return DiskFull()
        if code in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
            return SessionLocked(f"Another process has the session file {path} locked; find it with: fuser -v {path}")
        return FilesUnusable(f"The session file {path} can't be used by the user {my_name()}: {error}")

    async def save(self) -> None:
        """Write the peers that wait for it, if there is room."""
        if self._next_write is not None:
            self._next_write.cancel()
            self._next_write = None
        await self._write()

    async def close(self) -> None:
        """Harmless when closed already."""
        if self._thread is None:
            return
        await self.save()
        await self._in_thread(sqlite3.Connection.close)
        thread, self._thread = self._thread, None
        thread.shutdown()

    # --- the sign-in --------------------------------------------------------------------------------------------
    async def _accessor(self, table: str, attr: str, value: Any = object) -> Any:
        if self._session is None or table != "sessions":  # it is being opened
            return await super()._accessor(table, attr, value)
        if value is object:  # Pyrogram's sign for a question
            return self._session[attr]
        self._session[attr] = value
        try:
            return await self._in_thread(lambda file: _change_session(file, attr, value))
        except sqlite3.OperationalError as error:
            raise self._trouble(error) from error

    # --- positions and names, which are not kept here -----------------------------------------------------------
    async def get_update_states(self, ids: object = None) -> list[Any]:
        return []

    async def set_update_state(self, update_state: object) -> None:
        pass

    async def delete_update_state(self, state_id: object) -> None:
        pass

    async def update_usernames(self, usernames: object) -> None:
        pass

    # --- peers --------------------------------------------------------------------------------------------------
    async def update_peers(self, peers: Iterable[tuple[int, int, str, str | None]]) -> None:
        for peer_id, access_hash, kind, _ in peers:
            peer = (peer_id, access_hash, kind)
            if self._met.get(peer_id) != peer:
                _put(self._unwritten, peer)
                self._write_after(WRITE_AFTER_SECONDS)
            _put(self._met, peer)

    async def get_peer_by_id(self, peer_id: int) -> Any:
        """Raises KeyError."""
        peer = self._met.get(peer_id) or self._unwritten.get(peer_id)
        if peer is None and self._thread is not None and peer_id not in self._to_forget:
            with suppress(sqlite3.Error):  # it can be asked for
                peer = await self._in_thread(lambda file: _find(file, peer_id))
        if peer is None:
            raise KeyError(f"no peer {peer_id} is known")
        return get_input_peer(*peer)

    async def forget(self, peer_id: int) -> None:
        """Leave no byte of a peer in memory nor in the file; where there is no room for that, as soon as there is."""
        self._met.pop(peer_id, None)
        self._unwritten.pop(peer_id, None)
        self._to_forget.add(peer_id)
        await self._write()

    # --- writing ------------------------------------------------------------------------------------------------
    def _write_after(self, seconds: float) -> None:
        if self._next_write is None and self._thread is not None:
            self._next_write = asyncio.get_running_loop().call_later(seconds, self._write_now)

    def _write_now(self) -> None:
        self._next_write = None
        task = asyncio.create_task(self._write(), name="write peers")
        self._writing.add(task)
        task.add_done_callback(self._writing.discard)

    async def _write(self) -> None:
        """Bring the file level with memory, if there is room and nobody has it locked."""
        # Both are taken, and given to the thread, in one go: the thread makes the changes in the order they were made.
        peers, forgotten = dict(self._unwritten), frozenset(self._to_forget)
        if self._thread is None or not (peers or forgotten):
            return
        try:
            await self._in_thread(lambda file: _write(file, peers, forgotten))
        except sqlite3.Error:
            self._write_after(RETRY_AFTER_SECONDS)
            return
        self._to_forget -= forgotten
        for peer_id, peer in peers.items():
            if self._unwritten.get(peer_id) is peer:
                del self._unwritten[peer_id]

    async def _in_thread(self, work: Callable[[sqlite3.Connection], T]) -> T:
        assert self._thread is not None
        return await asyncio.get_running_loop().run_in_executor(self._thread, work, self.conn)


def _put(peers: OrderedDict[int, Peer], peer: Peer) -> None:
    """As the latest; the earliest gives way where there are too many."""
    peers[peer[0]] = peer
    peers.move_to_end(peer[0])
    if len(peers) > MOST_IN_MEMORY:
        peers.popitem(last=False)


# --- what is done to the file -------------------------------------------------------------------------------------
def _session_in(file: sqlite3.Connection) -> dict[str, Any]:
    """Raises TypeError where a kill came before the file was complete."""
    found = file.execute("SELECT * FROM sessions")
    return dict(zip((column[0] for column in found.description), found.fetchone(), strict=True))


def _change_session(file: sqlite3.Connection, column: str, value: object) -> None:
    with file:
        file.execute(f"UPDATE sessions SET {column} = ?", (value,))


def _find(file: sqlite3.Connection, peer_id: int) -> Peer | None:
    found: Peer | None = file.execute("SELECT id, access_hash, type FROM peers WHERE id = ?", (peer_id,)).fetchone()
    return found


def _write(file: sqlite3.Connection, peers: Mapping[int, Peer], forgotten: Iterable[int]) -> None:
    """Raises sqlite3.OperationalError; nothing is changed then."""
    _forget(file, forgotten)
    with file:
        file.executemany(
            "INSERT INTO peers (id, access_hash, type) VALUES (?, ?, ?) ON CONFLICT (id) DO UPDATE SET"
            " access_hash = excluded.access_hash, type = excluded.type"
            " WHERE access_hash IS NOT excluded.access_hash OR type IS NOT excluded.type",
            peers.values(),
        )


def _forget(file: sqlite3.Connection, peer_ids: Iterable[int]) -> None:
    rows = [(peer_id,) for peer_id in peer_ids]
    if not rows:
        return
    with file:
        file.executemany("DELETE FROM usernames WHERE id = ?", rows)
        file.executemany("DELETE FROM peers WHERE id = ?", rows)
    file.execute("VACUUM")


# --- a service that does not run ------------------------------------------------------------------------------------
def forget_session(session_dir: Path) -> None:
    """Remove the stored session; the next start signs in anew."""
    for leftover in StateFiles(session_dir).all_session_files():
        leftover.unlink()


def forget_stored_peer(session_dir: Path, peer_id: int) -> None:
    """Leave no byte of a peer in the file, as far as there is room to write it anew."""
    path = StateFiles(session_dir).session
    if path.exists():
        with closing(sqlite3.connect(path)) as connection, suppress(sqlite3.OperationalError):
            connection.execute("PRAGMA secure_delete = ON")
            _forget(connection, [peer_id])
