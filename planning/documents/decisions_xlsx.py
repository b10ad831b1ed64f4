"""The decisions of a planning as a workbook: every proposal, the tribes, the coverage and the funnel; figures as figures."""

from collections.abc import Iterable

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from planning.board import OPEN
from planning.documents.reading import LEFT, Reading
from planning.models import Opinion
from planning.rulings import outcome_in_words
from workshops.documents.sheets import WIDE, Cells, add_sheet, new_book, stored

CODE, NAME = 11, 28  # characters


def render(reading: Reading) -> bytes:
    """In the language that is active."""
    book = new_book(reading.title, reading.org.name)
    tribes = reading.org.tribe_label_plural
    add_sheet(
        book,
        _("Decisions"),
        _head_of_decisions(reading),
        _decisions(reading),
        {
            1: NAME, 2: CODE, 3: WIDE, 4: WIDE, 5: 18, 6: 14, 8: CODE, 9: WIDE, 10: NAME, 11: 17, 15: WIDE, 16: WIDE, 17: 18
        },
    )  # fmt: skip
    add_sheet(book, tribes, _head_of_tribes(reading), _tribes(reading), {1: CODE, 2: NAME})
    add_sheet(
        book,
        _("Coverage"),
        _head_of_coverage(tribes),
        _coverage(reading),
        {1: NAME, 2: CODE, 3: WIDE, 6: NAME, 7: NAME},
    )
    head = [_("Stage"), _("Number"), _("Reason"), _("Key results")]
    add_sheet(book, _("Funnel"), head, _funnel(reading), {1: NAME, 3: WIDE, 4: WIDE})
    return stored(book)


def _head_of_decisions(reading: Reading) -> Cells:
    return [
        reading.org.tribe_label, _("Code"), _("Objective"), _("Key result, as presented"), _("From, to"), _("Serves"),
        _("Decision"), _("Into"), _("Reason"), _("By"), pgettext("of a decision", "When"),
        _("Votes ahead: keep"), _("Votes ahead: discuss"), _("Votes ahead: drop"), pgettext("of what was said in a meeting", "Note"),
        _("Refined to"), _("Refined from, to"), _("Proposed late"), _("Published"),
    ]  # fmt: skip


def _decisions(reading: Reading) -> Iterable[Cells]:
    for entry in reading.entries:
        line = entry.line
        objective = line.key_result.objective
        ahead = [
            line.opinions.get(one, 0) for one in (Opinion.Choice.KEEP, Opinion.Choice.DISCUSS, Opinion.Choice.DROP)
        ]
        yield (
            objective.tribe.name if objective.tribe else "",
            line.code,
            f"{objective.code} {objective.title}",
            entry.title,
            entry.span,
            ", ".join(line.serves),
            entry.outcome_said,
            line.into,
            entry.reason,
            entry.by,
            entry.at.replace(tzinfo=None, second=0, microsecond=0) if entry.at else None,
            *ahead,
            line.note,
            entry.refined,
            entry.refined_span,
            _yes(entry.is_late),
            _yes(entry.is_published),
        )


def _head_of_tribes(reading: Reading) -> Cells:
    return [
        _("Code"), reading.org.tribe_label, _("Presented"), pgettext("number", "Kept"), _("At most"), _("Over"),
        *(outcome_in_words(outcome) for outcome in (*LEFT, OPEN)),
    ]  # fmt: skip


def _tribes(reading: Reading) -> Iterable[Cells]:
    for turn in reading.tribes:
        share = turn.share
        left = [share.counts.get(outcome, 0) for outcome in LEFT]
        yield turn.tribe.code, turn.tribe.name, share.presented, share.kept, share.cap, share.over, *left, share.open


def _head_of_coverage(tribes: str) -> Cells:
    return [
        _("Strategic objective"), _("Code"), _("Strategic key result"), pgettext("number", "Kept"),
        pgettext("number", "Undecided"), tribes, _("Served by"),
    ]  # fmt: skip


def _coverage(reading: Reading) -> Iterable[Cells]:
    codes = {turn.tribe.pk: turn.tribe.code for turn in reading.tribes}
    for name, rows in reading.coverage:
        for row in rows:
            cover = row.cover
            serving = [code for pk, code in codes.items() if pk in cover.tribes]
            yield name, row.code, row.key_result.title, cover.kept, cover.open, len(serving), ", ".join(serving)


def _funnel(reading: Reading) -> Iterable[Cells]:
    for _key, label, number in reading.funnel:
        yield label, number
    yield _("target"), reading.standing.target
    for outcome in LEFT:
        yield outcome_in_words(outcome), reading.standing.counts.get(outcome, 0)
        for because in reading.because(outcome):
            yield "", len(because.codes), because.reason, ", ".join(because.codes)


def _yes(said: bool) -> str:
    return _("yes") if said else ""
