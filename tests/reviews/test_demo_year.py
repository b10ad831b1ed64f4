"""The demo organization lives on for a year, four quarters of it: check-ins, reminders, closes, what carries on.

The ledger below counts by itself what is done; at the end pages, API and rows must say the same.
"""

import datetime as dt
import re
from collections import Counter, defaultdict
from decimal import ROUND_HALF_UP, Decimal
from itertools import pairwise
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone

from okr.actions.check_in import record_check_in
from okr.models import CheckIn, KeyResult, Objective, Quarter, Year
from okr.readings import Clock
from orgs import outbox, tenancy
from orgs.actions.audit import Actor
from orgs.models import Membership, Organization, OutboxMail, Tribe
from orgs.working_days import WorkingDays
from planning.actions import leading, preparing, refining
from planning.models import Acceptance, Decision, Planning
from reminders.models import Reminder
from reminders.tasks import tick
from reviews.models import Verdict
from reviews.trend import trend_of
from tests import factories
from tests.api import Caller
from tests.demo import NOW

PARIS = ZoneInfo("Europe/Paris")
DAY = dt.timedelta(days=1)
KEPT = 3  # key results a tribe, each quarter


def at(day: dt.date, hour: int) -> Any:
    then = dt.datetime(day.year, day.month, day.day, hour, 5, tzinfo=PARIS)
    return time_machine.travel(then.astimezone(dt.UTC), tick=False)


class Demo:
    def __init__(self) -> None:
        self.org = Organization.objects.get(slug="coursive")
        # By a quarter's id, 0 for the strategy: presented, kept, made (check-ins), verdicts, carry, stop.
        self.ledger: Counter[tuple[int, str]] = Counter()
        self.scores: dict[tuple[int, int], list[tuple[str, KeyResult]]] = defaultdict(list)  # by quarter and tribe
        with self.inside():
            self.coach = self.member("coach.okr")
            self.chief = self.member("cheffe.de.cabinet")
            self.cpo = self.member("directeur.produit")
            self.admin = self.member("administratrice.polaris")
            self.tribes = list(Tribe.objects.select_related("lead__user", "lead__org").order_by("code"))
            coming = KeyResult.objects.filter(objective__quarter__state="draft", archived_at=None)
            self.drafted = set(coming.values_list("pk", flat=True))
            self.before = {model: model.objects.count() for model in (CheckIn, Verdict, Decision, Reminder)}

    def inside(self) -> Any:
        return tenancy.tenant(self.org.pk)

    def member(self, name: str) -> Membership:
        found: Membership = Membership.objects.with_people().get(user__email=f"{name}@coursive.example")
        return found

    def post(self, who: Membership, name: str, *parts: Any, **sent: Any) -> None:
        answer = factories.signed_in(who).post(reverse(name, args=[self.org.slug, *parts]), sent)
        assert answer.status_code == 302, (name, parts, answer.status_code, _errors(answer.content.decode()))

    def quarter(self, year: int, number: int) -> Quarter:
        with self.inside():
            found: Quarter = Quarter.objects.with_year().get(year__number=year, number=number)
        return found

    def running(self, quarter: Quarter) -> list[KeyResult]:
        rows = KeyResult.objects.filter(Q(objective__quarter=quarter) | Q(objective__year=quarter.year_id))
        rows = rows.filter(stage="published", objective__archived_at=None, archived_at=None)
        return list(rows.select_related("objective__quarter", "owner__user", "owner__org").order_by("pk"))

    # ── What happens ──

    def live(self, quarter: Quarter, first: dt.date, last: dt.date) -> None:
        """Each working day the reminders leave at nine; in the afternoon what is due is checked in, or forgotten."""
        works = WorkingDays("FR").is_working
        day = first
        while day <= last:
            if works(day):
                with at(day, 9):
                    tick()
                    outbox.sweep(timezone.now() + dt.timedelta(seconds=30))
                with at(day, 14), self.inside():
                    self.check_in(quarter, day)
            day += DAY

    def check_in(self, quarter: Quarter, day: dt.date) -> None:
        for row in self.running(quarter):
            if row.next_due_on is None or row.next_due_on > day:
                continue
            if row.next_due_on < day and day.weekday() != 4:  # forgotten: made up for on Friday, by some
                continue
            if (row.pk + day.isocalendar().week) % 5 == 0:
                continue
            steps = [step.pk for step in row.steps.all()] if row.direction == "done" else None
            value = None if steps else (row.current if row.current is not None else row.start)
            if value is None:
                value = row.low if row.low is not None else Decimal(0)
            record_check_in(
                row, by=Actor(row.owner), value=None if steps else value, confidence=6,
                done_steps=steps[:1] if steps else None,
            )  # fmt: skip
            self.ledger[row.objective.quarter_id or 0, "made"] += 1

    def run(self, quarter: Quarter, first: dt.date, last: dt.date) -> None:
        """Published on its first working day, reviewed and closed on its last."""
        with at(first, 10):
            self.plan(quarter)
        self.live(quarter, first + DAY, last - DAY)
        with at(last, 15):
            self.review(quarter)

    def lay_out_periods(self) -> None:
        """The demo's year has three quarters; the form of its days proposes the fourth; and the year after."""
        with self.inside():
            year = Year.objects.get(number=2026)
        self.post(self.admin, "settings_year", year.pk, **_days(2026), revision=year.revision)
        self.post(self.admin, "settings_year_new", number="2027", **_days(2027))

    def turn_the_year(self) -> None:
        """The strategy is judged, half of it goes on into the next year, which begins."""
        with self.inside():
            year = Year.objects.get(number=2026)
            rows = list(KeyResult.objects.filter(objective__year=year, stage="published").order_by("pk"))
        for place, row in enumerate(rows):
            afterwards = "stop" if place % 2 else "carry"
            self.post(
                self.chief, "review_verdict", row.pk, score="0.6", kept="no", revision="1",
                learning="Une étape à la fois.", afterwards=afterwards,
                miss_reason="Il manquait un trimestre." if row.ambition == "committed" else "",
            )  # fmt: skip
            self.ledger[0, "verdicts"] += 1
            self.ledger[0, afterwards] += 1
        self.post(self.chief, "review_close", "2026")
        with self.inside():
            after = Year.objects.get(number=2027)
        self.post(self.admin, "settings_year_state", after.pk, state="open")

    def review(self, quarter: Quarter) -> None:
        with self.inside():
            rows = [row for row in self.running(quarter) if row.objective.quarter_id]
        for place, row in enumerate(rows):
            score = ("1.0", "0.4", "0.7")[place % 3]
            missed = row.ambition == "committed" and score != "1.0"
            afterwards = "carry" if score == "0.4" else "stop"
            self.post(
                self.coach, "review_verdict", row.pk, score=score, afterwards=afterwards, revision="1",
                learning="Un peu chaque semaine.", miss_reason="Trop tard." if missed else "",
                kept="no" if missed else "yes",
            )  # fmt: skip
            self.ledger[quarter.pk, "verdicts"] += 1
            self.ledger[quarter.pk, afterwards] += 1
            if row.direction != "within":  # no ambition: not scored
                self.scores[quarter.pk, row.objective.tribe_id or 0].append((score, row))
        self.post(self.coach, "review_close", f"{quarter.year.number}-q{quarter.number}")

    def plan(self, quarter: Quarter) -> None:
        with self.inside():
            drafts = Objective.objects.filter(quarter=quarter, archived_at=None)
            ready = list(drafts.filter(key_results__stage="draft").distinct().select_related("tribe__lead__user"))
        for goal in ready:
            self.post(goal.tribe.lead, "objective_propose", goal.pk)
        with self.inside():
            by = Actor(self.chief)
            planning = Planning.objects.filter(quarter=quarter).first()
            if planning is None:
                planning, _change = preparing.plan(quarter, by=by, chair=self.coach, voters=[self.coach.pk], slots=[])
            leading.open_meeting(planning, by=by)
            presented = list(KeyResult.objects.filter(objective__quarter=quarter, stage="proposed", archived_at=None))
            self.ledger[quarter.pk, "presented"] = len(presented)
            kept = []
            for tribe in self.tribes:
                mine = KeyResult.objects.filter(pk__in=[row.pk for row in presented], objective__tribe=tribe)
                kept += list(mine.order_by("pk").values_list("pk", flat=True)[:KEPT])
            caller = Caller(Membership.objects.with_people().get(pk=planning.chair_id), "read", "plan")
        for pk in kept:
            answer = caller.decide(planning=planning.pk, key_results=[pk], outcome="keep")
            assert answer.status_code in (200, 201), answer.content
        with self.inside():
            leading.close_meeting(Planning.objects.get(pk=planning.pk), by=by, defer="Pas ce trimestre.")
            planning = Planning.objects.get(pk=planning.pk)
            for tribe in self.tribes:
                mine = [row.pk for row in refining.kept(planning) if row.objective.tribe_id == tribe.pk]
                refining.accept(planning, mine, Acceptance.Side.LEAD, by=Actor(tribe.lead))
            rows = [row.pk for row in refining.kept(planning)]
            refining.accept(planning, rows, Acceptance.Side.CPO, by=Actor(self.cpo))
            refining.publish(planning, by=Actor(self.cpo))
        self.ledger[quarter.pk, "kept"] = len(kept)


@pytest.mark.usefixtures("loaded_demo", "db")
def test_the_demo_lives_through_four_quarters_and_its_counts_add_up() -> None:
    with time_machine.travel(NOW, tick=False):
        made = Demo()
    quarters = [made.quarter(2026, 2), made.quarter(2026, 3)]
    made.live(quarters[0], dt.date(2026, 5, 20), dt.date(2026, 6, 29))
    with at(dt.date(2026, 6, 30), 15):
        made.review(quarters[0])
        made.lay_out_periods()
    quarters.append(made.quarter(2026, 4))
    made.run(quarters[1], dt.date(2026, 7, 1), dt.date(2026, 9, 30))
    made.run(quarters[2], dt.date(2026, 10, 1), dt.date(2026, 12, 30))
    with at(dt.date(2026, 12, 30), 16):
        made.turn_the_year()
    quarters.append(made.quarter(2027, 1))
    made.run(quarters[3], dt.date(2027, 1, 4), dt.date(2027, 3, 31))
    with at(dt.date(2027, 4, 12), 10), made.inside():
        adds_up(made, quarters)


def adds_up(made: Demo, quarters: list[Quarter]) -> None:
    did = made.ledger
    clock = Clock.of(made.org)
    trend = trend_of([tribe.pk for tribe in made.tribes], clock)
    assert {row.state for row in trend.quarters} == {"closed"}
    points = {
        quarter.pk: {pk: one for pk, found in trend.tribes.items() for one in found if one.period == quarter}
        for quarter in quarters
    }

    # Key results: all that was presented was kept or deferred; what is deferred or carried over is presented again.
    drafted = {quarters[1].pk: made.drafted}  # in the demo already, some of it put off the quarter before
    for before, quarter in pairwise(quarters):
        deferred = KeyResult.objects.filter(objective__quarter=quarter, stage="deferred").count()
        assert did[quarter.pk, "kept"] + deferred == did[quarter.pk, "presented"]
        assert (
            did[quarter.pk, "kept"] == KEPT * len(made.tribes) == sum(one.total for one in points[quarter.pk].values())
        )
        carried = KeyResult.objects.filter(objective__quarter=quarter, carried_from__objective__quarter=before)
        went_on = carried.filter(carried_from__stage="scored").count()
        assert went_on == did[before.pk, "carry"]
        put_off = KeyResult.objects.filter(objective__quarter=before, stage="deferred")
        assert carried.count() - went_on == put_off.filter(carried_on__isnull=False).count()
        there = drafted.get(quarter.pk, set())
        # What had reached its target goes on without one: a draft until somebody sets it.
        unset = carried.filter(stage="draft", target=None).count()
        assert did[quarter.pk, "presented"] + unset == len(there) + carried.exclude(pk__in=there).count()
        if not there:
            assert carried.count() - went_on == put_off.count()
    assert Decision.objects.count() - made.before[Decision] == sum(did[one.pk, "presented"] for one in quarters)

    # Check-ins: asked for on each Wednesday after the week of publication (the eleventh of November: a day later).
    assert CheckIn.objects.count() - made.before[CheckIn] == sum(n for (_pk, what), n in did.items() if what == "made")
    for quarter, wednesdays in zip(quarters[1:], (13, 13, 12), strict=True):
        shares = [one.check_ins for one in points[quarter.pk].values()]
        assert sum(one.asked for one in shares) == did[quarter.pk, "kept"] * wednesdays
        assert sum(one.made for one in shares) == did[quarter.pk, "made"]
        assert 0 < sum(one.late for one in shares) < did[quarter.pk, "made"] < sum(one.asked for one in shares)

    # Verdicts and what they make: means to a tenth, halves up; promises kept.
    assert Verdict.objects.count() - made.before[Verdict] == sum(
        n for (_pk, what), n in did.items() if what == "verdicts"
    )
    for quarter in quarters:
        assert did[quarter.pk, "stop"] + did[quarter.pk, "carry"] == did[quarter.pk, "verdicts"]
        for tribe, one in points[quarter.pk].items():
            given = made.scores[quarter.pk, tribe]
            goals = {row.objective_id: row.objective for _score, row in given}
            means = [
                (mean([(Decimal(score), row.weight) for score, row in given if row.objective_id == pk]), goal.weight)
                for pk, goal in goals.items()
            ]
            assert one.score == mean(means)
            promised = [score for score, row in given if row.ambition == "committed"]
            assert (one.committed or 0, one.reached or 0) == (len(promised), promised.count("1.0"))
    [_former, strategy, _after] = trend.strategy
    assert (strategy.period.number, strategy.total, str(strategy.score)) == (2026, did[0, "verdicts"], "0.6")
    goes_on = KeyResult.objects.filter(objective__year__number=2027).exclude(carried_from=None)
    assert goes_on.count() == did[0, "carry"] == 7

    # Reminders: one mail a person and run, each of them left once. Of December, made up for in January, the sponsors hear
    # too, though all of it is closed by then.
    told = Reminder.objects.filter(created_at__gte=NOW)
    runs = {(row.member_id, row.round_id) for row in told}
    mails = OutboxMail.objects.filter(kind="reminder", created_at__gte=NOW)
    assert mails.count() == len(runs) > 500
    assert not mails.filter(sent_at=None).exists()
    assert told.count() == len({(row.member_id, row.kind, row.period) for row in told})
    assert {row.kind for row in told} == set(Reminder.Kind)

    # The API says the same.
    rows = {row["id"]: row["quarters"] for row in Caller(made.admin, "read").rows("trends/")}
    for tribe in made.tribes:
        of_api = {row["quarter"]: row for row in rows[tribe.pk]}
        for quarter in quarters:
            one, same = points[quarter.pk][tribe.pk], of_api[quarter.pk]
            said = (same["total"], same["check_ins_due"], same["check_ins_made"], Decimal(same["score"]))
            assert said == (one.total, one.check_ins.asked, one.check_ins.made, one.score)


def mean(scores: list[tuple[Decimal, Decimal]]) -> Decimal:
    """Of scores by their weights, in tenths, halves up."""
    whole = sum(score * weight for score, weight in scores) / sum(weight for _score, weight in scores)
    return whole.quantize(Decimal("0.1"), ROUND_HALF_UP)


def _errors(page: str) -> list[str]:
    return [
        re.sub(r"<[^>]+>", " ", one).strip() for one in re.findall(r'class="[^"]*error[^"]*"[^>]*>(.*?)</', page, re.S)
    ]


def _days(number: int) -> dict[str, str]:
    """What the form of a calendar year's days sends."""
    days = {"starts_on": f"{number}-01-01", "ends_on": f"{number}-12-31"}
    for place in range(1, 5):
        ends = dt.date(number + place // 4, 3 * place % 12 + 1, 1) - DAY
        days |= {f"q{place}_starts_on": f"{number}-{3 * place - 2:02}-01", f"q{place}_ends_on": ends.isoformat()}
    return days
