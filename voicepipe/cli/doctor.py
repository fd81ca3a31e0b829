"""`voicepipe doctor`: checks everything that the service needs, and says what to do about what is missing."""

from __future__ import annotations

import asyncio
import sys
from contextlib import nullcontext
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from voicepipe.cli.tools.arguments import AsJson
from voicepipe.cli.tools.checks import Check, Verdict, make_checks
from voicepipe.cli.tools.configuration import config_path
from voicepipe.cli.tools.console import console, print_document, wrapped

if TYPE_CHECKING:
    from rich.console import Console


_MARKS = {
    Verdict.OK: ("✓", "green"),
    Verdict.NOTE: ("!", "yellow"),
    Verdict.BAD: ("✗", "red"),
    Verdict.SKIPPED: ("-", "dim"),
}
_PLAIN_MARKS = {"✓": "+", "✗": "x"}


def doctor_command(
    context: typer.Context,
    offline: Annotated[bool, typer.Option("--offline", help="Do not sign in to Telegram.")] = False,
    is_worker: Annotated[
        bool, typer.Option("--worker", help="Check what `voicepipe worker` needs: nothing of Telegram's.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Check everything that the service needs.

    That is: configuration, secrets, files, disk, clock, model, and Telegram. The model recognises a clip. The bot's
    token is tried by a sign-in of its own, which does not disturb a running service. The exit code is 1 when something
    must be done before the service can work.
    """
    checks = asyncio.run(_examine(config_path(context), offline, is_worker, None if as_json else console()))
    is_bad = any(check.verdict is Verdict.BAD for check in checks)
    if as_json:
        print_document({"ok": not is_bad, "checks": [asdict(check) for check in checks]})
    raise typer.Exit(1 if is_bad else 0)


async def _examine(path: Path | None, offline: bool, is_worker: bool, screen: Console | None) -> list[Check]:
    """Make the checks, showing each as soon as it is made."""
    checks: list[Check] = []
    with screen.status("Checking …") if screen else nullcontext():
        async for check in make_checks(path, offline, is_worker=is_worker):
            checks.append(check)
            if screen:
                _show(screen, check)
    return checks


def _show(screen: Console, check: Check) -> None:
    from rich.text import Text

    mark, style = _MARKS[check.verdict]
    if not screen.encoding.startswith("utf"):
        mark = _PLAIN_MARKS.get(mark, mark)
    indent = " " * 17
    found = wrapped(check.found, sys.stdout, indent).lstrip()
    screen.print(Text.assemble((mark, style), f" {check.name:<15}{found}"), soft_wrap=True)
    for line in check.advice.splitlines():
        screen.print(Text(wrapped(line, sys.stdout, indent), style="bold"), soft_wrap=True)
