"""Another machine that works for the service, as operators see it."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict


class HostStatus(BaseModel):
    """A machine that works for the service, or did, or wants to."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str
    state: str
    """at_work, draining, refused, barred or gone."""
    reason: str = ""
    """Why it is not at work."""
    model: str = ""
    """The name of its model."""
    device: str = ""
    slots: int = 0
    """Tasks that it takes at once."""
    busy: int = 0
    done: int = 0
    """Windows that it has answered since it joined."""
    lost: int = 0
    """Tasks that were lost there."""
    part_seconds: float = 0.0
    """What a window takes of late, there and back; 0.0 when nobody knows."""
    rss_bytes: int = 0
    silent_seconds: float = 0.0
    voicepipe: str = ""
    """Its version."""
