"""Subtitles: SubRip and WebVTT."""

from __future__ import annotations

from collections.abc import Iterator

from voicepipe.domain.transcripts import Segment, Transcript
from voicepipe.formats.registry import Format


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


SRT = Format(name="srt", suffix=".srt", render=_srt, may_share_output=False)
VTT = Format(name="vtt", suffix=".vtt", render=_vtt, may_share_output=False)
