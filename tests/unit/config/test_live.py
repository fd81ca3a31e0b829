"""What a reload takes over, and what waits for the next start."""

from __future__ import annotations

from tests.support.settings import config
from voicepipe.config.alerts import AlertsConfig
from voicepipe.config.keys import SETTINGS
from voicepipe.config.live import LiveConfig


def test_reload_takes_over_what_may_change_and_names_the_rest() -> None:
    live = LiveConfig(config())
    fresh = config(
        limits={"max_jobs": 7}, workers={"count": 5}, service={"default_language": "en"}, quota={"daily_seconds": 1}
    )
    assert live.replace(fresh) == ["[workers] count"]
    assert live.limits.max_jobs == 7
    assert live.service.default_language == "en"
    assert live.quota.daily_seconds == 1
    assert live.config.workers.count == 0


def test_reload_keeps_what_is_the_session_s_own() -> None:
    live = LiveConfig(config())
    fresh = config(telegram={"max_message_age_hours": 2.0, "all_media_in_groups": True, "probe_seconds": 7.0})
    assert live.replace(fresh) == ["[telegram] probe_seconds"]
    assert (live.telegram.max_message_age_hours, live.telegram.all_media_in_groups) == (2.0, True)
    assert live.telegram.probe_seconds == config().telegram.probe_seconds


def test_reload_of_the_same_changes_nothing() -> None:
    live = LiveConfig(config(limits={"max_jobs": 7}))
    assert live.replace(config(limits={"max_jobs": 7})) == []


def test_every_key_of_limits_and_quota_is_reloadable_and_no_secret_is() -> None:
    reloadable = {setting.credential for setting in SETTINGS if setting.is_reloadable}
    assert {setting.credential for setting in SETTINGS if setting.section in ("limits", "quota")} <= reloadable
    assert not [setting.name for setting in SETTINGS if setting.is_secret and setting.is_reloadable]
    assert {name for name in reloadable if not name.startswith(("limits.", "quota."))} == {
        "telegram.max_message_age_hours",
        "telegram.all_media_in_groups",
        "telegram.administrators",
        "telegram.broadcast_per_second",
        *(f"alerts.{key}" for key in AlertsConfig.model_fields),
        "payments.order_minutes",
        "payments.terms",
        "payments.support",
        "answers.long_from_seconds",
        "answers.file_from_signs",
        "answers.buttons_minutes",
        "processing.min_signs",
        "processing.uses_per_day",
        "preferences.defaults",
        "preferences.locked",
        "service.stop_timeout_seconds",
        "service.transcript_retention_hours",
        "service.default_language",
        "service.log_level",
        "service.log_format",
    }
