"""Texts that are kept for a while after their delivery, whole, and the messages that they were delivered in."""

from __future__ import annotations

import zlib
from datetime import datetime, timedelta

from pydantic import TypeAdapter

from voicepipe.domain.jobs import Job, JobKey
from voicepipe.domain.transcripts import Transcript
from voicepipe.store.core import Core
from voicepipe.store.journal import IS_KEY, KEY, Journal, from_microseconds, key_values, to_microseconds
from voicepipe.store.rows import Delivered, Kept

_TRANSCRIPT: TypeAdapter[Transcript] = TypeAdapter(Transcript)
_OF_JOB = "job_chat_id = ? AND job_message_id = ? AND job_door = ?"
_KEPT = """
SELECT transcripts.chat_id, transcripts.message_id, transcripts.door, transcripts.user_id, jobs.language, content,
    transcripts.delivered_at, coalesce(jobs.is_protected, 0)
FROM transcripts
LEFT JOIN jobs USING (chat_id, message_id, door)
WHERE content IS NOT NULL AND
"""
_IS_BEHIND = f"""
(transcripts.chat_id, transcripts.message_id, transcripts.door)
    = (SELECT job_chat_id, job_message_id, job_door FROM answers WHERE {IS_KEY})
"""
_IS_ITSELF = "transcripts.chat_id = ? AND transcripts.message_id = ? AND transcripts.door = ?"

_LATEST = """
SELECT text FROM transcripts LEFT JOIN jobs USING (chat_id, message_id, door)
WHERE transcripts.user_id = ? AND NOT coalesce(is_protected, 0)
ORDER BY delivered_at DESC, transcripts.rowid DESC LIMIT ?
"""


class Transcripts:
    """What was delivered lately."""

    def __init__(self, core: Core) -> None:
        self._core = core

    async def behind(self, message: JobKey) -> Kept | None:
        """What is kept of the answer that a message of the bot's belongs to, if anything is."""
        return await self._core.read(lambda journal: _kept(journal, _IS_BEHIND, message))

    async def text_of(self, key: JobKey) -> Kept | None:
        """What is kept of the text of a recording, if anything is."""
        return await self._core.read(lambda journal: _kept(journal, _IS_ITSELF, key))

    async def alike(self, fingerprint: str) -> Transcript | None:
        """The latest text that is kept of a recording with this fingerprint."""
        sql = (
            "SELECT content FROM transcripts WHERE fingerprint = ? AND content IS NOT NULL"
            " ORDER BY delivered_at DESC LIMIT 1"
        )
        row = await self._core.read(lambda journal: journal.execute(sql, (fingerprint,)).fetchone())
        return None if row is None else _TRANSCRIPT.validate_json(unpacked(row[0]))

    async def latest(self, user_id: int, limit: int) -> list[str]:
        """The latest texts of a user's recordings, the newest first, without those that nobody may pass on."""
        rows = await self._core.read(lambda journal: journal.execute(_LATEST, (user_id, limit)).fetchall())
        return [str(row[0]) for row in rows]

    async def with_buttons_to_hide(self, limit: int = 100) -> list[JobKey]:
        """Messages whose buttons are to go by now, those that are due longest first."""
        now = to_microseconds(self._core.clock())
        sql = f"SELECT {KEY} FROM answers WHERE hides_at <= ? ORDER BY hides_at LIMIT ?"
        rows = await self._core.read(lambda journal: journal.execute(sql, (now, limit)).fetchall())
        return [JobKey(*row) for row in rows]

    async def note_hidden(self, message: JobKey) -> None:
        """The buttons under a message are gone."""
        sql = f"UPDATE answers SET hides_at = NULL WHERE {IS_KEY}"
        await self._core.write(lambda journal: journal.execute(sql, key_values(message)))

    async def prune_kept(self, older_than: timedelta) -> int:
        """Delete what was delivered that long ago; how many texts."""
        before = to_microseconds(self._core.clock() - older_than)
        deleted = await self._core.write(lambda journal: _prune(journal, before))
        if deleted:
            await self._core.read(Journal.tidy)
        return deleted


def keep(journal: Journal, job: Job, transcript: Transcript, answer: Delivered, now: datetime) -> None:
    """Keep a transcript that was delivered. In the transaction that notes the delivery."""
    key, user_id = job.key, job.user_id
    # Where somebody has stopped it, it is not the text of all that was wanted.
    is_whole = not transcript.is_partial or job.first_seconds is not None
    journal.execute(
        f"INSERT OR REPLACE INTO transcripts ({KEY}, user_id, text, content, delivered_at, fingerprint)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        (
            *(*key_values(key), user_id, transcript.text, _packed(transcript), to_microseconds(now)),
            job.fingerprint if is_whole else None,
        ),
    )
    for number, message in enumerate(answer.messages):
        has_buttons = answer.buttons_until is not None and message == answer.messages[-1]
        hides_at = to_microseconds(answer.buttons_until) if answer.buttons_until and has_buttons else None
        journal.execute(
            "INSERT OR REPLACE INTO answers VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (*key_values(message), user_id, *key_values(key), number, hides_at),
        )


def drop_kept(journal: Journal, subject_id: int) -> None:
    """Delete what is kept of a group's chat, or of a user's recordings elsewhere. In somebody's transaction."""
    of_subject = "chat_id = ?" if subject_id < 0 else "user_id = ? AND chat_id > 0"
    journal.execute(f"DELETE FROM transcripts WHERE {of_subject}", (subject_id,))


def _kept(journal: Journal, condition: str, sought: JobKey) -> Kept | None:
    row = journal.execute(_KEPT + condition, key_values(sought)).fetchone()
    if row is None:
        return None
    key = JobKey(*row[:3])
    found = journal.execute(f"SELECT {KEY} FROM answers WHERE {_OF_JOB} ORDER BY number", key_values(key))
    messages = tuple(JobKey(*each) for each in found)
    transcript = _TRANSCRIPT.validate_json(unpacked(row[5]))
    return Kept(key, row[3], row[4], transcript, from_microseconds(row[6]), messages, bool(row[7]))


def _prune(journal: Journal, before: int) -> int:
    deleted = journal.execute("DELETE FROM transcripts WHERE delivered_at < ?", (before,)).rowcount
    # A message that still has buttons is remembered until these are gone.
    journal.execute(
        "DELETE FROM answers WHERE hides_at IS NULL AND (job_chat_id, job_message_id, job_door)"
        f" NOT IN (SELECT {KEY} FROM transcripts)"
    )
    return deleted


def _packed(transcript: Transcript) -> bytes:
    """About a third of the JSON's length."""
    return zlib.compress(_TRANSCRIPT.dump_json(transcript))


def unpacked(content: bytes) -> bytes:
    """The JSON of what is kept."""
    return zlib.decompress(content)
