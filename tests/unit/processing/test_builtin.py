"""What is made without a model: made of the text's own words, for better than its first sentences."""

from __future__ import annotations

import pytest

from tests.tools.summaries import CHOOSERS, can_be_told, lead_3, lead_as_long, mean, score, texts
from voicepipe.processing.builtin import MAKERS
from voicepipe.processing.builtin.lexrank import MOST_SENTENCES, chosen_of
from voicepipe.processing.builtin.naming import keywords
from voicepipe.processing.builtin.words import sentences_of
from voicepipe.processing.kinds import BUILT_IN, Failing, Kind, Material, NotMade, Piece

TEXTS = {text.name: text for text in texts()}


def plain(kind: Kind, text: str, language: str = "ru", pieces: tuple[Piece, ...] = ()) -> str:
    return MAKERS[kind](Material(text, language, pieces)).plain


def test_all_that_is_said_to_be_built_in_is() -> None:
    assert set(MAKERS) == BUILT_IN


@pytest.mark.parametrize("name", TEXTS)
def test_a_summary_has_whole_sentences_of_the_text_in_their_order(name: str) -> None:
    material = TEXTS[name].material
    points = [point.text for point in MAKERS[Kind.SUMMARY](material).points]
    places = [material.text.index(point) for point in points]
    assert places == sorted(places)
    assert 3 <= len(points) <= MOST_SENTENCES
    assert sum(map(len, points)) < 0.4 * len(material.text)
    assert set(points) <= {sentence.text for sentence in sentences_of(material)}


def test_summaries_tell_more_than_first_sentences() -> None:
    ours, lead, as_long = (
        mean([score(text, choose) for text in TEXTS.values()]) for choose in (chosen_of, lead_3, lead_as_long)
    )
    assert ours.coverage >= 0.5 > as_long.coverage + 0.15 > lead.coverage + 0.15
    assert list(CHOOSERS.values()) == [chosen_of, lead_3, lead_as_long]


@pytest.mark.parametrize("name", TEXTS)
def test_each_point_of_the_benchmark_can_be_told(name: str) -> None:
    assert can_be_told(TEXTS[name]) == []


def test_each_sentence_of_a_summary_tells_when_it_was_said() -> None:
    material = TEXTS["ru move"].material
    sentences = [sentence.text for sentence in sentences_of(material)]
    pieces = tuple(Piece(10.0 * number, 10.0 * number + 9, f" {text}") for number, text in enumerate(sentences))
    made = MAKERS[Kind.SUMMARY](Material(material.text, "ru", pieces))
    assert [point.seconds for point in made.points] == [10.0 * sentences.index(point.text) for point in made.points]


def test_a_text_without_full_stops_is_told_by_what_was_said_in_one_breath() -> None:
    spoken = [
        "привет это марина",
        "договор аренды заканчивается в марте",
        "надо найти новый офис",
        "офис на лесной дорогой",
        "я всё ещё в пробке",
        "договор на новый офис подпишем в четверг",
    ]
    pieces = tuple(Piece(3.0 * number, 3.0 * number + 2, text) for number, text in enumerate(spoken))
    made = MAKERS[Kind.SUMMARY](Material(" ".join(spoken), "ru", pieces))
    assert {point.text for point in made.points} < set(spoken)
    assert "привет это марина" not in made.plain


def test_a_text_as_short_as_a_summary_has_none() -> None:
    with pytest.raises(NotMade) as caught:
        MAKERS[Kind.SUMMARY](Material("Буду в семь. Купи хлеба. Целую.", "ru"))
    assert caught.value.failing is Failing.NOTHING


@pytest.mark.parametrize(
    ("language", "said", "tidied"),
    [
        ("ru", "Ну, привет, э-э, это это Катя. короче, я, типа, опоздаю.", "Привет, это Катя. Я опоздаю."),
        ("ru", "Очень-очень жаль. Да, да, конечно, вот.", "Очень-очень жаль. Да, да, конечно."),
        ("ru", "Ммм, я вот вот приду", "Я вот приду."),
        ("en", "um so I, like, think we we should go. Well, I mean it.", "So I think we should go. I mean it."),
        ("en", "no no, I had had enough of it.", "No no, I had had enough of it."),
        ("de", "das das ist gut. ja.", "Das ist gut. Ja."),
    ],
)  # fmt: skip
def test_tidying_leaves_out_fillers_and_doubled_words_alone(language: str, said: str, tidied: str) -> None:
    assert plain(Kind.TIDY, said, language) == tidied


def test_tidying_puts_full_stops_where_somebody_paused() -> None:
    pieces = (Piece(0, 1, "привет это катя"), Piece(2, 3, " я опоздаю"), Piece(3.1, 4, " начинайте без меня"))
    text = "".join(piece.text for piece in pieces)
    assert plain(Kind.TIDY, text, pieces=pieces) == "Привет это катя. Я опоздаю начинайте без меня."


def test_keywords_are_what_is_named_again_and_again() -> None:
    text = TEXTS["ru move"].material.text
    found = [point.text for point in MAKERS[Kind.KEYWORDS](Material(text, "ru")).points]
    assert {"офис", "лесной"} <= set(found[:5])
    assert len(found) == 10


@pytest.mark.parametrize("kind", sorted(BUILT_IN))
@pytest.mark.parametrize("text", ["", "…", "?! ...", "эээ", "ммм… э-э."])
def test_nothing_is_made_of_nothing(kind: Kind, text: str) -> None:
    with pytest.raises(NotMade):
        MAKERS[kind](Material(text, "ru"))


SAID = {
    "ru": """возле тысяч посадим десяти извините проходит всем предупредите обратно туда тысяча забронировала
        тринадцатого неоплаченным вчерашнему предупреждаю рассказываю наговариваю""",
    "en": "everyone already smaller please thousand",
}
"""Words of the texts of `scripts/summaries` that were among their keywords, and name nothing."""

NOUNS = """материал журнал недели детали модели сила правила дело начало школа цели кредит лимит режим печать память
    данные столовая экскурсию систему проблем интернет кабинет бюджет ответ договор область площадь команда
    рабочий"""
NO_NOUNS = """говорить договориться находится поедешь приходите посмотрим делаете забронировали встретились требует
    кажется получают думаю пятьдесят двадцатого следующего"""


@pytest.mark.parametrize("language", SAID)
def test_verbs_and_fillers_are_no_keywords(language: str) -> None:
    materials = [text.material for text in TEXTS.values() if text.material.language == language]
    words = [point.text for material in materials for point in keywords(material).points]
    assert set(words) & set(SAID[language].split()) == set()
    assert len(words) == 40  # others have taken their place


@pytest.mark.parametrize("word", NOUNS.split())
def test_nouns_that_end_like_verbs_or_adjectives_are_keywords(word: str) -> None:
    assert [point.text for point in keywords(Material(f"{word} {word}. {word}.", "ru")).points] == [word]


@pytest.mark.parametrize("word", NO_NOUNS.split())
def test_verbs_adjectives_and_numbers_name_nothing(word: str) -> None:
    made = keywords(Material(f"{word} сапоги. {word} сапоги. {word}", "ru"))
    assert [point.text for point in made.points] == ["сапоги"]
