"""How a sentence opens: past bullets, numbers, quotes and « Nous allons… », on its first verb or noun."""

from dataclasses import dataclass

from okr.coach.inflect import Form
from okr.coach.text import Kind, Text
from okr.coach.units import CURRENCIES, MULTIPLIERS, unit_at
from okr.coach.words import Lexicon, VerbFound

_LABELS = frozenset(("kr", "okr", "o", "obj", "rc", "objectif", "objective", "goal", "kr's"))
_LABEL_PAIRS = frozenset((("key", "result"), ("resultat", "cle")))
_LABEL_ENDS = frozenset(":.)-/–—]")
_OBJECT_REACH = 8  # tokens


@dataclass(frozen=True)
class Opening:
    """`index` is the token that the sentence begins with; `subject` whether “we” or the like came before it."""

    index: int
    subject: bool


def without_label(text: Text) -> Text:
    """Without “- ”, “1. ”, “KR2 : ”, “« ” in front."""
    return Text(text.shown, text.tokens[_past_label(text) :])


def opening_of(text: Text, lexicon: Lexicon) -> Opening:
    """Of a text without its label."""
    index = _past_time(text, lexicon, 0)
    subject = False
    intros = lexicon.phrases("intro")
    for _again in range(3):
        length = intros.at(text, index)
        if not length:
            break
        subject = True
        index += length
    return Opening(index, subject)


def _past_label(text: Text) -> int:
    """Past “- ”, “1. ”, “KR2 : ”, “« ”."""
    index, last = 0, len(text.tokens)
    while index < last:
        token = text.tokens[index]
        if token.kind is Kind.SIGN:
            signs_a_number = text.is_number(index + 1) and (
                (token.low in "+-€$£" and text.glued(index + 1)) or token.low in "+<>≥≤=×"
            )
            if signs_a_number:
                break
            index += 1
        elif after := _after_label(text, index):
            index = after
        else:
            break
    return index


def _after_label(text: Text, index: int) -> int:
    low = text.low(index)
    place = index + 1
    if text.is_number(index):
        follows = text.low(place)
        ends = bool(follows) and follows in _LABEL_ENDS and not (text.glued(place + 1) and text.is_number(place + 1))
        if follows == "-":
            ends = ends and not text.glued(place) and not text.is_number(place + 1)
        return place + 1 if ends else 0
    if (low, text.low(place)) in _LABEL_PAIRS:
        place += 1
    elif low.rstrip("0123456789") not in _LABELS:
        return 0
    if text.is_number(place):
        place += 1
    follows = text.low(place)
    return place + 1 if follows and follows in _LABEL_ENDS else 0


def _past_time(text: Text, lexicon: Lexicon, index: int) -> int:
    """Past « D’ici fin juin, »."""
    start = index + 1 if text.low(index) in ("d'",) else index
    if text.low(start) not in lexicon.words("time_opening") | {"ici"}:
        return index
    for place in range(start + 1, start + 9):
        if text.low(place) == ",":
            inside = text.tokens[start:place]
            told = lexicon.words("months") | {
                "trimestre",
                "semestre",
                "annee",
                "quarter",
                "year",
                "ete",
                "noel",
                "rentree",
                "summer",
                "christmas",
            }
            if any(
                token.kind is Kind.NUMBER
                or token.low in told
                or (token.low[:1] in ("t", "q") and token.low[1:].isdecimal())
                for token in inside
            ):
                return place + 1
            return index
    return index


class Reader:
    """Recognises the verb that a sentence opens with."""

    def __init__(self, text: Text, lexicon: Lexicon, level: str) -> None:
        self.text, self.lex, self.level = text, lexicon, level
        self.opening = opening_of(text, lexicon)

    def verb(self, kind: str, index: int | None = None) -> VerbFound | None:
        """The verb of that kind which opens the sentence (or stands at `index`), when it says what the list means."""
        at = self.opening.index if index is None else index
        found = self.lex.verb_at(kind, self.text, at)
        if found is None or (found.verb.only and found.verb.only != self.level):
            return None
        subject = self.opening.subject and index is None
        if not self._is_verb(found, subject) or not self._means_it(found):
            return None
        return found

    # ── Is it a verb here? ──

    def _is_verb(self, found: VerbFound, subject: bool) -> bool:
        if self.lex.language == "fr":
            return self._is_french_verb(found, subject)
        return self._is_english_verb(found, subject)

    def _is_french_verb(self, found: VerbFound, subject: bool) -> bool:
        if found.forms & {Form.BASE, Form.WE, Form.FUTURE}:
            return True
        if Form.PRESENT in found.forms and subject:
            return True
        if Form.PARTICIPLE in found.forms and not found.verb.participle and not subject:
            return False
        return bool(found.forms & {Form.PRESENT, Form.PARTICIPLE}) and (
            subject or self.text.low(found.end) in self.lex.words("determiner")
        )

    def _is_english_verb(self, found: VerbFound, subject: bool) -> bool:
        verb, forms = found.verb, found.forms
        follows = self.text.low(found.end)
        if verb.noun_before and follows in verb.noun_before:
            return False
        has_object = self._is_object(found.end)
        if Form.BASE in forms:
            return subject or not verb.noun_too or has_object
        if Form.GERUND in forms:
            if not subject and self.lex.words("finite") & set(self.text.lows(found.end + 1, len(self.text.tokens))):
                return False  # "Launching with us feels effortless": the gerund is the subject
            if verb.gerund_noun:  # "Building materials", "Shipping costs"
                return subject or follows in self.lex.words("determiner") or self.text.is_number(found.end)
            return subject or has_object or not verb.noun_too
        if Form.PARTICIPLE in forms:
            return follows in self.lex.words("determiner") or (self.text.is_number(found.end) and verb.participle)
        return subject

    def _is_object(self, index: int) -> bool:
        """What can only be the object of a verb: “the new…”, “15 pilot stores”, “store teams”."""
        text = self.text
        if text.is_number(index) or text.low(index) in self.lex.words("determiner"):
            return True
        if text.low(index) in self.lex.words("stop"):
            return False
        return any(low in self.lex.words("audience") and low.endswith("s") for low in text.lows(index, index + 2))

    # ── Does it mean what the list says? ──

    def _means_it(self, found: VerbFound) -> bool:
        verb = found.verb
        if verb.unless:
            head, bare = self.head(found.end)
            unless = verb.unless_words(self.lex)
            if head in unless or self._plural_first(found.end) in unless:
                return False
            # « Construire avec nos éleveurs une relation »
            if bare and unless & set(self.text.lows(found.end, found.end + _OBJECT_REACH)):
                return False
            if bare and "goods" in verb.unless:  # « Livrer à l’heure », "Deliver on our promise"
                return False
        return not verb.needs or self._names(found.end, verb.needs)

    def _plural_first(self, index: int) -> str:
        """“groceries” of "Deliver groceries rural families count on": a plural seldom describes another noun."""
        low = self.text.low(index)
        return low if self.lex.language == "en" and low.endswith("s") else ""

    def _names(self, start: int, name: str) -> bool:
        """Whether a word of the list follows, before a reason is given."""
        stop = min(start + _OBJECT_REACH, self.reason(start))
        return bool(self.lex.words(name) & set(self.text.lows(start, stop)))

    def reason(self, start: int) -> int:
        """Where « pour… », "so that…" begins; the text's end where nothing does."""
        text = self.text
        for index in range(start, len(text.tokens)):
            if self.lex.phrases("why").at(text, index) and text.low(index + 1) != "cent":
                return index
            if text.low(index) == "to" and self.lex.language == "en" and self._is_infinitive(index + 1):
                return index
        return len(text.tokens)

    def _is_infinitive(self, index: int) -> bool:
        low = self.text.low(index)
        if not low or self.text.is_number(index) or self.text.tokens[index].kind is Kind.SIGN:
            return False
        nouns = (
            self.lex.words("determiner")
            | self.lex.words("loose_determiner")
            | self.lex.words("audience")
            | self.lex.words("number_words")
        )
        return low not in nouns and not low.endswith(("s", "ing", "ed", "ion"))

    def head(self, index: int) -> tuple[str, bool]:
        """The noun that the verb acts upon, and whether the verb stands without one."""
        return self._french_head(index) if self.lex.language == "fr" else self._english_head(index)

    def _french_head(self, index: int) -> tuple[str, bool]:
        text = self.text
        if text.low(index) in self.lex.words("stop") and text.low(index) not in ("en",):
            return "", True
        light = self.lex.words("loose_determiner") | self.lex.words("light_adjective") | MULTIPLIERS
        for place in range(index, index + _OBJECT_REACH):
            is_unit = (text.is_number(place - 1) and unit_at(text, place)[0] is not None) or text.low(
                place
            ) in CURRENCIES
            if not text.is_number(place) and not is_unit and text.low(place) not in light and text.low(place) != "%":
                return text.low(place), False
        return "", False

    def _english_head(self, index: int) -> tuple[str, bool]:
        text = self.text
        loose = self.lex.words("loose_determiner") | {"%", "percent", "out"}
        if text.low(index) in ("on", "for", "in", "to", "at", "with"):
            return "", True
        place = index
        while text.is_number(place) or text.low(place) in loose:
            place += 1
        ends = self.lex.words("stop") | loose
        last = ""
        if place > index and text.low(place) in self.lex.words("stop"):
            place += 1  # "the daily life", "the same day"
        for low in text.lows(place, place + 5):
            if low in ends or not low[0].isalnum():
                break
            last = low
        return last, False
