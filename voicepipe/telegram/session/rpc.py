"""The one way to ask Telegram anything: floods obeyed, short troubles ridden out, every wait bounded.

Pyrogram's own retrying is not used, for it would repeat a request whose random_id was used already, ten times, and hide
the answer that says so.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from typing import Any

from pyrogram import raw, utils
from pyrogram.errors import PeerIdInvalid, RPCError
from pyrogram.raw.core import TLObject

from voicepipe.config.live import LiveConfig
from voicepipe.errors import SessionEnded
from voicepipe.events import Events, FloodWaited, RequestRetried
from voicepipe.telegram.session.client import BotClient
from voicepipe.telegram.session.errors import FAULTS, FLOODS, SESSION_OVER, is_error

FIRST_RETRY_SECONDS = 0.5
LONGEST_RETRY_SECONDS = 30.0
SERVER_FAULTS = 10
"""How often Telegram may fail inwardly at one request before that counts as its answer."""


class Rpc:
    """Remote procedure calls over the client's main session."""

    def __init__(
        self, client: BotClient, live: LiveConfig, events: Events, *, on_answer: Callable[[object], None]
    ) -> None:
        """`on_answer` gets every answer: answers to sends and edits are numbered changes, as pushed updates are."""
        self._client = client
        self._live = live
        self._events = events
        self._on_answer = on_answer
        self._open_at: dict[tuple[str, int], float] = {}
        self._answered_at = time.monotonic()

    async def call(
        self,
        query: TLObject,
        *,
        chat_id: int = 0,
        patient: bool = True,
        faults: int = SERVER_FAULTS,
        dc_id: int | None = None,
    ) -> Any:
        """Telegram's answer; that of a data centre other than the bot's own, where one is named.

        A flood wait holds back all requests of that method to that chat, however long it is. A patient request outlasts
        any outage, but no more than so many faults of Telegram's; another one is tried once. Raises RPCError for an
        answer that repeating does not change, SessionEnded when Telegram has revoked the bot's session, and OSError if
        not patient.
        """
        method = query.QUALNAME.removeprefix("functions.")
        failures = 0
        while True:
            await self._flood_over((method, chat_id))
            try:
                return await self._send(query, dc_id)
            except FLOODS as flood:
                self._hold_back((method, chat_id), float(flood.value))
            except SESSION_OVER as error:
                raise SessionEnded from error
            except (OSError, *FAULTS) as error:
                failures += 1
                if not patient or _is_answer(error, failures, faults):
                    raise
                self._events.emit(RequestRetried(method, type(error).__name__, failures))
                await asyncio.sleep(min(LONGEST_RETRY_SECONDS, FIRST_RETRY_SECONDS * 2 ** (failures - 1)))

    async def peer(self, chat_id: int) -> raw.base.InputPeer:
        """The chat as Telegram wants it named, asked for if it is not known. Raises RPCError."""
        try:
            return await self._client.storage.get_peer_by_id(chat_id)
        except KeyError:
            found = await self.call(_question_about(chat_id))
        await self._client.fetch_peers(getattr(found, "chats", found))
        try:
            return await self._client.storage.get_peer_by_id(chat_id)
        except KeyError as error:
            raise PeerIdInvalid from error

    async def channel(self, chat_id: int) -> raw.types.InputChannel | None:
        """A supergroup as methods on channels want it named; None for any other chat. Raises RPCError."""
        peer = await self.peer(chat_id)
        if not isinstance(peer, raw.types.InputPeerChannel):
            return None
        return raw.types.InputChannel(channel_id=peer.channel_id, access_hash=peer.access_hash)

    @property
    def silent_seconds(self) -> float:
        """How long ago Telegram last answered anything."""
        return time.monotonic() - self._answered_at

    async def is_answered(self, timeout_seconds: float) -> bool:
        """Whether Telegram answers a ping within the time."""
        try:
            async with asyncio.timeout(timeout_seconds):
                await self._send(raw.functions.Ping(ping_id=0))
        except (OSError, RPCError):
            return False
        return True

    async def _send(self, query: TLObject, dc_id: int | None = None) -> Any:
        seconds = self._live.telegram.request_timeout_seconds
        async with asyncio.timeout(seconds):
            session = self._client.session if dc_id is None else await self._client.session_with(dc_id)
            await session.is_started.wait()
        try:
            answer = await session.send(query, timeout=seconds)
        except RPCError:
            self._answered_at = time.monotonic()
            raise
        self._answered_at = time.monotonic()
        if isinstance(answer, raw.types.BadMsgNotification):
            # The client returns this as if it were the answer; the request was not performed.
            raise ConnectionError(f"Telegram refused the message (code {answer.error_code})")
        self._on_answer(_change_of(query, answer))
        return answer

    def _hold_back(self, gate: tuple[str, int], seconds: float) -> None:
        self._events.emit(FloodWaited(gate[0], seconds))
        self._open_at[gate] = asyncio.get_running_loop().time() + seconds

    async def _flood_over(self, gate: tuple[str, int]) -> None:
        loop = asyncio.get_running_loop()
        # Another request may meet a new flood meanwhile, hence the loop.
        while (remaining := self._open_at.get(gate, 0.0) - loop.time()) > 0:  # noqa: ASYNC110  a time, not an event
            await asyncio.sleep(remaining)
        self._open_at.pop(gate, None)


def _change_of(query: TLObject, answer: object) -> object:
    """An answer as the change that it stands for; to a deletion, Telegram leaves out what and where."""
    if not isinstance(answer, raw.types.messages.AffectedMessages):
        return answer
    at = {"pts": answer.pts, "pts_count": answer.pts_count}
    if isinstance(query, raw.functions.channels.DeleteMessages):
        return raw.types.UpdateDeleteChannelMessages(channel_id=query.channel.channel_id, messages=query.id, **at)
    return raw.types.UpdateDeleteMessages(messages=[], **at)


def _question_about(chat_id: int) -> TLObject:
    """Asks for a chat without its access hash, as bots may."""
    kind, number = utils.get_peer_type(chat_id), utils.get_raw_peer_id(chat_id)
    if kind == "user":
        return raw.functions.users.GetUsers(id=[raw.types.InputUser(user_id=number, access_hash=0)])
    if kind == "chat":
        return raw.functions.messages.GetChats(id=[number])
    return raw.functions.channels.GetChannels(id=[raw.types.InputChannel(channel_id=number, access_hash=0)])


def _is_answer(error: OSError | RPCError, failures: int, faults: int) -> bool:
    if isinstance(error, OSError):
        return False
    return failures >= faults or is_error(error, "RANDOM_ID_DUPLICATE")
