"""Which operation performs which request. To add one, write a function with `performs` into `operations`."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, TypeVar

from voicepipe.control.drafts import Drafts
from voicepipe.control.messages import OperatorRequest, Report
from voicepipe.errors import RequestRefused

if TYPE_CHECKING:
    from voicepipe.accounts.preferences import Preferences
    from voicepipe.config import Config
    from voicepipe.control.ports import Accounts, Forgetting, Jobs, ListOfJobs, Live, Payments, People, Reports

Q = TypeVar("Q", bound=OperatorRequest[Any])
R = TypeVar("R", bound=Report)


@dataclass(frozen=True, slots=True, kw_only=True)
class Desk:
    """What operations work with."""

    config: Config
    accounts: Accounts
    people: People
    reports: Reports
    jobs: Jobs
    list_of_jobs: ListOfJobs
    payments: Payments
    preferences: Preferences
    forgetting: Forgetting
    live: Live | None
    """None when no service runs."""
    drafts: Drafts = field(default_factory=Drafts)


Operation = Callable[[Desk, Q], Awaitable[Report]]
_OPERATIONS: dict[type[OperatorRequest[Any]], Operation[Any]] = {}


def performs(request_type: type[Q]) -> Callable[[Operation[Q]], Operation[Q]]:
    """Make a function the one that performs requests of that type."""

    def register(operation: Operation[Q]) -> Operation[Q]:
        _OPERATIONS[request_type] = operation
        return operation

    return register


def operation_for(request: OperatorRequest[R]) -> Operation[OperatorRequest[R]]:
    """What performs a request. Raises RequestRefused when nothing does."""
    try:
        return _OPERATIONS[type(request)]
    except KeyError:
        raise RequestRefused(f"There is no operation {type(request).__name__}") from None


def require(what: str, value: int, *, least: int, most: int, hint: str = "") -> None:
    """Raises RequestRefused for a number out of bounds."""
    if not least <= value <= most:
        clause = f" ({hint})" if hint else ""
        raise RequestRefused(f"{what} must be from {least} to {most}{clause}, not {value}")
