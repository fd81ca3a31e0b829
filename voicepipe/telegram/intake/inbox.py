"""Takes in what Telegram hands over: journal first, then hand on, each message once however often it comes.

Telegram numbers the changes of a box (`pts`): the account's common box, and each supergroup's own. The inbox knows how
far each is complete, and journals that together with the messages, so that the next start can ask for the rest.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from typing import Any, Protocol

from pyrogram import raw, utils

from voicepipe.domain.jobs import JobKey, Recording
from voicepipe.errors import DiskFull
from voicepipe.events import BackgroundError, Events
from voicepipe.store import InboxMessage, Store, UpdateState
from voicepipe.telegram.intake.reading import Remark, read_message

Incoming = Recording | Remark
COMMON_BOX = 0


class Position:
    """How far the changes of one box are known without a gap."""

    def __init__(self, pts: int) -> None:
        self.pts = pts
        self._early: dict[int, int] = {}

    @property
    def has_gap(self) -> bool:
        """Whether later changes are known, but not all before them."""
        return bool(self._early)

    def note(self, pts: int, count: int) -> None:
        """`count` changes are known that end at `pts`. They may come in any order, and more than once."""
        if pts - count > self.pts:
            self._early[pts - count] = pts
        else:
            self.reach(max(self.pts, pts))

    def reach(self, pts: int) -> None:
        """Everything up to `pts` is known."""
        self.pts = pts
        for start in sorted(self._early):
            if start <= self.pts:
                self.pts = max(self.pts, self._early.pop(start))


class Handler(Protocol):
    """Who decides about what comes in."""

    def is_wanted(self, item: Incoming) -> bool:
        """Whether the message is for us at all; what is not leaves no trace."""

    async def handle(self, item: Incoming) -> None:
        """Act on a message that is journaled."""


class Inbox:
    """Journals what people send and gives each new message to the handler, once there is one."""

    def __init__(self, store: Store, events: Events) -> None:
        self._store = store
        self._events = events
        self._handler: asyncio.Future[Handler] = asyncio.get_running_loop().create_future()
        self._positions: dict[int, Position] = {}
        self._states: dict[int, UpdateState] = {}
        self._one_at_a_time = asyncio.Lock()
        self.on_gap: Callable[[int], None] = lambda _: None
        """Called with a box whose changes are not complete."""
        self.on_left_out: Callable[[Iterable[int]], None] = lambda _: None
        """Called with boxes of which Telegram says that it left something out; they may be ones never heard of."""

    def open(self, handler: Handler) -> None:
        """Let in what waits since the connection was made, and everything that comes."""
        self._handler.set_result(handler)

    # --- positions ----------------------------------------------------------------------------------------------
    def restore(self, states: Iterable[UpdateState]) -> None:
        """Go on from where an earlier life of the service was."""
        for state in states:
            self._positions[state.box] = Position(state.pts)
            self._states[state.box] = state

    def state(self, box: int) -> UpdateState | None:
        """How far a box is complete; None for one that was never heard of."""
        position = self._positions.get(box)
        if position is None:
            return None
        return replace(self._states.get(box, UpdateState(box, 0, 0, 0, 0)), pts=position.pts)

    def has_gap(self, box: int) -> bool:
        position = self._positions.get(box)
        return position is not None and position.has_gap

    @property
    def boxes(self) -> list[int]:
        return list(self._positions)

    def note(self, updates: object) -> None:
        """Take note of the changes that these updates, an answer to a request of ours among them, stand for."""
        for update in changes_in(updates):
            if isinstance(update, raw.types.UpdatesTooLong):
                self.on_left_out(self.boxes)
            elif isinstance(update, raw.types.UpdateChannelTooLong):
                self.on_left_out([_box(update)])
            elif hasattr(update, "pts_count"):
                self._note_change(_box(update), update.pts, update.pts_count)

    def _note_change(self, box: int, pts: int, count: int) -> None:
        position = self._position(box, pts - count)
        position.note(pts, count)
        if position.has_gap:
            self.on_gap(box)

    def _position(self, box: int, start: int) -> Position:
        # A box heard of for the first time is complete up to what we hear: its past is not ours.
        return self._positions.setdefault(box, Position(start))

    def _positions_before(self, updates: object) -> dict[int, int]:
        """How far every box is complete without the changes that these updates stand for."""
        for update in changes_in(updates):
            if hasattr(update, "pts_count"):
                self._position(_box(update), update.pts - update.pts_count)
        return {box: position.pts for box, position in self._positions.items()}

    # --- messages -----------------------------------------------------------------------------------------------
    async def take(self, updates: raw.base.Updates) -> None:
        """Raises StoreError when the journal can't be written: nothing was accepted then.

        After DiskFull a catch-up finds the messages again.
        """
        await asyncio.shield(self._handler)
        async with self._one_at_a_time:
            before = self._positions_before(updates)
            self.note(updates)
            messages = _new_messages(updates)
            # Changes without messages, as our own edits, are journaled with the next message: asked for again they
            # would do no harm.
            if messages:
                state = self._state_with(messages)
                with self._undone_without_room(before):
                    await self._take_messages(messages, getattr(updates, "users", []), state)
                self._states[state.box] = state

    def _state_with(self, messages: Sequence[object]) -> UpdateState:
        """How far the messages' box is complete, and until when."""
        box = _box_of_message(messages[0])
        state = self.state(box) or UpdateState(box, 0, 0, 0, 0)
        return state if self.has_gap(box) else replace(state, date=latest(messages, state.date))

    async def take_difference(
        self,
        messages: Sequence[object],
        users: Sequence[raw.types.User],
        state: UpdateState,
        others: raw.types.Updates | None = None,
        *,
        begins_anew: bool = False,
    ) -> None:
        """Take in what a box's difference brought, which makes the box complete up to `state`. Raises StoreError.

        `others` are further changes that came with it; their messages are among `messages`. With `begins_anew` what was
        known of the box's position counts no more.
        """
        async with self._one_at_a_time:
            before = self._positions_before(others)
            self.note(others)
            with self._undone_without_room(before):
                await self._take_messages(messages, users, state)
            if begins_anew:
                self._positions[state.box] = Position(state.pts)
            position = self._position(state.box, state.pts)
            # Updates that were pushed since the difference was asked for may have gone further.
            position.reach(max(position.pts, state.pts))
            self._states[state.box] = state

    async def drop(self, box: int) -> None:
        """The box is none of ours any more. Raises StoreError."""
        async with self._one_at_a_time:
            await self._store.drop_update_state(box)
            self._positions.pop(box, None)
            self._states.pop(box, None)

    async def last_message_id(self, box: int) -> int | None:
        """The highest id of a message of this box that is remembered."""
        return await self._store.last_message_id(box)

    @contextmanager
    def _undone_without_room(self, before: Mapping[int, int]) -> Iterator[None]:
        """What could not be journaled counts as never heard of."""
        try:
            yield
        except DiskFull:
            self._positions = {box: Position(pts) for box, pts in before.items()}
            raise

    async def _take_messages(
        self, messages: Sequence[object], users: Sequence[raw.types.User], state: UpdateState | None
    ) -> None:
        incoming = {item.key: item for item in self._read(messages, users) if self._is_wanted(item)}
        facts = [InboxMessage(key, isinstance(item, Recording), item.sent_at) for key, item in incoming.items()]
        for key in await self._store.receive(facts, state):
            await self._handler.result().handle(incoming[key])

    def _is_wanted(self, item: Incoming) -> bool:
        return self._handler.result().is_wanted(item)

    async def take_again(self, key: JobKey, message: raw.types.Message, users: Sequence[raw.types.User]) -> None:
        """Hand on a message that was journaled in an earlier life of the service and then not decided on."""
        for item in self._read([message], users):
            await self._handler.result().handle(item)
            return
        await self._store.persist(lambda: self._store.dismiss(key))

    def _read(self, messages: Iterable[object], users: Iterable[raw.types.User]) -> Iterator[Incoming]:
        """What people sent, without what nobody expects an answer to."""
        known = {user.id: user for user in users}
        for item in (self._read_one(message, known) for message in messages):
            if item is not None:
                # Telegram leaves out people of whom it has told us before.
                person = None if item.person.user_id in known else self._store.person(item.person.user_id)
                yield replace(item, person=person or item.person)

    def _read_one(self, message: object, users: Mapping[int, raw.types.User]) -> Incoming | None:
        """None also for what can't be read: asked for again it would be the same, and nobody else may wait for it."""
        try:
            return read_message(message, users)
        except Exception as error:
            self._events.emit(BackgroundError("read message", type(error).__name__))
            return None


def changes_in(updates: object) -> list[Any]:
    """The single updates, in whatever form Telegram sent them; an answer to a request may be one too."""
    if isinstance(updates, raw.types.UpdateShort):
        return [updates.update]
    return list(getattr(updates, "updates", [updates]))


def latest(messages: Iterable[object], date: int) -> int:
    """The latest date of the messages, or this one if that is later."""
    return max([date, *(getattr(message, "date", None) or 0 for message in messages)])


def new_messages_among(updates: Iterable[object]) -> list[object]:
    """The messages that are new in a list of updates."""
    kinds = (raw.types.UpdateNewMessage, raw.types.UpdateNewChannelMessage)
    return [update.message for update in updates if isinstance(update, kinds)]


def _new_messages(updates: raw.base.Updates) -> list[object]:
    """The raw messages in whatever form Telegram sent them."""
    if isinstance(updates, raw.types.UpdateShortMessage):
        return [_text_message(updates, raw.types.PeerUser(user_id=updates.user_id), None)]
    if isinstance(updates, raw.types.UpdateShortChatMessage):
        sender = raw.types.PeerUser(user_id=updates.from_id)
        return [_text_message(updates, raw.types.PeerChat(chat_id=updates.chat_id), sender)]
    return new_messages_among(changes_in(updates))


def _text_message(
    update: raw.types.UpdateShortMessage | raw.types.UpdateShortChatMessage,
    chat: raw.base.Peer,
    sender: raw.base.Peer | None,
) -> raw.types.Message:
    """The text message that Telegram has abbreviated: it leaves out what follows from its being no more than that."""
    return raw.types.Message(
        id=update.id,
        peer_id=chat,
        from_id=sender,
        date=update.date,
        message=update.message,
        out=update.out,
        entities=update.entities,
    )


def _box(update: object) -> int:
    """The box that a change belongs to."""
    channel_id = getattr(update, "channel_id", None)
    return utils.get_channel_id(channel_id) if channel_id else _box_of_message(getattr(update, "message", None))


def _box_of_message(message: object) -> int:
    channel_id = getattr(getattr(message, "peer_id", None), "channel_id", None)
    return utils.get_channel_id(channel_id) if channel_id else COMMON_BOX
