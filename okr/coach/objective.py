"""The rules on an objective's sentence."""

from okr.coach.figures import SMALL_WORD, Figure, find_figures
from okr.coach.inflect import Form
from okr.coach.opening import Reader
from okr.coach.statement import Level, Rule
from okr.coach.text import Kind, Text
from okr.coach.units import Unit, words
from okr.coach.words import VERB_KINDS, Lexicon

FEWEST_WORDS, MOST_WORDS = 4, 18
_OF = words("de d' du des of our nos")


def objective_rules(text: Text, lexicon: Lexicon) -> list[Rule]:
    reader = Reader(text, lexicon, Level.OBJECTIVE)
    output = reader.verb("output_verb") is not None or names_output(reader)
    checks = {
        Rule.OBJ_OUTPUT_VERB: output,
        Rule.OBJ_HAS_FIGURE: has_figure(text, lexicon),
        Rule.OBJ_BARE_METRIC: not output and is_bare_metric(reader),
        Rule.OBJ_MAINTAIN: is_maintaining(reader),
        Rule.OBJ_TWO_IDEAS: has_two_ideas(reader),
        Rule.OBJ_LENGTH: not has_good_length(text, reader.opening.index),
    }
    found = [rule for rule, broken in checks.items() if broken]
    if not found and lacks_audience(reader):
        found.append(Rule.OBJ_NO_AUDIENCE)
    return found


def names_output(reader: Reader) -> bool:
    """« Refonte du site », "Launch of the app": work, named where a sentence should begin."""
    text, lexicon, index = reader.text, reader.lex, reader.opening.index
    if length := lexicon.phrases("output_noun").at(text, index):
        return lexicon.language == "en" or text.low(index + length) in ("de", "d'", "du", "des", "vers")
    # « Création d’un espace pro », not « Création de valeur »
    if length := lexicon.phrases("output_noun_of_one").at(text, index):
        place = index + length + 1
        one = text.low(place - 1) in ("de", "d'", "of") and (
            text.low(place) in lexicon.words("one") or text.is_number(place)
        )
        new = lexicon.words("new_thing") & set(text.lows(place, place + 2))
        head = reader.head(place)[0]
        made = text.low(place - 1) in _OF and head in lexicon.words("artefact")
        return bool(one or new or made) and head not in lexicon.words("abstract") | lexicon.words("goods")
    return False


def is_maintaining(reader: Reader) -> bool:
    text, index = reader.text, reader.opening.index
    if reader.verb("maintain_verb") or reader.lex.phrases("maintain_noun").at(text, index):
        return True
    # "Keep improving"
    return (
        reader.lex.language == "en" and text.low(index) in ("keep", "keeping") and text.low(index + 1).endswith("ing")
    )


# ── Figures ──


def has_figure(text: Text, lexicon: Lexicon) -> bool:
    found = find_figures(text, lexicon)
    return bool(found.dates) or any(_counts(text, lexicon, figure) for figure in found.figures)


def _counts(text: Text, lexicon: Lexicon, figure: Figure) -> bool:
    """Whether a figure is one to an objective: ages name an audience, proper names have their own numbers."""
    ages = lexicon.words("age")
    first_of_range = text.low(figure.end) == "-" and text.is_number(figure.end + 1) and text.low(figure.end + 2) in ages
    if first_of_range or text.low(figure.end) in ages or figure.unit_word in ages:
        return not {"les", "des", "moins", "plus", "-"} & set(text.lows(figure.start - 2, figure.start))
    if figure.unit is Unit.PERCENT and figure.value == 100 and text.low(figure.end) not in _OF:
        return False  # « être 100 % à l’écoute »
    if not figure.spelt:
        return not _belongs_to_a_name(text, lexicon, figure)
    return figure.unit is not None or (figure.value or 0) > SMALL_WORD


def _belongs_to_a_name(text: Text, lexicon: Lexicon, figure: Figure) -> bool:
    before = figure.start - 1
    if figure.unit is not None or before < 1 or text.tokens[before].kind is not Kind.WORD:
        return False
    name = text.tokens[before]
    shouted = text.shown[name.start : name.end].isupper() and name.end - name.start > 1
    return (
        name.capital
        and not shouted
        and name.low not in lexicon.words("metric_noun")
        and len(text.low(figure.start)) <= 3
    )


# ── More of a metric, without its why ──


def is_bare_metric(reader: Reader) -> bool:
    text, lexicon, index = reader.text, reader.lex, reader.opening.index
    if reader.reason(index) < len(text.tokens):
        return False
    # « Hausse du trafic », "Growth in sales"
    if text.low(index) in lexicon.words("change_noun") and text.low(index + 1) in _OF | {"in"}:
        return bool(lexicon.words("metric_noun") & {*text.lows(index + 2, index + 4), reader.head(index + 2)[0]})
    found = reader.verb("metric_verb")
    return found is not None and reader.head(found.end)[0] not in lexicon.words("life")


# ── Two ideas ──


def has_two_ideas(reader: Reader) -> bool:
    text, lexicon = reader.text, reader.lex
    for index in range(len(text.tokens)):
        if text.low(index + 1) == "/" and (text.low(index), text.low(index + 2)) in (
            ("et", "ou"),
            ("ou", "et"),
            ("and", "or"),
            ("or", "and"),
        ):
            return True
    return _has_two_goals(reader, reader.reason(reader.opening.index), lexicon)


def _has_two_goals(reader: Reader, end: int, lexicon: Lexicon) -> bool:
    """« Réduire les délais et améliorer l’accueil »: two verbs of a goal, each with its own object."""
    text, index = reader.text, reader.opening.index
    if not _is_goal(reader, index):
        return False
    joints = lexicon.phrases("and")
    for joint, after in joints.found(text, index + 3, end):
        place = after
        while text.low(place) in ("de", "d'", "a", "to", ","):
            place += 1
        if joint >= index + 3 and _is_goal(reader, place):
            return True
    return False


def _is_goal(reader: Reader, index: int) -> bool:
    """A verb of what a team sets out to do, in its plain form."""
    if reader.text.low(index) in reader.lex.verb_words("goal_verb", Form.BASE, Form.WE):
        return True
    for kind in VERB_KINDS:
        found = reader.lex.verb_at(kind, reader.text, index)
        if found and kind != "activity_verb" and found.forms & {Form.BASE, Form.WE} and reader.verb(kind, index):
            return True
    return False


# ── Length ──


def has_good_length(text: Text, start: int) -> bool:
    """4 to 18 words; « l’aventure » counts as what suits the author."""
    words = [token for token in text.tokens[start:] if token.kind is not Kind.SIGN]
    whole = [token for token in words if not token.low.endswith("'")]
    parts = len(words) + sum(token.low.count("-") for token in whole)
    return parts >= FEWEST_WORDS and len(whole) <= MOST_WORDS


# ── For whom or where ──


def _leads_to_a_hollow_word(reader: Reader, place: int) -> bool:
    text, lexicon = reader.text, reader.lex
    place += 1
    while text.low(place) in lexicon.words("loose_determiner"):
        place += 1
    return text.low(place) in lexicon.words("hollow")


def lacks_audience(reader: Reader) -> bool:
    """Only where it is certain: a hollow wish of a team about itself, with nobody, no place and no name in it."""
    text, lexicon = reader.text, reader.lex
    index = reader.opening.index
    wish = lexicon.verb_words("wish_verb", Form.BASE, Form.WE)
    said = {token.low for token in text.tokens}
    if text.low(index) not in wish or not said & lexicon.words("hollow"):
        return False
    fillers = {place for start, end in lexicon.phrases("filler").found(text) for place in range(start, end)}
    known = lexicon.words("audience") | lexicon.words("place_word") | lexicon.words("life") | lexicon.words("abstract")
    for place, token in enumerate(text.tokens):
        if place <= index or place in fillers:
            continue
        if token.low in lexicon.words("place_word") and _leads_to_a_hollow_word(reader, place):
            continue  # "in sustainable innovation"
        if token.low.removesuffix("'s") in known or token.capital or token.kind is Kind.NUMBER:
            return False
    return reader.reason(index) == len(text.tokens)
