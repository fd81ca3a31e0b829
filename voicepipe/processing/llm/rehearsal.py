"""A conversation with a model that is not there: what the client loads late is loaded before the process is shut in."""

from __future__ import annotations

import contextlib
import socket
import threading
import time
from dataclasses import replace
from typing import TYPE_CHECKING

from voicepipe.processing.llm.client import Client, DoesNotFit, Unavailable

if TYPE_CHECKING:
    from voicepipe.processing.messages import Model

_CHUNK = (
    b'data: {"id":"1","object":"chat.completion.chunk","created":1,"model":"m","choices":[{"index":0,"delta":'
    b'{"role":"assistant","content":"Yes."},"finish_reason":"stop"}],"usage":{"prompt_tokens":1,'
    b'"completion_tokens":1,"total_tokens":2}}\n\ndata: [DONE]\n\n'
)
_ANSWERS = (
    b"HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\nconnection: close\r\n\r\n" + _CHUNK,
    b"HTTP/1.1 429 Too Many\r\ncontent-type: application/json\r\nretry-after: 0\r\nconnection: close\r\n\r\n{}",
    b"HTTP/1.1 400 Bad\r\ncontent-type: application/json\r\nconnection: close\r\n\r\n"
    b'{"error":{"message":"no","code":"no"}}',
    b"nonsense\r\n\r\n",
)


def rehearse(model: Model) -> None:
    """Whole, refused, and broken off."""
    for answer in _ANSWERS:
        here, there = socket.socketpair()
        threading.Thread(target=_serve, args=(there, answer), daemon=True).start()
        plain = replace(model, endpoint="http://127.0.0.1:1/v1", attempts=1, timeout_seconds=5.0)
        client = Client(plain, lambda connection=here: connection)  # type: ignore[misc]  # a default in a lambda
        with contextlib.suppress(Unavailable, DoesNotFit):
            client.ask([{"role": "user", "content": "?"}], 10, time.monotonic() + 5, lambda text: None)


def _serve(connection: socket.socket, answer: bytes) -> None:
    with contextlib.suppress(OSError), connection:
        asked = b""
        while b"\r\n\r\n" not in asked or not asked.rstrip().endswith(b"}"):
            asked += connection.recv(65536)
        connection.sendall(answer)
