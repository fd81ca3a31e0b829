"""The configuration: its sections and their keys, how it is read, and what may change while the service runs.

`sections` and `kinds` say what can be set, `keys` has every key as data, `loading` reads, `problems` words what is
wrong, `live` holds what is in force, `files` names the files of the state directory. This package offers the sections
only: reading takes pydantic-settings, which is heavy.
"""

from voicepipe.config.answers import AnswersConfig
from voicepipe.config.base import Section
from voicepipe.config.payments import PaymentsConfig
from voicepipe.config.quota import QuotaConfig
from voicepipe.config.remote import RemoteConfig
from voicepipe.config.sections import (
    Config,
    LimitsConfig,
    PreferencesConfig,
    RecognitionConfig,
    ServiceConfig,
    TelegramConfig,
    WorkersConfig,
)

__all__ = [
    "AnswersConfig",
    "Config",
    "LimitsConfig",
    "PaymentsConfig",
    "PreferencesConfig",
    "QuotaConfig",
    "RecognitionConfig",
    "RemoteConfig",
    "Section",
    "ServiceConfig",
    "TelegramConfig",
    "WorkersConfig",
]
