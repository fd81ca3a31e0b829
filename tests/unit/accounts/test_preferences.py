"""Preferences: what is a value, whose choice counts, who may change it, and what the operator sets."""

from __future__ import annotations

import pytest

from tests.support.talk import Books
from voicepipe.accounts.preferences import (
    ChangedBy,
    Few,
    FreeText,
    Preference,
    Preferences,
    Registry,
    Scope,
    Theme,
    require_valid,
)
from voicepipe.config import PreferencesConfig
from voicepipe.domain.messages import SUPERGROUPS_BELOW
from voicepipe.errors import ConfigError, RequestRefused
from voicepipe.store.entries import Value

ANNA, GROUP = 7, SUPERGROUPS_BELOW - 5


def short(text: str) -> str:
    if ";" in text:
        raise ValueError("no semicolon")
    return text.strip()


STYLE = Preference(name="style", values=("plain", "rich"), default="plain", theme=Theme.ANSWERS)
LOUD = Preference(name="loud", values=(False, True), default=False, scope=Scope.USER)
SHORTEST = Preference(name="shortest", values=(0, 1, 10), default=1, scope=Scope.CHAT, theme=Theme.GROUPS)
TONGUES = Few(name="tongues", values=("ru", "en", "de"), most=2, nothing="auto", theme=Theme.SPEECH)
NAMES = FreeText(name="names", most_signs=10, clean=short, theme=Theme.SPEECH)
PRICE = Preference(name="price", values=(1, 2), default=1, changed_by=ChangedBy.OPERATOR)


def registry() -> Registry:
    made = Registry()
    for preference in (STYLE, LOUD, SHORTEST, TONGUES, NAMES, PRICE):
        made.register(preference)
    return made


def preferences(defaults: str = "", locked: str = "") -> tuple[Preferences, Books]:
    books, given = Books(), PreferencesConfig(defaults=defaults, locked=locked)
    require_valid(given, registry())
    return Preferences(books, lambda: given), books


# --- values -----------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("preference", "text", "value"),
    [
        (STYLE, " Rich ", "rich"),
        (LOUD, "on", True),
        (LOUD, "OFF", False),
        (SHORTEST, "10", 10),
        (TONGUES, "auto", ""),
        (TONGUES, "de", "de"),
        (TONGUES, "RU, en", "ru,en"),
        (TONGUES, "en ru", "en,ru"),
        (NAMES, "  Анна ", "Анна"),
        (NAMES, "", ""),
    ],
)
def test_a_word_is_a_value_and_is_spelled_as_a_word_again(
    preference: Preference[bool | int | str], text: str, value: Value
) -> None:
    parsed = preference.parse(text)
    assert (parsed, type(parsed)) == (value, type(value))
    assert preference.accepted(parsed) == value
    assert preference.parse(preference.spell(parsed)) == value


@pytest.mark.parametrize(
    ("preference", "text", "expected"),
    [
        (STYLE, "bold", r"'bold' is no value of style; expected plain, rich"),
        (LOUD, "1", r"expected off, on"),
        (SHORTEST, "on", r"expected 0, 1, 10"),
        (TONGUES, "", r"expected auto, ru,en \(≤ 2\): ru en de"),
        (TONGUES, "ru,en,de", r"expected auto, ru,en \(≤ 2\)"),
        (TONGUES, "ru,ru", r"expected auto"),
        (TONGUES, "xx", r"expected auto"),
        (TONGUES, "auto,ru", r"expected auto"),
        (NAMES, "a;b", r"no semicolon"),
        (NAMES, "x" * 11, r"expected ≤ 10"),
    ],
)
def test_what_is_no_value_says_what_was_expected(
    preference: Preference[bool | int | str], text: str, expected: str
) -> None:
    with pytest.raises(RequestRefused, match=expected):
        preference.parse(text)


@pytest.mark.parametrize(
    ("preference", "value"),
    [(LOUD, 1), (SHORTEST, True), (SHORTEST, "1"), (STYLE, None), (TONGUES, 5), (TONGUES, "ru,ru"), (NAMES, " a")],
)
def test_a_kept_value_that_is_none_any_more_counts_as_not_chosen(
    preference: Preference[bool | int | str], value: Value
) -> None:
    chosen, books = preferences()
    books.settings[GROUP, preference.name] = value
    assert chosen.value_of(GROUP, preference) == preference.default
    assert chosen.chosen_by(GROUP, preference) is None


def test_a_default_that_is_no_value_is_a_mistake() -> None:
    with pytest.raises(ValueError, match="default of style"):
        Preference(name="style", values=("plain",), default="rich")


def test_a_name_is_taken_once_and_never_that_of_what_the_service_goes_by() -> None:
    made = registry()
    for name in ("style", "is_banned"):
        with pytest.raises(ValueError, match=f"a setting named {name} already"):
            made.register(Preference(name=name, values=(1,), default=1))
    with pytest.raises(RequestRefused, match="no preference 'colour'; there are: "):
        made.find("colour")
    assert [each.name for each in made] == ["tongues", "names", "style", "loud", "price", "shortest"]


# --- whose choice counts ----------------------------------------------------------------------------------------------
async def test_in_a_group_the_groups_choice_counts_and_in_private_the_users() -> None:
    chosen, _ = preferences()
    await chosen.choose(ANNA, STYLE, "rich", by=ChangedBy.USER, request_id="one-2345")
    await chosen.choose(ANNA, LOUD, True, by=ChangedBy.USER, request_id="two-2345")
    await chosen.choose(GROUP, SHORTEST, 10, by=ChangedBy.ADMINISTRATORS, request_id="three-2345")
    assert [chosen.value_for(STYLE, ANNA, chat_id) for chat_id in (ANNA, GROUP)] == ["rich", "plain"]
    assert [chosen.value_for(LOUD, ANNA, chat_id) for chat_id in (ANNA, GROUP)] == [True, True]
    assert [chosen.value_for(SHORTEST, ANNA, chat_id) for chat_id in (ANNA, GROUP)] == [1, 10]
    assert chosen.value_for(STYLE, ANNA, 8) == "rich", "in a chat of a connected account it is the owner's"


async def test_what_was_chosen_stays_when_the_operator_changes_the_default() -> None:
    chosen, books = preferences()
    await chosen.choose(ANNA, STYLE, "plain", by=ChangedBy.USER, request_id="one-2345")
    later = Preferences(books, lambda: PreferencesConfig(defaults="style=rich"))
    assert (later.value_of(ANNA, STYLE), later.value_of(8, STYLE)) == ("plain", "rich")
    await later.choose(ANNA, STYLE, None, by=ChangedBy.USER, request_id="two-2345")
    assert later.value_of(ANNA, STYLE) == "rich"


# --- who may ----------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("subject_id", "preference", "may"),
    [
        (ANNA, STYLE, {ChangedBy.USER, ChangedBy.OPERATOR}),
        (GROUP, STYLE, {ChangedBy.ADMINISTRATORS, ChangedBy.OPERATOR}),
        (ANNA, PRICE, {ChangedBy.OPERATOR}),
        (GROUP, PRICE, {ChangedBy.OPERATOR}),
        (ANNA, LOUD, {ChangedBy.OPERATOR}),
    ],
)
async def test_only_who_may_changes_it(subject_id: int, preference: Preference[int | str], may: set[ChangedBy]) -> None:
    chosen, books = preferences(locked="loud")
    for by in ChangedBy:
        if by not in may:
            with pytest.raises(RequestRefused, match=f"is not changed by the {by}"):
                await chosen.choose(subject_id, preference, preference.values[-1], by=by, request_id="one-2345")
    assert books.settings == {}
    for by in may:
        await chosen.choose(subject_id, preference, preference.values[-1], by=by, request_id="two-2345")
    assert books.settings == {(subject_id, preference.name): preference.values[-1]}


async def test_what_is_locked_is_as_the_operator_has_it_whatever_was_chosen() -> None:
    chosen, books = preferences("style=rich")
    await chosen.choose(ANNA, STYLE, "plain", by=ChangedBy.USER, request_id="one-2345")
    locked = Preferences(books, lambda: PreferencesConfig(defaults="style=rich", locked="style"))
    assert (chosen.value_of(ANNA, STYLE), locked.value_of(ANNA, STYLE)) == ("plain", "rich")
    assert locked.is_locked(STYLE)


# --- what the operator sets -------------------------------------------------------------------------------------------
def test_what_the_operator_names_wrongly_is_told_line_by_line() -> None:
    given = PreferencesConfig(defaults="stile=rich; style=bold; width=9", locked="loud, lout")
    with pytest.raises(ConfigError) as caught:
        require_valid(given, registry())
    assert str(caught.value).splitlines() == [
        "[preferences] defaults: there is no preference 'stile'; did you mean style?",
        "[preferences] defaults: there is no preference 'width'; "
        "there are loud, names, price, shortest, style, tongues",
        "[preferences] defaults: 'bold' is no value of style; expected plain, rich",
        "[preferences] locked: there is no preference 'lout'; did you mean loud?",
    ]


# --- a group that becomes a supergroup --------------------------------------------------------------------------------
async def test_what_a_group_has_chosen_goes_with_it_however_often_that_is_told() -> None:
    chosen, books = preferences()
    books.settings |= {(-5, "languages"): "de", (-5, "vocabulary"): "Анна", (GROUP, "languages"): "fr"}
    for _ in range(2):
        await chosen.move(-5, GROUP)
    assert {who: value for who, value in books.settings.items() if value is not None} == {
        (GROUP, "languages"): "fr",
        (GROUP, "vocabulary"): "Анна",
    }
