"""How far the changes of a box are known, in whatever order they come."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from voicepipe.telegram.intake.positions import Position


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
