"""Updates kept whole: those whose message can't be asked for again, as they are written into the journal.

They are kept in Telegram's own form. A later version of the client may not know that form any more; what can't be read
then is lost, as if Telegram had taken it back.
"""

from __future__ import annotations

from collections.abc import Iterable
from io import BytesIO
from typing import Any

from pyrogram import raw
from pyrogram.raw.core import TLObject

from voicepipe.domain.people import Person
from voicepipe.telegram.intake.positions import News, changes_in


def pack_original(update: Any, person: Person, users: Iterable[raw.types.User]) -> bytes:
    """An update, and whom it is from, as it came."""
    senders = [user for user in users if user.id == person.user_id]
    packed: bytes = raw.types.Updates(updates=[update], users=senders, chats=[], date=0, seq=0).write()
    return packed


def unpack_original(original: bytes) -> News | None:
    """The update and whom it is from; None for what can't be read any more."""
    try:
        updates = TLObject.read(BytesIO(original))
        (update,) = changes_in(updates)
    except Exception:  # whatever the client makes of a form that it does not know; every start would fail by it
        return None
    return update, updates.users
