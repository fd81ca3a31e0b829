"""The benchmark's arithmetic: medians, ratios, percentiles, goals, and the file they are written to."""

from __future__ import annotations

import json
from io import StringIO
from pathlib import Path

import pytest
from rich.console import Console

from tests.tools.bench.figures import Figure, at_least, at_most, median, percentile, ratio, table, write_json


@pytest.mark.parametrize(
    ("value", "goal", "met"),
    [
        (2.5, at_least(2.5), True),
        (2.49, at_least(2.5), False),
        (0.5, at_most(0.5), True),
        (0.51, at_most(0.5), False),
        (1.0, None, None),
        (None, at_most(1), None),
    ],
)
def test_a_goal_is_met_at_its_bound(value: float | None, goal: object, met: bool | None) -> None:
    assert Figure("f", value, "s", goal).met is met  # type: ignore[arg-type]  # the cases have goals as objects


def test_a_ratio_is_the_median_of_what_stood_side_by_side() -> None:
    # In the second round the machine was busy with something else, for both.
    assert ratio("r", [1.0, 30.0, 1.2], [2.0, 50.0, 2.0]).value == 0.6
    assert median("m", [3.0, 1.0, 2.0], "s").value == 2.0


def test_percentiles_are_values_that_were_seen() -> None:
    values = [float(number) for number in range(100, 0, -1)]
    assert [percentile(values, percent) for percent in (50, 95, 99, 100)] == [50.0, 95.0, 99.0, 100.0]
    assert percentile([7.0], 1) == 7.0


def test_the_file_has_the_machine_and_every_figure(tmp_path: Path) -> None:
    figures = [
        Figure("a/b", 0.123456, "ratio", at_most(0.5)),
        Figure("c", None, "ratio", at_most(1), "not installed"),
        Figure("d", 1.0, "s"),
    ]
    write_json(tmp_path / "result.json", {"cores": 2}, figures)
    assert json.loads((tmp_path / "result.json").read_text(encoding="utf-8")) == {
        "machine": {"cores": 2},
        "figures": [
            {"name": "a/b", "value": 0.1235, "unit": "ratio", "goal": "<= 0.5", "met": True},
            {"name": "c", "value": None, "unit": "ratio", "goal": "<= 1", "met": None, "note": "not installed"},
            {"name": "d", "value": 1.0, "unit": "s", "goal": None, "met": None},
        ],
    }


def test_the_table_says_what_is_met_and_what_could_not_be_measured() -> None:
    out = StringIO()
    figures = [Figure("a", 0.6, "ratio", at_most(0.5)), Figure("b", None, "s", note="not installed")]
    Console(file=out, width=100).print(table(figures))
    _, first, second = out.getvalue().splitlines()
    assert first.split() == ["a", "0.6", "ratio", "<=", "0.5", "no"]
    assert second.split() == ["b", "not", "installed", "s"]
