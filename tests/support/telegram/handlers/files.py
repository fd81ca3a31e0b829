"""Downloading from the data centre that holds a file, and uploading in parts."""

from __future__ import annotations

from hashlib import md5
from typing import Any

from pyrogram.raw import base, functions, types
from pyrogram.raw.core import TLObject

from .. import wire
from ..faults import RpcError, migrate
from ..world import Document
from .registry import Backend, Request, rpc

ALIGNMENT = 4096
LARGEST_READ = 1024 * 1024
LARGEST_PART = 512 * 1024


@rpc(functions.upload.GetFile)
def get_file(request: Request, query: functions.upload.GetFile) -> TLObject[Any]:
    document = _located(request.backend, query.location)
    if document.dc != request.dc:
        raise migrate("FILE", document.dc)
    _check_range(query.offset, query.limit)
    end = query.offset + query.limit
    if request.backend.faults.takes_short_read():
        end = query.offset + min(query.limit, len(document.data) - query.offset) // 2
    return types.upload.File(
        type=types.storage.FileUnknown(), mtime=document.date, bytes=document.data[query.offset : end]
    )


def _located(backend: Backend, location: base.InputFileLocation) -> Document:
    if not isinstance(location, types.InputDocumentFileLocation | types.InputPhotoFileLocation):
        raise RpcError(400, "LOCATION_INVALID")
    document = backend.world.documents.get(location.id)
    if document is None or document.access_hash != location.access_hash:
        raise RpcError(400, "LOCATION_INVALID")
    if document.reference_expired or document.reference != location.file_reference:
        raise RpcError(400, "FILE_REFERENCE_EXPIRED")
    return document


def _check_range(offset: int, limit: int) -> None:
    if offset < 0 or offset % ALIGNMENT:
        raise RpcError(400, "OFFSET_INVALID")
    if not 0 < limit <= LARGEST_READ or limit % ALIGNMENT:
        raise RpcError(400, "LIMIT_INVALID")


@rpc(functions.upload.SaveFilePart)
def save_file_part(request: Request, query: functions.upload.SaveFilePart) -> TLObject[Any]:
    return _save_part(request, query.file_id, query.file_part, query.bytes)


@rpc(functions.upload.SaveBigFilePart)
def save_big_file_part(request: Request, query: functions.upload.SaveBigFilePart) -> TLObject[Any]:
    return _save_part(request, query.file_id, query.file_part, query.bytes)


def _save_part(request: Request, file_id: int, part: int, data: bytes) -> TLObject[Any]:
    if len(data) > LARGEST_PART:
        raise RpcError(400, "FILE_PART_TOO_BIG")
    request.backend.uploads.setdefault(file_id, {})[part] = data
    return wire.true()


def uploaded_bytes(backend: Backend, file: base.InputFile) -> bytes:
    """The whole of an uploaded file, once all its parts are there and unharmed."""
    if not isinstance(file, types.InputFile | types.InputFileBig):
        raise RpcError(400, "MEDIA_INVALID")
    parts = backend.uploads.get(file.id, {})
    for number in range(file.parts):
        if number not in parts:
            raise RpcError(400, f"FILE_PART_{number}_MISSING")
    data = b"".join(parts[number] for number in range(file.parts))
    if isinstance(file, types.InputFile) and file.md5_checksum not in ("", md5(data).hexdigest()):
        raise RpcError(400, "MD5_CHECKSUM_INVALID")
    return data
