"""What the loopback Telegram does for each method a bot calls, by subject."""

from . import account, business, chats, ephemeral, files, guests, inline, messages, payments, reactions, typing, updates
from .registry import Backend, Request, is_known, perform

__all__ = [
    "Backend",
    "Request",
    "account",
    "business",
    "chats",
    "ephemeral",
    "files",
    "guests",
    "inline",
    "is_known",
    "messages",
    "payments",
    "perform",
    "reactions",
    "typing",
    "updates",
]
