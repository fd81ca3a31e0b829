"""Operations on what users and chats have chosen."""

from __future__ import annotations

from typing import Any

from voicepipe.accounts.preferences import PREFERENCES, ChangedBy, Preference, can_have
from voicepipe.control.messages import ChangeSetting, SettingLine, SettingsReport, ShowSettings
from voicepipe.control.operations.users import user_id_of
from voicepipe.control.registry import Desk, performs
from voicepipe.errors import RequestRefused


@performs(ShowSettings)
async def show_settings(desk: Desk, request: ShowSettings) -> SettingsReport:
    return _report(desk, user_id_of(desk, request.user))


@performs(ChangeSetting)
async def change_setting(desk: Desk, request: ChangeSetting) -> SettingsReport:
    user_id, preference = user_id_of(desk, request.user), PREFERENCES.find(request.name.strip().lower())
    if not can_have(user_id, preference):
        raise RequestRefused(f"{preference.name} is nothing that a {'group' if user_id < 0 else 'user'} can have")
    value = None if request.value is None else preference.parse(request.value)
    await desk.preferences.choose(user_id, preference, value, by=ChangedBy.OPERATOR, request_id=request.request_id)
    return _report(desk, user_id)


def _report(desk: Desk, user_id: int) -> SettingsReport:
    shown = [preference for preference in PREFERENCES if can_have(user_id, preference)]
    return SettingsReport(user_id=user_id, settings=tuple([_line(desk, user_id, each) for each in shown]))


def _line(desk: Desk, user_id: int, preference: Preference[Any]) -> SettingLine:
    preferences = desk.preferences
    return SettingLine(
        name=preference.name,
        value=preference.spell(preferences.value_of(user_id, preference)),
        default=preference.spell(preferences.default_of(preference)),
        is_chosen=preferences.chosen_by(user_id, preference) is not None,
        is_locked=preferences.is_locked(preference),
        expected=preference.expected,
    )
