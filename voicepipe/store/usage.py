"""Sums of what was recognised and refused, read from the records."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

from voicepipe.domain.usage import UsageBy
from voicepipe.store.journal import to_microseconds
from voicepipe.store.remembered import Rows
from voicepipe.store.rows import DaySoFar, UsageDay, UsageGroup, UsageHour

_SUMS = """
count(*) AS recordings, count(DISTINCT user_id), sum(audio_seconds) AS audio, sum(compute_seconds), avg(queue_seconds),
avg(total_seconds), median(abs(predicted_seconds - total_seconds))
"""
_TIMES = {UsageBy.DAY: "%Y-%m-%d", UsageBy.WEEK: "%G-W%V", UsageBy.MONTH: "%Y-%m"}
_COLUMNS = {
    UsageBy.USER: "user_id",
    UsageBy.CHAT: "chat_id",
    UsageBy.LANGUAGE: "language",
    UsageBy.KIND: "kind",
    UsageBy.MODEL: "model",
}
_REFUSALS = """
SELECT reason, NULL, count(*) AS recordings, count(DISTINCT user_id), coalesce(sum(audio_seconds), 0), NULL, NULL, NULL,
    NULL
FROM refusals WHERE quota_day >= $since GROUP BY reason ORDER BY recordings DESC, reason LIMIT $most
"""


_HOURS = """
SELECT epoch_us(date_trunc('hour', happened_at)) AS hour, count(*), sum(audio_seconds) FROM usage
WHERE happened_at >= make_timestamp($first) GROUP BY hour
"""
_HOUR = timedelta(hours=1)


def read_hours(rows: Rows, now: datetime, hours: int) -> list[UsageHour]:
    """Each of so many hours of the clock until now, the oldest first, also those in which nothing was done."""
    last = now.astimezone(UTC).replace(minute=0, second=0, microsecond=0)
    begins = [last - ago * _HOUR for ago in reversed(range(hours))]
    known = {row[0]: row[1:] for row in rows(_HOURS, {"first": to_microseconds(begins[0])})}
    return [UsageHour(begin, *known.get(to_microseconds(begin), (0, 0.0))) for begin in begins]


def read_days(rows: Rows, since: date, user_id: int | None) -> list[UsageDay]:
    """Each quota day from `since` on that has any usage, of everybody or of one user, newest first."""
    found = rows(
        f"SELECT quota_day, {_SUMS} FROM usage WHERE quota_day >= $since AND user_id = coalesce($user_id, user_id)"
        " GROUP BY quota_day ORDER BY quota_day DESC",
        {"since": since, "user_id": user_id},
    )
    return [UsageDay(*row) for row in found]


def read_day(rows: Rows, day: date, until: datetime) -> DaySoFar:
    """One quota day until a moment of it."""
    where = "quota_day = $day AND happened_at <= make_timestamp($until)"
    values = {"day": day, "until": to_microseconds(until)}
    found = rows(f"SELECT quota_day, {_SUMS} FROM usage WHERE {where} GROUP BY quota_day", values)
    ((refused,),) = rows(f"SELECT count(*) FROM refusals WHERE {where}", values)
    return DaySoFar(next((UsageDay(*row) for row in found), None), refused)


def read_groups(rows: Rows, by: UsageBy, since: date, limit: int) -> list[UsageGroup]:
    """From a quota day on, at most so many groups: the latest times, else those with most audio (most refusals)."""
    return [UsageGroup(*row) for row in rows(_question(by), {"since": since, "most": limit})]


def _question(by: UsageBy) -> str:
    if by is UsageBy.REFUSAL:
        return _REFUSALS
    if by in _TIMES:
        group, order = f"strftime(quota_day, '{_TIMES[by]}')", "shared DESC"
    else:
        group, order = f"{_COLUMNS[by]}", "audio DESC, shared"
    name = "(SELECT username FROM users WHERE telegram_id = shared)" if by is UsageBy.USER else "NULL"
    return (
        f"SELECT shared::VARCHAR, {name}, * EXCLUDE shared FROM (SELECT {group} AS shared, {_SUMS} FROM usage"
        f" WHERE quota_day >= $since GROUP BY shared ORDER BY {order} LIMIT $most) ORDER BY {order}"
    )
