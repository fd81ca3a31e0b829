"""Requests about the quotas of many users at once: imported all or none, exported page by page.

An import is sent in pieces, each checked as it comes, and then made in one transaction. Its `import_id` is its
idempotency key.
"""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from voicepipe.control.messages import OperatorRequest, Report

MOST_LINES_AT_ONCE = 200
"""Of any lines that are valid, so many fit into one request."""
MOST_LINES_OF_A_PAGE = 5000
DEFAULT: Literal["default"] = "default"

_SIGNS = "^[ -~]{1,40}$"
_ImportId = Field(min_length=8, max_length=64)


class QuotaLine(BaseModel):
    """What one user is to have, or has. None leaves something as it is, `default` takes back what was set."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    line: int = 0
    """Of the file, the first being 1: by this it is named when something is wrong with it."""
    user: str = Field(pattern=_SIGNS)
    """A Telegram user id, or the @username of somebody seen before."""
    username: str | None = None
    """For people to read, in an export only."""
    daily_seconds: int | Literal["default"] | None = None
    plan: str | None = Field(default=None, pattern=_SIGNS)
    unlimited: bool | None = None
    grant_seconds: int | None = None
    """Seconds to give beside what is there, each time."""


class LinesReport(Report):
    """What is wrong with lines: a sentence each, which begins with the line's number."""

    problems: tuple[str, ...]


class ImportReport(Report):
    """What an import changed, or would change."""

    is_dry_run: bool
    users: int
    """That have arrived."""
    missing: int
    """That have not; then nothing is changed, and all have to be sent again."""
    was_made_before: bool = False
    """Whether it had been made already, and this time nothing was changed."""
    changed: int
    """Of these, for whom something changes; what follows counts users, too."""
    daily_quotas: int
    plans: int
    unlimited: int
    grants: int
    granted_seconds: int


class QuotaPage(Report):
    """Users by id, after the page before."""

    lines: tuple[QuotaLine, ...]
    users: int
    """On all pages."""
    next_after: int | None
    """What to ask for next; None: this is the last page."""


class CheckQuotaLines(OperatorRequest[LinesReport]):
    """A piece of an import: checked, and kept for a while."""

    verb: Literal["check_quota_lines"] = "check_quota_lines"
    import_id: str = _ImportId
    lines: tuple[QuotaLine, ...] = Field(max_length=MOST_LINES_AT_ONCE)


class ImportQuotas(OperatorRequest[ImportReport]):
    """Make all of the import's changes, or tell what they would be."""

    verb: Literal["import_quotas"] = "import_quotas"
    import_id: str = _ImportId
    users: int
    """How many there must be."""
    is_dry_run: bool = False


class ExportQuotas(OperatorRequest[QuotaPage]):
    verb: Literal["export_quotas"] = "export_quotas"
    after: int | None = None
    """The last id of the page before; None begins."""
    limit: int = Field(default=MOST_LINES_OF_A_PAGE, ge=1, le=MOST_LINES_OF_A_PAGE)
