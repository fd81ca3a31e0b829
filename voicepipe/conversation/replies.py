"""What the bot says: a text and its markup, with buttons below it or a document beside it. Plain immutable data."""

from __future__ import annotations

from dataclasses import dataclass

from voicepipe.domain.jobs import JobKey
from voicepipe.domain.markup import Entity
from voicepipe.domain.payments import Invoice

MAX_DATA_BYTES = 64
"""core.telegram.org/bots/api#inlinekeyboardbutton (callback_data)"""


@dataclass(frozen=True, slots=True)
class Button:
    """A button that sends `data` back when it is pressed; make one by `Asked.button` or `Pressed.button`."""

    text: str
    data: str
    """1 to 64 bytes of UTF-8; nothing where it opens a `url`."""
    url: str = ""

    def __post_init__(self) -> None:
        if not self.url and not 0 < len(self.data.encode()) <= MAX_DATA_BYTES:
            raise ValueError(f"a button's data takes 1 to {MAX_DATA_BYTES} bytes, not {len(self.data.encode())}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """A file made by the bot."""

    name: str
    mime_type: str
    content: bytes
    is_picture: bool = False
    """Whether it is shown as a picture."""


@dataclass(frozen=True, slots=True)
class Reply:
    """One thing that the bot says."""

    text: str
    buttons: tuple[tuple[Button, ...], ...] = ()
    """Rows of buttons below the text."""
    document: Document | None = None
    entities: tuple[Entity, ...] = ()
    """The text's markup."""
    under: int | None = None
    """The message of the chat that it replies to, where that is not the one that asked for it."""
    is_protected: bool = False
    """Whether nobody may forward or save it."""
    invoice: Invoice | None = None
    """What is to be paid, in the place of a text."""

    def __post_init__(self) -> None:
        if not all(0 <= entity.offset < entity.end <= len(self.text) for entity in self.entities):
            raise ValueError(f"markup beyond a text of {len(self.text)} characters")


@dataclass(frozen=True, slots=True, kw_only=True)
class Reaction:
    """What comes of the press of a button."""

    notice: str = ""
    """Shown for a moment to whoever pressed."""
    replacement: Reply | None = None
    """Takes the place of the message with the button."""
    reply: Reply | None = None
    """Said as another message, in reply to the one with the button."""
    buttons: tuple[tuple[Button, ...], ...] | None = None
    """Take the place of those below the message, whose text stays."""
    removals: tuple[JobKey, ...] = ()
    """Messages of the bot's that go."""

    def __post_init__(self) -> None:
        if self.replacement is not None and self.replacement.document is not None:
            raise ValueError("a document can only be said as another message")
