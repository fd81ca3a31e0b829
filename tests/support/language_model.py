"""A language model on loopback that speaks OpenAI's protocol, answers predictably, and misbehaves as it is told.

What it answers is made of what it was asked: a translation is the text in capitals, everything else a line with the
first words of the text. `faults` are met one after the other, each by one request; `always` by every one.
"""

from __future__ import annotations

import json
import re
import threading
import time
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

TEXT = re.compile(r"<transcript>\n(.*)\n</transcript>", re.DOTALL)


@dataclass(slots=True, kw_only=True)
class Reply:
    """How a request is answered."""

    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    text: str | None = None
    """None: what it usually says."""
    finish: str | None = "stop"
    prompt_tokens: int | None = None
    """None: about a third of the prompt's signs."""
    pause_seconds: float = 0.0
    """Before each piece."""
    pieces: int | None = None
    """After so many pieces the connection breaks."""
    raw: bytes | None = None
    """What is sent in the place of a stream."""
    is_endless: bool = False


class LanguageModel:
    """What it was asked, and how it is to behave."""

    def __init__(self) -> None:
        self.requests: list[dict[str, Any]] = []
        self.faults: deque[Reply] = deque()
        self.always: Callable[[dict[str, Any]], Reply] | None = None
        self.endpoint = ""

    @property
    def asked(self) -> list[str]:
        """The texts between the marks, request by request."""
        return [text_in(request) for request in self.requests]

    def forget(self) -> None:
        """Be as if nothing had been asked before."""
        self.requests.clear()
        self.faults.clear()
        self.always = None

    def reply_to(self, request: dict[str, Any]) -> Reply:
        self.requests.append(request)
        if self.faults:
            return self.faults.popleft()
        return Reply() if self.always is None else self.always(request)


def prompt_of(request: dict[str, Any]) -> str:
    return str(request["messages"][-1]["content"])


def text_in(request: dict[str, Any]) -> str:
    found = TEXT.search(prompt_of(request))
    assert found is not None, prompt_of(request)
    return found[1]


def usual(request: dict[str, Any]) -> str:
    """What it says."""
    text, prompt = text_in(request), prompt_of(request)
    if "ranslat" in prompt or "перевод" in prompt:
        return text.upper()
    words = " ".join(text.split()[:4])
    return f"- {words}" if "- " in prompt.partition("<transcript>")[0] else words


@contextmanager
def language_model() -> Iterator[LanguageModel]:
    """On a port that the system chooses."""
    model = LanguageModel()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def log_message(self, format: str, *arguments: Any) -> None:
            return

        def do_POST(self) -> None:
            request = json.loads(self.rfile.read(int(self.headers["content-length"])))
            try:
                self._answer(request, model.reply_to(request))
            except OSError:  # whoever asked has gone
                return
            finally:
                self.close_connection = True

        def _answer(self, request: dict[str, Any], reply: Reply) -> None:
            self.send_response(reply.status)
            kind = "text/event-stream" if reply.status == 200 else "application/json"
            for name, value in {"content-type": kind, "connection": "close", **reply.headers}.items():
                self.send_header(name, value)
            self.end_headers()
            if reply.status != 200 or reply.raw is not None:
                time.sleep(reply.pause_seconds)
                self.wfile.write(reply.raw or b'{"error": {"message": "no"}}')
                return
            text = usual(request) if reply.text is None else reply.text
            pieces = [text[at : at + 20] for at in range(0, len(text), 20)]
            while reply.is_endless:
                self._say(choice("again and again "))
            for piece in pieces[: reply.pieces]:
                time.sleep(reply.pause_seconds)
                self._say(choice(piece))
            if reply.pieces is None:
                tokens = sum(len(each["content"]) for each in request["messages"]) // 3
                self._say(
                    choice("", reply.finish) | usage(tokens if reply.prompt_tokens is None else reply.prompt_tokens)
                )
                self.wfile.write(b"data: [DONE]\n\n")

        def _say(self, chunk: dict[str, Any]) -> None:
            self.wfile.write(f"data: {json.dumps(chunk)}\n\n".encode())
            self.wfile.flush()

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    model.endpoint = f"http://127.0.0.1:{server.server_port}/v1"
    try:
        yield model
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def choice(text: str, finish: str | None = None) -> dict[str, Any]:
    delta = {"role": "assistant", "content": text}
    return {
        "id": "1",
        "object": "chat.completion.chunk",
        "created": 1,
        "model": "loopback",
        "choices": [{"index": 0, "delta": delta, "finish_reason": finish}],
    }


def usage(tokens: int) -> dict[str, Any]:
    return {"usage": {"prompt_tokens": tokens, "completion_tokens": 1, "total_tokens": tokens + 1}}


@pytest.fixture(scope="module")
def running_model() -> Iterator[LanguageModel]:
    """One for the tests of a module."""
    with language_model() as model:
        yield model


@pytest.fixture
def model(running_model: LanguageModel) -> LanguageModel:
    """The same, as if nothing had been asked before."""
    running_model.forget()
    return running_model
