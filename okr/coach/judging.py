"""Judge one statement."""

from okr.coach.key_result import key_result_rules
from okr.coach.language import language_of
from okr.coach.messages import message_of
from okr.coach.objective import objective_rules
from okr.coach.opening import without_label
from okr.coach.rewording import reword
from okr.coach.statement import Finding, Level, Rule, Statement
from okr.coach.structure import structural_gaps
from okr.coach.text import Text, read
from okr.coach.words import LANGUAGES, Lexicon, Words

READ_AT_MOST = 1_000  # characters: some rules look at each figure beside each other one


def judge(statement: Statement, words: Words | None = None) -> list[Finding]:
    """Findings on a statement, what its wording shows first. A blank text has none but its structural gaps.

    Of a text longer than READ_AT_MOST only the beginning is judged, and no rewording is offered for it.
    """
    text = without_label(read(statement.text[:READ_AT_MOST]))
    language = _language(statement.language, text)
    lexicon = (words or Words.load()).of(language)
    facts = statement.facts
    found: list[Rule] = []
    if text.tokens:
        if statement.level is Level.OBJECTIVE:
            found = objective_rules(text, lexicon)
        else:
            found = key_result_rules(text, lexicon, facts)
    reworded = found if len(statement.text) <= READ_AT_MOST else []
    findings = [_finding(rule, reworded, text, lexicon) for rule in found]
    if facts is not None:
        gaps = structural_gaps(statement.level, facts)
        if statement.level is Level.KEY_RESULT and facts.source is not None and not facts.source.strip():
            gaps.append(Rule.KR_NO_SOURCE)
        findings += [_finding(rule, [], text, lexicon) for rule in gaps]
    return findings


def language_to_judge_in(statement: Statement) -> str:
    """The language that was named, or else detected: “fr” or “en”."""
    return _language(statement.language, read(statement.text[:READ_AT_MOST]))


def _language(named: str | None, text: Text) -> str:
    code = (named or "")[:2].lower()
    return code if code in LANGUAGES else language_of(text)


def _finding(rule: Rule, found: list[Rule], text: Text, lexicon: Lexicon) -> Finding:
    rewording = reword(rule, found, text, lexicon) if found else ""
    pattern = lexicon.lists["suggestions"].get(rule.value, "")
    return Finding(rule=rule, message=message_of(rule), suggestion=rewording or pattern, rewording=rewording)
