"""The way to Telegram by a proxy that wants a password, and what is said of a leg that fails."""

from __future__ import annotations

import asyncio
import socket
from pathlib import Path
from typing import Any

import pytest

from tests.support.proxies import running_proxy
from tests.support.settings import config
from tests.support.telegram import LoopbackTelegram
from voicepipe.config import TelegramConfig
from voicepipe.errors import TelegramUnavailable
from voicepipe.telegram import try_legs
from voicepipe.telegram.session.client import ADDRESSES_V4, ADDRESSES_V6, BotClient
from voicepipe.telegram.session.sign_in import sign_in

SCHEMES = ("socks5", "http")


async def ignore(_: object) -> None:
    pass


def settings(telegram: LoopbackTelegram, **changed: Any) -> TelegramConfig:
    plain = {
        "api_id": 1,
        "api_hash": "0" * 32,
        "bot_token": telegram.bot_token,
        "server": telegram.address_setting,
        "server_key": telegram.public_key_pem,
    }
    return config(telegram=plain | changed).telegram


@pytest.mark.parametrize("scheme", SCHEMES)
async def test_the_bot_signs_in_by_way_of_a_proxy(scheme: str, tmp_path: Path) -> None:
    async with LoopbackTelegram() as telegram, running_proxy(scheme) as proxy:
        chosen = settings(telegram, proxy=proxy.address())
        assert f"answers through the proxy 127.0.0.1:{proxy.port}" in await try_legs(chosen)
        client = await sign_in(chosen, tmp_path, ignore)
        await client.disconnect_all()
        assert telegram.calls_of("auth.ImportBotAuthorization")
        assert proxy.reached
        assert set(proxy.reached) <= set(chosen.servers.values())


@pytest.mark.parametrize("scheme", SCHEMES)
@pytest.mark.parametrize("login", ["", "anna:wrong@"])
async def test_a_proxy_that_refuses_is_named_and_so_is_what_to_do(scheme: str, login: str, tmp_path: Path) -> None:
    async with LoopbackTelegram() as telegram, running_proxy(scheme) as proxy:
        chosen = settings(telegram, proxy=proxy.address(login))
        with pytest.raises(
            TelegramUnavailable, match=rf"The proxy 127\.0\.0\.1:{proxy.port} refuses: .*user and password"
        ):
            await try_legs(chosen)
        with pytest.raises(TelegramUnavailable, match=r"through the proxy 127\.0\.0\.1 \(the proxy refuses"):
            await sign_in(chosen, tmp_path, ignore)
        assert proxy.refused >= 2
        assert not telegram.calls


def free_port() -> int:
    with socket.socket() as server:
        server.bind(("127.0.0.1", 0))
        return int(server.getsockname()[1])


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"proxy": "socks5://proxy.invalid:1080"}, r"The name proxy\.invalid \(the proxy\) is not found"),
        ({"server": "telegram.invalid:443"}, r"The name telegram\.invalid \(Telegram\) is not found"),
        ({"server": "127.0.0.1:CLOSED"}, "Telegram can't be reached at 127.0.0.1 port CLOSED: "),
        ({"proxy": "http://127.0.0.1:CLOSED"}, "The proxy can't be reached at 127.0.0.1 port CLOSED: "),
    ],
)
async def test_the_leg_that_fails_is_named(changes: dict[str, str], said: str) -> None:
    closed = str(free_port())
    async with LoopbackTelegram() as telegram:
        chosen = settings(telegram, **{name: value.replace("CLOSED", closed) for name, value in changes.items()})
        with pytest.raises(TelegramUnavailable, match=said.replace("CLOSED", closed)):
            await try_legs(chosen)


@pytest.mark.parametrize("scheme", SCHEMES)
async def test_what_is_behind_the_proxy_and_does_not_answer(scheme: str) -> None:
    async with LoopbackTelegram() as telegram, running_proxy(scheme) as proxy:
        chosen = settings(telegram, proxy=proxy.address(), server=f"127.0.0.1:{free_port()}")
        with pytest.raises(TelegramUnavailable, match=r"^The proxy "):
            await try_legs(chosen)


async def test_an_mtproxy_is_dialled_itself() -> None:
    server = await asyncio.start_server(lambda _, writer: writer.close(), "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    link = f"tg://proxy?server=127.0.0.1&port={port}&secret=dd{'0f' * 16}"
    async with LoopbackTelegram() as telegram:
        assert await try_legs(settings(telegram, proxy=link)) == f"the MTProxy 127.0.0.1:{port} answers"
    server.close()


@pytest.mark.parametrize(("is_ipv6", "other"), [(True, ADDRESSES_V4), (False, ADDRESSES_V6)])
async def test_ipv6_holds_for_a_session_that_began_otherwise(
    is_ipv6: bool, other: dict[int, str], tmp_path: Path
) -> None:
    async with LoopbackTelegram() as telegram:
        client = BotClient(settings(telegram, server="", server_key="", ipv6=is_ipv6), tmp_path, ignore)
        wanted = ADDRESSES_V6 if is_ipv6 else ADDRESSES_V4
        for number, address in other.items():
            made = client.connection_factory(
                dc_id=number, server_address=address, port=443, test_mode=False, proxy=None, media=False
            )
            assert (made.server_address, made.port, made.ipv6) == (wanted[number], 443, is_ipv6)
        await client.disconnect_all()
