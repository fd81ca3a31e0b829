"""/mydata: everything that is kept about the sender, as a JSON file."""

from __future__ import annotations

import json

from voicepipe.conversation.registry import Asked, Command, Place
from voicepipe.conversation.replies import Document, Reply


async def _respond(asked: Asked) -> Reply:
    tables = await asked.services.portrait.of(asked.person.user_id)
    content = json.dumps(tables, ensure_ascii=False, indent=1).encode()
    document = Document(name="voicepipe-mydata.json", mime_type="application/json", content=content)
    return Reply(asked.text("mydata"), document=document)


COMMAND = Command(name="mydata", respond=_respond, menu_order=90, places=frozenset({Place.PRIVATE}))
