"""The minutes as a workbook: one sheet a subject, figures as figures."""

from collections.abc import Iterable

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from workshops.documents.sheets import WIDE, Cells, add_sheet, new_book, stored
from workshops.models import Participant
from workshops.pages.minutes import Became, Minutes


def render(minutes: Minutes) -> bytes:
    """In the language that is active."""
    book = new_book(minutes.title, minutes.org.name)
    add_sheet(book, _("Overview"), [], _overview(minutes), {1: 24, 2: WIDE})
    add_sheet(
        book, _("Decisions"), _head_of_decisions(), _decisions(minutes), {2: WIDE, 3: 40, 5: WIDE, 6: 20, 7: 24, 8: 30}
    )
    add_sheet(book, _("Votes"), _head_of_votes(), _votes(minutes), {1: 24, 3: WIDE})
    add_sheet(book, _("Notes"), _head_of_notes(), _notes(minutes), {2: 40, 3: 30, 4: WIDE, 5: WIDE})
    if minutes.picked:
        head = [_("Strategic key result"), _("People"), pgettext("of a key result", "Chosen")]
        rows = [[str(one), one.sum, _yes(one.is_retained)] for one in minutes.picked]  # type: ignore[attr-defined]
        add_sheet(book, pgettext("minutes", "Our effect"), head, rows, {1: WIDE})
    add_sheet(book, _("Agenda"), _head_of_agenda(), _agenda(minutes), {1: 30, 3: 24})
    add_sheet(book, _("People"), [_("Name"), _("Function"), _("Part"), _("Guest")], _people(minutes), {1: 30, 3: 20})
    return stored(book)


def _yes(said: bool) -> str:
    return _("yes") if said else ""


def _overview(minutes: Minutes) -> Iterable[Cells]:
    workshop = minutes.workshop
    yield _("Workshop"), minutes.title
    yield _("For"), minutes.where
    yield _("When"), minutes.when
    yield _("Led by"), ", ".join(one.name for one in (workshop.facilitator, workshop.co_facilitator) if one)
    for subject in minutes.retained_subjects:
        yield _("About"), str(subject)
    for number, label in minutes.counts:
        yield label, number


def _head_of_decisions() -> Cells:
    return [
        _("Decision"), _("Item"), _("Why"), _("Code"), _("Became"), _("From, to"), _("Owner"), _("Data source"),
    ]  # fmt: skip


def _decisions(minutes: Minutes) -> Iterable[Cells]:
    for label, rows in minutes.outcomes:
        for row in rows:
            for made in row.became or (None,):
                yield label, row.text, row.reason, *_became(made)


def _became(made: Became | None) -> Cells:
    if made is None:
        return ()
    return made.code, made.title, made.figures, made.owner.name if made.owner else "", made.source


def _head_of_votes() -> Cells:
    return [
        _("Vote"), _("Rank"), _("Item"), _("Dots"), _("Raw, %"), _("Balanced, %"), _("Rank by dots"), _("Breadth"),
        _("Functions that voted"), _("Tied"), _("Contested"), _("Decision"),
    ]  # fmt: skip


def _votes(minutes: Minutes) -> Iterable[Cells]:
    for vote in minutes.votes:
        for row in vote.rows:
            result = row.standing.result
            balanced = (round(result.balanced, 1), result.raw_rank, result.breadth, vote.functions)
            yield (
                vote.title, row.standing.rank, row.text, result.raw, round(result.raw_share, 1),
                *(balanced if vote.is_balanced else ("", result.raw_rank, "", "")),
                _yes(row.standing.is_tied), _yes(vote.is_balanced and row.is_contested),
                row.decided.label if row.decided else "",
            )  # fmt: skip


def _head_of_notes() -> Cells:
    return [_("Round"), _("Under"), _("Family"), pgettext("sticky note", "Note"), _("Merged into")]


def _notes(minutes: Minutes) -> Iterable[Cells]:
    for round, groups in minutes.written:
        for group in groups:
            for item in (*group.families, *group.alone):
                family = item.text if item.family else ""
                for note in item.standing:
                    yield round, str(group.subject), family, note.text, ""
                    for alike in note.merged:  # type: ignore[attr-defined]
                        yield round, str(group.subject), family, alike.text, note.text


def _head_of_agenda() -> Cells:
    return [_("Phase"), _("Planned, min"), _("Held"), _("Took, min")]


def _agenda(minutes: Minutes) -> Iterable[Cells]:
    for held in minutes.agenda:
        planned = "" if held.phase.is_long else held.phase.minutes
        yield held.phase.label, planned, held.clock or _("not held"), held.minutes


def _people(minutes: Minutes) -> Iterable[Cells]:
    for people, part in ((minutes.voters, Participant.Part.VOTER), (minutes.observers, Participant.Part.OBSERVER)):
        for person in people:
            yield person.name, person.get_function_display(), str(part.label), _yes(person.is_guest)
    for person in minutes.absent:
        yield person.name, person.get_function_display(), _("Invited, not there"), _yes(person.is_guest)
