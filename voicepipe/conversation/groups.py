"""How groups and channels are answered: what their administrators choose, and what of it all is the bot's business.

Noise is what people complain of most in groups. So whatever the bot does there notifies nobody; a reaction says that it
is at work, and another one that there will be no text; a status appears only where the text takes its time.
"""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum

from voicepipe.accounts.preferences import PREFERENCES, ChangedBy, Preference, Preferences, Scope, Theme
from voicepipe.config.live import LiveConfig
from voicepipe.conversation.registry import Commands, command_of, is_addressed_to
from voicepipe.domain.asking import Asking
from voicepipe.domain.jobs import JobKey, Recording, RecordingKind
from voicepipe.domain.messages import Remark, ServiceMessage

SPOKEN_TO_CHAT = (RecordingKind.VOICE, RecordingKind.VIDEO_NOTE)
"""A song or a film posted in a group was hardly posted to be read."""
ASKING = "transcribe"
"""The command by which somebody asks for a recording."""


class Mode(StrEnum):
    """Which recordings of a group are recognised. /transcribe, in reply to one or under it, works in each."""

    AUTOMATIC = "automatic"
    """All; also those that somebody replies to with the bot's name."""
    COMMAND = "command"
    """Only those that somebody asks for with /transcribe."""
    MENTION = "mention"
    """Those that somebody replies to with the bot's name, as well."""


class Style(StrEnum):
    """What a group sees besides the texts."""

    CALM = "calm"
    """A reaction at once, and a status where the text takes its time; a reaction in place of words of refusal."""
    REACTION = "reaction"
    """The same without any status."""
    STATUS = "status"
    """A status at once, and refusals in words."""


class Visibility(StrEnum):
    """Who sees a text."""

    EVERYONE = "everyone"
    ASKER = "asker"
    """Who asked, so nothing is recognised that nobody has asked for."""


def is_wordless(style: Style | None, key: JobKey) -> bool:
    """Whether no text is told of by a sign alone: who asked is told in words, and so is whoever is alone."""
    return style in (Style.CALM, Style.REACTION) and Asking.of(key) is None


def _of_chat(name: str, values: tuple[str, ...]) -> Preference[str]:
    return PREFERENCES.register(
        Preference(
            name=name,
            values=values,
            default=values[0],
            scope=Scope.CHAT,
            changed_by=ChangedBy.ADMINISTRATORS,
            theme=Theme.GROUPS,
        )
    )


GROUP_MODE = _of_chat("group_mode", tuple(Mode))
GROUP_STYLE = _of_chat("group_style", tuple(Style))
GROUP_VISIBILITY = _of_chat("group_visibility", tuple(Visibility))
GROUP_MIN_SECONDS = PREFERENCES.register(
    Preference(
        name="group_min_seconds",
        values=(0, 3, 5, 10, 15, 30, 60),
        default=0,
        scope=Scope.CHAT,
        changed_by=ChangedBy.ADMINISTRATORS,
        theme=Theme.GROUPS,
    )
)
"""How long a recording must be to be recognised when nobody asks for it."""
CHANNEL_POSTS = PREFERENCES.register(
    Preference(
        name="channel_posts",
        values=(False, True),
        default=False,
        scope=Scope.CHAT,
        changed_by=ChangedBy.ADMINISTRATORS,
        theme=Theme.GROUPS,
    )
)
"""Whether the recordings that a channel posts are recognised when nobody asks for them. The channel is charged, and the
text is a reply to the post: whoever reads the channel sees it, whether there is a discussion group or not."""


class Groups:
    """Knows what of all that is written in groups and channels is the bot's business, and how it behaves there."""

    def __init__(
        self, preferences: Preferences, live: LiveConfig, *, bot_id: int, username: str, commands: Commands
    ) -> None:
        """`username`: the bot's own, without @."""
        self._preferences = preferences
        self._live = live
        self._bot_id = bot_id
        self._username = username.lower()
        self._commands = commands

    def wants(self, item: Recording | Remark | ServiceMessage) -> bool:
        """Whether a message is for the bot at all; what is not leaves no trace."""
        match item:
            case ServiceMessage():
                return not item.newcomers or self._bot_id in item.newcomers
            case Recording():
                return item.is_private or self._is_command(item, item.caption) or self._is_automatic(item)
            case Remark():
                return item.is_private or self._is_command(item, item.text) or self.asks(item)

    def parts_of(self, recording: Recording) -> Sequence[Recording | Remark]:
        """What is to be acted upon: the recording, and the command under it, or that alone where it asks for the text.

        /transcribe under a recording asks for what would be recognised anyway, unless the text is for who asked.
        """
        if not self._is_command(recording, recording.caption):
            return (recording,)
        if command_of(recording.caption) != ASKING:
            return recording, _caption(recording)
        return (_caption(recording) if self.is_for_asker(recording.key.chat_id) else recording,)

    def _is_command(self, item: Recording | Remark, text: str) -> bool:
        """Whether a text is a command that this bot knows from its sender, and that is for it."""
        command = self._commands.find_for(command_of(text), item.person.user_id)
        return command is not None and is_addressed_to(text, self._username)

    def asks(self, remark: Remark) -> bool:
        """Whether somebody asks for a recording with the bot's name, in reply to it."""
        is_reply = remark.replies_to is not None or remark.brings_recording
        if remark.is_private or not is_reply or self._username not in remark.mentions:
            return False
        return self._preferences.value_of(remark.key.chat_id, GROUP_MODE) != Mode.COMMAND

    def style(self, key: JobKey) -> Style | None:
        """What others in the chat of a message see besides the text; None where there are none, or nothing to see."""
        asking = Asking.of(key)
        if key.chat_id > 0 or (asking is not None and asking.is_private):
            return None
        return Style(self._preferences.value_of(key.chat_id, GROUP_STYLE))

    def is_for_asker(self, chat_id: int) -> bool:
        """Whether the texts of a group are for nobody but who asks for one."""
        return chat_id < 0 and self._preferences.value_of(chat_id, GROUP_VISIBILITY) == Visibility.ASKER

    def _is_automatic(self, recording: Recording) -> bool:
        chat_id, seconds = recording.key.chat_id, recording.declared_seconds
        is_of_kind = recording.kind in SPOKEN_TO_CHAT or self._live.telegram.all_media_in_groups
        if not is_of_kind or self.is_for_asker(chat_id):
            return False
        if seconds is not None and seconds < self._preferences.value_of(chat_id, GROUP_MIN_SECONDS):
            return False
        if recording.is_post:
            return self._preferences.value_of(chat_id, CHANNEL_POSTS)
        post = recording.forwarded_post
        if post is not None and self._preferences.value_of(post, CHANNEL_POSTS):
            return False  # it is answered in the channel
        return self._preferences.value_of(chat_id, GROUP_MODE) == Mode.AUTOMATIC


def _caption(recording: Recording) -> Remark:
    """The text under a recording, as if it had been sent by itself."""
    return Remark(
        key=recording.key,
        person=recording.person,
        is_private=recording.is_private,
        text=recording.caption,
        has_media=True,
        sent_at=recording.sent_at,
        topic_id=recording.topic_id,
        is_post=recording.is_post,
        is_caption=True,
    )
