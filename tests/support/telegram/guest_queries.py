"""Queries of guests as plain data: who has named the bot where it is no member, and what it posted there."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from dataclasses import dataclass, field

from .world import Message

FIRST_CHAT_ID = 7_000_000
FIRST_QUERY_ID = 2**61
"""Numbers of queries are long ones, and no numbers of messages."""


@dataclass(slots=True, eq=False)
class GuestQuery:
    """One query; ``answer`` is what the bot has posted, at data centre ``dc``. ``is_over``: it is too late for one."""

    id: int
    asked: Message
    dc: int
    answer: Message | None = None
    access_hash: int = 0
    is_over: bool = False


@dataclass(slots=True)
class GuestQueries:
    """All that were made."""

    by_id: dict[int, GuestQuery] = field(default_factory=dict)
    ids: Iterator[int] = field(default_factory=lambda: itertools.count(FIRST_QUERY_ID))
    chat_ids: Iterator[int] = field(default_factory=lambda: itertools.count(FIRST_CHAT_ID))

    def answered_with(self, message: Message) -> GuestQuery | None:
        """The query that a message answers."""
        return next((query for query in self.by_id.values() if query.answer is message), None)

    def answered_by(self, dc: int, access_hash: int) -> GuestQuery | None:
        """The query that was answered by a message, given its access hash."""
        answered = (query for query in self.by_id.values() if query.answer is not None and query.dc == dc)
        return next((query for query in answered if query.access_hash == access_hash), None)
