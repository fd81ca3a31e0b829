"""The file in which the Telegram client keeps its key and the peers it has met.

Pyrogram writes peers in one transaction that it ends only when it stops, and with their usernames. Here a new peer is
written at once, so that a kill loses none; without its name, since nobody is looked up by name; and what a full disk
does not take is remembered until there is room.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable
from contextlib import closing
from pathlib import Path
from typing import Any

from pyrogram.storage import SQLiteStorage
from pyrogram.storage.sqlite_storage import get_input_peer

from voicepipe.errors import DiskFull

SESSION_NAME = "bot"
DAMAGED = (sqlite3.SQLITE_ERROR, sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB)
"""Codes of a file that is no session; the first is that of tables that are not there."""


class SessionStorage(SQLiteStorage):  # type: ignore[misc]  # Pyrogram is untyped
    """Pyrogram's own, made to outlast a full disk and to forget.

    A file that is empty, cut, damaged or half made is made anew: a bot can always sign in again with its token.
    """

    def __init__(self, session_dir: Path) -> None:
        super().__init__(SESSION_NAME, session_dir)
        self._session_dir = session_dir
        self._unwritten: dict[int, tuple[int, int, str]] = {}

    async def open(self) -> None:
        """Raises DiskFull."""
        try:
            await self._open()
        except (sqlite3.DatabaseError, TypeError) as error:
            self._give_up(error)
            forget_session(self._session_dir)
            await self._open()

    async def _open(self) -> None:
        await super().open()
        await self.dc_id()  # raises TypeError where a kill came before the file was complete
        self.conn.execute("PRAGMA secure_delete = ON")

    def _give_up(self, error: Exception) -> None:
        """Close the file. Raises the error if it says nothing against what is in there."""
        if self._conn is not None:
            self._conn.close()
        code = getattr(error, "sqlite_errorcode", None)
        if code == sqlite3.SQLITE_FULL:
            raise DiskFull from error
        if code not in (None, *DAMAGED):
            raise error

    async def update_peers(self, peers: Iterable[tuple[int, int, str, str | None]]) -> None:
        found = [(peer_id, access_hash, kind) for peer_id, access_hash, kind, _ in peers]
        self._unwritten.update({peer[0]: peer for peer in found if not self._is_known(peer)})
        self.write_peers()

    async def update_usernames(self, usernames: Iterable[tuple[int, list[str | None]]]) -> None:
        pass

    async def get_peer_by_id(self, peer_id: int) -> Any:
        unwritten = self._unwritten.get(peer_id)
        return get_input_peer(*unwritten) if unwritten else await super().get_peer_by_id(peer_id)

    async def save(self) -> None:
        self.write_peers()
        try:
            await super().save()
        except sqlite3.OperationalError:
            self.conn.rollback()

    def write_peers(self) -> None:
        """Write the peers that are not yet in the file, if there is room."""
        if not self._unwritten:
            return
        try:
            with self.conn:
                self.conn.executemany(
                    "REPLACE INTO peers (id, access_hash, type) VALUES (?, ?, ?)", self._unwritten.values()
                )
        except sqlite3.OperationalError:
            return
        self._unwritten.clear()

    def forget(self, peer_id: int) -> None:
        """Leave no byte of a peer in the file, as far as there is room to write it anew."""
        self._unwritten.pop(peer_id, None)
        _forget(self.conn, peer_id)

    def _is_known(self, peer: tuple[int, int, str]) -> bool:
        found = self.conn.execute("SELECT id, access_hash, type FROM peers WHERE id = ?", (peer[0],))
        return bool(found.fetchone() == peer)


def forget_session(session_dir: Path) -> None:
    """Remove the stored session; the next start signs in anew."""
    for leftover in session_dir.glob(f"{SESSION_NAME}.session*"):
        leftover.unlink()


def forget_stored_peer(session_dir: Path, peer_id: int) -> None:
    """The same in the file of a service that does not run."""
    path = session_dir / f"{SESSION_NAME}{SessionStorage.FILE_EXTENSION}"
    if path.exists():
        with closing(sqlite3.connect(path)) as connection:
            connection.execute("PRAGMA secure_delete = ON")
            _forget(connection, peer_id)


def _forget(connection: sqlite3.Connection, peer_id: int) -> None:
    try:
        with connection:
            connection.execute("DELETE FROM usernames WHERE id = ?", (peer_id,))
            connection.execute("DELETE FROM peers WHERE id = ?", (peer_id,))
        connection.execute("VACUUM")
    except sqlite3.OperationalError:
        return
