"""The way to Telegram, leg by leg: which one fails, where the bot can't sign in."""

from __future__ import annotations

import asyncio
import socket
from contextlib import suppress

from python_socks import ProxyError, ProxyType
from python_socks.async_.asyncio import Proxy

from voicepipe.config import TelegramConfig
from voicepipe.config.proxy import MTPROXY, ProxyAddress
from voicepipe.errors import TelegramUnavailable
from voicepipe.telegram.session.client import ADDRESSES_V4, ADDRESSES_V6, PORT

TIMEOUT_SECONDS = 10.0
BOTS_HOME = 2
"""The data centre that a client begins at."""
_TYPES = {"socks5": ProxyType.SOCKS5, "http": ProxyType.HTTP}


async def try_legs(config: TelegramConfig) -> str:
    """Reach Telegram as the client would, without signing in; what was reached, in words.

    Raises TelegramUnavailable that names the leg that fails, and what to do.
    """
    proxy, (host, port) = config.proxy_address, _destination(config)
    if proxy is None:
        await _dial(host, port, "Telegram")
        return f"{host} port {port} answers"
    await _dial(proxy.host, proxy.port, "the proxy")
    if proxy.scheme == MTPROXY:
        return f"the MTProxy {proxy.where} answers"
    await _dial_through(proxy, host, port)
    return f"{host} port {port} answers through the proxy {proxy.where}"


def _destination(config: TelegramConfig) -> tuple[str, int]:
    if config.servers:
        return config.servers.get(BOTS_HOME, next(iter(config.servers.values())))
    return (ADDRESSES_V6 if config.ipv6 else ADDRESSES_V4)[BOTS_HOME], PORT


async def _dial(host: str, port: int, what: str) -> None:
    """Connect and hang up. Raises TelegramUnavailable."""
    try:
        async with asyncio.timeout(TIMEOUT_SECONDS):
            _, writer = await asyncio.open_connection(host, port)
    except socket.gaierror as error:
        raise TelegramUnavailable(
            f"The name {host} ({what}) is not found: {error.strerror}. Check it, and this machine's name resolution"
        ) from error
    except TimeoutError as error:
        raise TelegramUnavailable(
            f"{_capital(what)} does not answer at {host} port {port} within {TIMEOUT_SECONDS:g} s: something on the "
            "way drops it. Check firewalls; where Telegram is blocked, set [telegram] proxy"
        ) from error
    except OSError as error:
        raise TelegramUnavailable(
            f"{_capital(what)} can't be reached at {host} port {port}: {error.strerror or error}. Check the address, "
            "and this machine's network"
        ) from error
    writer.close()
    with suppress(OSError):
        await writer.wait_closed()


def _capital(what: str) -> str:
    return what[0].upper() + what[1:]


async def _dial_through(address: ProxyAddress, host: str, port: int) -> None:
    """The same by way of a proxy that is there."""
    proxy = Proxy(_TYPES[address.scheme], address.host, address.port, address.user, address.password)
    try:
        connected = await proxy.connect(host, port, timeout=TIMEOUT_SECONDS)
    except ProxyError as error:
        raise TelegramUnavailable(
            f"The proxy {address.where} refuses: {error}. Check its user and password in [telegram] proxy, and "
            f"whether it lets anybody through to {host} port {port}"
        ) from error
    except OSError as error:
        raise TelegramUnavailable(
            f"The proxy {address.where} answers, but comes to nothing at {host} port {port}: {error or 'time-out'}"
        ) from error
    connected.close()
