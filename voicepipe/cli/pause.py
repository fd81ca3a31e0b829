"""`voicepipe pause`: accepts no recording for a while."""

from __future__ import annotations

from typing import Annotated

import typer

from voicepipe.cli.tools.arguments import AsJson
from voicepipe.cli.tools.configuration import load_to_ask
from voicepipe.cli.tools.console import print_json
from voicepipe.cli.tools.operator import ask, new_request_id
from voicepipe.errors import RequestRefused


def pause_command(
    context: typer.Context,
    value: Annotated[str, typer.Argument(metavar="on|off", help="Pause, or accept recordings again.")] = "on",
    as_json: AsJson = False,
) -> None:
    """Accept no recording, until `voicepipe pause off`.

    Whoever sends one is told to send it later. What is accepted already is recognised and answered. A restart changes
    nothing about it.
    """
    from voicepipe.control.changes import SetPaused

    if value not in ("on", "off"):
        raise RequestRefused(f"{value!r} is neither on nor off")
    report = ask(load_to_ask(context), SetPaused(value=value == "on", request_id=new_request_id()))
    unfinished = report.jobs.accepted + report.jobs.concluded
    if as_json:
        print_json(report)
    elif report.is_paused:
        typer.echo(f"No recording is accepted until `voicepipe pause off`; {unfinished} are still to be answered.")
    else:
        typer.echo("Recordings are accepted.")
