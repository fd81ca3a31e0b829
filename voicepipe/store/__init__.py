"""What the service keeps: a journal that loses nothing, and records that answer questions.

`Store` is the whole interface: its books (`books/`) are the subjects, `core.py` has the threads and the one way to
write, `journal.py` and `records.py` are the two files.
"""

from voicepipe.store.backup import Backup, Restored, back_up, restore
from voicepipe.store.books.list_of_jobs import Choice
from voicepipe.store.books.traces import Sent
from voicepipe.store.entries import EntryKind
from voicepipe.store.rows import (
    ChangeRow,
    Counts,
    DaySoFar,
    Delivered,
    Farewell,
    Forgotten,
    InboxMessage,
    JobRow,
    Kept,
    LedgerRow,
    Making,
    RefusalRow,
    Table,
    UpdateState,
    Usage,
    UsageDay,
    UsageGroup,
    UsageHour,
    UserRow,
)
from voicepipe.store.store import Store, utc_now

__all__ = [
    "Backup",
    "ChangeRow",
    "Choice",
    "Counts",
    "DaySoFar",
    "Delivered",
    "EntryKind",
    "Farewell",
    "Forgotten",
    "InboxMessage",
    "JobRow",
    "Kept",
    "LedgerRow",
    "Making",
    "RefusalRow",
    "Restored",
    "Sent",
    "Store",
    "Table",
    "UpdateState",
    "Usage",
    "UsageDay",
    "UsageGroup",
    "UsageHour",
    "UserRow",
    "back_up",
    "restore",
    "utc_now",
]
