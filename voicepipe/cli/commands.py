"""All subcommands of `voicepipe`, put together; a module for each group has what they do.

What a command needs is imported inside it, so that `voicepipe --help`, and a question to a running service, stay quick.
"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from voicepipe import __version__
from voicepipe.cli import (
    backup,
    check,
    completion,
    config,
    doctor,
    jobs,
    log,
    model,
    pause,
    payments,
    process,
    quota,
    quota_files,
    run,
    status,
    transcribe,
    usage,
    users,
    worker,
    workers,
)
from voicepipe.cli.tools.commands import Command, RootCommands

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
            readable=False,
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


app.command("run")(run.run_command)
app.command("worker")(worker.worker_command)
app.command("transcribe")(transcribe.transcribe_command)
app.command("process")(process.process_command)
app.command("status")(status.status_command)
app.command("pause")(pause.pause_command)
app.add_typer(jobs.app, name="jobs")
app.add_typer(workers.app, name="workers")
app.add_typer(usage.app, name="usage")
quota.app.command("import")(quota_files.import_command)
quota.app.command("export")(quota_files.export_command)
app.add_typer(quota.app, name="quota")
app.add_typer(users.app, name="users")
app.add_typer(payments.app, name="payments")
app.command("log")(log.log_command)
app.command("check")(check.check_command)
app.command("backup")(backup.backup_command)
app.command("restore")(backup.restore_command)
app.add_typer(model.app, name="model")
app.add_typer(config.app, name="config")
app.command("doctor")(doctor.doctor_command)
app.command("completion")(completion.completion_command)

for group in (app, jobs.app, workers.app, usage.app, quota.app, users.app, payments.app, model.app, config.app):
    for command in group.registered_commands:
        command.cls = Command
