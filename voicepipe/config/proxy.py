"""A proxy on the way to the network, as the configuration names it."""

from __future__ import annotations

import base64
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Annotated
from urllib.parse import parse_qs, quote, unquote, urlsplit

from pydantic import AfterValidator, SecretStr

from voicepipe.config.kinds import Allowed

DIALLED = ("socks5", "http")
MTPROXY = "mtproxy"
_LINKS = (("tg", "proxy"), ("https", "t.me"))
_LEAST_SECRET_BYTES = 16


@dataclass(frozen=True, slots=True)
class ProxyAddress:
    """Where a proxy is, and what it wants to hear."""

    scheme: str
    """`socks5`, `http`, or `mtproxy`, which leads to Telegram only."""
    host: str
    port: int
    user: str | None = None
    password: str | None = field(default=None, repr=False)
    secret: str | None = field(default=None, repr=False)
    """An MTProxy's, as its link has it."""

    @property
    def where(self) -> str:
        """Host and port, as a person reads them."""
        return f"[{self.host}]:{self.port}" if ":" in self.host else f"{self.host}:{self.port}"

    @property
    def url(self) -> str | None:
        """For clients of the web; None for an MTProxy."""
        if self.scheme == MTPROXY:
            return None
        login = "" if self.user is None else f"{quote(self.user, safe='')}:{quote(self.password or '', safe='')}@"
        return f"{self.scheme}://{login}{self.where}"


def parse_proxy(text: str) -> ProxyAddress | None:
    """None for an empty text. Raises ValueError that says what is wrong, without what may be secret in it."""
    if not text:
        return None
    parts = urlsplit(text)
    if (parts.scheme, parts.hostname) in _LINKS:
        return _mtproxy(parse_qs(parts.query))
    if parts.scheme not in DIALLED:
        raise ValueError("it begins with socks5://, http://, or is a link to an MTProxy")
    if not parts.hostname or not parts.port:
        raise ValueError("it names no host and port, as in socks5://127.0.0.1:1080")
    if parts.path.strip("/") or parts.query:
        raise ValueError("nothing is expected after the port; signs such as / in a password are written %2F")
    user = None if parts.username is None else unquote(parts.username)
    if parts.scheme == "http" and ":" in (user or ""):
        raise ValueError("a user of an HTTP proxy has no colon in the name")
    password = None if parts.password is None else unquote(parts.password)
    return ProxyAddress(parts.scheme, parts.hostname, parts.port, user, password)


def _mtproxy(query: dict[str, list[str]]) -> ProxyAddress:
    try:
        (server,), (port,), (secret,) = (query[name] for name in ("server", "port", "secret"))
        number = int(port)
    except (KeyError, ValueError):
        raise ValueError("a link to an MTProxy has server, port and secret") from None
    if not 0 < number < 65_536 or not _is_secret(secret):
        raise ValueError("the link's port or secret is none")
    return ProxyAddress(MTPROXY, server, number, secret=secret)


def _is_secret(text: str) -> bool:
    """Whether it is at least 16 bytes, in hexadecimal digits or in base64."""
    with suppress(ValueError):
        return len(bytes.fromhex(text)) >= _LEAST_SECRET_BYTES
    with suppress(ValueError):
        padded = text + "=" * (-len(text) % 4)
        return len(base64.b64decode(padded, altchars=b"-_", validate=True)) >= _LEAST_SECRET_BYTES
    return False


def _valid_proxy(secret: SecretStr) -> SecretStr:
    parse_proxy(secret.get_secret_value())
    return secret


Proxy = Annotated[
    SecretStr,
    AfterValidator(_valid_proxy),
    Allowed("socks5://[USER:PASSWORD@]HOST:PORT, the same with http://, a link to an MTProxy, or nothing"),
]
