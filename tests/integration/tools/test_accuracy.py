"""What `scripts/accuracy` counts, and on what; no test here looks at how long anything took."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import av
import numpy as np
import pytest

from tests.support.media import duration_of
from tests.support.samples import load_samples
from tests.tools.accuracy import prompts as prompts_module
from tests.tools.accuracy.__main__ import Judged, _recorder, by_contender, main, measure, parse
from tests.tools.accuracy.clips import COUNTS, Clip, Source, make_clips
from tests.tools.accuracy.contenders import STOCK, STOCK_VAD, Contender, Hearing, contenders
from tests.tools.accuracy.cuts import cuts_of
from tests.tools.accuracy.judging import Judgement, judge
from tests.tools.accuracy.noises import LOUDEST_DBFS, NOISES, no_speech
from tests.tools.accuracy.prompts import BYTES_PER_SECOND, Prompt, PromptsMissing, load_prompts
from tests.tools.accuracy.results import figures, markdown
from tests.tools.accuracy.steps import Meter, Step, _Timed
from tests.tools.accuracy.words import compare, doubled, errors_in, words_of
from tests.tools.bench.figures import Figure
from tests.tools.bench.ours import Profile
from voicepipe.models import find_model
from voicepipe.worker.media import decode

DEMO = find_model("demo", Path())
CLIP = Clip("a", Source.SENTENCE, "ru", Path("a.ogg"), 4.0, 0, ("раз", "два", "три", "раз"), (0.5, 1.5, 2.5, 3.5))
NOISE = Clip("b", Source.NO_SPEECH, "", Path("b.ogg"), 4.0)


# --- words --------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("text", "language", "words"),
    [
        ("Ещё раз: «Нажмите 1!»", "ru", "еще раз нажмите один"),
        ("Press 21, or don’t.", "en", "press twenty one or don't"),
        ("8500", "ru", "восемь тысяч пятьсот"),
        ("1,000 or 007", "en", "one thousand or zero zero seven"),
        ("317", "en", "three hundred seventeen"),
        ("Re-enter it - PIN-code 5-6", "en", "reenter it pincode five six"),
        ("… — ♪", "en", ""),
    ],
)
def test_words_are_compared_without_case_and_punctuation(text: str, language: str, words: str) -> None:
    assert words_of(text, language) == words.split()


@pytest.mark.parametrize(
    ("said", "heard", "errors", "repeated"),
    [
        ("a b c", "a b c", 0, 0),
        ("a b c", "a x c", 1, 0),
        ("a b c", "a c", 1, 0),
        ("a b c", "", 3, 0),
        ("a b c", "a b c c", 1, 1),
        ("a b c d", "a b c b c d", 2, 2),
        ("a a b", "a a b", 0, 0),
        ("a b", "a b x", 1, 0),
    ],
)
def test_errors_and_repetitions_are_counted(said: str, heard: str, errors: int, repeated: int) -> None:
    steps = compare(said.split(), heard.split())
    assert errors_in(steps) == errors
    assert len(doubled(steps, heard.split())) == repeated


# --- judging ------------------------------------------------------------------------------------------------------
def hearing(text: str, language: str = "ru", cpu: float = 1.0) -> Hearing:
    return Hearing(text, language, cpu)


def test_a_clip_is_judged() -> None:
    right = judge(CLIP, hearing("Раз, два, три, раз."), [])
    assert (right.errors, right.words, right.is_language_wrong, right.is_silenced) == (0, 4, False, False)
    assert judge(CLIP, hearing("raz dwa", "pl"), []).is_language_wrong
    nothing = judge(CLIP, hearing("", ""), [])
    assert (nothing.errors, nothing.is_language_wrong, nothing.is_silenced) == (4, False, True)


def test_words_lost_and_doubled_at_a_cut_are_counted_there() -> None:
    here, elsewhere = [(2.0, 2.2)], [(60.0, 61.0)]
    lost, doubled_word = hearing("раз два раз"), hearing("раз два три три раз")
    assert [judge(CLIP, lost, cuts).lost_at_cuts for cuts in (here, elsewhere)] == [1, 0]
    assert [judge(CLIP, doubled_word, cuts).doubled_at_cuts for cuts in (here, elsewhere)] == [1, 0]


@pytest.mark.parametrize(("text", "invented"), [("", 0), ("Thank you.", 2), ("♪", 1)])
def test_where_nobody_speaks_every_word_is_invented(text: str, invented: int) -> None:
    assert judge(NOISE, hearing(text, "en"), []).invented == invented


# --- the set ------------------------------------------------------------------------------------------------------
@pytest.fixture(scope="module")
def spoken(tmp_path_factory: pytest.TempPathFactory) -> list[Prompt]:
    """As many prompts as it takes; what is in them is noise of three seconds."""
    path = tmp_path_factory.mktemp("prompts") / "noise.g722"
    word = path.with_name("word.g722")
    samples = np.random.default_rng(1).integers(-9000, 9000, (1, 48_000)).astype(np.int16)
    with av.open(str(path), "w", format="g722") as container:
        stream = container.add_stream("g722", rate=16_000, layout="mono")
        frame = av.AudioFrame.from_ndarray(samples, format="s16", layout="mono")
        frame.sample_rate = 16_000
        container.mux([*stream.encode(frame), *stream.encode(None)])
    word.write_bytes(path.read_bytes()[: BYTES_PER_SECOND // 2])
    texts = {"ru": "здесь сказано слов {}", "en": "here are words {}"}
    sentences = [Prompt(f"{n}", lang, path, texts[lang].format(n)) for lang in texts for n in range(60)]
    words = [Prompt(f"digits/{n}", lang, word, str(n)) for lang in texts for n in range(30)]
    return [*sentences, *words, *(Prompt(f"signal{n}", "en", path, "") for n in range(10))]


def described(clips: Sequence[Clip]) -> list[tuple[str, str, bytes]]:
    return [(clip.source, clip.name, clip.path.read_bytes()) for clip in clips]


def test_the_set_follows_from_its_seed(spoken: list[Prompt], tmp_path: Path) -> None:
    few = described(make_clips(spoken, tmp_path, limit=50))
    assert described(make_clips(spoken, tmp_path, limit=50)) == few
    assert described(make_clips(spoken, tmp_path, limit=50, seed=2)) != few


def test_a_part_of_the_set_is_as_in_the_whole(spoken: list[Prompt], tmp_path: Path) -> None:
    whole = described(make_clips(spoken, tmp_path))
    assert len(whole) == sum(COUNTS.values())
    assert {name for source, name, _ in whole if source == Source.NO_SPEECH} >= set(NOISES)
    of_one = described(make_clips(spoken, tmp_path, sources=[Source.TWO_SECONDS]))
    assert of_one == [each for each in whole if each[0] == Source.TWO_SECONDS]


def test_a_limit_takes_of_everything(spoken: list[Prompt], tmp_path: Path) -> None:
    clips = make_clips(spoken, tmp_path, limit=54)
    assert len(clips) == 54
    taken = {key: sum((clip.source, clip.language) == key for clip in clips) for key in COUNTS}
    assert all(abs(taken[key] - count * 54 / sum(COUNTS.values())) <= 1 for key, count in COUNTS.items())


def average_dbfs(path: Path) -> float:
    with path.open("rb") as file:
        samples = np.concatenate(list(decode(file, 60.0))) / 32768
    return float(20 * np.log10(np.sqrt(np.mean(samples**2))))


def test_speech_may_be_quiet_and_by_telephone(spoken: list[Prompt], tmp_path: Path) -> None:
    chosen: Mapping[str, Any] = {"sources": [Source.SENTENCE, Source.NO_SPEECH], "limit": 3}
    usual = [clip.path.read_bytes() for clip in make_clips(spoken, tmp_path, **chosen)]
    changed = make_clips(spoken, tmp_path, **chosen, record=_recorder(-42.0, is_telephone=True))
    for clip, as_usual in zip(changed, usual, strict=True):
        if clip.source is Source.SENTENCE:
            assert average_dbfs(clip.path) == pytest.approx(-44, abs=2), "what is above 4 kHz is lost"
            assert clip.path.read_bytes()[:4] == b"RIFF"
        else:
            assert clip.path.read_bytes() == as_usual


def test_clips_are_as_they_say(spoken: list[Prompt], tmp_path: Path) -> None:
    for clip in make_clips(spoken, tmp_path, sources=[Source.ONE_SECOND, Source.LONG, Source.SENTENCE], limit=12):
        assert duration_of(clip.path) == pytest.approx(clip.seconds, abs=0.05)
        assert len(clip.words) == len(clip.word_seconds)
        assert bool(clip.words) is clip.source.has_words
        assert list(clip.word_seconds) == sorted(clip.word_seconds)
        assert all(0 < second < clip.seconds for second in clip.word_seconds)


@pytest.mark.parametrize("kind", NOISES)
def test_what_is_no_speech_is_sound(kind: str) -> None:
    for seed in range(3):
        sound = no_speech(kind, np.random.default_rng(seed))
        assert np.isfinite(sound).all()
        assert np.abs(sound).max() <= 10 ** (LOUDEST_DBFS / 20) + 1e-9


def test_cuts_are_between_windows() -> None:
    path = load_samples()["minutes_ru.ogg"].path
    cuts = cuts_of(path, 13.0)
    assert len(cuts) > len(cuts_of(path, 30.0)) > 0
    assert all(0 < end <= start < duration_of(path) for end, start in cuts)


# --- who hears ----------------------------------------------------------------------------------------------------
async def test_all_contenders_hear_the_same() -> None:
    sample, silence = load_samples()["seen_ru_00.ogg"], load_samples()["silence_8.ogg"]
    profiles = {profile.value: profile.config for profile in Profile}
    async with contenders(DEMO, profiles, with_stock=True) as found:
        assert [each.name for each in found] == [STOCK, STOCK_VAD, *profiles]
        heard = [await each.hear(replace(CLIP, path=sample.path)) for each in found]
        unheard = [await each.hear(replace(NOISE, path=silence.path)) for each in found[1:]]
    assert [each.text for each in heard] == [sample.text] * 4
    assert {each.language for each in heard} == {"ru"}
    for each in heard:
        spent = [each.cpu_seconds_of(step) for step in Step]
        assert all(seconds >= 0 for seconds in spent)
        # What the kernel tells of a process comes in hundredths of a second.
        assert 0.3 * each.cpu_seconds < sum(spent) < each.cpu_seconds + 0.05
        assert each.cpu_seconds_of(Step.ENCODE) > 0 < each.cpu_seconds_of(Step.TEXT)
    assert [each.cpu_seconds_of(Step.VOICE) > 0 for each in heard] == [False, True, True, True]
    assert [(each.text, each.language, each.problem) for each in unheard] == [("", "", "")] * 3


async def test_the_worker_is_told_which_language_is_likely() -> None:
    """Where detection is never sure, that decides."""
    path = load_samples()["seen_ru_00.ogg"].path
    profiles = {"fast": parse(["--set", "min_language_probability=1"]).profiles["fast"]}
    async with contenders(DEMO, profiles, with_stock=False, knows_people=True) as (fast,):
        heard = [(await fast.hear(replace(CLIP, path=path, language=language))).language for language in ("ru", "en")]
    assert heard == ["ru", "en"]


async def test_each_hears_what_it_is_given_in_order() -> None:
    clips = [replace(CLIP, number=number, words=(f"w{number}",), word_seconds=(1.0,)) for number in range(6)]
    busy: set[str] = set()

    def contender(name: str, process: str, takes: Callable[[Clip], bool]) -> Contender:
        async def hear(clip: Clip) -> Hearing:
            assert process not in busy
            busy.add(process)
            await asyncio.sleep(0)
            busy.remove(process)
            return hearing(name)

        return Contender(name, process, hear, takes)

    found = [contender(STOCK, "one", lambda _: True), contender("fast", "one", lambda clip: clip.number % 2 == 0)]
    judged: Judged = {}
    await measure(clips, found, judged)
    heard = by_contender(judged)
    assert [each.clip.number for each in heard[STOCK]] == [0, 1, 2, 3, 4, 5]
    assert [each.clip.number for each in heard["fast"]] == [0, 2, 4]


def busy_seconds(seconds: float) -> None:
    end = time.process_time() + seconds
    while time.process_time() < end:
        pass


def test_each_moment_counts_for_the_innermost_step() -> None:
    meter = Meter()
    inner = meter.timed(Step.ENCODE, busy_seconds)

    def outer(_: None) -> None:
        busy_seconds(0.02)
        inner(0.05)

    meter.timed(Step.VOICE, outer)(None)

    def pieces() -> Iterator[int]:
        for piece in range(2):
            busy_seconds(0.03)
            yield piece

    for _ in meter.timed_each(Step.MEDIA, pieces)():
        busy_seconds(0.04)  # whoever takes them is not that step
    spent = dict(zip(Step, meter.counters, strict=False))
    wanted = {Step.VOICE: 0.02, Step.ENCODE: 0.05, Step.MEDIA: 0.06}
    assert spent == {step: pytest.approx(wanted.get(step, 0.0), abs=0.008) for step in Step}


class ScriptedEngine:
    """Decodes as often as it is told, and tells whether that was once more."""

    def __init__(self) -> None:
        self.timed = _Timed(self)
        self.again: list[bool] = []

    def encode(self) -> None:
        self.again.append(self.timed.is_encoded_again)

    def generate(self, texts: int) -> None:
        self.again.append(self.timed.is_text_again(texts))

    def segments(self, tries: int) -> None:
        for _ in range(tries):
            self.generate(1)


def test_what_is_done_once_more_is_told_from_first_tries() -> None:
    engine = ScriptedEngine()
    for _ in range(2):
        engine.timed.encode()
    engine.generate(2)
    for tries in (0, 1):
        engine.timed.segments(tries)
    assert engine.again == [False, False, False, True]
    engine.again.clear()
    engine.timed.encode()  # of the next task, which fails before it has a text
    engine.timed.segments(0)
    engine.timed.encode()
    engine.timed.segments(2)
    assert engine.again == [False, False, False, True]
    assert engine.timed.is_encoded_again


# --- figures ------------------------------------------------------------------------------------------------------
def judged(errors: int, cpu: float) -> list[Judgement]:
    clips = [replace(CLIP, seconds=4.0 + number / 10, language=lang) for lang in ("ru", "en") for number in range(5)]
    return [Judgement(clip, hearing("раз", clip.language, cpu), 10, errors, 0, 0, 0, 0) for clip in clips]


def by_name(found: Sequence[Figure]) -> dict[str, tuple[float | None, bool | None]]:
    return {each.name: (each.value, each.met) for each in found}


def test_figures_are_beside_their_goals() -> None:
    heard = {STOCK: judged(2, 2.0), STOCK_VAD: judged(2, 2.0), "accurate": judged(2, 0.8), "fast": judged(3, 0.4)}
    found = by_name(figures(heard, has_goals=True))
    assert found["errors_ru_sentence_fast"] == (30.0, None)
    assert found["errors_accurate/stock_vad"] == (1.0, True)
    assert found["errors_en_fast/accurate"] == (1.5, False)
    assert found["cpu_3-10s_accurate/stock"] == (0.4, True)
    assert found["cpu_3-10s_fast/stock"] == (0.2, False)
    assert found["wrong_language_sentence_accurate"] == (0.0, True)
    assert found["dearest_fast"] == (1.0, True)
    heard["fast"][0] = replace(heard["fast"][0], hearing=hearing("раз", "ru", 2.0))
    assert by_name(figures(heard, has_goals=True))["dearest_fast"] == (5.0, False)
    assert all(each.goal is None for each in figures(heard, has_goals=False))
    unspoken = {"fast": [judge(NOISE, hearing("Thank you.", "en"), [])]}
    assert by_name(figures(unspoken, has_goals=True))["invented_words_fast"] == (2, False)
    assert not any(each.name.startswith("errors") for each in figures(unspoken, has_goals=True))
    table = markdown(heard).splitlines()
    assert table[0] == "|  | stock | stock_vad | accurate | fast |"
    assert (
        table[2] == "| word errors, ru, sentences | 20.0 % (10/50) | 20.0 % (10/50) | 20.0 % (10/50) | 30.0 % (15/50) |"
    )


# --- the command --------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--profile", "exact"], "there is no profile exact among accurate, balanced, fast"),
        (["--set", "beam_size=no"], "--set beam_size: "),
        (["--only", "song"], "'song' is not a valid Source"),
        (["--limit", "0"], "argument --limit: invalid"),
        (["--json", "/nowhere/there.json"], "there is no directory /nowhere"),
    ],
)
def test_wrong_options_are_refused(arguments: list[str], said: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        parse(arguments)
    assert said in capsys.readouterr().err


def test_settings_are_for_our_profiles() -> None:
    profiles = parse(["--profile", "fast", "--set", "beam_size=3", "--set", "preferred_language=en"]).profiles
    assert [(name, each.beam_size, each.preferred_language) for name, each in profiles.items()] == [("fast", 3, "en")]


def test_human_speech_that_can_t_be_had_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    with pytest.raises(PromptsMissing, match="is not there"):
        load_prompts(may_fetch=False)
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(PromptsMissing, match="Debian's packages, which takes apt-get; it is not here"):
        load_prompts()


def test_other_recordings_than_those_meant_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    monkeypatch.setattr(prompts_module, "_run", lambda *command, cwd: None)
    monkeypatch.setattr(prompts_module, "_digest_of", lambda directory, language: "another")
    with pytest.raises(PromptsMissing, match="other recordings"):
        load_prompts()


@pytest.mark.real
@pytest.mark.usefixtures("real_model", "human_speech")
def test_a_run_prints_a_table_and_writes_files(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    files = {"--json": tmp_path / "result.json", "--texts": tmp_path / "texts.jsonl"}
    named = [str(each) for pair in files.items() for each in pair]
    assert main(["--limit", "8", "--profile", "fast", "--no-stock", *named]) == 0
    assert "| word errors, ru, sentences |" in capsys.readouterr().out
    written = json.loads(files["--json"].read_text(encoding="utf-8"))
    assert written["machine"]["clips"] == 8
    assert {"name", "value", "unit", "goal", "met"} <= written["figures"][0].keys()
    lines = [json.loads(line) for line in files["--texts"].read_text(encoding="utf-8").splitlines()]
    assert [line["contender"] for line in lines] == ["fast"] * 8
