"""Messages and updates as Telegram gives them."""

from __future__ import annotations

import math
from datetime import UTC, datetime

import pytest
from pyrogram import raw

from voicepipe.domain.jobs import JobKey, Recording, RecordingKind
from voicepipe.domain.messages import Deletion, Remark
from voicepipe.domain.people import Person
from voicepipe.telegram.intake.reading import read_message, read_update

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


@pytest.mark.parametrize(
    ("media", "has_expired"),
    [
        (raw.types.MessageMediaDocument(voice=True, ttl_seconds=2**31 - 1), True),
        (raw.types.MessageMediaDocument(round=True, ttl_seconds=60), True),
        (raw.types.MessageMediaDocument(document=raw.types.DocumentEmpty(id=1), video=True), True),
        (raw.types.MessageMediaPhoto(ttl_seconds=2**31 - 1), False),
        (raw.types.MessageMediaContact(phone_number="", first_name="", last_name="", vcard="", user_id=0), False),
        (None, False),
    ],
)
def test_what_could_be_opened_once_and_is_gone_has_expired(media: object, has_expired: bool) -> None:
    remark = read_message(message(media=media), USERS)
    assert isinstance(remark, Remark)
    assert (remark.has_expired, remark.has_media) == (has_expired, media is not None)


def test_a_link_with_its_preview_is_a_text() -> None:
    page = raw.types.MessageMediaWebPage(webpage=raw.types.WebPageEmpty(id=1))
    remark = read_message(message(media=page, message="https://example.org"), USERS)
    assert isinstance(remark, Remark)
    assert not remark.has_media


@pytest.mark.parametrize(("file_name", "is_recording"), [("talk.MP3", True), ("clip.mp4", True), ("notes.pdf", False)])
def test_a_file_of_unknown_type_is_taken_by_its_name(file_name: str, is_recording: bool) -> None:
    named = message(raw.types.DocumentAttributeFilename(file_name=file_name), mime_type="application/octet-stream")
    assert isinstance(read_message(named, USERS), Recording) is is_recording


@pytest.mark.parametrize("other", [message(VOICE, out=True), raw.types.MessageEmpty(id=3)])
def test_nobody_expects_an_answer_to_own_messages(other: object) -> None:
    assert read_message(other, USERS) is None


def test_the_sender_of_a_group_s_message_is_who_wrote_it() -> None:
    group = message(VOICE, peer_id=raw.types.PeerChannel(channel_id=55), from_id=raw.types.PeerUser(user_id=7))
    recording = read_message(group, USERS)
    assert isinstance(recording, Recording)
    assert (recording.key.chat_id, recording.person.user_id, recording.is_private) == (-1000000000055, 7, False)


# --- topics and deletions -------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("header", "topic_id"),
    [
        (raw.types.MessageReplyHeader(reply_to_msg_id=17, forum_topic=True), 17),
        (raw.types.MessageReplyHeader(reply_to_msg_id=40, reply_to_top_id=17, forum_topic=True), 17),
        # A thread of comments is no topic, nor is a reply in General.
        (raw.types.MessageReplyHeader(reply_to_msg_id=40, reply_to_top_id=17), None),
        (raw.types.MessageReplyHeader(reply_to_msg_id=40), None),
        (raw.types.MessageReplyStoryHeader(peer=raw.types.PeerUser(user_id=7), story_id=1), None),
        (None, None),
    ],
)
def test_the_topic_is_known(header: object, topic_id: int | None) -> None:
    group = raw.types.PeerChannel(channel_id=777)
    recording = read_message(message(VOICE, peer_id=group, reply_to=header), USERS)
    remark = read_message(message(VOICE, peer_id=group, reply_to=header, media=None, message="/help"), USERS)
    assert isinstance(recording, Recording)
    assert isinstance(remark, Remark)
    assert (recording.topic_id, remark.topic_id) == (topic_id, topic_id)


def test_a_deletion_says_where_it_was_if_that_has_a_numbering_of_its_own() -> None:
    common = read_update(raw.types.UpdateDeleteMessages(messages=[5, 6], pts=1, pts_count=2), {})
    channel = read_update(raw.types.UpdateDeleteChannelMessages(channel_id=777, messages=[5], pts=1, pts_count=1), {})
    keys = [JobKey(7, 5), JobKey(-7, 6), JobKey(-1_000_000_000_777, 5), JobKey(-1_000_000_000_778, 5), JobKey(7, 7)]
    assert isinstance(common, Deletion)
    assert isinstance(channel, Deletion)
    assert [common.concerns(key) for key in keys] == [True, True, False, False, False]
    assert [channel.concerns(key) for key in keys] == [False, False, True, False, False]
