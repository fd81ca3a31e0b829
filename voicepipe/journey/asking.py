"""Asking: somebody wants the text of a recording that is in the chat already, of their own or somebody else's.

The recording is found in the chat and admitted like any other, as a job of whoever asks. What is in work is not taken
twice, and what is answered is pointed to, unless its text is gone from the chat. Lives in the event loop.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Protocol

from voicepipe.accounts.wishes import read_wishes
from voicepipe.conversation.groups import Groups
from voicepipe.conversation.requests import Answered, Verdict
from voicepipe.domain.asking import Asking, Manner
from voicepipe.domain.jobs import Job, JobKey, JobState, Recording
from voicepipe.domain.messages import Press, Remark
from voicepipe.domain.people import Person


class Chat(Protocol):
    """The messenger, as far as it is asked for what was said before."""

    async def find_recording(self, remark: Remark) -> Recording | Verdict:
        """The recording that a remark asks for; a verdict where there is none."""
        ...

    async def find_recording_of(self, key: JobKey) -> Recording | None:
        """The recording of a job, if it is still there."""

    async def find_own_recording(self, chat_id: int, message_id: int, person: Person) -> Recording | None:
        """The recording in a message, if it is this person's."""

    async def find_answer(self, key: JobKey, message_id: int | None) -> int | None:
        """The bot's message that a job was answered by, if it is still there; `message_id` where that is known."""
        ...


class Menus(Protocol):
    """What people are offered in a group."""

    async def adapt(self, chat_id: int, language: str | None, *, is_private: bool) -> None:
        """Let them send the command so that nobody else sees it, or as any other. To do so again costs nothing."""


class JobsBook(Protocol):
    """Of the store: the jobs."""

    async def of_message(self, chat_id: int, message_id: int) -> list[Job]: ...


class Asker:
    """Takes in what somebody asks for. Satisfies the conversation's `Requests`."""

    def __init__(
        self,
        *,
        chat: Chat,
        menus: Menus,
        jobs: JobsBook,
        groups: Groups,
        admit: Callable[[Recording], Awaitable[None]],
    ) -> None:
        self._chat = chat
        self._menus = menus
        self._jobs = jobs
        self._groups = groups
        self._admit = admit
        self._one_at_a_time = asyncio.Lock()

    async def ask(self, remark: Remark) -> Verdict | Answered:
        """Asked again after a crash, it is taken in once."""
        verdict = await self._take(remark)
        is_private = self._groups.is_for_asker(remark.key.chat_id)
        if is_private or remark.is_whispered:
            await self._menus.adapt(remark.key.chat_id, remark.person.language, is_private=is_private)
        return verdict

    async def ask_language(self, press: Press, person: Person, key: JobKey, language: str) -> bool:
        """Taken in once for the same answer and language."""
        found = await self._chat.find_recording_of(key)
        if found is None:
            return False
        asked = Asking.of(key)
        asking = Asking(
            manner=Manner.ALOUD if asked is None else asked.manner,
            user_id=person.user_id,
            message_id=press.key.message_id,
            language=language,
        )
        await self._admit_once(_asked_for(found, asking, person, press.pressed_at))
        return True

    async def ask_beginning(self, press: Press, message_id: int) -> bool:
        """Taken in once, too; False where it is not the presser's recording, or is not there any more."""
        chat_id = press.key.chat_id
        found = await self._chat.find_own_recording(chat_id, message_id, press.person)
        if found is None:
            return False
        async with self._one_at_a_time:
            if not await self._jobs.of_message(chat_id, message_id):
                # How much it is, is decided by what is left by now.
                await self._admit(
                    replace(
                        found,
                        sent_at=press.pressed_at,
                        first_seconds=found.declared_seconds,
                        status_message_id=press.key.message_id,
                    )
                )
        return True

    async def _take(self, remark: Remark) -> Verdict | Answered:
        found = await self._chat.find_recording(remark)
        if isinstance(found, Verdict):
            return found
        asking = self._asking(remark)
        recording = _asked_for(found, asking, remark.person, remark.sent_at)
        recording = replace(recording, topic_id=found.topic_id or remark.topic_id)
        earlier = await self._earlier(recording.key)
        if not _is_known(earlier, recording.key) and (answer := await self._answer(earlier)) is not None:
            return Answered(answer)
        await self._admit_once(recording)
        return Verdict.TAKEN

    async def _admit_once(self, recording: Recording) -> None:
        """Unless its text is in work already, in the same language, or this very request was taken in before."""
        async with self._one_at_a_time:
            earlier = await self._earlier(recording.key)
            is_in_work = any(job.state is not JobState.DONE for job in earlier)
            if not is_in_work and not _is_known(earlier, recording.key):
                await self._admit(recording)

    def _asking(self, remark: Remark) -> Asking:
        manner = Manner.FOR_ONESELF if self._groups.is_for_asker(remark.key.chat_id) else Manner.ALOUD
        manner = Manner.WHISPERED if remark.is_whispered else manner
        return Asking(
            manner=manner,
            user_id=remark.person.user_id,
            message_id=remark.key.message_id,
            language=read_wishes(remark.text.partition(" ")[2]).language or "",
        )

    async def _earlier(self, key: JobKey) -> list[Job]:
        """The jobs of the same recording whose texts are what is asked for now, the latest first."""
        asking, jobs = Asking.of(key), await self._jobs.of_message(key.chat_id, key.message_id)
        language = "" if asking is None else asking.language
        mine = [job for job in jobs if _is_for(job, 0 if asking is None else asking.user_id)]
        return [job for job in mine if not language or job.asked_language == language]

    async def _answer(self, earlier: Sequence[Job]) -> int | None:
        """The message with the text, where all who ask can see it."""
        for job in earlier:
            asking = Asking.of(job.key)
            if job.state is JobState.DONE and (asking is None or not asking.is_private):
                found = await self._chat.find_answer(job.key, job.status_message_id)
                if found is not None:
                    return found
        return None


def _asked_for(found: Recording, asking: Asking, person: Person, at: datetime) -> Recording:
    """A recording as that of whoever asks for it."""
    return replace(
        found,
        key=replace(found.key, door=asking.door),
        person=person,
        sent_at=at,
        asked_language=asking.language or None,
    )


def _is_for(job: Job, user_id: int) -> bool:
    asking = Asking.of(job.key)
    return asking is None or not asking.is_private or asking.user_id == user_id


def _is_known(jobs: Sequence[Job], key: JobKey) -> bool:
    """Whether this very request was taken in before."""
    return any(job.key == key for job in jobs)
