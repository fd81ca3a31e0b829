"""The portrait: everything that the journal holds about a user, for the user to read."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from voicepipe.store.books.transcripts import unpacked
from voicepipe.store.core import Core
from voicepipe.store.journal import Journal, from_microseconds

Table = Sequence[Mapping[str, Any]]
_OWNERS = ("user_id", "owner_id")
"""In whichever table has one of these columns, the rows with a user's id there are about that user."""
_INSTANT = "_at"
"""How the names of columns end that hold an instant, in microseconds since 1970."""
_DOCUMENTS = ("outcome", "value")
"""Columns that hold JSON."""

_OTHERS = "made_by"
"""A column that says what somebody else has done."""
_PACKED = "content"
"""A column that holds deflated JSON."""


class Portrait:
    """Tells users what is known of them."""

    def __init__(self, core: Core) -> None:
        self._core = core

    async def of(self, user_id: int) -> Mapping[str, Table]:
        """The rows about a user, by table; instants in ISO 8601, in UTC. Tables with no row about them are left out."""
        return await self._core.read(lambda journal: _portrait(journal, user_id))


def _portrait(journal: Journal, user_id: int) -> Mapping[str, Table]:
    found = {}
    for table, owner in owned_tables(journal):
        cursor = journal.execute(f"SELECT * FROM {table} WHERE {owner} = ?", (user_id,))
        names = [column[0] for column in cursor.description]
        if rows := [_readable(dict(zip(names, row, strict=True))) for row in cursor]:
            found[table] = rows
    return found


def owned_tables(journal: Journal) -> list[tuple[str, str]]:
    """The tables whose rows are about a user, each with the column that says about whom."""
    columns = journal.execute(
        "SELECT tables.name, columns.name FROM sqlite_schema AS tables, pragma_table_info(tables.name) AS columns"
        f" WHERE tables.type = 'table' AND columns.name IN ({', '.join('?' * len(_OWNERS))}) ORDER BY tables.name",
        _OWNERS,
    )
    return [(table, column) for table, column in columns]


def _readable(row: dict[str, Any]) -> dict[str, Any]:
    """A row without what is empty in it."""
    return {name: _value(name, value) for name, value in row.items() if value is not None and name != _OTHERS}


def _value(name: str, value: Any) -> Any:
    if name.endswith(_INSTANT):
        return from_microseconds(value).isoformat(timespec="seconds")
    if name in _DOCUMENTS:
        return json.loads(value)
    if name == _PACKED:
        return json.loads(unpacked(value))
    return value
