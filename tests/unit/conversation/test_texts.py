"""The bot's texts: both languages complete and without gaps, numbers declined right, lengths fit a message."""

from __future__ import annotations

import ast as python
import re
from collections.abc import Iterator
from functools import cache, partial
from importlib import resources
from itertools import product
from typing import Any

import pytest
from fluent.syntax import FluentParser, ast, visitor
from fluent.syntax.serializer import FluentSerializer

import voicepipe.service  # noqa: F401  whoever reads a preference registers it
from tests.support.places import ROOT
from voicepipe.accounts.preferences import PREFERENCES, Few, Preference, Theme
from voicepipe.conversation.answers.actions import ACTIONS
from voicepipe.conversation.commands import COMMANDS
from voicepipe.conversation.commands.forget import is_confirmed
from voicepipe.conversation.kinds_said import ASKED_FOR
from voicepipe.conversation.texts import LANGUAGES, READERS_OF_DEFAULT, Texts
from voicepipe.domain.admission import RefusalReason
from voicepipe.domain.payments import Fault, PaymentState
from voicepipe.domain.quota import Renewal
from voicepipe.domain.transcripts import UNTOLD, FailureReason

TEXTS = Texts(lambda: "ru")
FACTS: dict[str, int | str] = {
    "ahead": 3,
    "all_media": 0,
    "at": "00:00",
    "bar": "▰▰▱▱",
    "bot": "@voicepipe_bot",
    "command": "/quota",
    "commands": "/start, /help",
    "daily": 60,
    "codec": "apac",
    "count": 3,
    "days": 30,
    "eta": 12,
    "extra": 0,
    "hours": 5,
    "kept_hours": 2,
    "language": "Polski",
    "left": 21,
    "limit": 300,
    "max_mib": 512,
    "max_seconds": 300,
    "mib": 700,
    "minutes": 12,
    "more": 5,
    "percent": 40,
    "seconds": 65,
    "time": "1:05",
    "speech_language": "auto",
    "unlimited": 0,
    "is_group": 0,
    "name": "Style",
    "names": "style, languages",
    "value": "rich",
    "most": 5,
    "expected": "on, off",
    "words": "Anna, Kubernetes",
    "signs": 300,
    "zone": "UTC",
    "matter": "over-quota",
    "place": "owner",
    "can_reply": 1,
    "title": "Плюс",
    "host": "api.example.org",
    "model": "qwen3:8b",
    "where": "away",
    "stars": 50,
    "charge": "stxA1b2",
    "until": "31.12.2026",
    "renewal": "canceled",
    "fault": "expired",
    "reason": "doubled",
    "taken": 60,
    "state": "credited",
    "user": "7 (@anna)",
}
VALUES: dict[str, set[int | str]] = {
    "bot": {"@voicepipe_bot"},
    "hours": {0, 1, 21},
    "minutes": {0, 42},
    "percent": {40},
    "at": {"00:00"},
    "time": {"1:05"},
    "bar": {"▰▰▱▱"},
    "zone": {"UTC"},
    "speech_language": {"auto", "ru", "en", "de"},
    "unlimited": {0, 1},
    "all_media": {0, 1},
    "command": {"/quota"},
    "commands": {"/start, /help", "/quota — how\n/privacy — what"},
    "is_group": {0, 1},
    "name": {"Style"},
    "names": {"style, languages"},
    "value": {"rich"},
    "expected": {"on, off"},
    "words": {"Anna, Kubernetes"},
    "matter": {"over-quota", *(reason.value.replace("_", "-") for reason in (*RefusalReason, *FailureReason))},
    "place": {"owner", "chat"},
    "can_reply": {0, 1},
    "host": {"api.example.org"},
    "model": {"qwen3:8b"},
    "where": {"nowhere", "here", "away"},
    "title": {"Плюс"},
    "charge": {"stxA1b2"},
    "until": {"31.12.2026"},
    "renewal": {renewal.value for renewal in Renewal},
    "fault": {fault.value.replace("_", "-") for fault in Fault},
    "reason": {fault.value.replace("_", "-") for fault in Fault},
    "state": {state.value for state in PaymentState},
    "user": {"7 (@anna)"},
}
"""What is tried of a fact, where that is not the usual."""
NOTHING_CHARGED = {
    "ru": "Ничего не списано.",
    "en": "Nothing was charged.",
    "uk": "Нічого не списано.",
    "be": "Нічога не спісана.",
    "kk": "Ештеңе есептен шығарылмады.",
    "uz": "Hech narsa hisobdan chiqarilmadi.",
    "de": "Es wurde nichts abgezogen.",
    "es": "No se ha descontado nada.",
    "pt": "Nada foi descontado.",
    "fr": "Rien n'a été décompté.",
    "it": "Non è stato scalato nulla.",
    "tr": "Hiçbir şey düşülmedi.",
}
BUILDING_BLOCKS = """count-second count-minute count-hour wait wait-moment more-seconds not-enough not-covered
    daily-and-extra split-by-day limits one-recording speech-language in-groups"""
OF_COMMANDS = [f"command-{command.name}" for command in COMMANDS if command.is_in_menu] + [
    f"help-{command.name}" for command in COMMANDS if command.is_in_help
]


def keys_of(preference: Preference[Any]) -> Iterator[str]:
    """The texts that /settings shows it by."""
    yield f"preference-{preference.name}"
    values = ("", *preference.values) if isinstance(preference, Few) else preference.values
    for value in values:
        if preference.value_name(value or "en", "en") is None or value == "":
            match value:
                case bool():
                    pass
                case int():
                    yield f"preference-{preference.name}-number"
                case _:
                    yield f"preference-{preference.name}-{preference.spell(value)}"


OF_PREFERENCES = [key for preference in PREFERENCES for key in keys_of(preference)]
ABOUT = [f"preference-{preference.name}-about" for preference in PREFERENCES]
"""Those that there may be."""
OF_THEMES = [f"settings-theme-{theme}" for theme in Theme]
OF_ACTIONS = [action.label_key for action in ACTIONS if not action.label]
OF_REASONS = [
    f"{prefix}-{reason.replace('_', '-')}"
    for prefix, reasons in (("refused", RefusalReason), ("failed", FailureReason))
    for reason in reasons
    if reason not in UNTOLD
]


@cache
def parse(language: str) -> dict[str, ast.Message]:
    source = (
        resources.files("voicepipe.conversation").joinpath("locales", f"{language}.ftl").read_text(encoding="utf-8")
    )
    entries = FluentParser().parse(source).body
    junk = [entry.content for entry in entries if isinstance(entry, ast.Junk)]
    assert junk == []
    messages = [entry for entry in entries if isinstance(entry, ast.Message)]
    assert len({message.id.name for message in messages}) == len(messages), "a key stands twice"
    return {message.id.name: message for message in messages}


class Names(visitor.Visitor):
    """Collects the facts a message uses, through the messages it quotes."""

    def __init__(self, messages: dict[str, ast.Message]) -> None:
        self.messages = messages
        self.variables: set[str] = set()

    def visit_VariableReference(self, node: ast.VariableReference) -> None:  # noqa: N802  the library's name
        self.variables.add(node.id.name)

    def visit_MessageReference(self, node: ast.MessageReference) -> None:  # noqa: N802  the library's name
        self.visit(self.messages[node.id.name])


@cache
def variables(language: str) -> dict[str, set[str]]:
    messages = parse(language)
    found = {}
    for key in messages.keys() - set(BUILDING_BLOCKS.split()):
        names = Names(messages)
        names.visit(messages[key])
        found[key] = names.variables
    return found


def keys() -> list[str]:
    return sorted(variables("ru"))


def test_both_languages_have_the_same_keys_and_facts() -> None:
    assert parse("ru").keys() == parse("en").keys()
    assert variables("ru") == variables("en")


def constants() -> Iterator[tuple[str, bool]]:
    """Every text in voicepipe's source that looks like a key, and whether a text is asked for by it."""
    for path in (ROOT / "voicepipe").rglob("*.py"):
        tree = python.parse(path.read_text(encoding="utf-8"))
        nodes = list(python.walk(tree))
        asked = {id(key) for node in nodes if isinstance(node, python.Call) for key in keys_asked_by(node)}
        for node in nodes:
            if isinstance(node, python.Constant) and isinstance(node.value, str):
                yield node.value, id(node) in asked


def keys_asked_by(call: python.Call) -> list[python.expr]:
    """The argument that is a key: of `….text(key)`, `text(key)` and `texts.get(language, key)`."""
    match call:
        case python.Call(func=python.Attribute(attr="text") | python.Name(id="text"), args=[key, *_]):
            return [key]
        case python.Call(
            func=python.Attribute(
                attr="get", value=python.Attribute(attr="texts" | "_texts") | python.Name(id="texts" | "_texts")
            ),
            args=[_, key],
        ):
            return [key]
    return []


def test_every_text_that_is_asked_for_exists() -> None:
    asked = {constant for constant, is_asked in constants() if is_asked}
    assert {"start", "forget-done", "button-gone"} <= asked, "the search finds them no longer"
    assert asked | {*OF_REASONS, *OF_COMMANDS, *OF_PREFERENCES, *OF_THEMES, *OF_ACTIONS} <= set(keys())


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_language_has_the_same_texts_with_the_same_facts(language: str) -> None:
    for key, facts in variables("en").items():
        assert variables(language)[key] - {"case"} == facts - {"case"}, key
    assert set(variables(language)) == set(variables("en"))


ALIKE = {
    *("settings-line", "answer-language", "business-from"),
    *("answer-txt", "answer-srt", "answer-vtt", "settings-theme-bot"),
}
"""What may be the same in two languages."""
OF_GRAMMAR = {"wait", "count-second", "count-minute", "count-hour"}
"""Their words may be the same, or spelled alike."""


@pytest.mark.parametrize("language", [each for each in LANGUAGES if each != "en"])
def test_no_text_is_left_untranslated(language: str) -> None:
    english, translated = (
        {key: FluentSerializer().serialize_entry(message) for key, message in parse(each).items()}
        for each in ("en", language)
    )
    references = {key for key, text in english.items() if re.fullmatch(r"\S+ = \{ [\w-]+ \}\n", text)}
    is_same = {key: english[key] == translated[key] for key in english}
    same = {key for key, it_is in is_same.items() if it_is and key not in OF_GRAMMAR}
    assert same <= ALIKE | references


@pytest.mark.parametrize("language", LANGUAGES)
def test_forgetting_is_confirmed_by_the_word_that_is_told(language: str) -> None:
    yes = TEXTS.get(language, "forget-yes")
    assert is_confirmed(f"/forget {yes.capitalize()}!")
    assert all(TEXTS.get(language, key).endswith(f"/forget {yes}") for key in ("forget-ask", "forget-busy"))


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_profile_and_the_notices_fit_telegram(language: str) -> None:
    assert len(TEXTS.get(language, "profile-about")) <= 120
    assert len(TEXTS.get(language, "profile-description")) <= 512
    for key in ("button-gone", "cancel-not-yours", "settings-administrators-only", "answer-not-yours", "first-taken"):
        assert len(TEXTS.get(language, key)) <= 200


def test_every_text_is_used() -> None:
    of_data = {*OF_REASONS, *OF_COMMANDS, *OF_PREFERENCES, *ABOUT, *OF_THEMES, *OF_ACTIONS}
    of_data |= {"profile-about", "profile-description", *(f"summary-{kind}" for kind in ASKED_FOR)}
    assert set(keys()) - {constant for constant, _ in constants()} <= of_data


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("key", OF_COMMANDS)
def test_every_command_has_its_texts_in_every_language(language: str, key: str) -> None:
    assert key in parse(language)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("key", keys())
def test_every_text_is_complete_in_every_variant(language: str, key: str) -> None:
    used = sorted(variables(language)[key])
    variants = product(*(VALUES.get(name, {FACTS[name], 0, 1, 86_400}) for name in used))
    for values in variants:
        text = TEXTS.get(language, key, **dict(zip(used, values, strict=True)))
        assert text
        assert text == text.strip()
        assert len(text.encode("utf-16-le")) // 2 <= 4096
        assert not re.search(r"[{}\u2066-\u2069\u200e\u200f]|  |\n\n\n", text), text


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("key", OF_REASONS)
def test_every_refusal_and_failure_says_that_nothing_was_charged(language: str, key: str) -> None:
    text = TEXTS.get(language, key, **FACTS)
    assert text.endswith(NOTHING_CHARGED[language])


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_menu_fits_telegram(language: str) -> None:
    menu = COMMANDS.menu(partial(TEXTS.get, language))
    assert 0 < len(menu) <= 100
    for name, description in menu.items():
        assert re.fullmatch(r"[a-z0-9_]{1,32}", name)
        assert 3 <= len(description) <= 256


@pytest.mark.parametrize(
    ("seconds", "expected"),
    [
        (0, "Запись длится 0 секунд, а"),
        (1, "Запись длится 1 секунду, а"),
        (2, "Запись длится 2 секунды, а"),
        (5, "Запись длится 5 секунд, а"),
        (11, "Запись длится 11 секунд, а"),
        (21, "Запись длится 21 секунду, а"),
        (90, "Запись длится 90 секунд, а"),
        (91, "Запись длится 1 минуту 31 секунду, а"),
        (111, "Запись длится 1 минуту 51 секунду, а"),
        (120, "Запись длится 2 минуты, а"),
        (3600, "Запись длится 1 час, а"),
        (3605, "Запись длится 1 час 5 секунд, а"),
        (22 * 3600 + 11 * 60 + 12, "Запись длится 22 часа 11 минут 12 секунд, а"),
    ],
)
def test_russian_lengths_are_declined_in_the_accusative(seconds: int, expected: str) -> None:
    text = TEXTS.get("ru", "refused-too-long", seconds=seconds, limit=300)
    assert text.startswith(expected)


@pytest.mark.parametrize(
    ("limit", "expected"),
    [
        (1, "до 1 секунды."),
        (2, "до 2 секунд."),
        (21, "до 21 секунды."),
        (60, "до 60 секунд."),
        (300, "до 5 минут."),
        (1260, "до 21 минуты."),
        (3600, "до 1 часа."),
        (7200, "до 2 часов."),
    ],
)
def test_russian_limits_are_declined_in_the_genitive(limit: int, expected: str) -> None:
    assert expected in TEXTS.get("ru", "failed-too-long", limit=limit)


@pytest.mark.parametrize(
    ("left", "expected"),
    [
        (1, "ваш остаток — 1 секунда."),
        (2, "ваш остаток — 2 секунды."),
        (5, "ваш остаток — 5 секунд."),
        (21, "ваш остаток — 21 секунда."),
        (111, "ваш остаток — 1 минута 51 секунда."),
    ],
)
def test_russian_rests_are_in_the_nominative(left: int, expected: str) -> None:
    facts = {**FACTS, "left": left, "seconds": 130, "daily": 140}
    assert expected in TEXTS.get("ru", "refused-over-quota", **facts)


@pytest.mark.parametrize(
    ("facts", "russian", "english"),
    [
        (
            {"left": 60, "seconds": 75},
            "Запись длится 75 секунд, это больше дневного лимита (60 секунд). Разделите её на части покороче: за день "
            "можно распознать до 60 секунд.",
            "This recording lasts 75 seconds, which is more than your daily limit (60 seconds). Please split it into "
            "shorter parts: up to 60 seconds can be transcribed a day.",
        ),
        (
            {"left": 20, "seconds": 61},
            "Запись длится 61 секунду, это больше дневного лимита (60 секунд). Разделите её на части покороче: за день "
            "можно распознать до 60 секунд. Сегодня осталось: 20 секунд.",
            "This recording lasts 61 seconds, which is more than your daily limit (60 seconds). Please split it into "
            "shorter parts: up to 60 seconds can be transcribed a day. Left today: 20 seconds.",
        ),
        (
            {"left": 0, "seconds": 75},
            "Запись длится 75 секунд, это больше дневного лимита (60 секунд). Разделите её на части покороче: за день "
            "можно распознать до 60 секунд. Лимит на сегодня исчерпан, он обновится через 5 часов.",
            "This recording lasts 75 seconds, which is more than your daily limit (60 seconds). Please split it into "
            "shorter parts: up to 60 seconds can be transcribed a day. Today's limit is used up; it renews in 5 hours.",
        ),
        (
            {"left": 70, "extra": 10, "seconds": 75},
            "Запись длится 75 секунд, это больше дневного лимита (60 секунд) и запаса (10 секунд) вместе. Разделите её "
            "на части покороче.",
            "This recording lasts 75 seconds, which is more than your daily limit (60 seconds) and your reserve "
            "(10 seconds) together. Please split it into shorter parts.",
        ),
    ],
)
def test_what_no_day_can_hold_is_not_put_off(facts: dict[str, int], russian: str, english: str) -> None:
    all_facts = {**FACTS, "minutes": 0, **facts}
    assert TEXTS.get("ru", "refused-over-quota", **all_facts) == f"{russian} Ничего не списано."
    assert TEXTS.get("en", "refused-over-quota", **all_facts) == f"{english} Nothing was charged."


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("key", ["refused-over-quota", "failed-over-quota"])
@pytest.mark.parametrize(
    ("facts", "waits"),
    [
        ({"daily": 60, "left": 20, "seconds": 60}, True),
        ({"daily": 60, "left": 20, "seconds": 61}, False),
        ({"daily": 60, "left": 30, "extra": 10, "seconds": 70}, True),
        ({"daily": 60, "left": 30, "extra": 10, "seconds": 71}, False),
        ({"daily": 60, "left": 20, "seconds": 0}, True),
        ({"daily": 0, "left": 20, "extra": 20, "seconds": 30}, False),
    ],
)
def test_who_is_told_when_the_limit_renews_can_wait_for_it(
    language: str, key: str, facts: dict[str, int], waits: bool
) -> None:
    told = {TEXTS.get(language, key, **{**FACTS, "minutes": 0, **facts, "hours": hours}) for hours in (8, 9)}
    assert len(told) == 1 + waits


@pytest.mark.parametrize(
    ("facts", "russian", "english"),
    [
        (
            {"daily": 60, "max_seconds": 60},
            "Лимит на день: 60 секунд. Одна запись — до 60 секунд.",
            "Daily limit: 60 seconds. One recording: up to 60 seconds.",
        ),
        (
            {"daily": 60, "max_seconds": 300, "unlimited": 1},
            "Дневного лимита для вас нет. Одна запись — до 5 минут.",
            "You have no daily limit. One recording: up to 5 minutes.",
        ),
        (
            {"daily": 0, "max_seconds": 40},
            "Одна запись — до 40 секунд. Секунды для распознавания выдаёт владелец бота.",
            "One recording: up to 40 seconds. The bot's owner gives out seconds.",
        ),
        (
            {"daily": 0, "max_seconds": 0},
            "Секунды для распознавания выдаёт владелец бота.",
            "The bot's owner gives out seconds.",
        ),
    ],
)
def test_the_limits_are_those_of_the_user(facts: dict[str, int], russian: str, english: str) -> None:
    for language, expected in (("ru", russian), ("en", english)):
        assert TEXTS.get(language, "start", **{**FACTS, **facts}).split("\n\n")[1] == expected


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_help_names_every_limit_and_the_configured_language(language: str) -> None:
    detects = TEXTS.get(language, "speech-language", speech_language="auto")
    text = TEXTS.get(language, "help", **FACTS | {"commands": COMMANDS.help(partial(TEXTS.get, language))})
    assert [word for word in ("512", "/quota", "/privacy", "/forget", detects) if word not in text] == []
    assert detects not in TEXTS.get(language, "help", **{**FACTS, "speech_language": "ru"})


@pytest.mark.parametrize(
    ("hours", "minutes", "russian", "english"),
    [
        (0, 0, "обновится меньше чем через минуту", "renews in less than a minute"),
        (0, 1, "обновится через 1 минуту", "renews in 1 minute"),
        (1, 0, "обновится через 1 час", "renews in 1 hour"),
        (21, 42, "обновится через 21 час 42 минуты", "renews in 21 hours 42 minutes"),
    ],
)
def test_when_the_limit_renews(hours: int, minutes: int, russian: str, english: str) -> None:
    facts = {**FACTS, "hours": hours, "minutes": minutes}
    assert TEXTS.get("ru", "quota-limited", **facts).endswith(f"{russian} (в 00:00, UTC).")
    assert TEXTS.get("en", "quota-limited", **facts).endswith(f"{english} (at 00:00, UTC).")


@pytest.mark.parametrize(("ahead", "expected"), [(1, "1 запись…"), (3, "3 записи…"), (11, "11 записей…")])
def test_the_queue_is_counted(ahead: int, expected: str) -> None:
    assert TEXTS.get("ru", "status-queued", ahead=ahead, eta=0).endswith(expected)


@pytest.mark.parametrize(
    ("limit", "russian", "english"),
    [
        (
            1,
            "уже 1 запись. Пришлите эту, когда та будет готова.",
            "1 recording of yours. Please send this one when that",
        ),
        (21, "уже 21 запись. Пришлите эту, когда они будут готовы.", "21 recordings of yours."),
        (22, "уже 22 записи. Пришлите эту, когда они будут готовы.", "22 recordings of yours."),
        (50, "уже 50 записей. Пришлите эту, когда они будут готовы.", "50 recordings of yours."),
    ],
)
def test_one_s_own_recordings_are_counted(limit: int, russian: str, english: str) -> None:
    assert russian in TEXTS.get("ru", "refused-user-queue-full", limit=limit)
    assert english in TEXTS.get("en", "refused-user-queue-full", limit=limit)


@pytest.mark.parametrize(
    ("eta", "russian", "english"),
    [
        (0, "⏳ Распознаю…", "⏳ Transcribing…"),
        (12, "⏳ Распознаю… примерно 12 секунд", "⏳ Transcribing… about 12 seconds"),
        (21, "⏳ Распознаю… примерно 21 секунду", "⏳ Transcribing… about 21 seconds"),
        (60, "⏳ Распознаю… примерно 60 секунд", "⏳ Transcribing… about 60 seconds"),
        (120, "⏳ Распознаю… примерно 2 минуты", "⏳ Transcribing… about 2 minutes"),
        (3600, "⏳ Распознаю… примерно 1 час", "⏳ Transcribing… about 1 hour"),
    ],
)
def test_how_long_it_will_take(eta: int, russian: str, english: str) -> None:
    assert TEXTS.get("ru", "status-working", eta=eta) == russian
    assert TEXTS.get("en", "status-working", eta=eta) == english


def test_how_long_it_will_take_in_the_queue_and_from_there_on() -> None:
    queued = {"ahead": 3, "eta": 120}
    assert TEXTS.get("ru", "status-queued", **queued) == (
        "⏳ В очереди: впереди 3 записи… Текст будет примерно через 2 минуты"
    )
    assert TEXTS.get("en", "status-queued", **queued) == (
        "⏳ In the queue: 3 recordings ahead… The text will be here in about 2 minutes"
    )
    assert TEXTS.get("ru", "status-progress", percent=40, eta=0) == "⏳ Распознаю… 40 %"
    assert TEXTS.get("ru", "status-progress", percent=40, eta=21) == "⏳ Распознаю… 40 %, ещё примерно 21 секунду"
    assert TEXTS.get("en", "status-progress", percent=40, eta=120) == "⏳ Transcribing… 40%, about 2 minutes left"


def test_granted_seconds_are_told_apart_from_the_days() -> None:
    text = TEXTS.get("en", "quota-limited", **{**FACTS, "extra": 100})
    assert "21 seconds left today (limit 60 seconds)." in text
    assert "In reserve: 1 minute 40 seconds." in text


def test_who_waits_for_a_grant_is_not_told_of_a_daily_limit() -> None:
    text = TEXTS.get("en", "quota-limited", left=0, daily=0, extra=100, hours=5, minutes=0)
    assert text.startswith("Left: 1 minute 40 seconds.")
    assert "renews" not in text


@pytest.mark.parametrize(
    ("code", "language"),
    [
        ("ru", "ru"),
        ("ru-RU", "ru"),
        ("en", "en"),
        ("en-GB", "en"),
        ("de", "de"),
        ("pt-br", "pt"),
        ("uk", "uk"),
        ("ca", "es"),
        ("zh-hans", "en"),
        ("", "ru"),
        (None, "ru"),
    ],
)
def test_the_users_language_is_used(code: str | None, language: str) -> None:
    assert TEXTS.language_for(code) == language


@pytest.mark.parametrize("default", LANGUAGES)
def test_unknown_and_neighbouring_languages_get_the_default(default: str) -> None:
    texts = Texts(lambda: default)
    assert {texts.language_for(code) for code in (None, *READERS_OF_DEFAULT)} == {default}


def test_an_unknown_default_language_is_refused() -> None:
    with pytest.raises(ValueError, match="no texts in 'ja'"):
        Texts(lambda: "ja")


def test_an_unknown_key_is_an_error() -> None:
    with pytest.raises(KeyError):
        TEXTS.get("ru", "status-nonsense")


@pytest.mark.parametrize("key", ["status-progress", "refused-too-long", "quota-limited"])
def test_a_missing_fact_is_an_error_that_names_the_text(key: str) -> None:
    with pytest.raises(ValueError, match=f"the text {key} can't be made"):
        TEXTS.get("en", key)
