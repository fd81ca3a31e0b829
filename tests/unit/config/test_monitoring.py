"""Where the service may be looked at, and who is told of its errors: what is valid, and what is said if not."""

from __future__ import annotations

from pathlib import Path

import pytest

from voicepipe.config.kinds import Listening, parse_listen
from voicepipe.config.loading import load_config
from voicepipe.errors import ConfigError

KEY = "0123456789abcdef"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", None),
        ("127.0.0.1:9464", Listening("127.0.0.1", 9464)),
        ("127.1.2.3:0", Listening("127.1.2.3", 0)),
        ("localhost:80", Listening("127.0.0.1", 80)),
        ("[::1]:9464", Listening("::1", 9464)),
        ("/run/voicepipe/monitoring.sock", Listening(path=Path("/run/voicepipe/monitoring.sock"))),
    ],
)
def test_places_on_this_machine(text: str, expected: Listening | None) -> None:
    assert parse_listen(text) == expected


@pytest.mark.parametrize(
    "text",
    ["0.0.0.0:9464", "[::]:9464", "192.168.1.5:80", "example.org:80", "localhost.evil.example:80", "[fe80::1]:80"],
)
def test_nobody_else_may_ask(text: str) -> None:
    with pytest.raises(ValueError, match="only this machine may ask"):
        parse_listen(text)


@pytest.mark.parametrize(
    "text", ["9464", "127.0.0.1", "127.0.0.1:", "127.0.0.1:70000", "::1:80", "monitoring.sock", "a b:1"]
)
def test_what_is_no_place(text: str) -> None:
    with pytest.raises(ValueError, match="no HOST:PORT"):
        parse_listen(text)


def test_an_error_says_what_is_expected(tmp_path: Path) -> None:
    file = tmp_path / "config.toml"
    file.write_text('[monitoring]\nlisten = "0.0.0.0:9464"\n')
    with pytest.raises(ConfigError) as caught:
        load_config(file, {})
    assert str(caught.value) == (
        f'{file}: [monitoring] listen = "0.0.0.0:9464": expected HOST:PORT on this machine such as 127.0.0.1:9464, a '
        "Unix socket's absolute path, or nothing; only this machine may ask, so an address such as 127.0.0.1; put a "
        "proxy before it for others"
    )


@pytest.mark.parametrize("dsn", ["", f"https://{KEY}@sentry.example/1", f"http://{KEY}@127.0.0.1:8000/errors/12"])
def test_a_dsn_is_a_secret(dsn: str) -> None:
    config = load_config(None, {"VOICEPIPE_MONITORING__SENTRY_DSN": dsn})
    assert config.monitoring.sentry_dsn.get_secret_value() == dsn
    assert KEY not in repr(config)


@pytest.mark.parametrize(
    "dsn", [KEY, f"https://sentry.example/{KEY}", f"ftp://{KEY}@sentry.example/1", f"https://{KEY}@h/x"]
)
def test_a_wrong_dsn_is_not_repeated(dsn: str) -> None:
    with pytest.raises(ConfigError, match="expected https://KEY@HOST/PROJECT, or nothing") as caught:
        load_config(None, {"VOICEPIPE_MONITORING__SENTRY_DSN": dsn})
    assert KEY not in str(caught.value)
