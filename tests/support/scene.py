"""What every acceptance test plays in: a Telegram on loopback, the service as a process, and people.

Each test uses people of its own, so tests that share a service share nothing else. When a scene closes, the service is
stopped as systemd would, and what must hold after any test is checked: every recording has exactly one answer, nothing
is left behind, and nothing private is in the log.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from typing import Unpack

from tests.support.answers import has_reply, is_counted, is_final
from tests.support.processes import children_of, is_alive
from tests.support.samples import Sample, load_samples
from tests.support.service import RunningService, Settings
from tests.support.telegram import Chat, ChatKind, LoopbackTelegram, MediaKind, Message, User
from tests.support.telegram.people import How
from tests.support.words import in_one_line
from tests.support.workers.paced_worker import PACE
from voicepipe.control.messages import (
    GrantSeconds,
    LedgerLine,
    SetQuota,
    SetUnlimited,
    ShowHistory,
    ShowStatus,
    ShowUser,
    UserReport,
    WorkerReport,
)
from voicepipe.conversation.texts import Texts

ANSWER_TIMEOUT_SECONDS = 90.0
LEAST_TELLING_SIGNS = 4
TEXTS = Texts(lambda: "ru")
SAMPLES = load_samples()
_user_ids = count(2_000)
_group_ids = count(1)
_request_ids = count(1)


@dataclass(slots=True)
class Scene:
    """A Telegram with a service behind its bot."""

    telegram: LoopbackTelegram
    service: RunningService
    unanswered: list[Message] = field(default_factory=list)
    """Recordings that rightly get no answer."""
    answered_in_parts: list[Message] = field(default_factory=list)
    """Recordings whose text is too long for one message."""

    # --- people and places ------------------------------------------------------------------------------------------
    def person(self, language: str = "ru") -> User:
        """Somebody who has never written to the bot."""
        user_id = next(_user_ids)
        name = f"Secretname{user_id}"
        self.telegram.world.add_user(user_id, name, username=name.lower(), language_code=language)
        return self.telegram.user(user_id)

    def group(self, *members: User) -> Chat:
        return self.telegram.world.add_group(next(_group_ids), "Work", [member.id for member in members])

    def supergroup(self, *members: User) -> Chat:
        chat_id = -1_000_000_000_000 - next(_group_ids)
        return self.telegram.world.add_supergroup(chat_id, "Work", [member.id for member in members])

    async def choose(self, user: User, chat: Chat, name: str, value: str) -> None:
        """Choose a preference for a group, or for oneself, as its administrators do."""
        if chat.kind is not ChatKind.PRIVATE:
            chat.administrators.add(user.id)
        asked = await user.send_text(f"/settings@loopback_bot {name} {value}", chat=chat)
        await user.wait_reply(asked)

    # --- answers ----------------------------------------------------------------------------------------------------
    async def answer_to(self, sent: Message, timeout_seconds: float = ANSWER_TIMEOUT_SECONDS) -> Message:
        """The bot's reply, once it is the answer and no longer the status."""
        sender = self.telegram.user(sent.sender.id)
        return await sender.wait_reply(sent, is_final, timeout_seconds)

    async def text_for(self, sent: Message, timeout_seconds: float = ANSWER_TIMEOUT_SECONDS) -> str:
        return (await self.answer_to(sent, timeout_seconds)).text

    async def speech_for(self, sent: Message, timeout_seconds: float = ANSWER_TIMEOUT_SECONDS) -> str:
        """The text, whatever its paragraphs."""
        return in_one_line(await self.text_for(sent, timeout_seconds))

    async def answered(self, *sent: Message) -> list[str]:
        """What they were answered, once each has its answer, or is counted in the refusal of others."""

        def replies() -> list[Message] | None:
            found = [reply for message in sent for reply in message.chat.replies_to(message)]
            done = all(map(is_final, found)) and all(has_reply(message) or is_counted(message) for message in sent)
            return found if done else None

        found = await self.telegram.wait_for(replies, ANSWER_TIMEOUT_SECONDS, "answers and refusals")
        return [reply.text for reply in found]

    async def delivered(self, sent: Message) -> None:
        """Wait until the service, too, knows that its answer is there."""
        async with asyncio.timeout(ANSWER_TIMEOUT_SECONDS):
            await self.service.wait_event("job delivered", chat_id=sent.chat.id, message_id=sent.id)
            # That is told when the answer is in the chat, and the journal learns of it after that.
            while (await self.service.control.perform(ShowStatus())).jobs.concluded:  # noqa: ASYNC110  the service's, not ours
                await asyncio.sleep(0.01)

    async def assert_works(self) -> None:
        """The next good recording is answered as ever."""
        good = SAMPLES["seen_ru_18.ogg"]
        assert await self.text_for(await send(self.person(), good)) == good.text

    # --- the operator's view, over the control socket ---------------------------------------------------------------
    async def account(self, user: User) -> UserReport:
        return await self.service.control.perform(ShowUser(user=str(user.id)))

    async def ledger(self, user: User) -> list[LedgerLine]:
        """The user's movements of quota, oldest first."""
        history = await self.service.control.perform(ShowHistory(user=str(user.id), limit=1000))
        return list(reversed(history.lines))

    async def grant(self, user: User, seconds: int) -> None:
        await self.service.control.perform(
            GrantSeconds(user=str(user.id), seconds=seconds, request_id=_request_id("grant"))
        )

    async def set_quota(self, user: User, seconds: int) -> None:
        await self.service.control.perform(
            SetQuota(user=str(user.id), seconds=seconds, request_id=_request_id("quota"))
        )

    async def make_unlimited(self, user: User) -> None:
        await self.service.control.perform(
            SetUnlimited(user=str(user.id), value=True, request_id=_request_id("unlimited"))
        )

    async def assert_nothing_charged(self, user: User) -> None:
        account = await self.account(user)
        assert account.used_today_seconds == 0
        assert account.daily_left_seconds == account.daily_quota_seconds

    # --- workers ----------------------------------------------------------------------------------------------------
    async def workers(self) -> list[WorkerReport]:
        return list((await self.service.control.perform(ShowStatus())).workers)

    async def idle_workers(self) -> list[int]:
        """The processes of all workers, once they all wait for work."""
        async with asyncio.timeout(ANSWER_TIMEOUT_SECONDS):
            while True:
                workers = await self.workers()
                if all(worker.state == "idle" for worker in workers):
                    return [worker.pid for worker in workers if worker.pid]
                await asyncio.sleep(0.05)

    async def busy_worker(self, *but: int) -> int:
        """The process of a worker that has a task, once there is one: the one with the latest, so no long opening."""
        async with asyncio.timeout(ANSWER_TIMEOUT_SECONDS):
            while True:
                for worker in sorted(await self.workers(), key=lambda each: each.busy_seconds or 0.0):
                    if worker.state == "busy" and worker.pid and worker.pid not in but:
                        return worker.pid
                await asyncio.sleep(0.05)

    async def freeze_workers(self) -> list[int]:
        """Stop the worker processes in their tracks: tasks are handed to them and not done."""
        pids = await self.idle_workers()
        for pid in pids:
            os.kill(pid, signal.SIGSTOP)
        return pids

    # --- what must hold at the end ----------------------------------------------------------------------------------
    def recordings(self) -> list[Message]:
        """Everything people sent that the bot has to answer."""
        return [
            message
            for chat in self.telegram.world.chats.values()
            for message in chat.messages.values()
            if _is_recording(message) and message not in self.unanswered
        ]

    def assert_one_answer_each(self) -> None:
        for recording in self.recordings():
            answers = [message for message in recording.chat.replies_to(recording) if message.sender.is_bot]
            is_told = len(answers) == 1 or (not answers and is_counted(recording))
            assert is_told or recording in self.answered_in_parts, (recording, answers)
            assert all(map(is_final, answers)), (recording, answers)
        for recording in self.unanswered:
            assert not [other for other in recording.chat.replies_to(recording) if other.sender.is_bot]

    def assert_log_is_clean(self) -> None:
        """No secret, no name, no path, nothing that anybody said, and no line of a library."""
        log = self.service.log
        assert (lines := self.service.library_lines) == [], lines
        assert "Secretname" not in log
        assert "secretname" not in log
        assert self.telegram.bot_token not in log
        assert str(self.service.directory) not in log
        messages = [message for chat in self.telegram.world.chats.values() for message in chat.messages.values()]
        # A shorter text is in many a word of the log's own.
        said = {text for message in messages for text in message.texts if len(text) >= LEAST_TELLING_SIGNS}
        assert not (told := [text for text in said if text in log]), told

    def spooled(self) -> list[Path]:
        """The recordings that are in the spool directory."""
        return list((self.service.state_path / "spool").iterdir())

    def assert_no_speech_is_kept(self) -> None:
        """What was recognised is in no file any more."""
        kept = b"".join(path.read_bytes() for path in self.service.state_path.rglob("*") if path.is_file())
        assert kept
        assert not [sample for sample in SAMPLES.values() if sample.text and sample.text.encode() in kept]


async def send(user: User, sample: Sample, **how: Unpack[How]) -> Message:
    """Send a bundled recording as a voice note."""
    return await user.send_voice(sample.data, sample.seconds, **how)


def thaw(pids: Iterable[int]) -> None:
    """Let frozen processes go on, as far as they live."""
    for pid in pids:
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, signal.SIGCONT)


@asynccontextmanager
async def open_scene(
    directory: Path, settings: Settings | None = None, *, with_coverage: bool = False, pace_seconds: float = 0.0
) -> AsyncIterator[Scene]:
    """Start a Telegram and a service; when all went well, check what must hold at the end.

    With `pace_seconds`, workers take so long for each window at least, however fast the machine is.
    """
    async with (
        LoopbackTelegram() as telegram,
        _service(telegram, directory, settings, with_coverage, pace_seconds) as service,
    ):
        scene = Scene(telegram, service)
        yield scene
        await close_scene(scene)


def _service(
    telegram: LoopbackTelegram, directory: Path, settings: Settings | None, with_coverage: bool, pace_seconds: float
) -> RunningService:
    service = RunningService(telegram, directory, settings, with_coverage=with_coverage)
    if pace_seconds:
        service.module = "tests.support.paced"
        service.environment |= {PACE: str(pace_seconds)}
    return service


async def close_scene(scene: Scene) -> None:
    """Stop the service, if it runs, and check what must hold then."""
    service = scene.service
    if service.process is not None and service.process.returncode is None:
        workers = children_of(service.pid)
        assert await service.stop() == 0, service.log
        assert not [pid for pid in workers if is_alive(pid)]
    assert not scene.spooled()
    scene.assert_one_answer_each()
    scene.assert_log_is_clean()
    if not service.keeps_texts:
        scene.assert_no_speech_is_kept()
    assert scene.telegram.unknown_methods == []


def _is_recording(message: Message) -> bool:
    if message.sender.is_bot or message.document is None or message.document.kind is MediaKind.STICKER:
        return False
    if message.document.kind is MediaKind.PHOTO:
        return False
    # In groups only what is spoken to the others is answered.
    spoken = (MediaKind.VOICE, MediaKind.VIDEO_NOTE)
    return message.chat.kind is ChatKind.PRIVATE or message.document.kind in spoken


def _request_id(what: str) -> str:
    return f"acceptance-{what}-{os.getpid()}-{next(_request_ids)}"
