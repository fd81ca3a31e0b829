"""Pictures of a result file, for README.md beside it: what `scripts/bench --charts DIR FILE` draws.

Each picture is drawn from the figures by their names, and left out when one that it needs was not measured. It names
the machine, and shows goals as lines.
"""

from __future__ import annotations

import importlib
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Any, TypeVar

T = TypeVar("T")

LENGTHS = (5, 15, 30, 60)
QUEUE_LENGTHS = (10, 100, 1000, 10_000)
PERCENTILES = (50, 95, 99)
WORKER_COUNTS = (1, 2, 3)

STOCK, WHISPER_CPP, EXACT, FAST, GOAL = "#9a9a9a", "#6d6d6d", "#0072b2", "#56b4e9", "#d55e00"
"""Ours in blue, others in grey, goals in a red that the colour-blind tell from both."""
NAMES = {
    "stock": "faster-whisper, stock",
    "plain": "plain design",
    "whisper_cpp": "whisper.cpp",
    "exact": "voicepipe",
    "fast": "voicepipe, fast profile",
}
NAMES_IN_LINES = ("plain\ndesign", "voicepipe", "voicepipe,\nfast profile")
INK = "#333333"
COLOURS = {"stock": STOCK, "plain": STOCK, "whisper_cpp": WHISPER_CPP, "exact": EXACT, "fast": FAST}
STYLE = {
    "figure.facecolor": "white",
    "axes.facecolor": "white",
    "axes.edgecolor": "#444444",
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.axisbelow": True,
    "axes.titlesize": 11,
    "axes.titlelocation": "left",
    "font.size": 10,
    "legend.frameon": False,
    "legend.fontsize": 9,
}
INCHES = (8.4, 3.9)
BAR_SHARE = 0.8
"""Of the room of a group of bars."""
GOAL_LABEL = "goal"


class NotMeasured(Exception):
    """The result file lacks a figure that the picture needs."""


@dataclass(frozen=True, slots=True)
class Bar:
    """A value to draw."""

    value: float
    goal: float | None = None
    """Where a line shows what the value should be at most, or at least."""


@dataclass(frozen=True, slots=True)
class Result:
    """A result file's content."""

    machine: Mapping[str, Any]
    values: Mapping[str, float]
    """Figures that have a value, by name."""
    goals: Mapping[str, float]
    """The bounds of those that have a goal."""

    def __getitem__(self, name: str) -> float:
        """Raises NotMeasured."""
        if name not in self.values:
            raise NotMeasured(name)
        return self.values[name]

    def bar(self, name: str, reference: str, short_reference: str = "") -> Bar:
        """With the goal that its ratio to the reference has, if there is one. Raises NotMeasured."""
        bound = self.goals.get(f"{name}/{short_reference or reference.rpartition('_')[2]}")
        return Bar(self[name], None if bound is None else bound * self[reference])

    def known(self, pattern: str, choices: Sequence[T]) -> list[T]:
        """Those of the choices whose figure was measured. Raises NotMeasured when none was."""
        found = [choice for choice in choices if pattern.format(choice) in self.values]
        if not found:
            raise NotMeasured(pattern.format(choices[0]))
        return found

    @property
    def caption(self) -> str:
        """What was measured with, and where."""
        machine = self.machine
        return f"Whisper {machine['model']}, int8 · {machine['cpu']}, {machine['cores']} cores"


def read_result(path: Path) -> Result:
    """Raises OSError, or ValueError for what is no result file."""
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
        values = {figure["name"]: figure["value"] for figure in content["figures"] if figure["value"] is not None}
        goals = {figure["name"]: float(figure["goal"].split()[1]) for figure in content["figures"] if figure["goal"]}
        return Result(content["machine"], values, goals)
    except (ValueError, KeyError, TypeError, IndexError) as error:
        raise ValueError(f"{path} is no result of scripts/bench") from error


def can_draw() -> bool:
    return find_spec("matplotlib") is not None


def draw_charts(result: Result, directory: Path) -> tuple[list[Path], list[str]]:
    """Write the pictures; those written, and for each left out its name and the figure it lacks. Raises OSError."""
    written, left_out = [], []
    with importlib.import_module("matplotlib").rc_context(STYLE):
        for name, draw in CHARTS.items():
            try:
                written.append(_save(draw(result), result, directory / f"{name}.png"))
            except NotMeasured as missing:
                left_out.append(f"{name}: {missing} was not measured")
    return written, left_out


def _save(figure: Any, result: Result, path: Path) -> Path:
    figure.text(0.012, 0.015, result.caption, fontsize=8, color=INK)
    figure.tight_layout(rect=(0, 0.045, 1, 1), w_pad=2)
    figure.savefig(path, dpi=150, metadata={"Software": None})  # no version in it: the same figures, the same file
    return path


def _panels(count: int) -> tuple[Any, list[Any]]:
    """A picture with so many panels side by side."""
    figure = importlib.import_module("matplotlib.figure").Figure(figsize=INCHES)
    axes = list(figure.subplots(1, count, squeeze=False)[0])
    for each in axes:
        each.grid(axis="y", color="#e4e4e4", linewidth=0.8)
        each.tick_params(length=0)
    return figure, axes


# --- what pictures are made of --------------------------------------------------------------------------------------
def _bars(axes: Any, bars: Sequence[Bar], places: Sequence[float], width: float, **looks: Any) -> None:
    """Each with its value above it."""
    axes.bar(places, [bar.value for bar in bars], width, **looks)
    for bar, place in zip(bars, places, strict=True):
        if bar.goal is not None:
            axes.hlines(bar.goal, place - width / 2, place + width / 2, color=GOAL, linewidth=2, label=GOAL_LABEL)
        top = bar.value if bar.goal is None else max(bar.value, bar.goal)
        above = {"xytext": (0, 3), "textcoords": "offset points", "ha": "center"}
        axes.annotate(_short(bar.value), (place, top), fontsize=8, color=INK, **above)
    axes.margins(y=0.1)


def _row(axes: Any, bars: Sequence[Bar], labels: Sequence[str], colours: Sequence[str]) -> None:
    """One bar for each label."""
    _bars(axes, bars, range(len(bars)), 0.6, color=colours)
    axes.set_xticks(range(len(labels)), labels)


def _groups(axes: Any, groups: Mapping[str, Sequence[Bar]], labels: Sequence[str]) -> None:
    """A bar of each name for each label."""
    width = BAR_SHARE / len(groups)
    for number, (name, bars) in enumerate(groups.items()):
        offset = (number - (len(groups) - 1) / 2) * width
        places = [index + offset for index in range(len(bars))]
        _bars(axes, bars, places, 0.92 * width, color=COLOURS[name], label=NAMES[name])
    axes.set_xticks(range(len(labels)), labels)


def _legend(axes: Any, place: str = "upper left") -> None:
    """Names each thing once, the goal last."""
    handles, labels = axes.get_legend_handles_labels()
    named = dict(zip(labels, handles, strict=True))
    order = sorted(named, key=lambda label: label == GOAL_LABEL)
    if order:
        axes.legend([named[label] for label in order], order, loc=place)


def _short(value: float) -> str:
    return f"{value:.0f}" if value >= 100 else f"{value:.1f}" if value >= 1 else f"{value:.2f}"


# --- the pictures -------------------------------------------------------------------------------------------------
def _cpu(result: Result) -> Any:
    """Measurement 1."""
    lengths = result.known("cpu_{}s_stock", LENGTHS)
    names = result.known(f"cpu_{lengths[0]}s_{{}}", ("stock", "whisper_cpp", "exact", "fast"))
    figure, (axes,) = _panels(1)
    groups = {
        name: [result.bar(f"cpu_{seconds}s_{name}", f"cpu_{seconds}s_stock") for seconds in lengths] for name in names
    }
    _groups(axes, groups, [f"{seconds} s" for seconds in lengths])
    axes.set(title="CPU for one message, by one thread", xlabel="length of the message", ylabel="CPU-seconds")
    _legend(axes)
    return figure


def _backlog(result: Result) -> Any:
    """Measurement 2."""
    names = ("plain", "exact", "fast")
    figure, (rate, wait) = _panels(2)
    rates = [result.bar(f"backlog_{name}", "backlog_plain") for name in names]
    _row(rate, rates, NAMES_IN_LINES, [COLOURS[name] for name in names])
    rate.set(title=f"{result.machine['waiting']} messages of 5 s waiting", ylabel="messages a minute")
    _legend(rate)
    waits = {name: [Bar(result[f"backlog_{name}_p{percent}"]) for percent in PERCENTILES] for name in names}
    _groups(wait, waits, [f"{percent} %" for percent in PERCENTILES])
    wait.set(title="How long they take", xlabel="share of them that is answered", ylabel="seconds")
    return figure


def _long_recording(result: Result) -> Any:
    """Measurement 4."""
    figure, (whole, short) = _panels(2)
    seconds = [result["long_on_1_workers"], result["long_on_2_workers"]]
    goals = [None, result.goals.get("long_on_2/1_workers")]
    bars = [Bar(each / 60, goal and goal * seconds[0] / 60) for each, goal in zip(seconds, goals, strict=True)]
    _row(whole, bars, ["1 worker", "2 workers"], [EXACT] * 2)
    whole.set(
        title=f"A recording of {result.machine['long_seconds'] / 60:.0f} minutes", ylabel="minutes until answered"
    )
    _legend(whole, "upper right")
    counts = result.known("short_amid_long_on_{}_workers", (1, 2))
    amid = [result.bar(f"short_amid_long_on_{count}_workers", "short_idle", "idle") for count in counts]
    labels = ["nothing else\ngoes on", *(f"amid it,\n{count} worker{'s' * (count > 1)}" for count in counts)]
    _row(short, [Bar(result["short_idle"]), *amid], labels, [STOCK, *[EXACT] * len(amid)])
    short.set(title="A message of 5 s", ylabel="seconds until answered")
    _legend(short)
    return figure


def _growth(result: Result) -> Any:
    """Measurement 8."""
    figure, (rate, cost) = _panels(2)
    counts = result.known("throughput_{}_workers", WORKER_COUNTS)
    rates = [Bar(result[f"throughput_{count}_workers"]) for count in counts]
    _row(rate, rates, [str(count) for count in counts], [EXACT] * len(counts))
    rate.set(title="Throughput with messages of 5 s waiting", xlabel="workers", ylabel="messages a minute")
    lengths = result.known("decision_{}_waiting", QUEUE_LENGTHS)
    costs = [result[f"decision_{length}_waiting"] for length in lengths]
    cost.plot(lengths, costs, color=EXACT, marker="o", linewidth=2)
    bound = result.goals.get("decision_10000/100_waiting", 0.0) * result["decision_100_waiting"]
    if bound:
        cost.plot([min(lengths), max(lengths)], [bound] * 2, color=GOAL, linewidth=2, label=GOAL_LABEL)
    cost.set(xscale="log", ylim=(0, 1.2 * max(bound, *costs)), title="Choosing what comes next")
    cost.set(xlabel="tasks waiting", ylabel="CPU-µs")
    cost.set_xticks(lengths, [f"{length:,}".replace(",", " ") for length in lengths])
    cost.minorticks_off()
    _legend(cost)
    return figure


CHARTS: Mapping[str, Callable[[Result], Any]] = {
    "cpu": _cpu,
    "backlog": _backlog,
    "long_recording": _long_recording,
    "growth": _growth,
}
