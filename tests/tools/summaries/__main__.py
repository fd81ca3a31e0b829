"""`scripts/summaries`: prints what the built-in summaries are worth."""

from __future__ import annotations

from tests.tools.summaries import report

if __name__ == "__main__":
    print(report())  # noqa: T201  what the command is for
