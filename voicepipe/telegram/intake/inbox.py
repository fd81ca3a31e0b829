"""Journals what Telegram hands over, and hands each new message on once however often it comes.

How far a box is known is journaled together with its messages, so that the next start can ask for the rest.
"""

from __future__ import annotations

import asyncio
import math
import time
from collections.abc import Awaitable, Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from typing import Any, TypeVar

from pyrogram import raw

from voicepipe.domain.jobs import JobKey, Recording
from voicepipe.domain.messages import Deletion, DraftStop, InlineQuery, Press
from voicepipe.domain.payments import Checkout, RenewalChange
from voicepipe.domain.people import Person
from voicepipe.errors import DiskFull
from voicepipe.events import BackgroundError, Events, UpdateUnread
from voicepipe.store import InboxMessage, UpdateState
from voicepipe.telegram.intake.business import MESSAGES, ConnectedAccounts
from voicepipe.telegram.intake.originals import pack_original
from voicepipe.telegram.intake.ports import Books
from voicepipe.telegram.intake.positions import Mark, News, Positions, box_of_message, changes_in, is_in_line
from voicepipe.telegram.intake.reading import Message, Unread, message_of, read_message, read_update, tells_all

T = TypeVar("T")
QUIET_SECONDS = 5.0
"""How far behind the journal's position of a box may be while nothing comes in it that is wanted.

What lies between is asked for again at the next start, and does no harm; but each line of a lively group would cost a
commit, for which everybody else's messages wait."""


class Inbox:
    """Journals messages and gives each that is new to `hand_on`."""

    def __init__(
        self,
        store: Books,
        positions: Positions,
        events: Events,
        *,
        accounts: ConnectedAccounts,
        is_wanted: Callable[[Message], bool],
        hand_on: Callable[[Message], Awaitable[None]],
        on_press: Callable[[Press], None],
        on_deletion: Callable[[Deletion], None],
        on_draft_stop: Callable[[DraftStop], None],
        on_question: Callable[[InlineQuery], None],
        on_checkout: Callable[[Checkout], None],
        on_renewal: Callable[[RenewalChange], Awaitable[None]],
    ) -> None:
        """A message that is not wanted leaves no trace. `on_press` gets every press, journaled or not.

        `on_deletion` gets every deletion that Telegram tells of: not all, and none is journaled. Nor is what
        `on_draft_stop` and `on_checkout` get. `on_renewal` acts upon what it gets before the next is looked at; to be
        told twice must be harmless.
        """
        self._store = store
        self._positions = positions
        self._events = events
        self._accounts = accounts
        self._is_wanted = is_wanted
        self._hand_on = hand_on
        self._on_press = on_press
        self._on_deletion = on_deletion
        self._on_draft_stop = on_draft_stop
        self._on_question = on_question
        self._on_checkout = on_checkout
        self._on_renewal = on_renewal
        self._one_at_a_time = asyncio.Lock()
        self._journaled_at: dict[int, float] = {}
        """When the position of a box was last journaled, by the monotonic clock."""

    async def journal_updates(self, updates: raw.base.Updates) -> None:
        """Take in what Telegram pushes.

        Raises StoreError when the journal can't be written: nothing was accepted then. After DiskFull a catch-up finds
        the messages again.
        """
        users = getattr(updates, "users", [])
        changes, in_line = _apart(changes_in(updates))
        self._read_others(changes, users)
        async with self._one_at_a_time:
            before = self._positions.before(updates)
            self._positions.follow(updates)
            with self._undone_without_room(before):
                due = self._positions.due((update, users) for update in in_line)
                due = await self._act_in_line(due)
                news = [*_news_in((change, users) for change in changes), *_news_in(due)]
                # Changes without messages, as our own edits, are journaled with the next message.
                if news:
                    messages = [message for message, _ in news]
                    state = self._positions.state_with(messages, box_of_message(messages[0]))
                    await self._journal(news, state, is_pushed=True)
                    self._positions.remember(state)

    async def journal_difference(
        self,
        messages: Sequence[object],
        users: Sequence[raw.types.User],
        state: UpdateState,
        *,
        others: raw.types.Updates | None = None,
        begins_anew: bool = False,
    ) -> None:
        """Take in what a box's difference brought, which makes the box complete up to `state`. Raises StoreError.

        `others` are further changes that came with it. With `begins_anew` what was known of the box's position counts
        no more.
        """
        changes, in_line = _apart(changes_in(others) if others is not None else [])
        self._read_others(changes, users)
        async with self._one_at_a_time:
            before = self._positions.before(others)
            self._positions.follow(others)
            with self._undone_without_room(before):
                due = self._positions.due_of_difference(
                    ((update, users) for update in in_line), state, begins_anew=begins_anew
                )
                due = await self._act_in_line(due)
                news = [*((message, users) for message in messages), *_news_in((change, users) for change in changes)]
                await self._journal([*news, *_news_in(due)], self._positions.with_line(state), is_pushed=False)
            self._positions.complete(state, begins_anew=begins_anew)

    async def drop(self, box: int) -> None:
        """The box is none of ours any more. Raises StoreError."""
        async with self._one_at_a_time:
            await self._store.inbox.drop_update_state(box)
            self._journaled_at.pop(box, None)
            self._positions.drop(box)

    async def last_message_id(self, box: int) -> int | None:
        """The highest id of a message of this box that is remembered."""
        return await self._store.inbox.last_message_id(box)

    @contextmanager
    def _undone_without_room(self, before: Mark) -> Iterator[None]:
        """What could not be journaled counts as never heard of."""
        try:
            yield
        except DiskFull:
            self._positions.go_back(before)
            raise

    async def _act_in_line(self, due: Sequence[News]) -> list[News]:
        """Have acted upon what brings no message, to the end, before its place in the line is journaled.

        After a crash it may come again, with all that follows it and in the same order: whoever acts upon it must stand
        being told twice. What of it may bring messages is given. Raises StoreError.
        """
        for update, users in due:
            self._read_others([update], users)
            if isinstance(told := self._readable(read_update, update, {}), RenewalChange):
                await self._on_renewal(told)
        return await self._accounts.act(due)

    async def _journal(self, news: Iterable[News], state: UpdateState, *, is_pushed: bool) -> None:
        incoming: dict[JobKey, Message] = {}
        facts: dict[JobKey, InboxMessage] = {}
        for message, users in news:
            for item in self.read([message], users):
                if self._is_wanted(item):
                    incoming[item.key] = item
                    facts[item.key] = _remembered(item, message, users)
        now = time.monotonic()
        if is_pushed and not incoming and now - self._journaled_at.get(state.box, -math.inf) < QUIET_SECONDS:
            return
        self._journaled_at[state.box] = now
        for key in await self._store.inbox.receive(list(facts.values()), state):
            await self._hand_on(incoming[key])

    # --- reading ------------------------------------------------------------------------------------------------
    def read(self, messages: Iterable[object], users: Iterable[raw.types.User]) -> Iterator[Message]:
        """What people sent, without what nobody expects an answer to."""
        known = {user.id: user for user in users}
        for message in messages:
            reader = self._accounts.read if isinstance(message, MESSAGES) else read_message
            item = self._readable(reader, message, known)
            if item is not None:
                yield replace(item, person=self._known_as(item.person, known))

    def _read_others(self, changes: Iterable[object], users: Iterable[raw.types.User]) -> None:
        """Pass on what updates say that bring no message, and have no place in any order.

        What voicepipe does not act upon yet is told of as an event.
        """
        known = {user.id: user for user in users}
        for update in changes:
            match self._readable(read_update, update, known):
                case Press() as press:
                    self._on_press(replace(press, person=self._known_as(press.person, known)))
                case Deletion() as deletion:
                    self._on_deletion(deletion)
                case DraftStop() as stop:
                    self._on_draft_stop(stop)
                case InlineQuery() as query:
                    self._on_question(replace(query, person=self._known_as(query.person, known)))
                case Checkout() as checkout:
                    self._on_checkout(checkout)
                case Unread(kind):
                    self._events.emit(UpdateUnread(kind))

    def _known_as(self, person: Person, known: Mapping[int, raw.types.User]) -> Person:
        remembered = self._store.people.person(person.user_id)
        if remembered is None:
            return person
        if not tells_all(known.get(person.user_id)):
            return remembered
        return replace(person, language=person.language or remembered.language)

    def _readable(
        self,
        reader: Callable[[Any, Mapping[int, raw.types.User]], T],
        what: object,
        known: Mapping[int, raw.types.User],
    ) -> T | None:
        """None also for what can't be read: asked for again it would be the same, and nobody else may wait for it."""
        try:
            return reader(what, known)
        except Exception as error:
            self._events.emit(BackgroundError("read message", type(error).__name__))
            return None


def _apart(changes: Iterable[Any]) -> tuple[list[Any], list[Any]]:
    """Changes that may be taken in as they come, and those that are numbered by `qts`."""
    found: tuple[list[Any], list[Any]] = ([], [])
    for change in changes:
        found[is_in_line(change)].append(change)
    return found


def _news_in(news: Iterable[News]) -> Iterator[News]:
    """The raw messages that changes bring."""
    for change, users in news:
        if (message := message_of(change)) is not None:
            yield message, users


def _remembered(item: Message, message: object, users: Iterable[raw.types.User]) -> InboxMessage:
    """What the journal remembers of a message; all of it, where it can't be asked for again."""
    people = (item.person.user_id, item.key.chat_id)
    original = pack_original(message, people, users) if item.key.door else None
    return InboxMessage(item.key, isinstance(item, Recording), item.sent_at, item.person.user_id, original)
