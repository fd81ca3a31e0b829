"""The pictures of a result: drawn from its figures, without what was not measured. How they look is for people."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.tools.bench.__main__ import main
from tests.tools.bench.charts import CHARTS, NotMeasured, can_draw, draw_charts, read_result
from tests.tools.bench.figures import Figure, at_least, at_most, write_json

MACHINE = {"cpu": "A processor", "cores": 2, "model": "base", "waiting": 100, "long_seconds": 3600}
needs_matplotlib = pytest.mark.skipif(not can_draw(), reason="matplotlib comes with the extra 'bench'")


@pytest.fixture
def result_file(tmp_path: Path) -> Path:
    """Of a run that measured everything but whisper.cpp and messages of a minute."""
    contenders = [f"cpu_{seconds}s_{name}" for seconds in (5, 15, 30) for name in ("stock", "exact", "fast")]
    waits = [f"backlog_{name}_p{percent}" for name in ("plain", "exact", "fast") for percent in (50, 95, 99)]
    long = ["long_on_1_workers", "long_on_2_workers", "short_idle", "short_amid_long_on_2_workers"]
    growth = ["throughput_1_workers", "throughput_2_workers", "decision_100_waiting", "decision_10000_waiting"]
    backlogs = ["backlog_plain", "backlog_exact", "backlog_fast"]
    figures = [Figure(name, 1.5, "s") for name in (*contenders, *waits, *long, *growth, *backlogs)]
    figures += [
        Figure("cpu_5s_exact/stock", 0.4, "ratio", at_most(0.5)),
        Figure("cpu_15s_exact/whisper_cpp", None, "ratio", at_most(0.5), "not installed"),
        Figure("backlog_exact/plain", 3.0, "ratio", at_least(2.5)),
        Figure("short_amid_long_on_2_workers/idle", 1.0, "ratio", at_most(2.0)),
        Figure("decision_10000/100_waiting", 1.0, "ratio", at_most(2.0)),
    ]
    write_json(tmp_path / "result.json", MACHINE, figures, {"recognition": 123.4})
    return tmp_path / "result.json"


@needs_matplotlib
def test_every_picture_is_drawn(result_file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--charts", str(result_file.parent), str(result_file)]) == 0
    written = [result_file.parent / f"{name}.png" for name in CHARTS]
    assert capsys.readouterr().out.split() == [str(path) for path in written]
    assert all(path.read_bytes().startswith(b"\x89PNG") for path in written)


@needs_matplotlib
def test_the_same_figures_make_the_same_picture(result_file: Path) -> None:
    pictures = []
    for _ in range(2):
        written, _ = draw_charts(read_result(result_file), result_file.parent)
        pictures.append([path.read_bytes() for path in written])
    assert pictures[0] == pictures[1]


@needs_matplotlib
def test_a_picture_that_lacks_a_figure_is_left_out(result_file: Path) -> None:
    content = json.loads(result_file.read_text(encoding="utf-8"))
    content["figures"] = [figure for figure in content["figures"] if figure["name"] != "backlog_fast_p99"]
    result_file.write_text(json.dumps(content), encoding="utf-8")
    written, left_out = draw_charts(read_result(result_file), result_file.parent)
    assert [path.stem for path in written] == [name for name in CHARTS if name != "backlog"]
    assert left_out == ["backlog: backlog_fast_p99 was not measured"]


def test_a_goal_stands_where_the_value_should_be(result_file: Path) -> None:
    result = read_result(result_file)
    assert result.bar("cpu_5s_exact", "cpu_5s_stock").goal == pytest.approx(0.5 * 1.5)
    assert result.bar("short_amid_long_on_2_workers", "short_idle", "idle").goal == pytest.approx(2.0 * 1.5)
    assert result.bar("cpu_5s_fast", "cpu_5s_stock").goal is None
    with pytest.raises(NotMeasured, match="cpu_60s_exact"):
        result.bar("cpu_60s_exact", "cpu_60s_stock")


@pytest.mark.parametrize("content", ["{}", "[]", "no JSON", '{"machine": {}, "figures": [{"name": "a"}]}'])
def test_what_is_no_result_is_refused(content: str, tmp_path: Path) -> None:
    (tmp_path / "other.json").write_text(content, encoding="utf-8")
    with pytest.raises(ValueError, match="is no result"):
        read_result(tmp_path / "other.json")
