"""The board of a planning as everybody who watches sees it: one `Board` is loaded a change, and shared by all its regions."""

from collections import Counter
from collections.abc import Iterable
from functools import cached_property
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from okr.language import cached_by_language
from orgs.moments import moment
from planning.actions.leading import seconds_left
from planning.actions.rows import OUTCOMES
from planning.board import KEEP, OPEN
from planning.models import Decision, Slot
from planning.pages.covered import Covered, Pair, coverage_of
from planning.pages.groups import (
    OBJECTIVE,
    STRATEGIC,
    TRIBE,
    WALL,
    WAYS,
    Group,
    Turn,
    by_objective,
    by_strategic,
    by_tribe,
    turns_of,
)
from planning.pages.lines import Flag, Line, lines_of
from planning.pages.loaded import Loaded
from planning.rulings import number_of, outcome_in_words

__all__ = [
    "OBJECTIVE", "STRATEGIC", "TRIBE", "WALL", "WAYS",
    "Board", "Covered", "Flag", "Group", "Line", "Pair", "Turn", "groups_of",
]  # fmt: skip

LOW = 60  # seconds left, from which on the clock is red


class Board(Loaded):
    """A planning as its watchers may see it. Nothing here is private: opinions are numbers, and shown once it is open."""

    @cached_by_language
    def lines(self) -> dict[int, Line]:
        return lines_of(self)

    # ── Figures ──

    @property
    def _scale(self) -> int:
        """The length of the meter, in key results: what is kept or open, and at least the target with some room."""
        return max(self.planning.target + 10, self.standing.kept + self.standing.open, 1)

    @property
    def meter(self) -> list[tuple[str, int]]:
        """Parts of the meter with their share of its length, 0 to 100: kept, kept beyond the target, undecided."""
        standing_ = self.standing
        over = max(0, standing_.over)
        parts = (("in", standing_.kept - over), ("over", over), ("und", standing_.open))
        return [(name, round(100 * number / self._scale)) for name, number in parts if number]

    @property
    def target_at(self) -> int:
        return round(100 * self.planning.target / self._scale)

    @property
    def kept_said(self) -> str:
        standing_ = self.standing
        words = [number_of(KEEP, standing_.kept), _("target %(n)s") % {"n": standing_.target}]
        if standing_.over > 0:
            words.append(_("%(n)s over") % {"n": standing_.over})
        return ", ".join([*words, _("%(n)s still undecided") % {"n": standing_.open}])

    @property
    def funnel(self) -> list[tuple[str, str, int]]:
        """Outcome, its name, how many: presented first, then by outcome."""
        counts = self.standing.counts
        return [(one, outcome_in_words(one), counts.get(one, 0)) for one in OUTCOMES.values()]

    @property
    def choices(self) -> list[tuple[str, Any]]:
        return [(one, label) for one, label in Decision.Outcome.choices if one != OPEN]

    @property
    def quick_reasons(self) -> list[str]:
        return [_("Not an outcome"), _("No strategic link"), _("Later")]

    # ── Groups ──

    def groups(self, way: str) -> list[Group]:
        return {TRIBE: self._by_tribe, OBJECTIVE: self._by_objective, STRATEGIC: self._by_strategic}[way]

    @cached_by_language
    def _by_tribe(self) -> list[Group]:
        return by_tribe(self, self.lines.values(), self.turns)

    @cached_by_language
    def _by_objective(self) -> list[Group]:
        return by_objective(self, self.lines.values())

    @cached_by_language
    def _by_strategic(self) -> list[Group]:
        return by_strategic(self, self.lines.values())

    # ── The agenda ──

    @cached_property
    def turns(self) -> list[Turn]:
        return turns_of(self)

    @property
    def next_slot(self) -> Slot | None:
        """Who presents after this one; None after the last."""
        waiting = [turn.slot for turn in self.turns if turn.slot is not None and turn.state == "next"]
        return waiting[0] if waiting else None

    @property
    def present_voters(self) -> int:
        return sum(1 for voter in self.voters if voter.came_at is not None)

    @property
    def presented_tribes(self) -> int:
        return sum(1 for turn in self.turns if turn.state != "next")

    @property
    def seconds_left(self) -> int | None:
        return seconds_left(self.planning, self.now)

    @property
    def clock_text(self) -> str:
        left = self.seconds_left or 0
        return f"{'−' if left < 0 else ''}{abs(left) // 60:02}:{abs(left) % 60:02}"

    @property
    def clock_share(self) -> int:
        """How much of the time is over, 0 to 100."""
        whole = self.planning.presenting.minutes * 60 if self.planning.presenting else 0
        return max(0, min(100, 100 - round(100 * (self.seconds_left or 0) / whole))) if whole else 0

    @property
    def is_low(self) -> bool:
        return (self.seconds_left or 0) <= LOW

    @property
    def ends_ms(self) -> int | None:
        """When the time is over, in milliseconds of the era; None while the clock stands."""
        if self.planning.since is None or self.seconds_left is None:
            return None
        return round((self.now.timestamp() + self.seconds_left) * 1000)

    @property
    def when(self) -> str:
        return moment(self.planning.meets_at) if self.planning.meets_at else ""

    @property
    def presenting_group(self) -> Group | None:
        return next((group for group in self._by_tribe if group.state == "now"), None)

    @property
    def presenting_objectives(self) -> list[Group]:
        tribe = self.planning.presenting.tribe_id if self.planning.presenting else None
        return [one for one in self._by_objective if one.lines[0].key_result.objective.tribe_id == tribe]

    # ── Coverage ──

    @cached_property
    def coverage(self) -> list[tuple[str, list[Covered]]]:
        """By strategic objective: its name, and its key results."""
        return coverage_of(self)

    @property
    def bare(self) -> list[Covered]:
        """Strategic key results for which nothing is kept, of those that the coverage marks."""
        return [one for _name, them in self.coverage for one in them if one.is_bare]

    @property
    def orphans(self) -> list[Covered]:
        return [one for one in self.bare if one.cover.is_orphan]

    @property
    def bare_said(self) -> str:
        number = len(self.bare)
        return ngettext(
            "One strategic key result has nothing kept:", "%(n)s strategic key results have nothing kept:", number
        ) % {"n": number}

    @property
    def not_presented(self) -> list[str]:
        return [turn.tribe.name for turn in self.turns if turn.state == "next" and turn.share.presented]

    # ── Duplicates ──

    @cached_by_language
    def pairs(self) -> list[Pair]:
        """Those of which both are kept or open."""
        lines = self.lines
        pairs = [Pair(one, lines[one.first], lines[one.second]) for one in self.alike]
        return [pair for pair in pairs if pair.first.outcome in (KEEP, OPEN) and pair.second.outcome in (KEEP, OPEN)]

    # ── Filters ──

    @property
    def filters(self) -> list[tuple[str, Any, int]]:
        """What one can look at alone: key, name, how many."""
        marks = Counter(mark for line in self.lines.values() for mark in line.marks.split())
        marks[OPEN] = self.standing.open
        names = {
            OPEN: pgettext("key results in quarter planning", "Undecided"),
            "contested": _("Contested"),
            "alike": _("Duplicates"),
            "output": _("Output wording"),
            "unmeasured": _("Not measurable"),
            "waits": _("Waits for what was dropped"),
            "late": _("Late"),
        }
        return [(key, name, marks[key]) for key, name in names.items() if marks[key] or key == OPEN]

    @property
    def alive(self) -> list[Line]:
        """Kept or undecided: what others can be merged into."""
        return [line for line in self.lines.values() if line.outcome in (KEEP, OPEN)]

    @property
    def agreed(self) -> dict[str, list[Line]]:
        """Undecided ones of which all who said something would do the same: "keep" and "drop"."""
        found: dict[str, list[Line]] = {"keep": [], "drop": []}
        for line in self.lines.values():
            if line.outcome == OPEN and line.agreed:
                found[line.agreed].append(line)
        return found

    # ── Taking back ──

    @cached_property
    def last_act(self) -> Decision | None:
        """One decision of the act that Undo takes back."""
        return next((row for row in reversed(self.decisions) if row.undone_at is None), None)

    @cached_property
    def undone_act(self) -> Decision | None:
        """One of the act that Redo would do again; None where something was decided since."""
        undone = [(row.undone_at, row.pk, row) for row in self.decisions if row.undone_at is not None]
        if not undone:
            return None
        since, _pk, latest = max(undone, key=lambda one: one[:2])
        return None if self.last_act is not None and self.last_act.at > since else latest

    @property
    def undo_said(self) -> str:
        return self._said_of(self.last_act)

    @property
    def redo_said(self) -> str:
        return self._said_of(self.undone_act)

    def _said_of(self, act: Decision | None) -> str:
        """“Drop FID 04”, “Keep 12”; "" for none."""
        if act is None:
            return ""
        them = [row for row in self.decisions if row.act == act.act]
        line = self.lines.get(act.key_result_id)
        label = Decision.Outcome(act.outcome).label
        return f"{label} {len(them)}" if len(them) > 1 or line is None else f"{label} {line.code}"


def groups_of(board: Board, way: str) -> Iterable[str]:
    """The parts of the region "group", for the live session."""
    return [group.part for group in board.groups(way)] if way in WAYS else []
