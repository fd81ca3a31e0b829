"""How the configuration names a proxy."""

from __future__ import annotations

import pytest
from pydantic import ValidationError

from voicepipe.config import Config
from voicepipe.config.proxy import ProxyAddress, parse_proxy

SECRET = "dd" + "0f" * 16


@pytest.mark.parametrize(
    ("text", "address", "url"),
    [
        ("socks5://127.0.0.1:1080", ProxyAddress("socks5", "127.0.0.1", 1080), "socks5://127.0.0.1:1080"),
        (
            "http://an%40na:p%3Aw%2F@proxy.example:3128",
            ProxyAddress("http", "proxy.example", 3128, "an@na", "p:w/"),
            "http://an%40na:p%3Aw%2F@proxy.example:3128",
        ),
        ("socks5://anna@[::1]:1080/", ProxyAddress("socks5", "::1", 1080, "anna"), "socks5://anna:@[::1]:1080"),
        (
            f"tg://proxy?server=proxy.example&port=443&secret={SECRET}",
            ProxyAddress("mtproxy", "proxy.example", 443, secret=SECRET),
            None,
        ),
        (
            f"https://t.me/proxy?server=proxy.example&port=443&secret={SECRET}",
            ProxyAddress("mtproxy", "proxy.example", 443, secret=SECRET),
            None,
        ),
    ],
)
def test_a_proxy_and_its_password(text: str, address: ProxyAddress, url: str | None) -> None:
    assert parse_proxy(text) == address
    assert address.url == url


@pytest.mark.parametrize(
    "text",
    [
        "127.0.0.1:1080",
        "https://proxy.example:443",
        "socks4://proxy.example:1080",
        "socks5://proxy.example",
        "socks5://:1080",
        "socks5://anna:secret/word@proxy.example:1080",
        "socks5://proxy.example:1080/path",
        "http://an%3Ana:secret@proxy.example:3128",
        "tg://proxy?server=proxy.example&port=443",
        "tg://proxy?server=proxy.example&port=443&secret=short",
        f"tg://proxy?server=proxy.example&port=99999&secret={SECRET}",
        "socks5://proxy.example:notaport",
    ],
)
def test_what_is_no_proxy_is_refused_and_its_password_not_shown(text: str) -> None:
    with pytest.raises(ValidationError) as refused:
        Config.model_validate({"telegram": {"proxy": text}})
    assert "secret/word" not in str(refused.value)


def test_a_password_is_in_no_repr() -> None:
    assert "p:w" not in repr(parse_proxy("http://anna:p%3Aw@proxy.example:3128"))
