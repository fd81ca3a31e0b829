"""The bot's conversation: it responds to commands and other remarks, and acts upon the presses of its buttons."""

from __future__ import annotations

import time
from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime
from functools import partial
from typing import Protocol, TypeVar

from voicepipe.accounts.pace import Kind, Pace, Verdict
from voicepipe.conversation.answers.registry import PREFIX as ANSWERS
from voicepipe.conversation.groups import ASKING
from voicepipe.conversation.hints import Hints
from voicepipe.conversation.registry import (
    Asked,
    Command,
    Commands,
    Place,
    Pressed,
    Services,
    command_of,
)
from voicepipe.conversation.replies import Button, Reaction, Reply
from voicepipe.domain.jobs import GUEST, JobKey
from voicepipe.domain.messages import Press, Remark, ServiceMessage
from voicepipe.domain.people import Person
from voicepipe.errors import Undeliverable
from voicepipe.events import BackgroundError, Events
from voicepipe.store import Sent

T = TypeVar("T")


class Keyboards(Protocol):
    """What is needed of the messenger for buttons alone."""

    async def change_buttons(self, key: JobKey, buttons: Sequence[Sequence[Button]]) -> None:
        """Put buttons, or none, in the place of those below one of the bot's messages. Raises Undeliverable."""


class Speaker(Protocol):
    """The messenger, as far as the conversation needs it. To say again what was said before is harmless."""

    async def say(self, key: JobKey, purpose: str, reply: Reply, *, topic_id: int | None = None) -> None:
        """Reply to a message, in its topic; another `purpose` makes another reply. Raises Undeliverable."""

    async def change(self, key: JobKey, reply: Reply) -> None:
        """Put a reply in the place of one of the bot's messages. Raises Undeliverable."""

    @property
    def keyboards(self) -> Keyboards: ...

    async def remove(self, key: JobKey, status_message_id: int) -> None:
        """Take one of the bot's messages away, if that can be done."""

    async def acknowledge(self, query_id: int, text: str) -> None:
        """End a press, with a short notice if there is one; too late is harmless."""


class PeopleBook(Protocol):
    """Of the store: who has been seen."""

    async def see(self, person: Person, sent: Sent | None = None) -> None: ...


class InboxBook(Protocol):
    """Of the store: messages that were received."""

    async def dismiss(self, key: JobKey) -> None: ...


class Books(Protocol):
    """The store, as far as the conversation needs it. What can't be done raises StoreError."""

    @property
    def people(self) -> PeopleBook: ...

    @property
    def inbox(self) -> InboxBook: ...

    async def persist(self, change: Callable[[], Awaitable[T]]) -> T: ...


class Conversation:
    """Responds to what is no recording. Lives as long as the process, and so does whom it has given hints."""

    def __init__(
        self,
        commands: Commands,
        services: Services,
        *,
        books: Books,
        speaker: Speaker,
        events: Events,
        asks: Callable[[Remark], bool] = lambda _: False,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """`asks`: whether somebody asks for a recording without the command. `clock` gives monotonic seconds."""
        self._asks = asks
        self._commands = commands
        self._services = services
        self._books = books
        self._speaker = speaker
        self._events = events
        self._hints = Hints(services.config, clock)
        self._pace = Pace()

    def menu(self, language: str | None) -> dict[str, str]:
        """What each command does, by command; None is for people of any other language than we have texts in."""
        return self._commands.menu(partial(self._services.texts.get, language))

    def profile(self, language: str | None) -> dict[str, str]:
        """What the bot says of itself: `about` and `description`."""
        return {part: self._services.texts.get(language, f"profile-{part}") for part in ("about", "description")}

    async def respond(self, remark: Remark) -> None:
        """Reply to a remark if it wants a reply, and dismiss it."""
        if remark.key.door == GUEST:
            await self._respond_to_guest(remark)
            return
        verdict = self._pace_of(remark)
        if verdict is not Verdict.WITHIN:
            await self._hold_back(remark, verdict)
            return
        name = ASKING if self._asks(remark) else command_of(remark.text)
        command = self._commands.find_for(name, remark.person.user_id)
        if command is None or command.remembers_sender(remark):
            await self._remember(remark)
        say = partial(self._say, remark)
        reply = self._reply(remark) if command is None else await self._obey(command, remark, say)
        if reply is not None:
            await say(reply)
        await self._books.persist(lambda: self._books.inbox.dismiss(remark.key))

    def _pace_of(self, remark: Remark) -> Verdict:
        """What is neither a command nor a question has bounds of its own."""
        if command_of(remark.text) is None and not self._asks(remark):
            return Verdict.WITHIN
        return self._judge(remark.person, remark.sent_at)

    def _judge(self, person: Person, at: datetime) -> Verdict:
        most = self._services.config.limits.commands_per_minute
        return self._pace.judge(person.user_id, Kind.COMMAND, at, most)

    async def _hold_back(self, remark: Remark, verdict: Verdict) -> None:
        """Tell somebody who asks too often, once; a group need not know."""
        if verdict is Verdict.TELL and remark.is_private:
            await self._say(remark, self._text(remark, "too-often"))
        await self._books.persist(lambda: self._books.inbox.dismiss(remark.key))

    async def _respond_to_guest(self, remark: Remark) -> None:
        """Tell who asks for the bot in a chat that it is no member of, and points at no recording, how to."""
        await self._remember(remark)
        await self._say(remark, self._text(remark, "hint-expired" if remark.has_expired else "guest-hint"))
        await self._books.persist(lambda: self._books.inbox.dismiss(remark.key))

    async def _remember(self, remark: Remark) -> None:
        sent = Sent(remark.person.user_id, remark.key, remark.sent_at)
        await self._books.persist(lambda: self._books.people.see(remark.person, sent))

    async def follow(self, message: ServiceMessage) -> None:
        """Have a group's settings go with it to the supergroup that it has become, and dismiss what told of that."""
        assert message.moved is not None
        old, new = message.moved
        await self._books.persist(lambda: self._services.preferences.move(old, new))
        await self._books.persist(lambda: self._books.inbox.dismiss(message.key))

    async def press(self, press: Press) -> None:
        """Act upon a press and acknowledge it. One that comes again after a crash is acted upon again."""
        verdict = self._judge(press.person, press.pressed_at)
        if verdict is not Verdict.WITHIN:
            notice = self._notice(press, "too-often") if verdict is Verdict.TELL else ""
            await self._speaker.acknowledge(press.query_id, notice)
            return
        reaction = await self._react(press)
        await self._speaker.acknowledge(press.query_id, reaction.notice)
        try:
            await self._carry_out(press, reaction)
        except Undeliverable as error:
            self._events.emit(BackgroundError("press", error.cause))

    async def _carry_out(self, press: Press, reaction: Reaction) -> None:
        """Raises Undeliverable."""
        if reaction.replacement is not None:
            await self._speaker.change(press.key, reaction.replacement)
        if reaction.buttons is not None:
            await self._speaker.keyboards.change_buttons(press.key, reaction.buttons)
        for message in reaction.removals:
            await self._speaker.remove(message, message.message_id)
        if reaction.reply is not None:
            await self._speaker.say(press.key, f"press {press.query_id}", reaction.reply)

    async def _react(self, press: Press) -> Reaction:
        """What comes of a press: the button's data begins with what it belongs to, mostly a command's name."""
        name, _, argument = press.data.partition(":")
        if name == ANSWERS:
            return await self._services.answers.react(press, argument, self._services.requests)
        command = self._commands.find_for(name, press.person.user_id)
        if command is None or command.react is None:
            return Reaction(notice=self._notice(press, "button-gone"))
        return await command.react(
            Pressed(
                command=command,
                person=press.person,
                chat_id=press.key.chat_id,
                services=self._services,
                commands=self._commands,
                press=press,
                argument=argument,
            )
        )

    def _notice(self, press: Press, key: str) -> str:
        language = self._services.language_in(press.person, press.key.chat_id)
        return self._services.texts.get(language, key)

    async def _obey(self, command: Command, remark: Remark, say: Callable[[Reply], Awaitable[None]]) -> Reply | None:
        """What a command says at the end; where it does not work, that."""
        asked = Asked(
            command=command,
            person=remark.person,
            chat_id=remark.key.chat_id,
            services=self._services,
            commands=self._commands,
            remark=remark,
            say=say,
        )
        if Place.of(remark) in command.places:
            return await command.respond(asked)
        key = "only-in-groups" if remark.is_private else "only-in-private"
        return Reply(asked.text(key, command=f"/{command.name}"))

    def _reply(self, remark: Remark) -> Reply | None:
        """To what is no command of ours."""
        if not remark.is_private:
            return None
        if command_of(remark.text) is not None:
            return self._text(remark, "unknown-command")
        hint = self._hints.hint_for(remark)
        return None if hint is None else self._text(remark, hint)

    def _text(self, remark: Remark, key: str, **facts: str) -> Reply:
        language = self._services.language_in(remark.person, remark.key.chat_id)
        return Reply(self._services.texts.get(language, key, **facts))

    async def _say(self, remark: Remark, reply: Reply) -> None:
        try:
            await self._speaker.say(remark.key, "reply", reply, topic_id=remark.topic_id)
        except Undeliverable as error:
            self._events.emit(BackgroundError("reply", error.cause))
