"""Additions to voicepipe, made from outside by registration: a command with a button and a document, a preference that
the button sets, a format, and a metric.

As a program it is `voicepipe` with them: `python -m tests.support.probe …`.
"""

from __future__ import annotations

from voicepipe.accounts.preferences import PREFERENCES, ChangedBy, Preference
from voicepipe.conversation.commands import COMMANDS
from voicepipe.conversation.registry import Asked, Command, Commands, Pressed
from voicepipe.conversation.replies import Document, Reaction, Reply
from voicepipe.conversation.texts import add_texts
from voicepipe.domain.transcripts import Transcript
from voicepipe.events import RecordingRefused
from voicepipe.formats import FORMATS, Format
from voicepipe.metrics import Metric, declare

LANGUAGES = {"ru": "Проба", "en": "Probe"}
"""How every text of the command begins."""
REFUSALS = "voicepipe_probe_refusals_total"
LOUD = Preference(name="loud", values=(True, False), default=False)


async def respond(asked: Asked) -> Reply:
    """`/probe` has a button, `/probe file` a document."""
    if asked.argument == "file":
        document = Document(name="probe.txt", mime_type="text/plain", content=b"probed")
        return Reply(asked.text("probe-file"), document=document)
    text = asked.text("probe-ask")
    is_loud = asked.services.preferences.value_of(asked.person.user_id, LOUD)
    return Reply(text.upper() if is_loud else text, ((asked.button(asked.text("probe-button"), "louder"),),))


async def react(pressed: Pressed) -> Reaction:
    """The button sets the preference, and puts another text, and another button, in the place of the message."""
    user_id, preferences = pressed.person.user_id, pressed.services.preferences
    await preferences.choose(user_id, LOUD, True, by=ChangedBy.USER, request_id=pressed.request_id)
    button = pressed.button(pressed.text("probe-button"), f"{pressed.argument}!")
    return Reaction(
        notice=pressed.text("probe-notice"),
        replacement=Reply(f"{pressed.text('probe-ask')} {pressed.argument}", ((button,),)),
        reply=Reply(pressed.text("probe-file")) if pressed.argument == "louder!" else None,
    )


PROBE = Command(name="probe", respond=respond, react=react)


def _letters(transcript: Transcript) -> str:
    return f"{len(transcript.text)}\n"


def register_command(commands: Commands) -> None:
    """Add the command and its texts."""
    commands.register(PROBE)
    for language, word in LANGUAGES.items():
        add_texts(
            language,
            f"probe-ask = {word}?\nprobe-button = {word}!\nprobe-notice = {word}: done\nprobe-file = {word}: file\n"
            f"command-probe = {word} it\nhelp-probe = {word} now\npreference-loud = {word}: loud\n",
        )


def register() -> None:
    """Add all."""
    register_command(COMMANDS)
    PREFERENCES.register(LOUD)
    FORMATS.register(Format(name="letters", suffix=".count", render=_letters))
    declare(Metric(name=REFUSALS, help="Recordings refused.", event=RecordingRefused))


if __name__ == "__main__":
    from voicepipe.cli import main

    register()
    main()
