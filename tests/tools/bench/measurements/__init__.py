"""All that is measured. Each measurement is a function from a `Bench` to its figures, with their goals."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence

from tests.tools.bench.effort import Bench
from tests.tools.bench.figures import Figure
from tests.tools.bench.measurements.backlog import backlog, idle, workers
from tests.tools.bench.measurements.crowd import crowd
from tests.tools.bench.measurements.long_recording import amid, long_recording
from tests.tools.bench.measurements.memory import memory
from tests.tools.bench.measurements.monitoring import monitoring
from tests.tools.bench.measurements.questions import questions
from tests.tools.bench.measurements.real import real
from tests.tools.bench.measurements.recognition import recognition
from tests.tools.bench.measurements.remote import remote
from tests.tools.bench.measurements.starting import starting
from tests.tools.bench.measurements.supervisor import admission, decisions, predictions
from tests.tools.bench.measurements.worth import worth

Measurement = Callable[[Bench], Awaitable[Sequence[Figure]]]

MEASUREMENTS: Mapping[str, Measurement] = {
    "recognition": recognition,
    "backlog": backlog,
    "idle": idle,
    "long_recording": long_recording,
    "amid": amid,
    "workers": workers,
    "memory": memory,
    "starting": starting,
    "admission": admission,
    "decisions": decisions,
    "predictions": predictions,
    "crowd": crowd,
    "monitoring": monitoring,
    "questions": questions,
    "remote": remote,
    "worth": worth,
    "real": real,
}
