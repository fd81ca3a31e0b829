"""Operations on the quotas of many users at once."""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter
from collections.abc import Iterable, Mapping

from voicepipe.control.many import (
    DEFAULT,
    CheckQuotaLines,
    ExportQuotas,
    ImportQuotas,
    ImportReport,
    LinesReport,
    QuotaLine,
    QuotaPage,
)
from voicepipe.control.operations.users import require_daily_quota, require_grant, require_plan, user_id_of
from voicepipe.control.registry import Desk, performs
from voicepipe.errors import RequestRefused
from voicepipe.store.entries import DAILY_QUOTA, IS_UNLIMITED, PLAN, Value

Setting = tuple[int, str, Value]


@performs(CheckQuotaLines)
async def check_quota_lines(desk: Desk, request: CheckQuotaLines) -> LinesReport:
    draft, problems = desk.drafts.open(request.import_id), []
    for line in request.lines:
        try:
            _require_sensible(desk, line)
            draft.add(user_id_of(desk, line.user), line)
        except RequestRefused as refusal:
            problems.append(f"line {line.line}: {refusal}")
    return LinesReport(problems=tuple(problems))


@performs(ImportQuotas)
async def import_quotas(desk: Desk, request: ImportQuotas) -> ImportReport:
    draft = desk.drafts.open(request.import_id)
    if draft.made is not None:
        return draft.made
    settings = [setting for user_id, line in draft.lines.items() for setting in _changes(desk, user_id, line)]
    grants = {user_id: line.grant_seconds for user_id, line in draft.lines.items() if line.grant_seconds}
    report = _report(request, len(draft.lines), settings, grants)
    if request.is_dry_run or report.missing:
        return report
    is_new = await desk.accounts.change_many(settings, grants, request_id=request.import_id)
    draft.made, draft.lines = report.model_copy(update={"was_made_before": not is_new}), {}
    return draft.made


@performs(ExportQuotas)
async def export_quotas(desk: Desk, request: ExportQuotas) -> QuotaPage:
    everybody = sorted(desk.people.ids() | desk.accounts.ids_with(DAILY_QUOTA, PLAN, IS_UNLIMITED))
    begin = 0 if request.after is None else bisect_right(everybody, request.after)
    page = everybody[begin : begin + request.limit]
    is_last = begin + len(page) >= len(everybody)
    return QuotaPage(
        lines=tuple(_line(desk, user_id) for user_id in page),
        users=len(everybody),
        next_after=None if is_last else page[-1],
    )


def _require_sensible(desk: Desk, line: QuotaLine) -> None:
    """Raises RequestRefused."""
    if isinstance(line.daily_seconds, int):
        require_daily_quota(line.daily_seconds)
    if line.plan not in (None, DEFAULT):
        require_plan(desk, line.plan)
    if line.grant_seconds:
        require_grant(line.grant_seconds)


def _changes(desk: Desk, user_id: int, line: QuotaLine) -> Iterable[Setting]:
    """What the line sets otherwise than it is."""
    for name, wanted in ((DAILY_QUOTA, line.daily_seconds), (PLAN, line.plan), (IS_UNLIMITED, line.unlimited)):
        value, present = None if wanted == DEFAULT else wanted, desk.accounts.setting(user_id, name)
        if wanted is not None and value != (bool(present) if name == IS_UNLIMITED else present):
            yield user_id, name, value


def _report(request: ImportQuotas, users: int, settings: list[Setting], grants: Mapping[int, int]) -> ImportReport:
    count = Counter(name for _, name, _ in settings)
    return ImportReport(
        is_dry_run=request.is_dry_run,
        users=users,
        missing=request.users - users,
        changed=len({user_id for user_id, _, _ in settings} | grants.keys()),
        daily_quotas=count[DAILY_QUOTA],
        plans=count[PLAN],
        unlimited=count[IS_UNLIMITED],
        grants=len(grants),
        granted_seconds=sum(grants.values()),
    )


def _line(desk: Desk, user_id: int) -> QuotaLine:
    person = desk.people.person(user_id)
    quota, plan = desk.accounts.setting(user_id, DAILY_QUOTA), desk.accounts.setting(user_id, PLAN)
    return QuotaLine(
        user=str(user_id),
        username=person.username if person else None,
        daily_seconds=DEFAULT if quota is None else int(quota),
        plan=DEFAULT if plan is None else str(plan),
        unlimited=bool(desk.accounts.setting(user_id, IS_UNLIMITED)),
    )
