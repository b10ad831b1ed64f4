"""What one quarter's planning has on its page: what each tribe brings, who decides, and how far it is."""

from collections import Counter
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from django.db.models import Count
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from okr.models import KeyResult, Objective
from okr.pages.draft_lines import DraftLine, draft_line
from okr.readings import Clock
from orgs.models import Membership, Organization, Tribe
from orgs.permissions import Permission, can
from planning.actions.rows import BEFORE_THE_CODIR, OUTCOMES
from planning.board import tally
from planning.models import Opinion, Planning, Slot, Voter
from planning.pages.words import LOOKS, address, day_and_time, day_of, met, steps_of

Stage = KeyResult.Stage
# What a planning tells of: drafts, all before the CoDir, and what became of those it kept.
TOLD = (Stage.DRAFT, *BEFORE_THE_CODIR, Stage.PUBLISHED, Stage.SCORED)
KEPT = (Stage.KEPT, Stage.PUBLISHED, Stage.SCORED)


@dataclass(slots=True)
class Part:
    """What a tribe brings."""

    tribe: Tribe
    slot: Slot | None  # None: it is not in the agenda
    cap: int
    number: int | None
    may_write: bool
    url: str  # of its quarter
    counts: Counter[str] = field(default_factory=Counter)  # by outcome; published ones are kept
    drafts: list[DraftLine] = field(default_factory=list)

    @property
    def presented(self) -> int:
        return sum(self.counts.values())

    @property
    def kept(self) -> int:
        return self.counts["keep"]

    @property
    def lacking(self) -> list[DraftLine]:
        """Drafts that cannot be proposed yet."""
        return [line for line in self.drafts if any(lack.blocks for lack in line.missing)]

    @property
    def ready(self) -> int:
        """Drafts that could be proposed now."""
        return len(self.drafts) - len(self.lacking)

    @property
    def tally(self) -> list[str]:
        """One square each, the kept ones first."""
        return tally(self.counts)

    @property
    def said(self) -> str:
        """How far it has come, in words."""
        proposed, drafts = self.presented, len(self.drafts)
        words = []
        if proposed:
            words.append(ngettext("%(n)s proposed", "%(n)s proposed", proposed) % {"n": proposed})
        if drafts:
            words.append(ngettext("%(n)s draft", "%(n)s drafts", drafts) % {"n": drafts})
        return ", ".join(words) or _("Nothing written yet")


@dataclass(frozen=True, slots=True)
class VoterLine:
    member: Membership
    is_chair: bool
    said: int | None  # of how many proposals they said what they would do; None for who may not know


class Planned:
    def __init__(self, planning: Planning, org: Organization, member: Membership) -> None:
        self.planning, self.org, self.member = planning, org, member
        self.clock = Clock.of(org)
        self.now = timezone.now()

    # ── Facts ──

    @property
    def look(self) -> str:
        return LOOKS[Planning.State(self.planning.state)]

    @property
    def steps(self) -> list[tuple[str, str]]:
        return steps_of(self.planning)

    @property
    def is_preparing(self) -> bool:
        return bool(self.planning.state == Planning.State.PREPARING)

    @property
    def when(self) -> str:
        return day_and_time(self.planning.meets_at) if self.planning.meets_at else ""

    @property
    def met(self) -> str:
        return met(self.planning)

    @property
    def meets_today(self) -> bool:
        """Or should have met."""
        at = self.planning.meets_at
        return at is None or timezone.localdate(at) <= timezone.localdate(self.now)

    @property
    def votes_until(self) -> str:
        """Until when people vote alone, "" without an end of its own."""
        return day_and_time(self.planning.preread_until) if self.planning.preread_until else ""

    @property
    def refined_by(self) -> str:
        return day_of(self.planning.refined_by) if self.planning.refined_by else ""

    @property
    def mode_said(self) -> str:
        chair = self.planning.chair.name if self.planning.chair else ""
        if self.planning.mode == Planning.Mode.MAJORITY:
            return _("More than half of those present decide; where votes are equal, %(name)s.") % {
                "name": chair or "–"
            }
        return _("%(name)s decides for all, others watch.") % {"name": chair} if chair else _("Nobody chairs yet.")

    @cached_property
    def leads(self) -> bool:
        """Whether the person may change the set-up."""
        return can(self.member, Permission.LEAD_PLANNING)

    # ── What tribes bring ──

    @cached_property
    def slots(self) -> list[Slot]:
        return list(self.planning.slots.select_related("tribe__lead__user").order_by("position", "pk"))

    @cached_property
    def _key_results(self) -> list[KeyResult]:
        rows = KeyResult.objects.live().filter(objective__quarter=self.planning.quarter_id, stage__in=TOLD)
        return list(
            rows.select_related("objective__tribe__lead__user").order_by(
                "objective__tribe__position", "objective__tribe_id", "objective__position", "position", "pk"
            )
        )

    @cached_property
    def parts(self) -> list[Part]:
        """In the order of the agenda, and behind it those that write without being in it."""
        found = {slot.tribe_id: self._part(slot.tribe, slot, number) for number, slot in enumerate(self.slots, start=1)}
        for row in self._key_results:
            tribe = row.objective.tribe
            assert tribe is not None  # of a quarter
            part = (
                found.setdefault(tribe.pk, self._part(tribe, None, None)) if tribe.pk not in found else found[tribe.pk]
            )
            if row.stage == Stage.DRAFT:
                part.drafts.append(draft_line(row, self.clock))
            else:
                part.counts["keep" if row.stage in KEPT else OUTCOMES[Stage(row.stage)]] += 1
        return list(found.values())

    def _part(self, tribe: Tribe, slot: Slot | None, number: int | None) -> Part:
        here = Objective(level=Objective.Level.TRIBE, tribe=tribe, quarter=self.planning.quarter)
        writes = self.planning.state in (Planning.State.PREPARING, Planning.State.OPEN)
        return Part(
            tribe=tribe,
            slot=slot,
            cap=slot.cap if slot and slot.cap else self.planning.cap,
            number=number,
            may_write=writes and can(self.member, Permission.EDIT_TRIBE, here),
            url=reverse("tribe_quarter", args=[self.org.slug, tribe.code, self.planning.quarter.slug]),
        )

    @cached_property
    def counts(self) -> Counter[str]:
        total: Counter[str] = Counter()
        for part in self.parts:
            total.update(part.counts)
        return total

    @property
    def presented(self) -> int:
        return sum(self.counts.values())

    @property
    def kept(self) -> int:
        return self.counts["keep"]

    @property
    def open(self) -> int:
        return self.counts["open"]

    @property
    def drafts(self) -> int:
        return sum(len(part.drafts) for part in self.parts)

    @property
    def minutes(self) -> int:
        return sum(slot.minutes for slot in self.slots)

    # ── Who decides ──

    @cached_property
    def _voters(self) -> list[Voter]:
        return list(self.planning.voters.select_related("membership__user").order_by("pk"))

    @cached_property
    def has_vote(self) -> bool:
        mine = any(voter.membership_id == self.member.pk for voter in self._voters)
        return mine or self.planning.chair_id == self.member.pk

    @cached_property
    def _said(self) -> dict[int, int]:
        """By member, of how many of what is proposed now they said alone what they would do."""
        if not self.is_preparing:
            return {}
        rows: Any = Opinion.objects.filter(
            planning=self.planning, key_result__stage=Stage.PROPOSED, key_result__archived_at=None,
            key_result__objective__archived_at=None, key_result__objective__quarter=self.planning.quarter_id,
        )  # fmt: skip
        if not self.leads:
            rows = rows.filter(membership=self.member)
        return dict(rows.order_by().values_list("membership_id").annotate(number=Count("pk")))

    @property
    def voters(self) -> list[VoterLine]:
        """Whoever leads sees how far each has come, never with what."""
        told = self.leads and self.is_preparing
        return [
            VoterLine(
                voter.membership,
                voter.membership_id == self.planning.chair_id,
                self._said.get(voter.membership_id, 0) if told else None,
            )
            for voter in self._voters
        ]

    @property
    def my_votes(self) -> int:
        return self._said.get(self.member.pk, 0)

    def url(self, name: str, **parts: object) -> str:
        return address(name, self.org, self.planning.quarter, **parts)
