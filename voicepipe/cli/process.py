"""`voicepipe process`: makes something of the operator's own texts, as a summary, without Telegram."""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from voicepipe.cli.tools.configuration import load
from voicepipe.cli.tools.making import made_of
from voicepipe.cli.tools.sources import STDIN
from voicepipe.errors import RequestRefused, VoicepipeError
from voicepipe.processing.kinds import Kind, Material

if TYPE_CHECKING:
    from voicepipe.config import Config


def process_command(
    context: typer.Context,
    file: Annotated[
        Path,
        typer.Argument(
            metavar="FILE", help="A text in UTF-8; - is standard input.", show_default=False, readable=False
        ),
    ],
    kind: Annotated[Kind, typer.Option("--with", help="What to make of it.")] = Kind.SUMMARY,
    language: Annotated[
        str,
        typer.Option("--language", metavar="CODE", help="Language of the text, as ru or en.", show_default=False),
    ] = "",
    into: Annotated[
        str,
        typer.Option("--into", metavar="CODE", help="Language of what is made, if another.", show_default=False),
    ] = "",
) -> None:
    """Make a summary, keywords or a tidier text of a text.

    With a language model in [processing] also key points, tasks, a translation or a title; what is said in the chat is
    made the same way. Without --language, it is guessed to be ru or en by its letters.

    \b
    Examples:
      voicepipe process meeting.txt --with summary
      voicepipe transcribe talk.mp3 | voicepipe process - --with tidy
    """
    text = _read(file)
    material = Material(text, language or _guessed(text))
    typer.echo(asyncio.run(_make(load(context), kind, material, into)))


async def _make(config: Config, kind: Kind, material: Material, into: str) -> str:
    """Raises RequestRefused."""
    async with made_of(config) as make:
        return await make(kind, material, into)


def _read(file: Path) -> str:
    """Raises RequestRefused for a terminal, VoicepipeError for what can't be read."""
    if file == STDIN:
        if sys.stdin and sys.stdin.isatty():
            raise RequestRefused("Standard input is the terminal; give it a text, as: voicepipe process - < FILE")
        return sys.stdin.read()
    try:
        return file.read_text(encoding="utf-8-sig")
    except OSError as error:
        raise VoicepipeError(f"{file} can't be read: {error.strerror}") from None
    except UnicodeDecodeError:
        raise VoicepipeError(f"{file} is no text in UTF-8") from None


def _guessed(text: str) -> str:
    """By its letters: what has more Cyrillic ones than others is taken for Russian."""
    letters = [letter for letter in text if letter.isalpha()]
    cyrillic = sum("\u0400" <= letter <= "\u04ff" for letter in letters)
    return "ru" if 2 * cyrillic > len(letters) else "en"
