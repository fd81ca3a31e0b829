"""Encrypted sessions: message keys, salts, message ids, sequence numbers, containers and acknowledgements.

A session lives as long as its authorization key: a client that reconnects with the same session id continues it on
another connection, so what the server knows of it (its sequence, whether it listens to updates) stays.
"""

from __future__ import annotations

import os
import secrets
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from hashlib import sha1, sha256
from io import BytesIO
from typing import Any

from pyrogram.crypto import aes, mtproto
from pyrogram.raw import types
from pyrogram.raw.core import Long, Message, MsgContainer, TLObject

from .transport import AbridgedTransport

# Where the message key's secret part starts in the authorization key, by direction.
FROM_CLIENT, FROM_SERVER = 88, 96
TOO_OLD_SECONDS, TOO_NEW_SECONDS = 300, 30
CLOCK_STEP_SECONDS = 10
CODE_TOO_OLD, CODE_TOO_NEW, CODE_BAD_SALT = 16, 17, 48


class ProtocolError(Exception):
    """A packet no honest client sends; the connection is closed."""


class MessageIds:
    """The server's message ids: its clock, always growing, with the low bits telling answers from announcements."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._last = 0

    def next(self, *, answer: bool) -> int:
        now = int(self._clock() * 2**32) & ~3
        # A clock that was set back a little is waited for; one that was set back a lot is followed.
        behind = self._last + 4 - now
        self._last = self._last + 4 if 0 < behind < CLOCK_STEP_SECONDS * 2**32 else now
        return self._last | (1 if answer else 3)


@dataclass(slots=True, eq=False)
class AuthKey:
    """A key agreed on with one data centre, and the account that signed in with it."""

    data: bytes
    dc: int
    user_id: int | None = None
    salt: int = field(default_factory=lambda: secrets.randbits(62))
    sessions: dict[bytes, Session] = field(default_factory=dict)

    @property
    def id(self) -> bytes:
        return sha1(self.data).digest()[-8:]


@dataclass(frozen=True, slots=True)
class Packet:
    """A decrypted packet of a client."""

    salt: int
    session_id: bytes
    message: Message


def open_packet(key: AuthKey, packet: bytes) -> Packet:
    """Decrypt and check one packet: key id (8), message key (16), encrypted data."""
    message_key = packet[8:24]
    plain = aes.ige256_decrypt(packet[24:], *mtproto.kdf(key.data, message_key, True))
    if _message_key(key, plain, FROM_CLIENT) != message_key:
        raise ProtocolError("wrong message key")
    body = BytesIO(plain)
    salt, session_id = int.from_bytes(body.read(8), "little"), body.read(8)
    try:
        return Packet(salt, session_id, Message.read(body))
    except KeyError as error:
        raise ProtocolError("unknown constructor") from error


def seal_packet(key: AuthKey, session_id: bytes, message: Message) -> bytes:
    """Encrypt one message for a client."""
    plain = bytes(Long(key.salt)) + session_id + message.write()
    plain += os.urandom(12 + -(len(plain) + 12) % 16)
    message_key = _message_key(key, plain, FROM_SERVER)
    encrypted: bytes = aes.ige256_encrypt(plain, *mtproto.kdf(key.data, message_key, False))
    return key.id + message_key + encrypted


def _message_key(key: AuthKey, plain: bytes, direction: int) -> bytes:
    return sha256(key.data[direction : direction + 32] + plain).digest()[8:24]


class Session:
    """One session of a client, over whichever connection it uses now."""

    def __init__(self, key: AuthKey, session_id: bytes, clock: Callable[[], float], ids: MessageIds) -> None:
        self.key = key
        self.id = session_id
        self.transport: AbridgedTransport | None = None
        #: It asked for something of the account's, so it is told what happens.
        self.listens = False
        #: It moves files; such sessions are told nothing unless a fault says otherwise.
        self.moves_files = False
        self.unacknowledged: set[int] = set()
        self._clock = clock
        self._ids = ids
        self._content_sent = 0
        self._greeted = False

    def attach(self, transport: AbridgedTransport) -> None:
        """Continue on this connection; a new connection is greeted anew."""
        if transport is not self.transport:
            self.transport, self._greeted = transport, False

    def detach(self, transport: AbridgedTransport) -> None:
        if self.transport is transport:
            self.transport = None

    def accept(self, packet: Packet) -> Iterator[Message]:
        """The messages of a packet that are to be performed; the others are answered here."""
        message = packet.message
        if self._complains_about_time(message) or self._complains_about_salt(message, packet.salt):
            return
        if not self._greeted:
            # Only after those checks: a client syncs its clock on the first message it gets with seq_no 0.
            self._greeted = True
            self._greet(message.msg_id)
        inner = message.body.messages if isinstance(message.body, MsgContainer) else [message]
        for item in inner:
            if isinstance(item.body, types.MsgsAck):
                self.unacknowledged.difference_update(item.body.msg_ids)
            else:
                yield item

    def send(self, body: TLObject[Any], *, answer: bool, content: bool = True) -> None:
        """Send one message; with no connection it is lost, and the client has to ask."""
        if self.transport is None:
            return
        message_id = self._ids.next(answer=answer)
        sequence = self._content_sent * 2 + int(content)
        if content:
            self._content_sent += 1
            self.unacknowledged.add(message_id)
        serialised = Raw(body.write())
        message = Message(serialised, message_id, sequence, len(serialised))
        self.transport.send(seal_packet(self.key, self.id, message))

    def _complains_about_time(self, message: Message) -> bool:
        ahead = message.msg_id / 2**32 - self._clock()
        if -TOO_OLD_SECONDS < ahead < TOO_NEW_SECONDS:
            return False
        code = CODE_TOO_OLD if ahead < 0 else CODE_TOO_NEW
        complaint = types.BadMsgNotification(bad_msg_id=message.msg_id, bad_msg_seqno=message.seq_no, error_code=code)
        self.send(complaint, answer=True, content=False)
        return True

    def _complains_about_salt(self, message: Message, salt: int) -> bool:
        if salt == self.key.salt:
            return False
        complaint = types.BadServerSalt(
            bad_msg_id=message.msg_id,
            bad_msg_seqno=message.seq_no,
            error_code=CODE_BAD_SALT,
            new_server_salt=self.key.salt,
        )
        self.send(complaint, answer=True, content=False)
        return True

    def _greet(self, first_message_id: int) -> None:
        greeting = types.NewSessionCreated(
            first_msg_id=first_message_id, unique_id=secrets.randbits(62), server_salt=self.key.salt
        )
        self.send(greeting, answer=False)


class Raw(TLObject[Any]):  # type: ignore[misc, unused-ignore]  # Pyrogram is untyped
    """Bytes that are serialised already: a message's length is needed before it is written, and writing is slow."""

    def __init__(self, data: bytes) -> None:
        self._data = data

    def write(self, *_: Any) -> bytes:
        return self._data
