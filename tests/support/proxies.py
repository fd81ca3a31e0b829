"""Proxies on loopback that want a user and a password: SOCKS5 and HTTP."""

from __future__ import annotations

import asyncio
import base64
import socket
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field

USER, PASSWORD = "an@na", "p:ss/word"
"""With signs that mean something in an address."""
LOGIN = "an%40na:p%3Ass%2Fword"
Streams = tuple[asyncio.StreamReader, asyncio.StreamWriter]


class Refused(Exception):
    """Whoever asks is not let through."""


@dataclass(slots=True)
class Proxy:
    """A proxy that is running."""

    scheme: str
    port: int = 0
    reached: list[tuple[str, int]] = field(default_factory=list)
    """Where it has let somebody through to."""
    refused: int = 0

    def address(self, login: str = f"{LOGIN}@") -> str:
        return f"{self.scheme}://{login}127.0.0.1:{self.port}"


@asynccontextmanager
async def running_proxy(scheme: str) -> AsyncIterator[Proxy]:
    """`scheme` is socks5 or http."""
    proxy = Proxy(scheme)
    greet = {"socks5": _greet_socks, "http": _greet_http}[scheme]
    under_way: set[asyncio.Task[None]] = set()

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        under_way.add(task)
        with suppress(OSError, asyncio.IncompleteReadError):
            await _serve(proxy, greet, (reader, writer))
        writer.close()
        under_way.discard(task)

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    proxy.port = server.sockets[0].getsockname()[1]
    try:
        yield proxy
    finally:
        server.close()
        for task in list(under_way):
            task.cancel()
        await asyncio.gather(*under_way, return_exceptions=True)


async def _serve(proxy: Proxy, greet: Callable[[Streams], Awaitable[tuple[str, int]]], near: Streams) -> None:
    try:
        host, port = await greet(near)
    except Refused:
        proxy.refused += 1
        return
    far = await asyncio.open_connection(host, port)
    proxy.reached.append((host, port))
    near[1].write(
        b"\5\0\0\1\0\0\0\0\0\0" if proxy.scheme == "socks5" else b"HTTP/1.1 200 Connection established\r\n\r\n"
    )
    await asyncio.gather(_pump(near[0], far[1]), _pump(far[0], near[1]))


async def _pump(source: asyncio.StreamReader, target: asyncio.StreamWriter) -> None:
    with suppress(OSError):
        while data := await source.read(65536):
            target.write(data)
            await target.drain()
    target.close()


async def _greet_socks(near: Streams) -> tuple[str, int]:
    """RFC 1928, with the sign-in of RFC 1929."""
    reader, writer = near
    _, count = await reader.readexactly(2)
    methods = await reader.readexactly(count)
    if 2 not in methods:
        writer.write(b"\5\xff")
        raise Refused
    writer.write(b"\5\2")
    await reader.readexactly(1)
    user = (await reader.readexactly((await reader.readexactly(1))[0])).decode()
    password = (await reader.readexactly((await reader.readexactly(1))[0])).decode()
    if (user, password) != (USER, PASSWORD):
        writer.write(b"\1\1")
        raise Refused
    writer.write(b"\1\0")
    _, _, _, kind = await reader.readexactly(4)
    if kind == 3:
        host = (await reader.readexactly((await reader.readexactly(1))[0])).decode()
    else:
        family, size = (socket.AF_INET, 4) if kind == 1 else (socket.AF_INET6, 16)
        host = socket.inet_ntop(family, await reader.readexactly(size))
    return host, int.from_bytes(await reader.readexactly(2), "big")


async def _greet_http(near: Streams) -> tuple[str, int]:
    """RFC 9110, section 9.3.6, with Basic authentication."""
    reader, writer = near
    head = (await reader.readuntil(b"\r\n\r\n")).decode()
    wanted = base64.b64encode(f"{USER}:{PASSWORD}".encode()).decode()
    if f"proxy-authorization: basic {wanted}".lower() not in head.lower():
        writer.write(b'HTTP/1.1 407 Proxy Authentication Required\r\nProxy-Authenticate: Basic realm="proxy"\r\n\r\n')
        raise Refused
    host, _, port = head.split()[1].rpartition(":")
    return host.strip("[]"), int(port)
