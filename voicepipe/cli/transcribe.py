"""`voicepipe transcribe`: turns the operator's own files into text, with the service's workers and without Telegram."""

from __future__ import annotations

import asyncio
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from voicepipe.cli.tools.configuration import load
from voicepipe.cli.tools.console import complain, console
from voicepipe.cli.tools.results import Result, Writer, reason_of
from voicepipe.cli.tools.sources import STDIN, Source, name_of, open_source
from voicepipe.domain.transcripts import Failure
from voicepipe.errors import RequestRefused
from voicepipe.formats import FORMATS, TEXT, Format
from voicepipe.processing.kinds import Kind, Material

if TYPE_CHECKING:
    from rich.progress import Progress as ProgressBars
    from rich.progress import TaskID

    from voicepipe.cli.tools.making import Make
    from voicepipe.cli.tools.recognition import Workers
    from voicepipe.config import Config
    from voicepipe.journey.recognition import Advance, Heard

_BYTES_PER_WORKER = 200_000
"""A file of more is likely long enough for another worker: half a minute of a voice note takes about 100 kB."""


class Profile(StrEnum):
    """Speed against precision, as `[recognition] profile`."""

    ACCURATE = "accurate"
    BALANCED = "balanced"
    FAST = "fast"


def _formats_offered() -> str:
    """Evaluated when the command is put together, so that whatever format is registered by then is offered."""
    return f"<{'|'.join(form.name for form in FORMATS)}>"


def _known_format(name: str) -> str:
    if name not in (names := [form.name for form in FORMATS]):
        raise typer.BadParameter(f"{name!r} is not one of {', '.join(map(repr, names))}.")
    return name


def transcribe_command(
    context: typer.Context,
    files: Annotated[
        list[Path],
        typer.Argument(
            metavar="FILE", help="Audio or video files; - is standard input.", show_default=False, readable=False
        ),
    ],
    format_name: Annotated[
        str,
        typer.Option(
            "--format",
            callback=_known_format,
            metavar=_formats_offered(),
            autocompletion=lambda: [form.name for form in FORMATS],
            help="What to write.",
        ),
    ] = TEXT.name,
    language: Annotated[
        str | None,
        typer.Option(
            "--language", metavar="CODE", help="Language spoken, as ru or en; auto detects it.", show_default=False
        ),
    ] = None,
    output: Annotated[
        Path | None,
        typer.Option(
            "--output",
            metavar="DIR",
            help="Write a file for each into DIR instead of printing; one of that name is overwritten.",
            show_default=False,
            readable=False,
        ),
    ] = None,
    model: Annotated[
        str | None,
        typer.Option("--model", metavar="NAME", help="Another model than the configured one.", show_default=False),
    ] = None,
    profile: Annotated[
        Profile | None,
        typer.Option("--profile", help="Another profile than the configured one.", show_default=False),
    ] = None,
    track: Annotated[
        int | None,
        typer.Option(
            "--track",
            min=1,
            metavar="N",
            help="The N-th sound track of each file, instead of the one that a player would choose.",
            show_default=False,
        ),
    ] = None,
    summary: Annotated[
        bool, typer.Option("--summary", help="Write a summary of each instead of its text, with times.")
    ] = False,
) -> None:
    """Turn audio and video files into text.

    Neither Telegram nor quotas are involved, only the service's workers and its model. The texts go to standard output
    in the order of the files; json is one document per file. The exit code is 0 when all files have a text, 1 when
    some have none (the reason is on standard error).

    \b
    Examples:
      voicepipe transcribe voice.ogg
      voicepipe transcribe --format srt --output subtitles *.mp4
      curl https://example.org/talk.mp3 | voicepipe transcribe -
    """
    form = FORMATS[format_name]
    _require_sense(files, form, language, output)
    if summary and form is not TEXT:
        raise RequestRefused("A summary is a text; leave out --format")
    from voicepipe.cli.tools.recognition import with_recognition
    from voicepipe.models import DEMO, DEMO_NOTE

    config = with_recognition(load(context), model=model, language=language, profile=profile)
    if config.recognition.model == DEMO:
        complain(DEMO_NOTE)
    writer = Writer(form, output, heading=len(files) > 1)
    with tempfile.TemporaryDirectory(prefix="voicepipe-") as room:
        sources = [open_source(file, Path(room) / str(number)) for number, file in enumerate(files)]
        failed = asyncio.run(_transcribe(config, sources, track, writer, is_summary=summary))
    if failed and len(files) > 1:
        complain(f"{failed} of {len(files)} files have no text")
    raise typer.Exit(1 if failed else 0)


def _require_sense(files: Sequence[Path], form: Format, language: str | None, output: Path | None) -> None:
    """Raises RequestRefused for arguments that make no sense together, before the model is loaded."""
    from voicepipe.config.kinds import SPEECH_LANGUAGES

    if language not in (None, "auto", *SPEECH_LANGUAGES):
        raise RequestRefused(
            f"{language!r} is no language code that the models know; expected one as ru or en, or auto"
        )
    if output is None and len(files) > 1 and not form.may_share_output:
        raise RequestRefused(f"The texts of several files need a directory in the format {form.name}: add --output DIR")
    if files.count(STDIN) > 1:
        raise RequestRefused("Standard input can be read only once; give - once")
    if STDIN in files and sys.stdin and sys.stdin.isatty():
        raise RequestRefused("Standard input is the terminal; give it a recording, as: voicepipe transcribe - < FILE")
    names: dict[str, Path] = {}
    for file in map(name_of, files) if output else ():
        if (other := names.setdefault(file.stem, file)) != file:
            raise RequestRefused(f"{other} and {file} would be written to the same file; transcribe one of them apart")


# --- recognising --------------------------------------------------------------------------------------------------
async def _transcribe(
    config: Config, sources: Sequence[Source], track: int | None, writer: Writer, *, is_summary: bool
) -> int:
    """Recognise all, writing each result as soon as those before it are written; returns how many have no text."""
    from voicepipe.cli.tools.making import made_of
    from voicepipe.cli.tools.recognition import started_workers

    with _bars() as bars:
        loading = bars.add_task("loading the model", total=None, said="")
        async with started_workers(config, min(config.workers.resolved_count, _useful_workers(sources))) as workers:
            bars.remove_task(loading)
            async with made_of(config) as make:
                summarise = make if is_summary else None
                tasks = [asyncio.create_task(_one(workers, source, track, bars, summarise)) for source in sources]
                return await workers.unless_failed(_in_order(tasks, writer, bars))


def _useful_workers(sources: Sequence[Source]) -> int:
    """How many workers could have something to do: several share a long file."""
    files = [source.file for source in sources]
    return sum(1 + (file.stat().st_size // _BYTES_PER_WORKER if file.is_file() else 0) for file in files)


async def _in_order(tasks: Sequence[asyncio.Task[Result]], writer: Writer, bars: ProgressBars) -> int:
    failed = 0
    try:
        for task in tasks:
            result = await task
            with _paused(bars):
                failed += not writer.write(result)
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
    return failed


async def _one(
    workers: Workers, source: Source, track: int | None, bars: ProgressBars, summarise: Make | None
) -> Result:
    from voicepipe.cli.tools.recognition import media_of

    if source.problem:
        return Result(source.name, None, "unreadable", source.problem)
    bar = bars.add_task(source.name.name, total=None, visible=False, said="")
    heard = await workers.transcribe(media_of(source.file, track), lambda advance: _show(bars, bar, advance))
    bars.remove_task(bar)
    if isinstance(heard, Failure):
        return Result(source.name, None, heard.reason.value, reason_of(heard))
    return Result(source.name, heard.transcript) if summarise is None else await _summary(source, heard, summarise)


async def _summary(source: Source, heard: Heard, summarise: Make) -> Result:
    """The summary in the place of the text; of what is as short as one, the text."""
    try:
        text = await summarise(Kind.SUMMARY, Material.of(heard.transcript), "")
    except RequestRefused as error:
        if heard.transcript.text:
            complain(f"{source.name}: {error}")
        text = heard.transcript.text
    return Result(source.name, replace(heard.transcript, text=text, segments=()))


# --- progress -----------------------------------------------------------------------------------------------------
def _bars() -> ProgressBars:
    from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

    screen = console(stderr=True)
    columns = (TextColumn("{task.description}"), BarColumn(), TextColumn("{task.fields[said]}"), TimeElapsedColumn())
    return Progress(*columns, console=screen, transient=True, disable=not screen.is_terminal)


def _show(bars: ProgressBars, bar: TaskID, advance: Advance) -> None:
    said = f"{advance.done_seconds:.0f} of {advance.found_seconds:.0f} s of speech"
    # Before all of it is known, a bar would run backwards.
    total = advance.found_seconds if advance.is_opened else None
    bars.update(bar, visible=True, completed=advance.done_seconds, total=total, said=said)


@contextmanager
def _paused(bars: ProgressBars) -> Iterator[None]:
    """Take the bars off the terminal while something else is written to it."""
    bars.stop()
    try:
        yield
    finally:
        bars.start()
