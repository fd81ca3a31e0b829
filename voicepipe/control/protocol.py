"""The protocol of the control socket, by which the `voicepipe` command asks a running service.

Over a Unix stream socket, one JSON document per line, a reply per request, any number in turn. A request is
`{"protocol": 1, "request": {"verb": …, …}}`; a reply holds either `"answer"` or `"error": {"kind", "message"}`. What
can be asked stands in `messages`.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, SerializeAsAny

from voicepipe.control.messages import AnyRequest

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


class RequestLine(BaseModel):
    """A line from a client."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    protocol: int
    request: AnyRequest


class OutgoingLine(BaseModel):
    """The same as the client writes it."""

    protocol: int = PROTOCOL
    request: SerializeAsAny[BaseModel]


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
