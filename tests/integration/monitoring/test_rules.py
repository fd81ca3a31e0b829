"""The files for Prometheus and Grafana: they ask for what there is, and the rules say what they should."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.monitor import run
from tests.support.prometheus import DASHBOARD, FILES, RULES, dashboard_queries, installed, rule_queries
from voicepipe.metrics import STANDARD, Kind, Metric

TESTS = Path(__file__).with_name("rules.test.yml")
FOREIGN = {"process_resident_memory_bytes", "process_start_time_seconds", "up", "voicepipe"}
"""Of the process itself, of Prometheus, and the name of a group or panel."""
SELECTOR = re.compile(r"\b(voicepipe_\w+)(?:\{([^}]*)\})?")
MATCHER = re.compile(r'(\w+)\s*(=~|!~|!=|=)\s*"([^"]*)"')


def series() -> dict[str, Metric]:
    """Every name under which Prometheus knows a number of ours."""
    names: dict[str, Metric] = {}
    for metric in STANDARD:
        suffixes = {Kind.HISTOGRAM: ("_bucket", "_sum", "_count"), Kind.SUMMARY: ("_sum", "_count")}
        names |= {f"{metric.name}{suffix}": metric for suffix in suffixes.get(metric.kind, ("",))}
    return names


def queries() -> Iterator[str]:
    yield from rule_queries()
    yield from (expression for _, expression in dashboard_queries())


def alerts() -> list[str]:
    """Their names."""
    return sorted(re.findall(r"- alert: (\w+)", RULES.read_text(encoding="utf-8")))


def test_there_is_something_to_check() -> None:
    assert len(rule_queries()) == RULES.read_text(encoding="utf-8").count("alert: ") > 10
    assert len(list(dashboard_queries())) > 25


@pytest.mark.parametrize("expression", sorted(set(queries())))
def test_every_metric_that_is_asked_for_exists_with_these_labels(expression: str) -> None:
    selectors = SELECTOR.findall(expression)
    known = series()
    assert selectors or re.search(r"\b(up|process_\w+)\{", expression)
    for name, matchers in selectors:
        assert name in known, f"there is no {name}"
        metric = known[name]
        for label, operator, value in MATCHER.findall(matchers):
            assert label in {*metric.labels, "job", "instance"}, f"{name} has no label {label}"
            position = metric.labels.index(label) if label in metric.labels else None
            if position is not None and metric.known and operator in ("=", "!="):
                assert value in {values[position] for values in metric.known}, f"no {label} is {value}"


def test_whatever_is_in_the_dashboard_s_other_fields_exists() -> None:
    named = set(re.findall(r"\bvoicepipe_\w+", DASHBOARD.read_text(encoding="utf-8")))
    assert named - series().keys() == set()


def test_the_dashboard_s_panels_stand_side_by_side() -> None:
    panels = json.loads(DASHBOARD.read_text(encoding="utf-8"))["panels"]
    assert len({panel["id"] for panel in panels}) == len(panels)
    taken: set[tuple[int, int]] = set()
    for panel in panels:
        at = panel["gridPos"]
        cells = {(x, y) for x in range(at["x"], at["x"] + at["w"]) for y in range(at["y"], at["y"] + at["h"])}
        assert at["x"] + at["w"] <= 24
        assert not cells & taken, panel["title"]
        taken |= cells
        assert panel["type"] == "row" or panel["description"].endswith(".")


def test_every_alert_says_how_bad_it_is_and_what_to_do() -> None:
    alerts = RULES.read_text(encoding="utf-8").split("- alert: ")[1:]
    for alert in alerts:
        assert re.search(r"severity: (page|ticket)\n", alert), alert
        assert re.search(r"summary: .+\.", alert), alert
        assert re.search(r"action: .+", alert), alert


def test_every_alert_is_in_the_documentation() -> None:
    text = (FILES.parent / "README.md").read_text(encoding="utf-8")
    assert [name for name in alerts() if f"`{name}`" not in text] == []


# --- by Prometheus' own tool ----------------------------------------------------------------------------------------
async def test_prometheus_takes_the_rules_and_the_configuration() -> None:
    promtool = installed("promtool")
    for arguments in (("check", "rules", str(RULES)), ("check", "config", str(FILES / "prometheus.yml"))):
        status, said = await run(promtool, *arguments)
        assert (status, "SUCCESS" in said) == (0, True), said


async def test_the_rules_fire_when_they_should_and_at_no_other_time(tmp_path: Path) -> None:
    promtool = installed("promtool")
    assert set(re.findall(r"- alert: (\w+)", RULES.read_text())) == set(
        re.findall(r'alertname="(\w+)"', TESTS.read_text())
    )
    tests = tmp_path / "rules.test.yml"
    tests.write_text(TESTS.read_text().replace("RULES", str(RULES)))
    status, said = await run(promtool, "test", "rules", str(tests))
    assert status == 0, said


async def test_prometheus_understands_the_dashboard_s_queries(tmp_path: Path) -> None:
    promtool = installed("promtool")
    rules = [{"record": f"probe_{number}", "expr": query} for number, (_, query) in enumerate(dashboard_queries())]
    file = tmp_path / "probe.yml"
    file.write_text(json.dumps({"groups": [{"name": "probe", "rules": rules}]}))  # JSON is YAML as well
    status, said = await run(promtool, "check", "rules", str(file))
    assert status == 0, said
