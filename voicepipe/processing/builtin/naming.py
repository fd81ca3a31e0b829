"""The words that a text is about: those that it repeats, in the form in which they stand there most often."""

from __future__ import annotations

import re
from collections import Counter, defaultdict

from voicepipe.processing.builtin.words import is_little, sentences_of, stem
from voicepipe.processing.kinds import Failing, Made, Material, NotMade, Point

MOST = 10
FEWEST_SIGNS = 4
"""Shorter words name nothing."""
_NO_NAMES = {
    "ru": """близко вверх вдруг вечером вместе вниз вокруг возле впереди вроде всем всеми всему вчера вчерашний выше
        давай давайте далеко дальше днем дома домой долго другая другие других другое другой еле завтра здравствуйте
        иначе каждая каждого каждое каждой каждую каждый кроме куда-то ладно лишь любая любое любой мимо минус нами
        наверное назад например насчет находу недавно немного никак ниже ночью обратно обычно однако около опять отсюда
        оттуда очередной плюс подряд поближе пожалуйста позже пока поменьше понятно поскольку последний пораньше поэтому
        правда привет примерно причем просто пусть раньше ровно рядом сама сами само самая самый сверху свыше сзади
        скоро слишком снизу снова совершенно совсем спасибо сразу сюда также точно туда утром целый часто штук""",
    "en": """already always another anyone anything back because better between everybody everyone everything first
        hello here itself last maybe morning never next nobody nothing often please probably rather second several
        smaller somebody someone something soon sure thank thanks thing things today tomorrow tonight twice until
        usually week yesterday hundred thousand million""",
}
"""Words that say something in a sentence, and name nothing by themselves."""
_NO_NAME = {language: frozenset(words.split()) for language, words in _NO_NAMES.items()}
_LIKE_VERBS = """печать кровать память рукоять режим аноним псевдоним кредит лимит визит аудит гранит дефицит транзит
    магнит алфавит бандит депозит реквизит профицит аппетит субъект трамваем музеем"""
_LIKE_ADJECTIVES = """столов ванн рабоч насеком животн учен служащ гостин прихож кладов запят мостов набережн приемн
    парикмахерск пирожн морожен данн больн дежурн заведующ управляющ"""
_NAMES_ALL_THE_SAME = frozenset(_LIKE_VERBS.split()), tuple(_LIKE_ADJECTIVES.split())
"""Nouns that end like verbs, and what nouns begin with that end like adjectives."""
_VERB = re.compile(
    r"""(?: [аеиоуыя]ть | ться | тся | [еи]шь | [еи]шься | [аяуе]ет | [аяуе]ем | [аяуею]ют | ит | ят | [аяую]ю
        | [аеи]ете | йте | ите | [йи]тесь | лся | лась | лось | лись | [юу]сь | мся
        | (?:ир|ыв|ив|ев|ов)ал[аои] | ировал )$""",
    re.VERBOSE,
)
"""How Russian verbs end, as far as nouns hardly do. A noun that ends so in one form has others."""
_NO_NOUN = re.compile(
    r"(?:ого|ыми|ими|ым|им|ую|ой|ый|ий|ая|ое|ые|ых|их|[шщч]ему|[шдж]нему|льно|енно|ично|-то|-либо|-нибудь)$"
)
"""How adjectives, participles and adverbs end: they name something only beside their noun."""
_NUMBER = re.compile(
    r"^(?:\w*(?:надцат|дцат|десят)\w*|(?:тысяч|миллион|сорок|полтор|пят|шест|сем|девят|восьм)[аиьую]?\w?)$"
)
_SHORTEST_VERB = 5


def keywords(material: Material) -> Made:
    """Raises NotMade where no word says anything."""
    forms: defaultdict[str, Counter[str]] = defaultdict(Counter)
    spread: Counter[str] = Counter()
    for sentence in sentences_of(material):
        words = [word for word in sentence.words if _names(word, material.language)]
        spread.update({stem(word) for word in words})
        for word in words:
            forms[stem(word)][word] += 1
    if not forms:
        raise NotMade(Failing.NOTHING)
    # What several sentences name is what it is about; among the others, what is named more often, then what is longer.
    ranked = sorted(forms, key=lambda each: (-spread[each], -forms[each].total(), -len(_form(forms[each]))))
    return Made(points=tuple(Point(_form(forms[each])) for each in ranked[:MOST]))


def _names(word: str, language: str) -> bool:
    if len(word) < FEWEST_SIGNS or is_little(word, language) or word in _NO_NAME.get(language, ()):
        return False
    return language != "ru" or _is_noun(word)


def _is_noun(word: str) -> bool:
    """Whether a Russian word looks like one; measured in tests/tools/summaries/README.md."""
    like_verbs, like_adjectives = _NAMES_ALL_THE_SAME
    if word in like_verbs or word.startswith(like_adjectives):
        return True
    is_verb = len(word) >= _SHORTEST_VERB and _VERB.search(word)
    is_other = len(word) > _SHORTEST_VERB + 1 and _NO_NOUN.search(word)
    return not (is_verb or is_other or _NUMBER.match(word))


def _form(counted: Counter[str]) -> str:
    """The most frequent form; among equals the shortest, which is most likely the one in dictionaries."""
    return min(counted, key=lambda word: (-counted[word], len(word), word))
