"""The configuration that the command line names."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from voicepipe.errors import ConfigError

if TYPE_CHECKING:
    from pathlib import Path

    import typer

    from voicepipe.config import Config


def load(context: typer.Context) -> Config:
    """The configuration that the command line names. Raises ConfigError."""
    from voicepipe.config.loading import load_config

    return load_config(config_path(context))


def config_path(context: typer.Context) -> Path | None:
    """What `--config` names."""
    path: Path | None = context.find_root().obj
    return path


def require_token_form(config: Config) -> None:
    """Raises ConfigError if the bot_token does not look like one: perhaps only a part of it was copied."""
    token = config.telegram.bot_token.get_secret_value()
    if token and not re.fullmatch("[0-9]+:[A-Za-z0-9_-]+", token):
        raise ConfigError(
            "[telegram] bot_token is none: expected digits, a colon and letters, as 123456789:ABC-def…; "
            "copy it again from @BotFather"
        )
