"""Connected accounts: what their owners allow, and what is still to be told to them."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from voicepipe.domain.connections import Connection
from voicepipe.store.core import Core
from voicepipe.store.journal import Journal, places

_COLUMNS = "connection_id, user_id, dc_id, can_reply, is_enabled, qts, since"


class Connections:
    """Everything that is connected, or was, held in memory as well."""

    def __init__(self, core: Core) -> None:
        self._core = core
        self._by_id: dict[str, Connection] = {}

    async def remember(self) -> None:
        """Read all of them from the journal."""
        rows = await self._core.read(lambda journal: journal.execute(f"SELECT {_COLUMNS} FROM connections").fetchall())
        self._by_id = {row[0]: _connection(row) for row in rows}

    def find(self, connection_id: str) -> Connection | None:
        """A connection as its owner wants it now; None for one that is not known, or was forgotten."""
        return self._by_id.get(connection_id)

    async def record(self, connection: Connection) -> bool:
        """Remember a change of a connection, to be told to its owner; False for one that is known, or out of date.

        A change of what the bot does not go by, as of the chats that are chosen, need not be told.
        """

        def work(journal: Journal) -> Connection | None:
            known = _find(journal, connection.connection_id)
            if known is not None and known.qts >= connection.qts:
                return None
            now, is_told = connection, False
            if known is not None and _is_alike(known, connection):
                now, is_told = replace(connection, since=known.since), _is_told(journal, connection)
            values = (
                *(now.connection_id, now.owner_id, now.dc_id, now.can_reply, now.is_enabled),
                *(now.qts, now.since, is_told),
            )
            journal.execute(
                f"INSERT OR REPLACE INTO connections ({_COLUMNS}, is_told) VALUES ({places(values)})", values
            )
            return now

        return await self._core.write(work, self._keep) is not None

    async def untold(self) -> list[Connection]:
        """Those whose owners were not told yet how they are now."""
        sql = f"SELECT {_COLUMNS} FROM connections WHERE NOT is_told"
        return [_connection(row) for row in await self._core.read(lambda journal: journal.execute(sql).fetchall())]

    async def mark_told(self, connection: Connection) -> None:
        """The owner knows how the connection is, unless it has changed again meanwhile."""
        sql = "UPDATE connections SET is_told = 1 WHERE connection_id = ? AND since = ?"
        await self._core.write(lambda journal: journal.execute(sql, (connection.connection_id, connection.since)))

    def forget(self, owner_id: int) -> None:
        """Keep nothing of a user's connections in memory."""
        self._by_id = {key: each for key, each in self._by_id.items() if each.owner_id != owner_id}

    def _keep(self, connection: Connection | None) -> None:
        if connection is not None:
            self._by_id[connection.connection_id] = connection


def _find(journal: Journal, connection_id: str) -> Connection | None:
    sql = f"SELECT {_COLUMNS} FROM connections WHERE connection_id = ?"
    row = journal.execute(sql, (connection_id,)).fetchone()
    return None if row is None else _connection(row)


def _is_told(journal: Journal, connection: Connection) -> bool:
    sql = "SELECT is_told FROM connections WHERE connection_id = ?"
    return bool(journal.execute(sql, (connection.connection_id,)).fetchone()[0])


def _is_alike(known: Connection, now: Connection) -> bool:
    return (known.is_enabled, known.can_reply) == (now.is_enabled, now.can_reply)


def _connection(row: tuple[Any, ...]) -> Connection:
    return Connection(
        connection_id=row[0],
        owner_id=row[1],
        dc_id=row[2],
        can_reply=bool(row[3]),
        is_enabled=bool(row[4]),
        qts=row[5],
        since=row[6],
    )
