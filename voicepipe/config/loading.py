"""Reads the configuration.

Sources, the later winning over the earlier, key by key: the sections' defaults; one TOML file (the one named by the
caller or by `$VOICEPIPE_CONFIG`, else `./config.toml`, else `/etc/voicepipe/config.toml`, else none); environment
variables `VOICEPIPE_SECTION__KEY` (an empty one counts as not set); files named `section.key` in systemd's
`$CREDENTIALS_DIRECTORY`. All problems of all sources are reported at once, one line each; an unknown key is a problem
that suggests the nearest known one.
"""

from __future__ import annotations

import json
import os
import stat
import tomllib
from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from typing import Any

from pydantic import ValidationError
from pydantic_settings import (
    BaseSettings,
    EnvSettingsSource,
    InitSettingsSource,
    NestedSecretsSettingsSource,
    PydanticBaseSettingsSource,
    SecretsSettingsSource,
    SettingsConfigDict,
    SettingsError,
    TomlConfigSettingsSource,
)

from voicepipe.config.keys import VARIABLE_PREFIX
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
        _Checked(Origin(f"{file}: ", "[{}] {}".format, is_typed=True), partial(_read_file, file)),
        _Checked(Origin("environment: ", _spell_variable), _Environment(environ)),
        _Checked(Origin("credential ", "{}.{}".format), partial(_read_credentials, environ)),
    )
    config = _merge(sources)
    # Half of the sources may contradict what the rest would mend.
    problems = [source.problem for source in sources if source.problem] or list(contradictions(config))
    if problems:
        raise ConfigError("\n".join(problems))
    return config


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


# --- the sources together -------------------------------------------------------------------------------------------
class _Settings(BaseSettings, Config):
    """The configuration as pydantic-settings reads it."""

    model_config = SettingsConfigDict(
        case_sensitive=True,
        env_prefix=VARIABLE_PREFIX,
        env_nested_delimiter="__",
        env_nested_max_split=1,
    )


class _Checked(InitSettingsSource):
    """What one source says, validated by itself: then a problem has an origin, even where another source wins."""

    def __init__(self, origin: Origin, read: Callable[[], Tables]) -> None:
        self.problem = ""
        tables: Tables = {}
        try:
            tables = _validate(_with_present_names(read()), origin).model_dump(exclude_unset=True)
        except ConfigError as error:
            self.problem = str(error)
        super().__init__(_Settings, tables)


def _with_present_names(tables: Tables) -> Tables:
    """A key that has another name now is taken under it, unless that is given as well."""
    for (section, former), name in RENAMED.items():
        table = tables.get(section)
        if isinstance(table, dict) and former in table and name not in table:
            tables = tables | {section: {name if key == former else key: value for key, value in table.items()}}
    return tables


def _validate(tables: Tables, origin: Origin) -> Config:
    try:
        if origin.is_typed:
            return Config.model_validate_json(json.dumps(tables, default=str), strict=True)
        return Config.model_validate_strings(tables)
    except ValidationError as error:
        problems = list(describe(error, origin))
    raise ConfigError("\n".join(problems))


def _merge(sources: tuple[PydanticBaseSettingsSource, ...]) -> Config:
    class Settings(_Settings):
        @classmethod
        def settings_customise_sources(cls, *_: object, **__: object) -> tuple[PydanticBaseSettingsSource, ...]:
            return sources[::-1]  # pydantic-settings wants them from the strongest to the weakest

    return Config.model_validate(dict(Settings()))


# --- each source ----------------------------------------------------------------------------------------------------
class _File(TomlConfigSettingsSource):
    def _read_files(self, files: object, deep_merge: bool = False) -> Tables:
        """Unlike the library, passes over no file that it can't read, and reads a pipe."""
        return self._read_file(files) if isinstance(files, Path) else {}


def _read_file(path: Path | None) -> Tables:
    try:
        return _File(_Settings, path and path.absolute())()  # it takes Path(".") for none given
    except OSError as error:
        raise ConfigError(f"{path}: the configuration file can't be read: {error.strerror}") from None
    except UnicodeDecodeError as error:
        raise ConfigError(f"{path}: the configuration file is not UTF-8 text (byte {error.start})") from None
    except tomllib.TOMLDecodeError as error:
        raise ConfigError(f"{path}: broken TOML: {error}") from None


class _Environment(EnvSettingsSource):
    """Unlike the library, also gives the variables that name no section, for them to be refused."""

    def __init__(self, environ: Mapping[str, str]) -> None:
        super().__init__(_Settings, case_sensitive=False)
        self.env_vars = {
            name.lower() if "__" in name else f"{name.lower()}__": value.strip()
            for name, value in environ.items()
            if name.startswith(VARIABLE_PREFIX) and name != CONFIG_VARIABLE and value.strip()
        }

    def __call__(self) -> Tables:
        tables = super().__call__()
        for name, value in self.env_vars.items():
            section, _, key = name.removeprefix(VARIABLE_PREFIX.lower()).partition("__")
            if section not in Config.model_fields:
                tables.setdefault(section, {})[key] = value
        return tables


def _spell_variable(section: str, key: str) -> str:
    return f"{VARIABLE_PREFIX}{section}__{key}".upper().removesuffix("__")


class _Credentials(NestedSecretsSettingsSource):
    @classmethod
    def load_secrets(cls, path: Path) -> dict[str, str]:
        """Unlike the library, reads only files named like ours: systemd may have put others beside them."""
        ours = (file for file in sorted(path.glob("*.*")) if file.name.partition(".")[0] in Config.model_fields)
        return {file.name: _read_credential(file) for file in ours}


def _read_credential(file: Path) -> str:
    try:
        return file.read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(f"credential {file.name}: it can't be read ({type(error).__name__})") from None


def _read_credentials(environ: Mapping[str, str]) -> Tables:
    directory = environ.get("CREDENTIALS_DIRECTORY")
    if directory and not Path(directory).is_dir():
        raise ConfigError(f"environment: CREDENTIALS_DIRECTORY names {directory}, which is no directory")
    try:
        files = SecretsSettingsSource(_Settings, directory or None)
        return _Credentials(files, secrets_prefix="", secrets_nested_delimiter=".")()
    except SettingsError as error:
        raise ConfigError(f"environment: CREDENTIALS_DIRECTORY: {error}") from None
