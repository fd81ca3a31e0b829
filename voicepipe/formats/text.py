"""Plain text: the words and nothing else."""

from __future__ import annotations

from voicepipe.domain.transcripts import Transcript
from voicepipe.formats.registry import Format


def _render(transcript: Transcript) -> str:
    return f"{transcript.text}\n" if transcript.text else ""


TEXT = Format(name="text", suffix=".txt", render=_render)
