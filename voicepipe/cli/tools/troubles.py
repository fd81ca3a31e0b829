"""What went wrong of late, all sorts of it in one list."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import TYPE_CHECKING

from pydantic import BaseModel

from voicepipe.cli.tools.words import show_person

if TYPE_CHECKING:
    from voicepipe.control.work import ErrorsReport


class TroubleRow(BaseModel):
    """Something that went wrong."""

    at: datetime
    sort: str
    """failed, refused, warning, error."""
    who: str = ""
    """Whose recording it was; empty where it was the service's own trouble."""
    words: str
    times: int = 1
    job: str = ""


def troubles(report: ErrorsReport) -> list[TroubleRow]:
    """All of it, the latest first."""
    return sorted(_troubles(report), key=lambda row: row.at, reverse=True)


def _troubles(report: ErrorsReport) -> Iterator[TroubleRow]:
    for each in report.troubles:
        times = f" ({each.times} times)" if each.times > 1 else ""
        yield TroubleRow(at=each.at, sort=each.severity, words=f"{each.words}{times}", times=each.times)
    for job in report.failures:
        who, why = show_person(job.user_id, job.username), (job.failure or "").replace("_", " ")
        yield TroubleRow(at=job.changed_at, sort="failed", who=who, words=why, job=job.job)
    for refusal in report.refusals:
        who, why = show_person(refusal.user_id, refusal.username), refusal.reason.replace("_", " ")
        length = "" if refusal.audio_seconds is None else f", {refusal.audio_seconds:.0f} s"
        yield TroubleRow(at=refusal.at, sort="refused", who=who, words=f"{why}{length}")
