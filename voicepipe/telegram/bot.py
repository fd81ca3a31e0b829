"""The bot in Telegram: signs in, takes messages in, and is the chat that the pipeline writes to."""

from __future__ import annotations

import asyncio
import tempfile
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NoReturn, Self

from pyrogram import raw
from pyrogram.errors import RPCError
from pyrogram.session import Session
from pyrogram.session.session import AuthKeyNotFound, SessionState

from voicepipe.config import Config, TelegramConfig
from voicepipe.config.live import LiveConfig
from voicepipe.conversation.texts import Texts
from voicepipe.domain.jobs import JobKey, Recording, RecordingKind
from voicepipe.errors import DiskFull, SessionEnded, SignInFailed, TelegramUnavailable
from voicepipe.events import DiskIsFull, Events, SessionRestarted
from voicepipe.store import Store
from voicepipe.supervision import Crew, unless
from voicepipe.telegram.chat.fetcher import Fetcher
from voicepipe.telegram.chat.messenger import Messenger
from voicepipe.telegram.commands import COMMANDS, Commands, command_of, is_addressed_to, register_commands
from voicepipe.telegram.intake.catchup import CatchUp
from voicepipe.telegram.intake.inbox import Inbox, Incoming
from voicepipe.telegram.session.client import (
    BotClient,
    OnUpdates,
    forget_session_of_another_bot,
    trust_server_key,
)
from voicepipe.telegram.session.requests import FAULTS, FLOODS, SESSION_OVER, Requests, is_about_chat, name_of
from voicepipe.telegram.session.storage import forget_session

SIGN_IN_TIMEOUT_SECONDS = 60.0
SIGN_OUT_TIMEOUT_SECONDS = 10.0
SIGN_IN_REFUSALS = {
    "ACCESS_TOKEN_INVALID": "Telegram does not know this bot_token; copy it again from @BotFather",
    "ACCESS_TOKEN_EXPIRED": "This bot_token is no longer valid; ask @BotFather for the present one",
    "API_ID_INVALID": "api_id and api_hash do not belong together; copy both again from https://my.telegram.org/apps",
}
"""What to do about the refusals that a wrong key leads to."""


class Bot:
    """Telegram as the service sees it. Satisfies journey.Chat and inbox.Handler."""

    def __init__(
        self, config: LiveConfig, store: Store, texts: Texts, events: Events, *, client: BotClient, inbox: Inbox
    ) -> None:
        self._config = config
        self._store = store
        self._texts = texts
        self._events = events
        self._client = client
        self._inbox = inbox
        self._requests = Requests(client, config.telegram, events)
        self._messenger = Messenger(client, self._requests, config.telegram, events)
        self._fetcher = Fetcher(client, self._requests, self._messenger, config.telegram, events)
        self._commands = Commands(config, store, self._messenger, texts, events)
        self._catch_up = CatchUp(client, self._requests, inbox, config, events)
        self._receive: Callable[[Recording], Awaitable[None]] | None = None
        self._crew = Crew()
        self._requests.on_answer = inbox.note
        client.connect_handler = self._connected
        client.on_updates = self._take

    # --- life ---------------------------------------------------------------------------------------------------
    @classmethod
    async def sign_in(cls, config: LiveConfig, store: Store, texts: Texts, events: Events) -> Self:
        """Connect and sign in; what Telegram sends from then on waits for the intake. Raises SignInFailed."""
        session_dir = config.service.state_path
        forget_session_of_another_bot(config.telegram, session_dir)
        inbox = Inbox(store, events)
        inbox.restore((await store.update_states()).values())
        try:
            client = await _connected_client(config.telegram, session_dir, inbox.take)
        except SessionEnded:
            forget_session(session_dir)
            client = await _connected_client(config.telegram, session_dir, inbox.take)
        return cls(config, store, texts, events, client=client, inbox=inbox)

    async def open_intake(self, receive: Callable[[Recording], Awaitable[None]]) -> None:
        """Give every recording to `receive`, beginning with what an earlier life left undecided."""
        self._receive = receive
        # Asked for while nothing new is let in: what is being decided just then is no leftover.
        leftover = await self._store.undecided()
        await self._catch_up.start()
        self._inbox.open(self)
        self._crew.spawn(register_commands(self._requests, self._texts, self._events), "register commands")
        self._crew.spawn(self._take_leftover([message.key for message in leftover]), "leftover")
        self._crew.spawn(self._catch_up.run(), "catch-up")
        self._crew.spawn(self._watch_session(), "watch session")

    async def _take_leftover(self, keys: Sequence[JobKey]) -> None:
        # Not before the intake is open: each takes requests, and Telegram may hold those back for long. No message is
        # decided twice, for one that comes again meanwhile is in the journal.
        for key in keys:
            await self._take_again(key)

    async def _take_again(self, key: JobKey) -> None:
        """Decide on a message that an earlier life journaled, unless it did decide and was ended as it replied."""
        try:
            found = await self._messenger.read(key.chat_id, [key.message_id])
        except RPCError as error:
            if not is_about_chat(error):
                return  # the next start asks again
            found = None
        message = found.messages[0] if found is not None and found.messages else None
        if isinstance(message, raw.types.Message) and await self._messenger.find_reply(key) is None:
            await self._inbox.take_again(key, message, found.users)
        else:
            await self._store.persist(lambda: self._store.dismiss(key))

    def close_intake(self) -> None:
        """Only journal what comes from now on; the next start takes it up, and what is not fetched yet."""
        self._receive = None
        self._fetcher.stop()

    async def stop(self, timeout_seconds: float) -> None:
        """End what runs, whatever the time: it is taken up at the next start. Disconnecting has a bound of its own."""
        await self._messenger.stop()
        await self._crew.stop()
        await _stop(self._client)

    async def wait_failed(self) -> NoReturn:
        """Raise what makes the bot unable to go on, as soon as there is something."""
        await self._crew.wait_failed()

    @property
    def username(self) -> str:
        """The bot's own, without @."""
        return self._client.me.username or "" if self._client.me else ""

    # --- the session --------------------------------------------------------------------------------------------
    async def _connected(self, _: BotClient, session: Session) -> None:
        if not session.is_media and session.dc_id == await self._client.storage.dc_id():
            self._catch_up.want_all()

    async def _watch_session(self) -> None:
        """Restart a session that does not answer.

        Raises SessionEnded when only a new start can help: Telegram has forgotten our key, or sends what the session
        discards even after a restart, as after a jump of the clock.
        """
        times_deaf = 0
        while True:
            await self._until_next_probe()
            packets = self._client.packets_received
            if await self._requests.is_answered(self._config.telegram.probe_seconds):
                times_deaf = 0
                continue
            times_deaf += self._client.packets_received > packets
            if times_deaf > 1:
                raise SessionEnded(
                    "Telegram is not understood any more (has the clock jumped?); the next start will do"
                )
            self._events.emit(SessionRestarted())
            await self._restart_session()

    async def _restart_session(self) -> None:
        session = self._client.session
        try:
            await session.restart()
        except SESSION_OVER as error:
            raise SessionEnded from error
        # The client gives a session up for good when its key is refused as it reconnects, and tells nobody.
        if session.state is SessionState.STOPPED:
            raise SessionEnded

    async def _until_next_probe(self) -> None:
        try:
            async with asyncio.timeout(self._config.telegram.probe_seconds):
                await self._client.key_lost.wait()
        except TimeoutError:
            self._client.storage.write_peers()
        else:
            raise SessionEnded

    # --- what comes in ------------------------------------------------------------------------------------------
    async def _take(self, updates: raw.base.Updates) -> None:
        # The client would lose this exception in a task that nobody looks at.
        try:
            await self._inbox.take(updates)
        except DiskFull:
            self._events.emit(DiskIsFull())
            self._catch_up.want_all_later()
        except Exception as error:
            self._crew.fail(error)

    def is_wanted(self, item: Incoming) -> bool:
        if item.is_private:
            return True
        if isinstance(item, Recording):
            # A song or a film posted in a group was hardly posted to be read.
            is_spoken_to_chat = item.kind in (RecordingKind.VOICE, RecordingKind.VIDEO_NOTE)
            return is_spoken_to_chat or self._config.telegram.all_media_in_groups
        return command_of(item.text) in COMMANDS and is_addressed_to(item.text, self.username)

    async def handle(self, item: Incoming) -> None:
        if not isinstance(item, Recording):
            self._crew.spawn(self._commands.answer(item), f"answer {item.key.chat_id}/{item.key.message_id}")
        elif self._receive is not None:
            await self._receive(item)

    async def forget_peer(self, user_id: int) -> None:
        """Leave nothing of a user in the session's file."""
        self._messenger.forget_peer(user_id)

    # --- journey.Chat ------------------------------------------------------------------------------------------
    async def fetch_media(self, key: JobKey, source: object | None, path: Path) -> None:
        await self._fetcher.fetch(key, source if isinstance(source, raw.types.Document) else None, path)

    async def announce(self, key: JobKey, text: str) -> int | None:
        return await self._messenger.reply(key, "status", text)

    def show_progress(self, key: JobKey, status_message_id: int, text: str) -> None:
        self._messenger.show_progress(key, status_message_id, text)

    async def put_answer(self, key: JobKey, status_message_id: int | None, text: str) -> None:
        await self._messenger.answer(key, status_message_id, text)

    async def find_reply(self, key: JobKey) -> int | None:
        return await self._messenger.find_reply(key)

    async def refuse(self, key: JobKey, text: str) -> None:
        await self._messenger.reply(key, "refusal", text)


@dataclass(frozen=True, slots=True)
class SignInReport:
    """What a trial sign-in showed."""

    username: str
    bot_id: int
    clock_skew_seconds: float
    """How far this machine's clock is behind Telegram's."""


async def check_sign_in(config: Config) -> SignInReport:
    """Sign in with a session of its own and out again; a running service is not disturbed. Raises SignInFailed."""

    async def ignore(_: raw.base.Updates) -> None:
        pass

    with tempfile.TemporaryDirectory() as session_dir:
        try:
            client = await _connected_client(config.telegram, Path(session_dir), ignore)
        except SessionEnded as error:
            raise SignInFailed from error
        try:
            return SignInReport(client.me.username or "", client.me.id, client.clock_skew_seconds)
        finally:
            await client.invoke(raw.functions.auth.LogOut())
            await _stop(client)


async def _connected_client(config: TelegramConfig, session_dir: Path, on_updates: OnUpdates) -> BotClient:
    """A client that is signed in.

    Raises SignInFailed, TelegramUnavailable, DiskFull, and SessionEnded when the stored session is not valid.
    """
    if config.server_key:
        trust_server_key(config.server_key_pem)
    client = BotClient(config, session_dir, on_updates)
    try:
        async with asyncio.timeout(SIGN_IN_TIMEOUT_SECONDS):
            await _start_unless_key_lost(client)
    except SESSION_OVER as error:
        raise SessionEnded from error
    except (*FLOODS, *FAULTS) as error:
        why = name_of(error)
        raise TelegramUnavailable(f"Telegram does not let the bot sign in just now: {why}. Start later") from error
    except RPCError as error:
        why = name_of(error)
        words = f"Telegram refused the sign-in: {why}. Check api_id, api_hash and bot_token"
        raise SignInFailed(SIGN_IN_REFUSALS.get(why, words)) from error
    except (OSError, TimeoutError) as error:
        raise TelegramUnavailable("Telegram does not answer: check this machine's network, then start again") from error
    except (SessionEnded, DiskFull):
        raise
    except Exception as error:  # the client's, at whatever is no answer of the protocol
        raise TelegramUnavailable(
            f"What answers in Telegram's place does not speak its protocol ({type(error).__name__}): check [telegram] "
            "server and server_key, and this machine's network"
        ) from error
    return client


async def _start_unless_key_lost(client: BotClient) -> None:
    async def key_lost() -> NoReturn:
        await client.key_lost.wait()
        raise SessionEnded

    await unless(client.start(), key_lost())


async def _stop(client: BotClient) -> None:
    """Disconnect; a server that does not answer, or has forgotten us, can't hold us up."""
    if not client.is_connected:
        return
    try:
        async with asyncio.timeout(SIGN_OUT_TIMEOUT_SECONDS):
            # The client itself leaves its sessions with other data centres open.
            for session in client.sessions.values():
                await session.stop()
            await client.stop()
    except (OSError, AuthKeyNotFound):
        pass
