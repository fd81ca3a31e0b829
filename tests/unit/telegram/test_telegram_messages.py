"""Texts as Telegram takes them, and messages as Telegram gives them."""

from __future__ import annotations

import math
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyrogram import raw

from voicepipe.domain.jobs import JobKey, Recording, RecordingKind
from voicepipe.domain.people import Person
from voicepipe.telegram.chat.messenger import beginning, random_id, split_text
from voicepipe.telegram.commands import command_of, is_addressed_to, is_confirmed_forgetting
from voicepipe.telegram.intake.inbox import Position
from voicepipe.telegram.intake.reading import Remark, read_message


def units(text: str) -> int:
    return len(text.encode("utf-16-le")) // 2


# --- splitting ----------------------------------------------------------------------------------------------------
def test_a_text_that_fits_stays_whole() -> None:
    assert split_text("слово " * 600) == [("слово " * 600).strip()]


def test_a_long_text_is_cut_at_the_end_of_a_sentence() -> None:
    assert split_text("Первое предложение. Второе предложение тут", 25) == [
        "Первое предложение.",
        "Второе предложение тут",
    ]


def test_a_word_too_long_for_a_message_is_cut_inside() -> None:
    assert split_text("a" * 25, 10) == ["a" * 10, "a" * 10, "a" * 5]


@given(st.text(st.characters(codec="utf-8"), max_size=300), st.integers(10, 50))
def test_parts_fit_and_nothing_but_space_is_lost(text: str, limit: int) -> None:
    parts = split_text(text, limit)
    assert all(units(part) <= limit for part in parts)
    assert "".join("".join(parts).split()) == "".join(text.split())


@given(st.text("🎤🎧 ", min_size=1, max_size=200))
def test_characters_of_two_units_are_never_torn(text: str) -> None:
    assert all(units(part) <= 11 for part in split_text(text, 11))


# --- progress -----------------------------------------------------------------------------------------------------
def test_a_text_so_far_that_fits_is_shown_whole() -> None:
    text = "⏳ 40 %\n\n" + "слово " * 500 + "конец"
    assert beginning(text) == text


def test_of_a_long_one_the_beginning_is_shown_up_to_a_word_s_end() -> None:
    shown = beginning("⏳ 40 %\n\n" + "слово " * 5000)
    assert shown.endswith("слово …")
    assert 4000 < units(shown) <= 4096


@given(st.text("🎤 а", max_size=9000))
def test_whatever_is_shown_fits_one_message(text: str) -> None:
    assert units(beginning(text)) <= 4096


# --- commands -----------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("text", ["/forget yes", "/Forget  ДА", "/forget@some_bot Yes!", "/forget да."])
def test_forgetting_is_confirmed_in_either_language(text: str) -> None:
    assert is_confirmed_forgetting(text)


@pytest.mark.parametrize(
    "text", ["/forget", "forget yes", "/forget no", "/forget yes no", "/forgetyes", "/start yes", ""]
)
def test_whatever_else_is_no_confirmation(text: str) -> None:
    assert not is_confirmed_forgetting(text)


# --- ids ----------------------------------------------------------------------------------------------------------
def test_a_random_id_is_the_same_at_every_try_and_different_for_every_message() -> None:
    keys = [JobKey(chat, message) for chat in (7, -7, 8) for message in range(50)]
    ids = [random_id(key, purpose) for key in keys for purpose in ("status", "answer", "answer 1", "refusal")]
    assert len(set(ids)) == len(ids)
    assert random_id(JobKey(7, 1), "status") == random_id(JobKey(7, 1), "status")
    assert all(-(2**63) <= each < 2**63 for each in ids)


# --- positions ----------------------------------------------------------------------------------------------------
@given(st.permutations(range(1, 12)), st.lists(st.integers(1, 11)))
def test_a_position_is_complete_when_all_changes_came_in_whatever_order(order: list[int], again: list[int]) -> None:
    position = Position(0)
    for number, pts in enumerate([*order, *again]):
        position.note(pts, 1)
        came = set(order[: number + 1])
        complete = next(pts for pts in range(12) if pts + 1 not in came)
        assert (position.pts, position.has_gap) == (complete, bool(came) and max(came) > complete)


def test_a_difference_closes_a_gap() -> None:
    position = Position(10)
    position.note(15, 1)
    assert position.has_gap
    position.reach(14)
    assert (position.pts, position.has_gap) == (15, False)


# --- commands -----------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("text", "command"),
    [("/start", "start"), ("/Quota now", "quota"), ("/help@some_bot x", "help"), ("hello /start", None), ("", None)],
)
def test_commands_are_recognised(text: str, command: str | None) -> None:
    assert command_of(text) == command


@pytest.mark.parametrize(("text", "is_ours"), [("/help", True), ("/help@Our_Bot", True), ("/help@other_bot", False)])
def test_a_command_in_a_group_may_name_another_bot(text: str, is_ours: bool) -> None:
    assert is_addressed_to(text, "our_bot") is is_ours


# --- reading ------------------------------------------------------------------------------------------------------
USERS = {7: raw.types.User(id=7, username="ann", lang_code="ru")}
VOICE = raw.types.DocumentAttributeAudio(duration=5, voice=True)
SONG = raw.types.DocumentAttributeAudio(duration=200, title="Song")
ROUND = raw.types.DocumentAttributeVideo(duration=4.6, w=240, h=240, round_message=True)
FILM = raw.types.DocumentAttributeVideo(duration=90, w=640, h=360)


def message(*attributes: object, mime_type: str = "audio/ogg", **fields: object) -> raw.types.Message:
    document = raw.types.Document(
        id=1, access_hash=2, file_reference=b"", date=0, mime_type=mime_type, size=999, dc_id=2, attributes=attributes
    )
    defaults = {
        "id": 5,
        "peer_id": raw.types.PeerUser(user_id=7),
        "date": 1_700_000_000,
        "message": "",
        "media": raw.types.MessageMediaDocument(document=document),
    }
    return raw.types.Message(**defaults | fields)


@pytest.mark.parametrize(
    ("attributes", "mime_type", "kind", "seconds"),
    [
        ([VOICE], "audio/ogg", RecordingKind.VOICE, 5),
        ([ROUND], "video/mp4", RecordingKind.VIDEO_NOTE, 5),
        ([SONG], "audio/mpeg", RecordingKind.AUDIO, 200),
        ([FILM], "video/mp4", RecordingKind.VIDEO, 90),
        ([], "audio/wav", RecordingKind.DOCUMENT, None),
        ([], "video/x-matroska", RecordingKind.DOCUMENT, None),
        ([raw.types.DocumentAttributeAudio(duration=0, voice=True)], "audio/ogg", RecordingKind.VOICE, None),
    ],
)
def test_recordings_are_recognised(
    attributes: list[object], mime_type: str, kind: RecordingKind, seconds: int | None
) -> None:
    recording = read_message(message(*attributes, mime_type=mime_type), USERS)
    assert isinstance(recording, Recording)
    assert (recording.kind, recording.declared_seconds, recording.file_bytes) == (kind, seconds, 999)
    assert (recording.key, recording.person) == (JobKey(7, 5), Person(7, "ann", "ru"))
    assert recording.sent_at == datetime(2023, 11, 14, 22, 13, 20, tzinfo=UTC)


@pytest.mark.parametrize(
    ("claimed", "seconds"),
    [
        (0.3, 1),
        (2.0**31 - 1, 2**31 - 1),
        (2.0**31, None),
        (1e300, None),
        (-5.0, None),
        (math.nan, None),
        (math.inf, None),
        (-math.inf, None),
    ],
)
def test_a_duration_that_cannot_be_is_none(claimed: float, seconds: int | None) -> None:
    film = raw.types.DocumentAttributeVideo(duration=claimed, w=640, h=360)
    recording = read_message(message(film, mime_type="video/mp4"), USERS)
    assert isinstance(recording, Recording)
    assert recording.declared_seconds == seconds


@pytest.mark.parametrize(
    "other",
    [
        message(mime_type="application/pdf"),
        message(FILM, raw.types.DocumentAttributeAnimated(), mime_type="video/mp4"),
        message(media=raw.types.MessageMediaPhoto()),
        message(media=None, message="hello"),
    ],
)
def test_other_messages_are_remarks(other: raw.types.Message) -> None:
    assert isinstance(read_message(other, USERS), Remark)


def test_a_link_with_its_preview_is_a_text() -> None:
    page = raw.types.MessageMediaWebPage(webpage=raw.types.WebPageEmpty(id=1))
    remark = read_message(message(media=page, message="https://example.org"), USERS)
    assert isinstance(remark, Remark)
    assert not remark.has_media


@pytest.mark.parametrize(("file_name", "is_recording"), [("talk.MP3", True), ("clip.mp4", True), ("notes.pdf", False)])
def test_a_file_of_unknown_type_is_taken_by_its_name(file_name: str, is_recording: bool) -> None:
    named = message(raw.types.DocumentAttributeFilename(file_name=file_name), mime_type="application/octet-stream")
    assert isinstance(read_message(named, USERS), Recording) is is_recording


@pytest.mark.parametrize("other", [message(VOICE, out=True), message(VOICE, post=True), raw.types.MessageEmpty(id=3)])
def test_nobody_expects_an_answer_to_own_and_channel_messages(other: object) -> None:
    assert read_message(other, USERS) is None


def test_the_sender_of_a_group_s_message_is_who_wrote_it() -> None:
    group = message(VOICE, peer_id=raw.types.PeerChannel(channel_id=55), from_id=raw.types.PeerUser(user_id=7))
    recording = read_message(group, USERS)
    assert isinstance(recording, Recording)
    assert (recording.key.chat_id, recording.person.user_id, recording.is_private) == (-1000000000055, 7, False)
