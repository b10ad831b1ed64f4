"""What a sentence says of its own figures, as one would type them beside it: "Cart abandonment from 27% to 18%"."""

import re
from decimal import Decimal

from django.http import QueryDict

from okr import numbers
from okr.coach import Level, Statement, Words, language_to_judge_in
from okr.coach.figures import Figure
from okr.coach.measures import Measures
from okr.coach.text import Text, read
from okr.coach_words import words_of_organization
from okr.forms.units import unit_chosen
from okr.language import language
from okr.models import KeyResult
from okr.pasted import plain

LONGEST = 240  # characters: what a title holds
_BANDS = frozenset(("entre", "between", "within", "et", "and"))
_JOINTS = frozenset(
    ("a", "au", "aux", "vers", "jusqu'a", "jusqu'", "en", "to", "towards", "toward", "into", *"→⇒➔➜⟶⟹➝>")
)
_STARTS_AFTER = frozenset(("contre", "vs", "versus", "against", "from", "instead", "lieu"))
_NUMBER = re.compile(r"\d{1,3}(?: \d{3})+(?!\d)(?:[.,]\d+)?|\d+(?:[.,]\d+)*")
_SCALE = re.compile(r" ?(?:Mds|Md|M|bn|Bn|k|K)(?![^\W\d_])")
_MONEY = re.compile(r" ?[€$£]")
_CURRENCIES = {"€": "eur", "euro": "eur", "euros": "eur", "$": "usd", "£": "gbp"}
SMALL = 1000  # « de 1,2 à 1,5 M€ »: what would be called by the scale of the other


def figures_of(statement: Statement, words: Words) -> dict[str, str]:
    """`start`, `target` and, where the sentence says it, `unit` (a choice of KeyResultForm) in the reader's way of writing
    figures. {} unless the sentence has these two figures and no other, and says which is which."""
    text = read(statement.text)
    spoken = language_to_judge_in(statement)
    if len(text.shown) > LONGEST:
        return {}
    pair = _from_to(text, Measures(text, words.of(spoken)))
    if pair is None:
        return {}
    try:
        written = [_Written.of(text, figure, spoken) for figure in pair]
    except numbers.NotANumber:
        return {}
    return _said(written, spoken, "nps" in text.lows(0, len(text.tokens)))


def with_figures(sent: QueryDict) -> QueryDict:
    """What a form sends of a new key result whose figures nobody typed, nor was there to read (`reads`): with those that
    its sentence says."""
    if not sent.get("reads") or any(sent.get(name) for name in ("start", "target", "unit")):
        return sent
    data = sent.copy()
    for name, value in figures_of(Statement(Level.KEY_RESULT, sent.get("title", "")), words_of_organization()).items():
        data[name] = value
    return data


def _from_to(text: Text, measures: Measures) -> tuple[Figure, Figure] | None:
    if len(measures.figures) != 2 or not measures.has_pair:
        return None
    one, other = measures.figures
    gap = text.lows(one.end, other.start)
    if one.spelt or other.spelt or _BANDS & {*gap, *text.lows(one.start - 2, one.start)}:
        return None
    if _STARTS_AFTER & set(gap):
        return other, one
    return (one, other) if _JOINTS & set(gap) else None


class _Written:
    """A figure as it stands in the sentence, cut into its number, its scale ("M") and its unit ("€", "min")."""

    def __init__(self, number: str, scale: str, unit: str, value: Decimal) -> None:
        self.number, self.scale, self.unit, self.value = number, scale, unit, value

    @classmethod
    def of(cls, text: Text, figure: Figure, spoken: str) -> "_Written":
        begin, end = text.tokens[figure.start].start, text.tokens[figure.end - 1].end
        found = _NUMBER.search(text.shown, begin, end)
        if found is None:
            raise numbers.NotANumber(numbers.Unreadable.NONSENSE)
        rest = text.shown[found.end() :]
        scale = _SCALE.match(rest)
        rest = rest[scale.end() :] if scale else rest
        money = _MONEY.match(rest)
        before = text.shown[begin : found.start()].replace("+", "").strip()
        sign = "-" if "-" in before else ""
        currency = before.replace("-", "").strip() or (money.group().strip() if money else "")
        unit = currency or text.shown[found.end() : end].strip()
        if not currency and re.search(r"\d", unit):  # "2h30", "4.1/5"
            if not unit.startswith("/"):
                raise numbers.NotANumber(numbers.Unreadable.NONSENSE)
            unit = ""
        number = f"{sign}{found.group()}"
        return cls(number, scale.group().strip() if scale else "", unit, numbers.parse_decimal(number, spoken))


def _said(written: list[_Written], spoken: str, is_nps: bool) -> dict[str, str]:
    named = next((one.unit for one in written if one.unit), "")
    scale = next((one.scale for one in written if one.scale), "")
    unit, label = unit_chosen(named) if named else ("", "")
    if len({_kind(one.unit) for one in written if one.unit}) > 1:  # "3 days to 36 hours": nobody says how long a day is
        return {}
    figures = []
    for one in written:
        if not one.scale and not one.unit and abs(one.value) < SMALL:
            one.scale = scale
        tail = f" {one.scale}" if one.scale else ""
        if unit == KeyResult.Unit.MONEY:
            tail += f"{'' if tail else ' '}{named}"
        elif label:
            tail += f" {one.unit or label}"
        figures.append(_in_my_language(one.number, spoken) + tail)
    start, target = figures
    if not named and is_nps:
        unit = KeyResult.Unit.POINTS
    return {"start": start, "target": target, "unit": "" if label else unit}


def _kind(unit: str) -> str:
    """The same for all ways to write one unit: "day" and "jours", "star" and "stars", "€" and "euros"."""
    known, label = unit_chosen(unit)
    if known == KeyResult.Unit.MONEY:
        return _CURRENCIES.get(unit.lower(), unit.lower())
    return plain(label).removesuffix("s") or known


def _in_my_language(number: str, spoken: str) -> str:
    """As it stands there, unless its reader's language would read another figure in it ("1,200")."""
    value = numbers.parse_decimal(number, spoken)
    try:
        if numbers.parse_decimal(number, language()) == value:
            return number
    except numbers.NotANumber:
        pass
    return numbers.format_number(value, language())
