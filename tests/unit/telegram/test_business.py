"""What comes by connected accounts: which of it is a recording to answer, whose it is, and what takes another back."""

from __future__ import annotations

from typing import Any, cast

import pytest
from pyrogram import raw

from voicepipe.config import Config
from voicepipe.config.live import LiveConfig
from voicepipe.domain.connections import Connection
from voicepipe.domain.jobs import JobKey, Recording, RecordingKind
from voicepipe.domain.messages import Deletion, Disconnection
from voicepipe.domain.people import Person
from voicepipe.events import AccountConnected, AccountDisconnected, Event, Events
from voicepipe.telegram.intake.business import AccountsDesk, ConnectedAccounts

OWNER, ANNA, BOT = 7, 900, 1001
NOW = 1_790_000_000
DAY = 86_400
HOME = Connection(connection_id="Bz1", owner_id=OWNER, dc_id=4, can_reply=True, is_enabled=True, qts=3, since=3)


class Books:
    """A store in memory, and a desk that hears of what is taken back."""

    def __init__(self, *known: Connection, unheard: Connection | None = None) -> None:
        it: Any = self
        self.inbox = self.people = self.connections = it
        self.known = {each.connection_id: each for each in known}
        self.unheard = unheard
        self.deleted: list[Deletion] = []
        self.withdrawn: list[Deletion | Disconnection] = []
        self.happened: list[Event] = []
        self.seen: list[Person] = []
        self.tellings = self.questions = 0
        self.wants_own = False
        events = Events()
        events.subscribe(self.happened.append)
        live = LiveConfig(Config.model_validate({"telegram": {"bot_token": f"{BOT}:secret"}}))
        desk = AccountsDesk(
            ask=self._ask, tell=self._tell, withdraw=self.withdrawn.append, wants_own=lambda _: self.wants_own
        )
        self.accounts = ConnectedAccounts(cast(Any, self), live, events, lambda: desk)

    async def _ask(self, connection_id: str) -> Connection | None:
        self.questions += 1
        return self.unheard

    def _tell(self) -> None:
        self.tellings += 1

    async def see(self, person: Person) -> None:
        self.seen.append(person)

    def find(self, connection_id: str) -> Connection | None:
        return self.known.get(connection_id)

    async def record(self, connection: Connection) -> bool:
        known = self.known.get(connection.connection_id)
        if known is not None and known.qts >= connection.qts:
            return False
        self.known[connection.connection_id] = connection
        return True

    async def mark_deleted(self, deletion: Deletion) -> None:
        self.deleted.append(deletion)

    async def recordings(self, *updates: Any) -> list[Recording]:
        """What of these updates, come at once, is to be answered."""
        left = await self.accounts.act([(update, USERS) for update in updates])
        known = {user.id: user for user in USERS}
        read = [self.accounts.read(update, known) for update, _ in left]
        return [each for each in read if each is not None]


USERS = [raw.types.User(id=OWNER, lang_code="ru"), raw.types.User(id=ANNA, first_name="Anna")]


def document(number: int = 77, *, voice: bool = True) -> raw.types.Document:
    audio = raw.types.DocumentAttributeAudio(duration=4, voice=voice or None)
    return raw.types.Document(
        id=number,
        access_hash=1,
        file_reference=b"",
        date=NOW,
        mime_type="audio/ogg",
        size=2000,
        dc_id=2,
        attributes=[audio],
    )


def message(number: int = 5, *, file: raw.types.Document | None = None, **fields: Any) -> raw.types.Message:
    once = fields.pop("ttl_seconds", None)
    media = raw.types.MessageMediaDocument(document=file or document(), voice=True, ttl_seconds=once)
    defaults = {"id": number, "peer_id": raw.types.PeerUser(user_id=ANNA), "date": NOW, "message": "", "media": media}
    return raw.types.Message(**defaults | fields)


def new(what: raw.types.Message, qts: int = 4) -> raw.types.UpdateBotNewBusinessMessage:
    return raw.types.UpdateBotNewBusinessMessage(connection_id="Bz1", message=what, qts=qts)


def edit(what: raw.types.Message, qts: int = 5) -> raw.types.UpdateBotEditBusinessMessage:
    return raw.types.UpdateBotEditBusinessMessage(connection_id="Bz1", message=what, qts=qts)


def deletion(*numbers: int, qts: int = 6) -> raw.types.UpdateBotDeleteBusinessMessage:
    peer = raw.types.PeerUser(user_id=ANNA)
    return raw.types.UpdateBotDeleteBusinessMessage(connection_id="Bz1", peer=peer, messages=[*numbers], qts=qts)


def connect(qts: int, *, disabled: bool = False, reply: bool = True) -> raw.types.UpdateBotBusinessConnect:
    rights = None if disabled else raw.types.BusinessBotRights(reply=reply or None)
    connection = raw.types.BotBusinessConnection(
        connection_id="Bz1", user_id=OWNER, dc_id=4, date=NOW, disabled=disabled or None, rights=rights
    )
    return raw.types.UpdateBotBusinessConnect(connection=connection, qts=qts)


# --- what is a recording ----------------------------------------------------------------------------------------------
async def test_a_voice_is_the_owner_s_to_pay_for_and_known_by_its_file() -> None:
    (found,) = await Books(HOME).recordings(new(message()))
    assert found.key == JobKey(ANNA, 5, "business:Bz1+77")
    assert found.person == Person(OWNER, None, "ru")
    assert (found.kind, found.is_private, found.declared_seconds) == (RecordingKind.VOICE, False, 4)


@pytest.mark.parametrize(
    "sent",
    [
        message(out=True),
        message(out=True, via_business_bot_id=BOT),
        message(via_business_bot_id=5),
        message(peer_id=raw.types.PeerUser(user_id=BOT)),
        message(peer_id=raw.types.PeerUser(user_id=OWNER)),
        message(peer_id=raw.types.PeerChat(chat_id=8)),
        message(ttl_seconds=2**31 - 1),
        message(file=document(voice=False)),
        message(media=None, message="a text"),
    ],
    ids=["own", "echo", "bot's", "with the bot", "with oneself", "group", "once", "music", "text"],
)
async def test_what_else_is_in_the_chats_is_none(sent: raw.types.Message) -> None:
    assert await Books(HOME).recordings(new(sent)) == []


async def test_own_voices_are_some_where_they_are_wanted_but_never_the_bot_s() -> None:
    books = Books(HOME)
    books.wants_own = True
    assert len(await books.recordings(new(message(out=True)))) == 1
    assert await books.recordings(new(message(out=True, via_business_bot_id=BOT))) == []


async def test_what_a_bot_sends_is_none() -> None:
    books = Books(HOME)
    robot = {ANNA: raw.types.User(id=ANNA, bot=True)}
    assert books.accounts.read(new(message()), robot) is None


async def test_nothing_is_one_by_a_connection_that_ended_or_that_nobody_knows() -> None:
    assert await Books().recordings(new(message())) == []
    ended = Connection(connection_id="Bz1", owner_id=OWNER, dc_id=4, can_reply=False, is_enabled=False, qts=9, since=9)
    assert await Books(ended).recordings(new(message())) == []


# --- what takes another back ------------------------------------------------------------------------------------------
async def test_what_is_deleted_in_the_same_breath_is_never_taken_in() -> None:
    books = Books(HOME)
    found = await books.recordings(new(message(5)), new(message(6), 5), deletion(5, 99))
    assert [each.key.message_id for each in found] == [6]
    taken_back = Deletion(chat_id=ANNA, message_ids=frozenset({5, 99}), door="business:Bz1")
    assert books.deleted == books.withdrawn == [taken_back]


async def test_an_edit_leaves_the_file_that_the_message_has_now() -> None:
    books = Books(HOME)
    found = await books.recordings(new(message()), edit(message(file=document(78))))
    assert [each.key.door for each in found] == ["business:Bz1+78"]
    (replaced,) = books.withdrawn
    assert replaced.concerns(JobKey(ANNA, 5, "business:Bz1+77"))
    assert not replaced.concerns(JobKey(ANNA, 5, "business:Bz1+78"))


async def test_an_edit_of_what_is_long_past_is_no_news() -> None:
    books = Books(HOME)
    old = message(date=NOW - 2 * DAY, edit_date=NOW)
    assert await books.recordings(edit(old)) == []
    assert len(await books.recordings(new(old))) == 1


# --- connections ------------------------------------------------------------------------------------------------------
async def test_a_connection_is_recorded_once_and_its_end_takes_all_of_it_along() -> None:
    books = Books()
    assert await books.recordings(connect(3), new(message()), connect(5, disabled=True)) == []
    assert [type(event) for event in books.happened] == [AccountConnected, AccountDisconnected]
    assert books.withdrawn == [Disconnection(door="business:Bz1")]
    assert books.tellings == 2
    await books.accounts.act([(connect(3), USERS), (connect(5, disabled=True), USERS)])
    assert (len(books.happened), books.tellings) == (2, 2)
    assert books.seen[0] == Person(OWNER, None, "ru")


async def test_a_connection_that_was_never_heard_of_is_asked_for_once() -> None:
    books = Books(unheard=HOME)
    assert len(await books.recordings(new(message(5)), new(message(6), 5))) == 2
    assert books.questions == 1
