"""What each of Telegram's errors is worth: a repetition, another way, or giving up."""

from __future__ import annotations

import pytest
from pyrogram import raw
from pyrogram.errors import RPCError

from voicepipe.telegram.session.errors import REPLY_REFUSED, is_about_chat, is_error, is_final, name_of, passes


def error(code: int, name: str) -> RPCError:
    """As the client makes it of what Telegram says."""
    try:
        RPCError.raise_it(raw.types.RpcError(error_code=code, error_message=name), raw.functions.messages.SendMessage)
    except RPCError as raised:
        return raised
    raise AssertionError("it raises")


@pytest.mark.parametrize(
    ("code", "name"),
    [
        *[(400, name) for name in ("MSG_WAIT_FAILED", "CONNECTION_NOT_INITED", "FILE_PART_3_MISSING", "MSG_WAIT_NEW")],
        *[(500, name) for name in ("RPC_CALL_FAIL", "INTERNAL_SERVER_ERROR", "WORKER_BUSY_TOO_LONG_RETRY", "NEW_ONE")],
        *[(-503, "Timeout"), (503, "NEW_ONE"), (456, "NEW_ONE")],
    ],
)
def test_what_passes_by_itself(code: int, name: str) -> None:
    raised = error(code, name)
    assert (passes(raised), is_final(raised)) == (True, False)


@pytest.mark.parametrize(
    ("code", "name"),
    [
        *[
            (400, name)
            for name in ("MESSAGE_EMPTY", "MESSAGE_TOO_LONG", "ENTITY_BOUNDS_INVALID", "BUTTON_DATA_INVALID")
        ],
        *[(400, name) for name in ("MSG_ID_INVALID", "REPLY_TO_MONOFORUM_PEER_INVALID", "SEND_AS_PEER_INVALID")],
        *[(400, name) for name in ("PEER_ID_INVALID", "CHAT_NEW_ONE", "USER_IS_BLOCKED", "CHAT_ID_INVALID")],
        *[(403, name) for name in ("CHAT_WRITE_FORBIDDEN", "NEW_ONE")],
        *[(406, name) for name in ("CHANNEL_PRIVATE", "NEW_ONE")],
    ],
)
def test_what_is_final(code: int, name: str) -> None:
    raised = error(code, name)
    assert (passes(raised), is_final(raised)) == (False, True)


def test_what_telegram_has_named_since_is_neither() -> None:
    raised = error(400, "SOMETHING_NEW")
    assert (name_of(raised), passes(raised), is_final(raised)) == ("SOMETHING_NEW", False, False)


@pytest.mark.parametrize(
    ("code", "name"),
    [
        *[(403, name) for name in ("CHAT_WRITE_FORBIDDEN", "CHAT_SEND_PLAIN_FORBIDDEN", "CHAT_GUEST_SEND_FORBIDDEN")],
        *[(400, name) for name in ("USER_IS_BLOCKED", "YOU_BLOCKED_USER", "USER_BANNED_IN_CHANNEL", "USER_KICKED")],
        *[(400, name) for name in ("CHANNEL_PRIVATE", "CHANNEL_INVALID", "CHAT_RESTRICTED", "CHAT_ADMIN_REQUIRED")],
        *[(400, name) for name in ("INPUT_USER_DEACTIVATED", "CHAT_ID_INVALID", "PEER_ID_INVALID", "PEER_FLOOD")],
        *[(400, name) for name in ("TOPIC_CLOSED", "TOPIC_DELETED", "SEND_AS_PEER_INVALID", "ADMIN_RIGHTS_EMPTY")],
        *[(400, name) for name in ("PAYMENT_REQUIRED", "STARS_PAYMENT_REQUIRED", "BALANCE_TOO_LOW")],
        *[(406, name) for name in ("TOPIC_CLOSED", "TOPIC_DELETED", "CHANNEL_PRIVATE", "PRIVACY_PREMIUM_REQUIRED")],
        *[(403, name) for name in ("ALLOW_PAYMENT_REQUIRED_9", "PREMIUM_ACCOUNT_REQUIRED", "NOT_NAMED_YET")],
    ],
)
def test_where_the_bot_may_not_write(code: int, name: str) -> None:
    assert is_about_chat(error(code, name))


@pytest.mark.parametrize(
    "name",
    [
        *(
            "MSG_ID_INVALID",
            "MESSAGE_ID_INVALID",
            "REPLY_MESSAGE_ID_INVALID",
            "REPLY_TO_INVALID",
            "REPLY_TO_USER_INVALID",
        ),
        *("REPLY_TO_MONOFORUM_PEER_INVALID", "REPLY_MESSAGES_TOO_MUCH", "QUOTE_TEXT_INVALID", "REPLY_TO_SOMETHING_NEW"),
    ],
)
def test_a_reply_that_is_refused_is_not_the_chat_s_fault(name: str) -> None:
    raised = error(400, name)
    assert is_error(raised, *REPLY_REFUSED)
    assert not is_about_chat(raised)


@pytest.mark.parametrize("name", ["REPLY_MARKUP_INVALID", "MESSAGE_EMPTY", "PEER_ID_INVALID"])
def test_other_refusals_are_not_about_the_reply(name: str) -> None:
    assert not is_error(error(400, name), *REPLY_REFUSED)
