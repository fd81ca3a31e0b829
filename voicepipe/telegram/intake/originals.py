"""Updates kept whole: those whose message can't be asked for again, as they are written into the journal.

They are kept in Telegram's own form. A later version of the client may not know that form any more; what can't be read
then is lost, as if Telegram had taken it back.
"""

from __future__ import annotations

from collections.abc import Container, Iterable
from io import BytesIO
from typing import Any

from pyrogram import raw
from pyrogram.raw.core import TLObject

from voicepipe.telegram.intake.positions import News, changes_in


def pack_original(update: Any, people: Container[int], users: Iterable[raw.types.User]) -> bytes:
    """An update, and these of the people whom it mentions, as it came."""
    named = [user for user in users if user.id in people]
    packed: bytes = raw.types.Updates(updates=[update], users=named, chats=[], date=0, seq=0).write()
    return packed


def unpack_original(original: bytes) -> News | None:
    """The update and the people it came with; None for what can't be read any more."""
    try:
        updates = TLObject.read(BytesIO(original))
        (update,) = changes_in(updates)
    except Exception:  # whatever the client makes of a form that it does not know; every start would fail by it
        return None
    return update, updates.users
