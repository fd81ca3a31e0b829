"""What is offered to whoever types the bot's name; with texts in memory."""

from __future__ import annotations

import asyncio

from voicepipe.accounts.preferences import Preferences
from voicepipe.config import Config, PreferencesConfig, ServiceConfig
from voicepipe.config.live import LiveConfig
from voicepipe.conversation.inline import AT_ONCE, PAGE, TITLE_SIGNS, Inline, Offers
from voicepipe.conversation.texts import Texts
from voicepipe.domain.messages import InlineQuery
from voicepipe.domain.people import Person
from voicepipe.store.entries import Value

ANNA = Person(7, "anna", "en")


class Around:
    """The store and the messenger. Looking for texts takes until `go_on`."""

    def __init__(self, texts: list[str]) -> None:
        self.texts = texts
        self.looking = 0
        self.most_looking = 0
        self.shown: list[tuple[int, Offers]] = []
        self.may_go_on = asyncio.Event()
        self.may_go_on.set()
        live = LiveConfig(Config(service=ServiceConfig(transcript_retention_hours=1)))
        preferences = Preferences(self, PreferencesConfig)
        self.inline = Inline(books=self, shop=self, texts=Texts(lambda: "ru"), preferences=preferences, live=live)

    def setting(self, subject_id: int, name: str) -> Value:
        return None

    async def change_setting(
        self,
        subject_id: int,
        name: str,
        value: Value,
        *,
        request_id: str,
        is_private: bool = False,
        by: int | None = None,
    ) -> bool:
        raise AssertionError("nobody chooses anything")

    async def latest(self, user_id: int, limit: int) -> list[str]:
        self.looking += 1
        self.most_looking = max(self.most_looking, self.looking)
        await self.may_go_on.wait()
        self.looking -= 1
        return self.texts[:limit]

    async def offer(self, query_id: int, offers: Offers) -> None:
        self.shown.append((query_id, offers))


def question(query_id: int = 1, text: str = "", offset: str = "", person: Person = ANNA) -> InlineQuery:
    return InlineQuery(query_id=query_id, person=person, text=text, offset=offset)


async def test_more_are_offered_as_somebody_scrolls() -> None:
    around = Around([f"text {number}" for number in range(2 * PAGE + 5)])
    offset, seen = "", []
    for expected in (PAGE, PAGE, 5):
        await around.inline.answer(question(offset=offset))
        offers = around.shown[-1][1]
        assert len(offers.offers) == expected
        seen += [offer.text for offer in offers.offers]
        offset = offers.next_offset
    assert offset == ""
    assert seen == around.texts


async def test_an_offset_that_is_none_begins_anew() -> None:
    around = Around(["one"])
    await around.inline.answer(question(offset="../²"))
    assert [offer.text for offer in around.shown[0][1].offers] == ["one"]


async def test_a_line_says_how_a_text_begins() -> None:
    long = "слово " * 100
    around = Around(["short", long, "я" * 500, "a\nb"])
    await around.inline.answer(question())
    lines = [(offer.title, offer.description) for offer in around.shown[0][1].offers]
    assert lines[0] == ("short", "")
    assert lines[1] == (("слово " * 10).strip(), ("слово " * 30).strip())
    assert [len(part) for part in lines[2]] == [TITLE_SIGNS, 3 * TITLE_SIGNS]
    assert lines[3] == ("a b", "")


async def test_of_one_person_only_the_latest_question_counts() -> None:
    around = Around(["one"])
    around.may_go_on.clear()
    others = [Person(user_id, None, None) for user_id in range(100, 100 + AT_ONCE)]
    asked = [asyncio.create_task(around.inline.answer(question(each.user_id, person=each))) for each in others]
    asked += [asyncio.create_task(around.inline.answer(question(number))) for number in (1, 2, 3)]
    await asyncio.sleep(0)
    around.may_go_on.set()
    await asyncio.gather(*asked)
    assert [query_id for query_id, _ in around.shown if query_id < 100] == [3]
    assert around.most_looking == AT_ONCE
