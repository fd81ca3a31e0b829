"""What of all that is written in groups and channels is the bot's business, as their administrators have chosen."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from tests.support.talk import Books
from voicepipe.accounts.preferences import Preferences
from voicepipe.config import Config
from voicepipe.config.live import LiveConfig
from voicepipe.conversation.commands import COMMANDS
from voicepipe.conversation.groups import (
    CHANNEL_POSTS,
    GROUP_MIN_SECONDS,
    GROUP_MODE,
    GROUP_STYLE,
    GROUP_VISIBILITY,
    Groups,
    Style,
    is_wordless,
)
from voicepipe.domain.asking import Asking, Manner, is_in_bots_chat
from voicepipe.domain.jobs import GUEST, JobKey, Recording, RecordingKind
from voicepipe.domain.messages import Deletion, Remark, ServiceMessage
from voicepipe.domain.people import Person

ANNA = Person(7, "anna", "ru")
GROUP, CHANNEL, BOT = -1_000_000_000_100, -1_000_000_000_200, 1001
NOW = datetime(2026, 3, 1, tzinfo=UTC)
VOICE = Recording(JobKey(GROUP, 5), ANNA, RecordingKind.VOICE, False, 8, 1000, NOW, None)
SONG = replace(VOICE, kind=RecordingKind.AUDIO)
PRIVATE = replace(SONG, key=JobKey(7, 5), is_private=True)
LINE = Remark(key=JobKey(GROUP, 6), person=ANNA, is_private=False, text="what?", has_media=False, sent_at=NOW)


class Place:
    """Groups, and what their administrators have chosen."""

    def __init__(self) -> None:
        live = LiveConfig(Config())
        self.books = Books()
        self.groups = Groups(
            Preferences(self.books, lambda: live.preferences),
            live,
            bot_id=BOT,
            username="Some_Bot",
            commands=COMMANDS,
        )

    def choose(self, name: str, value: bool | int | str, chat_id: int = GROUP) -> None:
        self.books.settings[chat_id, name] = value


@pytest.fixture
def place() -> Place:
    return Place()


def test_by_default_what_is_spoken_is_wanted_and_nothing_else(place: Place) -> None:
    assert place.groups.wants(VOICE)
    assert place.groups.wants(replace(VOICE, kind=RecordingKind.VIDEO_NOTE))
    assert place.groups.wants(PRIVATE)
    assert not place.groups.wants(SONG)
    assert not place.groups.wants(LINE)
    assert not place.groups.wants(replace(VOICE, is_post=True))


@pytest.mark.parametrize(
    ("text", "is_wanted"),
    [
        ("/help", True),
        ("/help@some_bot", True),
        ("/transcribe@SOME_BOT now", True),
        ("/help@other_bot", False),
        ("/unheard", False),
        ("help", False),
    ],
)
def test_a_command_is_wanted_by_itself_and_under_a_recording(place: Place, text: str, is_wanted: bool) -> None:
    assert place.groups.wants(replace(LINE, text=text)) is is_wanted
    assert place.groups.wants(replace(SONG, caption=text)) is is_wanted


@pytest.mark.parametrize("mode", ["command", "mention"])
def test_where_it_is_chosen_nothing_is_recognised_unasked(place: Place, mode: str) -> None:
    place.choose(GROUP_MODE.name, mode)
    assert not place.groups.wants(VOICE)
    assert place.groups.wants(replace(VOICE, caption="/transcribe"))
    assert place.groups.wants(replace(VOICE, key=JobKey(GROUP - 1, 5)))


@pytest.mark.parametrize(("mode", "is_heard"), [("automatic", True), ("mention", True), ("command", False)])
def test_the_bot_s_name_asks_only_in_a_reply(place: Place, mode: str, is_heard: bool) -> None:
    place.choose(GROUP_MODE.name, mode)
    named = replace(LINE, mentions=frozenset({"some_bot", "ben"}))
    assert not place.groups.asks(named)
    assert not place.groups.asks(replace(LINE, replies_to=5, mentions=frozenset({"ben"})))
    assert not place.groups.asks(replace(named, replies_to=5, is_private=True))
    assert place.groups.asks(replace(named, replies_to=5)) is is_heard
    assert place.groups.wants(replace(named, brings_recording=True)) is is_heard


@pytest.mark.parametrize(("seconds", "is_wanted"), [(9, False), (10, True), (None, True)])
def test_what_is_too_short_is_left(place: Place, seconds: int | None, is_wanted: bool) -> None:
    place.choose(GROUP_MIN_SECONDS.name, 10)
    assert place.groups.wants(replace(VOICE, declared_seconds=seconds)) is is_wanted


def test_posts_are_wanted_in_one_place(place: Place) -> None:
    post = replace(VOICE, key=JobKey(CHANNEL, 5), is_post=True)
    copy = replace(VOICE, forwarded_post=CHANNEL)
    assert (place.groups.wants(post), place.groups.wants(copy)) == (False, True)
    place.choose(CHANNEL_POSTS.name, True, CHANNEL)
    assert (place.groups.wants(post), place.groups.wants(copy)) == (True, False)


def test_where_texts_are_for_who_asks_nothing_is_recognised_unasked(place: Place) -> None:
    place.choose(GROUP_VISIBILITY.name, "asker")
    assert not place.groups.wants(VOICE)
    [remark] = place.groups.parts_of(replace(VOICE, caption="/transcribe"))
    assert isinstance(remark, Remark)
    assert (remark.text, remark.is_caption, remark.key) == ("/transcribe", True, VOICE.key)


def test_a_command_under_a_recording_is_acted_upon_beside_it(place: Place) -> None:
    for caption in ("", "so it was", "/unheard"):
        recording = replace(VOICE, caption=caption)
        assert place.groups.parts_of(recording) == (recording,)
    asking = replace(VOICE, caption="/transcribe")
    assert place.groups.parts_of(asking) == (asking,)
    spoken, remark = place.groups.parts_of(replace(VOICE, caption="/quota"))
    assert isinstance(spoken, Recording)
    assert isinstance(remark, Remark)
    assert remark.text == "/quota"


def test_newcomers_are_news_only_if_the_bot_is_one(place: Place) -> None:
    told = ServiceMessage(
        key=JobKey(GROUP, 9), person=ANNA, is_private=False, kind="ChatAddUser", sent_at=NOW, newcomers=frozenset({8})
    )
    assert not place.groups.wants(told)
    assert place.groups.wants(replace(told, newcomers=frozenset({8, BOT})))
    assert place.groups.wants(replace(told, kind="PaymentSentMe", newcomers=frozenset()))


def test_the_style_is_the_group_s(place: Place) -> None:
    assert place.groups.style(VOICE.key) is Style.CALM
    assert place.groups.style(PRIVATE.key) is None
    place.choose(GROUP_STYLE.name, "status")
    assert place.groups.style(VOICE.key) is Style.STATUS


@pytest.mark.parametrize("manner", list(Manner))
def test_who_asks_is_told_in_words_and_whispers_have_no_style(place: Place, manner: Manner) -> None:
    key = JobKey(GROUP, 5, Asking(manner=manner, user_id=7, message_id=9).door)
    style = place.groups.style(key)
    assert style is (Style.CALM if manner is Manner.ALOUD else None)
    assert not is_wordless(style, key)
    assert is_wordless(Style.CALM, VOICE.key)
    assert not is_wordless(Style.STATUS, VOICE.key)


@pytest.mark.parametrize("manner", list(Manner))
def test_a_door_says_who_asked(manner: Manner) -> None:
    asking = Asking(manner=manner, user_id=-1_000_000_000_100, message_id=9)
    key = JobKey(GROUP, 5, asking.door)
    assert Asking.of(key) == asking
    assert is_in_bots_chat(key)
    assert Deletion(chat_id=GROUP, message_ids=frozenset({5})).concerns(key)
    assert not Deletion(chat_id=GROUP, message_ids=frozenset({9})).concerns(key)


@pytest.mark.parametrize("door", ["", GUEST, "business:asked:1:2", "askedfor:1:2"])
def test_other_doors_say_nothing_of_the_kind(door: str) -> None:
    assert Asking.of(JobKey(GROUP, 5, door)) is None
