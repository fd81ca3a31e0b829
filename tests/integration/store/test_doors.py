"""The door is part of a job's key: the same numbers behind another door are another message, everywhere."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from tests.support.store.tools import USER, Opener, job, left, transcript, usage
from voicepipe.domain.asking import Asking, Manner
from voicepipe.domain.jobs import GUEST, Job, JobKey
from voicepipe.domain.messages import Deletion, Press
from voicepipe.domain.people import Person
from voicepipe.store import Delivered, InboxMessage, Store, UpdateState, migrations

CONTACT = 900
BUSINESS = "business:AbC-_1"
DOORS = ("", GUEST, BUSINESS)
VERSION_BEFORE_DOORS = 6


def behind(door: str, number: int = 5) -> Job:
    """A user's recording; a connected account's is in the chat with somebody else."""
    chat_id = CONTACT if door == BUSINESS else USER
    return replace(job(5), key=JobKey(chat_id, number, door))


async def receive(keeper: Store, *jobs: Job) -> list[JobKey]:
    return await keeper.inbox.receive([InboxMessage(each.key, True, each.accepted_at, each.user_id) for each in jobs])


async def test_the_same_numbers_behind_each_door_are_three_jobs(keeper: Store, opener: Opener, state_dir: Path) -> None:
    jobs = [replace(job(5, daily=10), key=JobKey(USER, 5, door)) for door in DOORS]
    assert await receive(keeper, *jobs) == [each.key for each in jobs]
    for each in jobs:
        assert await keeper.jobs.accept(each)
        assert not await keeper.jobs.accept(each)
    keeper = await opener()
    assert [each.key for each in await keeper.jobs.unfinished()] == [each.key for each in jobs]
    await keeper.jobs.record_status_message(jobs[1].key, 77)
    assert await keeper.jobs.record_death(jobs[2].key) == 1
    assert [each.status_message_id for each in await keeper.jobs.unfinished()] == [None, 77, None]
    for number, each in enumerate(jobs):
        await keeper.jobs.conclude(each, transcript(f"text {number}"), charged_seconds=4, usage=usage())
    await keeper.jobs.mark_done(jobs[0].key, kept=Delivered())
    await keeper.jobs.mark_unanswered(jobs[1].key)
    await keeper.jobs.mark_done(jobs[2].key, kept=Delivered())
    assert left(keeper) == (52, 0)
    assert await keeper.reports.check() == []
    moved = {row.key.door for row in await keeper.reports.history(USER, 100) if row.key}
    assert moved == set(DOORS)
    assert kept(state_dir) == [(USER, 5, "", "text 0"), (USER, 5, BUSINESS, "text 2")]


async def test_messages_behind_other_doors_do_not_count_in_the_chat_s_numbering(keeper: Store) -> None:
    await receive(keeper, behind("", 5), behind(GUEST, 2**62), behind(BUSINESS, 4000))
    assert await keeper.inbox.last_message_id(0) == 5
    await keeper.inbox.dismiss(JobKey(USER, 2**62, GUEST))
    assert [each.key for each in await keeper.inbox.undecided()] == [JobKey(USER, 5), JobKey(CONTACT, 4000, BUSINESS)]


@pytest.mark.parametrize("end", ["dismissed", "answered", "unanswered", "forgotten", "another bot"])
async def test_an_update_that_can_t_be_asked_for_again_is_kept_until_its_message_is_answered(
    keeper: Store, opener: Opener, state_dir: Path, end: str
) -> None:
    await keeper.belong_to(1)
    mine = behind(GUEST)
    received = InboxMessage(mine.key, True, mine.accepted_at, USER, b"an update")
    assert await keeper.inbox.receive([received]) == [mine.key]
    assert await keeper.inbox.receive([replace(received, original=b"another")]) == []
    keeper = await opener()
    assert await keeper.inbox.original(mine.key) == b"an update"
    assert await keeper.inbox.original(replace(mine.key, door=BUSINESS)) is None
    if end == "dismissed":
        await keeper.inbox.dismiss(mine.key)
    elif end == "another bot":
        await keeper.belong_to(2)
    else:
        await keeper.jobs.accept(mine)
        await keeper.jobs.conclude(mine, transcript(), charged_seconds=4, usage=usage())
        assert await keeper.inbox.original(mine.key) == b"an update"
        await (keeper.jobs.mark_unanswered if end == "unanswered" else keeper.jobs.mark_done)(mine.key)
    if end == "forgotten":
        await keeper.forgetting.forget(USER)
    assert rows(state_dir, "SELECT count(*) FROM originals") == [(0,)]


async def test_a_press_is_under_a_message_behind_its_door(keeper: Store, opener: Opener) -> None:
    key = JobKey(CONTACT, 4, BUSINESS)
    at = job(1).accepted_at
    press = Press(query_id=1, person=Person(USER, None, None), key=key, is_private=True, data="hide:", pressed_at=at)
    assert await keeper.inbox.receive_press(press)
    keeper = await opener()
    assert await keeper.inbox.undecided_presses() == [press]
    await keeper.inbox.finish_press(1)
    assert not await keeper.inbox.receive_press(press)


async def test_forgetting_a_user_takes_their_doors_along(keeper: Store, state_dir: Path) -> None:
    for door in DOORS:
        each = behind(door)
        await receive(keeper, each)
        await keeper.jobs.accept(each)
        await keeper.jobs.conclude(each, transcript(), charged_seconds=4, usage=usage())
        await keeper.jobs.mark_done(each.key, kept=Delivered())
    asked_at = job(9).accepted_at
    assert (await keeper.forgetting.forget(USER, asked_by=9, sent_at=asked_at)).was_known
    assert kept(state_dir) == []
    assert rows(state_dir, "SELECT count(*) FROM inbox") == [(0,)]
    assert rows(state_dir, "SELECT DISTINCT user_id, door FROM entries") == [(0, "")]
    assert await keeper.reports.check() == []
    # The number of a query says nothing of when it was made.
    late = replace(behind(GUEST, 2**40), accepted_at=asked_at)
    assert await receive(keeper, late) == []
    later = replace(behind(GUEST, 3), accepted_at=asked_at + timedelta(seconds=1))
    assert await receive(keeper, later) == [later.key]


async def test_forgetting_a_user_takes_along_what_they_asked_for(keeper: Store, state_dir: Path) -> None:
    """Their id is in the door, also of a whisper that nothing came of."""
    group = -1_000_000_000_100
    for user_id in (USER, CONTACT):
        for manner in Manner:
            asking = Asking(manner=manner, user_id=user_id, message_id=9)
            each = replace(job(5), key=JobKey(group, 5, asking.door), user_id=user_id, is_private=False)
            await keeper.jobs.accept(each)
            await keeper.jobs.conclude(each, transcript(), charged_seconds=4, usage=usage())
            await keeper.jobs.mark_done(each.key)
        whisper = Asking(manner=Manner.WHISPERED, user_id=user_id, message_id=10)
        key = JobKey(group, 10, whisper.door)
        assert await keeper.inbox.receive([InboxMessage(key, False, job(5).accepted_at, user_id, b"/help")]) == [key]
    assert [each.user_id for each in await keeper.jobs.of_message(group, 5)] == [CONTACT] * 3 + [USER] * 3
    assert (await keeper.forgetting.forget(USER)).was_known
    for table in ("inbox", "jobs", "originals", "entries"):
        doors = [str(row[0]) for row in rows(state_dir, f"SELECT door FROM {table}")]
        assert doors
        assert not [door for door in doors if f":{USER}:" in door]
    assert await keeper.reports.check() == []


async def test_a_contact_who_is_forgotten_takes_nothing_of_the_owner_s(keeper: Store) -> None:
    mine = behind(BUSINESS)
    await receive(keeper, mine)
    assert (await keeper.forgetting.forget(CONTACT)).unfinished == 0
    assert [each.key for each in await keeper.inbox.undecided()] == [mine.key]


async def test_another_bot_has_none_of_the_doors(keeper: Store, state_dir: Path) -> None:
    await keeper.belong_to(1)
    for door in DOORS:
        await receive(keeper, behind(door))
        await keeper.jobs.accept(behind(door))
    for door in (GUEST, BUSINESS):
        await keeper.jobs.conclude(behind(door), transcript(), charged_seconds=4, usage=usage())
        await keeper.jobs.mark_done(behind(door).key, kept=Delivered())
    await keeper.belong_to(2)
    assert await keeper.jobs.unfinished() == []
    assert await keeper.reports.check() == []
    assert {row[2] for row in kept(state_dir)} == {""}


def test_a_deletion_concerns_its_own_door() -> None:
    own = Deletion(chat_id=None, message_ids=frozenset({5}))
    assert [own.concerns(JobKey(USER, 5, door)) for door in DOORS] == [True, False, False]
    business = Deletion(chat_id=CONTACT, message_ids=frozenset({5}), door=BUSINESS)
    keys = [JobKey(CONTACT, 5, BUSINESS), JobKey(USER, 5, BUSINESS), JobKey(CONTACT, 5), JobKey(CONTACT, 5, GUEST)]
    assert [business.concerns(key) for key in keys] == [True, False, False, False]


# --- files from before doors ------------------------------------------------------------------------------------------
async def test_a_journal_from_before_doors_is_taken_over_whole(opener: Opener, state_dir: Path) -> None:
    await make_journal_before_doors(opener, state_dir)
    before = dict(contents(state_dir))
    assert all(found for _, found in before.values())
    keeper = await opener()
    await keeper.close()
    for table, (columns, found) in before.items():
        assert rows(state_dir, f"SELECT {columns} FROM {table} ORDER BY rowid") == found
    for table in ("inbox", "jobs", "transcripts", "entries", "presses"):
        assert rows(state_dir, f"SELECT DISTINCT door FROM {table}") == [("",)]
    keeper = await opener()
    assert [each.key for each in await keeper.jobs.unfinished()] == [JobKey(USER, 2), JobKey(USER, 3)]
    assert [each.key for each in await keeper.inbox.undecided()] == [JobKey(USER, 4)]
    assert len(await keeper.reports.history(USER, 100)) == 6
    assert await keeper.reports.check() == []
    # And goes on.
    await keeper.jobs.mark_done(JobKey(USER, 2))
    done = replace(job(1), key=JobKey(USER, 1))
    assert not await keeper.jobs.accept(done)


async def make_journal_before_doors(opener: Opener, state_dir: Path) -> None:
    """A life of the store, put into a file as the version before made it."""
    keeper = await opener()
    await keeper.belong_to(1)
    await keeper.people.see(Person(USER, "anna", "ru"))
    await keeper.accounts.grant(USER, 30, request_id="grant")
    jobs = [job(number) for number in (1, 2, 3)]
    state = UpdateState(box=0, pts=9, qts=2, date=1, seq=0)
    await keeper.inbox.receive([InboxMessage(job(number).key, True, job(number).accepted_at) for number in range(1, 5)])
    await keeper.inbox.receive([], state)
    for each in jobs:
        await keeper.jobs.accept(each)
    for each in jobs[:2]:
        await keeper.jobs.conclude(each, transcript(), charged_seconds=4, usage=usage())
    await keeper.jobs.mark_done(jobs[0].key, kept=Delivered())
    press = Press(
        query_id=1,
        person=Person(USER, None, None),
        key=JobKey(USER, 9),
        is_private=True,
        data="a:b",
        pressed_at=job(1).accepted_at,
    )
    await keeper.inbox.receive_press(press)
    await keeper.forgetting.forget(CONTACT, asked_by=3, sent_at=job(1).accepted_at)
    await keeper.close()
    newer = state_dir / "journal.sqlite"
    newer.rename(state_dir / "newer")
    with closing(sqlite3.connect(newer)) as db:
        for number, sql in migrations.scripts("journal")[:VERSION_BEFORE_DOORS]:
            db.executescript(f"{sql}\nPRAGMA user_version = {number};")
        db.execute("ATTACH ? AS newer", (str(state_dir / "newer"),))
        for (table,) in db.execute("SELECT name FROM main.sqlite_schema WHERE type = 'table'").fetchall():
            columns = ", ".join(row[1] for row in db.execute(f"PRAGMA main.table_info({table})"))
            db.execute(f"DELETE FROM main.{table}")
            db.execute(f"INSERT INTO main.{table} ({columns}) SELECT {columns} FROM newer.{table} ORDER BY 1")
        db.commit()
    (state_dir / "newer").unlink()


def contents(state_dir: Path) -> Iterator[tuple[str, tuple[str, list[tuple[object, ...]]]]]:
    """Every table that has rows of its own order: its columns, and what they hold."""
    tables = ("inbox", "update_state", "people", "jobs", "entries", "transcripts", "bot", "presses", "forgetting")
    for table in tables:
        columns = ", ".join(str(row[1]) for row in rows(state_dir, f"PRAGMA table_info({table})"))
        yield table, (columns, rows(state_dir, f"SELECT {columns} FROM {table} ORDER BY rowid"))


def kept(state_dir: Path) -> list[tuple[object, ...]]:
    return rows(state_dir, "SELECT chat_id, message_id, door, text FROM transcripts ORDER BY rowid")


def rows(state_dir: Path, sql: str) -> list[tuple[object, ...]]:
    with closing(sqlite3.connect(state_dir / "journal.sqlite")) as db:
        return db.execute(sql).fetchall()
