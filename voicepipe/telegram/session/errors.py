"""Telegram's errors, as far as voicepipe tells them apart."""

from __future__ import annotations

from pyrogram.errors import (
    AuthKeyDuplicated,
    FloodPremiumWait,
    FloodWait,
    Forbidden,
    InternalServerError,
    NotAcceptable,
    RPCError,
    ServiceUnavailable,
    SlowmodeWait,
    Unauthorized,
    UnknownError,
)

FLOODS = (FloodWait, FloodPremiumWait, SlowmodeWait)
FAULTS = (InternalServerError, ServiceUnavailable, UnknownError)
"""Telegram failed; whether the request was performed nobody knows."""
CHAT_ERRORS = ("USER_", "INPUT_USER_", "PEER_ID_", "CHAT_", "CHANNEL_", "TOPIC_", "BOT_", "YOU_", "ALLOW_PAYMENT_")
"""Begins the names of errors that lie in the chat or in who is there. So do all that Telegram forbids."""
SESSION_OVER = (Unauthorized, AuthKeyDuplicated)
"""The key is worth nothing any more; Telegram withdraws one that was used in two places at a time."""


def is_error(error: RPCError, *names: str) -> bool:
    """Whether Telegram's error is one of these, as `RANDOM_ID_DUPLICATE`, whatever its numeric code."""
    text = f"{error.ID or ''} {error}"
    return any(name in text for name in names)


def is_about_chat(error: RPCError) -> bool:
    """Whether its cause lies in the chat, so that repeating the request does not help."""
    return isinstance(error, Forbidden | NotAcceptable) or name_of(error).startswith(CHAT_ERRORS)


def name_of(error: RPCError) -> str:
    """Telegram's own word for the error."""
    # Where the client has no class for it, the value is all that Telegram said, as "[400 SOME_NAME]".
    return error.ID or str(error.value).strip("[]").partition(" ")[2] or "UNKNOWN"


def keep_unknown_errors_off_disk() -> None:
    """Stop the client from appending each error it has no name for to a file in the current directory.

    It does so while it makes the exception, so that a directory that can't be written would replace Telegram's answer
    by an OSError.
    """
    make = RPCError.__init__

    def make_without_file(
        error: RPCError,
        value: object = None,
        rpc_name: object = None,
        is_unknown: bool = False,
        is_signed: bool = False,
    ) -> None:
        make(error, value, rpc_name, False, is_signed)

    RPCError.__init__ = make_without_file


keep_unknown_errors_off_disk()
