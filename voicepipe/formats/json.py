"""JSON: everything that is known of a transcript, as one document."""

from __future__ import annotations

import json
from dataclasses import asdict

from voicepipe.domain.transcripts import Transcript
from voicepipe.formats.registry import Format


def _render(transcript: Transcript) -> str:
    return json.dumps(asdict(transcript), ensure_ascii=False, indent=2) + "\n"


JSON = Format(name="json", suffix=".json", render=_render)
