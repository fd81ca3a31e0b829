"""The kinds of values that keys accept: what is valid, and how that is said in words."""

from __future__ import annotations

import difflib
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from ipaddress import ip_address
from pathlib import Path
from typing import Annotated, Literal
from zoneinfo import available_timezones

from annotated_types import MinLen
from pydantic import AfterValidator, BeforeValidator, Field, SecretStr

_WHISPER_CODES = (
    "af am ar as az ba be bg bn bo br bs ca cs cy da de el en es et eu fa fi fo fr gl gu ha haw he hi hr ht hu hy id is"
    " it ja jw ka kk km kn ko la lb ln lo lt lv mg mi mk ml mn mr ms mt my ne nl nn no oc pa pl ps pt ro ru sa sd si sk"
    " sl sn so sq sr su sv sw ta te tg th tk tl tr tt uk ur uz vi yi yo zh yue"
)
SPEECH_LANGUAGES = frozenset(_WHISPER_CODES.split())
"""The language codes that Whisper models know."""


@dataclass(frozen=True, slots=True)
class Allowed:
    """Says in words what a key accepts, where its type does not say enough."""

    words: str


def did_you_mean(name: str, known: Iterable[str], spell: Callable[[str], str] = str) -> str:
    """The end of a message about an unknown name: the nearest known one, spelled; empty when none is near."""
    nearest = difflib.get_close_matches(name, known, n=1)
    return f"; did you mean {spell(nearest[0])}?" if nearest else ""


def _known_zone(name: str) -> str:
    if name not in available_timezones():
        raise ValueError(did_you_mean(name, available_timezones()).removeprefix("; "))
    return name


def _known_language(code: str) -> str:
    if code not in SPEECH_LANGUAGES:
        raise ValueError
    return code


def _known_language_or_auto(code: str) -> str:
    return code if code == "auto" else _known_language(code)


def _split_words(value: object) -> object:
    """In a variable or a credential, which are text, they stand with commas or spaces between them."""
    if isinstance(value, str):
        return tuple(value.replace(",", " ").split())
    return tuple(value) if isinstance(value, list) else value


def _split_numbers(value: object) -> object:
    """The same of whole numbers; what is none is left for its refusal."""
    split = _split_words(value)
    if not isinstance(value, str) or not isinstance(split, tuple):
        return split
    return tuple(int(word) if word.isascii() and word.isdecimal() and len(word) < 20 else word for word in split)


def _known_languages(codes: tuple[str, ...]) -> tuple[str, ...]:
    if unknown := [code for code in codes if code not in SPEECH_LANGUAGES]:
        raise ValueError(f"no model knows {', '.join(map(repr, unknown))}")
    return tuple(dict.fromkeys(codes))


def _module_name(name: str) -> str:
    if not all(part.isidentifier() and part == part.lower() for part in name.split(".")):
        raise ValueError
    return name


def parse_servers(text: str) -> dict[int, tuple[str, int]]:
    """Data centre -> (host, port). Raises ValueError that says which item is wrong."""
    servers: dict[int, tuple[str, int]] = {}
    for item in filter(None, (item.strip() for item in text.split(","))):
        match = re.fullmatch(r"(?:(\d+)@)?(\[[0-9A-Fa-f:.]+\]|[^\s:@\[\]]+):(\d{1,5})", item)
        if match is None or not 0 < int(match[3]) < 65_536:
            raise ValueError(f"{item} is no HOST:PORT")
        dc = int(match[1] or 2)
        if dc in servers:
            raise ValueError(f"data centre {dc} is named twice")
        if not 1 <= dc <= 5:
            raise ValueError(f"data centre {dc} does not exist, they are 1 to 5")
        servers[dc] = (match[2].strip("[]"), int(match[3]))
    return servers


def _valid_servers(text: str) -> str:
    parse_servers(text)
    return text


PUBLIC_KEY = re.compile(r"-----BEGIN (RSA )?PUBLIC KEY-----\s[A-Za-z0-9+/=\s]+-----END (RSA )?PUBLIC KEY-----\s*")


def read_public_key(text: str) -> str:
    """The PEM itself, or the content of the file it names. Raises ValueError that says what is wrong with it."""
    pem = text.replace("\\n", "\n")  # environment files hold a PEM in one line
    if "-----BEGIN" not in pem:
        try:
            pem = Path(text).expanduser().read_text(encoding="ascii")
        except (OSError, ValueError) as error:
            raise ValueError(f"the file can't be read ({type(error).__name__})") from None
    if PUBLIC_KEY.fullmatch(pem.strip()) is None:
        raise ValueError("that is no public key in PEM form")
    return pem.strip() + "\n"


def _valid_public_key(text: str) -> str:
    if text:
        read_public_key(text)
    return text


DSN = re.compile(r"https?://[^\s/@]+@[^\s/@]+(?:/[^\s/]+)*/\d+")


def parse_pairs(text: str) -> dict[str, str]:
    """Name -> value, of "name=value; name=value". Raises ValueError that says which item is wrong."""
    pairs: dict[str, str] = {}
    for item in filter(None, (item.strip() for item in text.split(";"))):
        name, mark, value = (part.strip() for part in item.partition("="))
        if not (mark and name and value):
            raise ValueError(f"{item} is no NAME=VALUE")
        if name in pairs:
            raise ValueError(f"{name} is named twice")
        pairs[name] = value
    return pairs


def parse_names(text: str) -> tuple[str, ...]:
    """The names in a list with commas."""
    return tuple(filter(None, (name.strip() for name in text.split(","))))


def _valid_pairs(text: str) -> str:
    parse_pairs(text)
    return text


@dataclass(frozen=True, slots=True)
class Listening:
    """Where a server listens: a port of this machine, or a Unix socket."""

    host: str = ""
    port: int = 0
    """0: one that the system chooses."""
    path: Path | None = None


def parse_listen(text: str) -> Listening | None:
    """HOST:PORT on loopback, or a socket's path; None for nothing. Raises ValueError that says what is wrong."""
    if not text:
        return None
    if text.startswith("/"):
        return Listening(path=Path(text))
    match = re.fullmatch(r"(\[[0-9A-Fa-f:.]+\]|[^\s:/@\[\]]+):(\d{1,5})", text)
    if match is None or int(match[2]) > 65_535:
        raise ValueError("that is no HOST:PORT")
    host = {"localhost": "127.0.0.1"}.get(match[1], match[1].strip("[]"))
    try:
        is_loopback = ip_address(host).is_loopback
    except ValueError:
        is_loopback = False
    if not is_loopback:
        raise ValueError("only this machine may ask, so an address such as 127.0.0.1; put a proxy before it for others")
    return Listening(host=host, port=int(match[2]))


MESSAGE_SERVER = re.compile(r"(tls|nats)://(\[[0-9A-Fa-f:.]+\]|[^\s:/@\[\]]+)(:\d{1,5})?")


def _valid_message_server(text: str) -> str:
    if not text:
        return text
    match = MESSAGE_SERVER.fullmatch(text)
    if match is None:
        raise ValueError("that is no tls://HOST:PORT")
    if match[1] == "nats" and match[2] not in ("127.0.0.1", "localhost", "[::1]"):
        raise ValueError("only on this machine it may be without TLS: write tls:// instead of nats://")
    return text


def _valid_host_name(text: str) -> str:
    if text and re.fullmatch("[A-Za-z0-9_-]{1,64}", text) is None:
        raise ValueError("letters, digits, - and _ only, at most 64")
    return text


def _valid_listen(text: str) -> str:
    parse_listen(text)
    return text


def _valid_dsn(text: SecretStr) -> SecretStr:
    """The value is a secret: it is not repeated."""
    if text.get_secret_value() and DSN.fullmatch(text.get_secret_value()) is None:
        raise ValueError("a DSN is https://KEY@HOST/PROJECT")
    return text


def _valid_clock_time(text: str) -> str:
    if text and re.fullmatch(r"([01]\d|2[0-3]):[0-5]\d", text) is None:
        raise ValueError
    return text


def _empty_to_none(value: object) -> object:
    return None if value == "" else value


TimeZone = Annotated[str, AfterValidator(_known_zone), Allowed("an IANA time zone such as Europe/Moscow")]
Language = Annotated[str, AfterValidator(_known_language), Allowed("a Whisper language code such as ru or en")]
LanguageOrAuto = Annotated[
    str, AfterValidator(_known_language_or_auto), Allowed('"auto" or a Whisper language code such as ru or en')
]
Languages = Annotated[
    tuple[str, ...],
    BeforeValidator(_split_words),
    AfterValidator(_known_languages),
    Allowed('a list of Whisper language codes such as ["ru", "en"], or [] for all'),
]
Users = Annotated[
    tuple[Annotated[int, Field(ge=1, le=2**52)], ...],
    BeforeValidator(_split_numbers),
    Allowed("a list of Telegram user ids such as [123456789], or [] for nobody"),
]
ClockTime = Annotated[str, AfterValidator(_valid_clock_time), Allowed("a time of the day such as 09:00, or nothing")]
Servers = Annotated[
    str, AfterValidator(_valid_servers), Allowed("HOST:PORT, a list DC@HOST:PORT,DC@HOST:PORT, or nothing")
]
PublicKey = Annotated[str, AfterValidator(_valid_public_key), Allowed("a PEM file's path, the PEM itself, or nothing")]
Listen = Annotated[
    str,
    AfterValidator(_valid_listen),
    Allowed("HOST:PORT on this machine such as 127.0.0.1:9464, a Unix socket's absolute path, or nothing"),
]
Dsn = Annotated[SecretStr, AfterValidator(_valid_dsn), Allowed("https://KEY@HOST/PROJECT, or nothing")]
EngineName = Annotated[
    str, AfterValidator(_module_name), Allowed("a name of small letters, or names of modules joined by dots")
]
ModelName = Annotated[str, MinLen(1), Allowed("a model's name such as base, a directory's path, or \"demo\"")]
MessageServer = Annotated[
    str,
    AfterValidator(_valid_message_server),
    Allowed("tls://HOST:PORT, on this machine also nats://HOST:PORT, or nothing"),
]
HostName = Annotated[str, AfterValidator(_valid_host_name), Allowed("letters, digits, - and _, or nothing")]
ThatFile = Annotated[Path | None, BeforeValidator(_empty_to_none), Allowed("a file's path, or nothing")]
Directory = Annotated[Path | None, BeforeValidator(_empty_to_none), Allowed("a directory's path, or nothing")]
Pairs = Annotated[str, AfterValidator(_valid_pairs), Allowed('"NAME=VALUE; NAME=VALUE", or nothing')]
Names = Annotated[str, Allowed('"NAME, NAME", or nothing')]
BeamsByProfile = Annotated[
    Annotated[int, Field(ge=1, le=20)] | None,
    BeforeValidator(_empty_to_none),
    Allowed("a whole number from 1 to 20, or nothing"),
]
SwitchByProfile = Annotated[bool | None, BeforeValidator(_empty_to_none), Allowed("true or false, or nothing")]
ComputeType = Literal[
    "default",
    "auto",
    "int8",
    "int8_float32",
    "int8_float16",
    "int8_bfloat16",
    "int16",
    "float16",
    "bfloat16",
    "float32",
]
