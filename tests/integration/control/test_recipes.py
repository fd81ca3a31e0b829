"""The recipes "to add a metric" and "to add an operation": each works end to end without an edit elsewhere."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import pytest

from tests.support.control import Facts, serving
from tests.support.store.tools import operations
from voicepipe.control import messages, registry
from voicepipe.control.client import ControlClient
from voicepipe.control.messages import OperatorRequest, Report, ShowStatus
from voicepipe.control.registry import Desk, performs
from voicepipe.events import Event, Events
from voicepipe.metrics import DECLARED, Metric, Metrics, declare
from voicepipe.store import Store


@pytest.fixture(autouse=True)
def _as_before() -> Iterator[None]:
    registers: tuple[dict[Any, Any], ...] = (DECLARED, messages.VERBS, registry._OPERATIONS)
    before = [dict(register) for register in registers]
    yield
    for register, content in zip(registers, before, strict=True):
        register.clear()
        register.update(content)


@dataclass(frozen=True, slots=True)
class KettleBoiled(Event):
    colour: str
    litres: float


async def test_a_metric_is_one_declaration(tmp_path: Path, store: Store) -> None:
    name = "voicepipe_tea_litres_total"
    declare(Metric(name=name, help="Water boiled", event=KettleBoiled, value="litres", labels=("colour",)))
    events, metrics = Events(), Metrics()
    events.subscribe(metrics.fold)
    for litres in (0.5, 1.25):
        events.emit(KettleBoiled("green", litres))
    async with serving(operations(store, Facts(counted=metrics)), tmp_path / "control.sock"):
        status = await ControlClient(tmp_path / "control.sock").perform(ShowStatus())
    (shown,) = [metric for metric in status.metrics if metric.name == name]
    assert (shown.kind, shown.help) == ("counter", "Water boiled")
    assert [(sample.labels, sample.value) for sample in shown.samples] == [({"colour": "green"}, 1.75)]


async def test_an_operation_is_a_request_type_and_a_function(tmp_path: Path, store: Store) -> None:
    class SumReport(Report):
        total: int

    class AddUp(OperatorRequest[SumReport]):
        verb: Literal["add_up"] = "add_up"
        numbers: tuple[int, ...]

    @performs(AddUp)
    async def add_up(_: Desk, request: AddUp) -> SumReport:
        return SumReport(total=sum(request.numbers))

    async with serving(operations(store), tmp_path / "control.sock"):
        report = await ControlClient(tmp_path / "control.sock").perform(AddUp(numbers=(1, 2, 39)))
    assert report.total == 42


def test_every_request_has_an_operation() -> None:
    assert set(messages.VERBS.values()) == set(registry._OPERATIONS)
