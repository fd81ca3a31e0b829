"""Which documents are recordings, and what their metadata claims.

Of a file that was not sent as voice, music or video there are its MIME type and its name only, and many clients call
all that they do not know a stream of octets. Both are judged by the tables here, never by the machine's: those differ,
or are missing. What neither table knows may be a recording; only opening it tells.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

from pyrogram import raw

from voicepipe.domain.jobs import RecordingKind


def _words(*lines: str) -> frozenset[str]:
    return frozenset(word for line in lines for word in line.split())


MEDIA_ENDINGS = _words(
    # sound
    "3ga 669 aa aa3 aac aax ac3 ac4 act adp ads adts adx aea aif aifc aiff alac amr ape aptx at3 au avr awb caf cda",
    "dff dsd dsf dss dts dtshd dvf eac3 ec3 flac fsb g722 g723 g726 g729 gsm ilbc ircam l16 la lc3 loas m4a m4b m4p",
    "m4r mka mlp mogg mp1 mp2 mp3 mpa mpc mpga msv nist oga ogg oma omg opus osq pcm pvf qcp qta ra rf64",
    "shn sln snd sph spx",
    "tak thd tta u8 voc vox vqf w64 wav wave weba wma wsd wv xa xwma",
    # moving pictures
    "264 265 3g2 3gp 3gp2 3gpp amv asf avc avi bik divx drc dv dvr-ms evo f4a f4b f4p f4v flv gxf h264 h265 hevc ismv",
    "ivf k3g m1v m2p m2t m2ts m2v m4v mj2 mjpeg mk3d mkv mod moov mov mp4 mp4v mpe mpeg mpg mpg4 mpv mts mxf mxg nsv",
    "nut ogm ogv ogx qt rm rmvb tod trp ts vob vro webm wm wmv wtv xesc xvid y4m",
)
"""Of files with sound, or with moving pictures."""
MEDIA_TYPES = _words(
    "application/3gpp application/3gpp2 application/annodex application/asf application/flac application/mp4",
    "application/mpeg application/mxf application/ogg application/vnd.apple.mpegts application/vnd.ms-asf",
    "application/vnd.rn-realmedia application/vnd.rn-realmedia-vbr application/x-3gpp application/x-matroska",
    "application/x-mpeg application/x-ogg",
)
"""Besides `audio/` and `video/`."""
OTHER_ENDINGS = _words(
    # pictures and fonts
    "ai apng arw avif blend bmp cdr cr2 cr3 cur dae dcm dds dng dwg dxf emf eps exr fbx fig gif glb gltf hdr heic",
    "heics heif icns ico indd jfif jp2 jpe jpeg jpg jxl kra nef obj odg orf otf pbm pcx pfb pgm png pnm ppm psb psd",
    "raf rw2 sketch skp stl svg svgz tga tgs tif tiff ttc ttf webp wmf woff woff2 xcf xd",
    # texts, books, tables and slides
    "ass azw azw3 bib cbr cbz chm csv djv djvu doc docm docx dot dotx eml epub fb2 ics key log lrc markdown md mdb",
    "mobi msg numbers odf odp ods odt one ost pages pdf pot potx pps ppsx ppt pptm pptx pst pub rst rtf srt ssa sub",
    "tex tsv txt vcf vcs vsd vsdx vtt webvtt wpd wps xls xlsb xlsm xlsx xlt xps",
    # programs, their sources and their data
    "apk apks app asm bat c cab cc cer cfg class cmd conf cpp crt cs css cue dart db db3 deb dex diff dll dmp dylib",
    "elf env exe gitignore go gpx gradle groovy h hpp htm html ini ipa ipynb jar java jl js json json5 jsonl jsp jsx",
    "kml kmz kt less lnk lock lua m3u m3u8 mht mhtml mjs msi msix nfo npy npz onnx p12 parquet patch pcap pem pfx php",
    "pkl pl plist pls po proto ps1 py pyc pyd pyw rb reg rpm rs sass scala scss sh so sql sqlite sqlite3 svelte swift",
    "sys toml torrent tsx url vb vbs vmdk vue wasm xaml xapk xhtml xml xpi xsd xsl xslt xspf yaml yml",
    # archives and images of disks
    "7z ace arj bz bz2 cpio dmg gz img iso lha lz lz4 lzh lzma lzo rar squashfs tar tbz tbz2 tgz txz vhd vhdx war xar",
    "xz z zip zipx zst zstd",
)
"""Of files that are certainly no recordings."""
OTHER_TYPES = _words(
    "application/epub+zip application/gzip application/java-archive application/javascript application/json",
    "application/msword application/pdf application/pgp-encrypted application/pgp-keys application/pgp-signature",
    "application/pkcs12 application/postscript application/rtf application/sql application/toml",
    "application/vnd.android.package-archive application/vnd.mozilla.xul application/vnd.rar",
    "application/vnd.sqlite3 application/wasm application/x-7z-compressed application/x-abiword",
    "application/x-apple-diskimage application/x-bittorrent application/x-bzip application/x-bzip2 application/x-csh",
    "application/x-debian-package application/x-dosexec application/x-elf application/x-executable application/x-gtar",
    "application/x-gzip application/x-iso9660-image application/x-java-archive application/x-javascript",
    "application/x-lzip application/x-lzma application/x-msdos-program application/x-msdownload application/x-msi",
    "application/x-mspublisher application/x-php application/x-photoshop application/x-python-code application/x-rar",
    "application/x-rar-compressed application/x-sh application/x-sharedlib application/x-sqlite3 application/x-subrip",
    "application/x-tar application/x-tex application/x-tgsticker application/x-tgwallpattern application/x-xz",
    "application/x-yaml application/x-zip application/x-zip-compressed application/x-zstd application/xhtml+xml",
    "application/xml application/yaml application/zip application/zstd",
)
OTHER_TYPES_BEGIN = (
    *("image/", "text/", "font/", "model/", "message/", "multipart/", "chemical/"),
    *("application/vnd.ms-", "application/vnd.openxmlformats-", "application/vnd.oasis.opendocument."),
    *("application/vnd.apple.", "application/vnd.google-", "application/vnd.visio", "application/x-font-"),
)
OTHER_TYPES_END = ("+xml", "+json", "+zip", "+gzip", "+yaml")
NO_RECORDINGS = (
    raw.types.DocumentAttributeSticker,
    raw.types.DocumentAttributeCustomEmoji,
    raw.types.DocumentAttributeAnimated,
)
MOST_SECONDS = 2**31
"""Above this no duration is believed."""


def read_document(message: object) -> raw.types.Document | None:
    """The document that a raw message carries, if it does."""
    return document_in(getattr(message, "media", None))


def document_in(media: object) -> raw.types.Document | None:
    """The document that raw media are, if they are one."""
    document = media.document if isinstance(media, raw.types.MessageMediaDocument) else None
    return document if isinstance(document, raw.types.Document) else None


def has_expired(message: object) -> bool:
    """Whether a raw message had a document that could be opened once, or for a while, and is there no more."""
    return isinstance(getattr(message, "media", None), raw.types.MessageMediaDocument) and not read_document(message)


def recording_kind(document: raw.types.Document, *, is_private: bool) -> RecordingKind | None:
    """What sort of recording the document is; None for stickers, animations and files of neither sound nor video.

    A file that may or may not be one counts as a recording in a private chat, where it was hardly sent for nothing.
    """
    attributes: Mapping[type, Any] = {type(attribute): attribute for attribute in document.attributes}
    if any(kind in attributes for kind in NO_RECORDINGS):
        return None
    if audio := attributes.get(raw.types.DocumentAttributeAudio):
        return RecordingKind.VOICE if audio.voice else RecordingKind.AUDIO
    if video := attributes.get(raw.types.DocumentAttributeVideo):
        return RecordingKind.VIDEO_NOTE if video.round_message else RecordingKind.VIDEO
    name = attributes.get(raw.types.DocumentAttributeFilename)
    is_media = may_be_media(document.mime_type, name.file_name if name else "")
    is_picture = raw.types.DocumentAttributeImageSize in attributes
    is_tried = is_media or (is_media is None and is_private and not is_picture)
    return RecordingKind.DOCUMENT if is_tried else None


def may_be_media(mime_type: str, file_name: str) -> bool | None:
    """Whether a file has sound or moving pictures, by its MIME type or its name; None where neither tells."""
    kind = mime_type.partition(";")[0].strip().lower()
    ending = _ending(file_name)
    if kind.startswith(("audio/", "video/")) or kind in MEDIA_TYPES or ending in MEDIA_ENDINGS:
        return True
    is_other = kind in OTHER_TYPES or kind.startswith(OTHER_TYPES_BEGIN) or kind.endswith(OTHER_TYPES_END)
    return False if is_other or ending in OTHER_ENDINGS else None


def _ending(file_name: str) -> str:
    """What follows the last dot, in small letters; dots and spaces behind it count for nothing."""
    _, dot, ending = file_name.rstrip(". ").rpartition(".")
    return ending.lower() if dot else ""


def declared_seconds(document: raw.types.Document) -> int | None:
    """The duration that the metadata claims, in seconds; None where it claims nothing, or what can't be."""
    durations = (getattr(attribute, "duration", None) or 0 for attribute in document.attributes)
    return next((max(1, round(duration)) for duration in durations if _can_be(duration)), None)


def _can_be(seconds: float) -> bool:
    # Of a video it is whatever number its sender's program has written.
    return math.isfinite(seconds) and 0 < seconds < MOST_SECONDS
