"""Sums of what was recognised and refused, and an operator's own questions to a copy of the records."""

from __future__ import annotations

import resource
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from tests.support.store.tools import USER, Clock, Opener, job, transcript, usage
from voicepipe.config import QuotaConfig
from voicepipe.domain.jobs import JobKey, RecordingKind
from voicepipe.domain.people import Person
from voicepipe.domain.usage import UsageBy
from voicepipe.errors import RequestRefused
from voicepipe.store import InboxMessage, Store, UsageGroup


async def recognise(keeper: Store, number: int, language: str = "ru", seconds: float = 10.0) -> None:
    new = job(number, at=keeper.accounts.balance(USER))
    await keeper.jobs.accept(new)
    used = replace(usage(seconds), language=language)
    await keeper.jobs.conclude(new, transcript(), charged_seconds=1, usage=used)


async def turn_away(keeper: Store, number: int, reason: str, seconds: int | None) -> None:
    key = JobKey(USER, number)
    await keeper.inbox.receive([InboxMessage(key, True, datetime.now(UTC))])
    for _ in range(2):  # repeated after a kill, it counts once
        await keeper.inbox.reject(key, USER, reason, seconds)


def groups(found: Sequence[UsageGroup]) -> list[tuple[str, int, float]]:
    return [(each.group, each.recordings, each.audio_seconds) for each in found]


async def test_sums_by_whatever_recordings_have_in_common(keeper: Store) -> None:
    await keeper.people.see(Person(USER, "anna", "ru"))
    for number, (language, seconds) in enumerate([("ru", 10.0), ("ru", 20.0), ("en", 5.0)], 1):
        await recognise(keeper, number, language, seconds)
    today = keeper.accounts.today()
    by = {each: await keeper.reports.usage_by(each, 7, 10) for each in UsageBy}
    assert groups(by[UsageBy.DAY]) == [(today.isoformat(), 3, 35.0)]
    assert groups(by[UsageBy.WEEK]) == [(today.strftime("%G-W%V"), 3, 35.0)]
    assert groups(by[UsageBy.MONTH]) == [(today.strftime("%Y-%m"), 3, 35.0)]
    assert groups(by[UsageBy.USER]) == groups(by[UsageBy.CHAT]) == [(str(USER), 3, 35.0)]
    assert [each.username for each in by[UsageBy.USER]] == ["anna"]
    assert groups(by[UsageBy.LANGUAGE]) == [("ru", 2, 30.0), ("en", 1, 5.0)]
    assert groups(by[UsageBy.KIND]) == [(RecordingKind.VOICE.value, 3, 35.0)]
    assert by[UsageBy.REFUSAL] == []
    assert groups(await keeper.reports.usage_by(UsageBy.LANGUAGE, 7, 1)) == [("ru", 2, 30.0)]


async def test_refusals_are_counted_once_each_and_make_no_ledger(keeper: Store, opener: Opener) -> None:
    await turn_away(keeper, 1, "too_long", 900)
    await turn_away(keeper, 2, "too_long", 600)
    await turn_away(keeper, 3, "over_quota", None)
    for _ in range(2):
        found = await keeper.reports.usage_by(UsageBy.REFUSAL, 7, 10)
        assert groups(found) == [("too_long", 2, 1500.0), ("over_quota", 1, 0.0)]
        assert await keeper.reports.usage_by(UsageBy.DAY, 7, 10) == []
        assert await keeper.reports.check() == []
        assert await keeper.inbox.undecided() == []
        keeper = await opener()


async def test_whoever_is_forgotten_is_no_longer_among_the_refused(keeper: Store) -> None:
    await turn_away(keeper, 1, "too_long", 900)
    await keeper.forgetting.forget(USER)
    await keeper.forgetting.erase()
    table = await keeper.reports.query("SELECT count(*) FROM refusals", limit=5, seconds=10)
    assert table.rows == ((0,),)


@pytest.mark.parametrize(
    ("zone", "day"),
    [
        ("UTC", (2026, 3, 2)),
        ("Pacific/Kiritimati", (2026, 3, 2)),
        ("Europe/Berlin", (2026, 3, 29)),
    ],  # an hour is missing
)
async def test_yesterday_is_told_until_the_time_that_it_is(
    opener: Opener, clock: Clock, zone: str, day: tuple[int, int, int]
) -> None:
    keeper = await opener(QuotaConfig(time_zone=zone, daily_seconds=3600))
    noon = datetime(*day, 12, tzinfo=ZoneInfo(zone))
    clock.now = (noon - timedelta(days=1)).replace(hour=11).astimezone(UTC)
    await recognise(keeper, 1, seconds=10)
    await turn_away(keeper, 2, "too_long", 900)
    clock.now = (noon - timedelta(days=1)).replace(hour=13).astimezone(UTC)
    await recognise(keeper, 3, seconds=20)
    clock.now = noon.astimezone(UTC)
    await recognise(keeper, 4, seconds=5)

    async def told() -> list[tuple[int, float, int]]:
        days = await keeper.reports.today_and_yesterday()
        sums = [(each.usage.recordings, each.usage.audio_seconds) if each.usage else (0, 0.0) for each in days]
        return [(*pair, each.refused) for pair, each in zip(sums, days, strict=True)]

    assert await told() == [(1, 5.0, 0), (1, 10.0, 1)]
    clock.now = noon.replace(hour=14).astimezone(UTC)
    assert await told() == [(1, 5.0, 0), (2, 30.0, 1)]
    clock.now = (noon + timedelta(days=2)).astimezone(UTC)
    assert await told() == [(0, 0.0, 0), (0, 0.0, 0)]


def copies(state_dir: Path) -> list[Path]:
    return list(state_dir.glob("*copy*"))


# --- questions in SQL -----------------------------------------------------------------------------------------------
async def test_a_question_of_the_operators_own(keeper: Store, state_dir: Path) -> None:
    await recognise(keeper, 1)
    await recognise(keeper, 2, "en")
    table = await keeper.reports.query(
        "SELECT language, count(*) AS n FROM usage GROUP BY ALL ORDER BY 1", limit=5, seconds=10
    )
    assert (table.columns, table.rows, table.is_cut) == (("language", "n"), (("en", 1), ("ru", 1)), False)
    assert (await keeper.reports.query("FROM usage", limit=1, seconds=10)).is_cut
    assert copies(state_dir) == [], "the copy is gone"


@pytest.mark.parametrize(
    ("sql", "said"),
    [
        ("DELETE FROM usage", "SELECT, WITH or FROM"),
        ("SELECT 1; SELECT 2", "One question"),
        ("", "One question"),
        ("SELEC 1", "syntax error"),
        ("FROM nothing", "nothing"),
        ("COPY usage TO 'stolen.csv'", "SELECT, WITH or FROM"),
        ("ATTACH 'other.db'", "SELECT, WITH or FROM"),
        ("INSTALL httpfs", "SELECT, WITH or FROM"),
        ("SET enable_external_access = true", "SELECT, WITH or FROM"),
        ("FROM read_csv('/etc/passwd')", "disabled"),
        ("FROM read_text('/etc/passwd')", "disabled"),
        ("FROM 'journal.sqlite'", "journal.sqlite"),
        ("FROM glob('/*')", "disabled"),
        ("FROM read_parquet('http://127.0.0.1/x.parquet')", "disabled"),
    ],
)
async def test_nothing_else_can_be_done(keeper: Store, sql: str, said: str) -> None:
    await recognise(keeper, 1)
    with pytest.raises(RequestRefused, match=said):
        await keeper.reports.query(sql, limit=5, seconds=10)
    assert (await keeper.reports.query("SELECT count(*) FROM usage", limit=5, seconds=10)).rows == ((1,),)


async def test_a_question_that_takes_for_ever_is_given_up(keeper: Store) -> None:
    with pytest.raises(RequestRefused, match="took longer"):
        await keeper.reports.query("SELECT count(*) FROM range(10000000000) a, range(100000) b", limit=5, seconds=0.3)


@pytest.mark.parametrize(
    "sql",
    [
        "SELECT repeat('x', 2000000000)",
        "SELECT repeat('x', 100000) FROM range(10001)",
        "SELECT list(i) FROM range(1000000000) AS t(i)",
        "SELECT string_agg(repeat('x', 1000)) FROM range(10000000)",
    ],
)
async def test_a_question_takes_no_memory_of_the_service(keeper: Store, sql: str) -> None:
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    with pytest.raises(RequestRefused, match=r"memory|longer than|Memory"):
        await keeper.reports.query(sql, limit=10_000, seconds=20)
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 100 * 1024, "KiB"
    assert (await keeper.reports.query("SELECT 1", limit=5, seconds=10)).rows == ((1,),)


async def test_values_are_as_json_has_them(keeper: Store) -> None:
    sql = "SELECT 1, 2.5, 'a', true, NULL, DATE '2026-11-28', 1.5::DECIMAL(4, 1), [1, 2], 'inf'::DOUBLE"
    (values,) = (await keeper.reports.query(sql, limit=5, seconds=10)).rows
    assert values == (1, 2.5, "a", True, None, "2026-11-28", 1.5, "[1, 2]", "inf")
