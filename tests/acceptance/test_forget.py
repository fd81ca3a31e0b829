"""Who asks to be forgotten, or whom the operator forgets, is in no file of the service any more."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio

from tests.support.samples import Sample
from tests.support.scene import SAMPLES, TEXTS, Scene, open_scene, send, thaw
from tests.support.service import Settings
from tests.support.telegram import Message, User
from tests.support.waiting import until
from voicepipe.control.messages import ForgetUser, ListUsers, ShowUsage

pytestmark = pytest.mark.asyncio(loop_scope="module")

# Nobody says what another one says, so that words, too, tell whose they are.
FIRST, SECOND, THIRD, FOURTH, VOICE = (
    SAMPLES[f"{name}.ogg"] for name in ("seen_ru_00", "seen_en_03", "heldout_en_11", "seen_ru_15", "seen_ru_18")
)
# Ids that occur in no file by chance.
ANNA, BEN, CLARA = 0x5A17C39E6D, 0x6B28D4AF7E, 0x7C39E5B08F
SETTINGS: Settings = {"service": {"transcript_retention_hours": 1}, "telegram": {"edit_interval_seconds": 0.2}}


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def scene(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Scene]:
    """A service that keeps texts, until everybody is forgotten: then it must hold none, as any other."""
    async with open_scene(tmp_path_factory.mktemp("scene"), SETTINGS) as opened:
        yield opened
        for user in (await opened.service.control.perform(ListUsers())).users:
            await opened.service.control.perform(ForgetUser(user_id=user.user_id))


def somebody(scene: Scene, user_id: int, language: str = "ru") -> User:
    name = f"Secretname{user_id}"
    scene.telegram.world.add_user(user_id, name, username=name.lower(), language_code=language)
    return scene.telegram.user(user_id)


def traces_of(state: Path, user: User, said: Sample) -> dict[str, list[bytes]]:
    """Where the files of the service tell of somebody, and how."""
    access_hash = user.person.access_hash
    spellings = [
        *(number.to_bytes(8, order) for number in (user.id, access_hash) for order in ("big", "little")),
        user.id.to_bytes(5, "big"),
        user.id.to_bytes(5, "little"),
        str(user.id).encode(),
        str(user.person.username).encode(),
        said.text.encode(),
    ]
    content = {path.name: path.read_bytes() for path in state.rglob("*") if path.is_file()}
    found = {name: [each for each in spellings if each in data] for name, data in content.items()}
    return {name: traces for name, traces in found.items() if traces}


async def farewell_ended(state: Path, user: User, said: Sample) -> None:
    """The request itself is remembered until it has been answered; then that goes as well, at once."""
    await until(lambda: not traces_of(state, user, said), 5, step_seconds=0.05)


async def live(scene: Scene, user: User, said: Sample) -> list[Message]:
    """Recordings in private and in a group, a grant, a command: traces in every file."""
    await scene.grant(user, 30)
    sent = [await send(user, said), await send(user, said, chat=scene.supergroup(user))]
    for message in sent:
        assert await scene.text_for(message) == said.text
        await scene.delivered(message)
    await scene.answer_to(await user.send_text("/quota"))
    await scene.service.control.perform(ShowUsage())
    await written_everywhere(scene.service.state_path, user, said)
    return sent


async def written_everywhere(state: Path, user: User, said: Sample) -> None:
    """Until every file that tells of somebody does. The session's is written a moment later than the others."""
    files: set[str] = set()
    async with asyncio.timeout(5):
        while not {"journal.sqlite", "records.duckdb", "bot.session"} <= files:
            await asyncio.sleep(0.05)
            # SQLite moves what is in the journal's log into the journal itself when it likes.
            files = {name.removesuffix("-wal") for name in traces_of(state, user, said)}


@pytest.mark.parametrize(
    ("language", "user_id", "said", "yes"), [("ru", ANNA, FIRST, "да"), ("en", CLARA, SECOND, "Yes!")]
)
async def test_who_asks_for_it_is_forgotten(scene: Scene, language: str, user_id: int, said: Sample, yes: str) -> None:
    anna, state = somebody(scene, user_id, language), scene.service.state_path
    await live(scene, anna, said)
    for unsure in ("/forget", "/forget no", "/forget yes please"):
        assert await scene.text_for(await anna.send_text(unsure)) == TEXTS.get(language, "forget-ask")
    assert (await scene.account(anna)).is_known

    assert await scene.text_for(await anna.send_text(f"/forget {yes}")) == TEXTS.get(language, "forget-done")
    await scene.service.control.perform(ShowUsage())
    await farewell_ended(state, anna, said)
    assert traces_of(state, anna, said) == {}
    account = await scene.account(anna)
    # A stranger, who has used today what Anna used, and whose grant is gone.
    assert (account.is_known, account.username, account.recordings) == (False, None, 0)
    used = 2 * round(said.seconds)
    assert (account.daily_left_seconds, account.extra_left_seconds) == (60 - used, 0)

    # And is met again as anybody is.
    assert await scene.text_for(await send(anna, VOICE)) == VOICE.text
    account = await scene.account(anna)
    assert (account.is_known, account.daily_left_seconds) == (True, 60 - used - round(VOICE.seconds))
    assert (await scene.service.command("check"))[0] == 0


async def test_in_a_group_nobody_is_forgotten(scene: Scene) -> None:
    anna = scene.person()
    group = scene.supergroup(anna)
    for text in ("/forget", "/forget yes"):
        assert await scene.text_for(await anna.send_text(text, chat=group)) == TEXTS.get("ru", "forget-private")
    assert (await scene.account(anna)).is_known


async def test_who_waits_for_an_answer_is_forgotten_after_it(scene: Scene) -> None:
    anna = scene.person()
    frozen = await scene.freeze_workers()
    sent = await send(anna, VOICE)
    await scene.busy_worker()
    assert await scene.text_for(await anna.send_text("/forget yes")) == TEXTS.get("ru", "forget-busy")
    status, out, problem = await scene.service.command("users", "forget", str(anna.id), "--yes")
    assert (status, out) == (2, "")
    assert "still to be answered (1)" in problem
    thaw(frozen)
    assert await scene.text_for(sent) == VOICE.text
    await scene.delivered(sent)
    assert await scene.text_for(await anna.send_text("/forget yes")) == TEXTS.get("ru", "forget-done")
    assert not (await scene.account(anna)).is_known


async def test_the_operator_forgets_somebody_and_others_stay(scene: Scene) -> None:
    ben, anna, state = somebody(scene, BEN), scene.person(), scene.service.state_path
    await live(scene, ben, THIRD)
    await live(scene, anna, VOICE)
    before = await scene.account(anna)

    status, out, problem = await scene.service.command("users", "forget", f"@{ben.person.username}", "--yes")
    assert (status, out, problem) == (0, "Everything about the user is deleted.\n", "")
    await scene.service.control.perform(ShowUsage())
    assert traces_of(state, ben, THIRD) == {}
    assert await scene.account(anna) == before
    await written_everywhere(state, anna, VOICE)
    status, out, _ = await scene.service.command("users", "forget", str(ben.id), "--yes")
    assert (status, out) == (0, "Nothing was known about the user.\n")
    assert (await scene.service.command("check"))[0] == 0


async def test_a_stopped_service_forgets_as_well(scene: Scene) -> None:
    clara, service = somebody(scene, CLARA + 1), scene.service
    await live(scene, clara, FOURTH)
    assert await service.stop() == 0
    try:
        assert {"journal.sqlite", "bot.session"} <= traces_of(service.state_path, clara, FOURTH).keys()
        status, out, problem = await service.command("users", "forget", str(clara.id), "--yes")
        assert (status, out, problem) == (0, "Everything about the user is deleted.\n", "")
        assert traces_of(service.state_path, clara, FOURTH) == {}
    finally:
        await service.start()
    assert not (await scene.account(clara)).is_known
