"""The main job, run for real on one machine: what `scripts/demo` does.

A loopback Telegram runs in this process, the service in one of its own with two workers, and three people send
recordings; every answer is compared with what it must be. Ends with a status of 0 only if all were as expected.
"""

from __future__ import annotations

import signal

if __name__ == "__main__":  # a Ctrl-C among the imports, which take seconds, just ends the process
    signal.signal(signal.SIGINT, signal.SIG_DFL)

import argparse
import asyncio
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from rich.console import Console
from rich.markup import escape

from tests.support.answers import is_final
from tests.support.media import duration_of
from tests.support.processes import children_of, is_alive
from tests.support.service import RunningService
from tests.support.telegram import ChatEvent, EventKind, LoopbackTelegram, MediaKind, Message, User
from tests.tools.accuracy.prompts import PromptsMissing, load_prompts
from tests.tools.conversations import Turn, conversation, real_conversation
from tests.tools.real_model import RealModelMissing, real_model

ANSWER_TIMEOUT_SECONDS = 60.0
OPERATOR_COMMANDS = (("status",), ("quota", "list"), ("usage",), ("quota", "history", "@anya"))
MODEL_NOTE = "The demo model knows only its small vocabulary (30 Russian and 30 English words) and synthetic voices."
REAL_NOTE = "The genuine Whisper base hears human speech; an answer may differ from what is said by a few words."

console = Console(highlight=False, soft_wrap=True)


@dataclass(slots=True)
class Verdict:
    """What came of it."""

    problems: list[str]
    """What was not as expected, a line each."""
    summary: str

    def show(self) -> None:
        for problem in self.problems:
            console.print(f"[red]not as expected:[/red] {escape(problem)}")
        console.print(self.summary)


class Stage:
    """Plays the conversation and prints the chats as they happen."""

    def __init__(self, telegram: LoopbackTelegram) -> None:
        self._telegram = telegram
        self._sent_at: dict[tuple[int, int], float] = {}
        telegram.world.add_user(101, "Аня", username="anya", language_code="ru")
        telegram.world.add_user(102, "Ben", username="ben", language_code="en")
        telegram.world.add_user(103, "Олег", username="oleg", language_code="ru")
        telegram.on_chat_event(self._print)

    async def play(self, turns: Mapping[int, Sequence[Turn]]) -> list[str]:
        """What was not as expected, a line each."""
        results = await asyncio.gather(*(self._play_one(user_id, of_one) for user_id, of_one in turns.items()))
        return [problem for problems in results for problem in problems]

    async def _play_one(self, user_id: int, turns: Sequence[Turn]) -> list[str]:
        user = self._telegram.user(user_id)
        problems = []
        for turn in turns:
            answer = await self.exchange(user, turn)
            if not turn.is_met_by(answer):
                problems.append(f"{user.person.first_name}, {turn.what}: expected {turn.expected!r}, got {answer!r}")
        return problems

    async def exchange(self, user: User, turn: Turn) -> str:
        """Send, and return the final answer; empty when none came in time."""
        sent = await turn.send(user)
        try:
            reply = await user.wait_reply(sent, is_final, ANSWER_TIMEOUT_SECONDS)
        except TimeoutError:
            return ""
        return reply.text

    def _print(self, event: ChatEvent) -> None:
        message = event.message
        if message is None or event.kind not in (EventKind.NEW, EventKind.EDITED):
            return
        person = self._telegram.world.people[event.chat.id].first_name
        if not message.sender.is_bot:
            self._sent_at[event.chat.id, message.id] = event.at
            console.print(f"[bold]{person:>6}[/bold]  {escape(_describe(message))}")
            return
        delay = event.at - self._sent_at.get((event.chat.id, message.reply_to or 0), event.at)
        verb = "writes" if event.kind is EventKind.NEW else "edits "
        console.print(f"[cyan]   bot[/cyan]  → {person}, {verb} after {delay:4.1f} s: {escape(message.text)}")


def _describe(message: Message) -> str:
    document = message.document
    if document is None:
        return message.text
    names = {
        MediaKind.VOICE: "🎤 voice note",
        MediaKind.VIDEO_NOTE: "📹 round video",
        MediaKind.AUDIO: "🎵 audio file",
        MediaKind.VIDEO: "🎬 video",
    }
    title = f" “{document.title}”" if document.title else ""
    name = names.get(document.kind, document.kind.name.lower())
    return f"{name}{title}, {document.duration:.0f} s, {max(1, document.size // 1000)} kB"


def own_file(path: Path) -> Turn:
    """The operator's own recording, sent as what it looks like."""
    data, seconds = path.read_bytes(), duration_of(path)
    if path.suffix.lower() in (".ogg", ".oga", ".opus"):
        return Turn("voice note", lambda u: u.send_voice(data, seconds), "")
    if path.suffix.lower() in (".mp4", ".mov", ".webm", ".mkv"):
        return Turn("video", lambda u: u.send_video(data, seconds, file_name=path.name), "")
    return Turn("audio file", lambda u: u.send_audio(data, seconds, file_name=path.name), "")


async def show_operator_view(service: RunningService) -> list[str]:
    """Print what the operator sees; the commands that failed."""
    problems = []
    for arguments in OPERATOR_COMMANDS:
        status, out, err = await service.command(*arguments)
        console.print(f"\n[dim]$ voicepipe {' '.join(arguments)}[/dim]")
        console.print(escape((out + err).rstrip()))
        if status != 0:
            problems.append(f"voicepipe {' '.join(arguments)} ended with {status}")
    return problems


async def shut_down(service: RunningService) -> list[str]:
    """Stop the service as systemd would; what was wrong about its end."""
    workers = children_of(service.pid)
    begun_at = time.monotonic()
    status = await service.stop()
    left = [pid for pid in workers if is_alive(pid)]
    console.print(f"\nservice stopped after {time.monotonic() - begun_at:.1f} s with status {status}")
    problems = [] if status == 0 else [f"the service ended with status {status}:\n{service.log}"]
    return problems + ([f"workers left behind: {left}"] if left else [])


async def keep(service: RunningService) -> None:
    """Leave everything up until Ctrl-C; another one then ends the process at once."""
    loop, interrupted = asyncio.get_running_loop(), asyncio.Event()
    loop.add_signal_handler(signal.SIGINT, interrupted.set)
    console.print(f"\nThe service is up. Its log: {service.log_path}\nTalk to it from another terminal, as:")
    for arguments in OPERATOR_COMMANDS:
        console.print(
            f"  {Path(sys.executable).parent / 'voicepipe'} --config {service.config_path} {' '.join(arguments)}"
        )
    console.print("Ctrl-C ends it.")
    await interrupted.wait()
    loop.remove_signal_handler(signal.SIGINT)


async def play_conversation(turns: Mapping[int, Sequence[Turn]], stage: Stage, service: RunningService) -> Verdict:
    """Have all people send all they have, and look at it as the operator does."""
    problems = await stage.play(turns)
    count = sum(len(of_one) for of_one in turns.values())
    summary = f"demo: {count - len(problems)} of {count} answers as expected"
    return Verdict(problems + await show_operator_view(service), summary)


async def play_own_file(path: Path, user: User, stage: Stage, service: RunningService) -> Verdict:
    """Have one user, who has no quota, send the operator's own recording."""
    await service.report("quota", "unlimited", str(user.person.id))
    is_answered = bool(await stage.exchange(user, own_file(path)))
    problems = [] if is_answered else [f"no answer within {ANSWER_TIMEOUT_SECONDS:.0f} s"]
    return Verdict(problems, f"demo: the recording was {'answered' if is_answered else 'not answered'}")


@dataclass(frozen=True, slots=True)
class Cast:
    """The model, and what is said to it."""

    model: str
    note: str
    turns: Mapping[int, Sequence[Turn]]


def usual_cast() -> Cast:
    return Cast("demo", MODEL_NOTE, conversation())


def real_cast() -> Cast:
    """Fetches what is not there yet. Raises RealModelMissing and PromptsMissing."""
    return Cast(str(real_model(console.print)), REAL_NOTE, real_conversation(load_prompts(console.print)))


async def demo(options: argparse.Namespace, cast: Cast) -> int:
    console.print("starting the loopback Telegram and the service…")
    with tempfile.TemporaryDirectory(prefix="voicepipe-demo-") as directory:
        async with LoopbackTelegram() as telegram:
            begun_at = time.monotonic()
            settings = {"recognition": {"model": cast.model}}
            async with RunningService(telegram, Path(directory), settings) as service:
                console.print(f"service ready after {time.monotonic() - begun_at:.1f} s: 2 workers. {cast.note}\n")
                stage = Stage(telegram)
                if options.voice:
                    verdict = await play_own_file(options.voice, telegram.user(101), stage, service)
                else:
                    verdict = await play_conversation(cast.turns, stage, service)
                if options.keep:
                    verdict.show()
                    await keep(service)
                verdict.problems += await shut_down(service)
    verdict.show()
    return 1 if verdict.problems else 0


def main() -> int:
    parser = argparse.ArgumentParser(prog="scripts/demo", description=__doc__.split("\n\n")[0], epilog=MODEL_NOTE)
    parser.add_argument("--voice", type=Path, metavar="FILE", help="send this recording of yours instead")
    parser.add_argument("--real", action="store_true", help="the genuine Whisper base and human speech, fetched once")
    parser.add_argument("--keep", action="store_true", help="leave the service up, with the commands to talk to it")
    options = parser.parse_args()
    if options.voice and not options.voice.is_file():
        parser.error(f"{options.voice} is no file")
    signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        return asyncio.run(demo(options, real_cast() if options.real else usual_cast()))
    except (RealModelMissing, PromptsMissing) as error:
        console.print(escape(str(error)))
        return 1
    except KeyboardInterrupt:
        return 130


if __name__ == "__main__":
    sys.exit(main())
