"""Performs what an operator asks for, on the store.

The same `Operations` stands behind the control socket of a running service and behind the command line when no service
runs.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

import voicepipe.control.operations  # noqa: F401  all of them
from voicepipe.control.messages import OperatorRequest, Report
from voicepipe.control.registry import Desk, operation_for

if TYPE_CHECKING:
    from voicepipe.accounts.preferences import Preferences
    from voicepipe.config import Config
    from voicepipe.control.ports import Forgetting, Live
    from voicepipe.store import Store

R = TypeVar("R", bound=Report)


class Operations:
    """Performs operators' requests."""

    def __init__(
        self,
        store: Store,
        config: Config,
        forgetting: Forgetting,
        preferences: Preferences,
        live: Live | None = None,
    ) -> None:
        """`live` is None when no service runs."""
        self._desk = Desk(
            config=config,
            accounts=store.accounts,
            people=store.people,
            reports=store.reports,
            jobs=store.jobs,
            list_of_jobs=store.list_of_jobs,
            payments=store.payments,
            preferences=preferences,
            forgetting=forgetting,
            live=live,
        )

    async def perform(self, request: OperatorRequest[R]) -> R:
        """Do what was asked.

        Raises RequestRefused for a request that makes no sense, StoreError when it can't be done.
        """
        report = await operation_for(request)(self._desk, request)
        assert isinstance(report, request.report_type())
        return report
