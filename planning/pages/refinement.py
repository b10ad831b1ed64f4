"""Read model of refinement: what was kept, what waits for whom, and what publishing will freeze."""

from collections import Counter, defaultdict
from dataclasses import dataclass
from functools import cached_property
from urllib.parse import urlencode

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from okr import numbers
from okr.language import language
from okr.models import Contribution, InitiativeKeyResult, KeyResult
from okr.pages.figures import day
from orgs.models import AuditEvent, Tribe
from orgs.permissions import Permission, can
from planning.actions.refining import waits_for
from planning.actions.rows import strategic_in_order
from planning.board import DEFER, DROP, MERGE
from planning.pages.refined import FILTERS, MOVING, REWORDED, Line, Refined, Side

FEW = 3  # so few that wait for somebody are marked each


@dataclass(slots=True)
class Group:
    tribe: Tribe
    lines: list[Line]  # that the filter shows
    all: list[Line]
    is_open: bool

    @property
    def accepted(self) -> int:
        return sum(line.is_accepted for line in self.all)

    @property
    def said(self) -> str:
        """ "3 of 4 accepted by both, 2 changed"."""
        total = len(self.all)
        said = ngettext("%(n)s of %(of)s accepted by both", "%(n)s of %(of)s accepted by both", total)
        parts = [said % {"n": self.accepted, "of": total}]
        if changed := sum(bool(line.changed) for line in self.all):
            parts.append(ngettext("%(n)s changed", "%(n)s changed", changed) % {"n": changed})
        return ", ".join(parts)


@dataclass(frozen=True, slots=True)
class Thin:
    """A strategic key result that at most one kept key result serves."""

    code: str
    title: str
    url: str
    said: str


@dataclass(frozen=True, slots=True)
class Filter:
    key: str
    label: str
    number: int
    url: str
    current: bool


@dataclass
class Refinement(Refined):
    show: str = ""  # one of FILTERS, else all

    def __post_init__(self) -> None:
        super().__post_init__()
        self.show = self.show if self.show in FILTERS else ""

    # ── The page ──

    @cached_property
    def groups(self) -> list[Group]:
        of_tribe: defaultdict[int, list[Line]] = defaultdict(list)
        tribes: dict[int, Tribe] = {}
        for line in self.lines:
            tribe = line.key_result.objective.tribe
            assert tribe is not None  # of a quarter
            of_tribe[tribe.pk].append(line)
            tribes[tribe.pk] = tribe
        groups = []
        for pk, lines in of_tribe.items():
            shown = [line for line in lines if not self.show or self.show in line.kinds]
            waits = any(not line.is_accepted for line in lines)
            groups.append(Group(tribes[pk], shown, lines, is_open=bool(self.show) or waits or self.is_published))
        return [group for group in groups if group.lines]

    @cached_property
    def filters(self) -> list[Filter]:
        numbers_ = Counter(kind for line in self.lines for kind in line.kinds)
        url = reverse("planning_refinement", args=[self.org.slug, self.planning.quarter.slug])
        return [
            Filter(
                key,
                str(label),
                numbers_[key],
                url if key == self.show else f"{url}?{urlencode({'show': key})}",
                key == self.show,
            )
            for key, label in FILTERS.items()
        ]

    @property
    def reworded(self) -> int:
        return sum(REWORDED in line.kinds for line in self.lines)

    @property
    def unchanged(self) -> list[tuple[str, str, list[Line]]]:
        """By side that the reader signs for: its name, and the unchanged ones that wait for it."""
        found = []
        for side in Side:
            waiting = [
                line
                for line in self.lines
                if not line.changed and any(s.side == side and s.may and not s.is_accepted for s in line.signs)
            ]
            if waiting:
                label = next(sign.label for sign in waiting[0].signs if sign.side == side)
                found.append((side.value, label, waiting))
        return found

    @property
    def asks_few(self) -> bool:
        """So few wait for the reader that each is marked; else those that were changed are."""
        return sum(line.asks_me for line in self.lines) <= FEW

    @property
    def accepted(self) -> int:
        return sum(line.is_accepted for line in self.lines)

    @property
    def left(self) -> int:
        return len(self.lines) - self.accepted

    @property
    def accepted_share(self) -> int:
        """Percent, at least 1: there is a stretch of it where there is one."""
        return max(1, round(100 * self.accepted / len(self.lines))) if self.lines else 0

    @property
    def left_share(self) -> int:
        return max(1, 100 - self.accepted_share)

    @cached_property
    def waits(self) -> list[str]:
        return waits_for(self.planning, self.rows, {line.key_result.pk: line.code for line in self.lines})

    @property
    def may_publish(self) -> bool:
        return self.is_on and can(self.member, Permission.PUBLISH_QUARTER)

    @property
    def closed_on(self) -> str:
        at = self.planning.closed_at
        return day(timezone.localtime(at, self.org.zone).date(), self.clock.today) if at else ""

    @property
    def ends_on(self) -> str:
        on = self.planning.refined_by
        return numbers.format_date(on, language(), "weekday") if on else ""

    @property
    def published_on(self) -> str:
        at = self.planning.published_at
        return day(timezone.localtime(at, self.org.zone).date(), self.clock.today) if at else ""

    @property
    def presented_on(self) -> str:
        at = self.planning.opened_at
        return day(timezone.localtime(at, self.org.zone).date(), self.clock.today) if at else ""

    @cached_property
    def reopened(self) -> AuditEvent | None:
        """Why the meeting goes on, where it does."""
        events = AuditEvent.objects.filter(object_type="planning", object_id=self.planning.pk, verb="reopened")
        return events.order_by("-pk").first() if self.planning.is_open else None

    # ── What publishing freezes ──

    @cached_property
    def facts(self) -> list[tuple[str, str, str]]:
        """Label, figure, and what stands small behind it."""
        rows = [line.key_result for line in self.lines]
        tribes = {row.objective.tribe_id for row in rows}
        presenting = {one.key_result.objective.tribe_id for one in self.presented.values()}
        moving = [row for row in rows if row.direction in MOVING]
        dated = sum(row.start is None for row in moving)
        sources = sum(bool(row.source.strip()) or row.direction == KeyResult.Direction.DONE for row in rows)
        served = sum(number > 0 for number in self._served.values())
        work = InitiativeKeyResult.objects.filter(key_result__in=[row.pk for row in rows], initiative__archived_at=None)
        of = _("of %(n)s")
        return [
            (_("Key results"), str(len(rows)), of % {"n": len(self.presented)}),
            (self.org.tribe_label_plural, str(len(tribes)), of % {"n": len(presenting | tribes)}),
            (
                _("Starts measured"),
                str(len(rows) - dated),
                ngettext("%(n)s dated", "%(n)s dated", dated) % {"n": dated} if dated else "",
            ),
            (_("Sources named"), str(sources), of % {"n": len(rows)} if sources < len(rows) else ""),
            (_("Strategic KRs served"), str(served), of % {"n": len(self._served)}),
            (_("Initiatives linked"), str(work.values("initiative").distinct().count()), ""),
        ]

    @cached_property
    def _strategic(self) -> list[KeyResult]:
        return strategic_in_order(self.planning)

    @cached_property
    def _serving(self) -> dict[int, list[Line]]:
        by_objective: defaultdict[int, list[Line]] = defaultdict(list)
        for line in self.lines:
            by_objective[line.key_result.objective_id].append(line)
        found: defaultdict[int, list[Line]] = defaultdict(list)
        links = Contribution.objects.filter(objective__in=list(by_objective)).order_by("pk")
        for objective, moved in links.values_list("objective_id", "key_result_id"):
            found[moved] += by_objective[objective]
        return found

    @cached_property
    def _served(self) -> dict[int, int]:
        return {row.pk: len(self._serving.get(row.pk, [])) for row in self._strategic}

    @property
    def thin(self) -> list[Thin]:
        found = []
        for row in self._strategic:
            lines = self._serving.get(row.pk, [])
            if len(lines) > 1:
                continue
            said = _("One key result, %(code)s") % {"code": lines[0].code} if lines else _("Nothing was kept for it")
            found.append(Thin(row.code, row.title, reverse("key_result", args=[self.org.slug, row.pk]), said))
        return found

    @property
    def freezes(self) -> list[tuple[str, str]]:
        """What publishing does, in sentences: icon, text."""
        rows = [line.key_result for line in self.lines]
        owners = {row.owner_id for row in rows if row.owner_id}
        leads = {row.objective.tribe.lead_id for row in rows if row.objective.tribe and row.objective.tribe.lead_id}
        start = max(self.clock.today, self.planning.quarter.starts_on)
        due = self.clock.rhythm.next_due(start)
        people = len(owners | leads)
        told = ngettext(
            "%(n)s person, owner or lead, gets one message with their own lines.",
            "%(n)s people, owners and leads, get one message with their own lines.",
            people,
        ) % {"n": people}
        first = _("First check-in due %(day)s") % {"day": numbers.format_date(due, language(), "weekday")}
        return [("bell", told), ("gauge", first), ("history", self._left())]

    def _left(self) -> str:
        n = self.counts
        parts = [
            ngettext("%(n)s deferred comes back", "%(n)s deferred come back", n[DEFER]) % {"n": n[DEFER]},
            ngettext("%(n)s merged keeps both texts", "%(n)s merged keep both texts", n[MERGE]) % {"n": n[MERGE]},
            ngettext("%(n)s dropped keeps its reason", "%(n)s dropped keep their reason", n[DROP]) % {"n": n[DROP]},
        ]
        said = [part for part, name in zip(parts, (DEFER, MERGE, DROP), strict=True) if n[name]]
        return ", ".join(said) + "." if said else _("Nothing was deferred, merged or dropped.")
