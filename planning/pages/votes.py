"""What one member would do with each proposal, said alone ahead of the meeting: all of them, or one at a time."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any, ClassVar

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext_lazy

from okr.models import KeyResult
from orgs.models import Membership, Organization
from planning.actions.preparing import opinions_open
from planning.actions.rows import before_the_codir
from planning.board import OPEN
from planning.models import Opinion, Planning
from planning.pages.board import TRIBE, Board, Group, Line
from planning.pages.words import address, day_and_time

UNDECIDED = "none"  # of the filters
FILTERS = {
    "": pgettext_lazy("proposals", "All"),
    UNDECIDED: pgettext_lazy("proposals that one has not voted on", "To vote on"),
    Opinion.Choice.KEEP: Opinion.Choice.KEEP.label,
    Opinion.Choice.DISCUSS: Opinion.Choice.DISCUSS.label,
    Opinion.Choice.DROP: Opinion.Choice.DROP.label,
}


@dataclass(frozen=True, slots=True)
class Row:
    """A proposal, and what the member would do with it ("" for nothing said)."""

    line: Line
    mine: str
    url: str  # of its own page

    @property
    def pk(self) -> int:
        return self.line.pk


@dataclass(frozen=True, slots=True)
class Section:
    """What one tribe proposes."""

    group: Group
    rows: list[Row]  # as filtered
    done: int
    total: int


class Proposals(Board):
    """The board as one member goes through it alone: nothing of what others said, noted or decided."""

    decisions: ClassVar[Any] = []
    discussions: ClassVar[Any] = {}
    opinions: ClassVar[Any] = {}
    ballots: ClassVar[Any] = {}
    awaits: ClassVar[Any] = {}

    @cached_property
    def key_results(self) -> list[KeyResult]:
        """With who answers for them, whom the page of one names."""
        rows = before_the_codir(self.planning)
        return list(rows.select_related("objective__tribe__lead__user", "owner__user"))


class VotesPage:
    """`show` is one of FILTERS. As many queries as the board takes, and one for what the member said."""

    choices = [
        (choice.value, choice.label) for choice in (Opinion.Choice.KEEP, Opinion.Choice.DISCUSS, Opinion.Choice.DROP)
    ]

    def __init__(self, planning: Planning, org: Organization, member: Membership, show: str = "") -> None:
        self.planning, self.org, self.member = planning, org, member
        self.show = show if show in FILTERS else ""
        self.board = Proposals(planning, org)

    @property
    def is_open(self) -> bool:
        return opinions_open(self.planning, timezone.now())

    @property
    def until(self) -> str:
        """Until when, in words."""
        if self.planning.preread_until:
            return _("Until %(day)s") % {"day": day_and_time(self.planning.preread_until)}
        if self.planning.meets_at:
            return _("Until the meeting, %(day)s") % {"day": day_and_time(self.planning.meets_at)}
        return _("Until the meeting opens")

    @cached_property
    def mine(self) -> dict[int, str]:
        rows: Any = Opinion.objects.filter(planning=self.planning, membership=self.member).order_by()
        return dict(rows.values_list("key_result_id", "choice"))

    @cached_property
    def _groups(self) -> list[tuple[Group, list[Row]]]:
        """By tribe in the order of the agenda. Before the meeting all that lies there is open; after it, whatever became of
        it."""
        groups = self.board.groups(TRIBE)
        return [(group, [self._row(line) for line in group.lines if self._is_asked(line)]) for group in groups]

    def _is_asked(self, line: Line) -> bool:
        return line.outcome == OPEN or self.planning.state != Planning.State.PREPARING

    def _row(self, line: Line) -> Row:
        url = address("planning_vote", self.org, self.planning.quarter, pk=line.pk)
        return Row(line, self.mine.get(line.pk, ""), url)

    @cached_property
    def rows(self) -> list[Row]:
        return [row for _group, rows in self._groups for row in rows]

    @property
    def total(self) -> int:
        return len(self.rows)

    @property
    def done(self) -> int:
        return sum(bool(row.mine) for row in self.rows)

    @property
    def percent(self) -> int:
        return 100 * self.done // self.total if self.total else 0

    @property
    def said(self) -> str:
        return _("%(done)s of %(all)s") % {"done": self.done, "all": self.total}

    @property
    def sections(self) -> list[Section]:
        return [
            Section(group, [row for row in rows if self._is_shown(row)], sum(bool(row.mine) for row in rows), len(rows))
            for group, rows in self._groups
            if any(self._is_shown(row) for row in rows)
        ]

    def section_of(self, pk: int) -> Section | None:
        """The whole section that holds a proposal, whatever is shown."""
        found = next(((group, rows) for group, rows in self._groups if any(row.pk == pk for row in rows)), None)
        if found is None:
            return None
        group, rows = found
        return Section(group, rows, sum(bool(row.mine) for row in rows), len(rows))

    def _is_shown(self, row: Row) -> bool:
        return not self.show or (row.mine or UNDECIDED) == self.show

    @property
    def filters(self) -> Iterator[tuple[str, Any, int]]:
        """Key, name, how many."""
        for key, name in FILTERS.items():
            yield key, name, sum(not key or (row.mine or UNDECIDED) == key for row in self.rows)

    def row(self, pk: int) -> Row | None:
        return next((row for row in self.rows if row.pk == pk), None)

    def after(self, pk: int) -> Row | None:
        """The next one that the member said nothing of, looking on from this one and then from the beginning."""
        at = next((place for place, row in enumerate(self.rows) if row.pk == pk), -1)
        order = [*self.rows[at + 1 :], *self.rows[: max(at, 0)]]
        return next((row for row in order if not row.mine), None)

    @property
    def next(self) -> Row | None:
        """The first one that the member said nothing of."""
        return self.after(0)


class One:
    """A proposal on a page of its own."""

    def __init__(self, page: VotesPage, row: Row) -> None:
        self.page, self.row = page, row
        self.at = page.rows.index(row)
        self.group = next(group for group, rows in page._groups if row in rows)

    @property
    def line(self) -> Line:
        return self.row.line

    @property
    def number(self) -> int:
        return self.at + 1

    @property
    def before(self) -> str:
        return self.page.rows[self.at - 1].url if self.at else ""

    @property
    def next(self) -> str:
        return self.page.rows[self.at + 1].url if self.number < len(self.page.rows) else ""

    @property
    def place(self) -> str:
        """ "Drive, 3 of 12"."""
        same = [row for row in self.page.rows if row.line.key_result.objective.tribe_id == self._tribe]
        return _("%(n)s of %(all)s") % {"n": same.index(self.row) + 1, "all": len(same)}

    @property
    def _tribe(self) -> int | None:
        tribe: int | None = self.line.key_result.objective.tribe_id
        return tribe

    @property
    def serves(self) -> list[tuple[str, str, str]]:
        """Code, title and address of each strategic key result that its objective means to move."""
        rows = {row.pk: row for row in self.page.board.strategic}
        moved = self.page.board.moves.get(self.line.key_result.objective_id, [])
        return [(rows[pk].code, rows[pk].title, reverse("key_result", args=[self.page.org.slug, pk])) for pk in moved]
