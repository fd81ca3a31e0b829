"""Which job the lines are about that do not say so themselves: whatever its task, and the tasks of that, run into."""

from __future__ import annotations

import contextvars
from collections.abc import Iterator
from contextlib import contextmanager

_JOB: contextvars.ContextVar[str] = contextvars.ContextVar("job", default="")


@contextmanager
def about(job: str) -> Iterator[None]:
    """What happens from here on is about this job."""
    token = _JOB.set(job)
    try:
        yield
    finally:
        _JOB.reset(token)


def forget_context() -> contextvars.Context:
    """For a task that is begun for one job and goes on for others."""
    context = contextvars.copy_context()
    context.run(_JOB.set, "")
    return context


def present_job() -> str:
    """The job that is being worked on; empty for none."""
    return _JOB.get()
