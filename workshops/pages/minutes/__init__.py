"""The minutes of a workshop that is over: what was planned and what took place, who was there, what was written, voted and
decided.

Nothing but what the room could see: no note that was taken away or never revealed, no ballot, no e-mail address. One
`Minutes` serves the page, the PDF, the spreadsheet and the replay. Its texts are in the language that is active as it is
made, its times those of the organization, where the workshop was held.
"""

from django.utils.translation import ngettext

from workshops.models import Decision
from workshops.pages.minutes.agenda import Agenda, Held
from workshops.pages.minutes.decisions import Became, Decided
from workshops.pages.minutes.notes import FAMILIES, Written, grouped
from workshops.pages.minutes.people import People, names
from workshops.pages.minutes.votes import Round, Row, Votes

__all__ = ["FAMILIES", "Became", "Decided", "Held", "Minutes", "Round", "Row", "Written", "grouped", "names"]


class Minutes(Agenda, People, Votes):
    """Each part gathers what it tells of when it is asked."""

    @property
    def counts(self) -> list[tuple[int, str]]:
        """What there was, in figures: a number and what it counts."""
        retained = sum(one.outcome == Decision.Outcome.RETAINED for one in self.decisions)
        rows = [
            (len(self.voters), ngettext("took part", "took part", len(self.voters))),
            (self.notes_count, ngettext("note", "notes", self.notes_count)),
            (self.families_count, ngettext("family", "families", self.families_count)),
            (self.dots_count, ngettext("dot", "dots", self.dots_count)),
            (retained, ngettext("retained", "retained", retained)),
        ]
        return [row for row in rows if row[0]]
