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

SESSION_NAME = "bot"


class SessionStorage(SQLiteStorage):  # type: ignore[misc]  # Pyrogram is untyped
    """Pyrogram's own, made to outlast a full disk and to forget."""

    def __init__(self, session_dir: Path) -> None:
        super().__init__(SESSION_NAME, session_dir)
        self._unwritten: dict[int, tuple[int, int, str]] = {}

    async def open(self) -> None:
        await super().open()
        self.conn.execute("PRAGMA secure_delete = ON")

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
