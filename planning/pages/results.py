"""Read model of what a planning decided, and why: this one's, or where one looks for something all plannings'."""

from collections import Counter
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any
from urllib.parse import urlencode

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from okr.readings import Clock
from okr.search.text import fold
from orgs.models import AuditEvent, Membership, Organization
from orgs.moments import moment
from orgs.permissions import Permission, can
from planning.board import KEEP, OUTCOMES, tally
from planning.models import Planning
from planning.pages.decided import Line, lines_of
from planning.rulings import behind, number_of, outcome_in_words

TRIBE, OUTCOME = "tribe", "outcome"
WAYS = {TRIBE: gettext_lazy("By tribe"), OUTCOME: gettext_lazy("By outcome")}
PLANNINGS_AT_ONCE = 12  # quarters that one question looks through
LONGEST = 100  # letters of a question


@dataclass(slots=True)
class Group:
    key: str
    code: str
    title: str
    is_content: bool
    lines: list[Line] = field(default_factory=list)

    @property
    def tally(self) -> list[str]:
        return tally(Counter(line.outcome for line in self.lines))

    @property
    def said(self) -> str:
        counts = Counter(line.outcome for line in self.lines)
        return ", ".join(number_of(one, counts[one]) for one in OUTCOMES if counts[one])


@dataclass(frozen=True, slots=True)
class Choice:
    key: str
    label: str
    number: int
    url: str
    current: bool


@dataclass(frozen=True, slots=True)
class Step:
    """Of what happened to the meeting."""

    text: str
    who: str
    when: str
    reason: str


@dataclass
class Results:
    planning: Planning
    org: Organization
    member: Membership
    asked: Any  # the query of the address

    def __post_init__(self) -> None:
        self.clock = Clock.of(self.org)
        way = self.asked.get("by", TRIBE)
        self.way = way if way in WAYS else TRIBE
        outcome = self.asked.get("outcome", "")
        self.outcome = outcome if outcome in OUTCOMES else ""
        self.question = " ".join(self.asked.get("q", "").replace("\x00", "").split())[:LONGEST]
        self.everywhere = bool(self.asked.get("all")) and bool(self.question)

    # ── What is read ──

    @cached_property
    def plannings(self) -> list[Planning]:
        """Those that have decided something, the latest first."""
        rows = Planning.objects.with_quarter().exclude(state=Planning.State.PREPARING)
        return list(rows.order_by("-quarter__starts_on")[:PLANNINGS_AT_ONCE])

    @cached_property
    def all_lines(self) -> list[Line]:
        return lines_of([self.planning], self.clock)

    # ── What is shown ──

    @cached_property
    def found(self) -> list[Line]:
        """What the question and the chosen outcome leave."""
        lines = lines_of(self.plannings, self.clock) if self.everywhere else self.all_lines
        words = fold(self.question).split()
        return [
            line
            for line in lines
            if (not self.outcome or line.outcome == self.outcome) and all(word in line.texts for word in words)
        ]

    @cached_property
    def groups(self) -> list[Group]:
        found: dict[str, Group] = {}
        for line in self.found:
            if self.everywhere:
                group = Group(line.planning.quarter.slug, "", line.planning.quarter.label, is_content=False)
            elif self.way == OUTCOME:
                group = Group(line.outcome, "", line.label, is_content=False)
            else:
                group = Group(line.tribe.code, line.tribe.code, line.tribe.name, is_content=True)
            found.setdefault(group.key, group).lines.append(line)
        if self.everywhere:
            return [found[one.quarter.slug] for one in self.plannings if one.quarter.slug in found]
        if self.way == OUTCOME:
            return [found[one] for one in OUTCOMES if one in found]
        return list(found.values())

    @cached_property
    def counts(self) -> Counter[str]:
        return Counter(line.outcome for line in self.all_lines)

    @property
    def funnel(self) -> list[tuple[str, str, int, int]]:
        """Presented → kept → published: key, name, how many, and its share of what was presented (0 to 100)."""
        presented, kept = len(self.all_lines), self.counts[KEEP]
        steps = [("presented", behind("presented", presented), presented), (KEEP, behind(KEEP, kept), kept)]
        if self.planning.state == Planning.State.PUBLISHED:
            published = sum(line.is_published for line in self.all_lines)
            steps.append(("published", behind("published", published), published))
        return [(key, name, n, round(100 * n / presented) if presented else 0) for key, name, n in steps]

    @property
    def facts(self) -> list[str]:
        """ "104 presented", "32 kept", "30 published"."""
        n = len(self.all_lines)
        said = [ngettext("%(n)s presented", "%(n)s presented", n) % {"n": n}]
        said += [number_of(one, self.counts[one]) for one in OUTCOMES if self.counts[one]]
        return said

    @property
    def outcomes(self) -> list[Choice]:
        return [
            Choice(
                one,
                outcome_in_words(one),
                self.counts[one],
                self._url(outcome="" if one == self.outcome else one),
                one == self.outcome,
            )
            for one in OUTCOMES
            if self.counts[one] or one == self.outcome
        ]

    @property
    def ways(self) -> list[Choice]:
        label = {TRIBE: _("By %(tribe)s") % {"tribe": self.org.tribe_label}, OUTCOME: str(WAYS[OUTCOME])}
        return [Choice(key, label[key], 0, self._url(by=key), key == self.way) for key in WAYS]

    @property
    def quarters(self) -> list[Choice]:
        return [
            Choice(
                one.quarter.slug,
                one.quarter.label,
                0,
                reverse("planning_results", args=[self.org.slug, one.quarter.slug]),
                one.pk == self.planning.pk,
            )
            for one in reversed(self.plannings)
        ]

    def _url(self, **parts: str) -> str:
        query = {"by": self.way, "outcome": self.outcome, "q": self.question, "all": "1" if self.everywhere else ""}
        query |= parts
        kept = {name: value for name, value in query.items() if value and (name, value) != ("by", TRIBE)}
        url = reverse("planning_results", args=[self.org.slug, self.planning.quarter.slug])
        return f"{url}?{urlencode(kept)}" if kept else url

    # ── The meeting ──

    @cached_property
    def steps(self) -> list[Step]:
        """Opened, closed, reopened with its reason, published: the first one first."""
        words = {
            "opened": _("opened the meeting"),
            "closed": _("closed the meeting"),
            "reopened": _("reopened the meeting"),
            "quarter_published": _("published the quarter"),
        }
        events: QuerySet[AuditEvent] = AuditEvent.objects.filter(
            object_type="planning", object_id=self.planning.pk, verb__in=words
        )
        return [
            Step(words[one.verb], one.actor_name, moment(one.at), one.reason)
            for one in events.order_by("pk")
            if one.verb in words
        ]

    @property
    def may_reopen(self) -> bool:
        return self.planning.state == Planning.State.REFINING and can(self.member, Permission.LEAD_PLANNING)
