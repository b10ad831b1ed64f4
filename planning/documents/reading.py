"""What a planning decided, as its documents tell it: spreadsheet, PDF, the picture of the funnel, and the API.

Everything is counted by the board (planning.pages.board), so that they all say what the page says.
"""

import datetime as dt
from collections import defaultdict
from dataclasses import dataclass
from functools import cached_property

from django.utils import timezone
from django.utils.translation import gettext as _

from okr import numbers
from okr.language import language
from okr.pages.baseline import as_defined
from okr.querysets import RUNNING
from orgs.models import CommitteeSeat, Organization
from planning.actions.rows import OUTCOMES
from planning.board import DEFER, DROP, KEEP, MERGE, Standing
from planning.codes import promise_of
from planning.models import Decision, Planning
from planning.pages.board import Board, Covered, Line, Turn
from planning.rulings import behind, outcome_in_words

LEFT = (DEFER, MERGE, DROP)  # what does not stay, in the order of the board


@dataclass(frozen=True, slots=True)
class Entry:
    """A proposal: as it was presented, what was decided of it, and what refinement made of it ("" where nothing)."""

    line: Line
    title: str
    span: str
    refined: str
    refined_span: str
    is_late: bool
    is_published: bool

    @property
    def decision(self) -> Decision | None:
        return self.line.decision

    @property
    def outcome_said(self) -> str:
        return outcome_in_words(self.line.outcome)

    @property
    def reason(self) -> str:
        return self.decision.reason if self.decision else ""

    @property
    def by(self) -> str:
        """Who decided, and by how many of how many where the majority did."""
        found = self.decision
        if found is None:
            return ""
        if found.in_favour is None:
            return found.by_name
        return _("%(name)s, %(for)s of %(present)s") % {
            "name": found.by_name,
            "for": found.in_favour,
            "present": found.present,
        }

    @property
    def at(self) -> dt.datetime | None:
        """In the reader's time zone."""
        return timezone.localtime(self.decision.at) if self.decision else None

    @property
    def is_refined(self) -> bool:
        return bool(self.refined or self.refined_span)


@dataclass(frozen=True, slots=True)
class Because:
    """A reason that was given, and the codes of the proposals that left for it."""

    reason: str
    codes: list[str]


class Reading:
    """A planning whose meeting has begun, or is over."""

    def __init__(self, planning: Planning, org: Organization) -> None:
        self.planning, self.org = planning, org
        self.board = Board(planning, org)

    # ── About ──

    @property
    def title(self) -> str:
        return _("%(quarter)s planning") % {"quarter": self.planning.quarter}

    @cached_property
    def committees(self) -> str:
        """Those whose members have a vote."""
        seats = CommitteeSeat.objects.filter(membership__in=[voter.membership_id for voter in self.board.voters])
        names = seats.order_by("committee__department__position", "committee").values_list("committee__name", flat=True)
        return ", ".join(dict.fromkeys(names))

    @property
    def when(self) -> str:
        """The day of the meeting."""
        at = self.planning.opened_at or self.planning.meets_at
        return numbers.format_date(timezone.localtime(at).date(), language(), "date") if at else ""

    @property
    def who_decided(self) -> str:
        if self.planning.mode == Planning.Mode.MAJORITY:
            return _("By majority of %(n)s with a vote") % {"n": len(self.board.voters)}
        chair = self.planning.chair
        return _("Chaired by %(name)s, who decides for all") % {"name": chair.name} if chair else ""

    @property
    def standing(self) -> Standing:
        return self.board.standing

    @property
    def published(self) -> int:
        return sum(1 for entry in self.entries if entry.is_published)

    @property
    def is_published(self) -> bool:
        return self.planning.state == Planning.State.PUBLISHED

    @property
    def funnel(self) -> list[tuple[str, str, int]]:
        """The stages: key, name, how many are left of what was presented."""
        standing = self.standing
        decided = standing.presented - standing.open
        return [
            ("presented", behind("presented", standing.presented), standing.presented),
            ("decided", behind("decided", decided), decided),
            ("kept", behind(KEEP, standing.kept), standing.kept),
            ("published", behind("published", self.published), self.published),
        ]

    # ── Proposals ──

    @cached_property
    def entries(self) -> list[Entry]:
        """In the order of the board: by tribe, objective and position."""
        return [self._entry(line) for line in self.board.lines.values()]

    def of_outcome(self, outcome: str) -> list[Entry]:
        return [entry for entry in self.entries if entry.line.outcome == outcome]

    def of_tribe(self, tribe: int) -> list[Entry]:
        """Kept first, and what is undecided at the end."""
        own = [entry for entry in self.entries if entry.line.key_result.objective.tribe_id == tribe]
        order = list(OUTCOMES.values())
        return sorted(own, key=lambda entry: order.index(entry.line.outcome))

    def because(self, outcome: str) -> list[Because]:
        """The reasons for an outcome, what most left for first."""
        found: defaultdict[str, list[Entry]] = defaultdict(list)
        for entry in self.of_outcome(outcome):
            if entry.reason:
                found[entry.reason.casefold()].append(entry)
        rows = sorted(found.values(), key=lambda them: -len(them))
        return [Because(them[0].reason, [entry.line.code for entry in them]) for them in rows]

    @property
    def tribes(self) -> list[Turn]:
        return self.board.turns

    @property
    def coverage(self) -> list[tuple[str, list[Covered]]]:
        return self.board.coverage

    def _entry(self, line: Line) -> Entry:
        now = line.key_result
        presented = self.board.presented.get(now.pk)
        then = as_defined(now, presented.definition) if presented else now
        span, refined_span = promise_of(then, self.board.clock), line.span
        return Entry(
            line=line,
            title=then.title,
            span=span,
            refined=now.title if now.title != then.title else "",
            refined_span=refined_span if refined_span != span else "",
            is_late=presented is not None and presented.is_late,
            is_published=now.stage in RUNNING,
        )
