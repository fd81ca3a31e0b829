"""What operators and administrators have changed, and what they change for all: requests and reports."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from pydantic import Field

from voicepipe.control.messages import OperatorRequest, Report, StatusReport


class Change(Report):
    """Something that an operator or an administrator has changed."""

    at: datetime
    user_id: int
    """For whom; 0: for all."""
    what: str
    """The setting's name; `grant` for seconds granted; `cancel` and `retry` of a job."""
    value: str | int | bool | None
    """What was set, how many seconds were granted, or which job."""
    by: int
    """The administrator who did it in the chat; 0: an operator at the command line."""


class Changes(Report):
    """The latest first."""

    changes: tuple[Change, ...]


class SetPaused(OperatorRequest[StatusReport]):
    """Accept no recording, until it is taken back; what is accepted is answered."""

    verb: Literal["set_paused"] = "set_paused"
    value: bool
    request_id: str = Field(min_length=8, max_length=64)
    by: int = 0
    """As in `Mutation`."""


class ShowChanges(OperatorRequest[Changes]):
    verb: Literal["show_changes"] = "show_changes"
    limit: int = 20
    user: str | None = None
    """None: what was changed for anybody."""
