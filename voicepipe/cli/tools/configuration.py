"""The configuration that the command line names."""

from __future__ import annotations

import re
import socket
from typing import TYPE_CHECKING

from voicepipe.cli.tools.console import complain
from voicepipe.errors import ConfigError

if TYPE_CHECKING:
    from pathlib import Path

    import typer

    from voicepipe.config import Config


def load(context: typer.Context) -> Config:
    """The configuration that the command line names. Raises ConfigError."""
    from voicepipe.config.loading import load_config

    return load_config(config_path(context))


def load_to_run(context: typer.Context) -> Config:
    """The same, with the preferences checked that it names, too. Raises ConfigError."""
    config = load(context)
    require_preferences(config)
    return config


def require_preferences(config: Config) -> None:
    """Raises ConfigError if the section `preferences` names what is none.

    Whoever reads a preference declares it, so that all are known only to the whole service.
    """
    if config.preferences.defaults or config.preferences.locked:
        import voicepipe.service  # noqa: F401  imported for what it declares
        from voicepipe.accounts.preferences import require_valid

        require_valid(config.preferences)


def load_to_ask(context: typer.Context) -> Config:
    """The configuration, to ask the service with. Raises ConfigError.

    One that is being edited, or has been spoiled, does not come between a service that runs and who asks it: what can
    be made out of it tells where that is.
    """
    from voicepipe.config.loading import salvage_config

    try:
        return load(context)
    except ConfigError as error:
        config = salvage_config(config_path(context))
        if not _is_served(config.service.socket_path):
            raise
        complain(f"{error}\nthe service that runs goes on with what the configuration was; the next start would fail")
        return config


def _is_served(path: Path) -> bool:
    with socket.socket(socket.AF_UNIX) as client:
        try:
            client.connect(str(path))
        except OSError:
            return False
    return True


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
