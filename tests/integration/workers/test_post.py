"""The connection to the message server: TLS, whom it trusts, and what it takes without the extra."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.support.remote import MessageServer, make_certificate
from tests.support.waiting import until
from voicepipe.errors import ConfigError
from voicepipe.wire.post import Address, Post
from voicepipe.wire.remote import ALL_HOSTS, HOME, to_home, to_host


@pytest.fixture
def certificate(tmp_path: Path) -> Path:
    """Of the server, and its own authority."""
    return make_certificate(tmp_path, "DNS:localhost,IP:127.0.0.1")


@pytest.fixture
async def server(tmp_path: Path, certificate: Path) -> AsyncIterator[MessageServer]:
    server = MessageServer(tmp_path, certificate=certificate)
    server.permit(["ant"])
    async with server:
        yield server


async def test_home_and_host_hear_each_other_over_tls(server: MessageServer, certificate: Path) -> None:
    at_home: list[tuple[str, bytes]] = []
    away: list[tuple[str, bytes]] = []
    home = post(server, HOME, ALL_HOSTS, at_home, certificate)
    ant = post(server, "ant", to_host("ant"), away, certificate)
    for each in (home, ant):
        await each.start()
    await until(lambda: home.is_up and ant.is_up)
    home.send(to_host("ant"), b"\0" * 960_000)
    ant.send(to_home("ant"), b"heard")
    await until(lambda: at_home == [("voicepipe.home.ant", b"heard")] and len(away) == 1)
    for each in (home, ant):
        await each.stop(1.0)


async def test_a_server_that_nobody_has_vouched_for_is_not_spoken_to(server: MessageServer) -> None:
    home = post(server, HOME, ALL_HOSTS, [], None)
    await home.start()
    await until(lambda: "certificate" in home.trouble.lower())
    assert not home.is_up
    await home.stop(0.0)


def post(server: MessageServer, name: str, subject: str, heard: list[tuple[str, bytes]], ca: Path | None) -> Post:
    address = Address(str(server), server.credentials(name), ca)
    return Post(address, name, subject, hear=lambda where, data: heard.append((where, data)), on_change=lambda *_: None)


@pytest.mark.parametrize(
    ("credentials", "ca", "words"),
    [
        ("missing", None, "can't be read"),
        ("no key", None, "neither an nkey's seed"),
        (None, "no key", "no certificate"),
    ],
)
async def test_what_can_never_do_is_said_at_once(
    tmp_path: Path, credentials: str | None, ca: str | None, words: str
) -> None:
    (tmp_path / "no key").write_text("nothing of the kind")
    address = Address("tls://localhost:4222", credentials and tmp_path / credentials, ca and tmp_path / ca)  # type: ignore[arg-type]  # "" stands for none
    with pytest.raises(ConfigError, match=words):
        await Post(address, HOME, ALL_HOSTS, hear=lambda *_: None, on_change=lambda *_: None).start()


WITHOUT = """
import asyncio, sys
sys.modules["nats"] = sys.modules["nkeys"] = None
import voicepipe.service, voicepipe.cli.commands
assert not [name for name in sys.modules if name.startswith(("voicepipe.workers.remote.", "voicepipe.outpost", "ssl_"))]
assert "voicepipe.wire.post" not in sys.modules
from voicepipe.config import Config
assert voicepipe.service._fleet(Config(), None, None, None, None) is None
from voicepipe.errors import ConfigError
from voicepipe.wire.post import Address, Post

async def start():
    try:
        await Post(Address("tls://home:4222", None, None), "home", "x", hear=print, on_change=print).start()
    except ConfigError as error:
        assert "scripts/setup remote" in str(error)
        return
    raise AssertionError

asyncio.run(start())
"""


def test_without_the_extra_nothing_is_imported_and_who_asks_for_it_is_told() -> None:
    done = subprocess.run([sys.executable, "-c", WITHOUT], capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stderr
