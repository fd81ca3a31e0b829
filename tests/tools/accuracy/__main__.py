"""Measures how far the text can be trusted, and its cost, beside stock faster-whisper: what `scripts/accuracy` does."""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import json
import signal
import sys
import tempfile
import tomllib
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, get_args

from pydantic import ValidationError
from rich.console import Console

from tests.tools.accuracy.clips import SEED, Clip, Source, make_clips
from tests.tools.accuracy.contenders import STOCK, STOCK_VAD, Contender, Hearing, contenders
from tests.tools.accuracy.cuts import Cut, cuts_of
from tests.tools.accuracy.judging import Judgement, judge
from tests.tools.accuracy.prompts import LANGUAGES, PromptsMissing, load_prompts
from tests.tools.accuracy.results import figures, markdown
from tests.tools.accuracy.sound import Floats, at_level, telephone, voice_note
from tests.tools.accuracy.steps import Step
from tests.tools.bench.figures import table, write_json
from tests.tools.bench.machine import describe_machine
from tests.tools.real_model import RealModelMissing, real_model
from voicepipe.config import RecognitionConfig
from voicepipe.errors import ModelMissing
from voicepipe.machine import usable_cpus
from voicepipe.models import find_model

GENUINE = "base"
CLIPS_AT_ONCE = 2
INTERRUPTED = 130
PROFILES: Sequence[str] = get_args(RecognitionConfig.model_fields["profile"].annotation)

results = Console(highlight=False, soft_wrap=True)
progress = Console(stderr=True, highlight=False, soft_wrap=True)


def parse(arguments: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="scripts/accuracy", description=(__doc__ or "").partition(":")[0])
    parser.add_argument(
        "--model",
        default=GENUINE,
        metavar="DIR",
        help="the model's directory (default: the genuine base, fetched once)",
    )
    parser.add_argument(
        "--profile", default=",".join(PROFILES), metavar="NAME,…", help=f"some of: {', '.join(PROFILES)} (default all)"
    )
    parser.add_argument("--no-stock", action="store_true", help="leave stock faster-whisper out")
    parser.add_argument(
        "--set", action="append", default=[], metavar="KEY=VALUE", help="a setting of [recognition], for our profiles"
    )
    parser.add_argument("--limit", type=_count, metavar="N", help="only so many clips, in the same proportions")
    parser.add_argument("--times", type=_count, default=1, metavar="N", help="a set N times as large (default 1)")
    parser.add_argument("--only", metavar="SOURCE,…", help=f"some of: {', '.join(Source)}")
    parser.add_argument("--seed", type=int, default=SEED, metavar="N", help=f"another set of clips (default {SEED})")
    parser.add_argument(
        "--known", action="store_true", help="our profiles are told which language each speaker spoke of late"
    )
    parser.add_argument("--dbfs", type=float, metavar="LEVEL", help="all speech as loud as this on average")
    parser.add_argument("--telephone", action="store_true", help="all speech as a telephone has it (G.711)")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write machine and figures there, too")
    parser.add_argument("--texts", type=Path, metavar="FILE", help="write what was said and heard there, a line a clip")
    options = parser.parse_args(arguments)
    try:
        options.profiles = _profiles(options.profile.split(","), options.set)
        options.sources = [Source(name) for name in options.only.split(",")] if options.only else list(Source)
    except ValueError as error:
        parser.error(str(error))
    for file in filter(None, (options.json, options.texts)):
        if not file.parent.is_dir():  # better said now than after ten minutes
            parser.error(f"there is no directory {file.parent}")
    return options


def _count(text: str) -> int:
    if (number := int(text)) < 1:
        raise ValueError
    return number


def _profiles(names: Sequence[str], settings: Sequence[str]) -> dict[str, RecognitionConfig]:
    """Raises ValueError."""
    if unknown := [name for name in names if name not in PROFILES]:
        raise ValueError(f"there is no profile {', '.join(unknown)} among {', '.join(PROFILES)}")
    changes = {"languages": LANGUAGES} | dict(map(_setting, settings))
    try:
        return {name: RecognitionConfig.model_validate({"profile": name, **changes}) for name in names}
    except ValidationError as error:
        first = error.errors()[0]
        raise ValueError(f"--set {'.'.join(map(str, first['loc']))}: {first['msg']}") from None


def _setting(text: str) -> tuple[str, Any]:
    key, _, value = text.partition("=")
    try:
        return key, tomllib.loads(f"value = {value}")["value"]
    except tomllib.TOMLDecodeError:
        return key, value  # a bare word


def _recorder(dbfs: float | None, *, is_telephone: bool) -> Callable[[Floats], bytes]:
    record = telephone if is_telephone else voice_note
    return record if dbfs is None else lambda sound: record(at_level(sound, dbfs))


# --- measuring ------------------------------------------------------------------------------------------------------
Judged = dict[int, dict[str, Judgement]]
"""By the number of the clip and by contender."""


async def measure(clips: Sequence[Clip], of: Sequence[Contender], judged: Judged) -> None:
    """All hear a clip at about the same time, so that whatever else the machine does concerns all alike.

    As many compute at once as there are processors; each hears one clip at a time, and nobody is far ahead.
    What has been heard is in `judged`, also when this is cancelled.
    """
    processors, ahead = asyncio.Semaphore(usable_cpus()), asyncio.Semaphore(CLIPS_AT_ONCE)
    turns: dict[str, asyncio.Lock] = defaultdict(asyncio.Lock)

    async def hear(contender: Contender, clip: Clip) -> Hearing:
        async with turns[contender.process], processors:
            return await contender.hear(clip)

    async def hear_all(number: int, clip: Clip) -> None:
        async with ahead:
            progress.print(f"[dim]… {number} of {len(clips)}: {clip.source} {clip.language} {clip.name}[/dim]")
            these = [each for each in of if each.takes(clip)]
            hearings = await asyncio.gather(*(hear(each, clip) for each in these))
            cuts = _cuts(clip, these)
            heard = zip(these, hearings, strict=True)
            judged[number] = {each.name: judge(clip, hearing, cuts[each.window_seconds]) for each, hearing in heard}

    await asyncio.gather(*(hear_all(number, clip) for number, clip in enumerate(clips, 1)))


def _cuts(clip: Clip, of: Sequence[Contender]) -> dict[float, list[Cut]]:
    """Where a clip is cut, by the length of a window."""
    is_cut = clip.source is Source.LONG
    return {seconds: cuts_of(clip.path, seconds) if is_cut else [] for seconds in {each.window_seconds for each in of}}


def by_contender(judged: Judged) -> dict[str, list[Judgement]]:
    """In the order of the clips."""
    in_order = [judged[number] for number in sorted(judged)]
    names = sorted({name: None for each in in_order for name in each}, key=_place)
    return {name: [each[name] for each in in_order if name in each] for name in names}


def _place(contender: str) -> int:
    """Of its column."""
    return [STOCK, STOCK_VAD, *PROFILES].index(contender)


async def _run(options: argparse.Namespace, model: Path, clips: Sequence[Clip], judged: Judged) -> None:
    task = asyncio.current_task()
    assert task is not None
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, task.cancel)
    chosen = {"with_stock": not options.no_stock, "knows_people": options.known}
    async with contenders(model, options.profiles, **chosen) as found:
        for contender in found:  # what is loaded on first use
            await contender.hear(clips[0])
        await measure(clips, found, judged)


def _texts(heard: Mapping[str, Sequence[Judgement]]) -> Iterator[str]:
    """What was said and heard, a line of JSON for each clip and contender."""
    for name, judgements in heard.items():
        for each in judgements:
            yield json.dumps(_line(name, each.clip, each.hearing, each), ensure_ascii=False)


def _line(name: str, clip: Clip, hearing: Hearing, judgement: Judgement) -> dict[str, object]:
    return {
        "contender": name,
        "source": clip.source,
        "clip": clip.name,
        "seconds": round(clip.seconds, 2),
        "language": clip.language,
        "said": " ".join(clip.words),
        "heard": hearing.text,
        "heard_language": hearing.language,
        "problem": hearing.problem,
        "errors": judgement.errors,
        "invented": judgement.invented,
        "repeated": judgement.repeated,
        "lost_at_cuts": judgement.lost_at_cuts,
        "doubled_at_cuts": judgement.doubled_at_cuts,
        "cpu_s": round(hearing.cpu_seconds, 3),
        "texts_again": hearing.texts_again,
        "steps_cpu_s": {step: round(hearing.cpu_seconds_of(step), 3) for step in Step},
    }


def main(arguments: Sequence[str]) -> int:
    options = parse(arguments)
    machine = describe_machine()
    try:
        is_genuine = options.model == GENUINE
        model = real_model(progress.print) if is_genuine else find_model(options.model, Path())
        prompts = load_prompts(progress.print)
    except (RealModelMissing, ModelMissing, PromptsMissing) as error:
        progress.print(str(error))
        return 1
    with tempfile.TemporaryDirectory(prefix="voicepipe-accuracy-") as room:
        chosen = {"seed": options.seed, "times": options.times, "sources": options.sources, "limit": options.limit}
        clips = make_clips(
            prompts, Path(room), **chosen, record=_recorder(options.dbfs, is_telephone=options.telephone)
        )
        judged: Judged = {}
        with contextlib.suppress(asyncio.CancelledError):
            asyncio.run(_run(options, model, clips, judged))
    if len(judged) < len(clips):
        progress.print(f"stopped after {len(judged)} of {len(clips)} clips")
    heard = by_contender(judged)
    found = figures(heard, has_goals=is_genuine)
    results.print(table(found), "", markdown(heard), sep="\n")
    if options.json:
        how = {"model": model.name, "settings": options.set, "clips": len(judged), "seed": options.seed}
        how |= {"dbfs": options.dbfs, "telephone": options.telephone, "known": options.known}
        write_json(options.json, machine | how | {"load_after": describe_machine()["load"]}, found)
    if options.texts:
        options.texts.write_text("".join(f"{line}\n" for line in _texts(heard)), encoding="utf-8")
    return 0 if len(judged) == len(clips) else INTERRUPTED


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
