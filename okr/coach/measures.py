"""What the figures of a key result say together: from where to where, a target alone, or only by how much more."""

from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise

from okr.coach.figures import Figure, find_figures
from okr.coach.inflect import Form
from okr.coach.text import Kind, Text
from okr.coach.units import LONG_TIMES, Unit
from okr.coach.words import Lexicon

_ARROWS = frozenset("→⇒➔➜⟶⟹➝>")
_FAR = 16  # tokens between the two figures of a pair


@dataclass(frozen=True)
class Measures:
    text: Text
    lexicon: Lexicon

    @cached_property
    def figures(self) -> list[Figure]:
        """Those that measure something: no date, no deadline, no « pour 1 000 commandes »."""
        found = find_figures(self.text, self.lexicon).figures
        paired = self._paired(found)
        return [figure for figure in found if figure in paired or not self._is_aside(figure)]

    @cached_property
    def has_pair(self) -> bool:
        """From X to Y, in any of its wordings; a band counts."""
        return bool(self._paired(self.figures))

    @cached_property
    def is_relative(self) -> bool:
        """By how much, but neither from where nor to where."""
        if self.has_pair or not (self._relative or self._multiplies):
            return False
        return not any(self._is_absolute(figure) for figure in self.figures if figure not in self._relative)

    @cached_property
    def relative_figures(self) -> list[Figure]:
        return self._relative

    # ── Pairs ──

    def _paired(self, figures: list[Figure]) -> list[Figure]:
        found = []
        for one, other in pairwise(figures):
            if other.start - one.end <= _FAR and self._is_pair(one, other):
                found += [one, other]
        return found

    def _is_pair(self, one: Figure, other: Figure) -> bool:
        if Unit.TIMES in (one.unit, other.unit):
            return False
        gap = self.text.lows(one.end, other.start)
        if _ARROWS & set(gap) or self._baseline_in(one.end, other.start):
            return True
        if self._reads_from_to(one, other, gap):
            return True
        if not _kin(one, other):
            return False
        if "(" in gap or self._baseline_in(other.end, other.end + 5) or self._baseline_in(one.start - 3, one.start):
            return True
        return one.is_measure and one.unit is not Unit.TIME and one.unit is other.unit and not (one.sign or other.sign)

    def _baseline_in(self, start: int, end: int) -> bool:
        return bool(self.lexicon.phrases("baseline").found(self.text, start, end))

    def _reads_from_to(self, one: Figure, other: Figure, gap: list[str]) -> bool:
        """« de X à Y », "from X to Y", "between X and Y", “24–26 %”, and "2.2% to 3%" without its "from"."""
        if gap == ["-"]:
            return other.is_measure and other.unit_word not in self.lexicon.words("age")
        joints = self.lexicon.words("to")
        place = next((at for at in range(len(gap) - 1, -1, -1) if gap[at] in joints), None)
        if place is None or len(gap) - place > 4:
            return False
        begins = self.lexicon.words("from")
        if any(self.text.low(one.start - step) in begins for step in (1, 2, 3)):
            return _kin(one, other) or one.unit is None or other.unit is None
        return len(gap) == 1 and (one.is_measure or other.is_measure) and gap[0] not in ("et", "and", "en")

    # ── Sizes of something else ──

    def _is_aside(self, figure: Figure) -> bool:
        return self._is_deadline(figure) or self._is_base(figure) or self._is_scope(figure) or self._is_age(figure)

    def _is_deadline(self, figure: Figure) -> bool:
        """« d’ici 3 mois », "over the next 3 months"; « en 2 h » is a level of service."""
        if figure.unit is not Unit.TIME:
            return False
        deadline = self.lexicon.words("deadline")
        if set(self.text.lows(figure.start - 2, figure.end + 1)) & deadline:
            return True
        before = self.text.low(figure.start - 1)
        if before in ("les", "the"):
            before = self.text.low(figure.start - 2)
        starts = ("en", "dans", "sous", "in", "within", "over", "for", "during", "sur", "pendant", "avant", "before")
        return figure.unit_word in LONG_TIMES and before in starts

    def _is_base(self, figure: Figure) -> bool:
        """« pour 1 000 commandes », "per 1,000 orders"."""
        before = self.text.low(figure.start - 1)
        return figure.unit is None and before in ("pour", "per", "every") and not self._ends(figure)

    def _is_scope(self, figure: Figure) -> bool:
        """« nos 40 magasins pilotes », "the top 20 cities"."""
        if figure.unit is not None:
            return False
        before = self.text.low(figure.start - 1)
        if before in ("les", "the") and self.text.low(figure.start - 2) in self._reaching:
            return False
        return before in ("les", "nos", "ces", "the", "our", "these", "top", "deux", "both") and not self._ends(figure)

    @cached_property
    def _reaching(self) -> frozenset[str]:
        return self.lexicon.words("target")

    def _is_age(self, figure: Figure) -> bool:
        text = self.text
        if figure.unit_word in self.lexicon.words("age"):
            before = text.lows(figure.start - 3, figure.start)
            return bool({"les", "des", "moins", "plus", "-"} & set(before))
        return bool(self.lexicon.words("age") & set(text.lows(figure.end, figure.end + 3)))

    def _ends(self, figure: Figure) -> bool:
        """Nothing follows that the figure could count."""
        return figure.end >= len(self.text.tokens) or self.text.tokens[figure.end].kind is Kind.SIGN

    # ── Relative figures ──

    @cached_property
    def _relative(self) -> list[Figure]:
        return [figure for figure in self.figures if self._is_relative(figure)]

    @cached_property
    def _multiplies(self) -> bool:
        """« doubler », "twice as many", « de moitié »."""
        if self.lexicon.phrases("fraction_relative").found(self.text):
            return True
        forms = self.lexicon.verb_words("multiply_verb", Form.BASE, Form.WE, Form.GERUND)
        for index, token in enumerate(self.text.tokens[:6]):
            if token.low in forms and self._has_object(index + 1):
                return True
        return False

    def _has_object(self, index: int) -> bool:
        """“double the…”, “double basket size”; not “double opt-in”."""
        if self.lexicon.language == "fr" or self.text.low(index) in self.lexicon.words("loose_determiner"):
            return True
        nouns = self.lexicon.words("metric_noun") | self.lexicon.words("audience")
        return bool(nouns & set(self.text.lows(index, index + 2)))

    @cached_property
    def _changes(self) -> bool:
        """Whether the sentence speaks of more or less of something."""
        forms = self.lexicon.verb_words("change") | self.lexicon.words("change_noun")
        return any(token.low in forms for token in self.text.tokens)

    def _is_relative(self, figure: Figure) -> bool:
        text = self.text
        before = text.low(figure.start - 1)
        if figure.unit is Unit.TIMES:
            return text.low(figure.end) not in ("par", "a", "per", "each", "every")
        if figure.sign in ("+", "-") and not figure.spelt:
            return True
        if before in ("par", "by") and text.low(figure.start - 2) in self.lexicon.verb_words("multiply_by"):
            return True
        if self._more_after(figure):
            return True
        if figure.is_measure and before in self.lexicon.verb_words("gain_verb"):
            return not self._baseline_in(figure.end, figure.end + 3)  # « prend 12 min au lieu d’une demi-heure »
        if self._is_up_or_down(figure):
            return True
        if not self._changes:
            return False
        if figure.fraction and before in ("de", "d'", "by", "in"):
            return True
        if self.lexicon.language == "fr":
            return before in ("de", "d'") and not self._is_level(figure.start - 2)
        if before == "by":
            return True
        if figure.unit is not Unit.PERCENT or before in self.lexicon.words("target") | self.lexicon.words("from") | {
            "a",
            ":",
        }:
            return False
        return self._ends(figure) and figure.start > 1

    def _is_up_or_down(self, figure: Figure) -> bool:
        """“Traffic up 30%”, where no level stands before."""
        text, start = self.text, figure.start
        by_how_much = self.lexicon.language == "en" and text.low(start - 1) in ("up", "down")
        return by_how_much and start > 1 and text.tokens[start - 2].kind is Kind.WORD and figure is self.figures[0]

    def _is_level(self, index: int) -> bool:
        """« un NPS de 50 », « un taux de 20 % » say a level; « augmenter le NPS de 8 points » does not."""
        if self.text.low(index) in self.lexicon.words("level_word"):
            return True
        ones, changes = self.lexicon.words("one"), self.lexicon.words("change_noun")
        for place in range(index, max(index - 5, 0), -1):
            if self.text.low(place) in changes:
                return False
            if self.text.low(place - 1) in ones:
                return True
            if self.text.low(place - 1) in ("le", "la", "l'", "les", "notre", "nos"):
                return False
        return self.text.low(index) in self.lexicon.words("level_noun")

    def _more_after(self, figure: Figure) -> bool:
        """« 20 % de réclamations en moins », "20% fewer complaints"."""
        phrases = self.lexicon.phrases("more_after")
        near = 5 if self.lexicon.language == "fr" else 1
        for start, end in phrases.found(self.text, figure.end, figure.end + near + 2):
            if any(token.kind is not Kind.WORD for token in self.text.tokens[figure.end : start]):
                return False
            if (
                start - figure.end < near and self.text.low(end) not in ("de", "d'", "than", "que")
            ) or start == figure.end:
                return True
        return False

    def _is_absolute(self, figure: Figure) -> bool:
        """A level that is reached or left: « pour atteindre 42 », "(today 31)"."""
        before = set(self.text.lows(figure.start - 3, figure.start))
        return bool(before & (self._reaching | {"(", ":", "="})) or self._baseline_in(figure.start - 3, figure.end + 4)


def _kin(one: Figure, other: Figure) -> bool:
    """Figures of one measure: the same unit, or one that is not said twice."""
    return one.unit is other.unit or one.unit is None or other.unit is None
