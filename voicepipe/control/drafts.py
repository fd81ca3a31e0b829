"""Imports that are not complete yet: their lines, checked one by one, until all are made or nobody goes on."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field

from voicepipe.control.many import ImportReport, QuotaLine
from voicepipe.errors import RequestRefused

MOST_DRAFTS = 2
MOST_USERS = 1_000_000
KEPT_SECONDS = 120.0
"""How long a draft is kept after it was heard of last."""


@dataclass(slots=True)
class Draft:
    """The lines of an import by the user's id: a piece that comes twice changes nothing."""

    lines: dict[int, QuotaLine] = field(default_factory=dict)
    made: ImportReport | None = None
    """What it changed, once it has."""
    expiry: asyncio.TimerHandle | None = None

    def add(self, user_id: int, line: QuotaLine) -> None:
        """Raises RequestRefused for a user in two lines."""
        known = self.lines.setdefault(user_id, line)
        if known.line != line.line:
            raise RequestRefused(f"the user {user_id} is in line {known.line} already")
        if len(self.lines) > MOST_USERS:
            raise RequestRefused(f"an import may have at most {MOST_USERS} users; divide the file")


class Drafts:
    """The latest imports, in memory."""

    def __init__(self) -> None:
        self._drafts: dict[str, Draft] = {}

    def open(self, import_id: str) -> Draft:
        """The draft of that name, or a new one."""
        draft = self._drafts.pop(import_id, None) or Draft()
        self._drafts[import_id] = draft
        while len(self._drafts) > MOST_DRAFTS:
            self.drop(next(iter(self._drafts)))
        if draft.expiry is not None:
            draft.expiry.cancel()
        draft.expiry = asyncio.get_running_loop().call_later(KEPT_SECONDS, self.drop, import_id)
        return draft

    def drop(self, import_id: str) -> None:
        """Forget a draft."""
        draft = self._drafts.pop(import_id, None)
        if draft is not None and draft.expiry is not None:
            draft.expiry.cancel()
