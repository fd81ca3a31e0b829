"""Gets a recording's media from Telegram into a spool file."""

from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncGenerator
from contextlib import aclosing
from functools import partial
from pathlib import Path
from typing import NoReturn

from pyrogram import raw
from pyrogram.errors import Flood, RPCError
from pyrogram.file_id import FileId, FileType

from voicepipe.config.live import LiveConfig
from voicepipe.domain.asking import is_in_bots_chat
from voicepipe.domain.jobs import JobKey
from voicepipe.errors import DiskFull, FetchFailed, MediaExpired, ServiceStopping, SessionEnded
from voicepipe.events import Events, FloodWaited, RequestRetried
from voicepipe.machine import is_disk_full
from voicepipe.supervision import end_tasks, in_thread, unless
from voicepipe.telegram.chat.reader import ChatReader, document_of
from voicepipe.telegram.chat.slots import Slots
from voicepipe.telegram.intake.documents import has_expired
from voicepipe.telegram.session.client import BotClient
from voicepipe.telegram.session.errors import SESSION_OVER, is_error, name_of, passes
from voicepipe.telegram.session.rpc import Rpc

ATTEMPTS = 4
FIRST_RETRY_SECONDS = 0.5
TICK_SECONDS = 1.0
"""How exactly the time is measured that a fetch does not take because Telegram can't be reached."""


def _move(bound: asyncio.Timeout, seconds: float) -> None:
    when = bound.when()
    if when is not None and not bound.expired():
        bound.reschedule(when + seconds)


class ShortReadError(OSError):
    """Telegram gave fewer, or more, bytes than the file has."""


class Fetcher:
    """Streams media to disk, a few recordings at a time."""

    def __init__(self, client: BotClient, rpc: Rpc, reader: ChatReader, *, live: LiveConfig, events: Events) -> None:
        self._client = client
        self._rpc = rpc
        self._reader = reader
        self._live = live
        self._events = events
        self._slots = Slots(live.telegram.fetch_concurrency)
        self._stopped: asyncio.Future[NoReturn] = asyncio.get_running_loop().create_future()

    def stop(self) -> None:
        """Fetch nothing more: no worker would get it."""
        if not self._stopped.done():
            self._stopped.set_exception(ServiceStopping())
            self._stopped.exception()  # looked at: it may be that nothing is being fetched

    async def fetch(self, key: JobKey, document: raw.types.Document | None, path: Path) -> None:
        """Write the whole file to `path`; without a document, its message is read again first.

        Raises FetchFailed, DiskFull, SessionEnded, and ServiceStopping where `stop` comes first.
        """
        fetching = asyncio.create_task(self._fetch_in_turn(key, document, path), name=f"fetch {path.name}")
        await unless(fetching, asyncio.shield(self._stopped))

    async def _fetch_in_turn(self, key: JobKey, document: raw.types.Document | None, path: Path) -> None:
        async with self._slots.one(key.chat_id):
            try:
                async with asyncio.timeout(self._live.telegram.fetch_timeout_seconds) as bound:
                    clock = asyncio.create_task(self._spare_outages(bound), name=f"clock {path.name}")
                    try:
                        await self._fetch(key, document, path, bound)
                    finally:
                        await end_tasks([clock])
            except TimeoutError as error:
                raise FetchFailed("Telegram took too long to give the file") from error

    async def _spare_outages(self, bound: asyncio.Timeout) -> None:
        """Move the bound on by all the time that there is no connection."""
        loop = asyncio.get_running_loop()
        while True:
            begun_at = loop.time()
            await asyncio.sleep(TICK_SECONDS)
            if not self._client.session.is_started.is_set():
                _move(bound, loop.time() - begun_at)

    async def _fetch(
        self, key: JobKey, document: raw.types.Document | None, path: Path, bound: asyncio.Timeout
    ) -> None:
        failures = 0
        while failures < ATTEMPTS:
            document = document or await self._current_document(key)
            try:
                return await self._download(document, path)
            except Flood as flood:  # no failure: Telegram says when to go on
                self._events.emit(FloodWaited("upload.GetFile", float(flood.value)))
                _move(bound, float(flood.value))
                await asyncio.sleep(float(flood.value))
            except SESSION_OVER as error:
                raise SessionEnded from error
            except RPCError as error:
                if not passes(error) and not is_error(error, "FILE_REFERENCE_", "AUTH_BYTES_INVALID"):
                    raise FetchFailed(f"Telegram refused the file ({name_of(error)})") from error
                # A file reference ages; the message, read again, carries a fresh one.
                document = None
                failures += 1
                self._events.emit(RequestRetried("upload.GetFile", name_of(error), failures))
                await asyncio.sleep(FIRST_RETRY_SECONDS if passes(error) else 0)
            except OSError as error:
                if is_disk_full(error):
                    raise DiskFull from error
                self._events.emit(RequestRetried("upload.GetFile", type(error).__name__, failures + 1))
                # An outage is no fault of the file, however long it lasts.
                failures += await self._rpc.is_answered(self._live.telegram.probe_seconds)
                if failures < ATTEMPTS:
                    await asyncio.sleep(FIRST_RETRY_SECONDS * 2 ** (failures - 1))
        raise FetchFailed

    async def _current_document(self, key: JobKey) -> raw.types.Document:
        if not is_in_bots_chat(key):
            raise FetchFailed("what came by this door can't be read again")
        try:
            message = await self._reader.recording_message(key)
        except (RPCError, OSError) as error:
            raise FetchFailed("the message can't be read any more") from error
        document = None if message is None else document_of(message)
        if document is None and message is not None and has_expired(message):
            raise MediaExpired
        if document is None:
            raise FetchFailed("the message was deleted")
        return document

    async def _download(self, document: raw.types.Document, path: Path) -> None:
        """Raises RPCError, OSError (ShortReadError when the length is not the declared one)."""
        written = 0
        async with aclosing(self._chunks(document)) as chunks:
            async for chunk in chunks:
                await in_thread(partial(_write, path, chunk, mode="r+b" if written else "wb"))
                written += len(chunk)
                if written > document.size:
                    break
        # The client ends a short read as if it were a success.
        if written != document.size:
            raise ShortReadError(f"expected {document.size} bytes, got {written}")

    def _chunks(self, document: raw.types.Document) -> AsyncGenerator[bytes, None]:
        file_id = FileId(
            file_type=FileType.DOCUMENT,
            dc_id=document.dc_id,
            media_id=document.id,
            access_hash=document.access_hash,
            file_reference=document.file_reference,
        )
        chunks: AsyncGenerator[bytes, None] = self._client.get_file(file_id, document.size)
        return chunks


def _write(path: Path, chunk: bytes, mode: str) -> None:
    """Append to the file, which is made with the mode `wb` only."""
    with path.open(mode) as file:
        file.seek(0, os.SEEK_END)
        file.write(chunk)
