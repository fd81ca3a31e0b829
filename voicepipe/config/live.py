"""The configuration in force while the service runs.

One object holds it. Every part reads a key there at each use and keeps no copy, so a reload is one assignment. It takes
over the keys that are marked as reloadable; every other key stays as it was at the start.
"""

from __future__ import annotations

from voicepipe.config.alerts import AlertsConfig
from voicepipe.config.answers import AnswersConfig
from voicepipe.config.keys import SETTINGS, Setting
from voicepipe.config.payments import PaymentsConfig
from voicepipe.config.processing import ProcessingConfig
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


class LiveConfig:
    """The present configuration; read it at each use and keep no copy."""

    def __init__(self, config: Config) -> None:
        self._config = config

    @property
    def config(self) -> Config:
        """All of it."""
        return self._config

    @property
    def telegram(self) -> TelegramConfig:
        return self._config.telegram

    @property
    def quota(self) -> QuotaConfig:
        return self._config.quota

    @property
    def payments(self) -> PaymentsConfig:
        return self._config.payments

    @property
    def limits(self) -> LimitsConfig:
        return self._config.limits

    @property
    def recognition(self) -> RecognitionConfig:
        return self._config.recognition

    @property
    def preferences(self) -> PreferencesConfig:
        return self._config.preferences

    @property
    def answers(self) -> AnswersConfig:
        return self._config.answers

    @property
    def processing(self) -> ProcessingConfig:
        return self._config.processing

    @property
    def alerts(self) -> AlertsConfig:
        return self._config.alerts

    @property
    def workers(self) -> WorkersConfig:
        return self._config.workers

    @property
    def remote(self) -> RemoteConfig:
        return self._config.remote

    @property
    def service(self) -> ServiceConfig:
        return self._config.service

    def replace(self, fresh: Config) -> list[str]:
        """Take over what may change now; the names of changed keys that have to wait for the next start."""
        changed = [setting for setting in SETTINGS if setting.value_in(fresh) != setting.value_in(self._config)]
        for setting in changed:
            if setting.is_reloadable:
                self._config = _with(self._config, setting, setting.value_in(fresh))
        return [setting.name for setting in changed if not setting.is_reloadable]


def _with(config: Config, setting: Setting, value: object) -> Config:
    section = getattr(config, setting.section).model_copy(update={setting.key: value})
    return config.model_copy(update={setting.section: section})
