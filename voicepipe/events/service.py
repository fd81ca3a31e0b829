"""What happens to the service as a whole, and to its configuration."""

from __future__ import annotations

from dataclasses import dataclass

from voicepipe.events.base import Event


@dataclass(frozen=True, slots=True)
class ServiceReady(Event):
    """Signed in, and at least one worker is ready."""

    bot: str
    """Its @username."""
    start_seconds: float
    workers: int


@dataclass(frozen=True, slots=True)
class ServiceDraining(Event):
    """Intake is closed; what runs is finished within the bound."""

    cause: str


@dataclass(frozen=True, slots=True)
class MonitoringOpened(Event):
    """How the service is can be asked on this machine."""

    port: int
    """0: on a Unix socket."""


@dataclass(frozen=True, slots=True)
class SignInDelayed(Event):
    """Telegram can't be reached, or does not let the bot sign in just now; it is tried again."""

    severity = "warning"
    cause: str


@dataclass(frozen=True, slots=True)
class ClockIsWrong(Event):
    """This machine's clock differs from Telegram's; the bot works, but quota days begin at the wrong time."""

    severity = "warning"
    ahead_seconds: float
    """Negative: it is behind."""


@dataclass(frozen=True, slots=True)
class Reconfigured(Event):
    """Every key that may change while the service runs is in force as the configuration has it now."""


@dataclass(frozen=True, slots=True)
class RestartNeeded(Event):
    """Keys of the configuration have changed that a running service can't take over; the next start does."""

    severity = "warning"
    keys: str
    """Their names, as "[workers] count, [telegram] probe_seconds"."""


@dataclass(frozen=True, slots=True)
class ReconfigurationRefused(Event):
    """The configuration has problems, which `voicepipe config check` names; the former one stays in force."""

    severity = "error"
    problems: int


@dataclass(frozen=True, slots=True)
class BotChanged(Event):
    """The token belongs to another bot: the former one's unfinished jobs are closed and their quota is refunded."""

    severity = "warning"
    jobs: int
