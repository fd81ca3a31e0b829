"""Hints to people who send in private what is neither a recording nor a command: one per person and interval."""

from __future__ import annotations

from collections.abc import Callable

from voicepipe.config.live import LiveConfig
from voicepipe.domain.messages import Remark


class Hints:
    """Remembers, for as long as the process lives, who got a hint lately."""

    def __init__(self, config: LiveConfig, clock: Callable[[], float]) -> None:
        """`clock` gives monotonic seconds."""
        self._config = config
        self._clock = clock
        self._hinted_at: dict[int, float] = {}

    def hint_for(self, remark: Remark) -> str | None:
        """The key of the hint's text; None when there was one within the interval."""
        if not self._may_hint(remark.person.user_id):
            return None
        return "hint-unsupported" if remark.has_media else "hint-text"

    def _may_hint(self, user_id: int) -> bool:
        now, interval = self._clock(), self._config.limits.text_hint_interval_seconds
        self._hinted_at = {who: at for who, at in self._hinted_at.items() if now - at < interval}
        if user_id in self._hinted_at:
            return False
        self._hinted_at[user_id] = now
        return True
