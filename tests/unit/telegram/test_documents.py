"""Which documents are recordings, by their MIME type and name alone, the same on every machine."""

from __future__ import annotations

import mimetypes

import pytest
from pyrogram import raw

from voicepipe.domain.jobs import RecordingKind
from voicepipe.telegram.intake.documents import MEDIA_ENDINGS, OTHER_ENDINGS, recording_kind

OCTETS = "application/octet-stream"
RECORDED = (
    *(
        "memo.caf",
        "book.m4b",
        "talk.mka",
        "tv.ts",
        "camera.mts",
        "camera.m2ts",
        "disc.vob",
        "old.3ga",
        "a.wave",
        "a.weba",
    ),
    *(
        "iphone.qta",
        "voice.ogg",
        "voice.oga",
        "voice.opus",
        "talk.m4a",
        "phone.amr",
        "phone.awb",
        "song.flac",
        "film.mkv",
    ),
    *("a.mp3", "a.wav", "a.aac", "a.wma", "a.aiff", "a.spx", "a.mp4", "a.mov", "a.webm", "a.3gp", "a.avi", "a.m4v"),
    *(
        "a.mpg",
        "a.flv",
        "a.wmv",
        "a.mxf",
        "a.dss",
        "a.ac3",
        "a.dts",
        "a.w64",
        "a.wv",
        "a.tta",
        "a.g722",
        "a.ape",
        "a.au",
    ),
    *("TALK.MP3", "talk.mp3. ", "a.b.Mp4", "запись (1).ogg", ".m4a"),
)
OTHER = (
    *("contract.pdf", "photos.zip", "backup.tar.gz", "scan.jpg", "scan.HEIC", "letter.docx", "table.xlsx", "notes.txt"),
    *(
        "book.epub",
        "app.apk",
        "setup.exe",
        "disk.iso",
        "data.json",
        "page.html",
        "sub.srt",
        "list.m3u8",
        "song.mp3.zip",
    ),
)
UNKNOWN = ("voice", "rec_0001.dat", "memo.bin", "talk.part", "mp3", "x.unheard-of", "", ".")


def document(name: str, mime_type: str = OCTETS, *more: object) -> raw.types.Document:
    attributes = [raw.types.DocumentAttributeFilename(file_name=name), *more]
    return raw.types.Document(
        id=1, access_hash=2, file_reference=b"", date=0, mime_type=mime_type, size=9, dc_id=2, attributes=attributes
    )


def is_taken(found: raw.types.Document, *, is_private: bool = True) -> bool:
    kind = recording_kind(found, is_private=is_private)
    assert kind in (None, RecordingKind.DOCUMENT)
    return kind is not None


@pytest.fixture(autouse=True)
def no_table_of_the_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    """Machines differ, and a bare one knows little."""
    monkeypatch.setattr(mimetypes, "guess_type", lambda *_, **__: (None, None))


@pytest.mark.parametrize("is_private", [True, False])
@pytest.mark.parametrize("name", RECORDED)
def test_a_stream_of_octets_is_a_recording_by_its_name(name: str, is_private: bool) -> None:
    assert is_taken(document(name), is_private=is_private)
    assert is_taken(document(name, ""), is_private=is_private)


@pytest.mark.parametrize("is_private", [True, False])
@pytest.mark.parametrize("name", OTHER)
def test_what_certainly_is_none_is_not_tried(name: str, is_private: bool) -> None:
    assert not is_taken(document(name), is_private=is_private)


@pytest.mark.parametrize("name", UNKNOWN)
def test_what_may_be_one_is_tried_in_private(name: str) -> None:
    assert is_taken(document(name), is_private=True)
    assert not is_taken(document(name), is_private=False)


@pytest.mark.parametrize(
    ("mime_type", "is_one"),
    [
        *[
            (each, True)
            for each in ("audio/ogg", "AUDIO/MPEG", "audio/unheard-of", "video/mp4", "audio/mp4; codecs=opus")
        ],
        *[(each, True) for each in ("application/ogg", "application/mp4", "application/x-matroska", "application/mxf")],
        *[(each, False) for each in ("application/pdf", "image/png", "text/plain", "application/zip", "font/woff2")],
        *[(each, False) for each in ("application/atom+xml", "application/vnd.ms-excel", "application/x-rar")],
    ],
)
def test_a_known_type_decides_where_the_name_does_not(mime_type: str, is_one: bool) -> None:
    for name in UNKNOWN:
        assert is_taken(document(name, mime_type)) is is_one


def test_a_name_of_a_recording_weighs_more_than_another_type() -> None:
    assert is_taken(document("voice.ogg", "text/plain"))
    assert is_taken(document("notes.txt", "audio/ogg"))


@pytest.mark.parametrize(
    "attribute",
    [
        raw.types.DocumentAttributeSticker(alt="", stickerset=raw.types.InputStickerSetEmpty()),
        raw.types.DocumentAttributeCustomEmoji(alt="", stickerset=raw.types.InputStickerSetEmpty()),
        raw.types.DocumentAttributeAnimated(),
        raw.types.DocumentAttributeImageSize(w=3, h=4),
    ],
)
def test_pictures_are_not_tried(attribute: object) -> None:
    assert not is_taken(document("x", OCTETS, attribute))


def test_no_ending_is_in_both_tables() -> None:
    assert not MEDIA_ENDINGS & OTHER_ENDINGS
    assert all(each == each.lower().strip(".") for each in MEDIA_ENDINGS | OTHER_ENDINGS)
