"""Which language was spoken lately by a user, and in a group: known at once, after a restart, and to nobody else."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from tests.support.store.tools import USER, Opener, job, transcript, usage
from voicepipe.domain.jobs import JobKey
from voicepipe.store import Store, remembered
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


@pytest.mark.parametrize("at_once", [1, 3, 7])
async def test_what_is_remembered_of_everybody_is_the_same_however_little_is_read_at_once(
    keeper: Store, opener: Opener, monkeypatch: pytest.MonkeyPatch, at_once: int
) -> None:
    """The records may use little memory, and a million recordings of as many users must not need more."""
    speakers = [USER, 8, 9, GROUP, 2**52]
    for number in range(30):
        user_id = speakers[number % len(speakers)]
        chat_id = GROUP if number % 3 == 0 else user_id
        new = replace(job(number, user_id=user_id), key=JobKey(chat_id, 1000 + number))
        await keeper.jobs.accept(new)
        told = replace(usage(4.2), language=f"{number:02}")
        await keeper.jobs.conclude(new, transcript(), charged_seconds=1, usage=told)
    expected = {subject: keeper.accounts.languages_of_late(subject) for subject in speakers}
    taken = {subject: keeper.accounts.balance(subject) for subject in speakers}
    assert all(expected.values())
    monkeypatch.setattr(remembered, "ROWS_AT_ONCE", at_once)
    keeper = await opener()
    assert {subject: keeper.accounts.languages_of_late(subject) for subject in speakers} == expected
    assert {subject: keeper.accounts.balance(subject) for subject in speakers} == taken
