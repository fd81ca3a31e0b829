"""`voicepipe check`: checks that the books balance."""

from __future__ import annotations

import typer

from voicepipe.cli.tools.arguments import AsJson
from voicepipe.cli.tools.configuration import load_to_ask
from voicepipe.cli.tools.console import print_json
from voicepipe.cli.tools.operator import ask


def check_command(context: typer.Context, as_json: AsJson = False) -> None:
    """Check that the books balance.

    For every user and job, ledger, jobs, usage, records and balances must agree, and only living jobs may hold a
    reservation. Prints a line per contradiction; the exit code is then 1.
    """
    from voicepipe.control.messages import CheckStore

    report = ask(load_to_ask(context), CheckStore())
    if as_json:
        print_json(report)
    else:
        for violation in report.violations or ("Everything adds up.",):
            typer.echo(violation)
    raise typer.Exit(1 if report.violations else 0)
