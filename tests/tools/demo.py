"""The main job, run for real on one machine: what `scripts/demo` does.

A loopback Telegram runs in this process, the service in one of its own with two workers, and five people use the bot:
in private, in a group, as a guest, in a connected account. Every answer is compared with what it must be. Ends with a
status of 0 only if all were as expected.
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
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from rich.console import Console
from rich.markup import escape

from tests.support.media import duration_of
from tests.support.processes import children_of, is_alive
from tests.support.service import RunningService, Settings
from tests.support.telegram import LoopbackTelegram, User
from tests.support.workers.paced_worker import PACE
from tests.tools.accuracy.prompts import PromptsMissing, load_prompts
from tests.tools.conversations import conversation, real_conversation
from tests.tools.places import LECTURER, places
from tests.tools.real_model import RealModelMissing, real_model
from tests.tools.stage import ANSWER_TIMEOUT_SECONDS, Act, Stage, Turn, sending
from voicepipe.control.messages import GrantSeconds

PACE_SECONDS = 0.6
"""What a worker takes longer for each 30 s of speech, so that there is something to watch, and to stop."""
LECTURER_SECONDS = 300
OPERATOR_COMMANDS = (("status",), ("quota", "list"), ("usage",), ("quota", "history", "@anya"))
MODEL_NOTE = "The demo model knows only its small vocabulary (30 Russian and 30 English words) and synthetic voices."
PACE_NOTE = f"It is quick, so a worker takes {PACE_SECONDS} s more for 30 s of speech: there is something to watch."

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


async def play(acts: Sequence[Act], stage: Stage, service: RunningService) -> list[str]:
    """Play one act after the other; what was not as expected, a line each."""
    problems = []
    for act in acts:
        console.print(f"\n[bold green]{escape(act.title)}[/bold green]")
        people = (play_one(stage.telegram.user(user_id), turns, stage) for user_id, turns in act.turns.items())
        problems += [problem for found in await asyncio.gather(*people) for problem in found]
        await service.at_rest()
    return problems


async def play_one(user: User, turns: Sequence[Turn], stage: Stage) -> list[str]:
    problems = []
    for turn in turns:
        answer = await outcome(turn, user, stage)
        if not turn.is_met_by(answer):
            problems.append(f"{user.person.first_name}, {turn.what}: expected {turn.expected!r}, got {answer!r}")
    return problems


async def outcome(turn: Turn, user: User, stage: Stage) -> str:
    """What comes of a turn in the end; empty when nothing came in time, or not what there was to press."""
    try:
        return await turn.play(stage, user)
    except (TimeoutError, LookupError):
        return ""


def own_file(path: Path) -> Turn:
    """The operator's own recording, sent as what it looks like."""
    data, seconds = path.read_bytes(), duration_of(path)
    if path.suffix.lower() in (".ogg", ".oga", ".opus"):
        return Turn("voice note", sending(lambda u: u.send_voice(data, seconds)), "")
    if path.suffix.lower() in (".mp4", ".mov", ".webm", ".mkv"):
        return Turn("video", sending(lambda u: u.send_video(data, seconds, file_name=path.name)), "")
    return Turn("audio file", sending(lambda u: u.send_audio(data, seconds, file_name=path.name)), "")


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


async def play_acts(acts: Sequence[Act], stage: Stage, service: RunningService) -> Verdict:
    """Have all people do all they do, and look at it as the operator does."""
    await service.control.perform(
        GrantSeconds(user=str(LECTURER), seconds=LECTURER_SECONDS, request_id="demo-lecturer")
    )
    problems = await play(acts, stage, service)
    count = sum(len(turns) for act in acts for turns in act.turns.values())
    summary = f"demo: {count - len(problems)} of {count} answers as expected"
    console.print("\n[bold green]What the operator sees.[/bold green]")
    return Verdict(problems + await show_operator_view(service), summary)


async def play_own_file(path: Path, user: User, stage: Stage, service: RunningService) -> Verdict:
    """Have one user, who has no quota, send the operator's own recording."""
    await service.report("quota", "unlimited", str(user.person.id))
    is_answered = bool(await outcome(own_file(path), user, stage))
    problems = [] if is_answered else [f"no answer within {ANSWER_TIMEOUT_SECONDS:.0f} s"]
    return Verdict(problems, f"demo: the recording was {'answered' if is_answered else 'not answered'}")


@dataclass(frozen=True, slots=True)
class Cast:
    """The model, and what is said to it."""

    model: str
    note: str
    acts: Callable[[LoopbackTelegram], Sequence[Act]]
    pace_seconds: float = 0.0


def usual_cast(note: str = f"{MODEL_NOTE}\n{PACE_NOTE}", pace_seconds: float = PACE_SECONDS) -> Cast:
    private = Act("Three people send recordings to the bot, each in a chat of their own with it.", conversation())
    return Cast("demo", note, lambda telegram: [private, *places(telegram)], pace_seconds)


def own_cast() -> Cast:
    return usual_cast(MODEL_NOTE, 0.0)


def real_cast() -> Cast:
    """Fetches what is not there yet. Raises RealModelMissing and PromptsMissing."""
    model, prompts = real_model(console.print), load_prompts(console.print)
    act = Act("Three people send recorded human speech to the bot.", real_conversation(prompts))
    return Cast(str(model), REAL_NOTE, lambda _: [act])


def chosen_cast(options: argparse.Namespace) -> Cast:
    if options.real:
        return real_cast()
    return own_cast() if options.voice else usual_cast()


def service_of(telegram: LoopbackTelegram, directory: Path, cast: Cast) -> RunningService:
    settings: Settings = {
        "recognition": {"model": cast.model},
        "service": {"transcript_retention_hours": 24},  # as by default
        "telegram": {"edit_interval_seconds": 0.5},
    }
    service = RunningService(telegram, directory, settings)
    if cast.pace_seconds:
        service.module = "tests.support.paced"
        service.environment |= {PACE: str(cast.pace_seconds)}
    return service


async def demo(options: argparse.Namespace, cast: Cast) -> int:
    console.print("starting the loopback Telegram and the service…")
    with tempfile.TemporaryDirectory(prefix="voicepipe-demo-") as directory:
        async with LoopbackTelegram() as telegram:
            begun_at = time.monotonic()
            async with service_of(telegram, Path(directory), cast) as service:
                console.print(f"service ready after {time.monotonic() - begun_at:.1f} s: 2 workers. {cast.note}")
                stage = Stage(telegram, console)
                if options.voice:
                    verdict = await play_own_file(options.voice, telegram.user(101), stage, service)
                else:
                    verdict = await play_acts(cast.acts(telegram), stage, service)
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
        return asyncio.run(demo(options, chosen_cast(options)))
    except (RealModelMissing, PromptsMissing) as error:
        console.print(escape(str(error)))
        return 1
    except KeyboardInterrupt:
        return 130


if __name__ == "__main__":
    sys.exit(main())
