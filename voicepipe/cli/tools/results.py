"""What `voicepipe transcribe` writes: texts, to standard output or into files, and reasons where there is no text."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path

import typer

from voicepipe.cli.tools.console import complain
from voicepipe.cli.tools.sources import NO_ROOM
from voicepipe.domain.transcripts import Failure, FailureReason, Transcript
from voicepipe.errors import VoicepipeError
from voicepipe.formats import JSON, Format

REASONS = {
    FailureReason.NO_SPEECH: "no speech in it",
    FailureReason.NO_AUDIO: "it has no sound track",
    FailureReason.UNKNOWN_CODEC: "its sound is coded as {detail}, which is not decoded here; convert it to Opus or MP3",
    FailureReason.NO_TRACK: "it has no such sound track; it has {detail}",
    FailureReason.UNREADABLE: "it is empty, damaged or no audio or video file",
    FailureReason.TOO_LONG: "it is longer than a day",
    FailureReason.DISK_FULL: NO_ROOM,
    FailureReason.POISON: "it ended its worker process every time (out of memory, or a defect in a decoder)",
    FailureReason.INTERNAL: "an internal error of voicepipe; please report it, with this: {detail}",
}


def reason_of(failure: Failure) -> str:
    """Why there is no text, in words."""
    words = REASONS.get(failure.reason, "an internal error of voicepipe; please report it")
    return words.format(detail=failure.detail or "something unknown")


@dataclass(frozen=True, slots=True)
class Result:
    """What came of one source: its transcript, or why there is none."""

    name: Path
    transcript: Transcript | None
    reason: str = ""
    """One word for programs."""
    message: str = ""


class Writer:
    """Writes results to standard output, or each into a file of a directory."""

    def __init__(self, form: Format, directory: Path | None, *, heading: bool) -> None:
        self._form = form
        self._directory = directory
        self._heading = heading
        if directory:
            with _writing_to(directory):
                directory.mkdir(parents=True, exist_ok=True)

    def write(self, result: Result) -> bool:
        """Whether it has a text, and that is written. Raises OutputFailed when standard output can't be."""
        if result.transcript is None:
            complain(f"{result.name}: {result.message}")
        if self._directory:
            return self._write_file(self._directory, result)
        if self._form is JSON:
            typer.echo(_json_document(result, indent=None if self._heading else 2))
        elif result.transcript:
            heading = f"==> {result.name} <==\n" if self._heading else ""
            typer.echo(heading + self._form.render(result.transcript), nl=self._heading)
        return result.transcript is not None

    def _write_file(self, directory: Path, result: Result) -> bool:
        """A file that can't be written costs only its own text."""
        if result.transcript is None:
            return False
        path = directory / f"{result.name.stem}{self._form.suffix}"
        try:
            with _writing_to(path):
                path.write_text(self._form.render(result.transcript), encoding="utf-8")
        except VoicepipeError as error:
            complain(f"{result.name}: {error}")
            return False
        return True


@contextmanager
def _writing_to(path: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise VoicepipeError(f"{path} can't be written: {error.strerror}") from None


def _json_document(result: Result, indent: int | None) -> str:
    document: dict[str, object] = {"file": str(result.name)}
    if result.transcript:
        document |= asdict(result.transcript)
    else:
        document["error"] = {"reason": result.reason, "message": result.message}
    return json.dumps(document, ensure_ascii=False, indent=indent)
