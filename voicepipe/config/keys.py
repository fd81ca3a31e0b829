"""Every key of the configuration as data: for messages, for printing, and for the tests of the documentation."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, Literal, get_args, get_origin

from pydantic import SecretStr
from pydantic.fields import FieldInfo

from voicepipe.config.base import Section
from voicepipe.config.kinds import Allowed
from voicepipe.config.sections import Config
from voicepipe.errors import ConfigError

MASK = "********"
VARIABLE_PREFIX = "VOICEPIPE_"

Plain = str | int | float | bool | list[str] | dict[str, Any]
"""What a value is printed as."""

SIGN_IN = {
    "[telegram] api_id": "get it at https://my.telegram.org/apps",
    "[telegram] api_hash": "get it at https://my.telegram.org/apps",
    "[telegram] bot_token": "ask @BotFather for it with /newbot",
}
"""What signing in needs, and where it comes from. A wrong value of these is never shown: it may be another's secret."""


@dataclass(frozen=True, slots=True)
class Setting:
    """One key of the configuration, described."""

    section: str
    key: str
    info: FieldInfo = field(repr=False)

    @property
    def name(self) -> str:
        return f"[{self.section}] {self.key}"

    @property
    def variable(self) -> str:
        return f"{VARIABLE_PREFIX}{self.section}__{self.key}".upper()

    @property
    def credential(self) -> str:
        return f"{self.section}.{self.key}"

    @property
    def description(self) -> str:
        return self.info.description or ""

    @property
    def is_secret(self) -> bool:
        return self.info.annotation is SecretStr

    @property
    def is_reloadable(self) -> bool:
        """Whether it takes effect when the configuration is read again; the others wait for the next start."""
        extra = self.info.json_schema_extra
        return isinstance(extra, dict) and bool(extra.get("reload"))

    @property
    def allowed(self) -> str:
        """What it accepts, in words."""
        return _allowed(self.info)

    @property
    def default_toml(self) -> str:
        """The default as it is written in TOML."""
        return json.dumps(_plain(self.info.default), ensure_ascii=False)

    def value_in(self, config: Config) -> object:
        value = getattr(getattr(config, self.section), self.key)
        return value.get_secret_value() if isinstance(value, SecretStr) else value

    def shown_in(self, config: Config) -> Plain:
        value = self.value_in(config)
        return MASK if self.is_secret and value else _plain(value)


def _missing(setting: Setting) -> str:
    places = f"config.toml, the variable {setting.variable} or the systemd credential {setting.credential}"
    return f"{setting.name} is missing: {SIGN_IN[setting.name]}, then put it into {places}"


def _plain(value: object) -> Plain:
    match value:
        case None:
            return ""
        case SecretStr():
            return value.get_secret_value()
        case bool() | int() | float() | str():
            return value
        case tuple():
            return [str(item) for item in value]
        case dict():
            return {name: _plain(item) for name, item in value.items()}
        case Section():
            return {name: _plain(item) for name, item in value if item is not None and item != {}}
    return str(value)


def _allowed(info: FieldInfo) -> str:
    for mark in info.metadata:
        if isinstance(mark, Allowed):
            return mark.words
    if get_origin(info.annotation) is Literal:
        return "one of " + ", ".join(json.dumps(choice) for choice in get_args(info.annotation))
    if info.annotation is bool:
        return "true or false"
    return _range(info) if info.annotation in (int, float) else "text"


def _range(info: FieldInfo) -> str:
    bound = {name: getattr(mark, name) for mark in info.metadata for name in ("ge", "gt", "le") if hasattr(mark, name)}
    kind = "a whole number" if info.annotation is int else "a number"
    if "gt" in bound:
        return f"{kind} above {bound['gt']}"
    return f"{kind} from {bound['ge']} to {bound['le']}" if "le" in bound else f"{kind} of at least {bound['ge']}"


def _settings() -> Iterator[Setting]:
    for section, outer in Config.model_fields.items():
        assert isinstance(outer.annotation, type)
        assert issubclass(outer.annotation, Section)
        for key, info in outer.annotation.model_fields.items():
            yield Setting(section, key, info)


SETTINGS = tuple(_settings())
"""Every key, in the order of `config.toml`."""


def require_telegram(config: Config) -> None:
    """Raises ConfigError that names what is missing for signing in, and where it comes from."""
    missing = [setting for setting in SETTINGS if setting.name in SIGN_IN and not setting.value_in(config)]
    if missing:
        raise ConfigError("\n".join(_missing(setting) for setting in missing))


def masked(config: Config) -> dict[str, dict[str, Any]]:
    """Section -> key -> plain value, fit for printing: a secret is `********`, or empty when it is not set."""
    shown: dict[str, dict[str, Any]] = {}
    for setting in SETTINGS:
        shown.setdefault(setting.section, {})[setting.key] = setting.shown_in(config)
    return shown
