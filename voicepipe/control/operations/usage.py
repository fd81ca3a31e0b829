"""Operations that tell what was recognised and refused."""

from __future__ import annotations

from voicepipe.control.messages import Query, QueryReport, ShowUsage, UsageGroupLine, UsageReport
from voicepipe.control.registry import Desk, performs, require

MAX_DAYS = 3660
MAX_GROUPS = 100_000
MAX_ROWS = 10_000
QUERY_SECONDS = 20.0
"""How long an operator's own question may take."""


@performs(ShowUsage)
async def show_usage(desk: Desk, request: ShowUsage) -> UsageReport:
    require("The number of days", request.days, least=1, most=MAX_DAYS)
    require("The number of lines", request.limit, least=1, most=MAX_GROUPS)
    groups = await desk.reports.usage_by(request.by, request.days, request.limit)
    lines = tuple(UsageGroupLine.model_validate(group, from_attributes=True) for group in groups)
    return UsageReport(by=request.by, groups=lines)


@performs(Query)
async def query(desk: Desk, request: Query) -> QueryReport:
    require("The number of rows", request.limit, least=1, most=MAX_ROWS)
    table = await desk.reports.query(request.sql, limit=request.limit, seconds=QUERY_SECONDS)
    return QueryReport(columns=table.columns, rows=table.rows, is_cut=table.is_cut)
