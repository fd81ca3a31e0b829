"""Messages as bytes: JSON, checked against the types that they are written with when it is read.

Who decodes hostile media may have been taken over, so what it says must be data that can do nothing; a pickle could.
"""

from __future__ import annotations

import dataclasses
import json
import math
import os
import types
import typing
from enum import Enum
from functools import cache
from pathlib import Path
from typing import Any


class Garbage(Exception):
    """The other end sent something that is no message."""


def encode(message: object) -> bytes:
    """The message, a dataclass, as JSON without line breaks: `["Type", field, …]`."""
    return json.dumps([type(message).__name__, *_fields(message)], allow_nan=False).encode()


def decode(data: bytes, union: Any) -> Any:
    """The message that `data` holds: one of the dataclasses of `union`. Raises Garbage for anything else."""
    try:
        name, *fields = json.loads(data)
        return _build(_members(union)[name], fields)
    except Exception as error:  # there are more ways to be wrong than can be listed
        raise Garbage(type(error).__name__) from error


def _fields(value: Any) -> list[Any]:
    return [_plain(getattr(value, field.name)) for field in dataclasses.fields(value)]


def _plain(value: Any) -> Any:
    if dataclasses.is_dataclass(value):
        return _fields(value)
    if isinstance(value, Path):
        return os.fsencode(value).decode("latin-1")  # a path is bytes, not always text
    return [_plain(item) for item in value] if isinstance(value, tuple) else value


@cache
def _members(union: Any) -> dict[str, Any]:
    return {member.__name__: member for member in typing.get_args(union)}


@cache
def _types(kind: Any) -> tuple[Any, ...]:
    hints = typing.get_type_hints(kind)
    return tuple(hints[field.name] for field in dataclasses.fields(kind))


def _build(kind: Any, values: Any) -> Any:
    if not isinstance(values, list):
        raise TypeError(kind.__name__)
    return kind(*(_checked(hint, value) for hint, value in zip(_types(kind), values, strict=True)))


def _checked(hint: Any, value: Any) -> Any:
    """`value` as the type that a message's field has; raises TypeError or ValueError when it isn't one."""
    origin = typing.get_origin(hint)
    if origin is types.UnionType:
        (inner,) = (member for member in typing.get_args(hint) if member is not types.NoneType)
        return None if value is None else _checked(inner, value)
    if origin is tuple and isinstance(value, list):
        return tuple(_checked(typing.get_args(hint)[0], item) for item in value)
    if dataclasses.is_dataclass(hint):
        return _build(hint, value)
    if isinstance(hint, type) and issubclass(hint, Enum):
        return hint(value)
    return _scalar(hint, value)


def _scalar(hint: Any, value: Any) -> Any:
    if hint is float and type(value) in (int, float):
        if not math.isfinite(value):
            raise ValueError("not a finite number")
        return float(value)
    if hint is Path and type(value) is str:
        return Path(os.fsdecode(value.encode("latin-1")))
    if type(value) is not hint:
        raise TypeError(f"{hint} expected")
    if hint is str:
        value.encode()  # half a surrogate pair is no text: whoever writes it down would fail
    return value
