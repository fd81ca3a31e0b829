"""A forgotten user is in no byte of any file, and still has used what they used today."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from random import Random

import pytest
from pydantic import ValidationError

from tests.support.store.tools import USER, Clock, Opener, job, left, operations, transcript, usage
from voicepipe.control.messages import ForgetUser, SetBanned
from voicepipe.control.operations.users import parse_user
from voicepipe.domain.jobs import JobKey
from voicepipe.domain.people import Person
from voicepipe.domain.quota import Reservation
from voicepipe.domain.transcripts import Failure, FailureReason
from voicepipe.errors import RequestRefused
from voicepipe.store import Delivered, Farewell, Forgotten, InboxMessage, Store, UserRow

ANNA = 0x5A17C39E6D42
"""An id that does not occur by chance in any of the ways in which the files may write it."""
NAME, TEXT = "anna_inimitable", "неповторимое слово"
WORDS = "Несравненная Фёкла"
"""What she has given as a vocabulary."""
GROUP = -1_002_345_678_901
NO_SPEECH = Failure(FailureReason.NO_SPEECH, 4.2)
DONE = Forgotten(unfinished=0, was_known=True)


async def answer(keeper: Store, number: int, *, user_id: int = ANNA, chat_id: int = ANNA, keep: bool = False) -> None:
    """A recording of 10 s reserved, received, charged 4 s and delivered."""
    new = replace(job(number, user_id=user_id), key=JobKey(chat_id, number))
    await keeper.inbox.receive([InboxMessage(new.key, True, new.accepted_at)])
    await keeper.jobs.accept(new)
    await keeper.jobs.conclude(new, transcript(TEXT), charged_seconds=4, usage=usage())
    await keeper.jobs.mark_done(new.key, kept=Delivered() if keep else None)


async def live(keeper: Store) -> None:
    """A life of Anna's, beside somebody else's."""
    await keeper.people.see(Person(ANNA, NAME, "ru"))
    await keeper.people.see(Person(USER, "other", "ru"))
    await keeper.accounts.grant(ANNA, 30, request_id="grant-anna")
    await keeper.accounts.set_quota(ANNA, 50, request_id="quota-anna")
    await keeper.accounts.change_setting(ANNA, "vocabulary", WORDS, request_id="words-anna", is_private=True)
    await keeper.inbox.receive([InboxMessage(JobKey(ANNA, 1), False, job(1).accepted_at)])
    await answer(keeper, 2, keep=True)
    await answer(keeper, 3, chat_id=GROUP)
    await answer(keeper, 4, user_id=USER, chat_id=USER)
    failed = replace(job(5, daily=46, extra=3, user_id=ANNA), key=JobKey(ANNA, 5))
    await keeper.jobs.accept(failed)
    await keeper.jobs.conclude(failed, NO_SPEECH, charged_seconds=0, usage=None)
    await keeper.jobs.mark_done(failed.key)


def spellings() -> Iterator[bytes]:
    """Every way in which a file may say who or what it was."""
    yield str(ANNA).encode()
    yield ANNA.to_bytes(8, "little")
    yield ANNA.to_bytes(6, "big")  # as SQLite writes a number of this size
    yield NAME.encode()
    yield NAME.encode("utf-16-le")
    yield TEXT.encode()
    yield WORDS.encode()


def found_in(state_dir: Path) -> dict[str, list[bytes]]:
    """What is still there of Anna, by file."""
    content = {path.name: path.read_bytes() for path in state_dir.rglob("*") if path.is_file()}
    found = {name: [each for each in spellings() if each in data] for name, data in content.items()}
    return {name: traces for name, traces in found.items() if traces}


async def forget(keeper: Store, user_id: int = ANNA, *, asked_by: int = 0) -> Forgotten:
    """All that it takes."""
    forgotten = await keeper.forgetting.forget(user_id, asked_by=asked_by)
    if forgotten.was_known:
        await keeper.forgetting.erase()
    await keeper.forgetting.end_farewell(user_id, asked_by)
    return forgotten


async def test_no_byte_of_any_file_tells_of_a_forgotten_user(keeper: Store, opener: Opener, state_dir: Path) -> None:
    await live(keeper)
    await keeper.reports.users()
    (state_dir / "records.duckdb.damaged-1").write_bytes(NAME.encode())
    (state_dir / "journal.sqlite.replaced-20260301T120000Z").write_bytes(NAME.encode())
    before = found_in(state_dir)
    assert {"journal.sqlite-wal", "records.duckdb"} <= before.keys()
    assert set(before["journal.sqlite-wal"]) >= {ANNA.to_bytes(6, "big"), NAME.encode(), TEXT.encode()}

    assert await forget(keeper) == DONE
    assert found_in(state_dir) == {}
    assert keeper.people.person(ANNA) is None
    assert await keeper.reports.find_user(f"@{NAME}") is None
    assert await keeper.reports.user(ANNA) is None
    assert [row.user_id for row in await keeper.reports.users()] == [USER]
    assert await keeper.reports.history(ANNA, 100) == []
    assert found_in(state_dir) == {}
    await keeper.close()
    assert found_in(state_dir) == {}
    keeper = await opener()
    assert await keeper.reports.user(ANNA) is None
    await keeper.close()
    assert found_in(state_dir) == {}


async def test_what_somebody_wrote_is_gone_from_the_journal_when_they_write_something_else(
    keeper: Store, opener: Opener, state_dir: Path
) -> None:
    for number, words in enumerate((WORDS, "", "other words")):
        request_id = f"words-{number}"
        await keeper.accounts.change_setting(ANNA, "vocabulary", words, request_id=request_id, is_private=True)
        await keeper.reports.users()
    await keeper.close()
    assert WORDS.encode() not in (state_dir / "journal.sqlite").read_bytes()
    assert (await opener()).accounts.setting(ANNA, "vocabulary") == "other words"
    (state_dir / "records.duckdb").unlink()
    assert (await opener()).accounts.setting(ANNA, "vocabulary") == "other words"


async def test_a_file_that_was_written_to_for_long_keeps_nothing_between_its_rows(
    keeper: Store, opener: Opener, state_dir: Path
) -> None:
    await keeper.close()
    write_for_long(state_dir / "journal.sqlite")
    keeper = await opener()
    await forget(keeper)
    await keeper.close()
    assert rows_of(state_dir, "transcripts") > 100
    assert found_in(state_dir) == {}


def write_for_long(journal: Path) -> None:
    """Rows of all lengths that come and go make pages split, which leaves copies behind; so does this seed."""
    chance = Random(10)
    with closing(sqlite3.connect(journal, isolation_level=None)) as db:
        db.execute("PRAGMA secure_delete = ON")
        db.execute("PRAGMA synchronous = OFF")
        for _ in range(1500):
            user_id = ANNA if chance.random() < 0.2 else ANNA + chance.randrange(1, 10**9)
            text = (TEXT if user_id == ANNA else "other") + "x" * chance.randrange(chance.choice([1, 50, 6000]))
            row = (user_id, first := chance.randrange(10**6), "", user_id, text, 0)
            db.execute("INSERT OR REPLACE INTO transcripts VALUES (?, ?, ?, ?, ?, ?, NULL, NULL)", row)
            if chance.random() < 0.3:
                db.execute("DELETE FROM transcripts WHERE message_id BETWEEN ? AND ?", (first, first + 3000))


async def test_sums_and_invariants_hold_without_the_forgotten(keeper: Store, opener: Opener) -> None:
    await live(keeper)
    (before,) = await keeper.reports.usage_by_day(1)
    other = await keeper.reports.user(USER)
    await forget(keeper)
    for _ in range(2):
        assert await keeper.reports.check() == []
        (after,) = await keeper.reports.usage_by_day(1)
        assert (after.recordings, after.audio_seconds, after.compute_seconds) == (
            *(before.recordings, before.audio_seconds, before.compute_seconds),
        )
        assert await keeper.reports.user(USER) == other
        keeper = await opener()
    assert left(keeper, USER) == (56, 0)


async def test_being_forgotten_brings_no_second_quota_today(keeper: Store, opener: Opener, clock: Clock) -> None:
    await live(keeper)
    assert left(keeper, ANNA) == (42, 30)
    await forget(keeper)
    # The quota of their own and the granted seconds are gone; the 8 s of today are not.
    assert left(keeper, ANNA) == (52, 0)
    keeper = await opener()
    assert left(keeper, ANNA) == (52, 0)

    await answer(keeper, 9)
    assert left(keeper, ANNA) == (48, 0)
    assert await forget(keeper) == DONE
    keeper = await opener()
    assert left(keeper, ANNA) == (48, 0)
    assert await keeper.reports.check() == []

    clock.now += timedelta(days=1)
    assert left(keeper, ANNA) == (60, 0)


async def test_nothing_is_kept_of_a_user_when_nothing_late_can_come_any_more(
    keeper: Store, clock: Clock, state_dir: Path
) -> None:
    await live(keeper)
    await forget(keeper)
    await keeper.prune_forgotten(timedelta(days=30))
    assert rows_of(state_dir, "traces WHERE taken_seconds <> 0") == 1
    clock.now += timedelta(days=2)
    await keeper.prune_forgotten(timedelta(days=30))
    assert rows_of(state_dir, "traces") == 1, "late messages may still come"
    assert rows_of(state_dir, "traces WHERE taken_seconds <> 0") == 0
    clock.now += timedelta(days=29)
    await keeper.prune_forgotten(timedelta(days=30))
    assert rows_of(state_dir, "traces") == 0


def rows_of(state_dir: Path, of: str) -> int:
    with closing(sqlite3.connect(state_dir / "journal.sqlite")) as db:
        return int(db.execute(f"SELECT count(*) FROM {of}").fetchone()[0])


async def test_a_ban_outlives_being_forgotten_until_it_is_lifted(
    keeper: Store, opener: Opener, clock: Clock, state_dir: Path
) -> None:
    await keeper.people.see(Person(ANNA, NAME, "ru"))
    await keeper.accounts.set_banned(ANNA, True, request_id="ban")
    for _ in range(2):
        await forget(keeper)
        assert keeper.accounts.balance(ANNA).is_banned
        assert found_in(state_dir) == {}
        clock.now += timedelta(days=3)
        await keeper.prune_forgotten(timedelta(days=30))
        keeper = await opener()
        assert keeper.accounts.balance(ANNA).is_banned
        await keeper.people.see(Person(ANNA, NAME, "ru"))
    await keeper.accounts.set_banned(ANNA, False, request_id="unban")
    assert not keeper.accounts.balance(ANNA).is_banned
    keeper = await opener()
    assert not keeper.accounts.balance(ANNA).is_banned
    await forget(keeper)
    assert not keeper.accounts.balance(ANNA).is_banned


@pytest.mark.parametrize("state", ["undecided", "accepted", "concluded"])
async def test_who_waits_for_an_answer_is_not_forgotten(keeper: Store, state: str) -> None:
    await keeper.people.see(Person(ANNA, NAME, "ru"))
    waiting = replace(job(1, user_id=ANNA), key=JobKey(ANNA, 1))
    await keeper.inbox.receive([InboxMessage(waiting.key, True, waiting.accepted_at)])
    if state != "undecided":
        await keeper.jobs.accept(waiting)
    if state == "concluded":
        await keeper.jobs.conclude(waiting, NO_SPEECH, charged_seconds=0, usage=None)
    balance = keeper.accounts.balance(ANNA)
    assert await forget(keeper) == Forgotten(unfinished=1, was_known=False)
    assert (keeper.people.person(ANNA), keeper.accounts.balance(ANNA)) == (Person(ANNA, NAME, "ru"), balance)
    assert await keeper.reports.check() == []


async def test_a_stranger_leaves_no_trace(keeper: Store, state_dir: Path) -> None:
    assert await forget(keeper) == Forgotten(unfinished=0, was_known=False)
    assert rows_of(state_dir, "traces") == 0


async def test_to_ask_is_nothing_that_was_known(keeper: Store, state_dir: Path) -> None:
    """Else whoever asks without end has the files written anew each time."""
    await keeper.inbox.receive([InboxMessage(JobKey(ANNA, number), False, job(1).accepted_at) for number in (1, 2)])
    assert (await forget(keeper, asked_by=2)).was_known
    await keeper.inbox.receive([InboxMessage(JobKey(ANNA, 3), False, job(1).accepted_at)])
    assert not (await forget(keeper, asked_by=3)).was_known
    assert rows_of(state_dir, "inbox") == 0
    assert found_in(state_dir) == {}


async def test_what_was_begun_to_be_forgotten_is_known_until_it_is_complete(
    keeper: Store, opener: Opener, state_dir: Path
) -> None:
    await live(keeper)
    assert await keeper.forgetting.forget(ANNA, asked_by=9, language="ru") == DONE
    assert await keeper.forgetting.forget(ANNA, asked_by=10, language="en") == DONE  # there is something to erase still
    for _ in range(2):
        keeper = await opener()
        assert await keeper.forgetting.farewells() == [Farewell(ANNA, 9, "ru"), Farewell(ANNA, 10, "en")]
    await keeper.forgetting.erase()
    assert {farewell.is_erased for farewell in await keeper.forgetting.farewells()} == {True}
    assert not (await keeper.forgetting.forget(ANNA, asked_by=11)).was_known
    for number in (9, 10, 11):
        await keeper.forgetting.end_farewell(ANNA, number)
    assert await keeper.forgetting.farewells() == []
    assert found_in(state_dir) == {}


async def test_a_recording_that_comes_meanwhile_is_the_first_of_a_new_user(keeper: Store) -> None:
    await live(keeper)
    coming = replace(job(9, user_id=ANNA), key=JobKey(ANNA, 9))
    forgotten, accepted = await asyncio.gather(forget(keeper), keeper.jobs.accept(coming))
    assert (forgotten, accepted) == (DONE, True)
    # The new one's reservation, and what was taken before.
    assert left(keeper, ANNA) == (60 - 10 - 8, 0)
    assert await keeper.jobs.unfinished() == [coming]
    row = await keeper.reports.user(ANNA)
    assert isinstance(row, UserRow)
    assert (row.username, row.used_today_seconds, row.recordings) == (None, 10, 0)
    assert await keeper.reports.check() == []


async def test_records_from_before_a_forgetting_are_never_used(keeper: Store, opener: Opener, state_dir: Path) -> None:
    await live(keeper)
    await keeper.reports.users()
    await keeper.close()
    old = (state_dir / "records.duckdb").read_bytes()
    keeper = await opener()
    await forget(keeper)
    await keeper.close()
    # As if the process had been killed after the journal's transaction.
    (state_dir / "records.duckdb").write_bytes(old)
    keeper = await opener()
    assert [row.user_id for row in await keeper.reports.users()] == [USER]
    await keeper.close()
    assert found_in(state_dir) == {}


# --- texts that are kept ---------------------------------------------------------------------------------------------
async def test_a_text_is_kept_as_long_as_the_operator_wants(keeper: Store, clock: Clock, state_dir: Path) -> None:
    await answer(keeper, 1)
    assert rows_of(state_dir, "transcripts") == 0
    await answer(keeper, 2, keep=True)
    failed = replace(job(3, user_id=ANNA), reservation=Reservation(date(2026, 3, 1), 1, 0))
    await keeper.jobs.accept(failed)
    await keeper.jobs.conclude(failed, NO_SPEECH, charged_seconds=0, usage=None)
    await keeper.jobs.mark_done(failed.key, kept=Delivered())
    await keeper.jobs.mark_done(JobKey(ANNA, 2), kept=Delivered())
    with closing(sqlite3.connect(state_dir / "journal.sqlite")) as db:
        assert db.execute("SELECT message_id, text FROM transcripts").fetchall() == [(2, TEXT)]
    assert await keeper.transcripts.prune_kept(timedelta(hours=1)) == 0
    clock.now += timedelta(hours=2)
    assert await keeper.transcripts.prune_kept(timedelta(hours=1)) == 1
    assert not [name for name, traces in found_in(state_dir).items() if TEXT.encode() in traces]


async def test_who_wants_no_texts_kept_has_none_from_then_on(keeper: Store, state_dir: Path) -> None:
    await answer(keeper, 1, keep=True)
    await answer(keeper, 2, chat_id=GROUP, keep=True)
    await answer(keeper, 3, user_id=USER, chat_id=USER, keep=True)

    def left() -> list[int]:
        with closing(sqlite3.connect(state_dir / "journal.sqlite")) as db:
            return [row[0] for row in db.execute("SELECT message_id FROM transcripts ORDER BY message_id")]

    for number, (subject, value, expected) in enumerate(
        [(ANNA, True, [1, 2, 3]), (ANNA, None, [1, 2, 3]), (ANNA, False, [2, 3]), (GROUP, False, [3])]
    ):
        await keeper.accounts.change_setting(subject, "keep_texts", value, request_id=f"keep-{number}")
        assert left() == expected


# --- who speaks as a group or a channel ------------------------------------------------------------------------------
async def test_who_speaks_as_a_group_can_be_administered_and_forgotten(keeper: Store) -> None:
    await keeper.people.see(Person(GROUP, None, None))
    await answer(keeper, 1, user_id=GROUP, chat_id=GROUP)
    desk = operations(keeper)
    report = await desk.perform(SetBanned(user=str(GROUP), value=True, request_id="ban-the-group"))
    assert (report.user_id, report.is_banned) == (GROUP, True)
    assert (await desk.perform(ForgetUser(user_id=GROUP))).was_known
    assert await keeper.reports.user(GROUP) is None
    assert await keeper.forgetting.farewells() == []
    assert await keeper.reports.check() == []


@pytest.mark.parametrize("user_id", [0, 2**60, -(2**60)])
def test_nobody_and_impossible_ids_can_not_be_forgotten(user_id: int) -> None:
    with pytest.raises(ValidationError):
        ForgetUser(user_id=user_id)


@pytest.mark.parametrize("text", ["--5", "-", "-0", "0", "5-5", "-" + "9" * 30, "9" * 5000])
def test_what_is_no_id_is_refused_in_words(text: str) -> None:
    with pytest.raises(RequestRefused, match="user"):
        parse_user(text)
