"""What was recognised of late, by hour and by language, read from the records."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

from voicepipe.store.remembered import Rows
from voicepipe.store.rows import Activity, UsageHour, UsageLanguage

_HOURS = """
SELECT epoch_us(date_trunc('hour', happened_at)) AS hour, count(*), sum(audio_seconds) FROM usage
WHERE happened_at >= make_timestamp(?) GROUP BY hour
"""
_LANGUAGES = """
SELECT language, count(*) AS recordings, sum(audio_seconds) FROM usage WHERE quota_day >= ?
GROUP BY language ORDER BY recordings DESC, language
"""
_HOUR = timedelta(hours=1)


def read_activity(rows: Rows, now: datetime, hours: int, since: date) -> Activity:
    """Each of so many hours of the clock until now, also those in which nothing was; languages from a quota day on."""
    last = now.astimezone(UTC).replace(minute=0, second=0, microsecond=0)
    first = last - (hours - 1) * _HOUR
    known = {row[0]: row[1:] for row in rows(_HOURS, [_microseconds(first)])}
    begins = [first + number * _HOUR for number in range(hours)]
    return Activity(
        hours=[UsageHour(begin, *known.get(_microseconds(begin), (0, 0.0))) for begin in begins],
        languages=[UsageLanguage(*row) for row in rows(_LANGUAGES, [since])],
    )


def _microseconds(instant: datetime) -> int:
    return int(instant.timestamp()) * 1_000_000
