"""Connected accounts: whose private chats the bot sees by the owner's choice. Plain immutable data.

Telegram calls such a connection a business connection: core.telegram.org/api/bots/connected-business-bots
"""

from __future__ import annotations

from dataclasses import dataclass

BUSINESS = "business"
"""Begins the door of what comes in by a connection: `business:<connection id>+<file id>`."""
_FILE = "+"
"""Parts the connection's id, which Telegram writes without it, from the number of the file."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Connection:
    """An account that its owner has connected the bot to."""

    connection_id: str
    """Telegram's; a new one where somebody disconnects and connects again."""
    owner_id: int
    dc_id: int
    """The data centre that takes what is asked through the connection."""
    can_reply: bool
    """Whether the bot may write in the owner's name."""
    is_enabled: bool
    """False from when the owner has disconnected the bot, or switched it off."""
    qts: int
    """The number of the latest change; it counts, in whatever order they come."""
    since: int
    """The number of the change by which it came to be so, as far as the bot goes by it: others may have followed."""

    def door_of(self, media_id: int) -> str:
        """The door of a recording with this file: an edit that puts another into a message makes another recording."""
        return f"{self.door}{_FILE}{media_id}"

    @property
    def door(self) -> str:
        """Begins the doors of all that comes in by it."""
        return self.door_by(self.connection_id)

    @staticmethod
    def door_by(connection_id: str) -> str:
        """The same, where nothing more is known of it."""
        return f"{BUSINESS}:{connection_id}"


def is_business(door: str) -> bool:
    """Whether a message came in by a connected account."""
    return door.startswith(f"{BUSINESS}:")


def connection_of(door: str) -> str:
    """The door without the file: `business:<connection id>`; any other door as it is."""
    return door.partition(_FILE)[0]


def connection_id_of(door: str) -> str:
    """The connection that a message came in by; empty for another door."""
    return connection_of(door).removeprefix(f"{BUSINESS}:") if is_business(door) else ""
