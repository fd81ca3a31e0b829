"""The store on real files: reopened, filled, damaged, locked and killed."""

from __future__ import annotations

import asyncio
import os
import signal
import sqlite3
import stat
import subprocess
import sys
import time
from collections.abc import Awaitable, Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import duckdb
import pytest

from tests.support.store.tools import QUOTA, USER, Clock, Opener, job, left, transcript, usage
from tests.support.waiting import until
from voicepipe.config import LimitsConfig, QuotaConfig
from voicepipe.domain.admission import Accepted, Claim, Load, decide
from voicepipe.domain.jobs import JobKey, JobState
from voicepipe.domain.people import Person
from voicepipe.domain.quota import Reservation
from voicepipe.domain.transcripts import Failure, FailureReason
from voicepipe.errors import DiskFull, StoreError, StoreLocked
from voicepipe.events import BackgroundError, BotChanged, Event, RecordsCatchingUp, RecordsRebuilt
from voicepipe.store import Delivered, EntryKind, InboxMessage, Store, UpdateState, Usage, migrations, records, store

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
TODAY = date(2026, 3, 1)
NO_SPEECH = Failure(FailureReason.NO_SPEECH, 4.2)


@pytest.fixture
def hurried(monkeypatch: pytest.MonkeyPatch) -> None:
    """The records follow almost at once."""
    monkeypatch.setattr(store, "APPLY_DELAY_SECONDS", 0.01)


def files(state_dir: Path, pattern: str = "*") -> dict[str, int]:
    """The files there, each with its mode."""
    return {path.name: stat.S_IMODE(path.stat().st_mode) for path in state_dir.glob(pattern)}


async def moves(keeper: Store) -> list[tuple[str, int, int]]:
    """A user's ledger, oldest first."""
    return [
        (row.kind.value, row.seconds, row.extra_seconds) for row in reversed(await keeper.reports.history(USER, 100))
    ]


def message(number: int, *, is_recording: bool = True) -> InboxMessage:
    return InboxMessage(JobKey(USER, number), is_recording, NOW)


# --- inbox ---------------------------------------------------------------------------------------------------------
async def test_a_message_is_new_once(keeper: Store, opener: Opener) -> None:
    state = UpdateState(box=0, pts=10, qts=1, date=1_700_000_000, seq=2)
    assert await keeper.inbox.receive([message(2), message(1), message(2)], state) == [JobKey(USER, 2), JobKey(USER, 1)]
    assert await keeper.inbox.receive([message(1), message(3)]) == [JobKey(USER, 3)]

    keeper = await opener()
    channel = UpdateState(box=-100, pts=5, qts=0, date=0, seq=0)
    assert await keeper.inbox.receive([message(3)], replace(state, pts=11)) == []
    assert await keeper.inbox.receive([], channel) == []
    assert await keeper.inbox.update_states() == {0: replace(state, pts=11), -100: channel}


async def test_messages_stay_undecided_until_accepted_or_dismissed(keeper: Store, opener: Opener) -> None:
    await keeper.inbox.receive([message(1), message(2, is_recording=False), message(3), message(4)])
    await keeper.inbox.dismiss(JobKey(USER, 3))
    await keeper.jobs.accept(job(4))

    keeper = await opener()
    assert await keeper.inbox.undecided() == [message(1), message(2, is_recording=False)]
    counts = await keeper.reports.counts()
    assert (counts.inbox_received, counts.inbox_accepted, counts.inbox_dismissed) == (2, 1, 1)


# --- people --------------------------------------------------------------------------------------------------------
async def test_people_are_found_by_what_they_are_called_last(keeper: Store, opener: Opener) -> None:
    await keeper.people.see(Person(1, "Anna", "ru"))
    await keeper.people.see(Person(2, None, None))
    await keeper.people.see(Person(3, "boris", "en-GB"))
    await keeper.people.see(Person(1, "Anna2", "en"))
    await keeper.people.see(Person(3, "anna", "en-GB"))
    await keeper.accounts.set_quota(4, 5, request_id="set")

    for _ in range(2):
        assert keeper.people.person(1) == Person(1, "Anna2", "en")
        assert keeper.people.person(4) is None
        by_name = [
            await keeper.reports.find_user(name) for name in ("@ANNA", "anna2", "2", "4", "@nobody", "99", "9" * 30)
        ]
        assert [row and row.user_id for row in by_name] == [3, 1, 2, 4, None, None, None]
        assert [(row.user_id, row.username, row.language) for row in await keeper.reports.users()] == [
            (1, "Anna2", "en"),
            (2, None, None),
            (3, "anna", "en-GB"),
            (4, None, None),
        ]
        keeper = await opener()


async def test_a_known_person_costs_no_entry(keeper: Store) -> None:
    for _ in range(3):
        await keeper.people.see(Person(1, "anna", "ru"))
    assert (await keeper.reports.counts()).entries == 1


# --- jobs ----------------------------------------------------------------------------------------------------------
async def test_a_job_is_charged_once_and_answered_once(keeper: Store, opener: Opener) -> None:
    new = job(1, daily=10)
    assert await keeper.jobs.accept(new)
    assert (left(keeper), keeper.jobs.admitted()) == ((50, 0), 1)

    concluded = await keeper.jobs.conclude(new, transcript(), charged_seconds=4, usage=usage())
    assert concluded == replace(new, state=JobState.CONCLUDED, outcome=transcript())
    again = await keeper.jobs.conclude(new, NO_SPEECH, charged_seconds=0, usage=None)
    assert again == concluded
    assert (left(keeper), keeper.jobs.admitted()) == ((56, 0), 1)

    keeper = await opener()
    assert await keeper.jobs.unfinished() == [concluded]
    await keeper.jobs.mark_done(new.key)
    await keeper.jobs.mark_done(new.key)
    assert keeper.jobs.admitted() == 0

    keeper = await opener()
    assert await keeper.jobs.unfinished() == []
    assert (left(keeper), keeper.jobs.admitted()) == ((56, 0), 0)
    assert await moves(keeper) == [("reserve", -10, 0), ("settle", 6, 0)]
    assert await keeper.reports.check() == []


async def test_what_nobody_got_is_given_back_once(keeper: Store, opener: Opener) -> None:
    await keeper.accounts.grant(USER, 50, request_id="grant")
    new = replace(job(1, daily=3), reservation=Reservation(TODAY, 3, 7))
    await keeper.jobs.accept(new)
    await keeper.jobs.mark_unanswered(new.key)  # it is too early for that
    await keeper.jobs.conclude(new, transcript(seconds=5), charged_seconds=5, usage=usage(5))
    assert left(keeper) == (57, 48)

    keeper = await opener()
    await keeper.jobs.mark_unanswered(new.key)
    await keeper.jobs.mark_unanswered(new.key)
    await keeper.jobs.mark_done(new.key)
    for _ in range(2):
        assert (left(keeper), keeper.jobs.admitted()) == ((60, 50), 0)
        assert await moves(keeper) == [("grant", 0, 50), ("reserve", -3, -7), ("settle", 0, 5), ("refund", 3, 2)]
        assert await keeper.jobs.unfinished() == []
        assert await keeper.reports.check() == []
        keeper = await opener()


async def test_an_answer_that_was_given_is_not_given_back(keeper: Store) -> None:
    new = job(1, daily=10)
    await keeper.jobs.accept(new)
    await keeper.jobs.conclude(new, transcript(), charged_seconds=4, usage=usage())
    await keeper.jobs.mark_done(new.key)
    await keeper.jobs.mark_unanswered(new.key)
    assert await moves(keeper) == [("reserve", -10, 0), ("settle", 6, 0)]


async def test_what_cost_nothing_gives_nothing_back(keeper: Store) -> None:
    new = job(1, daily=10)
    await keeper.jobs.accept(new)
    await keeper.jobs.conclude(new, NO_SPEECH, charged_seconds=0, usage=None)
    await keeper.jobs.mark_unanswered(new.key)
    assert await moves(keeper) == [("reserve", -10, 0), ("refund", 10, 0)]
    assert (keeper.jobs.admitted(), await keeper.jobs.unfinished()) == (0, [])


@pytest.mark.parametrize("seconds", [1, 4])
async def test_a_refund_too_many_is_found(keeper: Store, state_dir: Path, seconds: int) -> None:
    new = job(1, daily=10)
    await keeper.jobs.accept(new)
    await keeper.jobs.conclude(new, transcript(), charged_seconds=4, usage=usage())
    await keeper.jobs.mark_unanswered(new.key)
    assert await keeper.reports.check() == []
    with closing(sqlite3.connect(state_dir / "journal.sqlite")) as file, file:
        columns = "kind, user_id, happened_at, quota_day, extra_seconds, chat_id, message_id"
        file.execute(
            f"INSERT INTO entries ({columns}, seconds) SELECT {columns}, ? FROM entries WHERE kind = 'refund'",
            (seconds,),
        )
    assert [each for each in await keeper.reports.check() if each.startswith(f"job {USER}/1: ")]


async def test_a_job_remembers_its_topic(keeper: Store, opener: Opener) -> None:
    new = replace(job(1), topic_id=17)
    await keeper.jobs.accept(new)
    assert await (await opener()).jobs.unfinished() == [new]


async def test_an_existing_job_is_not_accepted_again(keeper: Store) -> None:
    assert await keeper.jobs.accept(job(1))
    assert not await keeper.jobs.accept(job(1, daily=30))
    assert (left(keeper), keeper.jobs.admitted(), len(await moves(keeper))) == ((50, 0), 1, 1)
    await keeper.jobs.conclude(job(1), NO_SPEECH, charged_seconds=0, usage=None)
    await keeper.jobs.mark_done(JobKey(USER, 1))
    assert not await keeper.jobs.accept(job(1))
    assert (left(keeper), keeper.jobs.admitted(), keeper.jobs.admitted_of(USER)) == ((60, 0), 0, 0)


async def test_jobs_are_counted_by_user_before_they_are_durable_and_after_a_restart(
    keeper: Store, opener: Opener
) -> None:
    accepting = [asyncio.create_task(keeper.jobs.accept(job(number))) for number in (1, 2)]
    await asyncio.sleep(0)
    assert keeper.jobs.admitted_of(USER) == 2
    assert all(await asyncio.gather(*accepting))
    await keeper.jobs.accept(replace(job(3), user_id=USER + 1))

    keeper = await opener()
    assert (keeper.jobs.admitted(), keeper.jobs.admitted_of(USER), keeper.jobs.admitted_of(USER + 1)) == (3, 2, 1)
    await keeper.jobs.conclude(job(1), NO_SPEECH, charged_seconds=0, usage=None)
    await keeper.jobs.mark_done(job(1).key)
    await keeper.jobs.mark_done(job(1).key)
    assert (keeper.jobs.admitted(), keeper.jobs.admitted_of(USER), keeper.jobs.admitted_of(USER + 1)) == (2, 1, 1)


async def test_a_failure_gives_everything_back(keeper: Store) -> None:
    await keeper.accounts.grant(USER, 30, request_id="grant")
    new = job(1, daily=60, extra=20)
    await keeper.jobs.accept(new)
    assert left(keeper) == (0, 10)
    await keeper.jobs.conclude(new, NO_SPEECH, charged_seconds=0, usage=None)
    assert left(keeper) == (60, 30)
    assert await moves(keeper) == [("grant", 0, 30), ("reserve", -60, -20), ("refund", 60, 20)]


@pytest.mark.parametrize(("charged", "used"), [(11, usage()), (-1, usage()), (5, None)])
async def test_a_wrong_charge_changes_nothing(keeper: Store, charged: int, used: Usage | None) -> None:
    await keeper.jobs.accept(job(1, daily=10))
    with pytest.raises(ValueError, match=r"reserved|usage"):
        await keeper.jobs.conclude(job(1), transcript(), charged_seconds=charged, usage=used)
    assert await keeper.jobs.unfinished() == [job(1, daily=10)]
    assert left(keeper) == (50, 0)


async def test_a_reservation_is_replaced_while_the_job_is_accepted(keeper: Store) -> None:
    await keeper.accounts.grant(USER, 30, request_id="grant")
    larger = Reservation(TODAY, 60, 15)
    await keeper.jobs.accept(job(1, daily=10))
    changed = await keeper.jobs.reserve_again(job(1, daily=10), larger)
    assert changed == replace(job(1, daily=10), reservation=larger)
    assert left(keeper) == (0, 15)
    assert await keeper.jobs.unfinished() == [changed]
    assert await keeper.reports.check() == []

    concluded = await keeper.jobs.conclude(changed, transcript(), charged_seconds=70, usage=usage(70.1))
    assert left(keeper) == (0, 20)
    assert await keeper.jobs.reserve_again(changed, Reservation(TODAY, 1, 0)) == concluded
    assert left(keeper) == (0, 20)
    assert await keeper.reports.check() == []


async def test_what_happens_to_a_job_is_remembered(keeper: Store, opener: Opener) -> None:
    await keeper.jobs.accept(job(2))
    await keeper.jobs.accept(job(1))
    await keeper.jobs.record_status_message(JobKey(USER, 2), 77)
    assert [await keeper.jobs.record_death(JobKey(USER, 2)) for _ in range(2)] == [1, 2]

    keeper = await opener()
    assert await keeper.jobs.unfinished() == [job(1), replace(job(2), status_message_id=77, deaths=2)]
    with pytest.raises(StoreError, match="no job"):
        await keeper.jobs.record_death(JobKey(USER, 3))


async def test_a_job_that_is_settled_tomorrow_gives_back_to_its_own_day(keeper: Store, clock: Clock) -> None:
    await keeper.jobs.accept(job(1, daily=50))
    clock.now += timedelta(days=1)
    assert left(keeper) == (60, 0)
    await keeper.jobs.conclude(job(1), transcript(), charged_seconds=5, usage=usage(5.0))
    assert left(keeper) == (60, 0)
    assert (await keeper.reports.user(USER)).used_today_seconds == 0  # type: ignore[union-attr]  # there is such a user
    clock.now -= timedelta(days=1)
    assert left(keeper) == (55, 0)
    assert (await keeper.reports.user(USER)).used_today_seconds == 5  # type: ignore[union-attr]  # there is such a user


async def test_fifty_at_once_at_the_quotas_edge_never_overspend(keeper: Store, opener: Opener) -> None:
    async def arrive(number: int) -> int:
        claim = Claim(declared_seconds=3, file_bytes=1, age_seconds=0.0)
        balance = keeper.accounts.balance(USER)
        answer = decide(
            claim,
            balance,
            Load(keeper.jobs.admitted(), keeper.jobs.admitted_of(USER), 2**40),
            limits=LimitsConfig(),
            max_age_seconds=86_400.0,
        )
        if not isinstance(answer, Accepted):
            return 0
        assert await keeper.jobs.accept(replace(job(number), reservation=answer.reservation))
        return answer.reservation.seconds

    taken = await asyncio.gather(*(arrive(number) for number in range(50)))
    assert sum(taken) == 60
    assert sum(1 for seconds in taken if seconds) == 15
    assert (await opener()).accounts.balance(USER).left_seconds == 0


async def test_a_cancelled_caller_leaves_the_balance_as_the_journal_has_it(keeper: Store) -> None:
    task = asyncio.create_task(keeper.jobs.accept(job(1)))
    await asyncio.sleep(0)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert await keeper.jobs.unfinished() == [job(1)]
    assert (left(keeper), keeper.jobs.admitted()) == ((50, 0), 1)
    assert await keeper.reports.check() == []


@pytest.mark.usefixtures("hurried")
async def test_delivered_text_disappears_from_every_file(keeper: Store, state_dir: Path) -> None:
    secret = "неповторимое слово"
    await keeper.jobs.accept(job(1))
    await keeper.jobs.conclude(job(1), transcript(secret * 500), charged_seconds=4, usage=usage())
    assert holds(state_dir, secret)
    await keeper.jobs.mark_done(JobKey(USER, 1))
    await until(lambda: not holds(state_dir, secret))
    await keeper.close()
    assert not holds(state_dir, secret)


def holds(state_dir: Path, text: str) -> bool:
    return any(text.encode() in path.read_bytes() for path in state_dir.iterdir())


# --- the operator ----------------------------------------------------------------------------------------------------
async def test_an_operators_request_counts_once(keeper: Store, opener: Opener) -> None:
    assert await keeper.accounts.set_quota(USER, 100, request_id="a")
    assert await keeper.accounts.grant(USER, 5, request_id="b")
    assert await keeper.accounts.set_unlimited(USER, True, request_id="c")
    assert await keeper.accounts.set_banned(USER, True, request_id="d")

    for _ in range(2):
        assert not await keeper.accounts.set_quota(USER, 1, request_id="a")
        assert not await keeper.accounts.grant(USER, 5, request_id="b")
        assert not await keeper.accounts.set_unlimited(USER, False, request_id="c")
        assert not await keeper.accounts.set_banned(USER, False, request_id="d")
        balance = keeper.accounts.balance(USER)
        assert (balance.daily_quota_seconds, balance.extra_left_seconds) == (100, 5)
        assert balance.is_unlimited
        assert balance.is_banned
        keeper = await opener()

    assert await keeper.accounts.set_quota(USER, None, request_id="e")
    assert await keeper.accounts.set_banned(USER, False, request_id="f")
    keeper = await opener(QuotaConfig(daily_seconds=40))
    assert keeper.accounts.balance(USER).daily_quota_seconds == 40
    row = await keeper.reports.user(USER)
    assert row is not None
    assert (row.daily_quota_seconds, row.is_unlimited, row.is_banned) == (None, True, False)


# --- questions -------------------------------------------------------------------------------------------------------
async def test_questions_are_answered_with_what_was_written_just_before(keeper: Store, clock: Clock) -> None:
    await keeper.people.see(Person(USER, "anna", "ru"))
    for number in (1, 2):
        await keeper.jobs.accept(job(number, daily=10))
        await keeper.jobs.conclude(job(number), transcript(), charged_seconds=4, usage=usage(4.2))
    await keeper.accounts.grant(8, 30, request_id="grant")
    clock.now += timedelta(days=1)
    tomorrow = replace(job(3, user_id=8), reservation=Reservation(date(2026, 3, 2), 10, 0))
    await keeper.jobs.accept(tomorrow)
    await keeper.jobs.conclude(tomorrow, transcript(), charged_seconds=10, usage=usage(10.0))

    anna, other = await keeper.reports.users()
    assert (anna.user_id, anna.used_today_seconds, anna.recordings, anna.audio_seconds) == (USER, 0, 2, 8.4)
    assert anna.created_at.replace(microsecond=0) == NOW
    assert (other.user_id, other.used_today_seconds, other.extra_left_seconds) == (8, 10, 30)
    second, first = await keeper.reports.usage_by_day(2)
    assert (first.day, first.recordings, first.users, first.audio_seconds) == (TODAY, 2, 1, 8.4)
    assert (second.recordings, second.compute_seconds, second.mean_queue_seconds) == (1, 1.0, 0.5)
    assert await keeper.reports.usage_by_day(1) == [second]
    assert second.median_error_seconds is None
    newest = (await keeper.reports.history(USER, 1))[0]
    assert (newest.kind, newest.seconds, newest.key) == (EntryKind.SETTLE, 6, JobKey(USER, 2))
    counts = await keeper.reports.counts()
    assert (counts.entries, counts.applied, counts.jobs_concluded) == (11, 11, 3)


@pytest.mark.usefixtures("hurried")
async def test_the_records_follow_by_themselves(keeper: Store, state_dir: Path) -> None:
    def written_at() -> int:
        return (state_dir / "records.duckdb").stat().st_mtime_ns

    before = written_at()
    await keeper.jobs.accept(job(1))
    await until(lambda: written_at() != before)


@pytest.mark.usefixtures("hurried")
async def test_a_broken_background_task_is_told(keeper: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    async def fail(question: object) -> None:
        raise RuntimeError("a bug")

    monkeypatch.setattr(keeper._core, "ask", fail)
    await keeper.jobs.accept(job(1))
    with pytest.raises(RuntimeError, match="a bug"):
        await keeper.wait_failed()


async def test_a_slow_question_does_not_make_a_commit_wait(keeper: Store) -> None:
    question = asyncio.create_task(keeper._core.ask(lambda _: time.sleep(0.5)))
    await asyncio.sleep(0.05)
    await keeper.jobs.accept(job(1))
    assert not question.done()
    await question


# --- the records' file ---------------------------------------------------------------------------------------------
async def lived(keeper: Store) -> None:
    """A little history: a settled, a refunded and an open job, a person and a grant."""
    await keeper.people.see(Person(USER, "anna", "ru"))
    await keeper.accounts.grant(USER, 30, request_id="grant")
    for number in (1, 2, 3):
        await keeper.jobs.accept(job(number))
    await keeper.jobs.conclude(job(1), transcript(), charged_seconds=4, usage=usage())
    await keeper.jobs.conclude(job(2), NO_SPEECH, charged_seconds=0, usage=None)


def remove(path: Path) -> None:
    path.unlink()


def overwrite(path: Path) -> None:
    path.write_bytes(b"no database at all" * 1000)


def truncate(path: Path) -> None:
    os.truncate(path, path.stat().st_size // 2)


def zero_a_page(path: Path) -> None:
    with path.open("r+b") as file:
        file.seek(8192)
        file.write(bytes(path.stat().st_size - 8192))


def execute(sql: str) -> Callable[[Path], None]:
    def damage(path: Path) -> None:
        with duckdb.connect(str(path)) as db:
            db.execute(sql)

    return damage


@pytest.mark.parametrize(
    ("damage", "cause"),
    [
        (remove, "missing"),
        (overwrite, "damaged"),
        (truncate, "damaged"),
        (zero_a_page, "damaged"),
        (execute("DELETE FROM ledger WHERE seq = 3"), "damaged"),
        (execute("DELETE FROM users"), "damaged"),
        (execute("DELETE FROM applied"), "damaged"),
        (execute("DROP TABLE ledger"), "damaged"),
        (execute("UPDATE schema_version SET version = 99"), "version"),
        (execute("UPDATE applied SET seq = 1000"), "foreign"),
        (execute("UPDATE applied SET happened_at = 5"), "foreign"),
        (execute("DROP TABLE schema_version"), "foreign"),
    ],
)
async def test_unusable_records_are_set_aside_and_built_again(
    keeper: Store, opener: Opener, state_dir: Path, emitted: list[Event], damage: Callable[[Path], None], cause: str
) -> None:
    await lived(keeper)
    users, history = await keeper.reports.users(), await keeper.reports.history(USER, 100)
    balance = keeper.accounts.balance(USER)
    await keeper.close()
    damage(state_dir / "records.duckdb")

    keeper = await opener()
    (rebuilt,) = emitted
    assert isinstance(rebuilt, RecordsRebuilt)
    assert (rebuilt.cause, rebuilt.entries) == (cause, 8)
    assert len(files(state_dir, "records.duckdb.damaged-*")) == (cause not in ("missing", "version"))
    assert (await keeper.reports.users(), await keeper.reports.history(USER, 100)) == (users, history)
    assert keeper.accounts.balance(USER) == balance
    assert await keeper.reports.check() == []


async def test_records_that_break_while_the_service_runs_are_built_again(
    keeper: Store, state_dir: Path, emitted: list[Event]
) -> None:
    await lived(keeper)
    users = await keeper.reports.users()
    for _ in range(2):
        overwrite(state_dir / "records.duckdb")
        assert await keeper.reports.users() == users
    assert [type(event) for event in emitted] == [RecordsRebuilt, RecordsRebuilt]
    assert len(files(state_dir, "records.duckdb.damaged-*")) == 1


async def test_a_restored_journal_makes_new_records(keeper: Store, opener: Opener, state_dir: Path) -> None:
    await keeper.accounts.grant(USER, 5, request_id="before")
    await keeper.close()
    backup = (state_dir / "journal.sqlite").read_bytes()
    keeper = await opener()
    await keeper.accounts.grant(USER, 7, request_id="after")
    await keeper.reports.users()
    await keeper.close()
    (state_dir / "journal.sqlite").write_bytes(backup)

    keeper = await opener()
    assert left(keeper) == (60, 5)
    assert await keeper.reports.check() == []


@pytest.mark.usefixtures("hurried")
async def test_records_open_elsewhere_are_reported_and_left_alone(
    keeper: Store, state_dir: Path, emitted: list[Event]
) -> None:
    await lived(keeper)
    with held_by_another_process(state_dir / "records.duckdb"):
        with pytest.raises(StoreError, match="another program"):
            await keeper.reports.users()
        assert await keeper.jobs.accept(job(4))
        await until(lambda: emitted != [])
    assert set(emitted) == {BackgroundError("records", "StoreError")}
    assert len(await moves(keeper)) == 7


HOLD_RECORDS = """
import sys, time, duckdb
while True:
    try:
        records = duckdb.connect(sys.argv[1])
        break
    except duckdb.IOException:  # the store has them open just now: its records follow by themselves
        time.sleep(0.005)
print("held", flush=True)
sys.stdin.read()
"""


@contextmanager
def held_by_another_process(path: Path) -> Iterator[None]:
    command = [sys.executable, "-c", HOLD_RECORDS, str(path)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as other:
        assert other.stdout
        assert other.stdout.readline() == b"held\n"
        try:
            yield
        finally:
            other.communicate()


# --- predictions -----------------------------------------------------------------------------------------------------
async def test_how_far_off_predictions_were_is_known_and_survives_a_rebuild(
    keeper: Store, opener: Opener, state_dir: Path
) -> None:
    for number, predicted in enumerate((None, 1.5, 5.0, 1.0), start=1):
        await keeper.jobs.accept(job(number, daily=10))
        taken = usage(4.2, predicted=predicted)
        await keeper.jobs.conclude(job(number), transcript(), charged_seconds=4, usage=taken)
    for _ in range(2):
        (day,) = await keeper.reports.usage_by_day(1)
        assert (day.recordings, day.median_error_seconds) == (4, 1.0)
        await keeper.close()
        (state_dir / "records.duckdb").unlink()
        keeper = await opener()


async def test_what_a_model_s_latest_recordings_took(keeper: Store) -> None:
    for number in (1, 2, 3):
        await keeper.jobs.accept(job(number, daily=10))
        await keeper.jobs.conclude(job(number), transcript(), charged_seconds=4, usage=usage(float(number)))
    assert await keeper.reports.latest_costs("demo", 2) == [(2.0, 1.0), (3.0, 1.0)]
    assert await keeper.reports.latest_costs("base", 2) == []


def make_journal_without_predictions(state_dir: Path) -> None:
    """As the version before wrote it, with one recognised recording."""
    state_dir.mkdir()
    with closing(sqlite3.connect(state_dir / "journal.sqlite")) as db:
        for number, sql in migrations.scripts("journal")[:2]:
            db.executescript(f"{sql}\nPRAGMA user_version = {number};")
        db.execute(
            "INSERT INTO entries (kind, user_id, happened_at, quota_day, seconds, extra_seconds, chat_id, message_id,"
            " recording, model, language, audio_seconds, queue_seconds, compute_seconds, total_seconds)"
            " VALUES ('usage', 7, 1772366400000000, '2026-03-01', 0, 0, 7, 1, 'voice', 'demo', 'ru', 4.2, 0, 1, 2)"
        )
        db.commit()


async def test_a_journal_from_before_predictions_is_taken_over(opener: Opener, state_dir: Path) -> None:
    make_journal_without_predictions(state_dir)
    keeper = await opener()
    (day,) = await keeper.reports.usage_by_day(1)
    assert (day.recordings, day.median_error_seconds) == (1, None)


# --- the journal's file --------------------------------------------------------------------------------------------
# --- another bot -----------------------------------------------------------------------------------------------------
async def test_another_bot_begins_anew_and_people_keep_what_they_have(
    keeper: Store, opener: Opener, emitted: list[Event], state_dir: Path
) -> None:
    await keeper.belong_to(1001)
    await keeper.belong_to(1001)
    await keeper.people.see(Person(USER, "anna", "ru"))
    await keeper.accounts.grant(USER, 30, request_id="grant")
    await keeper.inbox.receive(
        [message(number) for number in range(1, 5)], UpdateState(box=0, pts=9, qts=0, date=0, seq=0)
    )
    for number in (1, 2, 3):
        await keeper.jobs.accept(job(number))
    for number in (1, 2):
        await keeper.jobs.conclude(job(number), transcript(), charged_seconds=4, usage=usage())
    await keeper.jobs.mark_done(job(1).key, kept=Delivered())
    await keeper.reports.users()

    keeper = await opener()
    assert await keeper.bot_id() == 1001
    await keeper.belong_to(1002)
    assert emitted[-1] == BotChanged(jobs=2)
    for _ in range(2):
        assert await keeper.bot_id() == 1002
        assert (await keeper.jobs.unfinished(), await keeper.inbox.undecided(), await keeper.inbox.update_states()) == (
            [],
            [],
            {},
        )
        assert (keeper.jobs.admitted(), keeper.jobs.admitted_of(USER)) == (0, 0)
        # The first was answered; what the second cost comes back as a grant, the third's reservation as it was.
        assert left(keeper) == (52, 34)
        assert keeper.people.person(USER) == Person(USER, "anna", "ru")
        assert await keeper.reports.check() == []
        keeper = await opener()

    # The new bot's messages have the same numbers.
    for number in (1, 2, 3):
        assert await keeper.inbox.receive([message(number)]) == [message(number).key]
        await keeper.jobs.accept(job(number))
        await keeper.jobs.conclude(job(number), transcript(), charged_seconds=4, usage=usage())
        await keeper.jobs.mark_done(job(number).key, kept=Delivered())
    assert await keeper.reports.check() == []
    with closing(sqlite3.connect(state_dir / "journal.sqlite")) as db:
        assert db.execute("SELECT count(*) FROM transcripts").fetchone() == (4,)


# --- progress --------------------------------------------------------------------------------------------------------
async def test_a_long_rebuild_tells_how_far_it_is(
    keeper: Store, opener: Opener, emitted: list[Event], state_dir: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    await keeper.accounts.grant(USER, 1, request_id="grant")
    await keeper.close()
    with closing(sqlite3.connect(state_dir / "journal.sqlite", isolation_level=None)) as db:
        columns = "kind, user_id, happened_at, quota_day, seconds, extra_seconds"
        db.execute(
            f"INSERT INTO entries ({columns}) WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n"
            f" WHERE i < 20000) SELECT {columns} FROM n, (SELECT * FROM entries WHERE seq = 1)"
        )
    monkeypatch.setattr(records, "PROGRESS_SECONDS", 0.0)
    keeper = await opener()
    await asyncio.sleep(0)
    told = [event for event in emitted if isinstance(event, RecordsCatchingUp)]
    assert len(told) >= 5
    assert [event.applied for event in told] == sorted(event.applied for event in told)
    assert {event.entries for event in told} == {20001}
    assert (keeper.accounts.balance(USER).extra_left_seconds, keeper.records_stuck_seconds()) == (20001, 0)


async def test_records_that_are_stuck_can_be_told(keeper: Store) -> None:
    asking = asyncio.create_task(keeper._core._in_records_thread(lambda: time.sleep(0.3)))
    await asyncio.sleep(0.2)
    assert 0.1 < keeper.records_stuck_seconds() < 5
    await asking
    assert keeper.records_stuck_seconds() == 0


async def test_a_newer_journal_is_refused(keeper: Store, opener: Opener, state_dir: Path) -> None:
    await keeper.close()
    with closing(sqlite3.connect(state_dir / "journal.sqlite")) as db:
        db.execute("PRAGMA user_version = 99")
    with pytest.raises(StoreError, match="schema version 99"):
        await opener()


async def test_a_damaged_journal_is_refused_and_kept(opener: Opener, state_dir: Path) -> None:
    await (await opener()).close()
    overwrite(state_dir / "journal.sqlite")
    content = (state_dir / "journal.sqlite").read_bytes()
    for _ in range(2):
        with pytest.raises(StoreError, match="restore it from a backup"):
            await opener()
    assert (state_dir / "journal.sqlite").read_bytes() == content


async def test_the_directory_belongs_to_one_store(keeper: Store, state_dir: Path, opener: Opener) -> None:
    with pytest.raises(StoreLocked, match=str(os.getpid())) as caught:
        await Store.open(state_dir, QUOTA)
    assert caught.value.pid == os.getpid()
    await keeper.jobs.accept(job(1))
    assert (await opener()).jobs.admitted() == 1


async def test_a_closed_store_says_so(keeper: Store) -> None:
    await keeper.close()
    await keeper.close()
    with pytest.raises(StoreError, match="closed"):
        await keeper.reports.users()


async def test_nobody_else_may_read_the_files(state_dir: Path) -> None:
    before = os.umask(0)
    try:
        keeper = await Store.open(state_dir, QUOTA)
        await lived(keeper)
        await keeper.reports.users()
        modes = files(state_dir)
        await keeper.close()
    finally:
        os.umask(before)
    assert files(state_dir.parent) == {"state": 0o700}
    assert {"journal.sqlite", "journal.sqlite-wal", "records.duckdb", "lock"} <= modes.keys()
    assert set(modes.values()) == {0o600}


async def test_a_full_disk_takes_nothing_and_is_survived(keeper: Store) -> None:
    await keeper.jobs.accept(job(1))

    # SQLite raises for its page limit what it raises for a full disk.
    def limit(pages: int) -> Awaitable[object]:
        return keeper._core.read(lambda journal: journal.execute(f"PRAGMA max_page_count = {pages}").fetchone())

    await limit(1)
    with pytest.raises(DiskFull):
        await keeper.jobs.conclude(job(1), transcript("слово " * 9000), charged_seconds=4, usage=usage())
    assert (left(keeper), keeper.jobs.admitted()) == ((50, 0), 1)
    with pytest.raises(DiskFull):
        await keeper.inbox.receive([message(number) for number in range(5000)])
    assert await keeper.inbox.undecided() == []

    await limit(2**30)
    await keeper.jobs.conclude(job(1), transcript(), charged_seconds=4, usage=usage())
    assert left(keeper) == (56, 0)
    assert await keeper.reports.check() == []


def test_journal_and_records_survive_files_that_can_not_grow(state_dir: Path) -> None:
    command = [sys.executable, "-m", "tests.support.store.full", str(state_dir)]
    child = subprocess.run(command, capture_output=True, text=True)
    assert child.returncode == 0, child.stderr


async def test_an_acceptance_that_fails_gives_the_reservation_back(keeper: Store) -> None:
    await keeper._core.read(lambda journal: journal.execute("PRAGMA query_only = ON"))
    with pytest.raises(StoreError):
        await keeper.jobs.accept(job(1))
    with pytest.raises(StoreError):
        await keeper.accounts.grant(USER, 30, request_id="grant")
    assert (left(keeper), keeper.jobs.admitted(), keeper.jobs.admitted_of(USER)) == ((60, 0), 0, 0)
    await keeper._core.read(lambda journal: journal.execute("PRAGMA query_only = OFF"))
    assert await keeper.jobs.accept(job(1))


# --- upkeep --------------------------------------------------------------------------------------------------------
async def test_pruning_keeps_entries_and_whatever_is_not_done(keeper: Store, clock: Clock) -> None:
    await keeper.inbox.receive([message(number) for number in range(1, 6)])
    await lived(keeper)
    await keeper.jobs.mark_done(JobKey(USER, 1))
    entries = (await keeper.reports.counts()).entries
    clock.now += timedelta(days=31)
    await keeper.inbox.receive([message(6, is_recording=False)])
    await keeper.inbox.dismiss(JobKey(USER, 6))

    # One job, three decided messages and the grant's request key.
    assert await keeper.prune(timedelta(days=30)) == 5
    counts = await keeper.reports.counts()
    assert (counts.jobs_done, counts.jobs_concluded, counts.jobs_accepted) == (0, 1, 1)
    assert (counts.inbox_received, counts.inbox_dismissed, counts.entries) == (2, 1, entries)
    assert await keeper.reports.check() == []


@pytest.mark.parametrize(
    ("tampering", "complaint"),
    [
        ("DELETE FROM entries WHERE kind = 'settle'", "job 7/1"),
        ("DELETE FROM entries WHERE kind = 'usage'", "with 0 usage entries"),
        ("DELETE FROM jobs WHERE state = 'accepted'", "1 reservations and 0 settlements"),
        ("UPDATE entries SET seconds = seconds + 1 WHERE kind = 'refund'", "job 7/2"),
        ("UPDATE jobs SET charged_seconds = 3 WHERE message_id = 1", "its row says 3"),
        ("UPDATE entries SET audio_seconds = 2.4", "usage entries of at most 2.4 s"),
        ("UPDATE entries SET extra_seconds = -31 WHERE message_id = 3", "overdrawn by 1 s"),
        ("UPDATE inbox SET state = 'received'", "counts as undecided"),
        ("UPDATE entries SET extra_seconds = 31 WHERE kind = 'grant'", "the balance in memory"),
        ("UPDATE entries SET user_id = 8 WHERE kind = 'grant'", "the records add up to"),
    ],
)
async def test_the_check_finds_what_does_not_add_up(
    keeper: Store, state_dir: Path, tampering: str, complaint: str
) -> None:
    await keeper.inbox.receive([message(1)])
    await lived(keeper)
    assert await keeper.reports.check() == []
    with closing(sqlite3.connect(state_dir / "journal.sqlite", isolation_level=None)) as db:
        db.execute(tampering)
    assert complaint in "\n".join(await keeper.reports.check())


# --- kills ---------------------------------------------------------------------------------------------------------
async def test_a_killed_writer_loses_nothing_that_was_acknowledged(opener: Opener, state_dir: Path) -> None:
    for life in range(3):
        said = write_until_killed(state_dir, lines=60 + 45 * life)
        keeper = await opener()
        assert await keeper.reports.check() == []
        with closing(sqlite3.connect(state_dir / "journal.sqlite")) as db:
            states = dict(db.execute("SELECT message_id, state FROM jobs"))
            inbox = {row[0] for row in db.execute("SELECT message_id FROM inbox")}
        reached = {"accepted": ("accepted", "concluded", "done"), "concluded": ("concluded", "done")}
        for verb, number in said:
            assert number in inbox
            assert verb == "received" or states[number] in reached.get(verb, ("done",))
        assert all(found.outcome for found in await keeper.jobs.unfinished() if found.state is JobState.CONCLUDED)
        await keeper.close()


def write_until_killed(state_dir: Path, lines: int) -> list[tuple[str, int]]:
    """What a writing process said before it was killed, which is when it had said so many lines."""
    command = [sys.executable, "-m", "tests.support.store.child", str(state_dir)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as child:
        assert child.stdout
        said = [child.stdout.readline() for _ in range(lines)]
        child.send_signal(signal.SIGKILL)
        said += child.stdout.readlines()
    assert child.returncode == -signal.SIGKILL
    # The last line may be cut short: what it says was not acknowledged.
    return [(verb, int(number)) for verb, number in (line.split() for line in said if line.endswith("\n"))]
