"""Telegram's errors, as far as voicepipe tells them apart.

What repeating a request is worth depends on the error. A flood says when to go on; a fault, or an error of the moment,
passes by itself; one whose cause lies in the chat or in the request is the same at every try, and so final. What
Telegram has named since this client was made is none of these, and tried again a few times.
"""

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
CHAT_ERRORS = (
    *("USER_", "INPUT_USER_", "PEER_ID_", "CHAT_", "CHANNEL_", "INPUT_CHANNEL_", "TOPIC_", "BOT_", "YOU_"),
    *("ALLOW_PAYMENT_", "PAYMENT_REQUIRED", "STARS_PAYMENT_REQUIRED", "BALANCE_TOO_LOW"),
    *("PREMIUM_ACCOUNT_REQUIRED", "PRIVACY_PREMIUM_REQUIRED", "PEER_FLOOD", "ADMIN_RIGHTS_EMPTY"),
    *("SEND_AS_PEER_INVALID", "FROM_PEER_INVALID"),
)
"""Begins the names of errors that lie in the chat or in who is there. So do all that Telegram forbids."""
OF_THE_MOMENT = ("MSG_WAIT_", "CONNECTION_NOT_INITED", "_RETRY", "TIMEOUT", "FILE_PART_", "MD5_CHECKSUM_INVALID")
"""In the names of errors of a request that was right: another one was waited for and failed, or a part of an upload got
lost, which the next try uploads again."""
REPLY_REFUSED = (
    *("REPLY_TO_", "REPLY_MESSAGE", "MSG_ID_INVALID", "MESSAGE_ID_INVALID"),
    *("QUOTE_TEXT_INVALID", "STORY_ID_INVALID"),
)
"""In the names of errors that lie in the message replied to: it is not there any more, or can't be replied to."""
SESSION_OVER = (Unauthorized, AuthKeyDuplicated)
"""The key is worth nothing any more; Telegram withdraws one that was used in two places at a time."""


def is_error(error: RPCError, *names: str) -> bool:
    """Whether Telegram's error is one of these, as `RANDOM_ID_DUPLICATE`, whatever its numeric code."""
    text = f"{error.ID or ''} {error}"
    return any(name in text for name in names)


def is_about_chat(error: RPCError) -> bool:
    """Whether its cause lies in the chat, so that repeating the request does not help."""
    return isinstance(error, Forbidden | NotAcceptable) or name_of(error).startswith(CHAT_ERRORS)


def passes(error: RPCError) -> bool:
    """Whether it passes by itself, however long that takes."""
    return isinstance(error, FAULTS) or any(part in name_of(error) for part in OF_THE_MOMENT)


def is_final(error: RPCError) -> bool:
    """Whether repeating the request gives the same error: it is about the chat, or a known one about the request."""
    return is_about_chat(error) or (error.ID is not None and not passes(error))


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
