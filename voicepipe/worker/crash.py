"""What may be said of an exception that a recording has brought about."""

from __future__ import annotations

from pathlib import Path


def describe(error: BaseException) -> str:
    """The exception's type and place; never its message, which may quote the recording."""
    trace = error.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    if trace is None:
        return type(error).__name__
    code = trace.tb_frame.f_code
    return f"{type(error).__name__} in {Path(code.co_filename).name}:{trace.tb_lineno} {code.co_name}"
