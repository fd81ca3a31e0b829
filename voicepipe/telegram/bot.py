"""The bot in Telegram: signs in, takes messages in, and is the chat that the pipeline writes to."""

from __future__ import annotations

import asyncio
import tempfile
from collections.abc import Awaitable, Callable, Coroutine
from dataclasses import dataclass
from pathlib import Path

from pyrogram import raw
from pyrogram.errors import RPCError, Unauthorized

from voicepipe.config import Config, TelegramConfig
from voicepipe.errors import SessionEnded, SignInFailed
from voicepipe.events import Events
from voicepipe.jobs import JobKey, Recording, RecordingKind
from voicepipe.store import Store
from voicepipe.telegram.client import BotClient, forget_session, forget_session_of_another_bot, trust_server_key
from voicepipe.telegram.commands import COMMANDS, Commands, command_of, is_addressed_to, register_commands
from voicepipe.telegram.fetcher import Fetcher
from voicepipe.telegram.inbox import Inbox, Incoming
from voicepipe.telegram.messenger import Messenger
from voicepipe.telegram.requests import Requests
from voicepipe.texts import Texts

SIGN_IN_TIMEOUT_SECONDS = 60.0
SIGN_OUT_TIMEOUT_SECONDS = 10.0


class Bot:
    """Telegram as the service sees it. Satisfies pipeline.Chat. Must be made inside the running event loop."""

    def __init__(self, config: Config, store: Store, texts: Texts, events: Events) -> None:
        self._config = config
        self._store = store
        self._texts = texts
        self._events = events
        self._client = BotClient(config.telegram, config.service.state_path, self._on_updates)
        self._requests = Requests(self._client, config.telegram, events)
        self._messenger = Messenger(self._client, self._requests, config.telegram, events)
        self._fetcher = Fetcher(self._client, self._messenger, config.telegram, events)
        self._commands = Commands(config, store, self._messenger, texts, events)
        self._inbox = Inbox(store, self._is_wanted, self._handle)
        self._receive: Callable[[Recording], Awaitable[None]] | None = None
        self._tasks: set[asyncio.Task[None]] = set()
        self._broken: asyncio.Future[None] = asyncio.get_running_loop().create_future()

    # --- life ---------------------------------------------------------------------------------------------------
    async def sign_in(self) -> None:
        """Connect and sign in. Raises SignInFailed."""
        session_dir = self._config.service.state_path
        forget_session_of_another_bot(self._config.telegram, session_dir)
        try:
            await _start(self._client, self._config.telegram)
        except SessionEnded:
            forget_session(session_dir)
            await _start(self._client, self._config.telegram)
        self._spawn(register_commands(self._requests, self._texts, self._events), "register commands")

    async def open_intake(self, receive: Callable[[Recording], Awaitable[None]]) -> None:
        """Give every recording to `receive`, beginning with those that an earlier life left undecided."""
        self._receive = receive
        for message in await self._store.undecided():
            found = await self._messenger.get_messages(message.key.chat_id, [message.key.message_id])
            await self._inbox.take_again(found)
            if not found:
                await self._store.dismiss(message.key)

    def close_intake(self) -> None:
        """Only journal what comes from now on; the next start takes it up."""
        self._receive = None

    async def stop(self) -> None:
        await self._messenger.stop()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await _stop(self._client)
        self._broken.cancel()

    async def wait_failed(self) -> None:
        """Raise what makes the bot unable to go on, as soon as there is something."""
        await asyncio.shield(self._broken)

    # --- what comes in ------------------------------------------------------------------------------------------
    async def _on_updates(self, updates: raw.base.Updates) -> None:
        # The client would lose this exception in a task that nobody looks at.
        try:
            await self._inbox.take(updates)
        except Exception as error:
            self._fail(error)

    def _is_wanted(self, item: Incoming) -> bool:
        if item.is_private:
            return True
        if isinstance(item, Recording):
            # A song or a film posted in a group was hardly posted to be read.
            is_spoken_to_chat = item.kind in (RecordingKind.VOICE, RecordingKind.VIDEO_NOTE)
            return is_spoken_to_chat or self._config.telegram.all_media_in_groups
        username = self._client.me.username if self._client.me else ""
        return command_of(item.text) in COMMANDS and is_addressed_to(item.text, username or "")

    async def _handle(self, item: Incoming) -> None:
        if not isinstance(item, Recording):
            self._spawn(self._commands.answer(item), f"answer {item.key.chat_id}/{item.key.message_id}")
        elif self._receive is not None:
            await self._receive(item)

    def _spawn(self, work: Coroutine[None, None, None], name: str) -> None:
        task = asyncio.create_task(work, name=name)
        self._tasks.add(task)
        task.add_done_callback(self._ended)

    def _ended(self, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        error = None if task.cancelled() else task.exception()
        if error is not None:
            self._fail(error)

    def _fail(self, error: BaseException) -> None:
        if not self._broken.done():
            self._broken.set_exception(error)

    # --- pipeline.Chat ------------------------------------------------------------------------------------------
    async def fetch(self, key: JobKey, source: object | None, file_bytes: int, path: Path) -> None:
        await self._fetcher.fetch(key, source if isinstance(source, raw.types.Document) else None, path)

    async def announce(self, key: JobKey, text: str) -> int | None:
        return await self._messenger.reply(key, "status", text)

    def show_progress(self, key: JobKey, status_message_id: int, text: str) -> None:
        self._messenger.show_progress(key, status_message_id, text)

    async def answer(self, key: JobKey, status_message_id: int | None, text: str) -> None:
        await self._messenger.answer(key, status_message_id, text)

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
        client = BotClient(config.telegram, Path(session_dir), ignore)
        await _start(client, config.telegram)
        try:
            return SignInReport(client.me.username or "", client.me.id, client.clock_skew_seconds)
        finally:
            await client.invoke(raw.functions.auth.LogOut())
            await _stop(client)


async def _start(client: BotClient, config: TelegramConfig) -> None:
    """Raises SignInFailed, and SessionEnded when the stored session is not valid any more."""
    if config.server_key:
        trust_server_key(config.server_key_pem)
    try:
        async with asyncio.timeout(SIGN_IN_TIMEOUT_SECONDS):
            await client.start()
    except Unauthorized as error:
        raise SessionEnded from error
    except RPCError as error:
        raise SignInFailed(f"Telegram refused the sign-in: {error.ID}. Check api_id, api_hash and bot_token") from error
    except (OSError, TimeoutError) as error:
        raise SignInFailed("Telegram does not answer: check this machine's network, then start again") from error


async def _stop(client: BotClient) -> None:
    """Disconnect; a server that does not answer can't hold us up."""
    if client.is_connected:
        try:
            async with asyncio.timeout(SIGN_OUT_TIMEOUT_SECONDS):
                await client.stop()
        except (OSError, TimeoutError):
            pass
