"""What the operator can set about looking at the service from outside."""

from __future__ import annotations

from pydantic import Field, SecretStr

from voicepipe.config.base import Section
from voicepipe.config.kinds import Dsn, Listen, Listening, parse_listen


class MonitoringConfig(Section):
    """Who may look at how the service is, and who is told of its errors."""

    listen: Listen = Field(
        "", description="Where /metrics, /healthz, /readyz and the status page are served; empty: nowhere"
    )
    sentry_dsn: Dsn = Field(
        SecretStr(""), description="DSN of a Sentry-compatible tracker that is told of errors; empty: none is"
    )

    @property
    def listening(self) -> Listening | None:
        """`listen`, read; None where it is empty."""
        return parse_listen(self.listen)
