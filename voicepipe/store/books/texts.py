"""Delivered texts that are kept, as their owners may look for them."""

from __future__ import annotations

from voicepipe.store.core import Core

_LATEST = """
SELECT text FROM transcripts LEFT JOIN jobs USING (chat_id, message_id, door)
WHERE transcripts.user_id = ? AND NOT coalesce(is_protected, 0)
ORDER BY delivered_at DESC, transcripts.rowid DESC LIMIT ?
"""


class KeptTexts:
    """What was delivered lately, and is not pruned yet."""

    def __init__(self, core: Core) -> None:
        self._core = core

    async def latest(self, user_id: int, limit: int) -> list[str]:
        """The latest texts of a user's recordings, the newest first, without those that nobody may pass on."""
        rows = await self._core.read(lambda journal: journal.execute(_LATEST, (user_id, limit)).fetchall())
        return [str(row[0]) for row in rows]
