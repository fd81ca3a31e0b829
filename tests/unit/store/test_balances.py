"""The arithmetic of the two pots, over days, zones and late settlements."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from voicepipe.config import QuotaConfig
from voicepipe.domain.jobs import JobKey
from voicepipe.domain.quota import Reservation
from voicepipe.store.balances import KEPT_DAYS, Account, Balances
from voicepipe.store.entries import (
    DAILY_QUOTA,
    IS_BANNED,
    IS_UNLIMITED,
    PLAN,
    Entry,
    EntryKind,
    Value,
    released,
    reserved,
)

USER = 7
KEY = JobKey(7, 1)
NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
TODAY = date(2026, 3, 1)
# Zones whose clocks change at midnight, by half an hour, across the date line, or not at all.
ZONES = ["UTC", "Europe/Moscow", "America/Havana", "Asia/Beirut", "Australia/Lord_Howe", "Pacific/Apia", "Africa/Cairo"]


def balances(daily: int = 60, zone: str = "UTC", account: Account | None = None) -> Balances:
    quota = QuotaConfig(daily_seconds=daily, time_zone=zone)
    return Balances(lambda: quota, {USER: account} if account else None)


def left(book: Balances, at: datetime = NOON) -> tuple[int, int]:
    balance = book.balance(USER, at)
    return balance.daily_left_seconds, balance.extra_left_seconds


def grant(seconds: int) -> Entry:
    return Entry(EntryKind.GRANT, USER, NOON, TODAY, extra_seconds=seconds)


def setting(name: str, value: Value) -> Entry:
    return Entry(EntryKind.SETTING, USER, NOON, TODAY, name=name, value=value)


def test_a_stranger_has_the_configured_quota() -> None:
    balance = balances(90).balance(USER, NOON)
    assert (balance.daily_quota_seconds, balance.left_seconds, balance.quota_day) == (90, 90, TODAY)
    assert not balance.is_banned
    assert not balance.is_unlimited


def test_what_is_settled_below_the_reservation_comes_back_the_days_pot_last() -> None:
    book = balances()
    book.apply(grant(100))
    reservation = Reservation(TODAY, 60, 40)
    book.apply(reserved(USER, KEY, reservation, NOON))
    assert left(book) == (0, 60)
    book.apply(released(EntryKind.SETTLE, USER, KEY, reservation, 70, NOON))
    assert left(book) == (0, 90)
    book.apply(reserved(USER, KEY, reservation, NOON))
    book.apply(released(EntryKind.SETTLE, USER, KEY, reservation, 50, NOON))
    # The day is overdrawn by this second job, which never shows as less than nothing.
    assert left(book) == (0, 90)


def test_a_job_settled_after_midnight_gives_back_to_its_own_day() -> None:
    book = balances()
    reservation = Reservation(TODAY, 50, 0)
    tomorrow = NOON + timedelta(days=1)
    book.apply(reserved(USER, KEY, reservation, NOON))
    assert left(book, tomorrow) == (60, 0)
    book.apply(released(EntryKind.SETTLE, USER, KEY, reservation, 10, tomorrow))
    assert left(book, tomorrow) == (60, 0)
    assert left(book, NOON) == (50, 0)


def test_an_own_quota_stands_above_the_default_until_it_is_taken_back() -> None:
    book = balances(60)
    book.apply(setting(DAILY_QUOTA, 300))
    assert book.balance(USER, NOON).daily_quota_seconds == 300
    book.apply(setting(DAILY_QUOTA, 0))
    assert book.balance(USER, NOON).left_seconds == 0
    book.apply(setting(DAILY_QUOTA, None))
    assert book.balance(USER, NOON).daily_quota_seconds == 60


def test_a_plan_stands_above_the_default_and_below_a_quota_of_ones_own() -> None:
    quota = QuotaConfig.model_validate(
        {"plans": {"plus": {"daily_seconds": 600, "max_recording_seconds": 900}, "small": {"daily_seconds": 0}}}
    )
    book = Balances(lambda: quota)

    def planned() -> tuple[str | None, int, int | None]:
        balance = book.balance(USER, NOON)
        return balance.plan, balance.daily_quota_seconds, balance.longest_seconds

    assert planned() == (None, 60, None)
    book.apply(setting(PLAN, "plus"))
    assert planned() == ("plus", 600, 900)
    book.apply(setting(DAILY_QUOTA, 30))
    assert planned() == ("plus", 30, 900)
    book.apply(setting(DAILY_QUOTA, None))
    book.apply(setting(PLAN, "small"))
    assert planned() == ("small", 0, None)
    quota = QuotaConfig()  # the operator has deleted the plan
    assert planned() == (None, 60, None)


def test_a_quota_lowered_below_what_is_used_leaves_nothing_not_less() -> None:
    book = balances()
    book.apply(reserved(USER, KEY, Reservation(TODAY, 40, 0), NOON))
    book.apply(setting(DAILY_QUOTA, 30))
    assert left(book) == (0, 0)


@pytest.mark.parametrize("name", [IS_UNLIMITED, IS_BANNED])
def test_flags_are_set_and_taken_back(name: str) -> None:
    book = balances()
    for value in (True, False):
        book.apply(setting(name, value))
        assert getattr(book.balance(USER, NOON), name) is value


def test_old_days_are_forgotten_and_stay_so() -> None:
    book = balances()
    old = Reservation(TODAY, 30, 0)
    days = [NOON + timedelta(days=number) for number in range(KEPT_DAYS + 1)]
    for at in days:
        book.apply(reserved(USER, KEY, replace(old, quota_day=at.date()), at))
    book.apply(released(EntryKind.REFUND, USER, KEY, old, 0, days[-1]))
    assert book.snapshot()[USER] == (0, {at.date(): 30 for at in days[1:]})


def test_a_clock_that_is_ahead_for_a_moment_brings_no_second_quota() -> None:
    book = balances()
    book.apply(reserved(USER, KEY, Reservation(TODAY, 50, 0), NOON))
    for days in (9, 400):
        ahead = NOON + timedelta(days=days)
        reservation = Reservation(ahead.date(), 5, 0)
        book.apply(reserved(USER, KEY, reservation, ahead))
        book.apply(released(EntryKind.SETTLE, USER, KEY, reservation, 5, ahead))
    assert left(book) == (10, 0)


@given(st.sampled_from(ZONES), st.datetimes(datetime(2000, 1, 1), datetime(2037, 1, 1), timezones=st.just(UTC)))
def test_the_day_turns_at_the_instant_that_the_balance_names(zone: str, now: datetime) -> None:
    book = balances(zone=zone)
    balance = book.balance(USER, now)
    assert now.astimezone(ZoneInfo(zone)).date() == balance.quota_day
    assert now < balance.resets_at <= now + timedelta(hours=49)
    assert book.day(balance.resets_at) > balance.quota_day
    assert book.day(balance.resets_at - timedelta(microseconds=1)) == balance.quota_day


@pytest.mark.parametrize(
    ("zone", "noon", "hours"),
    [
        ("Europe/Berlin", datetime(2026, 3, 29, 12), 23),
        ("Europe/Berlin", datetime(2026, 10, 25, 12), 25),
        ("Asia/Beirut", datetime(2026, 3, 28, 12), 24),
        ("Asia/Beirut", datetime(2026, 3, 29, 12), 23),
    ],
)
def test_days_are_as_long_as_the_zone_makes_them(zone: str, noon: datetime, hours: int) -> None:
    book = balances(zone=zone)
    now = noon.replace(tzinfo=ZoneInfo(zone)).astimezone(UTC)
    ends = book.balance(USER, now).resets_at
    begins = book.balance(USER, now - timedelta(days=1)).resets_at
    assert ends - begins == timedelta(hours=hours)


movements = st.lists(
    st.builds(
        lambda daily, extra, days: Entry(
            EntryKind.RESERVE, USER, NOON, TODAY - timedelta(days=days), seconds=daily, extra_seconds=extra
        ),
        st.integers(-50, 50),
        st.integers(-50, 50),
        st.integers(0, 2),
    ),
    max_size=12,
)


@given(movements, movements, st.randoms(use_true_random=False))
def test_undoing_takes_back_exactly_what_was_applied_in_any_order(
    kept: list[Entry], undone: list[Entry], order: object
) -> None:
    expected = balances(account=Account(extra_seconds=500))
    for entry in kept:
        expected.apply(entry)

    book = balances(account=Account(extra_seconds=500))
    steps = [*kept, *undone]
    order.shuffle(steps)  # type: ignore[attr-defined]  # Hypothesis's Random
    for entry in steps:
        book.apply(entry)
    for entry in undone:
        book.undo(entry)
    assert nonzero(book) == nonzero(expected)


def nonzero(book: Balances) -> tuple[int, dict[date, int]]:
    extra, taken = book.snapshot()[USER]
    return extra, {day: seconds for day, seconds in taken.items() if seconds}
