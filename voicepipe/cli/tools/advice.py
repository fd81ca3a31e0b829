"""Which model is right for this machine: what each takes and costs here, and how well it hears."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from voicepipe.cli.tools.survey import Unmeasured, Width, measure_width, width_of
from voicepipe.config import Config
from voicepipe.domain.shapes import SIZES, Costs, Manner
from voicepipe.errors import RequestRefused
from voicepipe.machine import usable_memory_bytes
from voicepipe.measures import show_size
from voicepipe.workers.express import PROCESS_BYTES, SHARE, memory_of_worker
from voicepipe.workers.local import boot_of, visible_gpus

BEST_LAST = (
    *("tiny", "tiny.en", "base", "base.en", "distil-small.en", "small", "small.en", "distil-medium.en", "medium"),
    *("medium.en", "distil-large-v2", "distil-large-v3", "distil-large-v3.5", "turbo", "large-v1", "large-v2"),
    "large-v3",
)
"""The models, from what hears least well to what hears best, as far as published figures tell."""
SHAPE_OF = {"large-v1": "large-v2", "distil-large-v3.5": "distil-large-v3"}
"""Models of another's shape, beside those for English only, which have that of their namesake."""
ALIASES = {"large": "large-v3", "large-v3-turbo": "turbo"}
BYTES_A_NUMBER = 2
"""In the files of published models."""
LONGEST_NOTE_SECONDS, LONGEST_MINUTE_SECONDS = 10.0, 30.0
"""A voice note of 10 s shall take no longer than it is long, and a minute of a long recording half of one."""
DAY_SECONDS = 86_400


@dataclass(frozen=True, slots=True)
class Machine:
    """What there is to compute with."""

    memory_bytes: float
    """What supervisor and workers may take; infinite on GPUs, whose memory is not known."""
    workers: int
    manner: Manner


@dataclass(frozen=True, slots=True)
class Advice:
    """About one model."""

    name: str
    memory_bytes: float
    """Of a worker that holds it."""
    workers: int
    """How many fit, of those that there shall be."""
    costs: Costs | None
    """None where it was not measured."""
    reason: str
    """Why it was not, or why it is not recommended; empty where nothing speaks against it."""
    knows_languages: bool

    @property
    def minutes_per_day(self) -> int | None:
        return int(self.workers * DAY_SECONDS / self.costs.minute) if self.costs else None

    @property
    def is_fit(self) -> bool:
        return self.knows_languages and not self.reason


def machine_of(config: Config) -> Machine:
    """This one, as the configuration uses it."""
    boot = boot_of(config.workers, config.recognition, config.service.files.models)
    manner = Manner(boot.device, boot.compute_type, boot.threads, boot.beam_size, boot.has_short_context)
    if boot.device == "cuda":
        return Machine(float("inf"), config.workers.count or len(visible_gpus()) or 1, manner)
    return Machine(SHARE * usable_memory_bytes(), config.workers.resolved_count, manner)


def languages_of(config: Config) -> tuple[str, ...]:
    """What is spoken to the bot, as far as the configuration tells: else the language that it assumes, and English."""
    recognition = config.recognition
    if recognition.languages:
        return tuple(recognition.languages)
    if recognition.language != "auto":
        return (recognition.language,)
    return tuple(dict.fromkeys((recognition.preferred_language, "en")))


def survey(machine: Machine, names: Sequence[str], on_measuring: Callable[[str], None]) -> Mapping[str, Costs | str]:
    """What these models cost, by the name of their shape, or why that could not be measured.

    Takes a minute or more. What there is no room for is left out.
    """
    costs: dict[str, Costs | str] = {}
    for width, shapes in _widths().items():
        at_once = max((workers_with(machine, name) for name in names if shape_of(name) in shapes), default=0)
        if at_once:
            on_measuring(shapes[-1])
            costs |= _measured(width, shapes, machine.manner, at_once)
    return costs


def judge(
    machine: Machine, names: Sequence[str], costs: Mapping[str, Costs | str], languages: Iterable[str]
) -> tuple[list[Advice], str | None]:
    """About these models, and the name of the one to take, if any of them is fit."""
    spoken = set(languages)
    found = [_advice(machine, name, costs.get(shape_of(name)), spoken) for name in names]
    fit = [each.name for each in found if each.is_fit]
    return found, fit[-1] if fit else None


def chosen(names: Sequence[str]) -> list[str]:
    """The models that are meant, or all, the best last. Raises RequestRefused for an unknown one."""
    wanted = {ALIASES.get(name, name) for name in names}
    unknown = wanted - set(BEST_LAST)
    if unknown:
        raise RequestRefused(f"Its cost is not known: {', '.join(sorted(unknown))}; known are {', '.join(BEST_LAST)}")
    return [name for name in BEST_LAST if name in wanted or not wanted]


def shape_of(name: str) -> str:
    """The name of the shape that a model has, in `SIZES`."""
    name = ALIASES.get(name, name)
    return name if name in SIZES else SHAPE_OF.get(name, name.removesuffix(".en"))


def _widths() -> Mapping[Width, Sequence[str]]:
    """What has to be measured, least first, and the shapes for which that tells."""
    widths: dict[Width, list[str]] = {}
    for name, size in SIZES.items():
        widths.setdefault(width_of(size), []).append(name)
    return widths


def _measured(width: Width, names: Sequence[str], manner: Manner, at_once: int) -> Mapping[str, Costs | str]:
    try:
        return measure_width(width, manner, at_once)
    except Unmeasured as error:
        return dict.fromkeys(names, str(error))


def _memory(machine: Machine, name: str) -> float:
    return memory_of_worker(BYTES_A_NUMBER * SIZES[shape_of(name)].parameters, machine.manner.compute_type)


def workers_with(machine: Machine, name: str) -> int:
    """How many with that model there is memory for."""
    room = machine.memory_bytes - PROCESS_BYTES
    return int(max(0, min(machine.workers, room // _memory(machine, name))))


def _advice(machine: Machine, name: str, costs: Costs | str | None, languages: set[str]) -> Advice:
    memory, workers = _memory(machine, name), workers_with(machine, name)
    measured = costs if isinstance(costs, Costs) and workers else None
    reason = costs if isinstance(costs, str) else _reason(machine, memory, workers, measured)
    knows = languages <= {"en"} or not is_english_only(name)
    return Advice(name, memory, workers, measured, reason, knows)


def is_english_only(name: str) -> bool:
    return name.endswith(".en") or name.startswith("distil-")


def _reason(machine: Machine, memory: float, workers: int, costs: Costs | None) -> str:
    if not workers:
        return f"no room: {show_size(memory + PROCESS_BYTES)} of {show_size(machine.memory_bytes)}"
    if costs is not None and costs.note > LONGEST_NOTE_SECONDS:
        return "too slow for notes"
    if costs is not None and costs.minute > LONGEST_MINUTE_SECONDS:
        return "too slow"
    return ""
