"""A transcript as text for other programs: plain text, JSON, and the subtitle formats SubRip and WebVTT."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import asdict
from enum import StrEnum

from voicepipe.domain.transcripts import Segment, Transcript


class TranscriptFormat(StrEnum):
    """What a transcript can be written as; the value is also the file name's ending (`txt` for text)."""

    TEXT = "text"
    JSON = "json"
    SRT = "srt"
    VTT = "vtt"

    @property
    def suffix(self) -> str:
        return ".txt" if self is TranscriptFormat.TEXT else f".{self}"


def render(transcript: Transcript, form: TranscriptFormat) -> str:
    """Write a transcript in a format. The result ends with a newline, unless it is empty."""
    return _RENDERERS[form](transcript)


def _text(transcript: Transcript) -> str:
    return f"{transcript.text}\n" if transcript.text else ""


def _json(transcript: Transcript) -> str:
    return json.dumps(asdict(transcript), ensure_ascii=False, indent=2) + "\n"


def _srt(transcript: Transcript) -> str:
    cues = (
        f"{number}\n{_clock(segment.start, ',')} --> {_clock(segment.end, ',')}\n{text}\n"
        for number, (segment, text) in enumerate(_cues(transcript), 1)
    )
    return "\n".join(cues)


def _vtt(transcript: Transcript) -> str:
    cues = (
        f"\n{_clock(segment.start, '.')} --> {_clock(segment.end, '.')}\n{_escaped(text)}\n"
        for segment, text in _cues(transcript)
    )
    return "WEBVTT\n" + "".join(cues)


_RENDERERS: dict[TranscriptFormat, Callable[[Transcript], str]] = {
    TranscriptFormat.TEXT: _text,
    TranscriptFormat.JSON: _json,
    TranscriptFormat.SRT: _srt,
    TranscriptFormat.VTT: _vtt,
}


def _cues(transcript: Transcript) -> Iterator[tuple[Segment, str]]:
    """The segments that have words, each on one line: an empty line inside a cue would end it."""
    for segment in transcript.segments:
        if text := " ".join(segment.text.split()):
            yield segment, text


def _clock(seconds: float, decimal_mark: str) -> str:
    """HH:MM:SS and milliseconds; hours are not limited to two digits."""
    milliseconds = max(0, round(seconds * 1000))
    minutes, milliseconds = divmod(milliseconds, 60_000)
    hours, minutes = divmod(minutes, 60)
    return f"{hours:02d}:{minutes:02d}:{milliseconds // 1000:02d}{decimal_mark}{milliseconds % 1000:03d}"


def _escaped(text: str) -> str:
    """WebVTT reads `&`, `<` and `>` as markup."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
