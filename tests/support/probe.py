"""A command with a button and a document, added to voicepipe from outside by registration.

As a program it is `voicepipe` with that command: `python -m tests.support.probe …`.
"""

from __future__ import annotations

from voicepipe.conversation.commands import COMMANDS
from voicepipe.conversation.registry import Asked, Command, Commands, Pressed
from voicepipe.conversation.replies import Document, Reaction, Reply
from voicepipe.conversation.texts import add_texts

LANGUAGES = {"ru": "Проба", "en": "Probe"}
"""How every text of it begins."""


async def respond(asked: Asked) -> Reply:
    """`/probe` has a button, `/probe file` a document."""
    if asked.argument == "file":
        document = Document(name="probe.txt", mime_type="text/plain", content=b"probed")
        return Reply(asked.text("probe-file"), document=document)
    return Reply(asked.text("probe-ask"), ((asked.button(asked.text("probe-button"), "louder"),),))


async def react(pressed: Pressed) -> Reaction:
    """The button puts another text, and another button, in the place of the message."""
    button = pressed.button(pressed.text("probe-button"), f"{pressed.argument}!")
    return Reaction(
        notice=pressed.text("probe-notice"),
        replacement=Reply(f"{pressed.text('probe-ask')} {pressed.argument}", ((button,),)),
        reply=Reply(pressed.text("probe-file")) if pressed.argument == "louder!" else None,
    )


PROBE = Command(name="probe", respond=respond, react=react)


def register(commands: Commands) -> None:
    """Add the command and its texts."""
    commands.register(PROBE)
    for language, word in LANGUAGES.items():
        add_texts(
            language,
            f"probe-ask = {word}?\nprobe-button = {word}!\nprobe-notice = {word}: done\nprobe-file = {word}: file\n"
            f"command-probe = {word} it\nhelp-probe = {word} now\n",
        )


if __name__ == "__main__":
    from voicepipe.cli import main

    register(COMMANDS)
    main()
