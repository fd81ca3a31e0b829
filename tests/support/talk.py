"""A conversation with a store and a messenger in memory."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from itertools import count
from typing import Any, TypeVar

from voicepipe.accounts.forgetting import Forgetting
from voicepipe.accounts.preferences import Preferences
from voicepipe.config import Config
from voicepipe.config.live import LiveConfig
from voicepipe.conversation.answers.answers import Answers
from voicepipe.conversation.commands import COMMANDS
from voicepipe.conversation.conversation import Conversation
from voicepipe.conversation.payments.cashier import Cashier
from voicepipe.conversation.payments.support import Support
from voicepipe.conversation.payments.wording import PaymentWords
from voicepipe.conversation.registry import Commands, Services
from voicepipe.conversation.replies import Button, Reply
from voicepipe.conversation.requests import Answered, Verdict
from voicepipe.conversation.texts import Texts
from voicepipe.domain.jobs import Job, JobKey
from voicepipe.domain.messages import Press, Remark
from voicepipe.domain.payments import Offer, Order, Payment
from voicepipe.domain.people import Person
from voicepipe.domain.quota import Balance
from voicepipe.errors import Undeliverable
from voicepipe.events import Event, Events
from voicepipe.store import Forgotten, Kept, Sent, UsageDay
from voicepipe.store.books.payments import Till
from voicepipe.store.entries import Value

A = TypeVar("A")

ANNA, BEN = Person(7, "anna", "ru"), Person(8, "ben", "ru")
GROUP = -100


class Purchases:
    """A store's book of payments in which nothing happens but what the test has put there."""

    def __init__(self) -> None:
        self.orders: dict[str, Order] = {}
        """By what asked for them."""
        self.paid: list[Payment] = []

    async def till(self) -> Till:
        return Till(b"key", datetime(2026, 1, 1, tzinfo=UTC), None)

    async def place_order(self, user_id: int, offer: Offer, lasts: timedelta, *, request_id: str) -> Order:
        order = Order(order_id=1, user_id=user_id, offer=offer, expires_at=datetime.now(UTC) + lasts, paid_at=None)
        return self.orders.setdefault(request_id, order)

    async def latest(self, limit: int, user_id: int | None = None) -> list[Payment]:
        return self.paid


class Books:
    """A store that knows one balance, and notes whom it saw and whom it forgot."""

    def __init__(self, balance: Balance | None = None) -> None:
        self._balance = balance
        self.people: Books = self
        self.inbox: Books = self
        self.forgetting: Books = self
        self.payments: Any = Purchases()
        self.accounts: Any = self
        self.settings: dict[tuple[int, str], Value] = {}
        self.requests: set[str] = set()
        self.kept: dict[JobKey, Kept] = {}
        """What answers' texts are kept, by the message that the buttons are under."""
        self.seen: list[Person] = []
        self.dismissed: list[JobKey] = []
        self.forgotten: list[int] = []
        self.days: Sequence[UsageDay] = ()
        self.unfinished = 0

    async def persist(self, change: Callable[[], Awaitable[A]]) -> A:
        return await change()

    async def behind(self, message: JobKey) -> Kept | None:
        return self.kept.get(message)

    async def text_of(self, key: JobKey) -> Kept | None:
        return next((kept for kept in self.kept.values() if kept.key == key), None)

    def person(self, user_id: int) -> Person | None:
        return next((each for each in (ANNA, BEN) if each.user_id == user_id), None)

    async def see(self, person: Person, sent: Sent | None = None) -> None:
        self.seen.append(person)

    async def dismiss(self, key: JobKey) -> None:
        self.dismissed.append(key)

    async def usage_by_day(self, days: int, user_id: int) -> Sequence[UsageDay]:
        return self.days

    async def of(self, user_id: int) -> Mapping[str, Sequence[Mapping[str, Any]]]:
        return {"people": [{"user_id": user_id}]}

    def balance(self, user_id: int) -> Balance:
        assert self._balance is not None
        return self._balance

    def setting(self, subject_id: int, name: str) -> Value:
        return self.settings.get((subject_id, name))

    async def change_setting(
        self,
        subject_id: int,
        name: str,
        value: Value,
        *,
        request_id: str,
        is_private: bool = False,
        by: int | None = None,
    ) -> bool:
        if request_id in self.requests:
            return False
        self.requests.add(request_id)
        self.settings[subject_id, name] = value
        return True

    async def forget(
        self, user_id: int, *, asked_by: int = 0, language: str | None = None, sent_at: datetime | None = None
    ) -> Forgotten:
        if not self.unfinished:
            self.forgotten.append(user_id)
        return Forgotten(self.unfinished, was_known=False)

    async def erase(self) -> None:
        raise AssertionError("nobody is known")

    async def end_farewell(self, user_id: int, asked_by: int = 0) -> None:
        pass


class Listener:
    """A messenger that only remembers what was to be sent."""

    def __init__(self) -> None:
        self.heard: list[tuple[JobKey, str, Reply]] = []
        """The message replied to, the purpose, and what was said."""
        self.changed: list[tuple[JobKey, Reply]] = []
        self.keyboards: Listener = self
        self.buttons: list[tuple[JobKey, Sequence[Sequence[Button]]]] = []
        self.removed: list[JobKey] = []
        self.acknowledged: list[tuple[int, str]] = []
        self.administrators: set[tuple[int, int]] = set()
        """Chats, and who administers them."""
        self.told: list[tuple[int, str]] = []
        """Who was told what, in private."""
        self.trouble: Undeliverable | None = None

    async def say(self, key: JobKey, purpose: str, reply: Reply, *, topic_id: int | None = None) -> None:
        self._fail()
        self.heard.append((key, purpose, reply))

    async def say_to(self, user_id: int, key: JobKey, purpose: str, reply: Reply) -> None:
        self._fail()
        self.told.append((user_id, reply.text))

    async def change(self, key: JobKey, reply: Reply) -> None:
        self._fail()
        self.changed.append((key, reply))

    async def change_buttons(self, key: JobKey, buttons: Sequence[Sequence[Button]]) -> None:
        self._fail()
        self.buttons.append((key, buttons))

    async def remove(self, key: JobKey, status_message_id: int) -> None:
        self.removed.append(key)

    async def acknowledge(self, query_id: int, text: str) -> None:
        self.acknowledged.append((query_id, text))

    async def is_administrator(self, chat_id: int, user_id: int) -> bool:
        return chat_id == user_id or (chat_id, user_id) in self.administrators

    async def forget_peer(self, user_id: int) -> None:
        pass

    def _fail(self) -> None:
        if self.trouble is not None:
            raise self.trouble


class Clock:
    """Goes when it is told to."""

    def __init__(self) -> None:
        self.now = 1_000.0

    def __call__(self) -> float:
        return self.now


class InWork:
    """Recordings in work, by the message that is their status."""

    def __init__(self) -> None:
        self.jobs: dict[JobKey, Job] = {}
        self.cancelled: list[tuple[JobKey, bool]] = []

    def whose_status(self, message: JobKey) -> Job | None:
        return self.jobs.get(message)

    def in_work(self, user_id: int, chat_id: int) -> Sequence[JobKey]:
        return [job.key for job in self.jobs.values() if (job.user_id, job.key.chat_id) == (user_id, chat_id)]

    async def cancel(self, key: JobKey, *, keep: bool) -> bool:
        self.cancelled.append((key, keep))
        return True


class Talk:
    """A conversation with what it needs, and somebody to talk to it."""

    def __init__(
        self, config: Config | None = None, balance: Balance | None = None, commands: Commands = COMMANDS
    ) -> None:
        self.books, self.listener, self.clock = Books(balance), Listener(), Clock()
        self.live, self.events, self.in_work = LiveConfig(config or Config()), [], InWork()
        events = Events()
        events.subscribe(self.events.append)
        texts = Texts(lambda: self.live.service.default_language)
        preferences = Preferences(self.books, lambda: self.live.preferences)
        words = PaymentWords(texts, preferences, self.books, self.live)
        store: Any = self.books
        counter: Any = self.listener
        self.cashier = Cashier(store, counter, live=self.live, words=words, events=events)
        self.conversation = Conversation(
            commands,
            Services(
                config=self.live,
                texts=texts,
                accounts=self.books,
                preferences=preferences,
                chats=self.listener,
                requests=self,
                answers=Answers(
                    live=self.live,
                    texts=texts,
                    preferences=preferences,
                    transcripts=self.books,
                    chats=self.listener,
                ),
                forgetting=Forgetting(self.books, self.listener.forget_peer, events),
                in_work=self.in_work,
                reports=self.books,
                portrait=self.books,
                cashier=self.cashier,
                support=Support(self.listener, words, live=self.live, events=events),
            ),
            books=self.books,
            speaker=self.listener,
            events=events,
            clock=self.clock,
        )
        self._numbers = count(1)
        self.asked_for: list[Remark] = []
        """What asked for a recording, and what comes of it."""
        self.verdict: Verdict | Answered = Verdict.TAKEN
        self.own_recordings: set[int] = set()
        """The messages with recordings of whoever presses a button."""
        self.beginnings: list[int] = []
        self.languages: list[str] = []
        """Those that recordings were asked for in."""

    events: list[Event]

    async def replies(
        self,
        text: str,
        person: Person = ANNA,
        *,
        has_media: bool = False,
        has_expired: bool = False,
        is_private: bool = True,
    ) -> list[Reply]:
        """What is said to a message."""
        before = len(self.listener.heard)
        remark = Remark(
            key=JobKey(person.user_id if is_private else GROUP, next(self._numbers)),
            person=person,
            is_private=is_private,
            text=text,
            has_media=has_media or has_expired,
            has_expired=has_expired,
            sent_at=datetime.now(UTC),
        )
        await self.conversation.respond(remark)
        assert self.books.dismissed[-1] == remark.key
        return [reply for _, _, reply in self.listener.heard[before:]]

    async def ask_language(self, press: Press, person: Person, key: JobKey, language: str) -> bool:
        self.languages.append(language)
        return True

    async def ask_beginning(self, press: Press, message_id: int) -> bool:
        self.beginnings.append(message_id)
        return message_id in self.own_recordings

    async def ask(self, remark: Remark) -> Verdict | Answered:
        self.asked_for.append(remark)
        return self.verdict

    async def say(self, text: str, person: Person = ANNA, *, has_media: bool = False) -> list[str]:
        """The texts that are said to a message in private."""
        return [reply.text for reply in await self.replies(text, person, has_media=has_media)]

    async def press(self, data: str, *, query_id: int = 1, person: Person = ANNA, is_private: bool = True) -> str:
        """Press a button under message 50 of the chat; the notice that is shown."""
        press = Press(
            query_id=query_id,
            key=JobKey(person.user_id if is_private else GROUP, 50),
            person=person,
            is_private=is_private,
            data=data,
            pressed_at=datetime.now(UTC),
        )
        await self.conversation.press(press)
        acknowledged, text = self.listener.acknowledged[-1]
        assert acknowledged == query_id
        return text


def balance(daily: int = 60, left: int = 60, extra: int = 0, *, is_unlimited: bool = False) -> Balance:
    return Balance(daily, left, extra, datetime.now(UTC), date(2026, 11, 23), is_unlimited, is_banned=False)
