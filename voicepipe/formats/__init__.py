"""What a transcript can be written as. To add a format: its file, and its place in this list."""

from voicepipe.formats.json import JSON
from voicepipe.formats.registry import Format, Formats
from voicepipe.formats.subtitles import SRT, VTT
from voicepipe.formats.text import TEXT

__all__ = ["FORMATS", "JSON", "TEXT", "Format", "Formats"]

FORMATS = Formats()
"""All that there are."""

for form in (TEXT, JSON, SRT, VTT):
    FORMATS.register(form)
