"""What comes in: from the client to the journal, and from there to whoever acts upon it.

Each message, and each press of a button, is journaled before it is handed on, and handed on once however often it
comes. What an earlier life of the service journaled and did not decide on is handed on again. A message has its place
in the order of its box's changes, and can be asked for again; a press has neither, so it is journaled by itself, whole,
as soon as there is room on the disk. Lives in the event loop.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Coroutine, Sequence
from dataclasses import dataclass, replace
from typing import Any, NoReturn

from pyrogram import raw
from pyrogram.errors import RPCError

from voicepipe.config.live import LiveConfig
from voicepipe.domain.connections import is_business
from voicepipe.domain.jobs import JobKey, Recording
from voicepipe.domain.messages import Deletion, DraftStop, InlineQuery, Press, Remark, ServiceMessage
from voicepipe.domain.payments import Checkout, Paid, RenewalChange
from voicepipe.errors import DiskFull
from voicepipe.events import DiskIsFull, Events, UpdateUnread
from voicepipe.supervision import Crew
from voicepipe.telegram.chat.reader import ChatReader
from voicepipe.telegram.intake.business import AccountsDesk, ConnectedAccounts
from voicepipe.telegram.intake.inbox import Inbox
from voicepipe.telegram.intake.originals import unpack_original
from voicepipe.telegram.intake.ports import Books
from voicepipe.telegram.intake.positions import Positions
from voicepipe.telegram.intake.reading import Message
from voicepipe.telegram.session.errors import is_final


@dataclass(frozen=True, slots=True, kw_only=True)
class Desk:
    """Who acts upon what comes in."""

    admit: Callable[[Recording], Awaitable[None]]
    respond: Callable[[Remark], Coroutine[Any, Any, None]]
    """Acts upon a remark, and dismisses it."""
    press: Callable[[Press], Awaitable[None]]
    """Acts upon a press and acknowledges it. After a crash it may be asked to do so again."""
    withdraw: Callable[[Deletion], None]
    """Learns that messages are gone, among them perhaps recordings in work."""
    stop_draft: Callable[[DraftStop], Coroutine[Any, Any, None]]
    """Gives up the job whose draft somebody has stopped, durably."""
    answer: Callable[[InlineQuery], Coroutine[Any, Any, None]]
    """Offers something to who types the bot's name, now or never."""
    follow: Callable[[ServiceMessage], Coroutine[Any, Any, None]]
    """Has a group's settings go with it when it becomes a supergroup, and dismisses the message that tells of that."""
    greet: Callable[[ServiceMessage], Coroutine[Any, Any, None]]
    """Acts upon the bot's being added to a group, and dismisses it."""
    check_out: Callable[[Checkout], Coroutine[Any, Any, None]]
    """Tells Telegram whether somebody may pay, in time or never."""
    take_payment: Callable[[ServiceMessage], Coroutine[Any, Any, None]]
    """Credits what was paid, or takes back what was paid back, and dismisses the message that tells of it."""
    note_renewal: Callable[[RenewalChange], Awaitable[None]]
    """Learns, durably, what comes after the month that a subscription is paid for. Harmless twice."""
    wants: Callable[[Message], bool]
    """Whether a message is for the bot at all."""
    parts_of: Callable[[Recording], Sequence[Recording | Remark]]
    """What is to be acted upon of a recording with a text under it."""
    accounts: AccountsDesk


@dataclass(frozen=True, slots=True)
class Leftovers:
    """What an earlier life of the service journaled and did not decide on."""

    keys: Sequence[JobKey]
    """Of messages."""
    presses: Sequence[Press]


class Intake:
    """Takes in what Telegram hands over."""

    def __init__(
        self,
        store: Books,
        *,
        positions: Positions,
        live: LiveConfig,
        events: Events,
    ) -> None:
        self._store = store
        self._positions = positions
        self._live = live
        self._events = events
        self._desk: asyncio.Future[Desk] = asyncio.get_running_loop().create_future()
        self._is_closed = False
        self._crew = Crew()
        self.inbox = Inbox(
            store,
            positions,
            events,
            accounts=ConnectedAccounts(store, live, events, lambda: self._desk.result().accounts),
            is_wanted=self._is_wanted,
            hand_on=self._hand_on,
            on_press=self._take_press,
            on_deletion=lambda deletion: self._desk.result().withdraw(deletion),
            on_draft_stop=self._take_draft_stop,
            on_question=self._take_question,
            on_checkout=self._take_checkout,
            on_renewal=lambda change: self._desk.result().note_renewal(change),
        )

    # --- life ---------------------------------------------------------------------------------------------------
    def open(self, desk: Desk) -> None:
        """Let in what waits since the connection was made, and everything that comes."""
        self._desk.set_result(desk)

    def close(self) -> None:
        """Only journal recordings that come from now on; the next start takes them up."""
        self._is_closed = True

    async def stop(self) -> None:
        """End what is being responded to; the next start takes it up."""
        await self._crew.stop()

    async def wait_failed(self) -> NoReturn:
        """Raise what makes the intake unable to go on, as soon as there is something."""
        await self._crew.wait_failed()

    # --- what comes now -----------------------------------------------------------------------------------------
    async def ingest(self, updates: raw.base.Updates) -> None:
        """Journal what these updates bring and hand it on. The client looks at no exception, so none is raised."""
        await asyncio.shield(self._desk)
        try:
            await self.inbox.journal_updates(updates)
        except DiskFull:
            self._events.emit(DiskIsFull())
            self._positions.want_all_later()
        except Exception as error:
            self._crew.fail(error)

    def _is_wanted(self, item: Message) -> bool:
        """Whether the message is for us at all."""
        return is_business(item.key.door) or self._desk.result().wants(item)

    async def _hand_on(self, item: Message) -> None:
        """Let somebody act upon what is journaled. Returns soon: the intake waits for it."""
        match item:
            case Recording():
                for part in self._desk.result().parts_of(item):
                    await self._hand_on_part(part)
            case Remark():
                self._crew.spawn(self._desk.result().respond(item), f"respond {item.key}")
            case ServiceMessage(newcomers=newcomers) if newcomers:
                self._crew.spawn(self._desk.result().greet(item), f"greet {item.key}")
            case ServiceMessage(moved=(_, _)):
                self._crew.spawn(self._desk.result().follow(item), f"follow {item.key}")
            case ServiceMessage(paid=Paid()):
                self._crew.spawn(self._desk.result().take_payment(item), f"payment {item.key}")
            case ServiceMessage():
                self._events.emit(UpdateUnread(item.kind))
                self._crew.spawn(self._dismiss(item.key), f"dismiss {item.key}")

    async def _hand_on_part(self, part: Recording | Remark) -> None:
        if isinstance(part, Remark):
            await self._hand_on(part)
        elif not self._is_closed:
            await self._desk.result().admit(part)

    async def _dismiss(self, key: JobKey) -> None:
        await self._store.persist(lambda: self._store.inbox.dismiss(key))

    # --- presses ------------------------------------------------------------------------------------------------
    def _take_press(self, press: Press) -> None:
        # In a task of its own: no message waits for it, and it waits for room on the disk itself.
        self._crew.spawn(self._journal_press(press), f"press {press.query_id}")

    async def _journal_press(self, press: Press) -> None:
        if press.place is not None:
            key = await self._store.inbox.answered_at(press.place)
            press = replace(press, key=key or press.key, place=None)
        if await self._store.persist(lambda: self._store.inbox.receive_press(press)):
            await self._act_on(press)

    async def _act_on(self, press: Press) -> None:
        await self._desk.result().press(press)
        await self._store.persist(lambda: self._store.inbox.finish_press(press.query_id))

    def _take_draft_stop(self, stop: DraftStop) -> None:
        self._crew.spawn(self._desk.result().stop_draft(stop), f"stop draft {stop.draft_id}")

    def _take_question(self, query: InlineQuery) -> None:
        self._crew.spawn(self._desk.result().answer(query), f"inline {query.query_id}")

    def _take_checkout(self, checkout: Checkout) -> None:
        self._crew.spawn(self._desk.result().check_out(checkout), f"checkout {checkout.query_id}")

    # --- leftovers of an earlier life ---------------------------------------------------------------------------
    async def leftovers(self) -> Leftovers:
        """To be asked for before the intake is open: what is being decided after that is no leftover."""
        keys = [message.key for message in await self._store.inbox.undecided()]
        return Leftovers(keys, await self._store.inbox.undecided_presses())

    async def take_up(self, leftovers: Leftovers, chats: ChatReader) -> None:
        """Decide on leftovers.

        Not before the intake is open: each message takes requests, and Telegram may hold those back for long. Nothing
        is decided twice, for what comes again meanwhile is in the journal.
        """
        for press in leftovers.presses:
            self._crew.spawn(self._act_on(press), f"press {press.query_id}")
        for key in leftovers.keys:
            await self._take_up_message(key, chats)

    async def _take_up_message(self, key: JobKey, chats: ChatReader) -> None:
        if key.door:
            await self._take_up_original(key)
            return
        try:
            found = await chats.read(key.chat_id, [key.message_id])
        except RPCError as error:
            if not is_final(error):
                return  # the next start asks again
            found = None
        items = [] if found is None else list(self.inbox.read(found.messages, found.users))
        # It may be that the earlier life did decide, and was ended as it replied. A payment it would have dismissed.
        is_paid = bool(items) and isinstance(items[0], ServiceMessage) and items[0].paid is not None
        if items and (is_paid or await chats.find_reply(key) is None):
            await self._hand_on(items[0])
        else:
            await self._dismiss(key)

    async def _take_up_original(self, key: JobKey) -> None:
        """Decide on what can't be asked for again. Whoever acts upon it must stand having answered it before."""
        original = await self._store.inbox.original(key)
        news = None if original is None else unpack_original(original)
        items = [] if news is None else list(self.inbox.read([news[0]], news[1]))
        if items:
            await self._hand_on(items[0])
        else:
            await self._dismiss(key)
