"""Hints to people who send in private what is neither a recording nor a command: one per person and interval."""

from __future__ import annotations

from collections.abc import Callable

from voicepipe.config.live import LiveConfig
from voicepipe.domain.messages import Remark

EXPIRED_INTERVAL_SECONDS = 60.0
"""How soon at the latest somebody is told again that a recording has expired: they wait for its text."""


class Hints:
    """Remembers, for as long as the process lives, who got a hint lately."""

    def __init__(self, config: LiveConfig, clock: Callable[[], float]) -> None:
        """`clock` gives monotonic seconds."""
        self._config = config
        self._clock = clock
        self._hinted_at: dict[tuple[int, bool], float] = {}
        """By person and whether it was about what has expired."""

    def hint_for(self, remark: Remark) -> str | None:
        """The key of the hint's text; None when there was one within the interval."""
        if not self._may_hint(remark.person.user_id, remark.has_expired):
            return None
        if remark.has_expired:
            return "hint-expired"
        return "hint-unsupported" if remark.has_media else "hint-text"

    def _may_hint(self, user_id: int, has_expired: bool) -> bool:
        now, hint = self._clock(), (user_id, has_expired)
        self._hinted_at = {which: at for which, at in self._hinted_at.items() if now - at < self._interval(which)}
        if hint in self._hinted_at:
            return False
        self._hinted_at[hint] = now
        return True

    def _interval(self, hint: tuple[int, bool]) -> float:
        interval = float(self._config.limits.text_hint_interval_seconds)
        return min(EXPIRED_INTERVAL_SECONDS, interval) if hint[1] else interval
