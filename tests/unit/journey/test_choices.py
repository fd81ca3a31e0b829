"""What a recording is recognised with: by the user's choice in private, by the group's in a group."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from tests.support.talk import Books
from tests.unit.journey.test_delivery import JOB
from voicepipe.accounts.preferences import Preferences
from voicepipe.config import PreferencesConfig
from voicepipe.domain.jobs import JobKey
from voicepipe.journey.choices import likely_of, options_for
from voicepipe.wire.messages import AS_CONFIGURED, Options

GROUP = -100
IN_GROUP = replace(JOB, key=JobKey(GROUP, 5), is_private=False)
OF_A_CONNECTED_ACCOUNT = replace(JOB, key=JobKey(8, 5, "business:1"))


class Accounts(Books):
    """Knows what was spoken lately, too."""

    def __init__(self) -> None:
        super().__init__()
        self.latest: dict[int, tuple[str, ...]] = {JOB.user_id: ("de",) * 5, GROUP: ("en",) * 3}

    def is_paused(self) -> bool:
        return False

    def languages_of_late(self, subject_id: int) -> tuple[str, ...]:
        return self.latest.get(subject_id, ())


def test_who_has_chosen_nothing_is_served_as_configured() -> None:
    books = Accounts()
    books.latest = {}
    assert options_for(JOB, Preferences(books, PreferencesConfig), books) == AS_CONFIGURED


def test_in_a_group_its_choice_counts_and_in_private_and_connected_chats_the_users() -> None:
    books, own, groups = Accounts(), "Анна", "Кубернетес"
    chosen: dict[tuple[int, str], Any] = {
        (JOB.user_id, "languages"): "ru,en",
        (JOB.user_id, "vocabulary"): own,
        (GROUP, "translation"): True,
        (GROUP, "vocabulary"): groups,
    }
    books.settings.update(chosen)
    preferences = Preferences(books, PreferencesConfig)
    of_user = Options(languages=("ru", "en"), likely="de", vocabulary=own)
    assert options_for(JOB, preferences, books) == of_user
    assert options_for(OF_A_CONNECTED_ACCOUNT, preferences, books) == of_user
    assert options_for(IN_GROUP, preferences, books) == Options(likely="en", translates=True, vocabulary=groups)


def test_what_is_said_of_the_one_recording_counts_more_than_what_is_chosen() -> None:
    books = Accounts()
    books.settings[JOB.user_id, "languages"] = "ru,en"
    options = options_for(replace(JOB, asked_language="uk"), Preferences(books, PreferencesConfig), books)
    assert (options.language, options.languages) == ("uk", ())


@pytest.mark.parametrize(
    ("latest", "likely"),
    [
        ((), None),
        (("ru",), None),
        (("ru", "ru"), None),
        (("ru", "en", "ru", "en", "ru"), "ru"),
        (("ru", "en", "de", "en", "ru"), None),
        (("en",) * 5, "en"),
    ],
)
def test_a_language_is_likely_when_most_recordings_of_late_were_in_it(
    latest: tuple[str, ...], likely: str | None
) -> None:
    assert likely_of(latest) == likely
