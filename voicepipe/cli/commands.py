"""All subcommands of `voicepipe`, one module per group.

What a command needs is imported inside it: `voicepipe --help` stays quick, and a worker process, which imports the
main module again, gets nothing of the supervisor's.
"""

from __future__ import annotations

import gc
import os
from pathlib import Path
from typing import Annotated

import typer

from voicepipe import __version__
from voicepipe.cli import config, doctor, model, quota, status, transcribe, upkeep, users
from voicepipe.cli.tools.output import Command, RootCommands, load
from voicepipe.errors import StoreLocked

app = typer.Typer(
    cls=RootCommands,
    no_args_is_help=True,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    add_completion=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)


def _print_version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"voicepipe {__version__}")
        raise typer.Exit


@app.callback()
def root(
    context: typer.Context,
    config_path: Annotated[
        Path | None,
        typer.Option(
            "--config",
            metavar="PATH",
            envvar="VOICEPIPE_CONFIG",
            help="Configuration file; default ./config.toml, else /etc/voicepipe/config.toml.",
            show_default=False,
        ),
    ] = None,
    version: Annotated[
        bool, typer.Option("--version", callback=_print_version, is_eager=True, help="Show the version and exit.")
    ] = False,
) -> None:
    """A self-hosted Telegram bot that turns voice messages into text.

    Commands that show or change users, quotas and usage ask the running service; when none runs, they open its files.
    """
    context.obj = config_path


@app.command("run")
def run_command(context: typer.Context) -> None:
    """Run the service until Ctrl-C or SIGTERM."""
    configuration = load(context)
    gc.disable()  # importing makes a great many objects that stay: a collection that walks them finds nothing
    from voicepipe.service import run

    gc.enable()
    try:
        run(configuration, reload=lambda: load(context))
    except StoreLocked as error:
        raise StoreLocked(
            f"The service runs already ({error.holder}, state directory {configuration.service.state_path}). "
            "Stop it first; voicepipe status shows how it is.",
            pid=error.pid,
        ) from None
    # All is closed. Taking the interpreter apart object by object would only delay the next start.
    os._exit(0)


app.command("transcribe")(transcribe.transcribe_command)
app.command("status")(status.status_command)
app.command("usage")(status.usage_command)
app.add_typer(quota.app, name="quota")
app.add_typer(users.app, name="users")
app.command("check")(upkeep.check_command)
app.command("backup")(upkeep.backup_command)
app.command("restore")(upkeep.restore_command)
app.add_typer(model.app, name="model")
app.add_typer(config.app, name="config")
app.command("doctor")(doctor.doctor_command)

for group in (app, quota.app, users.app, model.app, config.app):
    for command in group.registered_commands:
        command.cls = Command
