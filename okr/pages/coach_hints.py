"""What the wording coach says of many sentences at once, in one line each: for previews."""

from collections.abc import Iterable

from okr.coach import Level, Rule, Statement, judge
from okr.coach_words import words_of_organization

LONGEST = 240  # what is longer is refused as a title anyway
ASKED_BESIDE = frozenset({Rule.KR_NO_FIGURE, Rule.KR_NO_SOURCE})  # the preview has columns for them


def hints_of(titles: Iterable[str]) -> list[str]:
    """For each key result's title the first piece of advice, "" where there is none. One query."""
    words = words_of_organization()
    hints = []
    for title in titles:
        statement = Statement(level=Level.KEY_RESULT, text=title[:LONGEST])
        advice = (row for row in judge(statement, words) if not row.blocks and row.rule not in ASKED_BESIDE)
        hints.append(next((row.message for row in advice), ""))
    return hints
