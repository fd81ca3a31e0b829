"""What was measured, beside what it should be."""

from __future__ import annotations

import json
import math
import statistics
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from rich.table import Table


@dataclass(frozen=True, slots=True)
class Goal:
    """A bound that a figure must keep."""

    bound: float
    is_least: bool

    def is_met_by(self, value: float) -> bool:
        return value >= self.bound if self.is_least else value <= self.bound

    def __str__(self) -> str:
        return f"{'>=' if self.is_least else '<='} {self.bound:g}"


def at_least(bound: float) -> Goal:
    return Goal(bound, is_least=True)


def at_most(bound: float) -> Goal:
    return Goal(bound, is_least=False)


@dataclass(frozen=True, slots=True)
class Figure:
    """One row of the result."""

    name: str
    value: float | None
    """None when it could not be measured here; `note` says why."""
    unit: str
    goal: Goal | None = None
    note: str = ""

    @property
    def met(self) -> bool | None:
        """None without a goal or a value."""
        return None if self.goal is None or self.value is None else self.goal.is_met_by(self.value)


def ratio(name: str, above: Sequence[float], below: Sequence[float], goal: Goal | None = None) -> Figure:
    """The median of the quotients of what was measured side by side, so that a busy machine disturbs it least."""
    return Figure(name, statistics.median(map(_quotient, above, below)), "ratio", goal)


def _quotient(above: float, below: float) -> float:
    return above / below


def median(name: str, values: Sequence[float], unit: str, goal: Goal | None = None) -> Figure:
    return Figure(name, statistics.median(values), unit, goal)


def percentile(values: Sequence[float], percent: float) -> float:
    """The smallest value that so many percent of all do not exceed."""
    return sorted(values)[max(0, math.ceil(percent / 100 * len(values)) - 1)]


def write_json(
    path: Path, machine: Mapping[str, object], figures: Sequence[Figure], durations: Mapping[str, float] | None = None
) -> None:
    """`durations` are seconds by measurement. Raises OSError."""
    content: dict[str, object] = {"machine": dict(machine), "figures": [_plain(figure) for figure in figures]}
    if durations:
        content["durations_s"] = {name: round(seconds) for name, seconds in durations.items()}
    path.write_text(json.dumps(content, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")


def _plain(figure: Figure) -> dict[str, object]:
    goal = None if figure.goal is None else str(figure.goal)
    value = None if figure.value is None else _rounded(figure.value)
    known: dict[str, object] = {
        "name": figure.name,
        "value": value,
        "unit": figure.unit,
        "goal": goal,
        "met": figure.met,
    }
    return known | ({"note": figure.note} if figure.note else {})


def _rounded(value: float) -> float:
    """To four digits that count: no measurement here has more."""
    return float(f"{value:.4g}")


def table(figures: Sequence[Figure]) -> Table:
    result = Table("figure", "value", "unit", "goal", "met", box=None, pad_edge=False)
    result.columns[0].min_width = max((len(figure.name) for figure in figures), default=0)
    result.columns[1].justify = "right"
    for figure in figures:
        value = (
            figure.note
            if figure.value is None
            else f"{figure.value:.3g}"
            if figure.value < 100
            else f"{figure.value:.0f}"
        )
        met = {None: "", True: "[green]yes[/green]", False: "[red]no[/red]"}[figure.met]
        result.add_row(figure.name, value, figure.unit, str(figure.goal or ""), met)
    return result
