"""A whole text to put in place of the one judged, with “…” where only its author knows what belongs there."""

import re

from okr.coach.figures import find_figures
from okr.coach.inflect import Form
from okr.coach.measures import Measures
from okr.coach.objective import has_good_length
from okr.coach.opening import Reader
from okr.coach.statement import Level, Rule
from okr.coach.text import Kind, Text
from okr.coach.units import words
from okr.coach.words import Lexicon

BLANK = "…"
_LONGEST = 240  # characters: what a title holds
_NBSP = "\u00a0"
# What stands between “20 %” and the thing, at the beginning of a sentence.
_AFTER_MORE = words("de d' of in fewer more less on sur le the")
# What leads to a figure or date at the end of a sentence, and goes with it.
_LEADS = words(
    "de d' a d ici le la les au avant fin mi debut en moins plus par jusqu' "
    "by of from before until in the end under than less more at least within"
)


def reword(rule: Rule, found: list[Rule], text: Text, lexicon: Lexicon) -> str:
    """“” where no rewording can be made without knowing more than the sentence says."""
    if text.tokens[-1].end - text.tokens[0].start > _LONGEST or BLANK in text.shown:
        return ""
    made = ""
    if rule in (Rule.OBJ_HAS_FIGURE, Rule.OBJ_BARE_METRIC):
        made = _objective(found, text, lexicon)
    elif rule is Rule.KR_RELATIVE_TARGET and rule is found[0]:
        made = _absolute(text, lexicon)
    elif rule is Rule.KR_NO_FIGURE:
        made = _from_to(text, lexicon, 0, _last(text))
    return _typeset(made, lexicon.language)


def _last(text: Text) -> int:
    """Up to the closing stop or quote."""
    last = len(text.tokens)
    while last > 0 and text.low(last - 1) in '.;,:!?"»”':
        last -= 1
    return last


# ── Objectives ──


def _objective(found: list[Rule], text: Text, lexicon: Lexicon) -> str:
    last = _last(text)
    if Rule.OBJ_HAS_FIGURE in found:
        last = _before_closing_figure(text, lexicon, _deadline(text, lexicon, 0, last) or last) or (
            _before_closing_figure(text, lexicon, last)
        )
        if not last:
            return ""
    if set(found) - {Rule.OBJ_HAS_FIGURE, Rule.OBJ_BARE_METRIC}:
        return ""
    kept = text.slice(0, last)
    return f"{kept} {lexicon.lists['so_that']}" if Rule.OBJ_BARE_METRIC in found else kept


def _before_closing_figure(text: Text, lexicon: Lexicon, last: int) -> int:
    """Where the sentence ends without the one figure or date at its end; 0 when it has others, or it stands inside."""
    numbers = find_figures(text, lexicon)
    spans = sorted([*numbers.dates, *((figure.start, figure.end) for figure in numbers.figures)])
    if len(spans) != 1 or spans[0][1] != last:
        return 0
    end = spans[0][0]
    while end > 0 and text.low(end - 1) in _LEADS:
        end -= 1
    led = end < spans[0][0]
    return end if led and has_good_length(Text(text.shown, text.tokens[:end]), 0) else 0


# ── Key results ──


def _from_to(text: Text, lexicon: Lexicon, start: int, last: int) -> str:
    """« Augmenter le panier moyen de … à … d’ici mars », « Taux de satisfaction : de … à … »."""
    until = _deadline(text, lexicon, start, last)
    head = text.slice(start, until)
    if not head:
        return ""
    joint = " " if _opens_with_change(text, lexicon) else _colon(lexicon)
    tail = text.slice(until, last)
    return f"{_upper(head)}{joint}{lexicon.lists['from_to']}{' ' if tail else ''}{tail}"


def _opens_with_change(text: Text, lexicon: Lexicon) -> bool:
    """« Augmenter le… », « Faire progresser le… »; not "Increase in…"."""
    index = Reader(text, lexicon, Level.KEY_RESULT).opening.index
    index += text.low(index) == "faire"
    verbs = lexicon.verb_words("change", Form.BASE, Form.WE)
    return text.low(index) in verbs and text.low(index + 1) not in ("in", "of")


def _absolute(text: Text, lexicon: Lexicon) -> str:
    """The same without “by 20 %”: the figures that it moves between take its place."""
    relative = Measures(text, lexicon).relative_figures
    last = _last(text)
    if len(relative) != 1:
        return ""
    figure = relative[0]
    begin, end = figure.start, figure.end
    if text.low(begin - 1) in ("de", "d'", "by", "in"):
        begin -= 1
    if begin == 0:  # « +15 % de visites », "20% fewer complaints"
        while text.low(end) in _AFTER_MORE | lexicon.words("change_noun"):
            end += 1
        return _from_to(text, lexicon, end, last) if end < last and not _more_follows(text, end, last) else ""
    if text.low(begin - 1) in (":", ","):
        begin -= 1
    if end < last and begin < 2:  # « Baisser de 10 % le taux de retour », « Hausse de 8 % du panier »
        follows = ("du", "des", "de", "d'", "in", "of") if _is_change_noun(text, lexicon) else ()
        if text.low(end) not in lexicon.words("determiner") | set(follows):
            return ""
        return (
            f"{_upper(text.slice(0, begin))} {_lower(_from_to(text, lexicon, end, last)).replace(_colon(lexicon), ' ')}"
        )
    if end < last and end != _deadline(text, lexicon, end - 1, last):
        return ""
    kept = _from_to(text, lexicon, 0, begin)
    tail = text.slice(end, last)
    return f"{kept} {tail}" if kept and tail else kept


def _is_change_noun(text: Text, lexicon: Lexicon) -> bool:
    opens = text.low(0)
    return opens in lexicon.words("change_noun") and opens not in lexicon.verb_words("gain_verb")


def _more_follows(text: Text, start: int, last: int) -> bool:
    return bool({"moins", "plus", "fewer", "less", "more"} & set(text.lows(start, last)))


def _deadline(text: Text, lexicon: Lexicon, start: int, last: int) -> int:
    """Where « d’ici fin mars », "by June", "in Q3" begins; `last` where nothing does."""
    starts = lexicon.phrases("deadline_start")
    for index in range(start + 1, last):
        if starts.at(text, index) and _tells_time(text, lexicon, index, last):
            return index
    return last


def _tells_time(text: Text, lexicon: Lexicon, index: int, last: int) -> bool:
    for place in range(index, min(index + 6, last)):
        low = text.low(place)
        if (
            low in lexicon.words("months")
            or text.tokens[place].kind is Kind.NUMBER
            or re.fullmatch(r"[tqsh][1-4]", low)
        ):
            return True
        if low in ("trimestre", "annee", "semestre", "quarter", "year", "noel", "christmas"):
            return True
    return False


# ── Typography ──


def _colon(lexicon: Lexicon) -> str:
    return f"{_NBSP}: " if lexicon.language == "fr" else ": "


def _upper(text: str) -> str:
    return text[:1].upper() + text[1:]


def _lower(text: str) -> str:
    return text[:1].lower() + text[1:]


def _typeset(text: str, language: str) -> str:
    shown = text.replace("'", "’")
    if language != "fr":
        return shown
    return re.sub(r" (?=[:;?!%€»])|(?<=«) ", _NBSP, shown)
