"""From the registry come the menu, the list in /help, what answers a command, and what its buttons do."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.support.probe import PROBE, register_command
from tests.support.talk import ANNA, GROUP, Talk, balance
from voicepipe.config import Config
from voicepipe.conversation.commands import COMMANDS
from voicepipe.conversation.registry import Command, Commands, Place
from voicepipe.conversation.replies import Button, Document, Reaction, Reply
from voicepipe.conversation.texts import Texts
from voicepipe.domain.jobs import JobKey
from voicepipe.domain.people import Person
from voicepipe.errors import Undeliverable
from voicepipe.events import BackgroundError

TEXTS = Texts(lambda: "ru")
MESSAGE = JobKey(ANNA.user_id, 50)
"""The one with the button."""


@pytest.fixture
def commands() -> Commands:
    """Those that there are, and one added from outside."""
    commands = Commands()
    for command in COMMANDS:
        commands.register(command)
    register_command(commands)
    return commands


@pytest.fixture
def talk(commands: Commands) -> Talk:
    return Talk(balance=balance(), commands=commands)


def with_places(command: Command, *places: Place) -> Commands:
    commands = Commands()
    commands.register(replace(command, places=frozenset(places)))
    return commands


# --- an added command -----------------------------------------------------------------------------------------------
@pytest.mark.parametrize(("language", "described"), [(None, "Проба it"), ("ru", "Проба it"), ("en", "Probe it")])
def test_an_added_command_is_in_the_menu(talk: Talk, commands: Commands, language: str | None, described: str) -> None:
    menu = talk.conversation.menu(language)
    assert list(menu) == [command.name for command in commands if command.is_in_menu]
    orders = [command.menu_order for command in commands]
    assert orders == sorted(orders)
    assert menu["probe"] == described


async def test_an_added_command_is_in_the_help(talk: Talk, commands: Commands) -> None:
    [text] = await talk.say("/help")
    listed = [line.split()[0] for line in text.splitlines() if line.startswith("/")]
    assert listed == [f"/{command.name}" for command in commands if command.is_in_help]
    assert "\n/probe — Проба now\n" in text


async def test_an_added_command_is_answered_wherever_it_is_asked(talk: Talk) -> None:
    expected = [Reply("Проба?", ((Button("Проба!", "probe:louder"),),))]
    assert await talk.replies("/probe") == expected
    assert await talk.replies("/probe@some_bot", is_private=False) == expected


async def test_an_added_command_may_answer_with_a_document(talk: Talk) -> None:
    [reply] = await talk.replies("/probe file")
    assert reply.document is not None
    assert (reply.text, reply.document.content) == ("Проба: file", b"probed")


# --- presses --------------------------------------------------------------------------------------------------------
async def test_a_press_comes_to_the_command_whose_button_it_is(talk: Talk) -> None:
    assert await talk.press("probe:louder") == "Проба: done"
    assert talk.listener.changed == [(MESSAGE, Reply("Проба? louder", ((Button("Проба!", "probe:louder!"),),)))]
    assert talk.listener.heard == []


async def test_what_a_press_says_anew_replies_to_the_message_once_for_each_press(talk: Talk) -> None:
    for query_id in (1, 1, 2):  # the first comes again after a crash
        await talk.press("probe:louder!", query_id=query_id)
    said = [(key, purpose) for key, purpose, _ in talk.listener.heard]
    assert said == [(MESSAGE, "press 1"), (MESSAGE, "press 1"), (MESSAGE, "press 2")]


async def test_a_press_is_answered_in_the_language_of_who_presses(talk: Talk) -> None:
    assert await talk.press("probe:louder", person=Person(9, None, "en")) == "Probe: done"


@pytest.mark.parametrize("data", ["gone:1", "gone", "help:1", ":", "probes:louder"])
async def test_a_press_that_no_command_knows_is_acknowledged_politely(talk: Talk, data: str) -> None:
    assert await talk.press(data) == TEXTS.get("ru", "button-gone")
    assert (talk.listener.changed, talk.listener.heard) == ([], [])


async def test_a_press_in_a_chat_that_can_not_be_written_to_is_told(talk: Talk) -> None:
    talk.listener.trouble = Undeliverable("CHAT_WRITE_FORBIDDEN")
    assert await talk.press("probe:louder") == "Проба: done"
    assert talk.events == [BackgroundError("press", "CHAT_WRITE_FORBIDDEN")]


async def test_presses_have_an_idempotency_key_of_their_own(commands: Commands) -> None:
    keys: list[str] = []

    async def react(pressed: object) -> Reaction:
        keys.append(pressed.request_id)  # type: ignore[attr-defined]  # only presses come here
        return Reaction()

    noting = Commands()
    noting.register(replace(PROBE, react=react))
    for query_id in (5, 5, 6):
        await Talk(commands=noting).press("probe:", query_id=query_id)
    assert keys == ["press-5", "press-5", "press-6"]


# --- where a command works ------------------------------------------------------------------------------------------
async def test_a_command_for_private_chats_says_so_in_groups() -> None:
    talk = Talk(commands=with_places(PROBE, Place.PRIVATE))
    assert len((await talk.replies("/probe"))[0].buttons) == 1
    [reply] = await talk.replies("/probe", is_private=False)
    assert reply == Reply(TEXTS.get("ru", "only-in-private", command="/probe"))
    assert talk.listener.heard[-1][0].chat_id == GROUP


@pytest.mark.usefixtures("commands")  # and with it the texts
async def test_a_command_for_groups_says_so_in_private() -> None:
    talk = Talk(commands=with_places(PROBE, Place.GROUP))
    assert len((await talk.replies("/probe", is_private=False))[0].buttons) == 1
    assert await talk.replies("/probe") == [Reply(TEXTS.get("ru", "only-in-groups", command="/probe"))]


async def test_a_hidden_command_is_obeyed_and_nowhere_listed(talk: Talk) -> None:
    commands = Commands()
    for command in COMMANDS:
        commands.register(command)
    commands.register(replace(PROBE, is_in_menu=False, is_in_help=False))
    hiding = Talk(balance=balance(), commands=commands)
    assert "probe" not in hiding.conversation.menu("ru")
    assert "/probe" not in (await hiding.say("/help"))[0]
    assert "/probe" not in (await hiding.say("/nothing"))[0]
    assert len(await hiding.say("/probe")) == 1


# --- the rest -------------------------------------------------------------------------------------------------------
async def test_in_groups_only_commands_are_answered(talk: Talk) -> None:
    for text in ("hello", "/nothing", ""):
        assert await talk.replies(text, is_private=False) == []


async def test_a_reply_that_can_not_be_delivered_is_told(talk: Talk) -> None:
    talk.listener.trouble = Undeliverable("USER_IS_BLOCKED")
    assert await talk.say("/probe") == []
    assert talk.events == [BackgroundError("reply", "USER_IS_BLOCKED")]


def test_a_name_is_registered_once(commands: Commands) -> None:
    with pytest.raises(ValueError, match="/probe"):
        commands.register(PROBE)


@pytest.mark.parametrize("data", ["", "x" * 65, "ы" * 33])
def test_data_that_telegram_would_not_take_is_refused(data: str) -> None:
    with pytest.raises(ValueError, match="64 bytes"):
        Button("text", data)


def test_a_document_can_not_take_a_messages_place() -> None:
    with pytest.raises(ValueError, match="another message"):
        Reaction(replacement=Reply("", document=Document(name="a", mime_type="text/plain", content=b"")))


# --- too fast ---------------------------------------------------------------------------------------------------------
async def test_who_asks_too_often_is_told_once_and_everything_is_dismissed() -> None:
    talk = Talk(Config.model_validate({"limits": {"commands_per_minute": 3}}), balance())
    said = [await talk.say("/privacy") for _ in range(6)]
    assert [len(each) for each in said] == [1, 1, 1, 1, 0, 0]
    assert said[3] == [TEXTS.get("ru", "too-often")]
    assert len(talk.books.dismissed) == 6
    assert await talk.say("hello") == [TEXTS.get("ru", "hint-text")], "hints have a bound of their own"
    assert len(await talk.say("/privacy", Person(8, "ben", "ru"))) == 1


async def test_who_presses_too_often_is_told_once_and_changes_nothing() -> None:
    talk = Talk(Config.model_validate({"limits": {"commands_per_minute": 1}}), balance())
    for query_id, switch in enumerate(["on", "off", "off"]):
        await talk.press(f"settings:set:translation:{switch}", query_id=query_id)
    assert talk.books.settings == {(ANNA.user_id, "translation"): True}
    assert [text for _, text in talk.listener.acknowledged[1:]] == [TEXTS.get("ru", "too-often"), ""]


async def test_in_a_group_nobody_is_told() -> None:
    talk = Talk(Config.model_validate({"limits": {"commands_per_minute": 1}}), balance())
    said = [await talk.replies("/privacy", is_private=False) for _ in range(3)]
    assert [len(each) for each in said] == [1, 0, 0]
