"""systemd's journal, spoken to by its own protocol: an entry is one datagram of fields.

https://systemd.io/JOURNAL_NATIVE_PROTOCOL
"""

from __future__ import annotations

import os
import socket
import struct
from collections.abc import Mapping
from contextlib import suppress
from typing import TextIO

SOCKET = "/run/systemd/journal/socket"
PRIORITIES = {"debug": 7, "info": 6, "warning": 4, "error": 3, "critical": 2}
"""The journal's numbers for severities."""


def is_journal(stream: TextIO) -> bool:
    """Whether systemd's journal reads the stream: the variable alone may be inherited by a redirected process."""
    with suppress(OSError, ValueError):  # no file behind the stream
        status = os.fstat(stream.fileno())
        return os.environ.get("JOURNAL_STREAM") == f"{status.st_dev}:{status.st_ino}"
    return False


class Journal:
    """Sends entries to the journal."""

    def __init__(self, path: str = SOCKET) -> None:
        """Raises OSError when nobody listens there."""
        self._socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM | socket.SOCK_CLOEXEC)
        try:
            self._socket.connect(path)
        except OSError:
            self._socket.close()
            raise
        self._socket.setblocking(False)

    def close(self) -> None:
        """Whatever is sent afterwards is not taken."""
        self._socket.close()

    def send(self, message: str, severity: str, facts: Mapping[str, object]) -> bool:
        """Send an entry, with a field for each fact; whether it was taken. It is not waited for."""
        fields = {
            "MESSAGE": message,
            "PRIORITY": PRIORITIES.get(severity, 6),
            "SYSLOG_IDENTIFIER": "voicepipe",
            **{f"VOICEPIPE_{name.upper()}": value for name, value in facts.items() if value is not None},
        }
        with suppress(OSError):
            self._socket.send(b"".join(_field(name, str(value)) for name, value in fields.items()))
            return True
        return False


def _field(name: str, value: str) -> bytes:
    """A value of several lines has its length before it."""
    data = value.encode("utf-8", "backslashreplace")
    if b"\n" in data:
        return name.encode() + b"\n" + struct.pack("<Q", len(data)) + data + b"\n"
    return name.encode() + b"=" + data + b"\n"
