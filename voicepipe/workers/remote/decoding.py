"""What a text depends on, as home and hosts compare it."""

from __future__ import annotations

import dataclasses
import hashlib
from pathlib import Path

from voicepipe.models import FILES
from voicepipe.wire.messages import Boot
from voicepipe.wire.remote import Decoding

SHOWN_SIGNS = 60
"""Of what differs: it may be long, and anybody's."""


def decoding_of(boot: Boot) -> Decoding:
    """That of a worker which is told this. Reads the whole model, so not for the event loop. Raises OSError."""
    return Decoding(
        engine=boot.engine,
        model=model_sum(boot.model_path),
        language=boot.language,
        languages=boot.languages,
        preferred_language=boot.preferred_language,
        min_language_probability=boot.min_language_probability,
        beam_size=boot.beam_size,
        has_short_context=boot.has_short_context,
        limits_tokens=boot.limits_tokens,
        condition_on_previous_text=boot.condition_on_previous_text,
    )


def model_sum(directory: Path) -> str:
    """SHA-256 of a model's files, with their names. Raises OSError."""
    whole = hashlib.sha256()
    for name in sorted(FILES):
        path = directory / name
        if path.is_file():
            with path.open("rb") as file:
                whole.update(f"{name} {hashlib.file_digest(file, 'sha256').hexdigest()}\n".encode())
    return whole.hexdigest()


def difference(home: Decoding, host: Decoding) -> str:
    """What is otherwise there, in words; empty when nothing is."""
    names = [field.name for field in dataclasses.fields(Decoding)]
    pairs = [(name, getattr(home, name), getattr(host, name)) for name in names]
    return "; ".join(
        f"{name} is {_shown(there)}, at home {_shown(here)}" for name, here, there in pairs if here != there
    )


def _shown(value: object) -> str:
    return ascii(value)[:SHOWN_SIGNS]
