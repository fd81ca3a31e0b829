"""The form of an answer: paragraphs, what is folded, what is marked; and that no sign of the text is lost in it."""

from __future__ import annotations

import dataclasses
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from tests.support.words import utf16_units
from voicepipe.conversation.answers.form import Form, answer, clock, timed
from voicepipe.conversation.replies import Reply
from voicepipe.domain.markup import Look
from voicepipe.domain.transcripts import Segment, Transcript, Word
from voicepipe.formats.paragraphs import FEWEST_SIGNS, in_paragraphs
from voicepipe.telegram.chat.entities import raw_entities
from voicepipe.telegram.chat.splitting import MESSAGE_UNITS, split_marked

SENTENCES = (
    "Сегодня мы говорим о хлебе.",
    "<b>Не жирно</b> и *не курсив* _вовсе_.",
    "Семья 👨‍👩‍👧‍👦 печёт 🍞!",
    "שלום, עולם!",
    "مرحبا بالعالم؟",
    "𝔄𝔟𝔠 — знаки по четыре байта.",
    "「会議は明日です。」",
    "Т. д. и т. п., [link](https://example.org) `code`…",
)


def spoken(*said: tuple[str, float], pause: float = 0.2) -> Transcript:
    """A transcript of segments, each with the pause before it, 4 s long."""
    segments, at = [], 0.0
    for text, before in said:
        at += before
        segments.append(Segment(at, at + 4.0, text))
        at += 4.0
    return Transcript(" ".join(text for text, _ in said), "ru", 1.0, at, tuple(segments))


transcripts = st.lists(st.tuples(st.sampled_from(SENTENCES), st.sampled_from([0.1, 1.5, 4.0])), min_size=1, max_size=60)
forms = st.builds(
    Form,
    folds=st.booleans(),
    file_from_signs=st.sampled_from([None, 0, 400]),
    file_name=st.just("voice"),
    remark=st.sampled_from(["", "По-английски"]),
)


def words(text: str) -> list[str]:
    return text.split()


@given(transcripts.map(lambda said: spoken(*said)), forms)
def test_no_sign_of_the_text_is_lost_or_made_up(transcript: Transcript, form: Form) -> None:
    reply, *files = answer(transcript, form)
    assert words(reply.text.removesuffix(form.remark)) == words(transcript.text)
    for file in files:
        assert file.document is not None
        assert words(file.document.content.decode("utf-8-sig")) == words(transcript.text)


@given(transcripts.map(lambda said: spoken(*said)), forms)
def test_what_is_folded_begins_on_a_line_of_its_own_and_ends_with_the_text(transcript: Transcript, form: Form) -> None:
    reply = answer(transcript, form)[0]
    for quote in (entity for entity in reply.entities if entity.look is Look.FOLDED):
        assert reply.text[quote.offset - 1] == "\n"
        rest = reply.text[quote.end :]
        assert rest in ("", f"\n\n{form.remark}")
        assert form.folds


@given(transcripts.map(lambda said: spoken(*said)))
def test_whatever_is_said_telegram_takes_it(transcript: Transcript) -> None:
    for reply in (answer(transcript, Form())[0], timed(transcript, Form())):
        for text, entities in split_marked(reply.text, reply.entities, 120):
            raw_entities(text, entities)
            assert utf16_units(text) <= 120


def test_twenty_thousand_signs_arrive_whole_and_are_cut_where_sentences_end() -> None:
    said = [(SENTENCES[number % len(SENTENCES)], 0.1) for number in range(900)]
    transcript = spoken(*said)
    assert len(transcript.text) > 20_000
    reply = answer(transcript, Form())[0]
    parts = split_marked(reply.text, reply.entities)
    assert words(" ".join(part for part, _ in parts)) == words(transcript.text)
    assert all(utf16_units(part) <= MESSAGE_UNITS for part, _ in parts)
    assert all(part[-1] in ".!?…؟」" for part, _ in parts)
    assert all([entity.look for entity in entities] == [Look.FOLDED] for _, entities in parts)
    assert all(entities[0].end == len(part) for part, entities in parts)


# --- short and long -------------------------------------------------------------------------------------------------
LONG = spoken(*[("Сегодня мы говорим о том, как делают хлеб.", 0.1)] * 20)


def test_a_short_text_is_plain() -> None:
    assert answer(spoken(("Да, конечно.", 0.0)), Form()) == [Reply("Да, конечно.")]


def test_of_a_long_text_the_first_lines_are_plain_and_the_rest_is_folded() -> None:
    (reply,) = answer(LONG, Form())
    (quote,) = reply.entities
    assert quote.look is Look.FOLDED
    assert 100 < quote.offset < 300
    assert reply.text[: quote.offset].endswith("хлеб.\n")


def test_folding_is_a_choice_and_not_worth_it_for_a_line() -> None:
    assert answer(LONG, Form(folds=False))[0].entities == ()
    assert answer(spoken(*[("Сегодня мы говорим о том, как делают хлеб.", 0.1)] * 8), Form())[0].entities == ()


def test_a_text_may_come_as_a_file_beside_it_or_instead_of_its_rest() -> None:
    beside = answer(LONG, Form(file_from_signs=100, file_name="voice"))
    assert words(beside[0].text) == words(LONG.text)
    instead = answer(LONG, Form(file_from_signs=0, file_instead=True, file_name="voice"))
    assert instead[0].text.endswith("хлеб. …")
    assert len(instead[0].text) < 300
    assert beside[1].document == instead[1].document
    assert instead[1].document is not None
    assert instead[1].document.name == "voice.txt"


def test_what_is_said_of_the_text_stands_below_it_and_outside_of_the_fold() -> None:
    (reply,) = answer(LONG, Form(remark="По-английски"))
    fold, remark = reply.entities
    assert reply.text[remark.offset : remark.end] == "По-английски"
    assert (remark.look, fold.end) == (Look.ITALIC, remark.offset - 2)


# --- paragraphs -----------------------------------------------------------------------------------------------------
SENTENCE = "Это предложение такой длины, что его одного хватает на целый абзац, если после него молчат."
assert len(SENTENCE) >= FEWEST_SIGNS


def test_a_pause_begins_a_paragraph_and_a_breath_does_not() -> None:
    said = in_paragraphs(spoken((SENTENCE, 0.0), (SENTENCE, 1.5), (SENTENCE, 0.5)))
    assert said == f"{SENTENCE}\n\n{SENTENCE} {SENTENCE}"


def test_a_pause_within_a_sentence_has_to_be_long() -> None:
    begun = SENTENCE.removesuffix(".")
    assert "\n\n" not in in_paragraphs(spoken((begun, 0.0), (SENTENCE, 1.5)))
    assert "\n\n" in in_paragraphs(spoken((begun, 0.0), (SENTENCE, 3.5)))


def test_where_nothing_is_punctuated_pauses_are_all_there_is() -> None:
    begun = SENTENCE.replace(".", "")
    assert in_paragraphs(spoken((begun, 0.0), (begun, 1.5))) == f"{begun}\n\n{begun}"


def test_who_speaks_haltingly_gets_no_paragraph_for_each_word() -> None:
    assert in_paragraphs(spoken(("Да.", 0.0), ("Нет.", 1.5), ("Хорошо.", 1.5))) == "Да. Нет. Хорошо."


def test_several_sentences_are_a_paragraph() -> None:
    said = in_paragraphs(spoken(*[(SENTENCE, 0.1)] * 12)).split("\n\n")
    assert len(said) == 2
    assert all(part.endswith(".") for part in said)


def test_segments_that_are_not_in_the_text_tell_no_times() -> None:
    transcript = dataclasses.replace(spoken((SENTENCE, 0.0), (SENTENCE, 2.0)), text="Совсем другое.")
    assert in_paragraphs(transcript) == "Совсем другое."
    assert timed(transcript, Form()).text == "0:00 Совсем другое."


def test_times_stand_before_what_was_said_then() -> None:
    said = timed(spoken((SENTENCE, 7.0), ("Второе.", 4.5), ("Третье.", 0.2), ("Четвёртое.", 60.0)), Form()).text
    assert said.split("\n") == [f"0:07 {SENTENCE}", "0:15 Второе. Третье.", "1:23 Четвёртое."]


@given(transcripts.map(lambda said: spoken(*said)))
def test_times_never_go_back(transcript: Transcript) -> None:
    stamps = [line.split(" ")[0] for line in timed(transcript, Form()).text.split("\n")]
    seconds = [sum(60**place * int(part) for place, part in enumerate(reversed(each.split(":")))) for each in stamps]
    assert all(left <= right for left, right in pairwise(seconds))


def test_a_clock_is_as_players_show_it() -> None:
    assert [clock(seconds) for seconds in (0.0, 59.9, 750.0, 3723.0)] == ["0:00", "0:59", "12:30", "1:02:03"]


# --- doubt ----------------------------------------------------------------------------------------------------------
def doubtful(*said: tuple[str, float]) -> Transcript:
    text = "".join(word for word, _ in said)
    segment = Segment(0.0, 4.0, text, tuple(Word(word, sure) for word, sure in said))
    return Transcript(text.strip(), "ru", 1.0, 4.0, (segment.stripped,))


def marked(transcript: Transcript, form: Form) -> list[str]:
    (reply,) = answer(transcript, form)
    assert {entity.look for entity in reply.entities} <= {Look.UNDERLINE}
    return [reply.text[entity.offset : entity.end] for entity in reply.entities]


SAID = doubtful(
    (" «Жил", 0.9), (" был", 0.2), (" кот», ", 0.3), (" 🐈", 0.1), (" и", 0.9), (" ёж.", 0.4), (" הוא", 0.1)
)


def test_words_that_are_doubtful_are_marked_without_what_stands_around_them() -> None:
    assert marked(SAID, Form()) == ["был кот", "ёж. הוא"]


def test_marks_of_doubt_are_a_choice() -> None:
    assert marked(SAID, Form(marks_doubts=False)) == []


def test_words_that_are_no_segment_s_say_nothing() -> None:
    strange = dataclasses.replace(SAID.segments[0], words=(Word("чужое", 0.1),))
    assert marked(dataclasses.replace(SAID, segments=(strange,)), Form()) == []
