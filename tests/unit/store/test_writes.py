"""Every write of the store is one transaction, and the service is killed around each of them somewhere in the tests."""

from __future__ import annotations

import pytest

from tests.acceptance.test_crash_points import CASES
from tests.support.store.writes import writes

PLAYED = {point.split()[1] for case in CASES.values() for point in case.points if point}
"""What the acceptance tests kill the service at."""
ELSEWHERE = {
    "belong_to": "nothing is under way then; tests/integration/store/test_store.py repeats it",
    "drop_update_state": "the next catch-up drops it again",
    "stop_making": "it takes a language model: tests/acceptance/test_summaries.py kills before and after what follows",
    "prove": "it changes nothing",
    "prune_kept": "the next hour's prunes the same",
    "prune_forgotten": "the next hour's prunes the same",
}
"""Writes that nobody waits for and that the next life simply repeats."""


@pytest.mark.parametrize("write", sorted(writes()))
def test_every_write_of_the_store_has_a_crash_point(write: str) -> None:
    assert write in PLAYED or write in ELSEWHERE, f"add a case for `{write}` to tests/acceptance/test_crash_points.py"


def test_no_method_of_the_store_makes_two_transactions() -> None:
    """Between two there would be a moment that no test looks at."""
    assert [name for name, count in writes().items() if count > 1] == []


def test_nothing_is_excused_that_is_gone() -> None:
    assert ELSEWHERE.keys() <= writes().keys()
