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
    from voicepipe.config import Config
    from voicepipe.control.ports import ForgetPeer, Live
    from voicepipe.store import Forgotten, Store

R = TypeVar("R", bound=Report)


class Operations:
    """Performs operators' requests."""

    def __init__(
        self, store: Store, config: Config, live: Live | None = None, *, forget_peer: ForgetPeer | None = None
    ) -> None:
        """`live` is None when no service runs."""
        self._desk = Desk(
            config=config,
            accounts=store,
            people=store,
            reports=store,
            forgetting=_Forgetting(store, forget_peer),
            live=live,
        )

    async def perform(self, request: OperatorRequest[R]) -> R:
        """Do what was asked.

        Raises RequestRefused for a request that makes no sense, StoreError when it can't be done.
        """
        report = await operation_for(request)(self._desk, request)
        assert isinstance(report, request.report_type())
        return report


class _Forgetting:
    """Forgets a user in the store and in the messenger. Satisfies ports.Forgetting."""

    def __init__(self, store: Store, forget_peer: ForgetPeer | None) -> None:
        self._store = store
        self._forget_peer = forget_peer

    async def forget(self, user_id: int) -> Forgotten:
        forgotten = await self._store.forget(user_id)
        if forgotten.unfinished:
            return forgotten
        if forgotten.was_known:
            await self._store.erase()
        if self._forget_peer is not None:
            await self._forget_peer(user_id)
        await self._store.end_farewell(user_id)
        return forgotten
