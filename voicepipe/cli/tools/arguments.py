"""Options and arguments that several commands have."""

from __future__ import annotations

import re
from typing import Annotated

import typer

from voicepipe.errors import RequestRefused

AsJson = Annotated[bool, typer.Option("--json", help="Print one JSON document instead.")]

AsCsv = Annotated[bool, typer.Option("--csv", help="Print comma-separated values instead.")]

UserArgument = Annotated[
    str, typer.Argument(metavar="USER", help="A Telegram user id, or the @username of somebody seen before.")
]
NEGATIVE_NUMBERS = {"ignore_unknown_options": True}
"""Settings of a command that lets `-5` through as a value, so that its refusal can say what is wrong with it."""


def whole_number(text: str, of: str, example: str) -> int:
    """A number from the command line. Raises RequestRefused, saying what was expected."""
    try:
        if not re.fullmatch("[+-]?[0-9]+", text.strip()):
            raise ValueError
        return int(text)
    except ValueError:
        raise RequestRefused(f"{text!r} is no number of {of}; expected a whole number, as {example}") from None
