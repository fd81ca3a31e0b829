"""What was made, as the journal keeps it."""

from __future__ import annotations

from pydantic import TypeAdapter

from voicepipe.processing.kinds import Made

_MADE: TypeAdapter[Made] = TypeAdapter(Made)


def packed(made: Made) -> str:
    """As JSON."""
    return _MADE.dump_json(made).decode()


def unpacked(content: str) -> Made:
    """What was kept. Raises ValueError for what is no such thing."""
    return _MADE.validate_json(content)
