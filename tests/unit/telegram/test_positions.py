"""How far the changes of a box are known, in whatever order they come."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st
from pyrogram import raw

from voicepipe.telegram.intake.positions import Line, News, Position


@given(st.permutations(range(1, 12)), st.lists(st.integers(1, 11)))
def test_a_position_is_complete_when_all_changes_came_in_whatever_order(order: list[int], again: list[int]) -> None:
    position = Position(0)
    for number, pts in enumerate([*order, *again]):
        position.follow(pts, 1)
        came = set(order[: number + 1])
        complete = next(pts for pts in range(12) if pts + 1 not in came)
        assert (position.pts, position.has_gap) == (complete, bool(came) and max(came) > complete)


def test_a_difference_closes_a_gap() -> None:
    position = Position(10)
    position.follow(15, 1)
    assert position.has_gap
    position.reach(14)
    assert (position.pts, position.has_gap) == (15, False)


# --- the line -------------------------------------------------------------------------------------------------------
def news(qts: int) -> News:
    return raw.types.UpdateBotStarsSubscription(user_id=7, payload="", qts=qts), []


def numbers(due: list[News]) -> list[int]:
    return [update.qts for update, _ in due]


@given(st.permutations(range(11, 22)), st.lists(st.integers(5, 21)))
def test_each_change_of_the_line_is_let_through_once_and_in_order(order: list[int], again: list[int]) -> None:
    line = Line(10)
    due: list[int] = []
    for qts in [each for number in order for each in (number, *again[:2])] + again:
        due += numbers(line.follow(news(qts)))
        assert due == list(range(11, 11 + len(due)))
        assert line.qts == 10 + len(due)
    assert due == list(range(11, 22))
    assert not line.has_gap


def test_a_difference_lets_through_what_waited_behind_it() -> None:
    line = Line(10)
    assert [numbers(line.follow(news(qts))) for qts in (12, 14, 16, 14)] == [[], [], [], []]
    assert line.has_gap
    assert numbers(line.reach(13)) == [14]
    assert (line.qts, line.has_gap) == (14, True)
    assert numbers(line.follow(news(12))) == []
    assert numbers(line.follow(news(15))) == [15, 16]
    assert not line.has_gap
