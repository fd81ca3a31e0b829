"""The HTTP server for whoever looks at the service: what it answers, and that nobody can hold it up."""

from __future__ import annotations

import asyncio
import contextlib
import socket
import stat
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from tests.support.monitor import Page, fetch
from voicepipe.config.kinds import Listening
from voicepipe.errors import ConfigError, SocketUnavailable
from voicepipe.events import BackgroundError, Event, Events
from voicepipe.monitoring import http
from voicepipe.monitoring.http import MOST_CONNECTIONS, MOST_HEAD_BYTES, Answer, HttpServer, Question

LOOPBACK = Listening(host="127.0.0.1", port=0)
GET = b"GET /here HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n"


async def answer(question: Question) -> Answer:
    match question.path:
        case "/defect":
            raise RuntimeError
        case "/late":
            await asyncio.sleep(60)
        case "/long":
            return Answer(200, b"x" * 20_000_000)
    return Answer(200, f"{question.path} {question.accepts}".encode())


@asynccontextmanager
async def serving(listening: Listening = LOOPBACK) -> AsyncIterator[tuple[HttpServer, list[Event]]]:
    events, told = Events(), list[Event]()
    events.subscribe(told.append)
    server = HttpServer(listening, answer, events)
    await server.start()
    try:
        yield server, told
    finally:
        await server.stop(0.0)


async def ask(at: int | Path, path: str, method: str = "GET", **headers: str) -> Page:
    return await asyncio.to_thread(fetch, at, path, method, headers)


async def raw(port: int, request: bytes) -> bytes:
    """All that comes back."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(request)
    try:
        async with asyncio.timeout(20):
            return await reader.read()
    except ConnectionResetError:
        return b""
    finally:
        writer.close()


async def test_what_is_asked_is_answered_and_kept_by_nobody() -> None:
    async with serving() as (server, _):
        page = await ask(server.port, "/here?who=1", Accept="text/plain")
        assert (page.status, page.text) == (200, "/here text/plain")
        assert page.headers["Cache-Control"] == "no-store"
        assert page.headers["Content-Security-Policy"] == "default-src 'none'"
        head = await ask(server.port, "/here", "HEAD")
        assert (head.status, head.text, head.headers["Content-Length"]) == (200, "", "6")


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "OPTIONS"])
async def test_nothing_can_be_changed(method: str) -> None:
    async with serving() as (server, _):
        assert (await ask(server.port, "/here", method)).status == 405


@pytest.mark.parametrize(
    ("host", "status"),
    [
        ("localhost:9464", 200),
        ("127.0.0.1", 200),
        ("127.0.0.2:80", 200),
        ("[::1]:9464", 200),
        ("[::1]", 200),
        ("evil.example", 421),
        ("127.0.0.1.evil.example:80", 421),
        ("10.0.0.1", 421),
        ("", 421),
    ],
)
async def test_who_comes_by_the_name_of_another_machine_is_told_nothing(host: str, status: int) -> None:
    """A page in a browser could else read it, by a name that it has given this machine's address."""
    async with serving() as (server, _):
        assert (await ask(server.port, "/here", Host=host)).status == status


@pytest.mark.parametrize(
    "request_bytes",
    [
        b"\x16\x03\x01\x02\x00\x01",
        b"hello\r\n\r\n",
        b"GET / HTTP/1.1\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n",
        b"GET /\x00 HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n",
        b"GET /" + b"x" * 2 * MOST_HEAD_BYTES + b" HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\n" + b"A: b\r\n" * MOST_HEAD_BYTES,
    ],
)
async def test_what_is_no_request_ends_the_connection(request_bytes: bytes) -> None:
    async with serving() as (server, told):
        assert await raw(server.port, request_bytes) == b""
        assert (await ask(server.port, "/here")).status == 200
        assert told == []


async def test_a_defect_ends_one_connection_only() -> None:
    async with serving() as (server, told):
        assert await raw(server.port, GET.replace(b"/here", b"/defect")) == b""
        assert told == [BackgroundError("monitoring connection", "RuntimeError")]
        assert (await ask(server.port, "/here")).status == 200


async def test_an_answer_that_takes_too_long_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(http, "ANSWER_SECONDS", 0.1)
    async with serving() as (server, _):
        page = await ask(server.port, "/late")
        assert (page.status, page.text) == (503, "It took too long\n")


@pytest.mark.parametrize("sent", [b"", GET[:20], GET.replace(b"/here", b"/long")])
async def test_who_says_nothing_or_takes_nothing_is_cut_off(sent: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(http, "REQUEST_SECONDS", 0.3)
    async with serving() as (server, told):
        with socket.create_connection(("127.0.0.1", server.port)) as peer:
            peer.sendall(sent)
            await asyncio.sleep(1.0)
            peer.settimeout(5)
            with contextlib.suppress(ConnectionResetError):  # an orderly end will do as well
                while peer.recv(1 << 20):
                    pass
        assert told == []


async def test_a_crowd_is_turned_away_and_holds_nobody_up_for_long(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(http, "REQUEST_SECONDS", 1.0)
    async with serving() as (server, _):
        crowd = [await asyncio.open_connection("127.0.0.1", server.port) for _ in range(MOST_CONNECTIONS)]
        assert await raw(server.port, GET) == b""
        await asyncio.sleep(1.5)
        assert b"200 OK" in await raw(server.port, GET)
        for _, writer in crowd:
            writer.close()


async def test_it_listens_on_ipv6_as_well() -> None:
    try:
        socket.create_server(("::1", 0), family=socket.AF_INET6).close()
    except OSError:
        pytest.skip("this machine has no IPv6")
    async with serving(Listening(host="::1", port=0)) as (server, _):
        reader, writer = await asyncio.open_connection("::1", server.port)
        writer.write(GET.replace(b"127.0.0.1", b"[::1]"))
        assert b"200 OK" in await reader.read()
        writer.close()


async def test_on_a_unix_socket_any_name_will_do_and_only_the_group_may_ask(tmp_path: Path) -> None:
    path = tmp_path / "monitoring.sock"
    async with serving(Listening(path=path)) as (server, _):
        assert server.port == 0
        assert stat.S_IMODE(path.stat().st_mode) == 0o660
        page = await ask(path, "/here", Host="monitoring.example")
        assert (page.status, page.text) == (200, "/here ")
    assert not path.exists()


async def test_a_socket_that_a_killed_service_left_is_taken_over(tmp_path: Path) -> None:
    path = tmp_path / "monitoring.sock"
    with socket.socket(socket.AF_UNIX) as left:
        left.bind(str(path))
    async with serving(Listening(path=path)):
        assert (await ask(path, "/here")).status == 200


async def test_a_place_that_is_taken_is_an_error_that_says_so(tmp_path: Path) -> None:
    async with serving() as (server, _):
        with pytest.raises(SocketUnavailable, match=rf"127\.0\.0\.1 port {server.port}.*change \[monitoring\] listen"):
            async with serving(Listening(host="127.0.0.1", port=server.port)):
                pass
    path = tmp_path / "x"
    path.write_text("precious")
    with pytest.raises(SocketUnavailable, match="another kind of file"):
        async with serving(Listening(path=path)):
            pass
    assert path.read_text() == "precious"
    with pytest.raises(ConfigError, match=r"set \[monitoring\] listen to a shorter one"):
        async with serving(Listening(path=tmp_path / ("x" * 120))):
            pass
    with pytest.raises(SocketUnavailable, match="can't be made"):
        async with serving(Listening(path=tmp_path / "nowhere" / "x")):
            pass
