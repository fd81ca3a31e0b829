"""What the loopback Telegram does for each method a bot calls, by subject."""

from . import account, business, chats, files, guests, messages, typing, updates
from .registry import Backend, Request, is_known, perform

__all__ = [
    "Backend",
    "Request",
    "account",
    "business",
    "chats",
    "files",
    "guests",
    "is_known",
    "messages",
    "perform",
    "typing",
    "updates",
]
