"""The Pyrogram client as voicepipe uses it: a bot's session on the configured server, its updates given to us raw."""

from __future__ import annotations

import asyncio
import base64
import binascii
import time
from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime
from hashlib import sha1
from pathlib import Path
from typing import Any

from pyrogram import Client, raw
from pyrogram.connection import Connection
from pyrogram.crypto import rsa
from pyrogram.errors import RPCError
from pyrogram.raw.core import Bytes
from pyrogram.session import Session

from voicepipe.config import TelegramConfig
from voicepipe.errors import ConfigError
from voicepipe.telegram.session.storage import SESSION_NAME, SessionStorage, forget_session

OnUpdates = Callable[[raw.base.Updates], Awaitable[None]]

KEY_NOT_FOUND = (-404).to_bytes(4, "little", signed=True)
"""The transport error of a server that does not know our key: core.telegram.org/mtproto/mtproto-transports"""


class BotClient(Client):  # type: ignore[misc]  # Pyrogram is untyped
    """A client that hands every update to `on_updates` instead of Pyrogram's dispatcher.

    The dispatcher would parse each message into objects we don't need and forgets what it has not handled when the
    process ends; ours are journaled first. Must be made inside the running event loop.
    """

    def __init__(self, config: TelegramConfig, session_dir: Path, on_updates: OnUpdates) -> None:
        self.on_updates = on_updates
        self.key_lost = asyncio.Event()
        """Set when the server says that it does not know our key; the client itself would wait for ever."""
        self.packets_received = 0
        super().__init__(
            SESSION_NAME,
            api_id=config.api_id,
            api_hash=config.api_hash.get_secret_value(),
            bot_token=config.bot_token.get_secret_value(),
            storage_engine=SessionStorage(session_dir),
            connection_factory=self._connection_factory(config.servers),
            workers=1,
            skip_updates=True,
            sleep_threshold=0,
            max_concurrent_transmissions=config.fetch_concurrency,
            max_message_cache_size=1,
            max_topic_cache_size=1,
            fetch_replies=False,
            fetch_topics=False,
            fetch_stories=False,
            fetch_stickers=False,
        )
        self.disconnect_handler = _give_up_waiting

    def _connection_factory(self, servers: Mapping[int, tuple[str, int]]) -> Callable[..., Connection]:
        """Pyrogram's connections, dialling the configured servers instead of the built-in addresses.

        The address must be given at every connection: the stored session keeps Telegram's own.
        """

        def connect(**arguments: Any) -> Connection:
            if servers:
                address = servers.get(arguments["dc_id"], next(iter(servers.values())))
                arguments["server_address"], arguments["port"] = address
            return _WatchedConnection(self, **arguments)

        return connect

    @property
    def clock_skew_seconds(self) -> float:
        """How far this machine's clock is behind Telegram's, as measured in the session so far."""
        return float(self.server_time) - time.time()

    async def handle_updates(self, updates: raw.base.Updates) -> None:
        self.last_update_time = datetime.now()  # naive, as the client's own watchdog compares it
        await self.fetch_peers(getattr(updates, "users", []))
        await self.fetch_peers(getattr(updates, "chats", []))
        await self.on_updates(updates)


class _WatchedConnection(Connection):  # type: ignore[misc]
    """A connection that tells the client of what comes in, also of what the session then discards."""

    def __init__(self, client: BotClient, **arguments: Any) -> None:
        super().__init__(**arguments)
        self._client = client

    async def recv(self) -> bytes | None:
        packet: bytes | None = await super().recv()
        if packet == KEY_NOT_FOUND:
            self._client.key_lost.set()
        elif packet:
            self._client.packets_received += 1
        return packet


def keep_unknown_errors_off_disk() -> None:
    """Stop the client from appending each error it has no name for to a file in the current directory.

    It does so while it makes the exception, so that a directory that can't be written would replace Telegram's answer
    by an OSError.
    """
    make = RPCError.__init__

    def make_without_file(
        error: RPCError, value: Any = None, rpc_name: Any = None, is_unknown: bool = False, is_signed: bool = False
    ) -> None:
        make(error, value, rpc_name, False, is_signed)

    RPCError.__init__ = make_without_file


keep_unknown_errors_off_disk()


async def _give_up_waiting(_: Client, session: Session) -> None:
    """Fail the requests that a lost connection has left without an answer, to be repeated on the next one.

    The session would let each wait for its time-out first.
    """
    for result in session.results.values():
        result.event.set()


def forget_session_of_another_bot(config: TelegramConfig, session_dir: Path) -> None:
    """Remove a stored session that belongs to another token's bot, so that a changed token is really used."""
    path = session_dir / f"{SESSION_NAME}.owner"
    owner = str(config.bot_id)
    if path.exists():
        if path.read_text() == owner:
            return
        forget_session(session_dir)
    path.write_text(owner)


def trust_server_key(pem: str) -> None:
    """Make this process accept the MTProto server whose RSA public key (PKCS#1 PEM) this is, and no other.

    Raises ConfigError.
    """
    modulus, exponent = _read_rsa_public_key(pem)
    # A key's fingerprint is the low 64 bits of the SHA-1 of its TL form: core.telegram.org/mtproto/auth_key
    fields = [number.to_bytes((number.bit_length() + 7) // 8, "big") for number in (modulus, exponent)]
    digest = sha1(b"".join(bytes(Bytes(field)) for field in fields)).digest()
    rsa.server_public_keys.clear()
    rsa.server_public_keys[int.from_bytes(digest[-8:], "little", signed=True)] = rsa.PublicKey(modulus, exponent)


def _read_rsa_public_key(pem: str) -> tuple[int, int]:
    """Modulus and exponent out of the DER inside a PKCS#1 PEM: a sequence of two integers (RFC 8017, A.1.1)."""
    lines = [line.strip() for line in pem.strip().splitlines()]
    if len(lines) < 3 or lines[0] != "-----BEGIN RSA PUBLIC KEY-----":
        raise ConfigError("[telegram] server_key is no PKCS#1 key: expected a PEM with BEGIN RSA PUBLIC KEY")
    try:
        der = base64.b64decode("".join(lines[1:-1]), validate=True)
        content, _ = _read_der_value(der, 0x30)
        modulus, rest = _read_der_value(content, 0x02)
        exponent, _ = _read_der_value(rest, 0x02)
    except (ValueError, IndexError, binascii.Error) as error:
        raise ConfigError("[telegram] server_key is damaged: copy the PEM again, whole") from error
    return int.from_bytes(modulus, "big"), int.from_bytes(exponent, "big")


def _read_der_value(data: bytes, tag: int) -> tuple[bytes, bytes]:
    """The content of the DER value that `data` begins with, and what follows it. Raises ValueError, IndexError."""
    if data[0] != tag:
        raise ValueError(f"expected DER tag {tag:#x}, found {data[0]:#x}")
    length, start = data[1], 2
    if length & 0x80:
        start += length & 0x7F
        length = int.from_bytes(data[2:start], "big")
    if len(data) < start + length:
        raise ValueError("the DER value is cut short")
    return data[start : start + length], data[start + length :]
