"""The files of the state directory: what each is called, said once.

The service owns them all while it holds the lock. The control socket is in the runtime directory instead, see
`ServiceConfig`. Below the store, as the configuration, Telegram's session and the commands name files here, too.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path


@dataclass(frozen=True, slots=True)
class StateFiles:
    """Names of the files in a state directory, whether they are there or not."""

    directory: Path

    @property
    def lock(self) -> Path:
        """Whoever holds the lock on it owns the directory."""
        return self.directory / "lock"

    @property
    def journal(self) -> Path:
        """The truth: an SQLite file."""
        return self.directory / "journal.sqlite"

    @property
    def journal_log(self) -> Path:
        """SQLite's write-ahead log: what was committed last may be only there."""
        return self.directory / "journal.sqlite-wal"

    @property
    def journal_index(self) -> Path:
        """SQLite's index of that log, which it makes anew when it is not there."""
        return self.directory / "journal.sqlite-shm"

    def replaced_journal(self, at: datetime) -> Path:
        """The name of a journal that a restored backup replaces at this instant."""
        return self.directory / f"journal.sqlite.replaced-{at:%Y%m%dT%H%M%SZ}"

    def replaced_journals(self) -> list[Path]:
        """All that backups have replaced, and their logs."""
        return list(self.directory.glob("journal.sqlite.replaced-*"))

    @property
    def records(self) -> Path:
        """Made from the journal, for questions: a DuckDB file."""
        return self.directory / "records.duckdb"

    @property
    def records_log(self) -> Path:
        """DuckDB's write-ahead log."""
        return self.directory / "records.duckdb.wal"

    def damaged_records(self, at_ms: int) -> Path:
        """The name of records that are set aside at this instant (milliseconds since 1970)."""
        return self.directory / f"records.duckdb.damaged-{at_ms}"

    def all_damaged_records(self) -> list[Path]:
        """All records that were set aside, and their logs."""
        return list(self.directory.glob("records.duckdb.damaged-*"))

    def all_records(self) -> list[Path]:
        """The records, their log, DuckDB's temporary directory, and whatever was set aside."""
        return list(self.directory.glob("records.duckdb*"))

    @property
    def session(self) -> Path:
        """The Telegram client's: it holds the account's key."""
        return self.directory / "bot.session"

    def all_session_files(self) -> list[Path]:
        """The session and what SQLite has put beside it."""
        return list(self.directory.glob("bot.session*"))

    @property
    def session_owner(self) -> Path:
        """Tells which bot's session it is, and with which secrets it was signed in."""
        return self.directory / "bot.owner"

    @property
    def spool(self) -> Path:
        """The directory of recordings while they are recognised."""
        return self.directory / "spool"

    @property
    def models(self) -> Path:
        """The directory into which `voicepipe model download` puts models."""
        return self.directory / "models"
