"""The books of the store: one file for each subject, which holds its operations together with their SQL.

Whatever writes is a method that calls `Core.write` (or `write_unread`) with one piece of work: one transaction. Tests
find these methods by that call, and kill the service before, inside and after each.
"""

from voicepipe.store.books.accounts import Accounts
from voicepipe.store.books.broadcasts import Broadcasts
from voicepipe.store.books.connections import Connections
from voicepipe.store.books.forgetting import Forgetting
from voicepipe.store.books.inbox import Inbox
from voicepipe.store.books.jobs import Jobs
from voicepipe.store.books.list_of_jobs import ListOfJobs
from voicepipe.store.books.makings import Makings
from voicepipe.store.books.payments import Payments
from voicepipe.store.books.people import People
from voicepipe.store.books.portrait import Portrait
from voicepipe.store.books.reports import Reports
from voicepipe.store.books.transcripts import Transcripts

__all__ = [
    "Accounts",
    "Broadcasts",
    "Connections",
    "Forgetting",
    "Inbox",
    "Jobs",
    "ListOfJobs",
    "Makings",
    "Payments",
    "People",
    "Portrait",
    "Reports",
    "Transcripts",
]
