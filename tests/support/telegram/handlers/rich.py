"""Rich messages: what a bot may put into one, and its text as a person reads it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from pyrogram.raw import base, types

from ..faults import RpcError
from .registry import Request

CHARACTERS_LIMIT, BLOCKS_LIMIT, DEPTH_LIMIT = 32_768, 500, 16
_STYLES = (types.TextBold, types.TextItalic, types.TextUnderline, types.TextStrike, types.TextFixed)


def read_rich(request: Request, sent: base.InputRichMessage | None) -> types.RichMessage | None:
    """What becomes of it; raises RpcError for what Telegram refuses."""
    if sent is None:
        return None
    if not request.backend.faults.takes_rich:
        raise RpcError(400, "RICH_MESSAGE_UNSUPPORTED")
    if not isinstance(sent, types.InputRichMessage):
        raise RpcError(400, "RICH_MESSAGE_INVALID")
    text = plain_text(sent.blocks)
    if not text.strip():
        raise RpcError(400, "MESSAGE_EMPTY")
    if len(text) > CHARACTERS_LIMIT or len(sent.blocks) > BLOCKS_LIMIT:
        raise RpcError(400, "MESSAGE_TOO_LONG")
    return types.RichMessage(blocks=sent.blocks, photos=[], documents=[], rtl=sent.rtl)


def plain_text(blocks: Sequence[base.PageBlock]) -> str:
    return "\n".join(_block(block) for block in blocks)


def _block(block: base.PageBlock) -> str:
    if isinstance(block, (types.PageBlockParagraph, types.PageBlockBlockquote)):
        return "".join(_text(block.text, 1))
    raise RpcError(400, "RICH_VALIDATE_CTOR_NOT_ALLOWED")


def _text(text: base.RichText, depth: int) -> Iterator[str]:
    if depth > DEPTH_LIMIT:
        raise RpcError(400, "RICH_VALIDATE_DEPTH")
    match text:
        case types.TextPlain(text=words):
            yield words
        case types.TextConcat(texts=texts):
            for each in texts:
                yield from _text(each, depth + 1)
        case _ if isinstance(text, _STYLES):
            yield from _text(text.text, depth + 1)
        case _:
            raise RpcError(400, "RICH_VALIDATE_CTOR_NOT_ALLOWED")
