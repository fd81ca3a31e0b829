"""Telegram on loopback: an MTProto server of our own for tests, benchmarks and the demo. README.md shows its use."""

from .business import ConnectedAccount, voice
from .faults import ANY, Repetition, RpcError, flood_wait, migrate, server_error
from .guest_queries import GuestQuery
from .guests import Elsewhere
from .people import User
from .server import LoopbackTelegram
from .watch import CallbackAnswer, Press
from .world import (
    Button,
    Chat,
    ChatEvent,
    ChatKind,
    Document,
    Entity,
    EventKind,
    Forward,
    MediaKind,
    Message,
    Person,
    Topic,
    World,
)

__all__ = [
    "ANY",
    "Button",
    "CallbackAnswer",
    "Chat",
    "ChatEvent",
    "ChatKind",
    "ConnectedAccount",
    "Document",
    "Elsewhere",
    "Entity",
    "EventKind",
    "Forward",
    "GuestQuery",
    "LoopbackTelegram",
    "MediaKind",
    "Message",
    "Person",
    "Press",
    "Repetition",
    "RpcError",
    "Topic",
    "User",
    "World",
    "flood_wait",
    "migrate",
    "server_error",
    "voice",
]
