"""`voicepipe completion`: lets the shell complete our commands."""

from __future__ import annotations

from typing import Annotated

import typer

from voicepipe.cli.tools.arguments import AsJson
from voicepipe.cli.tools.console import print_document
from voicepipe.cli.tools.shells import Installed, Shell, install, present_shell, script


def completion_command(
    shell: Annotated[
        Shell | None,
        typer.Argument(metavar="SHELL", help="bash, zsh or fish; default: the present one.", show_default=False),
    ] = None,
    is_shown: Annotated[bool, typer.Option("--show", help="Print the script; install nothing.")] = False,
    as_json: AsJson = False,
) -> None:
    """Let Tab complete commands, options and values.

    It is installed for the user who calls this, in files of theirs that are named; to remove it, delete the script.

    \b
    Examples:
      voicepipe completion
      voicepipe completion zsh
    """
    shell = shell or present_shell()
    if is_shown:
        typer.echo(script(shell), nl=False)
        return
    installed = install(shell)
    if as_json:
        start_file = str(installed.start_file) if installed.start_file else None
        print_document({"shell": shell, "script": str(installed.script), "start_file": start_file})
    else:
        _tell(installed)


def _tell(installed: Installed) -> None:
    typer.echo(f"Tab completes voicepipe in new shells ({installed.shell}). The script is {installed.script}")
    if installed.start_file:
        typer.echo(f"{installed.start_file} loads it.")
