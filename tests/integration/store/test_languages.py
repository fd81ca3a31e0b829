"""Which language was spoken lately by a user, and in a group: known at once, after a restart, and to nobody else."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from tests.support.store.tools import USER, Opener, job, transcript, usage
from voicepipe.domain.jobs import JobKey
from voicepipe.store import Store
from voicepipe.store.balances import KEPT_LANGUAGES

GROUP = -100


async def speak(keeper: Store, number: int, language: str, *, chat_id: int = USER, seconds: float = 4.2) -> None:
    new = replace(job(number), key=JobKey(chat_id, number))
    await keeper.jobs.accept(new)
    told = replace(usage(seconds), language=language)
    await keeper.jobs.conclude(new, transcript(seconds=seconds), charged_seconds=1, usage=told)
    await keeper.jobs.mark_done(new.key)


async def test_the_latest_languages_are_known_of_users_and_of_groups(
    keeper: Store, opener: Opener, state_dir: Path
) -> None:
    for number, language in enumerate(["fr", "ru", "ru", "en"], start=1):
        await speak(keeper, number, language)
    for number, language in enumerate(["de", "de", "es"], start=1):
        await speak(keeper, number, language, chat_id=GROUP)
    await speak(keeper, 20, "ja", seconds=1.5)
    expected = {USER: ("ru", "en", "de", "de", "es"), GROUP: ("de", "de", "es"), 4711: ()}
    assert len(expected[USER]) == KEPT_LANGUAGES
    for _ in range(2):
        assert {subject: keeper.accounts.languages_of_late(subject) for subject in expected} == expected
        keeper = await opener()
    (state_dir / "records.duckdb").unlink()
    keeper = await opener()
    assert {subject: keeper.accounts.languages_of_late(subject) for subject in expected} == expected


async def test_who_is_forgotten_has_spoken_nothing(keeper: Store, opener: Opener) -> None:
    for number in range(1, 4):
        await speak(keeper, number, "ru")
    await keeper.forgetting.forget(USER)
    assert keeper.accounts.languages_of_late(USER) == ()
    await keeper.forgetting.erase()
    assert (await opener()).accounts.languages_of_late(USER) == ()
