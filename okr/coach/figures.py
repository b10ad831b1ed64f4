"""The figures of a sentence: which there are, and which are only dates, names or sizes of something else."""

from collections.abc import Iterator
from dataclasses import dataclass

from okr.coach.asides import Asides
from okr.coach.text import Kind, Text
from okr.coach.units import CURRENCIES, MULTIPLIERS, Unit, unit_at
from okr.coach.words import Lexicon

_MEASURES = frozenset((Unit.PERCENT, Unit.POINTS, Unit.MONEY, Unit.TIME, Unit.RATIO))
_OUT_OF = {"fr": ("sur",), "en": ("sur", "in")}
SMALL_WORD = 4  # « deux canaux », "two worlds" are ways of speaking


@dataclass(frozen=True, slots=True)
class Figure:
    """From one token up to another, sign and unit included."""

    start: int
    end: int
    unit: Unit | None
    spelt: bool  # in words
    value: float | None = None
    fraction: bool = False
    sign: str = ""
    unit_word: str = ""

    @property
    def is_measure(self) -> bool:
        return self.unit in _MEASURES


@dataclass(frozen=True, slots=True)
class Figures:
    figures: list[Figure]
    dates: list[tuple[int, int]]  # day and month, or a month by which


def find_figures(text: Text, lexicon: Lexicon) -> Figures:
    return _Finder(text, lexicon).find()


class _Finder:
    def __init__(self, text: Text, lexicon: Lexicon) -> None:
        self.text = text
        self.lex = lexicon
        self.asides = Asides(text, lexicon)
        self.skip = self.asides.skip

    def find(self) -> Figures:
        return Figures(list(self._figures()), self.asides.dates)

    def _figures(self) -> Iterator[Figure]:
        index, last = 0, len(self.text.tokens)
        while index < last:
            figure = None if index in self.skip else self._figure_at(index)
            if figure is None:
                index += 1
            else:
                yield figure
                index = figure.end

    def _figure_at(self, index: int) -> Figure | None:
        text = self.text
        low = text.low(index)
        if text.is_number(index):
            return self._finish(index, index + 1, spelt=False, value=_value(low))
        if low[:1] == "x" and low[1:].isdecimal() and text.tokens[index].kind is Kind.WORD:
            return Figure(index, index + 1, Unit.TIMES, spelt=False, value=float(low[1:]))
        return self._spelt_at(index)

    def _spelt_at(self, index: int) -> Figure | None:
        text = self.text
        if text.low(index) in self.lex.words("one"):
            return self._from_one(index)
        end, value, fraction = index, None, False
        while end < len(text.tokens) and end not in self.skip:
            number = self._number_word(text.low(end))
            joins = text.low(end) in ("et", "and") and end > index and self._number_word(text.low(end + 1)) is not None
            if number is None and not (joins and value is not None and value >= 20):
                break
            if number is not None:
                fraction = fraction or text.low(end) in self.lex.words("fractions")
                value = number if value is None or number > value else value
            end += 1
        if end == index or value is None:
            return None
        if fraction and not self._is_fraction(end - 1):
            return None
        return self._finish(index, end, spelt=True, value=value, fraction=fraction)

    def _number_word(self, low: str) -> float | None:
        if low in self.lex.numbers:
            return self.lex.numbers[low]
        if "-" in low:
            parts = [part for part in low.split("-") if part not in ("et", "and", "un", "one")]
            if parts and all(part in self.lex.numbers for part in parts):
                return max(self.lex.numbers[part] for part in parts)
        return None

    def _is_fraction(self, index: int) -> bool:
        """« un tiers de », "a third of"; not « le tiers de confiance », "third quarter", "half-price"."""
        text = self.text
        before, after = text.low(index - 1), text.low(index + 1)
        if self.lex.language == "fr":
            return text.low(index) in ("moitie",) or before in ("un", "deux", "trois", "le", "quatre", "aux")
        if text.low(index) in ("third", "quarters", "thirds"):
            return (before in ("a", "one", "two", "three")) and (
                after in ("", "of", "the", "fewer", "less", "more") or text.tokens[index + 1].kind is Kind.SIGN
            )
        return after in ("of", "the", "our") or before in ("in", "by")

    def _from_one(self, index: int) -> Figure | None:
        """« d’un à deux », "from one to two"; « un client sur deux », "one in three"; « un tiers », "a third"."""
        text, one = self.text, self.text.low(index)
        if text.low(index + 1) in self.lex.words("fractions") and self._is_fraction(index + 1):
            return self._finish(index, index + 2, spelt=True, value=0, fraction=True)
        if one not in ("a", "la") and (end := self._ratio_end(index + 1)):
            return Figure(index, end, Unit.RATIO, spelt=True)
        if one == "a":
            return None
        if text.low(index - 1) in self.lex.words("from"):
            for place in range(index + 1, index + 4):
                if text.low(place) in self.lex.words("to") and self._number_word(text.low(place + 1)) is not None:
                    return self._finish(index, index + 1, spelt=True, value=1)
        said = text.low(index - 1) in ("of", "de", "d'", "than", "by", "within")
        if said and unit_at(self.text, index + 1)[0] in (Unit.TIME, Unit.POINTS, Unit.MONEY):
            return self._finish(index, index + 1, spelt=True, value=1)
        if text.low(index + 1) in ("million", "milliard", "millier", "billion", "thousand"):
            return self._finish(index, index + 2, spelt=True, value=1000)
        return None

    def _ratio_end(self, index: int) -> int:
        """Where “in five”, « client sur deux », “out of ten” ends; 0 when there is none."""
        text = self.text
        for place in (index, index + 1):
            step = 2 if text.has(place, ("out", "of")) else 1
            if step == 1 and text.low(place) not in _OUT_OF[self.lex.language]:
                continue
            if step == 1 and place > index and text.tokens[index].kind is not Kind.WORD:
                continue
            number = place + step
            if place > index and step == 1 and self.lex.language == "en" and not self._ends_a_share(number + 1):
                continue
            counts = text.is_number(number) or self._number_word(text.low(number)) is not None
            if counts and unit_at(text, number + 1)[0] is None:
                return number + 1
        return 0

    def _ends_a_share(self, index: int) -> bool:
        """“one household in three to try”, not “one team in three countries”."""
        text = self.text
        return not text.low(index) or text.tokens[index].kind is Kind.SIGN or text.low(index) in self.lex.words("stop")

    def _finish(self, start: int, end: int, *, spelt: bool, value: float | None, fraction: bool = False) -> Figure:
        """With what stands around the number: sign, currency, multiplier, unit, “/5”."""
        text = self.text
        unit: Unit | None = Unit.RATIO if fraction else None
        begin, sign = start, ""
        if text.low(begin - 1) in CURRENCIES and text.glued(begin):
            begin, unit = begin - 1, Unit.MONEY
        before = text.low(begin - 1)
        if before in ("+", "-", "±") and not text.glued(begin - 1) and (text.glued(begin) or before == "+"):
            begin, sign = begin - 1, before
        elif before in ("×",):
            begin, unit = begin - 1, Unit.TIMES
        if text.low(end) in MULTIPLIERS and (text.glued(end) or len(text.low(end)) > 1):
            end += 1
        place = end + 1 if text.low(end) == "-" and text.glued(end) and text.glued(end + 1) else end
        found, length = unit_at(self.text, place)
        unit_word = ""
        if found is None and text.low(place) in self.lex.words("deadline"):  # les 3 prochains mois
            found, length = unit_at(self.text, place + 1)
            if self.lex.language == "en" and not text.low(place + 1).endswith("s"):
                found, length = None, 0  # "against three last year"
            length += bool(length)
        if found is None and text.low(place) in self.lex.words("metric_noun"):  # 10 NPS points
            found, length = unit_at(self.text, place + 1)
            found, length = (found, length + 1) if found is Unit.POINTS else (None, 0)
        if found is not None:
            unit_word = text.low(place + length - 1)
            unit, end = found, place + length
        if text.low(end) == "/" and text.is_number(end + 1) and unit in (None, Unit.POINTS):
            unit, end = Unit.RATIO, end + 2
        elif unit in (None, Unit.POINTS) and (ratio := self._ratio_end(end)):
            unit, end = Unit.RATIO, ratio
        return Figure(begin, end, unit, spelt, value, fraction, sign, unit_word)


def _value(number: str) -> float | None:
    try:
        return float(number.replace(" ", "").replace(",", "."))
    except ValueError:
        return None
