"""What users are told of themselves is all that the journal holds about them, and nothing of anybody else's."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from pathlib import Path

from tests.integration.store.test_forget import ANNA, NAME, TEXT, WORDS, live
from tests.support.store.tools import Opener

NOBODYS = {"bot", "entries_seq", "forgetting", "requests", "sqlite_sequence", "till", "traces", "update_state"}
"""Tables that hold nothing under anybody's id."""


async def test_it_is_everything_and_only_ones_own(opener: Opener) -> None:
    keeper = await opener()
    await live(keeper)
    portrait = json.dumps(await keeper.portrait.of(ANNA), ensure_ascii=False)
    assert all(word in portrait for word in (str(ANNA), NAME, TEXT, WORDS))
    tables = await keeper.portrait.of(ANNA)
    assert {row["user_id"] for rows in tables.values() for row in rows} == {ANNA}
    assert {"jobs", "entries", "people", "transcripts"} <= set(tables)
    assert tables["people"][0]["first_seen_at"].endswith("+00:00")


async def test_of_a_stranger_there_is_nothing(opener: Opener) -> None:
    keeper = await opener()
    await live(keeper)
    assert await keeper.portrait.of(4711) == {}
    await keeper.forgetting.forget(ANNA)
    await keeper.forgetting.end_farewell(ANNA)
    assert await keeper.portrait.of(ANNA) == {}


async def test_every_table_says_whose_its_rows_are_or_is_nobodys(opener: Opener, state_dir: Path) -> None:
    keeper = await opener()
    await live(keeper)
    await keeper.close()
    with closing(sqlite3.connect(state_dir / "journal.sqlite")) as journal:
        tables = {row[0] for row in journal.execute("SELECT name FROM sqlite_schema WHERE type = 'table'")}
        owned = {
            table
            for table in tables
            for column in journal.execute(f"PRAGMA table_info({table})")
            if column[1] in ("user_id", "owner_id")
        }
    # What is in the inbox or set aside is told by its jobs, of others only numbers are kept; originals go when they are
    # answered.
    assert tables - owned - NOBODYS == {"inbox", "originals", "set_aside"}
