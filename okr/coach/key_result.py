"""The rules on a key result's sentence."""

from okr.coach.figures import Figure
from okr.coach.inflect import Form
from okr.coach.measures import Measures
from okr.coach.objective import names_output
from okr.coach.opening import Reader
from okr.coach.statement import Facts, Level, Rule
from okr.coach.text import Text
from okr.coach.units import Unit, words
from okr.coach.words import Lexicon, VerbFound
from okr.scoring import Direction

# Units in which a level is told; a count of things may count what was made.
_LEVEL_UNITS = words("percent % money € $ £ points days ratio")
_NOUN_REACH = 4  # tokens from the opening


def key_result_rules(text: Text, lexicon: Lexicon, facts: Facts | None) -> list[Rule]:
    """The most telling rule speaks: whoever says what changes, from X to Y, has cured the others with it."""
    reader = Reader(text, lexicon, Level.KEY_RESULT)
    measures = Measures(text, lexicon)
    found: list[Rule] = []
    told = facts is not None and facts.tells_figures
    if not measures.has_pair and not (facts is not None and _moves_a_level(facts)):
        found += _disguised(reader, measures)
    if measures.is_relative and not told:
        found.append(Rule.KR_RELATIVE_TARGET)
    if not found and not measures.figures and facts is None and not _stands_without_figure(reader):
        found.append(Rule.KR_VAGUE if _is_vague(reader) else Rule.KR_NO_FIGURE)
    elif not found and not measures.figures and not told and _is_vague(reader):
        found.append(Rule.KR_VAGUE)
    return found


def _moves_a_level(facts: Facts) -> bool:
    """Start and target of something that exists and is measured: not 0 → 1 page, not 120 → 300 kiosks."""
    measured = facts.unit.strip().lower() in _LEVEL_UNITS and facts.direction is not Direction.DONE
    return measured and facts.tells_figures and facts.start != 0


# ── Initiatives in disguise ──


def _disguised(reader: Reader, measures: Measures) -> list[Rule]:
    if _measures_first(reader):
        return []
    noun = _activity_noun(reader, measures)
    output = reader.verb("output_verb") or _told_as_done(reader, "output_verb", measures)
    activity = reader.verb("activity_verb") or _told_as_done(reader, "activity_verb", measures)
    light = reader.lex.verb_words("light_verb")
    opens = reader.text.low(reader.opening.index)
    if noun and (not (output or activity) or opens in light):
        return [Rule.KR_ACTIVITY_NOUN]
    if activity:
        return [Rule.KR_ACTIVITY_VERB, *([Rule.KR_ACTIVITY_NOUN] if noun else [])]
    if (
        output
        or names_output(reader)
        or _is_a_new_thing(reader, measures)
        or _second_output(reader)
        or _is_put_out(reader, measures)
    ):
        return [Rule.KR_OUTPUT]
    return []


def _activity_noun(reader: Reader, measures: Measures) -> bool:
    """« 3 ateliers avec… », "Hold weekly meetings": unless a share or a measure says what comes of it."""
    text, lexicon = reader.text, reader.lex
    index = reader.opening.index
    if text.low(index) in lexicon.verb_words("light_verb") | lexicon.verb_words("attend_verb"):
        index += 1
    rates = lexicon.words("rate_word")
    own = lexicon.nouns("outcome")
    for start, end in lexicon.nouns("activity_noun").found(text, index, index + _NOUN_REACH + 1):
        if rates & set(text.lows(index, end + 2)):
            return False
        if any((begin, stop) == (start, end) or begin < start for begin, stop in own.found(text, index, end)):
            return False
        if any(_says_an_effect(text, figure, start) for figure in measures.figures):
            return False
        return _is_opened_by(reader, index, start)
    return False


def _says_an_effect(text: Text, figure: Figure, noun: int) -> bool:
    """A share or a measure; not how many, nor how long: « 3 points flash », « atelier de 2 h »."""
    counts_the_noun = figure.start < noun < figure.end
    lasts = figure.unit is Unit.TIME and text.low(figure.start - 1) in ("de", "d'", "of")
    return figure.is_measure and not counts_the_noun and not lasts


def _is_opened_by(reader: Reader, index: int, noun: int) -> bool:
    """Whether only numbers, articles and adjectives stand before the noun: no verb, no other thing."""
    text, lexicon = reader.text, reader.lex
    between = text.lows(index, noun)
    if lexicon.language == "fr":
        light = (
            lexicon.words("loose_determiner")
            | lexicon.words("light_adjective")
            | lexicon.words("number_words")
            | {"aux", "au", "a"}
        )
        return all(low in light or low.isdecimal() for low in between)
    barred = lexicon.words("stop") - {"to", "on", "in", "of"} | lexicon.words("metric_noun")
    return not any(low in barred for low in between)


def _told_as_done(reader: Reader, kind: str, measures: Measures) -> VerbFound | None:
    """“Analysed churn drivers”: a participle without an article after it, where no figure says that it is a thing."""
    found = reader.lex.verb_at(kind, reader.text, reader.opening.index)
    if found is None or measures.figures or reader.opening.subject or found.forms != {Form.PARTICIPLE}:
        return None
    said = {token.low for token in reader.text.tokens}
    finite = reader.lex.language == "en" and bool(reader.lex.words("finite") & said)
    return None if finite or not found.verb.participle else found


def _is_a_new_thing(reader: Reader, measures: Measures) -> bool:
    """« Nouvelle page d’accueil fin mai », "A new home page by May"."""
    text, index = reader.text, reader.opening.index
    new = reader.lex.words("new_word") & set(text.lows(index, index + 2))
    return bool(new) and not measures.figures and reader.head(index)[0] in reader.lex.words("artefact")


def _second_output(reader: Reader) -> bool:
    """« Concevoir et lancer… », "Design and release…"."""
    text, index = reader.text, reader.opening.index
    if text.low(index + 1) not in ("et", "and"):
        return False
    found = reader.lex.verb_at("output_verb", text, index + 2)
    return found is not None and Form.BASE in found.forms


def _is_put_out(reader: Reader, measures: Measures) -> bool:
    """« … lancée avant juin », "5 features shipped": an output told as done."""
    text, lexicon = reader.text, reader.lex
    if any(figure.is_measure for figure in measures.figures):
        return False
    if lexicon.words("rate_word") & set(text.lows(0, len(text.tokens))):
        return False
    if lexicon.phrases("put_out").found(text):
        return True
    said = {token.low for token in text.tokens}
    for index in range(reader.opening.index + 1, len(text.tokens)):
        found = lexicon.verb_at("output_verb", text, index)
        if found is None or Form.PARTICIPLE not in found.forms or said & found.verb.unless_words(lexicon):
            continue
        if text.low(index - 1) in lexicon.words("determiner") | lexicon.words("stop"):
            continue
        return True
    return False


# ── Without a figure, and rightly so ──


def _stands_without_figure(reader: Reader) -> bool:
    return _measures_first(reader) or _wins_a_verdict(reader)


def _measures_first(reader: Reader) -> bool:
    """« Mesurer d’abord… », "Establish the baseline of…": how to begin where the start is unknown."""
    text, index = reader.text, reader.opening.index
    opens = reader.lex.verb_words("measure_verb") & set(text.lows(index, index + 4))
    return bool(opens and reader.lex.phrases("measure_first").found(text))


def _wins_a_verdict(reader: Reader) -> bool:
    """« Certification obtenue »: done or not done, and others say which."""
    said = {token.low for token in reader.text.tokens}
    return bool(reader.lex.nouns("verdict").found(reader.text) and reader.lex.verb_words("win_verdict") & said)


# ── Vague words ──


def _is_vague(reader: Reader) -> bool:
    text, lexicon = reader.text, reader.lex
    own = {place for start, end in lexicon.nouns("outcome").found(text) for place in range(start, end)}
    for start, end in lexicon.vague.found(text, reader.opening.index):
        # « plus simple qu’en janvier » compares with something
        if not own & set(range(start, end)) and text.low(end) not in ("que", "qu'", "than"):
            return True
    improves = text.low(reader.opening.index) in lexicon.verb_words("improve")
    return improves and not lexicon.words("metric_noun") & {token.low for token in text.tokens}
