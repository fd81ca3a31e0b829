"""`voicepipe config`: what is configured, and whether it is valid."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import typer

from voicepipe.cli.output import AsJson, config_path, load

if TYPE_CHECKING:
    from pathlib import Path

app = typer.Typer(no_args_is_help=True, rich_markup_mode=None)


@app.callback()
def config_group() -> None:
    """See the configuration, and check it."""


@app.command("show")
def show_command(context: typer.Context, as_json: AsJson = False) -> None:
    """Show the configuration in force, secrets masked."""
    masked = load(context).masked()
    if as_json:
        typer.echo(json.dumps(masked, ensure_ascii=False, indent=2))
        return
    typer.echo(f"# {_origin(_file(context))}")
    for section, table in masked.items():
        typer.echo(f"\n[{section}]")
        for key, value in table.items():
            typer.echo(f"{key} = {json.dumps(value, ensure_ascii=False)}")


@app.command("check")
def check_command(context: typer.Context, as_json: AsJson = False) -> None:
    """Check the configuration.

    Prints a line per problem; the exit code is then 78.
    """
    from voicepipe.errors import ConfigError

    try:
        load(context)
    except ConfigError as error:
        if not as_json:
            raise
        _print_check(str(error).splitlines())
        raise typer.Exit(error.exit_code) from None
    if as_json:
        _print_check([])
    else:
        typer.echo(f"The configuration is valid ({_origin(_file(context))}).")


def _file(context: typer.Context) -> Path | None:
    from voicepipe.config.loading import find_config_file

    return find_config_file(config_path(context))


def _origin(file: Path | None) -> str:
    return f"{file}, environment, credentials" if file else "no file: defaults, environment, credentials"


def _print_check(problems: list[str]) -> None:
    typer.echo(json.dumps({"valid": not problems, "problems": problems}, ensure_ascii=False, indent=2))
