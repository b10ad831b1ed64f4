"""The planning of the running quarter, which is over: what was presented, decided, refined and published."""

import datetime as dt
import uuid
from collections import Counter
from decimal import Decimal
from functools import cached_property

from okr.actions.staging import baseline_of
from okr.demo.history import workday
from okr.demo.rows_of_objectives import key_result_of
from okr.demo.state import Loading
from okr.models import KeyResult, Objective, PeriodState
from orgs.actions.editing import State
from orgs.models import AuditEvent, Membership
from planning.actions.presenting import definition_of
from planning.actions.refining import digest_of
from planning.actions.rows import STAGES
from planning.actions.taking import VERBS
from planning.demo import history
from planning.demo.writing import DAY, NINE, SIX, at, event, opinions, quarter_in, tell, voters_of
from planning.models import Acceptance, Decision, Discussion, Opinion, Planning, Presented, Slot

MINUTE = dt.timedelta(minutes=1)
# How the room leaned before it decided so: the more so, the more often it is named.
LEANED = {"keep": "KKKKq", "drop": "XXws", "defer": "sqw", "merge": "sqw"}
Trail = list[tuple[dt.datetime, AuditEvent]]


class Held:
    """Written once, in the tenancy of the organization."""

    def __init__(self, loading: Loading) -> None:
        self.loading = loading
        self.quarter = quarter_in(loading, PeriodState.OPEN)
        self.day = workday(self.quarter.starts_on - history.DAYS_BEFORE * DAY)
        self.begins = at(loading, self.day, NINE)
        self.ends_on = workday(self.day + history.DAYS_TO_REFINE * DAY)
        self.chair, self.coach, self.cpo = (loading.member(key) for key in ("ecommerce", "coach", "produit"))
        self.trail: Trail = []

    def write(self) -> None:
        self._write_rejected()
        self._write_planning()
        self._write_opinions()
        self._present()
        self._decide()
        self._note()
        self._publish()
        self._change_later()
        tell(self.loading, self.trail)

    # ── Key results ──

    def _write_rejected(self) -> None:
        """Behind those that were kept, below the same objectives; most of the deferred are drafted anew next quarter."""
        places = Counter(row.objective_id for row in self._kept)
        rows = []
        for said in history.NOT_KEPT:
            objective = self.loading.key_results[f"open {said.objective}1"].objective
            places[objective.pk] += 1
            row = key_result_of(
                self.loading, said.spec, objective, places[objective.pk], tribe=said.objective.split()[0]
            )
            row.stage = STAGES[said.outcome]
            if said.into:
                row.merged_into = self.loading.key_results[f"open {said.into}"]
            if row.baseline_due_on:
                row.baseline_due_on = self.quarter.starts_on + 9 * DAY
            rows.append(row)
        self.rejected = self.loading.create(rows)
        self._carry_on()

    def _carry_on(self) -> None:
        deferred = {
            (row.objective.tribe_id, row.title): row for row in self.rejected if row.stage == KeyResult.Stage.DEFERRED
        }
        drafts = []
        for name, row in self.loading.key_results.items():
            before = deferred.get((row.objective.tribe_id, row.title))
            if before is not None and name.startswith(PeriodState.DRAFT):
                row.carried_from = before
                drafts.append(row)
        KeyResult.objects.bulk_update(drafts, ["carried_from"])

    @property
    def _kept(self) -> list[KeyResult]:
        return [row for name, row in self.loading.key_results.items() if name.startswith(f"{PeriodState.OPEN} ")]

    @cached_property
    def presented(self) -> list[KeyResult]:
        """In the order of the board."""

        def order(row: KeyResult) -> tuple[int, int, int]:
            objective: Objective = row.objective
            assert objective.tribe is not None
            return (objective.tribe.position, objective.position, row.position)

        return sorted([*self._kept, *self.rejected], key=order)

    def _named(self, name: str) -> KeyResult:
        """By its code, “DRV A3”, or by the title of one that was not kept."""
        found = self.loading.key_results.get(f"{PeriodState.OPEN} {name}")
        return found or next(row for row in self.rejected if row.title == name)

    def _outcome(self, row: KeyResult) -> str:
        return next((one for one, stage in STAGES.items() if stage == row.stage), "keep")

    # ── The meeting ──

    def _write_planning(self) -> None:
        [self.planning] = self.loading.create(
            [
                Planning(
                    quarter=self.quarter,
                    state=Planning.State.PUBLISHED,
                    meets_at=self.begins,
                    preread_until=at(self.loading, self.day - DAY, SIX),
                    refined_by=self.ends_on,
                    target=history.TARGET,
                    cap=history.CAP,
                    chair=self.chair,
                    opened_at=self.begins + 4 * MINUTE,
                    closed_at=self.begins + 205 * MINUTE,
                    published_at=at(self.loading, self.ends_on, SIX) - 75 * MINUTE,
                )
            ]
        )
        self.loading.create(
            Slot(
                planning=self.planning,
                tribe=tribe,
                position=position,
                minutes=history.MINUTES,
                cap=7 if position == 1 else None,  # the pilot: three objectives
                presented_at=self._turn(position),
            )
            for position, tribe in enumerate(self.loading.tribes.values(), 1)
        )
        self.voters = voters_of(self.loading, self.planning)
        planning = self.planning
        for when, who, verb, before, after in (
            (self.begins - 12 * DAY, self.coach, "created", "", "preparing"),
            (planning.opened_at, self.coach, "opened", "preparing", "open"),
            (planning.closed_at, self.coach, "closed", "open", "refining"),
            (planning.published_at, self.cpo, "quarter_published", "refining", "published"),
        ):
            assert when is not None
            self._tell(when, who, verb, planning, {"state": before} if before else {}, {"state": after})

    def _turn(self, position: int) -> dt.datetime:
        return self.begins + (5 + 22 * (position - 1)) * MINUTE

    def _write_opinions(self) -> None:
        """Of all but the chair and the one who came new to the committee."""
        rows = []
        for row in self.presented:
            leanings = LEANED[self._outcome(row)]
            rows.append((row, leanings[len(row.title) % len(leanings)]))
        for member in self.voters[1:-1]:
            self.loading.create(opinions(self.planning, member, member.name, rows))
        Opinion.objects.filter(planning=self.planning).update(at=at(self.loading, self.day - DAY, NINE))

    def _present(self) -> None:
        numbers: Counter[int | None] = Counter()
        shown = []
        for row in self.presented:
            numbers[row.objective.tribe_id] += 1
            definition = definition_of(row) | history.PRESENTED.get(self._code(row), {})
            if self._code(row) == history.LATER[0]:
                definition |= {"target": history.LATER[1]}
            shown.append(
                Presented(
                    planning=self.planning,
                    key_result=row,
                    number=numbers[row.objective.tribe_id],
                    definition=definition,
                    is_late=row.title == history.LATE,
                )
            )
            tribe = row.objective.tribe
            assert tribe is not None
            assert tribe.lead is not None
            handed_in = self.begins - 5 * DAY + (40 * tribe.position + row.position) * MINUTE
            if row.title == history.LATE:
                handed_in = self.begins + 30 * MINUTE
            self._tell(handed_in, tribe.lead, "proposed", row, {"stage": "draft"}, {"stage": "proposed"})
        self.loading.create(shown)
        Presented.objects.filter(planning=self.planning).update(at=self.planning.opened_at)

    def _code(self, row: KeyResult) -> str:
        tribe = row.objective.tribe
        return f"{tribe.code if tribe else ''} {row.code}"

    def _decide(self) -> None:
        """A tribe after the other; what was decided differently first lies some minutes before."""
        firsts = {self._named(name).pk: first for name, first in history.FIRST.items()}
        reasons = {row.pk: said.reason for row, said in zip(self.rejected, history.NOT_KEPT, strict=True)}
        times: dict[int, dt.datetime] = {}
        within: Counter[int | None] = Counter()
        for row in self.presented:
            tribe = row.objective.tribe
            assert tribe is not None
            within[tribe.pk] += 1
            times[row.pk] = self._turn(tribe.position) + (6 + within[tribe.pk]) * MINUTE
        earlier: dict[int, Decision] = {}
        for row in self.presented:
            if (first := firsts.get(row.pk)) is None:
                continue
            when = times[row.pk] - 4 * MINUTE
            made = self._decision(row, first.outcome, first.reason, when, stands=False)
            if first.undone:
                made.undone_at = when + MINUTE
            else:
                earlier[row.pk] = made
            self.loading.create([made])
            self._told(row, when, "proposed", STAGES[first.outcome], VERBS[first.outcome], first.reason)
            if first.undone:
                self._told(row, when + MINUTE, STAGES[first.outcome], "proposed", "reconsidered")
        decisions = []
        for row in self.presented:
            outcome, reason = self._outcome(row), reasons.get(row.pk, "")
            made = self._decision(row, outcome, reason, times[row.pk])
            made.replaces = earlier.get(row.pk)
            decisions.append(made)
            before = STAGES[made.replaces.outcome] if made.replaces else "proposed"
            self._told(row, times[row.pk], before, STAGES[outcome], VERBS[outcome], reason)
        self.loading.create(decisions)

    def _decision(
        self, row: KeyResult, outcome: str, reason: str, when: dt.datetime, *, stands: bool = True
    ) -> Decision:
        return Decision(
            planning=self.planning,
            key_result=row,
            act=uuid.uuid5(uuid.NAMESPACE_OID, f"{row.title} {outcome} {when}"),
            outcome=outcome,
            reason=reason,
            into=row.merged_into if outcome == "merge" else None,
            by=self.chair,
            by_name=self.chair.name,
            at=when,
            stands=stands,
        )

    def _told(self, row: KeyResult, when: dt.datetime, before: str, after: str, verb: str, reason: str = "") -> None:
        into = row.merged_into_id if after == KeyResult.Stage.MERGED else None
        self._tell(
            when,
            self.chair,
            verb,
            row,
            {"stage": str(before), "merged_into": None},
            {"stage": str(after), "merged_into": into},
            reason,
        )

    def _note(self) -> None:
        notes = self.loading.create(
            Discussion(planning=self.planning, key_result=self._named(name), text=text, by=self.loading.member(who))
            for name, (who, text) in history.NOTES.items()
        )
        said = {row.key_result_id: row.at for row in Decision.objects.filter(planning=self.planning, stands=True)}
        for note in notes:
            note.at = said[note.key_result_id] + MINUTE
        Discussion.objects.bulk_update(notes, ["at"])

    # ── After it ──

    def _publish(self) -> None:
        """The definitions that both sides accepted are the baseline."""
        published = self.planning.published_at
        assert published is not None
        rows = self._kept
        signed = []
        for row in rows:
            row.baseline = baseline_of(row)
            lead = row.objective.tribe.lead if row.objective.tribe else None
            for side, member in ((Acceptance.Side.LEAD, lead), (Acceptance.Side.CPO, self.cpo)):
                signed.append(
                    Acceptance(planning=self.planning, key_result=row, side=side, digest=digest_of(row), by=member)
                )
            self._tell(published, self.cpo, "published", row, {"stage": "kept"}, {"stage": "published"})
        KeyResult.objects.bulk_update(rows, ["baseline"])
        self.loading.create(signed)
        for side, days in ((Acceptance.Side.LEAD, 5), (Acceptance.Side.CPO, 7)):
            Acceptance.objects.filter(planning=self.planning, side=side).update(at=self.begins + days * DAY)

    def _change_later(self) -> None:
        name, target, reason = history.LATER
        row = self._named(name)
        assert row.baseline is not None
        assert row.target is not None
        now = row.baseline["target"]
        assert Decimal(now) == row.target
        row.baseline = {**row.baseline, "target": target}
        row.save(update_fields=["baseline"])
        when = self.loading.now - history.DAYS_SINCE_LATER * DAY
        assert row.owner is not None
        self._tell(when, row.owner, "changed", row, {"target": target}, {"target": now}, reason)

    def _tell(
        self,
        when: dt.datetime,
        who: Membership,
        verb: str,
        thing: Planning | KeyResult,
        before: State,
        after: State,
        reason: str = "",
    ) -> None:
        self.trail.append((when, event(who, verb, thing, before, after, reason)))
