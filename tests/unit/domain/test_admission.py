"""Admission's laws: it never gives away what is not there, the edges pass, and a refusal says everything."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from voicepipe.config import LimitsConfig
from voicepipe.domain.admission import (
    Accepted,
    Claim,
    Load,
    RefusalReason,
    Refused,
    charge,
    decide,
    offered_seconds,
    reserve_more,
    task_limit_seconds,
)
from voicepipe.domain.quota import Balance, Reservation

MIB = 1024 * 1024
DAY = date(2026, 3, 1)
DAY_SECONDS = 86_400.0
LIMITS = LimitsConfig()
LOAD = Load(admitted_jobs=0, users_jobs=0, free_disk_bytes=100_000 * MIB)
CLAIM = Claim(declared_seconds=10, file_bytes=20_000, age_seconds=1.0)
BALANCE = Balance(
    daily_quota_seconds=60,
    daily_left_seconds=60,
    extra_left_seconds=0,
    resets_at=datetime(2026, 3, 2, tzinfo=UTC),
    quota_day=DAY,
    is_unlimited=False,
    is_banned=False,
)

seconds = st.integers(0, 400)
balances = st.builds(
    lambda daily, extra, unlimited: replace(
        BALANCE, daily_left_seconds=daily, extra_left_seconds=extra, is_unlimited=unlimited
    ),
    seconds,
    seconds,
    st.booleans(),
)
reservations = st.builds(Reservation, st.sampled_from([DAY, DAY - timedelta(days=1)]), seconds, seconds)


def decided(claim: Claim = CLAIM, balance: Balance = BALANCE, load: Load = LOAD) -> Accepted | Refused:
    return decide(claim, balance, load, limits=LIMITS, max_age_seconds=DAY_SECONDS)


def test_a_plan_says_how_long_a_recording_may_be() -> None:
    """Longer or shorter than everybody's, at admission and while it is decoded."""
    plenty = replace(BALANCE, daily_left_seconds=9000)
    for longest in (LIMITS.max_recording_seconds * 4, 20):
        planned = replace(plenty, plan="plan", longest_seconds=longest)
        assert isinstance(decided(replace(CLAIM, declared_seconds=longest), planned), Accepted)
        refused = decided(replace(CLAIM, declared_seconds=longest + 1), planned)
        assert refused == Refused(RefusalReason.TOO_LONG, seconds=longest + 1, limit=longest)
        nobody_knows = decided(replace(CLAIM, declared_seconds=None), planned)
        assert isinstance(nobody_knows, Accepted)
        assert nobody_knows.reservation.seconds == longest
        assert task_limit_seconds(Reservation(DAY, 9000, 0), planned, LIMITS) == longest + 1
        assert offered_seconds(longest + 100, planned, LIMITS) == longest
        more = reserve_more(longest + 5.0, Reservation(DAY, longest + 1, 0), planned, LIMITS)
        assert more == Refused(RefusalReason.TOO_LONG, seconds=longest + 5, limit=longest)


@given(st.none() | st.integers(0, 300), balances)
def test_a_reservation_is_never_more_than_what_is_left(declared: int | None, balance: Balance) -> None:
    answer = decided(replace(CLAIM, declared_seconds=declared), balance)
    if balance.is_unlimited:
        assert answer == Accepted(Reservation(DAY, 0, 0))
    elif balance.left_seconds < max(1, declared or 0):
        assert answer == Refused(
            RefusalReason.OVER_QUOTA, declared, balance.daily_quota_seconds, balance.left_seconds, balance.resets_at
        )
    else:
        assert isinstance(answer, Accepted)
        reservation = answer.reservation
        wanted = LIMITS.max_recording_seconds if declared is None else max(1, declared) + 1
        assert reservation.seconds == min(wanted, balance.left_seconds)
        assert 0 <= reservation.daily_seconds <= balance.daily_left_seconds
        assert 0 <= reservation.extra_seconds <= balance.extra_left_seconds
        # The day's pot is used up before the extra one is touched.
        assert reservation.extra_seconds == 0 or reservation.daily_seconds == balance.daily_left_seconds


@pytest.mark.parametrize(
    ("declared", "left", "reserved"), [(60, 60, 60), (59, 60, 60), (58, 60, 59), (0, 60, 2), (0, 1, 1), (None, 60, 60)]
)
def test_exactly_at_the_quota_passes(declared: int | None, left: int, reserved: int) -> None:
    answer = decided(replace(CLAIM, declared_seconds=declared), replace(BALANCE, daily_left_seconds=left))
    assert answer == Accepted(Reservation(DAY, reserved, 0))


@pytest.mark.parametrize(("declared", "left"), [(61, 60), (1, 0), (0, 0), (None, 0)])
def test_one_second_above_the_quota_is_refused(declared: int | None, left: int) -> None:
    answer = decided(replace(CLAIM, declared_seconds=declared), replace(BALANCE, daily_left_seconds=left))
    assert isinstance(answer, Refused)
    assert answer.reason is RefusalReason.OVER_QUOTA


@pytest.mark.parametrize(
    ("claim", "load", "passes"),
    [
        (replace(CLAIM, age_seconds=DAY_SECONDS), LOAD, True),
        (replace(CLAIM, age_seconds=DAY_SECONDS + 0.1), LOAD, False),
        (replace(CLAIM, file_bytes=512 * MIB), LOAD, True),
        (replace(CLAIM, file_bytes=512 * MIB + 1), LOAD, False),
        (replace(CLAIM, declared_seconds=300), LOAD, True),
        (replace(CLAIM, declared_seconds=301), LOAD, False),
        (CLAIM, replace(LOAD, admitted_jobs=99), True),
        (CLAIM, replace(LOAD, admitted_jobs=100), False),
        (CLAIM, replace(LOAD, admitted_jobs=60, users_jobs=49), True),
        (CLAIM, replace(LOAD, admitted_jobs=60, users_jobs=50), False),
        (CLAIM, replace(LOAD, free_disk_bytes=256 * MIB + CLAIM.file_bytes), True),
        (CLAIM, replace(LOAD, free_disk_bytes=256 * MIB + CLAIM.file_bytes - 1), False),
    ],
)
def test_every_limit_itself_still_passes(claim: Claim, load: Load, passes: bool) -> None:
    answer = decided(claim, replace(BALANCE, daily_left_seconds=300), load)
    assert isinstance(answer, Accepted) is passes


def test_the_first_reason_that_applies_is_told_with_its_facts() -> None:
    claim = Claim(declared_seconds=301, file_bytes=600 * MIB, age_seconds=DAY_SECONDS + 1)
    balance = replace(BALANCE, is_banned=True, daily_left_seconds=0)
    load = Load(admitted_jobs=100, users_jobs=50, free_disk_bytes=0)

    told = [decided(claim, balance, load)]
    balance = replace(balance, is_banned=False)
    told.append(decided(claim, balance, load))
    claim = replace(claim, age_seconds=0.0)
    told.append(decided(claim, balance, load))
    claim = replace(claim, file_bytes=1)
    told.append(decided(claim, balance, load))
    claim = replace(claim, declared_seconds=5)
    told.append(decided(claim, balance, load))
    load = replace(load, users_jobs=49)
    told.append(decided(claim, balance, load))
    load = replace(load, admitted_jobs=49)
    told.append(decided(claim, balance, load))
    load = LOAD
    told.append(decided(claim, balance, load))

    assert told == [
        Refused(RefusalReason.BANNED),
        Refused(RefusalReason.TOO_OLD, limit=86_400),
        Refused(RefusalReason.TOO_LARGE, limit=512),
        Refused(RefusalReason.TOO_LONG, seconds=301, limit=300),
        Refused(RefusalReason.USER_QUEUE_FULL, limit=50),
        Refused(RefusalReason.QUEUE_FULL, limit=100),
        Refused(RefusalReason.DISK_FULL),
        Refused(RefusalReason.OVER_QUOTA, seconds=5, limit=60, left=0, resets_at=BALANCE.resets_at),
    ]
    assert isinstance(decided(claim, BALANCE, load), Accepted)


@given(st.floats(0, 400), reservations)
def test_a_charge_is_whole_and_never_above_the_reservation(decoded: float, reservation: Reservation) -> None:
    charged = charge(decoded, reservation)
    assert charged == reservation.seconds or abs(charged - max(decoded, 1)) <= 0.5
    assert min(1, reservation.seconds) <= charged <= reservation.seconds


@pytest.mark.parametrize(("decoded", "charged"), [(0.0, 1), (0.4, 1), (1.49, 1), (1.5, 2), (2.5, 3), (99.0, 10)])
def test_a_charge_is_rounded_half_up(decoded: float, charged: int) -> None:
    assert charge(decoded, Reservation(DAY, 4, 6)) == charged


@given(st.floats(0, 310), reservations, balances)
def test_reserving_again_takes_more_than_before_but_no_more_than_is_left(
    decoded: float, old: Reservation, balance: Balance
) -> None:
    answer = reserve_more(decoded, old, balance, LIMITS)
    daily = balance.daily_left_seconds + (old.daily_seconds if old.quota_day == DAY else 0)
    extra = balance.extra_left_seconds + old.extra_seconds
    match answer:
        case Accepted(reservation) if balance.is_unlimited:
            assert reservation == Reservation(DAY, 0, 0)
            assert old.seconds > 0
        case Accepted(reservation):
            assert max(decoded, old.seconds + 1) <= reservation.seconds <= 301
            assert reservation.daily_seconds <= daily
            assert reservation.extra_seconds <= extra
        case Refused(reason=RefusalReason.OVER_QUOTA):
            assert answer.left == daily + extra < max(decoded, old.seconds + 1)
            assert answer.resets_at == balance.resets_at
        case Refused(reason=reason):
            assert reason is RefusalReason.TOO_LONG
            assert decoded > 301 or old.seconds >= 301 or (balance.is_unlimited and not old.seconds)


def test_a_recording_above_the_limit_gets_no_more_however_much_is_left() -> None:
    rich = replace(BALANCE, extra_left_seconds=100_000)
    answer = reserve_more(301.5, Reservation(DAY, 10, 0), rich, LIMITS)
    assert answer == Refused(RefusalReason.TOO_LONG, seconds=302, limit=300)


@given(reservations, balances)
def test_a_task_may_decode_what_is_reserved_and_a_second(reservation: Reservation, balance: Balance) -> None:
    limit = task_limit_seconds(reservation, balance, LIMITS)
    expected = 301.0 if balance.is_unlimited else min(reservation.seconds + 1.0, 301.0)
    assert limit == expected


@pytest.mark.parametrize(
    ("declared", "left", "offered"),
    [
        (90, 40, 40),
        (41, 40, 40),
        (40, 40, None),
        (90, 4, None),
        (90, 0, None),
        (None, 40, None),
        (4000, 10_000, LIMITS.max_recording_seconds),
    ],
)
def test_the_beginning_is_offered_as_far_as_it_is_worth_it(
    declared: int | None, left: int, offered: int | None
) -> None:
    balance = replace(BALANCE, daily_left_seconds=left, extra_left_seconds=0)
    assert offered_seconds(declared, balance, LIMITS) == offered


def test_to_whom_has_no_quota_as_much_is_offered_as_a_recording_may_last() -> None:
    balance = replace(BALANCE, is_unlimited=True, daily_left_seconds=0, extra_left_seconds=0)
    assert offered_seconds(4000, balance, LIMITS) == LIMITS.max_recording_seconds
