"""Reads the configuration.

Sources, the later winning over the earlier, key by key: the sections' defaults; one TOML file (the one named by the
caller or by `$VOICEPIPE_CONFIG`, else `./config.toml`, else `/etc/voicepipe/config.toml`, else none); environment
variables `VOICEPIPE_SECTION__KEY`; files named `section.key` in systemd's `$CREDENTIALS_DIRECTORY`. An empty variable
or file counts as not set. All problems of all sources are reported at once, one line each; an unknown key is a problem
that suggests the nearest known one.

Each source is read and checked by itself, so that a problem has an origin even where a stronger source wins; then
pydantic-settings merges what they say. Its own readers will not do: they pass over a missing file and over a variable
that names no section, and they read everybody's credentials.
"""

from __future__ import annotations

import json
import os
import re
import stat
import tomllib
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic import ValidationError
from pydantic_settings import BaseSettings, InitSettingsSource, PydanticBaseSettingsSource, SettingsConfigDict

from voicepipe.config.keys import VARIABLE_PREFIX
from voicepipe.config.owner import how_to_read, my_name
from voicepipe.config.problems import Origin, contradictions, describe
from voicepipe.config.sections import Config
from voicepipe.errors import ConfigError

CONFIG_VARIABLE = "VOICEPIPE_CONFIG"
SEARCHED_FILES = (Path("config.toml"), Path("/etc/voicepipe/config.toml"))

RENAMED = {("workers", "recycle_jobs"): "recycle_tasks"}
"""Former names of keys, still understood: an upgrade must not stop a service that was configured before it."""

Tables = dict[str, Any]
"""Section -> key -> value; as read from a file, anything may stand where a section should."""


# --- finding and loading --------------------------------------------------------------------------------------------
def load_config(path: Path | None = None, environ: Mapping[str, str] = os.environ) -> Config:
    """Reads and validates all sources; `path`, or the file that `$VOICEPIPE_CONFIG` names, must exist.

    Raises:
        ConfigError: with one line for every problem found in any source.
    """
    file = find_config_file(path, environ)
    sources = (
        _checked(Origin(f"{file}: ", "[{}] {}".format, is_typed=True), lambda: _read_file(file)),
        _checked(Origin("environment: ", _spell_variable), lambda: _read_variables(environ)),
        _checked(Origin("credential ", "{}.{}".format), lambda: _read_credentials(environ)),
    )
    config = _merged(source.tables for source in sources)
    # Half of the sources may contradict what the rest would mend.
    problems = [line for source in sources for line in source.problems] or list(contradictions(config))
    if problems:
        raise ConfigError("\n".join(problems))
    return config


def salvage_config(path: Path | None = None, environ: Mapping[str, str] = os.environ) -> Config:
    """What can be made out of a configuration that has problems: every key that is valid by itself.

    It tells where the service is that runs with what the configuration was before.
    """
    sources = (
        _sound(_salvage_file(find_config_file(path, environ)), is_typed=True),
        _sound(_read_variables(environ), is_typed=False),
    )
    return _merged(sources)


def find_config_file(path: Path | None = None, environ: Mapping[str, str] = os.environ) -> Path | None:
    """The file that `load_config` reads: the named one whether it exists or not, else the first that exists."""
    if path is None and environ.get(CONFIG_VARIABLE):
        path = Path(environ[CONFIG_VARIABLE])
    if path is not None:
        return path.expanduser()
    return next((candidate for candidate in SEARCHED_FILES if _exists(candidate)), None)


def _exists(path: Path) -> bool:
    try:
        return stat.S_ISREG(path.stat().st_mode)  # is_file() would hide a PermissionError from Python 3.14 on
    except PermissionError:
        return True  # to pass over a file that we may not read would be to run with another configuration
    except OSError:
        return False


# --- each source by itself ------------------------------------------------------------------------------------------
@dataclass(frozen=True, slots=True)
class _Source:
    """What a source says, as far as it is valid."""

    tables: Tables
    problems: tuple[str, ...] = ()


def _checked(origin: Origin, read: Callable[[], Tables]) -> _Source:
    try:
        config = _validated(_with_present_names(read()), is_typed=origin.is_typed)
    except ValidationError as error:
        return _Source({}, tuple(describe(error, origin)))
    except ConfigError as error:
        return _Source({}, (str(error),))
    return _Source(config.model_dump(exclude_unset=True))


def _with_present_names(tables: Tables) -> Tables:
    """A key that has another name now is taken under it, unless that is given as well."""
    for (section, former), name in RENAMED.items():
        table = tables.get(section)
        if isinstance(table, dict) and former in table and name not in table:
            tables = tables | {section: {name if key == former else key: value for key, value in table.items()}}
    return tables


def _validated(tables: Tables, *, is_typed: bool) -> Config:
    if is_typed:
        return Config.model_validate_json(json.dumps(tables, default=str), strict=True)
    return Config.model_validate_strings(tables)


def _read_file(path: Path | None) -> Tables:
    if path is None:
        return {}
    try:
        with path.open("rb") as file:
            return tomllib.load(file)
    except PermissionError:
        refused = f"the configuration file can't be read by the user {my_name()}: {how_to_read(path)}"
        raise ConfigError(f"{path}: {refused}") from None
    except OSError as error:
        raise ConfigError(f"{path}: the configuration file can't be read: {error.strerror}") from None
    except UnicodeDecodeError as error:
        raise ConfigError(f"{path}: the configuration file is not UTF-8 text (byte {error.start})") from None
    except tomllib.TOMLDecodeError as error:
        raise ConfigError(f"{path}: broken TOML: {error}") from None


def _salvage_file(path: Path | None) -> Tables:
    """The tables of a file that are TOML, whatever the others are."""
    tables: Tables = {}
    with suppress(OSError):
        text = path.read_text(encoding="utf-8", errors="replace") if path else ""
        for table in re.split(r"(?m)^(?=\[)", text):
            with suppress(tomllib.TOMLDecodeError):
                tables |= tomllib.loads(table)
    return tables


def _sound(tables: Tables, *, is_typed: bool) -> Tables:
    sound: Tables = {}
    for section, table in _with_present_names(tables).items():
        for key, value in table.items() if isinstance(table, dict) else ():
            with suppress(ValidationError):
                valid = _validated({section: {key: value}}, is_typed=is_typed).model_dump(exclude_unset=True)
                sound.setdefault(section, {}).update(valid[section])
    return sound


def _read_variables(environ: Mapping[str, str]) -> Tables:
    """Also those that name no section or no key, for them to be refused."""
    tables: Tables = {}
    for name, value in environ.items():
        if name.startswith(VARIABLE_PREFIX) and name != CONFIG_VARIABLE and value.strip():
            section, _, key = name.removeprefix(VARIABLE_PREFIX).lower().partition("__")
            tables.setdefault(section, {})[key] = value.strip()
    return tables


def _spell_variable(section: str, key: str) -> str:
    return f"{VARIABLE_PREFIX}{section}__{key}".upper().removesuffix("__")


def _read_credentials(environ: Mapping[str, str]) -> Tables:
    """Only files that are named like ours: systemd may have put others beside them."""
    directory = environ.get("CREDENTIALS_DIRECTORY")
    if not directory:
        return {}
    tables: Tables = {}
    for file in _files_in(Path(directory)):
        section, _, key = file.name.partition(".")
        if key and section in Config.model_fields and (value := _read_credential(file)):
            tables.setdefault(section, {})[key] = value
    return tables


def _files_in(directory: Path) -> list[Path]:
    try:
        return sorted(directory.iterdir())
    except (FileNotFoundError, NotADirectoryError):
        names = f"CREDENTIALS_DIRECTORY names {directory}, which is no directory"
        raise ConfigError(f"environment: {names}") from None
    except OSError as error:
        refused = f"which the user {my_name()} can't read: {error.strerror}"
        raise ConfigError(f"environment: CREDENTIALS_DIRECTORY names {directory}, {refused}") from None


def _read_credential(file: Path) -> str:
    try:
        return file.read_text(encoding="utf-8").strip()
    except OSError as error:
        refused = f"{file} can't be read by the user {my_name()}: {error.strerror}"
        raise ConfigError(f"credential {file.name}: {refused}") from None
    except UnicodeDecodeError:
        raise ConfigError(f"credential {file.name}: {file} is no UTF-8 text") from None


# --- the sources together -------------------------------------------------------------------------------------------
def _merged(tables: Iterable[Tables]) -> Config:
    """What all of them say together, a later one winning key by key."""

    class Settings(BaseSettings, Config):
        model_config = SettingsConfigDict()

        @classmethod
        def settings_customise_sources(
            cls, settings_cls: type[BaseSettings], *_: object, **__: object
        ) -> tuple[PydanticBaseSettingsSource, ...]:
            # pydantic-settings wants them from the strongest to the weakest.
            return tuple(InitSettingsSource(settings_cls, each) for each in reversed(list(tables)))

    return Config.model_validate(dict(Settings()))
