"""A model that says the same again and again: its tokens without what repeats."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

LONGEST_LOOP = 32
"""Tokens that are said again; a longer loop does not fit into a text three times as a rule."""
LEAST_REPEATS = 3
"""People repeat themselves, too."""


def without_loops(tokens: Sequence[int]) -> list[int]:
    """Which tokens are left, by their places: of what stands three times or more in a row, the first."""
    return list(_kept(tokens))


def _kept(tokens: Sequence[int]) -> Iterator[int]:
    place = 0
    while place < len(tokens):
        length, end = _loop_at(tokens, place)
        if not length:
            yield place
            place += 1
            continue
        yield from range(place, place + length)
        place = end


def _loop_at(tokens: Sequence[int], start: int) -> tuple[int, int]:
    """How long the loop is that begins there, 0 where there is none; and where its last repetition ends."""
    for length in range(1, LONGEST_LOOP + 1):
        end = start + length
        while end < len(tokens) and tokens[end] == tokens[end - length]:
            end += 1
        repeats = (end - start) // length
        if repeats >= LEAST_REPEATS:
            return length, end if end == len(tokens) else start + repeats * length
    return 0, start
