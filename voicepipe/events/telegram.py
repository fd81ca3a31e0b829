"""What happens between the bot and Telegram."""

from __future__ import annotations

from dataclasses import dataclass

from voicepipe.events.base import Event


@dataclass(frozen=True, slots=True)
class FloodWaited(Event):
    severity = "warning"
    happens_to_a_job = True
    method: str
    seconds: float


@dataclass(frozen=True, slots=True)
class RequestRetried(Event):
    severity = "warning"
    happens_to_a_job = True
    method: str
    cause: str
    attempt: int


@dataclass(frozen=True, slots=True)
class CaughtUp(Event):
    """Messages were fetched that Telegram had not pushed (some of them may be known already)."""

    box: int
    messages: int


@dataclass(frozen=True, slots=True)
class PositionLost(Event):
    """Telegram can't tell what a box missed: it is too much, or Telegram does not know the position.

    Messages are read by their ids as far as that is possible; older ones are not answered.
    """

    severity = "warning"
    box: int
    cause: str


@dataclass(frozen=True, slots=True)
class ConnectionLost(Event):
    """The connection to Telegram is lost; the client tries to make it again until it succeeds."""

    severity = "warning"


@dataclass(frozen=True, slots=True)
class ConnectionRestored(Event):
    """The connection to Telegram is there again, after so long."""

    seconds: float


@dataclass(frozen=True, slots=True)
class AccountConnected(Event):
    """Somebody lets the bot see private chats of theirs, or has changed what it may do there."""

    user_id: int
    can_reply: bool


@dataclass(frozen=True, slots=True)
class AccountDisconnected(Event):
    """Somebody lets the bot see private chats of theirs no more."""

    user_id: int


@dataclass(frozen=True, slots=True)
class UpdateUnread(Event):
    """Telegram told of something that voicepipe knows but does not act upon yet, as a payment."""

    severity = "warning"
    kind: str


@dataclass(frozen=True, slots=True)
class SessionRestarted(Event):
    """Telegram did not answer; a new connection is made."""

    severity = "warning"
