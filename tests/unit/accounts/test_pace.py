"""How fast somebody may write: counted by when it was sent, told once a minute, forgotten when they are quiet."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from voicepipe.accounts.pace import MOST_PEOPLE, Kind, Pace

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
ANNA, BEN = 7, 8


def judged(pace: Pace, *seconds: float, user_id: int = ANNA, kind: Kind = Kind.COMMAND, most: int = 2) -> str:
    """The verdicts' first letters."""
    verdicts = [pace.judge(user_id, kind, NOW + timedelta(seconds=each), most) for each in seconds]
    return "".join(verdict.name[0] for verdict in verdicts)


def test_what_is_too_much_is_told_once_and_then_passed_over() -> None:
    assert judged(Pace(), 0, 1, 2, 3, 4, 5) == "WWTIII"


def test_a_minute_later_there_is_room_again_and_what_was_passed_over_took_none() -> None:
    pace = Pace()
    assert judged(pace, 0, 30, *range(31, 60)) == "WWT" + "I" * 28
    assert judged(pace, 60, 61, 90, 91) == "WIWT"


def test_who_never_stops_is_told_once_a_minute() -> None:
    verdicts = judged(Pace(), *(each / 2 for each in range(600)))
    assert (verdicts.count("W"), verdicts.count("T")) == (10, 5)


def test_what_lay_unread_did_not_come_fast() -> None:
    assert judged(Pace(), *range(0, 3600, 31)) == "W" * len(range(0, 3600, 31))


def test_people_and_kinds_are_counted_apart_and_zero_is_no_bound() -> None:
    pace = Pace()
    assert judged(pace, 0, 0, 0) == "WWT"
    assert judged(pace, 0, 0, user_id=BEN) == "WW"
    assert judged(pace, 0, 0, kind=Kind.RECORDING) == "WW"
    assert judged(pace, *[0.0] * 50, most=0) == "W" * 50


def test_no_more_are_remembered_than_have_written_lately() -> None:
    pace = Pace()
    for user_id in range(1, MOST_PEOPLE + 1):
        pace.judge(user_id, Kind.COMMAND, NOW, 1)
    assert judged(pace, 61, user_id=MOST_PEOPLE + 1) == "W"
    assert len(pace._lately) == 1
