"""Seconds that are set aside for a recording when a payment of its user is given back.

They can't be taken back then, as the recording may need them. What it gives free later, when it is concluded or nobody
gets its answer, is taken back in that very transaction: so it comes to the same as if it had been settled first.
"""

from __future__ import annotations

from voicepipe.domain.jobs import JobKey
from voicepipe.domain.payments import Payment
from voicepipe.store.entries import Entry, EntryKind
from voicepipe.store.journal import IS_KEY, KEY, Journal, key_values


def await_recordings(journal: Journal, payment: Payment) -> None:
    """Have what a user's unfinished recordings give free from now on taken back, as far as a payment bought it."""
    if payment.seconds > payment.taken_back:
        journal.execute(
            f"INSERT OR IGNORE INTO set_aside (charge_id, {KEY}) SELECT ?, {KEY} FROM jobs"
            " WHERE user_id = ? AND state <> 'done' AND extra_seconds > 0",
            (payment.charge_id, payment.user_id),
        )


def taken_of(journal: Journal, key: JobKey, *changes: Entry) -> tuple[Entry, ...]:
    """Take back what a recording gives free by these changes of its reservation: entries that are not appended yet."""
    freed = sum(entry.extra_seconds for entry in changes)
    sql = (
        "SELECT charge_id, stars, seconds - taken_back FROM payments JOIN set_aside USING (charge_id)"
        f" WHERE {IS_KEY} AND seconds > taken_back ORDER BY paid_at"
    )
    taken = []
    for charge_id, stars, open_seconds in journal.execute(sql, key_values(key)).fetchall():
        if (seconds := min(freed, open_seconds)) > 0:
            freed -= seconds
            taken.append(_take(journal, changes[0], charge_id, stars, seconds))
    return tuple(taken)


def _take(journal: Journal, change: Entry, charge_id: str, stars: int, seconds: int) -> Entry:
    journal.execute("UPDATE payments SET taken_back = taken_back + ? WHERE charge_id = ?", (seconds, charge_id))
    return Entry(
        EntryKind.TAKE_BACK,
        *(change.user_id, change.at, change.quota_day),
        extra_seconds=-seconds,
        key=change.key,
        name=charge_id,
        value=stars,
    )


def await_no_more(journal: Journal, key: JobKey) -> None:
    """A recording gives nothing free any more."""
    journal.execute(f"DELETE FROM set_aside WHERE {IS_KEY}", key_values(key))
