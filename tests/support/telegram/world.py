"""What exists on the loopback Telegram, as plain data: people, chats, messages, documents and what changed when.

No sockets and nothing asynchronous here, and of MTProto only the names of what service messages tell. Chats are known
by the ids a bot's library shows (*marked* ids): a private chat has the person's id, a basic group a negative one, a
supergroup -100…. As on the real Telegram, private chats and basic groups share one numbering of messages (the bot
account's) and one sequence of changes; every supergroup has its own of both.
"""

from __future__ import annotations

import itertools
import secrets
import time
from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import Enum, auto

from pyrogram.raw import base, types

SUPERGROUP_BASE = -1_000_000_000_000
FIRST_MESSAGE_ID = 100
REFERENCE_BYTES = 16


class ChatKind(Enum):
    PRIVATE = auto()
    GROUP = auto()
    SUPERGROUP = auto()


class MediaKind(Enum):
    VOICE = auto()
    VIDEO_NOTE = auto()
    AUDIO = auto()
    VIDEO = auto()
    DOCUMENT = auto()
    STICKER = auto()
    PHOTO = auto()


class EventKind(Enum):
    NEW = auto()
    EDITED = auto()
    DELETED = auto()
    TYPING = auto()
    DRAFTED = auto()
    REACTED = auto()
    WHISPERED = auto()


class ChangeKind(Enum):
    NEW = auto()
    EDITED = auto()
    DELETED = auto()


@dataclass(slots=True)
class Person:
    """A user or the bot. ``blocked_bot``: what the bot sends to them is refused.

    ``is_min``: updates show them with the ``min`` flag, without what the client should know already. ``sees_all``, of a
    bot: privacy mode is off.
    """

    id: int
    first_name: str
    last_name: str = ""
    username: str = ""
    language_code: str = ""
    is_bot: bool = False
    blocked_bot: bool = False
    is_min: bool = False
    sees_all: bool = True
    access_hash: int = field(default_factory=lambda: secrets.randbits(60))


@dataclass(slots=True, eq=False)
class Document:
    """A file on data centre ``dc``. ``declared_size`` is what its message claims when that is not the truth.

    ``view_once``: it can be opened once; ``has_expired``: that has happened, and messages show it no more.
    """

    kind: MediaKind
    data: bytes = field(repr=False)
    mime_type: str
    dc: int = 0
    declared_size: int | None = None
    duration: float = 0.0
    file_name: str = ""
    title: str = ""
    performer: str = ""
    width: int = 0
    height: int = 0
    date: int = field(default_factory=lambda: int(time.time()))
    id: int = field(default_factory=itertools.count(5_000_000).__next__)
    access_hash: int = field(default_factory=lambda: secrets.randbits(60))
    reference: bytes = field(default_factory=lambda: secrets.token_bytes(REFERENCE_BYTES))
    reference_expired: bool = False
    view_once: bool = False
    has_expired: bool = False

    @property
    def size(self) -> int:
        return len(self.data) if self.declared_size is None else self.declared_size

    def fresh_reference(self) -> bytes:
        """The reference a message shows now: a new one once the old one has expired."""
        if self.reference_expired:
            self.reference, self.reference_expired = secrets.token_bytes(REFERENCE_BYTES), False
        return self.reference


@dataclass(frozen=True, slots=True)
class Entity:
    """A piece of markup, in UTF-16 units; ``kind`` is the schema's name without ``MessageEntity`` (e.g. "Bold")."""

    kind: str
    offset: int
    length: int
    extra: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Button:
    """One button of an inline keyboard: it sends ``data`` back, or opens ``url``."""

    text: str
    data: bytes | None = None
    url: str | None = None


Keyboard = tuple[tuple[Button, ...], ...]


@dataclass(slots=True)
class Topic:
    """A topic of a forum; ``id`` is that of the service message that made it. General is none of them."""

    id: int
    title: str
    is_closed: bool = False
    is_deleted: bool = False


@dataclass(frozen=True, slots=True)
class Forward:
    """Where a forwarded message came from; people who hide their account leave only a name.

    ``post``: a channel's, which Telegram itself has forwarded to the channel's discussion group.
    """

    sender: Person | None = None
    name: str = ""
    post: Message | None = None
    date: int = field(default_factory=lambda: int(time.time()))


@dataclass(frozen=True, slots=True)
class Edit:
    """What a message said after an edit, and when (monotonic seconds)."""

    at: float
    text: str
    keyboard: Keyboard = ()


@dataclass(slots=True, eq=False, repr=False)
class Message:
    """A message as a person would see it now; ``edits`` tell how it came to be so. Times ``…at`` are monotonic."""

    id: int
    chat: Chat
    sender: Person
    date: int
    at: float
    text: str = ""
    entities: tuple[Entity, ...] = ()
    document: Document | None = None
    reply_to: int | None = None
    keyboard: Keyboard = ()
    forward: Forward | None = None
    edits: list[Edit] = field(default_factory=list)
    edit_date: int | None = None
    is_anonymous: bool = False
    speaks_as: Chat | None = None
    album: int | None = None
    action: base.MessageAction | None = None
    #: In the place of a plain text; ``text`` is what a person reads of it.
    rich: types.RichMessage | None = None
    topic: Topic | None = None
    deleted_at: float | None = None
    via_bot: Person | None = None
    quote: str = ""
    elsewhere: Message | None = None
    is_protected: bool = False
    is_silent: bool = False
    #: What is to be paid.
    invoice: types.InputMediaInvoice | None = None
    reactions: dict[int, str] = field(default_factory=dict)

    def __repr__(self) -> str:
        return f"<message {self.id} of {self.sender.first_name} in {self.chat.id}: {self.text!r}>"

    @property
    def is_deleted(self) -> bool:
        return self.deleted_at is not None

    @property
    def texts(self) -> list[str]:
        """Everything the message ever said, oldest first; the last is its text now."""
        return [edit.text for edit in self.edits]

    @property
    def buttons(self) -> list[Button]:
        return [button for row in self.keyboard for button in row]


@dataclass(frozen=True, slots=True)
class Change:
    """One step of a sequence of changes: after it the sequence stands at ``pts``."""

    kind: ChangeKind
    chat: Chat
    messages: tuple[Message, ...]
    pts: int
    count: int


class ChangeLog:
    """A numbered sequence of changes, the thing updates and differences are made of."""

    def __init__(self) -> None:
        self.pts = 1
        self._changes: list[Change] = []
        self._numbers: list[int] = []

    def append(self, kind: ChangeKind, chat: Chat, messages: tuple[Message, ...]) -> Change:
        self.pts += len(messages)
        change = Change(kind, chat, messages, self.pts, len(messages))
        self._changes.append(change)
        self._numbers.append(self.pts)
        return change

    def skip(self, steps: int) -> None:
        """Count steps that nothing stands for."""
        self.pts += steps

    def of(self, message: Message) -> Change:
        """The change by which the message appeared."""
        return next(
            change for change in self._changes if change.kind is ChangeKind.NEW and change.messages[0] is message
        )

    def after(self, pts: int, limit: int) -> Sequence[Change]:
        """The changes that follow ``pts``, at most ``limit`` of them."""
        start = bisect_right(self._numbers, pts)
        return self._changes[start : start + limit]


@dataclass(slots=True, eq=False, repr=False)
class Chat:
    """A conversation; ``log`` is its own for a supergroup and the account's for every other chat.

    ``is_broadcast`` makes a supergroup a channel, whose posts have no sender. ``bot_may_write``: where administrators
    forbid it, what the bot sends is refused (``creator_id`` is the one who made it, who administers it, too);
    ``refusal`` is any other reason, as ``(400, "USER_BANNED_IN_CHANNEL")``.
    ``draft`` is the bot's live draft that is shown at present, ``drafts`` all that there ever were.
    ``topics`` make a supergroup a forum. A basic group that has ``migrated_to`` a supergroup can only be read.
    ``allowed_reactions``: the emoji that may be set; None: any. ``is_protected``: nothing may be forwarded or saved.
    """

    id: int
    kind: ChatKind
    title: str
    log: ChangeLog
    next_id: Iterator[int]
    username: str = ""
    is_broadcast: bool = False
    bot_may_write: bool = True
    refusal: tuple[int, str] | None = None
    topics: dict[int, Topic] = field(default_factory=dict)
    is_general_closed: bool = False
    migrated_to: Chat | None = None
    allowed_reactions: tuple[str, ...] | None = None
    is_protected: bool = False
    ephemerals: list[Ephemeral] = field(default_factory=list)
    members: set[int] = field(default_factory=set)
    administrators: set[int] = field(default_factory=set)
    creator_id: int = 0
    messages: dict[int, Message] = field(default_factory=dict)
    replies: dict[int, list[Message]] = field(default_factory=dict)
    draft: Draft | None = None
    drafts: list[Draft] = field(default_factory=list)
    date: int = field(default_factory=lambda: int(time.time()))
    access_hash: int = field(default_factory=lambda: secrets.randbits(60))

    def __repr__(self) -> str:
        return f"<chat {self.id} {self.title!r} with {len(self.messages)} messages>"

    @property
    def bare_id(self) -> int:
        """The id inside MTProto, without the mark of the kind."""
        return SUPERGROUP_BASE - self.id if self.kind is ChatKind.SUPERGROUP else abs(self.id)

    @property
    def visible(self) -> list[Message]:
        """The messages a person scrolling through the chat sees, oldest first."""
        return [message for message in self.messages.values() if not message.is_deleted]

    def seen_in(self, topic: Topic | None) -> list[Message]:
        """The same of one topic; None is General. What tells of events is left out."""
        return [message for message in self.visible if message.topic is topic and message.action is None]

    def replies_to(self, message: Message) -> list[Message]:
        return [reply for reply in self.replies.get(message.id, ()) if not reply.is_deleted]


@dataclass(slots=True)
class Draft:
    """A live draft of the bot's, as the person sees it below the last message."""

    id: int
    texts: list[str] = field(default_factory=list)
    """Every version of it, oldest first."""
    can_stop: bool = False
    keeps_on_stop: bool = False


@dataclass(slots=True, eq=False)
class Ephemeral:
    """A message in a group that only ``sender`` and ``receiver`` see. It is numbered for itself and in no log."""

    id: int
    chat: Chat
    sender: Person
    receiver: Person
    text: str
    at: float
    reply_to: int | None = None
    reply_to_ephemeral: int | None = None
    topic: Topic | None = None
    texts: list[str] = field(default_factory=list)
    is_protected: bool = False
    is_deleted: bool = False


@dataclass(frozen=True, slots=True)
class ChatEvent:
    """Something a person looking at the chat would notice; ``message`` is None for TYPING, DRAFTED and WHISPERED."""

    kind: EventKind
    chat: Chat
    at: float
    message: Message | None = None


@dataclass(frozen=True, slots=True)
class Content:
    """What goes into a message."""

    text: str = ""
    entities: tuple[Entity, ...] = ()
    document: Document | None = None
    reply_to: int | None = None
    keyboard: Keyboard = ()
    forward: Forward | None = None
    #: How long ago it was sent: for what lay unread while a bot was away.
    age_seconds: float = 0.0
    #: Written in the group's name, as anonymous administrators do.
    is_anonymous: bool = False
    #: Written in the name of a channel.
    speaks_as: Chat | None = None
    #: What the messages of one album have in common.
    album: int | None = None
    #: What happened, in a message of Telegram's own.
    action: base.MessageAction | None = None
    rich: types.RichMessage | None = None
    topic: Topic | None = None
    #: The bot through which it was sent.
    via_bot: Person | None = None
    #: The part of the message replied to that is quoted.
    quote: str = ""
    #: The message of another chat that it replies to.
    elsewhere: Message | None = None
    #: It may not be forwarded or saved.
    is_protected: bool = False
    #: Nobody is notified.
    is_silent: bool = False
    #: What is to be paid.
    invoice: types.InputMediaInvoice | None = None


class World:
    """Everything there is. Its methods change it at once and tell the listeners."""

    def __init__(self, bot: Person, clock: Callable[[], float] = time.time) -> None:
        self.bot = bot
        self.clock = clock
        self.people: dict[int, Person] = {bot.id: bot}
        self.chats: dict[int, Chat] = {}
        self.documents: dict[int, Document] = {}
        self.account_log = ChangeLog()
        self.account_messages: dict[int, Message] = {}
        self.listeners: list[Callable[[ChatEvent], None]] = []
        #: Whether bots can show live drafts. Servers of earlier layers do not know them.
        self.takes_drafts = False
        self._account_ids = itertools.count(FIRST_MESSAGE_ID)
        self._ephemeral_ids = itertools.count(1)

    # ------------------------------------------------------------------ who and where

    def add_user(
        self,
        user_id: int,
        first_name: str = "Ann",
        *,
        last_name: str = "",
        username: str = "",
        language_code: str = "",
    ) -> Person:
        """Add a person. Their private chat with the bot exists once something is written in it."""
        person = Person(user_id, first_name, last_name, username, language_code)
        self.people[user_id] = person
        return person

    def add_group(self, chat_id: int, title: str, members: Iterable[int] = ()) -> Chat:
        """Add a basic group (a negative id) with the bot in it."""
        chat = Chat(-abs(chat_id), ChatKind.GROUP, title, self.account_log, self._account_ids)
        return self._add_chat(chat, members)

    def add_supergroup(
        self,
        chat_id: int,
        title: str,
        members: Iterable[int] = (),
        *,
        username: str = "",
        is_broadcast: bool = False,
    ) -> Chat:
        """Add a supergroup or a channel (an id of the form -100…) with the bot in it."""
        if chat_id > SUPERGROUP_BASE:
            raise ValueError(f"a supergroup's id lies below {SUPERGROUP_BASE}")
        chat = Chat(chat_id, ChatKind.SUPERGROUP, title, ChangeLog(), itertools.count(1), username)
        chat.is_broadcast = is_broadcast
        return self._add_chat(chat, members)

    def private_chat(self, user_id: int) -> Chat:
        """The chat between this person and the bot."""
        chat = self.chats.get(user_id)
        if chat is None:
            person = self.people[user_id]
            chat = Chat(user_id, ChatKind.PRIVATE, person.first_name, self.account_log, self._account_ids)
            self._add_chat(chat, [user_id])
        return chat

    def chat_by_bare_id(self, kind: ChatKind, bare_id: int) -> Chat | None:
        """Find a group or supergroup by the id MTProto uses."""
        marked = SUPERGROUP_BASE - bare_id if kind is ChatKind.SUPERGROUP else -bare_id
        chat = self.chats.get(marked)
        return chat if chat is not None and chat.kind is kind else None

    def _add_chat(self, chat: Chat, members: Iterable[int]) -> Chat:
        chat.members = {*members, self.bot.id}
        self.chats[chat.id] = chat
        return chat

    # ------------------------------------------------------------------ what happens in chats

    def post(self, chat: Chat, sender: Person, content: Content) -> Change:
        """A new message appears."""
        message = self._new_message(chat, sender, content)
        chat.messages[message.id] = message
        if message.reply_to is not None:
            chat.replies.setdefault(message.reply_to, []).append(message)
        if message.document is not None:
            self.documents[message.document.id] = message.document
        if chat.log is self.account_log:
            self.account_messages[message.id] = message
        if sender is self.bot:
            chat.draft = None  # clients take it away when a message comes
        if self.hides(message):
            change = Change(ChangeKind.NEW, chat, (message,), chat.log.pts, 0)
        else:
            change = chat.log.append(ChangeKind.NEW, chat, (message,))
        self._tell(ChatEvent(EventKind.NEW, chat, message.at, message))
        return change

    def hides(self, message: Message) -> bool:
        """Whether privacy mode keeps the bot from seeing a message: core.telegram.org/bots/features#privacy-mode

        It sees commands for it, replies to it, what Telegram itself says, and everything where it is an administrator.
        """
        chat, bot = message.chat, self.bot
        if bot.sees_all or chat.kind is ChatKind.PRIVATE or bot.id in chat.administrators:
            return False
        if message.sender is bot or message.action is not None:
            return False
        target = chat.messages.get(message.reply_to or 0)
        is_command = message.text.startswith("/") and f"@{bot.username}" in message.text.split(maxsplit=1)[0]
        return not (is_command or (target is not None and target.sender is bot))

    def react(self, message: Message, person: Person, emoji: str) -> None:
        """Somebody reacts to a message; no emoji takes the reaction back."""
        if emoji:
            message.reactions[person.id] = emoji
        else:
            message.reactions.pop(person.id, None)
        self._tell(ChatEvent(EventKind.REACTED, message.chat, time.monotonic(), message))

    def whisper(self, chat: Chat, sender: Person, receiver: Person, text: str) -> Ephemeral:
        """A message appears that only two see."""
        whispered = Ephemeral(next(self._ephemeral_ids), chat, sender, receiver, text, time.monotonic(), texts=[text])
        chat.ephemerals.append(whispered)
        self._tell(ChatEvent(EventKind.WHISPERED, chat, whispered.at))
        return whispered

    def whisper_again(self, whispered: Ephemeral, text: str) -> None:
        """Such a message says something else from now on."""
        whispered.text = text
        whispered.texts.append(text)
        self._tell(ChatEvent(EventKind.WHISPERED, whispered.chat, time.monotonic()))

    def _new_message(self, chat: Chat, sender: Person, content: Content) -> Message:
        message = Message(
            next(chat.next_id),
            chat,
            sender,
            date=int(self.clock() - content.age_seconds),
            at=time.monotonic(),
            text=content.text,
            entities=content.entities,
            document=content.document,
            reply_to=content.reply_to,
            keyboard=content.keyboard,
            forward=content.forward,
            is_anonymous=content.is_anonymous,
            speaks_as=content.speaks_as,
            album=content.album,
            topic=content.topic,
            rich=content.rich,
            action=content.action,
            via_bot=content.via_bot,
            quote=content.quote,
            elsewhere=content.elsewhere,
            is_protected=content.is_protected or chat.is_protected,
            is_silent=content.is_silent,
            invoice=content.invoice,
        )
        message.edits.append(Edit(message.at, message.text, message.keyboard))
        return message

    def edit(self, message: Message, text: str, entities: tuple[Entity, ...], keyboard: Keyboard) -> Change:
        """A message says something else from now on."""
        now = time.monotonic()
        message.text, message.entities, message.keyboard = text, entities, keyboard
        message.edit_date = int(self.clock())
        message.edits.append(Edit(now, text, keyboard))
        change = message.chat.log.append(ChangeKind.EDITED, message.chat, (message,))
        self._tell(ChatEvent(EventKind.EDITED, message.chat, now, message))
        return change

    def delete(self, messages: Sequence[Message]) -> list[Change]:
        """Messages disappear; one change per sequence touched."""
        now = time.monotonic()
        for message in messages:
            message.deleted_at = now
            self._tell(ChatEvent(EventKind.DELETED, message.chat, now, message))
        by_log: dict[int, list[Message]] = {}
        for message in messages:
            by_log.setdefault(id(message.chat.log), []).append(message)
        return [group[0].chat.log.append(ChangeKind.DELETED, group[0].chat, tuple(group)) for group in by_log.values()]

    def open_topic(self, chat: Chat, creator: Person, title: str) -> Change:
        """A supergroup has a topic more, whose id is that of the message that says so."""
        action = types.MessageActionTopicCreate(title=title, icon_color=0x6FB9F0)
        change = self.post(chat, creator, Content(action=action))
        message = change.messages[0]
        message.topic = chat.topics[message.id] = Topic(message.id, title)
        return change

    def delete_topic(self, chat: Chat, topic: Topic) -> list[Change]:
        """A topic disappears with all its messages."""
        topic.is_deleted = True
        return self.delete([message for message in chat.visible if message.topic is topic])

    def migrate(self, group: Chat, chat_id: int, sender: Person) -> list[Change]:
        """A basic group becomes a supergroup with this id; what was written before stays in the group."""
        place = self.add_supergroup(chat_id, group.title, group.members)
        group.migrated_to = place
        moved_to = types.MessageActionChatMigrateTo(channel_id=place.bare_id)
        moved_from = types.MessageActionChannelMigrateFrom(title=group.title, chat_id=group.bare_id)
        return [
            self.post(group, sender, Content(action=moved_to)),
            self.post(place, sender, Content(action=moved_from)),
        ]

    def typing(self, chat: Chat) -> None:
        """The bot shows that it is busy."""
        self._tell(ChatEvent(EventKind.TYPING, chat, time.monotonic()))

    def draft(self, chat: Chat, draft_id: int, text: str, *, can_stop: bool, keeps_on_stop: bool) -> None:
        """The bot shows what it is writing: another version of its draft, or another draft in its place."""
        if chat.draft is None or chat.draft.id != draft_id:
            chat.draft = Draft(draft_id)
            chat.drafts.append(chat.draft)
        chat.draft.texts.append(text)
        chat.draft.can_stop, chat.draft.keeps_on_stop = can_stop, keeps_on_stop
        self._tell(ChatEvent(EventKind.DRAFTED, chat, time.monotonic()))

    def _tell(self, event: ChatEvent) -> None:
        for listener in tuple(self.listeners):
            listener(event)
