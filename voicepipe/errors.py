"""The errors voicepipe raises on purpose.

Every class is either shown to a person (the operator, at a command line) or handled by a caller by its type.
A class's docstring is its default message; a message says what happened, what was expected and what to do.
"""

from __future__ import annotations


class VoicepipeError(Exception):
    """voicepipe failed."""

    exit_code = 1

    def __init__(self, message: str | None = None) -> None:
        super().__init__(message or type(self).__doc__)


class ConfigError(VoicepipeError):
    """The configuration is not valid; run `voicepipe config check`."""

    exit_code = 78  # EX_CONFIG of sysexits.h: systemd need not restart a service that is configured wrongly


class FilesUnusable(VoicepipeError):
    """Files of the service can't be used by this user."""

    exit_code = 78


class ModelMissing(VoicepipeError):
    """The recognition model is not on this machine; run `voicepipe model download`."""

    exit_code = 78


class DownloadFailed(VoicepipeError):
    """The recognition model could not be downloaded."""


class WorkersFailed(VoicepipeError):
    """No worker process can be kept running."""


class SignInFailed(VoicepipeError):
    """Telegram refused the bot's sign-in; check api_id, api_hash and bot_token."""

    exit_code = 78


class TelegramUnavailable(SignInFailed):
    """Telegram can't be reached, or lets nobody sign in just now."""

    exit_code = 75  # EX_TEMPFAIL of sysexits.h: another start may go better


class SessionLocked(TelegramUnavailable):
    """Another process has the file of Telegram's session locked."""


class SessionEnded(VoicepipeError):
    """Telegram ended the bot's session; the next start signs in anew."""


class StoreError(VoicepipeError):
    """The journal or the records can't be used."""


class StoreLocked(StoreError):
    """Another process holds the lock on the state directory."""

    def __init__(self, message: str | None = None, *, pid: int | None = None) -> None:
        self.pid = pid
        in_use = f"The state directory is in use by {self.holder}; stop it first, or ask it through its control socket."
        super().__init__(message or in_use)

    @property
    def holder(self) -> str:
        """Who has it, in words."""
        return "another process" if self.pid is None else f"process {self.pid}"


class DiskFull(StoreError):
    """There is no room left on the disk of the state directory."""

    exit_code = 75  # a service that can't start for it may do so later


class SocketUnavailable(VoicepipeError):
    """The service can't listen where it is to be asked."""


class ControlUnavailable(VoicepipeError):
    """The running service does not answer on its control socket."""


class RequestRefused(VoicepipeError):
    """The request is not valid."""

    exit_code = 2


class FetchFailed(VoicepipeError):
    """The recording could not be fetched from Telegram."""


class MediaExpired(FetchFailed):
    """The recording could be opened once, or for a while, and its media is gone."""


class Undeliverable(VoicepipeError):
    """Telegram does not take this message."""

    def __init__(self, cause: str | None = None, *, is_begun: bool = False) -> None:
        super().__init__()
        self.cause = cause or "UNKNOWN"
        self.is_begun = is_begun
        """Whether some of it is in the chat."""


class WriteForbidden(Undeliverable):
    """Telegram does not let the bot write to this chat (any more)."""


class ServiceStopping(VoicepipeError):
    """The service is stopping; the work is kept for its next start."""
