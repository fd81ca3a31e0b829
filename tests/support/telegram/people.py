"""People at their phones: they write to the bot, press its buttons, and watch what it answers."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from itertools import count
from typing import TypedDict, TypeVar, Unpack

from pyrogram.raw import base, types

from . import wire
from .guest_queries import GuestQuery
from .handlers import Backend
from .inline import InlineQuestion
from .pushes import Pushes
from .stars import Charge, Checkout, PaymentRefused, paid, paid_back
from .watch import DEFAULT_TIMEOUT_SECONDS, Press, Signal
from .world import (
    Button,
    Change,
    Chat,
    ChatEvent,
    Content,
    Document,
    Draft,
    Entity,
    Ephemeral,
    Forward,
    MediaKind,
    Message,
    Person,
    Topic,
    World,
)

Condition = Callable[[Message], object]
T = TypeVar("T")


class How(TypedDict, total=False):
    """The ways to send something; everything may be left out."""

    #: Where; the private chat with the bot if left out.
    chat: Chat
    reply_to: Message
    #: As a forwarded message.
    forward: Forward
    #: False: the bot is not told, and finds the message only when it asks for the difference.
    deliver: bool
    #: The text under a file.
    caption: str
    #: The data centre that holds the file; the bot's home if left out.
    dc: int
    #: What the message claims the file's size to be.
    declared_size: int
    #: How long ago it was sent.
    age_seconds: float
    #: In the group's name, as anonymous administrators write.
    anonymous: bool
    #: In the name of a channel.
    speaks_as: Chat
    #: It can be opened once.
    view_once: bool
    #: It could be opened once, and was: the message shows it no more.
    has_expired: bool
    #: In a forum's topic; General, or that of `reply_to`, if left out.
    topic: Topic | None
    #: Through another bot.
    via_bot: Person
    #: The part of the message replied to that is quoted.
    quote: str
    #: In reply to a message of another chat.
    elsewhere: Message
    #: It may not be forwarded or saved.
    protected: bool
    #: What is marked in the text.
    entities: Sequence[Entity]


@dataclass(slots=True)
class Stage:
    """What people act on and look at."""

    backend: Backend
    pushes: Pushes
    signals: dict[int, Signal] = field(default_factory=dict)
    query_ids: count[int] = field(default_factory=lambda: count(7_000_001))
    albums: count[int] = field(default_factory=lambda: count(9_000_001))

    @property
    def world(self) -> World:
        return self.backend.world

    def changed(self, chat: Chat) -> Signal:
        """Notified whenever something happens in this chat."""
        return self.signals.setdefault(chat.id, Signal())

    def note(self, event: ChatEvent) -> None:
        self.changed(event.chat).notify()


class User:
    """One person. Everything they send is stored first, then told to the bot."""

    def __init__(self, stage: Stage, person: Person) -> None:
        self.person = person
        self._stage = stage

    @property
    def id(self) -> int:
        return self.person.id

    @property
    def chat(self) -> Chat:
        """The private chat with the bot."""
        return self._stage.world.private_chat(self.person.id)

    # ------------------------------------------------------------------ sending

    async def send_text(self, text: str, **how: Unpack[How]) -> Message:
        return await self._send(text, None, how)

    async def send_voice(
        self, data: bytes, duration: float = 3, mime_type: str = "audio/ogg", **how: Unpack[How]
    ) -> Message:
        return await self._send_file(Document(MediaKind.VOICE, data, mime_type, duration=duration), how)

    async def send_video_note(self, data: bytes, duration: float = 3, **how: Unpack[How]) -> Message:
        return await self._send_file(
            Document(MediaKind.VIDEO_NOTE, data, "video/mp4", duration=duration, width=384, height=384), how
        )

    async def send_audio(
        self,
        data: bytes,
        duration: float = 3,
        title: str = "",
        performer: str = "",
        file_name: str = "audio.mp3",
        mime_type: str = "audio/mpeg",
        **how: Unpack[How],
    ) -> Message:
        document = Document(
            MediaKind.AUDIO,
            data,
            mime_type,
            duration=duration,
            title=title,
            performer=performer,
            file_name=file_name,
        )
        return await self._send_file(document, how)

    async def send_video(
        self, data: bytes, duration: float = 3, file_name: str = "video.mp4", **how: Unpack[How]
    ) -> Message:
        document = Document(
            MediaKind.VIDEO, data, "video/mp4", duration=duration, width=640, height=360, file_name=file_name
        )
        return await self._send_file(document, how)

    async def send_document(
        self, data: bytes, file_name: str, mime_type: str = "application/octet-stream", **how: Unpack[How]
    ) -> Message:
        return await self._send_file(Document(MediaKind.DOCUMENT, data, mime_type, file_name=file_name), how)

    async def send_sticker(self, data: bytes = b"sticker", **how: Unpack[How]) -> Message:
        return await self._send_file(Document(MediaKind.STICKER, data, "image/webp", width=512, height=512), how)

    async def send_photo(self, data: bytes = b"photo", **how: Unpack[How]) -> Message:
        return await self._send_file(Document(MediaKind.PHOTO, data, "image/jpeg", width=800, height=600), how)

    async def forward(self, document: Document, **how: Unpack[How]) -> Message:
        """Send on what somebody has sent: it stays the same file."""
        how.setdefault("dc", document.dc)
        return await self._send_file(document, how)

    async def send_album(self, files: Sequence[Document], **how: Unpack[How]) -> list[Message]:
        """Several files at once; the caption is under the first."""
        album, bare = next(self._stage.albums), How(**{**how, "caption": ""})
        posted = [self._post_file(file, bare if number else how, album) for number, file in enumerate(files)]
        if how.get("deliver", True):
            await self._stage.pushes.tell_together(posted)
        return [change.messages[0] for change in posted]

    async def cause(self, action: base.MessageAction, **how: Unpack[How]) -> Message:
        """Do something that Telegram tells by a service message, as joining or pinning."""
        return await self._tell(self._post("", None, how, action=action), how)

    async def add_bot(self, chat: Chat) -> Message:
        """Add the bot to a group."""
        return await self.cause(types.MessageActionChatAddUser(users=[self._stage.world.bot.id]), chat=chat)

    async def mention_bot(self, before: str = "", after: str = "", **how: Unpack[How]) -> Message:
        """Write a text with the bot's name in it."""
        name = f"@{self._stage.world.bot.username}"
        mention = Entity("Mention", len(before), len(name))
        how["entities"] = [mention]
        return await self.send_text(f"{before}{name}{after}", **how)

    async def whisper(self, text: str, chat: Chat, reply_to: Message | None = None) -> Ephemeral:
        """Send a command that the bot has marked as ephemeral in this chat: only the bot sees it."""
        marked = self._stage.backend.ephemeral_commands.get(chat.id, set())
        assert text.removeprefix("/").split("@")[0].split()[0] in marked, "people can send this for all to see only"
        whispered = self._stage.world.whisper(chat, self.person, self._stage.world.bot, text)
        if reply_to is not None:
            whispered.reply_to, whispered.topic = reply_to.id, reply_to.topic
        await self._stage.pushes.tell_as_is(
            wire.whispered(self._stage.world, types.UpdateNewEphemeralMessage, whispered)
        )
        return whispered

    async def edit_text(self, message: Message, text: str) -> None:
        """Change one's own message, as people do."""
        await self._stage.pushes.tell([self._stage.world.edit(message, text, (), ())])

    async def delete(self, *messages: Message) -> None:
        await self._stage.pushes.tell(self._stage.world.delete(messages))

    async def open_topic(self, chat: Chat, title: str) -> Topic:
        """Make a supergroup a forum, or give it a topic more."""
        change = self._stage.world.open_topic(chat, self.person, title)
        await self._stage.pushes.tell([change])
        return chat.topics[change.messages[0].id]

    async def migrate(self, group: Chat, chat_id: int) -> Chat:
        """Make a basic group a supergroup with this id."""
        await self._stage.pushes.tell(self._stage.world.migrate(group, chat_id, self.person))
        return self._stage.world.chats[chat_id]

    async def press(self, message: Message, button: str) -> Press:
        """Press the button with this text or this data; ``await press.wait_answer()`` for what the bot says."""
        return await self.forge(message, _find_button(message, button).data or b"")

    async def forge(self, message: Message, data: bytes) -> Press:
        """Press a button that is not there, as a client made for it can."""
        press = Press(next(self._stage.query_ids))
        self._stage.backend.presses[press.query_id] = press
        update = types.UpdateBotCallbackQuery(
            query_id=press.query_id,
            user_id=self.person.id,
            peer=wire.peer(message.chat),
            msg_id=message.id,
            chat_instance=message.chat.id,
            data=data,
        )
        asked = self._stage.backend.guests.answered_with(message)
        if asked is not None:
            await self._press_elsewhere(press, asked, data)
        else:
            await self._stage.pushes.tell_update(update, self.person, message.chat)
        return press

    async def _press_elsewhere(self, press: Press, asked: GuestQuery, data: bytes) -> None:
        """Where the bot is a guest, it is told the id that it got for the message, and nothing of the chat."""
        update = types.UpdateInlineBotCallbackQuery(
            query_id=press.query_id,
            user_id=self.person.id,
            msg_id=wire.place(asked),
            chat_instance=asked.asked.chat.id,
            data=data,
        )
        await self._tell_alone(update)

    async def _tell_alone(self, update: base.Update) -> None:
        """An update that mentions nobody but this person."""
        now = int(self._stage.world.clock())
        users: list[base.User] = [wire.user(self.person)]
        await self._stage.pushes.tell_as_is(types.Updates(updates=[update], users=users, chats=[], date=now, seq=0))

    async def stop_draft(self) -> None:
        """Press the button that Telegram shows under the bot's live draft."""
        draft = self.chat.draft
        if draft is None or not draft.can_stop:
            raise LookupError(f"no draft that can be stopped in {self.chat.id}")
        if not draft.keeps_on_stop:
            self.chat.draft = None
        action = types.SendMessageStopDraftAction(random_id=draft.id)
        await self._stage.pushes.tell_update(
            types.UpdateUserTyping(user_id=self.person.id, action=action), self.person, self.chat
        )

    async def type_name(self, words: str = "", offset: str = "") -> InlineQuestion:
        """Type the bot's name in any chat, and words after it; ``await question.wait_answer()`` for what is offered."""
        question = InlineQuestion(next(self._stage.query_ids))
        self._stage.backend.inline[question.query_id] = question
        update = types.UpdateBotInlineQuery(
            query_id=question.query_id, user_id=self.person.id, query=words, offset=offset
        )
        await self._tell_alone(update)
        return question

    # ------------------------------------------------------------------ paying

    async def begin_payment(self, invoice: Message | str) -> Checkout:
        """Press the button of an invoice, or follow its link: the bot is asked."""
        media = self._invoice(invoice)
        checkout = self._stage.backend.stars.ask()
        update = types.UpdateBotPrecheckoutQuery(
            query_id=checkout.query_id,
            user_id=self.person.id,
            payload=media.payload,
            currency=media.invoice.currency,
            total_amount=sum(price.amount for price in media.invoice.prices),
        )
        await self._tell_alone(update)
        return checkout

    async def pay(
        self,
        invoice: Message | str,
        *,
        patience_seconds: float = DEFAULT_TIMEOUT_SECONDS,
        times: int = 1,
        deliver: bool = True,
    ) -> Charge:
        """Press the button, and pay if the bot lets one. Raises PaymentRefused.

        With `times`, somebody pays so often at once; without `deliver`, the bot is not told. The real Telegram has a
        patience of 10 seconds.
        """
        checkouts = [await self.begin_payment(invoice) for _ in range(times)]
        for checkout in checkouts:
            await self._allowed(checkout, patience_seconds)
        return [await self.paid(invoice, deliver=deliver) for _ in checkouts][-1]

    async def _allowed(self, checkout: Checkout, patience_seconds: float) -> None:
        def answered() -> bool | None:
            return checkout.is_answered or None

        try:
            await checkout.answered.until(answered, patience_seconds, "the bot to let somebody pay")
        except TimeoutError:
            self._stage.backend.stars.checkouts.pop(checkout.query_id, None)
            raise PaymentRefused from None
        if checkout.error is not None:
            raise PaymentRefused(checkout.error)

    async def paid(self, invoice: Message | str, *, deliver: bool = True) -> Charge:
        """The Stars have gone over, whatever the bot has said."""
        charge = self._stage.backend.stars.charge(self.person, self._invoice(invoice), int(self._stage.world.clock()))
        await self._tell(self._post("", None, {}, action=paid(charge)), How(deliver=deliver))
        return charge

    async def renew(self, charge: Charge, days: int = 30) -> Charge:
        """A subscription is paid for a further month."""
        later = replace(charge, id=f"{charge.id}r", date=charge.date + days * 86_400)
        self._stage.backend.stars.charges[later.id] = later
        await self._tell(self._post("", None, {}, action=paid(later, is_renewal=True)), {})
        return later

    async def turn_subscription(self, charge: Charge, said: str, *, deliver: bool = True) -> None:
        """The subscription is `canceled`, could not be paid (`payment_failed`), or is `restored`."""
        call = self._stage.backend.line.append(
            lambda qts: types.UpdateBotStarsSubscription(
                user_id=self.person.id, payload=charge.payload, qts=qts, **{said: True}
            ),
            [self.person],
        )
        if deliver:
            await self._stage.pushes.tell_in_line(call)

    async def get_back(self, charge: Charge, *, deliver: bool = True) -> None:
        """Telegram gives a charge back without the bot."""
        charge.refunded_at = int(self._stage.world.clock())
        await self._tell(self._post("", None, {}, action=paid_back(charge)), How(deliver=deliver))

    def _invoice(self, invoice: Message | str) -> types.InputMediaInvoice:
        found = self._stage.backend.stars.links[invoice] if isinstance(invoice, str) else invoice.invoice
        assert found is not None, "no invoice"
        return found

    # ------------------------------------------------------------------ watching

    async def wait_for(
        self,
        condition: Callable[[], T | None],
        timeout_seconds: float = DEFAULT_TIMEOUT_SECONDS,
        chat: Chat | None = None,
    ) -> T:
        """What a condition on the private chat, or another one, gives, once that is something."""
        return await self._stage.changed(chat or self.chat).until(condition, timeout_seconds, "what is looked for")

    async def wait_draft(
        self, condition: Callable[[Draft], object] | None = None, timeout_seconds: float = DEFAULT_TIMEOUT_SECONDS
    ) -> Draft:
        """The bot's live draft in the private chat, once there is one that satisfies ``condition``."""

        def found() -> Draft | None:
            draft = self.chat.draft
            return draft if draft is not None and (condition is None or condition(draft)) else None

        return await self._stage.changed(self.chat).until(found, timeout_seconds, "a draft of the bot")

    async def wait_reply(
        self,
        to: Message,
        condition: Condition | None = None,
        timeout_seconds: float = DEFAULT_TIMEOUT_SECONDS,
    ) -> Message:
        """The first message of the bot that replies to ``to`` and satisfies ``condition``, once there is one."""
        return await self._wait(to.chat, lambda: _replies(to), condition, timeout_seconds, f"a reply to {to.id}")

    async def wait_message(
        self,
        condition: Condition | None = None,
        chat: Chat | None = None,
        after: Message | None = None,
        timeout_seconds: float = DEFAULT_TIMEOUT_SECONDS,
    ) -> Message:
        """The first message of the bot in the chat, later than ``after``, that satisfies ``condition``."""
        place = chat or self.chat
        first = 0 if after is None else after.id + 1

        def candidates() -> list[Message]:
            return [message for message in place.visible if message.id >= first and message.sender.is_bot]

        return await self._wait(place, candidates, condition, timeout_seconds, "a message of the bot")

    async def _wait(
        self,
        chat: Chat,
        candidates: Callable[[], list[Message]],
        condition: Condition | None,
        timeout_seconds: float,
        what: str,
    ) -> Message:
        def found() -> Message | None:
            return next((item for item in candidates() if condition is None or condition(item)), None)

        return await self._stage.changed(chat).until(found, timeout_seconds, what)

    # ------------------------------------------------------------------ how it is done

    async def _send_file(self, document: Document, how: How) -> Message:
        return await self._tell(self._post_file(document, how), how)

    async def _send(self, text: str, document: Document | None, how: How) -> Message:
        return await self._tell(self._post(text, document, how), how)

    async def _tell(self, change: Change, how: How) -> Message:
        if how.get("deliver", True):
            await self._stage.pushes.tell([change])
        return change.messages[0]

    def _post_file(self, document: Document, how: How, album: int | None = None) -> Change:
        document.dc = how.get("dc", self._stage.backend.home_dc)
        document.declared_size = how.get("declared_size")
        document.has_expired = how.get("has_expired", False)
        document.view_once = how.get("view_once", document.has_expired)
        return self._post(how.get("caption", ""), document, how, album=album)

    def _post(
        self,
        text: str,
        document: Document | None,
        how: How,
        *,
        album: int | None = None,
        action: base.MessageAction | None = None,
    ) -> Change:
        reply_to = how.get("reply_to")
        content = Content(
            text=text,
            document=document,
            reply_to=None if reply_to is None else reply_to.id,
            forward=how.get("forward"),
            age_seconds=how.get("age_seconds", 0.0),
            is_anonymous=how.get("anonymous", False),
            speaks_as=how.get("speaks_as"),
            album=album,
            action=action,
            topic=how.get("topic") or (None if reply_to is None else reply_to.topic),
            via_bot=how.get("via_bot"),
            quote=how.get("quote", ""),
            elsewhere=how.get("elsewhere"),
            is_protected=how.get("protected", False),
            entities=tuple(how.get("entities", ())),
        )
        return self._stage.world.post(how.get("chat") or self.chat, self.person, content)


def _replies(to: Message) -> list[Message]:
    return [message for message in to.chat.replies_to(to) if message.sender.is_bot]


def _find_button(message: Message, wanted: str) -> Button:
    for button in message.buttons:
        if wanted == button.text or (button.data is not None and wanted.encode() == button.data):
            return button
    raise LookupError(f"no button {wanted!r} among {[button.text for button in message.buttons]}")
