"""The registry of commands: from it come the menu, the list in /help, and what is said of an unknown command.

A command is data and one or two functions, declared in a file of its own. What it was asked, and what the service
offers to it, it finds in `Asked` (somebody sent the command) and `Pressed` (somebody pressed one of its buttons).
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Protocol

from voicepipe.accounts.forgetting import Forgetting
from voicepipe.accounts.preferences import Preference, Preferences, V
from voicepipe.config.live import LiveConfig
from voicepipe.conversation.answers.answers import Answers
from voicepipe.conversation.interface import language_in
from voicepipe.conversation.makings import Makings
from voicepipe.conversation.payments.cashier import Cashier
from voicepipe.conversation.payments.support import Support
from voicepipe.conversation.replies import Button, Reaction, Reply
from voicepipe.conversation.requests import Requests
from voicepipe.conversation.texts import Texts
from voicepipe.domain.jobs import Job, JobKey
from voicepipe.domain.messages import Press, Remark
from voicepipe.domain.people import Person
from voicepipe.domain.quota import Balance
from voicepipe.store import UsageDay


class Place(StrEnum):
    """Where a command can be sent."""

    PRIVATE = "private"
    """The private chat with the bot."""
    GROUP = "group"

    @classmethod
    def of(cls, remark: Remark) -> Place:
        return cls.PRIVATE if remark.is_private else cls.GROUP


class Accounts(Protocol):
    """What commands may ask of a user's account."""

    def balance(self, user_id: int) -> Balance: ...


class Chats(Protocol):
    """What commands may ask of the messenger about chats."""

    async def is_administrator(self, chat_id: int, user_id: int) -> bool: ...


class Reports(Protocol):
    """What commands may ask of the records."""

    async def usage_by_day(self, days: int, user_id: int) -> Sequence[UsageDay]:
        """What a user has had recognised in the last so many quota days; days without anything are left out."""
        ...


class Portrait(Protocol):
    """What is kept about somebody."""

    async def of(self, user_id: int) -> Mapping[str, Sequence[Mapping[str, Any]]]:
        """By subject."""
        ...


class InWork(Protocol):
    """What commands may ask of the recordings in work."""

    def whose_status(self, message: JobKey) -> Job | None:
        """The job whose status a message is."""

    def in_work(self, user_id: int, chat_id: int) -> Sequence[JobKey]:
        """What somebody has sent to a chat."""
        ...

    async def cancel(self, key: JobKey, *, keep: bool) -> bool:
        """Give it up, but with `keep` what is recognised already; False when it is concluded. Durable."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Services:
    """What the service offers to commands."""

    config: LiveConfig
    texts: Texts
    accounts: Accounts
    preferences: Preferences
    chats: Chats
    requests: Requests
    answers: Answers
    forgetting: Forgetting
    in_work: InWork
    reports: Reports
    portrait: Portrait
    makings: Makings | None = None
    """What can be made of texts; None where nothing can."""
    cashier: Cashier
    support: Support

    def language_in(self, person: Person, chat_id: int) -> str | None:
        """The code of the language to speak to a person in a chat; None where nobody knows."""
        return language_in(self.preferences, person, chat_id)


@dataclass(frozen=True, slots=True, kw_only=True)
class Turn:
    """Somebody wants something of a command."""

    command: Command
    person: Person
    chat_id: int
    services: Services
    commands: Commands
    """All that there are."""

    @property
    def balance(self) -> Balance:
        """What the person may still have recognised."""
        return self.services.accounts.balance(self.person.user_id)

    @property
    def where_texts_go(self) -> str:
        """To have something made of them; empty where nothing is."""
        makings = self.services.makings
        return "" if makings is None else makings.privacy(self.services.language_in(self.person, self.chat_id))

    def preferred(self, preference: Preference[V]) -> V:
        """What applies to the person in this chat."""
        return self.services.preferences.value_for(preference, self.person.user_id, self.chat_id)

    async def is_administrator(self) -> bool:
        """Whether the person administers this chat; in private everybody does."""
        return await self.services.chats.is_administrator(self.chat_id, self.person.user_id)

    @property
    def language(self) -> str:
        """The language of the bot's texts that the person reads in this chat: one of `texts.LANGUAGES`."""
        return self.services.texts.language_for(self.services.language_in(self.person, self.chat_id))

    def text(self, key: str, **facts: int | str) -> str:
        """A text in the person's language. Raises KeyError and ValueError as `Texts.get`."""
        return self.services.texts.get(self.language, key, **facts)

    def text_if_any(self, key: str) -> str | None:
        """The same of a key that there need not be."""
        return self.text(key) if self.services.texts.has(self.language, key) else None

    def button(self, text: str, argument: str) -> Button:
        """A button whose press comes back to this command, with the argument. Raises ValueError for a long one."""
        return Button(text, f"{self.command.name}:{argument}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked(Turn):
    """Somebody has sent the command."""

    remark: Remark
    say: Callable[[Reply], Awaitable[None]]
    """Says something before the command has ended; what the command returns is said after that."""

    @property
    def request_id(self) -> str:
        """An idempotency key for whatever the command changes."""
        return f"said-{self.remark.key}"

    @property
    def argument(self) -> str:
        """What follows the command in the message."""
        return self.remark.text.partition(" ")[2].strip()


@dataclass(frozen=True, slots=True, kw_only=True)
class Pressed(Turn):
    """Somebody has pressed a button of the command's. After a crash the same press may come again."""

    press: Press
    argument: str
    """What the button was made with."""

    @property
    def request_id(self) -> str:
        """An idempotency key for whatever the press changes."""
        return f"press-{self.press.query_id}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Command:
    """Something that people can ask the bot.

    Its texts are `command-NAME` for the menu and `help-NAME` for the list in /help.
    """

    name: str
    """Without the slash: small letters, digits and underscores, 32 at most."""
    respond: Callable[[Asked], Awaitable[Reply | None]]
    react: Callable[[Pressed], Awaitable[Reaction]] | None = None
    """Acts upon the presses of its buttons; to act twice upon the same press must be harmless."""
    menu_order: int = 50
    """Commands of the same order stand alphabetically."""
    is_in_menu: bool = True
    is_in_help: bool = True
    places: frozenset[Place] = frozenset(Place)
    """Where it works; elsewhere the bot says where that is."""
    is_offered: Callable[[LiveConfig], bool] = lambda _: True
    """Whether there is such a command, as configured at the start."""
    exists_for: Callable[[int], bool] = lambda _: True
    """Whether there is such a command for a user, by their id; for others it is like any word that is none."""
    remembers_sender: Callable[[Remark], bool] = lambda _: True
    """Whether the sender of this may be remembered."""


class Commands:
    """The commands that there are."""

    def __init__(self) -> None:
        self._by_name: dict[str, Command] = {}

    def __iter__(self) -> Iterator[Command]:
        """In the order of the menu."""
        return iter(sorted(self._by_name.values(), key=lambda command: (command.menu_order, command.name)))

    def register(self, command: Command) -> None:
        """Raises ValueError for a name that is taken."""
        if command.name in self._by_name:
            raise ValueError(f"there is a command /{command.name} already")
        self._by_name[command.name] = command

    def find(self, name: str | None) -> Command | None:
        """The command of that name, if there is one."""
        return None if name is None else self._by_name.get(name)

    def find_for(self, name: str | None, user_id: int) -> Command | None:
        """The command of that name, if there is one for this user."""
        command = self.find(name)
        return command if command is not None and command.exists_for(user_id) else None

    def offered(self, config: LiveConfig) -> Commands:
        """Those that there are as configured; more can be added to them."""
        made = Commands()
        made._by_name.update((name, command) for name, command in self._by_name.items() if command.is_offered(config))
        return made

    def menu(self, text: Callable[[str], str]) -> dict[str, str]:
        """What Telegram's menu shows: names and descriptions."""
        return {command.name: text(f"command-{command.name}") for command in self if command.is_in_menu}

    def help(self, text: Callable[[str], str]) -> str:
        """The list in /help."""
        return "\n".join(f"/{command.name} — {text(f'help-{command.name}')}" for command in self if command.is_in_help)


def command_of(text: str) -> str | None:
    """The command that a message begins with, without slash and bot name; None if it is no command."""
    if not text.startswith("/"):
        return None
    return text.split(maxsplit=1)[0].removeprefix("/").split("@")[0].lower()


def is_addressed_to(text: str, username: str) -> bool:
    """Whether a command in a group is for this bot: it names it, or no bot at all."""
    _, _, addressee = text.split(maxsplit=1)[0].partition("@")
    return not addressee or addressee.lower() == username.lower()
