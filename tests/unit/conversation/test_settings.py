"""/settings and /vocabulary: what they show, what their buttons and words change, and who may."""

from __future__ import annotations

from typing import Any

import pytest

import voicepipe.service  # noqa: F401  whoever reads a preference registers it
from tests.support.talk import ANNA, BEN, GROUP, Talk, balance
from voicepipe.accounts.preferences import PREFERENCES, Few, Preference, Scope
from voicepipe.accounts.speech import LANGUAGES, MOST_LANGUAGES, VOCABULARY
from voicepipe.config import Config, PreferencesConfig
from voicepipe.config.processing import ProcessingConfig
from voicepipe.conversation.replies import Button, Reply
from voicepipe.conversation.texts import LANGUAGES as LANGUAGES_OF_TEXTS
from voicepipe.conversation.texts import Texts
from voicepipe.domain.people import Person

TEXTS = Texts(lambda: "ru")
GONE = TEXTS.get("ru", "button-gone")


@pytest.fixture
def talk() -> Talk:
    return Talk(balance=balance())


def with_preferences(defaults: str = "", locked: str = "") -> Talk:
    return Talk(Config(preferences=PreferencesConfig(defaults=defaults, locked=locked)), balance())


def buttons(reply: Reply) -> list[Button]:
    return [button for row in reply.buttons for button in row]


def labels(reply: Reply) -> list[str]:
    return [button.text for button in buttons(reply)]


def data(reply: Reply, label: str) -> str:
    return next(button.data for button in buttons(reply) if button.text == label)


class Menu:
    """Somebody at a menu."""

    def __init__(self, talk: Talk, *, is_private: bool = True) -> None:
        self.talk, self.is_private, self.presses = talk, is_private, 100
        self.shown = Reply("")

    async def open(self, text: str = "/settings") -> Reply:
        (self.shown,) = await self.talk.replies(text, is_private=self.is_private)
        return self.shown

    async def press(self, label: str) -> str:
        """The notice; what is shown then is `shown`."""
        self.presses += 1
        notice = await self.talk.press(data(self.shown, label), query_id=self.presses, is_private=self.is_private)
        self.shown = self.talk.listener.changed[-1][1]
        return notice


# --- the screens ------------------------------------------------------------------------------------------------------
async def test_the_first_screen_shows_all_that_applies_by_theme(talk: Talk) -> None:
    home = await Menu(talk).open()
    assert home.text.startswith("⚙️ Ваши настройки\n\n🗣 Речь\nЯзыки речи: любой\nПеревод на английский: выкл.\n")
    assert "\n\n🤖 Бот\n" in home.text
    assert labels(home)[0] == "🗣 Речь"
    assert labels(home)[-2:] == ["🤖 Бот", "Закрыть"]


async def test_one_tap_turns_a_switch_and_the_screen_says_so(talk: Talk) -> None:
    menu = Menu(talk)
    await menu.open()
    await menu.press("🗣 Речь")
    assert await menu.press("✗ Перевод на английский") == "Перевод на английский: вкл."
    assert "Перевод на английский: вкл." in menu.shown.text
    assert await menu.press("✓ Перевод на английский") == "Перевод на английский: выкл."
    assert talk.books.settings == {(ANNA.user_id, "translation"): False}


async def test_a_value_is_chosen_marked_and_taken_back(talk: Talk) -> None:
    menu = Menu(talk)
    await menu.open("/settings interface")
    assert labels(menu.shown)[:3] == ["✓ как в Telegram", "Русский", "English"]
    assert await menu.press("English") == "The bot's language: English"
    assert labels(menu.shown)[:3] == ["as in Telegram", "Русский", "✓ English"]
    assert (await talk.say("/settings nonsense"))[0].startswith("There is no such setting")
    await menu.press("Back to the default: as in Telegram")
    assert labels(menu.shown)[:3] == ["✓ как в Telegram", "Русский", "English"]
    assert talk.books.settings == {(ANNA.user_id, "interface"): None}


async def test_a_long_list_is_shown_in_pages_that_can_all_be_reached(talk: Talk) -> None:
    menu = Menu(talk)
    await menu.open("/settings languages")
    assert labels(menu.shown)[:3] == ["✓ любой", "Русский", "Английский"]
    seen: list[str] = []
    while (page := next(each for each in labels(menu.shown) if "/" in each)) != "1/9" or not seen:
        seen += labels(menu.shown)[:12]
        await menu.press("›")
        assert page != next(each for each in labels(menu.shown) if "/" in each)
    assert page == "1/9"
    words = [each for each in seen if each not in {"‹", "›", "« Назад", "Закрыть"} and "/" not in each]
    assert len(words) == len(set(words)) == len(LANGUAGES.values) + 1
    assert words[12:] == sorted(words[12:])


async def test_a_few_languages_are_chosen_on_any_page_and_the_page_stays(talk: Talk) -> None:
    menu = Menu(talk)
    await menu.open("/settings languages")
    await menu.press("Русский")
    await menu.press("‹")
    assert await menu.press("Японский") == "Языки речи: Русский, Японский"
    assert {"9/9", "✓ Японский"} <= set(labels(menu.shown))
    assert talk.books.settings == {(ANNA.user_id, "languages"): "ru,ja"}
    await menu.press("✓ Японский")
    await menu.press("›")
    assert "✓ Русский" in labels(menu.shown)
    await menu.press("любой")
    assert talk.books.settings == {(ANNA.user_id, "languages"): ""}


async def test_no_more_can_be_chosen_than_there_is_room_for(talk: Talk) -> None:
    for number, code in enumerate(LANGUAGES.values[: MOST_LANGUAGES + 1]):
        notice = await talk.press(f"settings:set:languages:{code}", query_id=number)
    assert notice == TEXTS.get("ru", "settings-too-many", most=MOST_LANGUAGES)
    assert talk.books.settings == {(ANNA.user_id, "languages"): ",".join(LANGUAGES.values[:MOST_LANGUAGES])}


async def test_back_and_close(talk: Talk) -> None:
    menu = Menu(talk)
    home = await menu.open()
    await menu.press("🤖 Бот")
    await menu.press("Язык бота")
    await menu.press("« Назад")
    await menu.press("« Назад")
    assert menu.shown == home
    await menu.press("Закрыть")
    assert menu.shown == Reply(TEXTS.get("ru", "settings-closed"))


ALL_ON = Config(processing=ProcessingConfig(enabled=True, endpoint="https://api.example.org/v1", model="one"))
"""What each preference changes is switched on."""


async def test_what_changes_nothing_is_not_shown(talk: Talk) -> None:
    home = await Menu(talk).open()
    assert TEXTS.get("ru", "preference-auto_summary") not in home.text
    assert TEXTS.get("ru", "preference-send_texts") not in home.text


@pytest.mark.parametrize("language", LANGUAGES_OF_TEXTS)
@pytest.mark.parametrize("preference", list(PREFERENCES), ids=lambda preference: preference.name)
async def test_every_preference_can_be_found_and_each_of_its_values_chosen(
    preference: Preference[Any], language: str
) -> None:
    talk = Talk(config=ALL_ON)
    person, is_private = Person(7, "anna", language), preference.scope is not Scope.CHAT
    subject = person.user_id if is_private else GROUP
    talk.listener.administrators.add((GROUP, person.user_id))
    (home,) = await talk.replies("/settings", person, is_private=is_private)
    name = Texts(lambda: "ru").get(language, f"preference-{preference.name}")
    assert f"\n{name}" in home.text
    await talk.press(f"settings:theme:{preference.theme}", person=person, is_private=is_private)
    assert [label for label in labels(talk.listener.changed[-1][1]) if name in label]
    for number, value in enumerate(preference.values[:20], start=2):
        await talk.press(
            f"settings:set:{preference.name}:{preference.spell(value)}",
            query_id=number,
            person=person,
            is_private=is_private,
        )
        assert any(label.startswith(("✓ ", "✗ ")) for label in labels(talk.listener.changed[-1][1]))
        if not isinstance(preference, Few):
            assert talk.books.settings == {(subject, preference.name): value}


# --- presses ----------------------------------------------------------------------------------------------------------
async def test_a_press_that_comes_again_changes_nothing_more(talk: Talk) -> None:
    for _ in range(2):
        await talk.press("settings:set:languages:de", query_id=5)
    assert talk.books.settings == {(ANNA.user_id, "languages"): "de"}
    assert "✓ Немецкий" in labels(talk.listener.changed[-1][1])


@pytest.mark.parametrize(
    "argument",
    [
        "",
        "set",
        "set:languages",
        "set:languages:xx",
        "set:languages:",
        "set:translation:maybe",
        "set:nothing:on",
        "set:is_banned:on",
        "set:daily_quota_seconds:99999",
        "set:vocabulary:x",
        "reset:is_unlimited",
        "theme:nothing",
        "show:nothing",
        "nonsense:languages",
        "set:languages:ru:de",
    ],
)
async def test_a_button_that_never_was_or_is_no_more_says_so(talk: Talk, argument: str) -> None:
    assert await talk.press(f"settings:{argument}") == GONE
    assert (talk.books.settings, talk.listener.changed) == ({}, [])


@pytest.mark.parametrize("page", ["99", "-1", "x", "²"])
async def test_a_page_that_is_none_shows_one_that_is(talk: Talk, page: str) -> None:
    await talk.press(f"settings:show:languages:{page}")
    assert len(labels(talk.listener.changed[-1][1])) > 3


# --- typed ------------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("typed", "said", "settings"),
    [
        ("/settings translation on", "Перевод на английский: вкл.", {"translation": True}),
        ("/settings LANGUAGES ru, de", "Языки речи: Русский, Немецкий", {"languages": "ru,de"}),
        ("/settings languages auto", "Языки речи: любой", {"languages": ""}),
        ("/settings vocabulary  Анна ,анна, Щукина", "Словарь: Анна, Щукина", {"vocabulary": "Анна, Щукина"}),
        ("/settings keep_texts off", "Хранить тексты после доставки: выкл.", {"keep_texts": False}),
    ],
)
async def test_a_setting_can_be_typed(talk: Talk, typed: str, said: str, settings: dict[str, object]) -> None:
    assert await talk.say(typed) == [said]
    assert talk.books.settings == {(ANNA.user_id, name): value for name, value in settings.items()}


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("/settings nonsense on", "Такой настройки нет. Есть: languages, translation, vocabulary,"),
        ("/settings is_banned off", "Такой настройки нет."),
        ("/settings translation maybe", "Такого значения нет. Можно: off, on"),
        ("/settings languages klingon", "Такого значения нет. Можно: auto, ru,en,uk,be,kk (≤ 5): ru en uk"),
        (f"/settings vocabulary {'я' * 41}", "Такого значения нет. Можно: ≤ 300"),
    ],
)
async def test_what_is_none_is_told_with_what_there_is(talk: Talk, typed: str, expected: str) -> None:
    (said,) = await talk.say(typed)
    assert said.startswith(expected)
    assert talk.books.settings == {}


# --- the operator's word ----------------------------------------------------------------------------------------------
async def test_the_operators_default_applies_and_what_is_locked_stays() -> None:
    talk = with_preferences("translation=on; languages=de", locked="translation, vocabulary")
    menu = Menu(talk)
    assert "Языки речи: Немецкий\nПеревод на английский: вкл." in (await menu.open()).text
    await menu.press("🗣 Речь")
    locked = TEXTS.get("ru", "settings-locked")
    assert await talk.press(data(menu.shown, "🔒 Перевод на английский")) == locked
    assert await talk.press("settings:set:translation:off") == locked
    assert await talk.press("vocabulary:clear") == locked
    assert await talk.say("/settings translation off") == [locked]
    assert await talk.say("/vocabulary Анна") == [locked]
    assert talk.books.settings == {}


# --- groups -----------------------------------------------------------------------------------------------------------
async def test_a_groups_settings_are_the_groups_and_its_administrators(talk: Talk) -> None:
    refused = TEXTS.get("ru", "settings-administrators")
    for typed in ("/settings", "/settings translation on", "/vocabulary", "/vocabulary Анна"):
        assert [reply.text for reply in await talk.replies(typed, is_private=False)] == [refused]
    talk.listener.administrators.add((GROUP, ANNA.user_id))
    menu = Menu(talk, is_private=False)
    assert (await menu.open()).text.startswith("⚙️ Настройки этой группы")
    await menu.press("🗣 Речь")
    await menu.press("✗ Перевод на английский")
    assert talk.books.settings == {(GROUP, "translation"): True}


@pytest.mark.parametrize(
    "argument", ["settings:home", "settings:set:translation:on", "settings:close", "vocabulary:clear"]
)
async def test_somebody_elses_press_in_a_group_is_refused_politely(talk: Talk, argument: str) -> None:
    talk.listener.administrators.add((GROUP, ANNA.user_id))
    notice = await talk.press(argument, person=BEN, is_private=False)
    assert notice == TEXTS.get("ru", "settings-administrators-only")
    assert (talk.books.settings, talk.listener.changed) == ({}, [])


# --- the vocabulary ---------------------------------------------------------------------------------------------------
async def test_words_are_added_listed_and_taken_away(talk: Talk) -> None:
    assert await talk.say("/vocabulary") == [TEXTS.get("ru", "vocabulary-empty")]
    await talk.say("/vocabulary Анна Щукина, Кубернетес")
    (said,) = await talk.say("/vocabulary добавить ёж,\nанна  щукина")
    assert said.startswith("📖 Словарь: Анна Щукина, Кубернетес, ёж\n")
    (reply,) = await talk.replies("/vocabulary убрать кубернетес, нет такого")
    assert labels(reply) == ["✕ Анна Щукина", "✕ ёж", "Очистить"]
    await talk.press(data(reply, "✕ ёж"))
    assert talk.books.settings == {(ANNA.user_id, "vocabulary"): "Анна Щукина"}
    await talk.press(data(reply, "✕ ёж"), query_id=2)
    assert talk.books.settings == {(ANNA.user_id, "vocabulary"): "Анна Щукина"}
    await talk.press(data(reply, "Очистить"), query_id=3)
    assert talk.listener.changed[-1][1] == Reply(TEXTS.get("ru", "vocabulary-empty"))


async def test_clear_empties_it_and_a_word_called_so_can_be_added(talk: Talk) -> None:
    await talk.say("/vocabulary add Clear, clear sky")
    assert talk.books.settings == {(ANNA.user_id, "vocabulary"): "Clear, clear sky"}
    assert await talk.say("/vocabulary clear") == [TEXTS.get("ru", "vocabulary-empty")]


@pytest.mark.parametrize(
    "words",
    [
        "я" * 41,
        ", ".join(f"слово{number}" for number in range(51)),
        ", ".join(["я" * 39 + str(n) for n in range(9)]),
        "<|endoftext|>",
        "a\u202eb",
    ],
)
async def test_what_has_no_place_in_it_is_refused_and_nothing_is_lost(talk: Talk, words: str) -> None:
    await talk.say("/vocabulary Анна")
    (said,) = await talk.say(f"/vocabulary {words}")
    assert said == TEXTS.get("ru", "vocabulary-too-much", words=50, signs=300)
    assert talk.books.settings == {(ANNA.user_id, "vocabulary"): "Анна"}


def test_every_word_fits_a_button() -> None:
    assert VOCABULARY.parse("я" * 40) == "я" * 40
