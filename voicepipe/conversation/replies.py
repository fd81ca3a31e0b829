"""What the bot says: a text, with buttons below it or a document beside it. Plain immutable data."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Button:
    """A button that sends `data` back when it is pressed."""

    text: str
    data: str
    """At most 64 bytes of UTF-8."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """A file made by the bot."""

    name: str
    mime_type: str
    content: bytes


@dataclass(frozen=True, slots=True)
class Reply:
    """One thing that the bot says."""

    text: str
    buttons: tuple[tuple[Button, ...], ...] = ()
    """Rows of buttons below the text."""
    document: Document | None = None
