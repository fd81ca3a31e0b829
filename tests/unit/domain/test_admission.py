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
    RefusalReason,
    Refused,
    Request,
    Room,
    charge,
    decide,
    reserve_more,
    task_limit_seconds,
)
from voicepipe.domain.quota import Balance, Reservation

MIB = 1024 * 1024
DAY = date(2026, 3, 1)
DAY_SECONDS = 86_400.0
LIMITS = LimitsConfig()
ROOM = Room(admitted_jobs=0, users_jobs=0, free_disk_bytes=100_000 * MIB)
REQUEST = Request(declared_seconds=10, file_bytes=20_000, age_seconds=1.0)
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


def decided(request: Request = REQUEST, balance: Balance = BALANCE, room: Room = ROOM) -> Accepted | Refused:
    return decide(request, balance, room, LIMITS, DAY_SECONDS)


@given(st.none() | st.integers(0, 300), balances)
def test_a_reservation_is_never_more_than_what_is_left(declared: int | None, balance: Balance) -> None:
    answer = decided(replace(REQUEST, declared_seconds=declared), balance)
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
    answer = decided(replace(REQUEST, declared_seconds=declared), replace(BALANCE, daily_left_seconds=left))
    assert answer == Accepted(Reservation(DAY, reserved, 0))


@pytest.mark.parametrize(("declared", "left"), [(61, 60), (1, 0), (0, 0), (None, 0)])
def test_one_second_above_the_quota_is_refused(declared: int | None, left: int) -> None:
    answer = decided(replace(REQUEST, declared_seconds=declared), replace(BALANCE, daily_left_seconds=left))
    assert isinstance(answer, Refused)
    assert answer.reason is RefusalReason.OVER_QUOTA


@pytest.mark.parametrize(
    ("request_", "room", "passes"),
    [
        (replace(REQUEST, age_seconds=DAY_SECONDS), ROOM, True),
        (replace(REQUEST, age_seconds=DAY_SECONDS + 0.1), ROOM, False),
        (replace(REQUEST, file_bytes=512 * MIB), ROOM, True),
        (replace(REQUEST, file_bytes=512 * MIB + 1), ROOM, False),
        (replace(REQUEST, declared_seconds=300), ROOM, True),
        (replace(REQUEST, declared_seconds=301), ROOM, False),
        (REQUEST, replace(ROOM, admitted_jobs=99), True),
        (REQUEST, replace(ROOM, admitted_jobs=100), False),
        (REQUEST, replace(ROOM, admitted_jobs=60, users_jobs=49), True),
        (REQUEST, replace(ROOM, admitted_jobs=60, users_jobs=50), False),
        (REQUEST, replace(ROOM, free_disk_bytes=256 * MIB + REQUEST.file_bytes), True),
        (REQUEST, replace(ROOM, free_disk_bytes=256 * MIB + REQUEST.file_bytes - 1), False),
    ],
)
def test_every_limit_itself_still_passes(request_: Request, room: Room, passes: bool) -> None:
    answer = decided(request_, replace(BALANCE, daily_left_seconds=300), room)
    assert isinstance(answer, Accepted) is passes


def test_the_first_reason_that_applies_is_told_with_its_facts() -> None:
    request = Request(declared_seconds=301, file_bytes=600 * MIB, age_seconds=DAY_SECONDS + 1)
    balance = replace(BALANCE, is_banned=True, daily_left_seconds=0)
    room = Room(admitted_jobs=100, users_jobs=50, free_disk_bytes=0)

    told = [decided(request, balance, room)]
    balance = replace(balance, is_banned=False)
    told.append(decided(request, balance, room))
    request = replace(request, age_seconds=0.0)
    told.append(decided(request, balance, room))
    request = replace(request, file_bytes=1)
    told.append(decided(request, balance, room))
    request = replace(request, declared_seconds=5)
    told.append(decided(request, balance, room))
    room = replace(room, users_jobs=49)
    told.append(decided(request, balance, room))
    room = replace(room, admitted_jobs=49)
    told.append(decided(request, balance, room))
    room = ROOM
    told.append(decided(request, balance, room))

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
    assert isinstance(decided(request, BALANCE, room), Accepted)


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
