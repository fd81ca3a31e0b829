"""The line of a bot's updates that are numbered by ``qts``: queries of guests, and all of connected accounts."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from pyrogram.raw import base

from .world import Chat, Person


@dataclass(frozen=True, slots=True)
class Call:
    """One update of the line, with the people and the chats that it mentions."""

    update: Any
    people: tuple[Person, ...]
    chats: tuple[Chat, ...] = ()

    @property
    def qts(self) -> int:
        return int(self.update.qts)


class Line:
    """Each update has the next number; a client asks for those after the last one that it knows."""

    def __init__(self) -> None:
        self.calls: list[Call] = []

    @property
    def qts(self) -> int:
        return len(self.calls)

    def append(self, make: Callable[[int], base.Update], people: Sequence[Person], chats: Sequence[Chat] = ()) -> Call:
        """``make`` gets the number."""
        call = Call(make(self.qts + 1), tuple(people), tuple(chats))
        self.calls.append(call)
        return call

    def after(self, qts: int, limit: int) -> list[Call]:
        """The updates that follow ``qts``, at most ``limit`` of them."""
        return self.calls[qts : qts + max(0, limit)]
