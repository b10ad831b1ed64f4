"""French or English? From the words alone, accents apart, so that a text typed without them is the same text."""

from collections import Counter
from functools import cache

from okr.coach.text import Text, read
from okr.coach.units import CURRENCIES, MULTIPLIERS
from okr.coach.words import LANGUAGES, VERB_KINDS, Words

_ELISIONS = frozenset({"l'", "d'", "qu'", "j'", "n'", "s'", "c'", "m'", "jusqu'"})
_ENGLISH_ENDINGS = ("ing", "ness", "ly", "ship", "ful")
_FRENCH_ENDINGS = ("ment", "eur", "eurs", "euse", "ite", "elle", "eaux", "aux", "ons", "ez", "er", "ir")
_FRENCH_QUARTERS = frozenset({"t1", "t2", "t3", "t4"})
SURE = 3


def detect_language(text: str) -> str:
    """“fr” or “en”. A text that gives no sign, such as “NPS 31 → 42”, is English."""
    return language_of(read(text))


def language_of(text: Text) -> str:
    signs = _signs()
    score: Counter[str] = Counter()
    for index, token in enumerate(text.tokens):
        if token.low in CURRENCIES and (text.is_number(index - 1) or text.low(index - 1) in MULTIPLIERS):
            score["fr"] += 1  # 12 M€, where English writes €12m
        if token.low in _ELISIONS:
            score["fr"] += SURE
            continue
        if token.low in _FRENCH_QUARTERS:
            score["fr"] += SURE
        for word in {token.low, *token.low.split("-")}:
            for language in LANGUAGES:
                score[language] += signs[language].get(word, 0)
    if score["fr"] == score["en"]:
        words = [token.low for token in text.tokens]
        score["fr"] += sum(word.endswith(_FRENCH_ENDINGS) for word in words)
        score["en"] += sum(word.endswith(_ENGLISH_ENDINGS) for word in words)
    return "fr" if score["fr"] > score["en"] else "en"


@cache
def _signs() -> dict[str, dict[str, int]]:
    """How much each word tells; words that both languages have tell nothing."""
    words = Words.load()
    found: dict[str, dict[str, int]] = {}
    for language in LANGUAGES:
        lexicon = words.of(language)
        weights = dict.fromkeys(lexicon.words("metric_noun") | lexicon.words("audience"), 1)
        weights |= dict.fromkeys((phrase[0] for phrase in lexicon.vague), 1)
        weights |= dict.fromkeys((phrase[0] for phrase in lexicon.nouns("activity_noun")), 2)
        weights |= dict.fromkeys(lexicon.words("months") - {"mars", "mai", "may", "march"}, 1)
        weights |= dict.fromkeys(lexicon.verb_words("goal_verb") | lexicon.verb_words("wish_verb"), 2)
        for kind in VERB_KINDS:
            weights |= dict.fromkeys(lexicon.first_words(kind), 2)
        weights |= dict.fromkeys((word for word in lexicon.words("stopwords")), 2)
        found[language] = weights
    for word in found["fr"].keys() & found["en"].keys():
        del found["fr"][word], found["en"][word]
    return found
