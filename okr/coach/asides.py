"""Numbers that measure nothing: dates, years, ranks, versions, « 24/7 », « J+1 », « paiement en 4x »."""

from okr.coach.text import Kind, Text
from okr.coach.units import CURRENCIES, MULTIPLIERS, Unit, unit_at
from okr.coach.words import Lexicon

_ORDINALS = frozenset(("er", "re", "ere", "e", "eme", "nde", "st", "nd", "rd", "th"))
_AROUND_THE_CLOCK = frozenset((("24", "7"), ("7", "7"), ("24", "24")))


class Asides:
    """`dates` are days and months; `skip` holds every token that belongs to a date, a name or a way of speaking."""

    def __init__(self, text: Text, lexicon: Lexicon) -> None:
        self.text = text
        self.lex = lexicon
        self.dates: list[tuple[int, int]] = []
        self.skip: set[int] = set()
        self._mark_dates()
        for start, end in lexicon.phrases("number_idioms").found(text):
            self.skip.update(range(start, end))
        for index in range(len(text.tokens)):
            if text.is_number(index) and index not in self.skip and self._is_name(index):
                self.skip.add(index)

    # ── Dates ──

    def _date(self, start: int, end: int) -> None:
        self.dates.append((start, end))
        self.skip.update(range(start, end))

    def _mark_dates(self) -> None:
        months = self.lex.words("months")
        before = self.lex.words("month_before")
        text = self.text
        for index, token in enumerate(text.tokens):
            if token.low in months:
                day_first = index - 1 if not text.is_number(index - 1) and text.low(index - 1) in _ORDINALS else index
                day = day_first - 1
                if text.is_number(day) and len(text.low(day)) <= 2:
                    self._date(day, index + 1)
                elif self.lex.language == "en" and text.is_number(index + 1) and len(text.low(index + 1)) <= 2:
                    self._date(index, index + 2)
                elif text.low(index - 1) in before:
                    self._date(index, index + 1)
            elif token.kind is Kind.NUMBER:
                self._mark_numeric_date(index)

    def _mark_numeric_date(self, index: int) -> None:
        """31/03, 31/03/2026, 2026-03-31; but 4/5 is a mark out of five."""
        text = self.text
        if index in self.skip or text.low(index + 1) not in ("/", "-", ".") or not text.glued(index + 1):
            return
        if not (text.is_number(index + 2) and text.glued(index + 2)):
            return
        first, sign, second = text.lows(index, index + 3)
        third = text.low(index + 4) if text.low(index + 3) == sign and text.is_number(index + 4) else ""
        if third and len(second) <= 2 and (len(first) == 4 or len(third) in (2, 4)):
            self._date(index, index + 5)
        elif sign == "/" and first.isdecimal() and second.isdecimal() and len(first) <= 2 and len(second) == 2:
            is_month = 1 <= int(second) <= 12 and 1 <= int(first) <= 31
            told = text.low(index - 1) in self.lex.words("month_before") | {"le", "au", "the", "du"}
            if is_month and (second[0] == "0" or told or int(first) > int(second)):
                self._date(index, index + 3)

    # ── Numbers that are no figures ──

    def _is_name(self, index: int) -> bool:
        """A year, a rank, a version, around the clock, the day after: “2026”, “n° 1”, “Drive 2.0”, “24/7”, “J+1”."""
        text = self.text
        number = text.low(index)
        after, before = text.low(index + 1), text.low(index - 1)
        glued_after = text.glued(index + 1)
        if self._is_year(index, number, before, after):
            return True
        if before in ("#", "°", "º") or (
            before in self.lex.words("label_word") and unit_at(text, index + 1)[0] is None
        ):
            return True
        if glued_after and after in _ORDINALS:
            return True
        if glued_after and after in ("d", "g") and text.tokens[index + 1].capital and number in ("2", "3", "4", "5"):
            return True
        if glued_after and after == "k" and text.tokens[index + 1].capital and number in ("4", "8"):
            return text.low(index + 2) not in CURRENCIES
        if before in ("+", "-") and text.glued(index) and text.glued(index - 1) and text.low(index - 2) in "jdshmqt":
            return True
        if after == "-" and glued_after and text.glued(index + 2) and not text.is_number(index + 2):
            return unit_at(text, index + 2)[0] is None  # 4-in-the-box, but not 30-day
        if number.endswith(".0") and len(number) == 3 and unit_at(text, index + 1)[0] is None:
            return before not in self.lex.words("from") | self.lex.words("to")
        if number == "360" and unit_at(text, index + 1)[0] is None:
            return after in ("°", "") or (
                index > 0 and text.low(index - 1) not in self.lex.words("from") | self.lex.words("to")
            )
        return self._is_around_the_clock(index) or self._is_instalment(index)

    def _is_year(self, index: int, number: str, before: str, after: str) -> bool:
        if not (len(number) == 4 and number.isdecimal()):
            return False
        first, last = (1950, 2050) if before in ("en", "in", "depuis", "since") else (2015, 2040)
        if not first <= int(number) <= last:
            return False
        if unit_at(self.text, index + 1)[0] is not None or after in MULTIPLIERS or before in CURRENCIES:
            return False
        if (index > 1 and self.text.tokens[index - 1].capital) or before == "the":
            return True  # "the City 2030 districts", "the 2027 plan"
        if after and self.text.tokens[index + 1].kind is Kind.WORD and after not in self.lex.words("stop"):
            told = (
                self.lex.words("months")
                | self.lex.words("label_word")
                | {"en", "in", "ici", "fin", "of", "by", "rentree", "noel", "friday"}
            )
            return before in told or (before[:1] in ("t", "q", "s", "h") and before[1:].isdecimal())
        return True

    def _is_around_the_clock(self, index: int) -> bool:
        """24/7, 7j/7, 24 h/24, 7 jours sur 7."""
        text = self.text
        place = index + 1
        if unit_at(text, place)[0] is Unit.TIME:
            place += 1
        if text.low(place) in ("/", "sur") and text.is_number(place + 1):
            pair = (text.low(index), text.low(place + 1))
            if pair in _AROUND_THE_CLOCK:
                self.skip.update(range(index, place + 2))
                return True
        return False

    def _is_instalment(self, index: int) -> bool:
        """Payment “en 4x”, “3 fois sans frais”, "in 3 instalments"; « 2 fois par mois » is a rhythm."""
        text = self.text
        if unit_at(text, index + 1)[0] is Unit.TIMES:
            return text.low(index - 1) in ("en", "in") or text.has(index + 2, ("sans", "frais"))
        return text.low(index + 1) in ("instalments", "installments")
