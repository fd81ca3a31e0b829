"""`voicepipe config`: shows the configuration, and checks it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import typer

from voicepipe.cli.tools.arguments import AsJson
from voicepipe.cli.tools.configuration import config_path, load, load_to_run, require_token_form
from voicepipe.cli.tools.console import print_document
from voicepipe.errors import ConfigError

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from voicepipe.config import Config

app = typer.Typer(no_args_is_help=True, rich_markup_mode=None)


@app.callback()
def config_group() -> None:
    """See the configuration, and check it."""


@app.command("show")
def show_command(context: typer.Context, as_json: AsJson = False) -> None:
    """Show the configuration in force, secrets masked."""
    from voicepipe.config.keys import masked

    shown = masked(load(context))
    if as_json:
        print_document(shown)
        return
    typer.echo(f"# {_origin(_file(context))}")
    for section, table in shown.items():
        typer.echo(f"\n[{section}]")
        for key, value in table.items():
            typer.echo(f"{key} = {json.dumps(value, ensure_ascii=False)}")


@app.command("check")
def check_command(context: typer.Context, as_json: AsJson = False) -> None:
    """Check the configuration.

    Prints a line per problem; the exit code is then 78. What is not set yet is no problem, but named.
    """
    try:
        config = load_to_run(context)
        require_token_form(config)
    except ConfigError as error:
        if not as_json:
            raise
        _print_check(str(error).splitlines())
        raise typer.Exit(error.exit_code) from None
    missing = _missing(config)
    if as_json:
        _print_check([], missing)
    elif missing:
        typer.echo(f"What is set is valid ({_origin(_file(context))}).")
        typer.echo(f"Still missing, and needed by voicepipe run: {', '.join(missing)}.")
    else:
        typer.echo(f"The configuration is valid ({_origin(_file(context))}).")


def _missing(config: Config) -> list[str]:
    """The keys that must be set for the service to sign in, and are not."""
    from voicepipe.config.keys import SETTINGS, SIGN_IN

    return [setting.credential for setting in SETTINGS if setting.name in SIGN_IN and not setting.value_in(config)]


def _file(context: typer.Context) -> Path | None:
    from voicepipe.config.loading import find_config_file

    return find_config_file(config_path(context))


def _origin(file: Path | None) -> str:
    return f"{file}, environment, credentials" if file else "no file: defaults, environment, credentials"


def _print_check(problems: Sequence[str], missing: Sequence[str] = ()) -> None:
    print_document({"valid": not problems, "problems": problems, "missing": missing})
