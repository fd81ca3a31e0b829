"""Subtitles: SubRip and WebVTT."""

from __future__ import annotations

from voicepipe.domain.transcripts import Transcript
from voicepipe.formats.cues import Cue, cues
from voicepipe.formats.registry import Format


def _srt(transcript: Transcript) -> str:
    return "\n".join(
        f"{number}\n{_clock(cue.start, ',')} --> {_clock(cue.end, ',')}\n{_text(cue)}\n"
        for number, cue in enumerate(cues(transcript.segments), 1)
    )


def _vtt(transcript: Transcript) -> str:
    return "WEBVTT\n" + "".join(
        f"\n{_clock(cue.start, '.')} --> {_clock(cue.end, '.')}\n{_escaped(_text(cue))}\n"
        for cue in cues(transcript.segments)
    )


def _text(cue: Cue) -> str:
    return "\n".join(cue.lines)


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
