"""What is said of a transcript, and what comes of the presses of the buttons under it."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from tests.support.talk import ANNA, BEN, GROUP, Talk
from voicepipe.accounts.speech import LANGUAGES
from voicepipe.config import Config
from voicepipe.conversation.answers.actions import ACTIONS
from voicepipe.conversation.answers.answers import DOUBT_MARKS, OUTPUT_STYLE, Answers, Subject
from voicepipe.conversation.answers.registry import Action, Actions
from voicepipe.conversation.replies import Reply
from voicepipe.domain.jobs import JobKey
from voicepipe.domain.markup import Look
from voicepipe.domain.messages import Press
from voicepipe.domain.people import Person
from voicepipe.domain.transcripts import Segment, Transcript, Word
from voicepipe.store import Kept

RECORDING, MESSAGE = JobKey(ANNA.user_id, 49), JobKey(ANNA.user_id, 50)
SENTENCE = "Сегодня мы говорим о том, как делают хлеб."
TEXT = " ".join([SENTENCE] * 20)
LONG = Transcript(TEXT, "ru", 1.0, 60.0, (Segment(0.0, 60.0, TEXT),))
AT = datetime(2026, 3, 1, 12, tzinfo=UTC)
SUBJECT = Subject(key=RECORDING, user_id=ANNA.user_id, language="ru", at=AT)


def answers_of(talk: Talk) -> Answers:
    return talk.conversation._services.answers


def said(talk: Talk, transcript: Transcript, subject: Subject = SUBJECT) -> list[Reply]:
    return list(answers_of(talk).replies(subject, transcript, has_buttons=True))


def keep(talk: Talk, key: JobKey = RECORDING, message: JobKey = MESSAGE) -> None:
    talk.books.kept[message] = Kept(key, ANNA.user_id, "ru", LONG, AT, (message,))


# --- preferences ----------------------------------------------------------------------------------------------------
def looks(talk: Talk) -> list[list[Look]]:
    return [[entity.look for entity in reply.entities] for reply in said(talk, LONG)]


def test_a_user_chooses_what_long_texts_look_like() -> None:
    talk = Talk()
    assert looks(talk) == [[Look.FOLDED]]
    talk.books.settings[ANNA.user_id, OUTPUT_STYLE.name] = "plain"
    assert looks(talk) == [[]]
    talk.books.settings[ANNA.user_id, OUTPUT_STYLE.name] = "file"
    first, file = said(talk, LONG)
    assert (len(first.text) < len(TEXT), file.document is not None) == (True, True)
    assert (first.buttons, [row[0].text for row in file.buttons]) == ((), [".txt", "Другой язык"])


def test_doubt_is_shown_unless_somebody_wants_it_not() -> None:
    talk = Talk()
    unsure = Transcript("Да ну", "ru", 1.0, 3.0, (Segment(0.0, 3.0, "Да ну", (Word("Да", 0.9), Word(" ну", 0.1))),))
    assert [entity.look for entity in said(talk, unsure)[0].entities] == [Look.UNDERLINE]
    talk.books.settings[ANNA.user_id, DOUBT_MARKS.name] = False
    assert said(talk, unsure)[0].entities == ()


# --- the language ---------------------------------------------------------------------------------------------------
def remark(talk: Talk, language: str, subject: Subject = SUBJECT) -> str:
    return said(talk, replace(LONG, text="Тогда", language=language), subject)[0].text.removeprefix("Тогда").strip()


def test_a_language_that_nobody_expects_is_named() -> None:
    talk = Talk()
    assert [remark(talk, language) for language in ("ru", "en", "pl", "uk")] == ["", "", "🌐 Польский", "🌐 Украинский"]
    assert remark(talk, "pl", replace(SUBJECT, language="en")) == "🌐 Polish"
    assert remark(talk, "pl", replace(SUBJECT, language="pl-PL")) == ""


def test_what_was_chosen_is_expected_and_nothing_else() -> None:
    talk = Talk()
    talk.books.settings[ANNA.user_id, LANGUAGES.name] = "pl,uk"
    assert [remark(talk, language) for language in ("pl", "uk", "ru")] == ["", "", "🌐 Русский"]


def test_what_the_operator_allows_or_has_set_is_expected() -> None:
    allowed = Talk(Config.model_validate({"recognition": {"languages": ["ru", "kk"]}}))
    assert [remark(allowed, language) for language in ("kk", "en")] == ["", "🌐 Английский"]
    fixed = Talk(Config.model_validate({"recognition": {"language": "kk"}}))
    assert remark(fixed, "kk") == ""


@pytest.mark.parametrize("code", ["", "xx", "klingon"])
def test_a_language_that_has_no_name_is_not_named(code: str) -> None:
    assert remark(Talk(), code) == ""


# --- presses --------------------------------------------------------------------------------------------------------
async def pressed(talk: Talk, data: str, person: Person = ANNA, message: JobKey = MESSAGE) -> str:
    press = Press(
        query_id=1, key=message, person=person, is_private=message.chat_id > 0, data=data, pressed_at=datetime.now(UTC)
    )
    await talk.conversation.press(press)
    return talk.listener.acknowledged[-1][1]


async def test_a_press_gives_the_file_in_reply_to_the_answer() -> None:
    talk = Talk()
    keep(talk)
    assert await pressed(talk, "answer:srt:text") == ""
    ((key, purpose, reply),) = talk.listener.heard
    assert (key, purpose) == (MESSAGE, "press 1")
    assert reply.document is not None
    assert reply.document.name == "voice-2026-03-01-1200.srt"


async def test_what_is_not_kept_any_more_or_no_action_is_old() -> None:
    talk = Talk()
    assert await pressed(talk, "answer:srt:text") == "Эта кнопка больше не действует."
    keep(talk)
    assert await pressed(talk, "answer:destroy:text") == "Эта кнопка больше не действует."


async def test_in_a_group_only_the_sender_and_administrators_may() -> None:
    talk, message = Talk(), JobKey(GROUP, 50)
    keep(talk, JobKey(GROUP, 49), message)
    assert "кто прислал запись" in await pressed(talk, "answer:srt:text", BEN, message)
    assert talk.listener.heard == []
    talk.listener.administrators.add((GROUP, BEN.user_id))
    assert await pressed(talk, "answer:srt:text", BEN, message) == ""
    assert len(talk.listener.heard) == 1


async def test_the_answer_goes_only_when_that_is_confirmed() -> None:
    talk = Talk()
    keep(talk)
    assert "?" in await pressed(talk, "answer:hide:times")
    ((_, rows),) = talk.listener.buttons
    assert [button.data for row in rows for button in row] == ["answer:hide-yes:times", "answer:hide-no:times"]
    assert talk.listener.removed == []
    await pressed(talk, "answer:hide-yes:times")
    assert talk.listener.removed == [MESSAGE]


def test_two_actions_of_one_name_are_a_mistake() -> None:
    action: Action = next(iter(ACTIONS))
    with pytest.raises(ValueError, match="already"):
        Actions([action, action])
