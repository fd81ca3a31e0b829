"""The protocol of the control socket, by which the `voicepipe` command asks a running service.

Over a Unix stream socket, one JSON document per line, a reply per request, any number in turn. A request is
`{"protocol": 1, "request": {"verb": …, …}}`; a reply holds either `"answer"` or `"error": {"kind", "message"}`. What
can be asked stands in `messages`.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from functools import cache, reduce
from operator import or_
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, SerializeAsAny, ValidationError, create_model

from voicepipe.control.messages import VERBS, OperatorRequest
from voicepipe.errors import RequestRefused

PROTOCOL = 1
MAX_REQUEST_BYTES = 64 * 1024
MAX_REPLY_BYTES = 64 * 1024 * 1024
PERFORM_TIMEOUT_SECONDS = 30.0
"""Longest wait for an operation; it is not cancelled then, only no longer waited for."""


class ErrorReport(BaseModel):
    """Why a request was not performed."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    kind: Literal["refused", "failed", "internal"]
    """The request is at fault; it could not be done; the service has a defect."""
    message: str


class OutgoingLine(BaseModel):
    """A line from a client, as it writes it."""

    protocol: int = PROTOCOL
    request: SerializeAsAny[BaseModel]


def parse_request(line: bytes) -> OperatorRequest[Any]:
    """The request in a line from a client. Raises RequestRefused, saying what is wrong with it."""
    try:
        parsed = _line_type(tuple(VERBS.values())).model_validate_json(line)
    except ValidationError as error:
        version = _version_of(line)
        if version not in (None, PROTOCOL):
            raise RequestRefused(other_protocol("the command", version)) from None
        first = error.errors(include_url=False, include_input=False)[0]
        where = ".".join(str(part) for part in first["loc"]) or "the line"
        raise RequestRefused(f"The request is not valid: {where}: {first['msg']}") from None
    if parsed.protocol != PROTOCOL:
        raise RequestRefused(other_protocol("the command", parsed.protocol))
    return parsed.request


class _IncomingLine(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    protocol: int
    request: OperatorRequest[Any]


@cache
def _line_type(requests: tuple[type[OperatorRequest[Any]], ...]) -> type[_IncomingLine]:
    """A line that holds one of these requests, told apart by their verbs."""
    any_of_them: Any = reduce(or_, requests)
    request: Any = Annotated[any_of_them, Field(discriminator="verb")]
    return create_model("IncomingLine", __base__=_IncomingLine, request=(request, ...))


class _Versioned(BaseModel):
    protocol: int


def _version_of(line: bytes) -> int | None:
    with suppress(ValidationError):
        return _Versioned.model_validate_json(line).protocol
    return None


class ReplyLine(BaseModel):
    """A line from the server; exactly one of `answer` and `error` is there."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    protocol: int = PROTOCOL
    answer: SerializeAsAny[BaseModel] | None = None
    error: ErrorReport | None = None


class RawReply(BaseModel):
    """A reply whose answer's type is not known yet."""

    protocol: int
    answer: dict[str, Any] | None = None
    error: ErrorReport | None = None


def other_protocol(who: str, version: int | None) -> str:
    return (
        f"{who.capitalize()} speaks version {version} of the control protocol, this side version {PROTOCOL}: "
        "restart the service so that both come from the same installation"
    )


@asynccontextmanager
async def closing(writer: asyncio.StreamWriter) -> AsyncIterator[None]:
    try:
        yield
    finally:
        writer.close()
        with suppress(OSError):
            await writer.wait_closed()
