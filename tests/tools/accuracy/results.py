"""All that was heard, as figures beside their goals and as a table."""

from __future__ import annotations

import statistics
from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import combinations

from tests.tools.accuracy.clips import Source
from tests.tools.accuracy.contenders import STOCK, STOCK_VAD
from tests.tools.accuracy.judging import Judgement
from tests.tools.accuracy.prompts import LANGUAGES
from tests.tools.accuracy.steps import Step
from tests.tools.bench.figures import Figure, Goal, at_most, ratio

ACCURATE, FAST = "accurate", "fast"
ERRORS_GOALS = {(ACCURATE, STOCK_VAD): at_most(1.00)}
FAST_ERRORS_GOALS = {"ru": at_most(1.05), "en": at_most(1.08)}
"""Of the fast profile to the accurate one."""
CPU_GOALS = {ACCURATE: at_most(0.48), FAST: at_most(0.17)}
"""To stock, for sentences of usual length."""
LONG_CPU_GOALS = {ACCURATE: at_most(0.5), FAST: at_most(0.3)}
"""To stock with voice detection, for long Russian speech."""
LANGUAGE_GOALS = {Source.ONE_SECOND: at_most(2.0), Source.TWO_SECONDS: at_most(0.5), Source.SENTENCE: at_most(0.0)}
"""In percent of the clips."""
NONE_GOAL, DEAREST_GOAL, SILENCED_GOAL = at_most(0), at_most(4), at_most(100 / 300)
USUAL_SECONDS = (3.0, 10.0)
"""Lengths of sentences whose CPU time is compared."""
LEAST_FOR_USUAL = 5
"""Lengths of clips of speech that it takes to say what is usual."""

Heard = Mapping[str, Sequence[Judgement]]
"""By contender, in the order of the clips."""
Measure = Callable[[Sequence[Judgement]], str]


def figures(heard: Heard, *, has_goals: bool) -> list[Figure]:
    """All figures; goals are for the genuine base model only."""
    found = [*_errors(heard), *_error_ratios(heard), *_languages(heard), *_counts(heard), *_costs(heard)]
    if has_goals:
        return found
    return [Figure(each.name, each.value, each.unit, None, each.note) for each in found]


def _ours(heard: Heard) -> list[str]:
    return [name for name in heard if name not in (STOCK, STOCK_VAD)]


def _goal(name: str, goal: Goal | None) -> Goal | None:
    """What is expected of voicepipe, and of nobody else."""
    return None if name in (STOCK, STOCK_VAD) else goal


def of(judgements: Sequence[Judgement], *sources: Source, language: str = "") -> list[Judgement]:
    """Those about clips of these sources, and of this language if given."""
    return [
        each for each in judgements if each.clip.source in sources and (not language or each.clip.language == language)
    ]


# --- words --------------------------------------------------------------------------------------------------------
def _errors(heard: Heard) -> Iterator[Figure]:
    for language in LANGUAGES:
        for source in (Source.SENTENCE, Source.LONG):
            for name, judgements in heard.items():
                wrong, words = _wrong_of(of(judgements, source, language=language))
                if words:
                    note = f"{wrong} of {words} words"
                    yield Figure(f"errors_{language}_{source}_{name}", 100 * wrong / words, "%", note=note)


def _wrong_of(judgements: Sequence[Judgement]) -> tuple[int, int]:
    return sum(each.errors for each in judgements), sum(each.words for each in judgements)


def _error_ratios(heard: Heard) -> Iterator[Figure]:
    for name in _ours(heard):
        if STOCK_VAD in heard:
            yield from _error_ratio(heard, name, STOCK_VAD, "", ERRORS_GOALS.get((name, STOCK_VAD)))
        if name != ACCURATE and ACCURATE in heard:
            for language in LANGUAGES:
                goal = FAST_ERRORS_GOALS[language] if name == FAST else None
                yield from _error_ratio(heard, name, ACCURATE, language, goal)


def _error_ratio(heard: Heard, name: str, other: str, language: str, goal: Goal | None) -> Iterator[Figure]:
    """None where no words are known."""
    above, words = _wrong_of(of(heard[name], *Source, language=language))
    below, _ = _wrong_of(of(heard[other], *Source, language=language))
    called, note = "_".join(filter(None, ("errors", language, f"{name}/{other}"))), f"{above} errors to {below}"
    if words:
        yield Figure(called, above / below if below else None, "ratio", goal, note)


# --- counts -------------------------------------------------------------------------------------------------------
def _languages(heard: Heard) -> Iterator[Figure]:
    for source, goal in LANGUAGE_GOALS.items():
        for name, judgements in heard.items():
            clips = of(judgements, source)
            if clips:
                wrong = sum(each.is_language_wrong for each in clips)
                note = f"{wrong} of {len(clips)} clips"
                yield Figure(f"wrong_language_{source}_{name}", 100 * wrong / len(clips), "%", _goal(name, goal), note)


def _counts(heard: Heard) -> Iterator[Figure]:
    for name, judgements in heard.items():
        nobody, long = of(judgements, Source.NO_SPEECH), of(judgements, Source.LONG)
        if nobody:
            invented, affected = sum(each.invented for each in nobody), sum(each.invented > 0 for each in nobody)
            note = f"in {affected} of {len(nobody)} recordings"
            yield Figure(f"invented_words_{name}", invented, "words", _goal(name, NONE_GOAL), note)
        if long:
            yield Figure(f"lost_at_cuts_{name}", sum(each.lost_at_cuts for each in long), "words")
            yield Figure(f"doubled_at_cuts_{name}", sum(each.doubled_at_cuts for each in long), "words")
        yield Figure(f"repeated_words_{name}", sum(each.repeated for each in judgements), "words")
        if spoken := [each for each in judgements if each.clip.language]:
            silenced = sum(each.is_silenced for each in spoken)
            share, note = 100 * silenced / len(spoken), f"{silenced} of {len(spoken)} clips of speech"
            yield Figure(f"silenced_{name}", share, "%", _goal(name, SILENCED_GOAL), note)
        yield Figure(f"failed_{name}", sum(bool(each.hearing.problem) for each in judgements), "clips")


# --- cost ---------------------------------------------------------------------------------------------------------
def _costs(heard: Heard) -> Iterator[Figure]:
    usual = {name: [each for each in of(of_one, Source.SENTENCE) if _is_usual(each)] for name, of_one in heard.items()}
    long = {name: of(of_one, Source.LONG, language="ru") for name, of_one in heard.items()}
    least, most = USUAL_SECONDS
    for name in _ours(heard):
        for called, group, other, goals in (
            (f"cpu_{least:g}-{most:g}s", usual, STOCK, CPU_GOALS),
            ("cpu_long_ru", long, STOCK_VAD, LONG_CPU_GOALS),
        ):
            if group.get(other) and group[name]:
                yield ratio(f"{called}_{name}/{other}", _cpu(group[name]), _cpu(group[other]), goals.get(name))
    for name, judgements in heard.items():
        yield Figure(f"cpu_{name}", sum(_cpu(judgements)), "CPU-s", note=f"for {len(judgements)} clips")
        if (dearest := _dearest(judgements)) is not None:
            yield Figure(f"dearest_{name}", dearest[0], "ratio", _goal(name, DEAREST_GOAL), dearest[1])
        yield from _steps(name, judgements)


def _steps(name: str, judgements: Sequence[Judgement]) -> Iterator[Figure]:
    """What CPU time goes into, and what was decoded more than once, where it was counted."""
    whole, counted = sum(_cpu(judgements)), [each.hearing for each in judgements if each.hearing.counters]
    if not counted:
        return
    yield Figure(f"texts_again_{name}", sum(each.texts_again for each in counted), "texts")
    spent = {step: sum(each.cpu_seconds_of(step) for each in counted) for step in Step}
    for step, seconds in spent.items():
        called = step.replace(" ", "_")
        yield Figure(f"cpu_{called}_{name}", seconds, "CPU-s", note=f"{100 * seconds / whole:.1f} %")
    yield Figure(f"cpu_other_{name}", whole - sum(spent.values()), "CPU-s")


def _is_usual(judgement: Judgement) -> bool:
    least, most = USUAL_SECONDS
    return least <= judgement.clip.seconds <= most


def _cpu(judgements: Sequence[Judgement]) -> list[float]:
    return [each.hearing.cpu_seconds for each in judgements]


def _dearest(judgements: Sequence[Judgement]) -> tuple[float, str] | None:
    """Of the dearest clip: CPU ÷ what speech of its length usually costs the same contender; and which clip it is."""
    speech = [each for each in judgements if each.clip.language]
    if len({each.clip.seconds for each in speech}) < LEAST_FOR_USUAL:
        return None
    usual = _usual_cost([each.clip.seconds for each in speech], _cpu(speech))

    def times_usual(each: Judgement) -> float:
        return each.hearing.cpu_seconds / usual(each.clip.seconds)

    dearest = max(judgements, key=times_usual)
    return times_usual(dearest), f"{dearest.clip.name}, {dearest.hearing.cpu_seconds:.1f} CPU-s"


def _usual_cost(seconds: Sequence[float], cpu: Sequence[float]) -> Callable[[float], float]:
    """The line through most of the clips, which dear ones among them do not move (Theil and Sen)."""
    both = list(zip(seconds, cpu, strict=True))
    slope = statistics.median((d - b) / (c - a) for (a, b), (c, d) in combinations(both, 2) if c != a)
    level = statistics.median(cost - slope * length for length, cost in both)
    least = min(cpu)
    return lambda length: max(least, level + slope * length)


# --- table --------------------------------------------------------------------------------------------------------
def markdown(heard: Heard) -> str:
    """The table for a README: a row for each measure, a column for each contender."""
    rows = [["", *heard], ["---"] + ["---:"] * len(heard)]
    rows += [[called, *map(measure, heard.values())] for called, measure in MEASURES.items()]
    return "\n".join(f"| {' | '.join(row)} |" for row in rows if any(row[1:]))


def _share(source: Source, language: str) -> Measure:
    def measure(judgements: Sequence[Judgement]) -> str:
        wrong, words = _wrong_of(of(judgements, source, language=language))
        return f"{100 * wrong / words:.1f} % ({wrong}/{words})" if words else ""

    return measure


def _count(count: Callable[[Judgement], float], *sources: Source) -> Measure:
    def measure(judgements: Sequence[Judgement]) -> str:
        of_these = of(judgements, *sources)
        return f"{sum(map(count, of_these)):.0f}" if of_these else ""

    return measure


def _step_share(step: Step) -> Measure:
    def measure(judgements: Sequence[Judgement]) -> str:
        whole = sum(_cpu(judgements))
        seconds = sum(each.hearing.cpu_seconds_of(step) for each in judgements)
        return f"{100 * seconds / whole:.1f} %" if whole else ""

    return measure


def _wrong_language(source: Source) -> Measure:
    def measure(judgements: Sequence[Judgement]) -> str:
        clips = of(judgements, source)
        return f"{sum(each.is_language_wrong for each in clips)}/{len(clips)}" if clips else ""

    return measure


def _silenced(judgements: Sequence[Judgement]) -> str:
    spoken = [each for each in judgements if each.clip.language]
    return f"{sum(each.is_silenced for each in spoken)}/{len(spoken)}" if spoken else ""


def _invented(judgements: Sequence[Judgement]) -> str:
    nobody = of(judgements, Source.NO_SPEECH)
    return f"{sum(each.invented > 0 for each in nobody)}/{len(nobody)}" if nobody else ""


MEASURES: Mapping[str, Measure] = {
    **{
        f"word errors, {language}, {called}": _share(source, language)
        for source, called in ((Source.SENTENCE, "sentences"), (Source.LONG, "long speech"))
        for language in LANGUAGES
    },
    **{
        f"wrong language, {called}": _wrong_language(source)
        for source, called in (
            (Source.ONE_SECOND, "1 s"),
            (Source.TWO_SECONDS, "2 s"),
            (Source.SENTENCE, "sentences"),
        )
    },
    "invented words where nobody speaks": _count(lambda each: each.invented, Source.NO_SPEECH),
    "recordings with invented words": _invented,
    "words lost near cuts of long speech": _count(lambda each: each.lost_at_cuts, Source.LONG),
    "words doubled near cuts": _count(lambda each: each.doubled_at_cuts, Source.LONG),
    "words repeated": _count(lambda each: each.repeated, *Source),
    "clips of speech not heard at all": _silenced,
    "texts decoded again": _count(lambda each: each.hearing.texts_again, *Source),
    "CPU-seconds, sentences": _count(lambda each: each.hearing.cpu_seconds, Source.SENTENCE),
    "CPU-seconds, long speech": _count(lambda each: each.hearing.cpu_seconds, Source.LONG),
    "CPU-seconds, no speech": _count(lambda each: each.hearing.cpu_seconds, Source.NO_SPEECH),
    **{f"CPU, {step}": _step_share(step) for step in Step},
}
"""By what a row of the table is called."""
