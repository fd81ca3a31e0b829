"""`voicepipe worker`: this machine's processors, or its GPU, work for a service elsewhere."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from voicepipe.cli.tools.configuration import load

if TYPE_CHECKING:
    from voicepipe.config import Config


def worker_command(
    context: typer.Context,
    server: Annotated[
        str, typer.Option(metavar="URL", help="NATS server to meet the service at, as tls://HOST:4222.")
    ] = "",
    creds: Annotated[
        Path | None, typer.Option(metavar="FILE", help="This machine's nkey seed or NATS credentials.")
    ] = None,
    ca: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Certificate of the authority that signed the server's.")
    ] = None,
    name: Annotated[str, typer.Option(metavar="NAME", help="This machine's name; default: its host name.")] = "",
) -> None:
    """Work for a service on another machine.

    It does so until Ctrl-C or SIGTERM, and needs a model and no secret of Telegram's. What is not given is taken from
    [remote] of the configuration; [recognition] must say what it says at home, and [workers] how many processes there
    are.
    """
    configuration = _with_remote(load(context), server=server, credentials=creds, ca=ca, host=name)
    from voicepipe.outpost.main import run

    run(configuration)
    os._exit(0)


def _with_remote(config: Config, **given: object) -> Config:
    """The configuration with what the command line says. Raises ConfigError."""
    from pydantic import ValidationError

    from voicepipe.config.remote import RemoteConfig
    from voicepipe.errors import ConfigError

    changes = {key: value for key, value in given.items() if value}
    try:
        remote = RemoteConfig.model_validate(config.remote.model_dump() | changes)
    except ValidationError as error:
        raise ConfigError("; ".join(f"{each['loc'][0]}: {each['msg']}" for each in error.errors())) from None
    return config.model_copy(update={"remote": remote})
