"""Tracking: a tracker that speaks Sentry's protocol is told of errors, by `sentry_sdk`. Off unless configured.

A report is made here from nothing but enumerated words, numbers of versions, and types and places of exceptions; the
library adds nothing of its own to it (no integration, no scope, no local variables, no name of the machine). So there
is no text, name, id, path or secret in it. The same error is reported once within a while, with how often it was.
"""

from __future__ import annotations

import logging
import re
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from voicepipe import __version__
from voicepipe.config.monitoring import MonitoringConfig
from voicepipe.errors import ConfigError, VoicepipeError
from voicepipe.events import Event, Events, PartCrashed, WorkerDied
from voicepipe.log import also_hear
from voicepipe.log.exceptions import Failure, unfolded
from voicepipe.log.libraries import is_heard, literal_text

if TYPE_CHECKING:
    import sentry_sdk

AGAIN_SECONDS = 600.0
"""How long the same error is only counted after it was reported."""
FORGOTTEN_SECONDS = 6 * AGAIN_SECONDS
"""How long it is remembered for that."""
MOST_DIFFERENT = 100
"""Errors that are kept apart; what comes after them within that time is not reported."""
CLOSE_SECONDS = 2.0
"""How long the last reports may take at the end."""
_TOLD = ("what", "cause", "reason", "error", "exit_code", "part", "worker", "violations")
"""Fields of events that are reported: enumerated words, and numbers that are nobody's."""
_WORDS = re.compile(r"(?!.*(?:^|\s)/)[\w .:<>/-]{1,100}", re.ASCII)
"""What such a word can be: no path from the root, and nothing in another script."""


@dataclass(slots=True)
class _Told:
    """An error that was reported."""

    at: float
    since: int = 0
    """How often it was only counted since."""


class Tracker:
    """Reports errors. Subscribe `track` to the events; it is a handler of `logging` as well."""

    def __init__(self, dsn: str, *, clock: Callable[[], float] = time.monotonic) -> None:
        """Raises ConfigError when the extra `sentry` is not installed."""
        self._client = _client(dsn)
        self._clock = clock
        self._told: dict[tuple[str, ...], _Told] = {}

    def track(self, event: Event) -> None:
        """Report an event, if it is an error."""
        if event.severity == "error" or isinstance(event, PartCrashed | WorkerDied):
            facts = {name: str(getattr(event, name)) for name in _TOLD if getattr(event, name, None) is not None}
            name = re.sub(r"(?<!^)(?=[A-Z])", " ", type(event).__name__).lower()
            self._report(event.severity, name, {name: word for name, word in facts.items() if _WORDS.fullmatch(word)})

    def handle_record(self, record: logging.LogRecord) -> None:
        """Report what a library logs as an error."""
        error = record.exc_info[1] if record.exc_info else None
        self._report("error", literal_text(record), {"library": record.name}, error)

    def crash(self, error: BaseException) -> None:
        """Report what ends the service."""
        self._report("fatal", "the service failed", {}, error)

    def close(self) -> None:
        """Let the last reports go out; waits for them for a moment."""
        self._client.close(timeout=CLOSE_SECONDS)

    def _report(self, severity: str, words: str, tags: Mapping[str, str], error: BaseException | None = None) -> None:
        failures = tuple(unfolded(error)) if error is not None else ()
        fingerprint = (words, *tags.values(), *(f"{each.name} {each.frames[-1:]}" for each in failures))
        if times := self._times(fingerprint):
            report = _report(severity, words, tags, failures)
            report["tags"]["times"] = str(times)
            self._client.capture_event(report | {"fingerprint": list(fingerprint)})

    def _times(self, fingerprint: tuple[str, ...]) -> int:
        """How often it was since it was last reported; 0 where it is too early to report it again."""
        now = self._clock()
        self._told = {key: told for key, told in self._told.items() if now - told.at < FORGOTTEN_SECONDS}
        told = self._told.get(fingerprint)
        if told is not None and now - told.at < AGAIN_SECONDS:
            told.since += 1
            return 0
        if told is None and len(self._told) >= MOST_DIFFERENT:
            return 0
        self._told[fingerprint] = _Told(now)
        return 1 + (told.since if told else 0)


class TrackingHandler(logging.Handler):
    """Hands what libraries log as errors to a tracker."""

    def __init__(self, tracker: Tracker) -> None:
        super().__init__(logging.ERROR)
        self._tracker = tracker

    def emit(self, record: logging.LogRecord) -> None:
        if is_heard(record):
            self._tracker.handle_record(record)

    def handleError(self, record: logging.LogRecord) -> None:  # noqa: N802  logging's name
        """The default would print the message with its arguments."""


def _client(dsn: str) -> sentry_sdk.Client:
    try:
        import sentry_sdk
    except ImportError:
        raise ConfigError(
            "[monitoring] sentry_dsn needs sentry-sdk, which is not installed: install the extra `sentry` "
            "(`scripts/setup sentry`), or leave the key empty"
        ) from None
    return sentry_sdk.Client(
        dsn,
        release=f"voicepipe@{__version__}",
        environment="production",
        server_name="voicepipe",
        default_integrations=False,
        auto_enabling_integrations=False,
        send_client_reports=False,
        auto_session_tracking=False,
        include_local_variables=False,
        include_source_context=False,
        max_breadcrumbs=0,
        enable_logs=False,
        shutdown_timeout=CLOSE_SECONDS,
    )


def _report(severity: str, words: str, tags: Mapping[str, str], failures: Sequence[Failure]) -> Any:
    report: dict[str, Any] = {"level": severity, "logger": "voicepipe", "tags": dict(tags)}
    if failures:
        # The one that was raised last stands last.
        report["exception"] = {"values": [_exception(words, each) for each in reversed(failures)]}
    else:
        report["message"] = ": ".join([words, *tags.values()][:2])
    return report


def _exception(words: str, failure: Failure) -> dict[str, Any]:
    frames = [
        {"filename": frame.file, "function": frame.function, "lineno": frame.line, "in_app": "voicepipe" in frame.file}
        for frame in failure.frames
    ]
    return {"type": failure.name, "value": words, "stacktrace": {"frames": frames} if frames else None}


@contextmanager
def tracked_errors(config: MonitoringConfig, events: Events) -> Iterator[None]:
    """Report what goes wrong meanwhile, if that is configured; also what ends it, if that is a defect of ours."""
    dsn = config.sentry_dsn.get_secret_value()
    if not dsn:
        yield
        return
    tracker = Tracker(dsn)
    events.subscribe(tracker.track)
    also_hear(TrackingHandler(tracker))
    try:
        yield
    except VoicepipeError:
        raise  # in words for the operator, and not a defect
    except Exception as error:
        tracker.crash(error)
        raise
    finally:
        tracker.close()
