"""Chats that the bot is no member of, and people who ask for it there, by its name.

As core.telegram.org/api/bots/guest-mode tells it: the bot gets the message that names it together with those that it
refers to, answers the query once, and may change that answer later on.
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence

from pyrogram.raw import types

from . import wire
from .guest_queries import GuestQuery
from .line import Call
from .people import Stage, User
from .watch import DEFAULT_TIMEOUT_SECONDS
from .world import SUPERGROUP_BASE, ChangeLog, Chat, ChatKind, Content, Message


class Elsewhere:
    """A chat without the bot: of two people, or a supergroup. What is sent to it needs ``deliver=False``."""

    def __init__(self, stage: Stage, members: Sequence[User], *, is_private: bool) -> None:
        self._stage = stage
        number = next(stage.backend.guests.chat_ids)
        kind = ChatKind.PRIVATE if is_private else ChatKind.SUPERGROUP
        chat_id = members[-1].id if is_private else SUPERGROUP_BASE - number
        self.chat = Chat(chat_id, kind, "Elsewhere", ChangeLog(), itertools.count(1))
        self.chat.members = {member.id for member in members}

    async def ask(
        self, who: User, text: str, *about: Message, deliver: bool = True, dc: int | None = None, age_seconds: float = 0
    ) -> GuestQuery:
        """Name the bot in a message, in reply to the first of others, if to any."""
        backend = self._stage.backend
        content = Content(text=text, reply_to=about[0].id if about else None, age_seconds=age_seconds)
        asked = self._stage.world.post(self.chat, who.person, content).messages[0]
        query = GuestQuery(next(backend.guests.ids), asked, backend.home_dc if dc is None else dc)
        backend.guests.by_id[query.id] = query
        call = self._call(query, about)
        if deliver:
            await self._stage.pushes.tell_in_line(call)
        return query

    def _call(self, query: GuestQuery, about: Sequence[Message]) -> Call:
        people = {each.sender.id: each.sender for each in (query.asked, *about)}
        return self._stage.backend.line.append(
            lambda qts: types.UpdateBotGuestChatQuery(
                query_id=query.id,
                message=self._shown(query.asked),
                # The one that is replied to need not come first.
                reference_messages=[self._shown(each) for each in reversed(about)] or None,
                qts=qts,
            ),
            list(people.values()),
            [self.chat],
        )

    def _shown(self, message: Message) -> types.Message:
        """The bot is none of two people, so it is told who said something also where only two talk."""
        shown = wire.message(self._stage.world, message)
        assert isinstance(shown, types.Message)
        shown.from_id = types.PeerUser(user_id=message.sender.id)
        return shown

    async def wait_answer(
        self, query: GuestQuery, text: str | None = None, timeout_seconds: float = DEFAULT_TIMEOUT_SECONDS
    ) -> Message:
        """What the bot has posted, once it says this; without a text, once it says more than that it works."""

        def found() -> Message | None:
            answer = query.answer
            if answer is None or (answer.text.startswith("⏳") if text is None else answer.text != text):
                return None
            return answer

        return await self._stage.changed(self.chat).until(found, timeout_seconds, f"the answer to {query.asked}")
