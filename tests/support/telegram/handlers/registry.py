"""The table of methods: each is one function, registered by the schema's class of its query."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, TypeVar

from pyrogram.raw import functions
from pyrogram.raw.core import TLObject

from ..accounts import Accounts
from ..faults import Faults, RpcError
from ..guest_queries import GuestQueries
from ..inline import InlineQuestion
from ..line import Call, Line
from ..session import Session
from ..stars import Stars
from ..watch import Press
from ..world import Ephemeral, Message, World

Handler = Callable[["Request", Any], TLObject[Any]]
SomeHandler = TypeVar("SomeHandler", bound=Handler)

BEFORE_SIGN_IN = (
    functions.help.GetConfig,
    functions.auth.ImportBotAuthorization,
    functions.auth.ImportAuthorization,
)

_handlers: dict[type[TLObject[Any]], Handler] = {}


@dataclass(slots=True)
class Backend:
    """What the methods work on, besides the world."""

    world: World
    faults: Faults
    bot_token: str
    home_dc: int
    addresses: dict[int, tuple[str, int]] = field(default_factory=dict)
    exported: dict[bytes, int] = field(default_factory=dict)
    #: Parts of files being uploaded, by file id and part number.
    uploads: dict[int, dict[int, bytes]] = field(default_factory=dict)
    #: What was sent with which random_id.
    sent: dict[int, Message] = field(default_factory=dict)
    #: The same of messages that one member alone sees.
    whispered: dict[int, Ephemeral] = field(default_factory=dict)
    #: The commands that people send so that nobody else sees them, by chat.
    ephemeral_commands: dict[int, set[str]] = field(default_factory=dict)
    #: The bot's commands, by scope ("Default", "AllPrivateChats", …) and language.
    commands: dict[tuple[str, str], dict[str, str]] = field(default_factory=dict)
    #: What the bot says of itself, by language: about, and description.
    profiles: dict[str, tuple[str, str]] = field(default_factory=dict)
    presses: dict[int, Press] = field(default_factory=dict)
    #: Updates that are numbered by qts.
    line: Line = field(default_factory=Line)
    inline: dict[int, InlineQuestion] = field(default_factory=dict)
    guests: GuestQueries = field(default_factory=GuestQueries)
    stars: Stars = field(default_factory=Stars)
    accounts: Accounts = field(default_factory=Accounts)
    #: Tells the bot of what it did itself in a connected account.
    echo: Callable[[Call], None] = lambda call: None


@dataclass(frozen=True, slots=True)
class Request:
    """Who asks, and where."""

    backend: Backend
    session: Session
    dc: int

    @property
    def world(self) -> World:
        return self.backend.world


def rpc(method: type[TLObject[Any]]) -> Callable[[SomeHandler], SomeHandler]:
    """Register a function as the one that performs ``method``."""

    def register(handler: SomeHandler) -> SomeHandler:
        _handlers[method] = handler
        return handler

    return register


def is_known(query: TLObject[Any]) -> bool:
    return type(query) in _handlers


def perform(request: Request, query: TLObject[Any]) -> TLObject[Any]:
    """Do what the query asks; raises RpcError to refuse."""
    if request.session.key.user_id is None and not isinstance(query, BEFORE_SIGN_IN):
        raise RpcError(401, "AUTH_KEY_UNREGISTERED")
    handler = _handlers.get(type(query))
    if handler is None:
        raise RpcError(400, "METHOD_INVALID")
    return handler(request, query)
