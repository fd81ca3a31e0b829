"""Recordings whose text will be the same: the first is recognised, the others get its text.

Somebody sends a file again, or two people forward one voice at the same time. What they have in common is a
fingerprint: the file, and all that decides about its text. Nothing is kept longer for this than texts are kept anyway.
Lives in the event loop.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import replace
from hashlib import blake2b

from voicepipe.config.sections import RecognitionConfig
from voicepipe.domain.jobs import Recording
from voicepipe.wire.messages import Options

LONGEST_WAIT_SECONDS = 60.0
"""How long one waits for another at most: that may be a lecture, or have trouble of its own."""
_DIGEST_BYTES = 16


def fingerprint_of(recording: Recording, options: Options, config: RecognitionConfig) -> str | None:
    """The same for recordings that will have the same text; None where the messenger does not name the file."""
    if recording.file_id is None:
        return None
    # What is likely only decides where a recording does not tell.
    decides = (recording.file_id, recording.first_seconds, replace(options, likely=None), config.model_dump_json())
    return blake2b(repr(decides).encode(), digest_size=_DIGEST_BYTES).hexdigest()


class Twins:
    """Lets one of them go at a time."""

    def __init__(self) -> None:
        self._last: dict[str, asyncio.Event] = {}
        """Set when the last of them that was let in is done, by fingerprint."""

    @asynccontextmanager
    async def turn(self, fingerprint: str | None) -> AsyncIterator[None]:
        """Wait for those that came before, if not for too long; the next one goes when this is left."""
        if fingerprint is None:
            yield
            return
        before, done = self._last.get(fingerprint), asyncio.Event()
        self._last[fingerprint] = done
        try:
            if before is not None:
                with suppress(TimeoutError):
                    async with asyncio.timeout(LONGEST_WAIT_SECONDS):
                        await before.wait()
            yield
        finally:
            done.set()
            if self._last.get(fingerprint) is done:
                del self._last[fingerprint]
