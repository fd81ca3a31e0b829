"""What the operator can set (`sections`), how it is read (`loading`), and what is wrong with it, in words (`problems`).

This package offers the sections only. Who reads the configuration imports `voicepipe.config.loading`, and pays for
pydantic-settings; a worker process gets its sections from the supervisor and does not.
"""

from voicepipe.config.sections import (
    SETTINGS,
    SPEECH_LANGUAGES,
    Config,
    LimitsConfig,
    QuotaConfig,
    RecognitionConfig,
    ServiceConfig,
    Setting,
    TelegramConfig,
    WorkersConfig,
    usable_cpus,
)

__all__ = [
    "SETTINGS",
    "SPEECH_LANGUAGES",
    "Config",
    "LimitsConfig",
    "QuotaConfig",
    "RecognitionConfig",
    "ServiceConfig",
    "Setting",
    "TelegramConfig",
    "WorkersConfig",
    "usable_cpus",
]
