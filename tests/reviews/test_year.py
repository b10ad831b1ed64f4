"""A year of a small organization, quarter by quarter through its doors: what is counted at the end adds up.

Alice leads the tribe and checks in every week on time. Bob checks in a day late every other week, and is silent in the
others. The figures that are expected are worked out here, in the comments, from the calendar of 2026 in France.
"""

import datetime as dt
import uuid
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.urls import reverse

from okr.models import CheckIn, KeyResult, Objective, Quarter, Year
from okr.readings import Clock
from orgs import tenancy
from orgs.actions.audit import Actor
from orgs.models import AuditEvent, Department, Membership, Organization, Role, Tribe
from planning.actions import leading, preparing, refining
from planning.models import Acceptance, Decision, Planning
from reminders.models import Reminder
from reminders.tasks import tick
from reviews.models import Verdict
from reviews.trend import trend_of
from tests import factories
from tests.api import Caller

pytestmark = pytest.mark.django_db
PARIS = ZoneInfo("Europe/Paris")
DAY = dt.timedelta(days=1)

# Published on the first working day, closed on a Tuesday: in between lie twelve due days, Wednesdays, each quarter. The
# eleventh of November is a holiday: that week's check-in is due on the Thursday.
OPENED = [dt.date(2026, 1, 2), dt.date(2026, 4, 1), dt.date(2026, 7, 1), dt.date(2026, 10, 1)]
CLOSED = [dt.date(2026, 3, 31), dt.date(2026, 6, 30), dt.date(2026, 9, 29), dt.date(2026, 12, 29)]
ALICE_SCORES = ["0.7", "0.8", "0.6", "1.0"]
BOB_SCORES = ["1.0", "0.4", "1.0", "0.5"]  # committed: reached in the first and the third quarter


def due_days(number: int) -> list[dt.date]:
    """Of a quarter, 0 to 3: the Wednesdays after the week of its publication."""
    day = OPENED[number] + DAY * (9 - OPENED[number].weekday())
    found = []
    while day <= CLOSED[number]:
        found.append(day + DAY if day == dt.date(2026, 11, 11) else day)
        day += DAY * 7
    return found


class Company:
    """A tribe of two, and those who lead the year."""

    def __init__(self) -> None:
        self.org = factories.organization("year")
        roles = {"coach": Role.COACH, "dan": Role.ADMINISTRATOR, "cpo": Role.CPO, "carol": Role.CHIEF_OF_STAFF}
        self.people = {name: factories.member(self.org, name.title()) for name in ("alice", "bob")}
        self.people |= {name: factories.member(self.org, name.title(), role) for name, role in roles.items()}
        with self.inside():
            self.department = Department.objects.create(name="E-commerce")
            self.tribe = Tribe.objects.create(
                department=self.department, name="Drive", code="DRV", lead=self.people["alice"]
            )
            Membership.objects.update(weekly_digest=False)
        self.caller = Caller(self.people["dan"], "read", "plan")

    def inside(self) -> Any:
        return tenancy.tenant(self.org.pk)

    def post(self, who: str, name: str, *parts: Any, **sent: Any) -> Any:
        # Signed in each time: a session that is left alone does not last from week to week.
        client = factories.signed_in(self.people[who])
        answer = client.post(reverse(name, args=[self.org.slug, *parts]), sent)
        assert answer.status_code == 302, (name, answer.status_code, answer.content[:2000])
        return answer

    def key_results(self, quarter: Quarter, **of: Any) -> list[KeyResult]:
        with self.inside():
            return list(KeyResult.objects.filter(objective__quarter=quarter, **of).order_by("title"))

    # ── What happens in a year ──

    def open_year(self) -> None:
        days: dict[str, Any] = {"number": "2026", "starts_on": "2026-01-01", "ends_on": "2026-12-31"}
        for number in range(1, 5):
            ends = dt.date(2026 + number // 4, 3 * number % 12 + 1, 1) - DAY
            days |= {f"q{number}_starts_on": f"2026-{3 * number - 2:02}-01", f"q{number}_ends_on": ends.isoformat()}
        self.post("dan", "settings_year_new", **days)
        with self.inside():
            self.year = Year.objects.get()
            self.quarters = list(Quarter.objects.with_year().order_by("number"))
        self.post("dan", "settings_year_state", self.year.pk, state="open")
        with self.inside():
            goal = factories.strategic_objective(self.year, self.department, owner=self.people["carol"])
            self.strategic = factories.key_result(goal, stage="draft", owner=self.people["carol"], next_due_on=None)
        self.post("carol", "objective_publish", goal.pk)

    def plan(self, number: int) -> None:
        """What was carried over and what is new is proposed; the CoDir keeps two, defers, merges and drops one each."""
        quarter = self.quarters[number]
        with self.inside():
            goal = Objective.objects.filter(quarter=quarter).first() or factories.tribe_objective(
                quarter, self.tribe, owner=self.people["alice"]
            )
            before = {row.title for row in KeyResult.objects.filter(objective=goal)}
            for title in ("Kept", "Promised", "Deferred", "Merged", "Dropped"):
                if title not in before:
                    factories.key_result(
                        goal,
                        title=title,
                        stage="draft",
                        next_due_on=None,
                        owner=self.people["bob" if title == "Promised" else "alice"],
                        ambition="committed" if title == "Promised" else "aspirational",
                    )
        self.post("alice", "objective_propose", goal.pk)
        with self.inside():
            by, dan = Actor(self.people["coach"]), self.people["dan"]
            planning, _change = preparing.plan(quarter, by=by, chair=dan, voters=[dan.pk], slots=[])
            leading.open_meeting(planning, by=by)
        rows = {row.title: row.pk for row in self.key_results(quarter)}
        for title, outcome in (
            ("Kept", "keep"), ("Promised", "keep"), ("Deferred", "defer"), ("Merged", "merge"), ("Dropped", "drop"),
        ):  # fmt: skip
            said: dict[str, Any] = {} if outcome == "keep" else {"reason": "Not this quarter"}
            said |= {"into": rows["Kept"]} if outcome == "merge" else {}
            answer = self.caller.decide(
                planning=planning.pk, act=str(uuid.uuid4()), key_results=[rows[title]], outcome=outcome, **said
            )
            assert answer.status_code in (200, 201), answer.content
        with self.inside():
            leading.close_meeting(Planning.objects.get(pk=planning.pk), by=by)
            planning = Planning.objects.get(pk=planning.pk)
            kept = [row.pk for row in refining.kept(planning)]
            for side, who in ((Acceptance.Side.LEAD, "alice"), (Acceptance.Side.CPO, "cpo")):
                refining.accept(planning, kept, side, by=Actor(self.people[who]))
            refining.publish(planning, by=Actor(self.people["cpo"]))

    def live(self, number: int) -> None:
        """Every working day the jobs tick at nine; check-ins are made at two."""
        dues = due_days(number)
        alice, bob = self.key_results(self.quarters[number], stage="published")
        assert (alice.title, bob.title) == ("Kept", "Promised")
        day = OPENED[number] + DAY
        while day < CLOSED[number]:
            if day.weekday() < 5:
                with at(day, 9, 5):
                    tick()
                with at(day, 14):
                    if day + DAY in dues:
                        self.check_in("alice", alice, 81 + dues.index(day + DAY))
                    if day - DAY in dues and dues.index(day - DAY) % 2 == 0:
                        self.check_in("bob", bob, Decimal("80.5") + dues.index(day - DAY) // 2)
                    if day.day <= 7 and day.weekday() == 0 and day.month > 1:
                        self.check_in("carol", self.strategic, 80 + day.month)
            day += DAY

    def check_in(self, who: str, row: KeyResult, value: Any) -> None:
        self.post(who, "check_in_key_result", row.pk, value=str(value), confidence="6", client_id=str(uuid.uuid4()))

    def review(self, number: int) -> None:
        quarter = self.quarters[number]
        alice, bob = self.key_results(quarter, stage="published")
        missed = BOB_SCORES[number] != "1.0"
        said = {"revision": "1", "learning": "A little every week."}
        self.post("alice", "review_verdict", alice.pk, score=ALICE_SCORES[number], afterwards="stop", **said)
        self.post(
            "alice", "review_verdict", bob.pk, score=BOB_SCORES[number], afterwards="carry",
            miss_reason="Too many silent weeks." if missed else "", **said,
        )  # fmt: skip
        self.post("coach", "review_close", quarter.slug)

    def close_year(self) -> None:
        self.post(
            "carol", "review_verdict", self.strategic.pk,
            score="0.8", learning="One step at a time.", afterwards="stop", revision="1",
        )  # fmt: skip
        self.post("carol", "review_close", "2026")


def at(day: dt.date, hour: int, minute: int = 0) -> Any:
    then = dt.datetime(day.year, day.month, day.day, hour, minute, tzinfo=PARIS)
    return time_machine.travel(then.astimezone(dt.UTC), tick=False)


def test_a_year_adds_up():
    with at(dt.date(2026, 1, 2), 10):
        made = Company()
        made.open_year()
    for number in range(4):
        with at(OPENED[number], 11):
            made.plan(number)
        made.live(number)
        with at(CLOSED[number], 15):
            made.review(number)
    first_promised = made.key_results(made.quarters[0], title="Promised")[0]
    with at(dt.date(2026, 12, 29), 16):
        made.post(
            "coach", "review_correct", first_promised.pk,
            score="0.9", learning="A figure came late.", miss_reason="It was counted twice.", reason="A late figure",
            revision="2",
        )  # fmt: skip
    with at(dt.date(2026, 12, 30), 15):
        made.close_year()
        with made.inside():
            adds_up(made)


def adds_up(made: Company) -> None:
    assert [len(due_days(number)) for number in range(4)] == [12] * 4
    asked = 4 * 12

    # Reminders to Bob: all 48 due days pass without his check-in. On 24 of them it is there the day after; the others are
    # still open two working days on. Five working days on, Alice hears of them: not of the four last ones, on whose fifth
    # working day the quarter is closed.
    by_kind: dict[tuple[str, str], int] = {}
    for row in Reminder.objects.filter(withdrawn_at=None).select_related("member__user"):
        key = (row.kind, row.member.name)
        by_kind[key] = by_kind.get(key, 0) + 1
    late = asked // 2
    assert by_kind == {("due", "Bob"): asked, ("again", "Bob"): asked - late, ("lead", "Alice"): asked - late - 4}

    # Key results presented are kept, deferred, merged or dropped; two go on each quarter: what was deferred, Bob's.
    stages = list(KeyResult.objects.filter(objective__quarter__isnull=False).values_list("stage", flat=True))
    outcomes = {stage: stages.count(stage) for stage in set(stages)}
    assert outcomes == {"scored": 8, "deferred": 4, "merged": 4, "dropped": 4}
    assert Decision.objects.count() == 4 * 5 == sum(outcomes.values())
    assert KeyResult.objects.exclude(carried_from=None).count() == 3 * 2

    # Check-ins asked for are made or missed: Alice's 48, half of Bob's, and Carol's eleven months.
    clock = Clock.of(Organization.objects.get(pk=made.org.pk))
    trend = trend_of([made.tribe.pk], clock)
    points = trend.tribes[made.tribe.pk]
    assert [(one.check_ins.asked, one.check_ins.made, one.check_ins.late) for one in points] == [(24, 18, 6)] * 4
    [year] = trend.strategy
    assert (year.check_ins.asked, year.check_ins.made, year.check_ins.late) == (11, 11, 0)
    assert CheckIn.objects.count() == sum(one.check_ins.made for one in (*points, year)) == 4 * 18 + 11

    # Means of (0.7, 0.9 corrected), (0.8, 0.4), (0.6, 1.0), (1.0, 0.5), halves up; Bob's promise is kept in the third.
    assert [str(one.score) for one in points] == ["0.8", "0.6", "0.8", "0.8"]
    assert [one.hit_rate for one in points] == [0, 0, 1, 0]
    assert [(one.total, one.discipline) for one in points] == [(2, Decimal("0.75"))] * 4
    assert (str(year.score), year.total) == ("0.8", 1)
    assert {row.state for row in (*trend.quarters, *trend.years)} == {"closed"}

    # The trail has each of these acts once.
    verbs = list(AuditEvent.objects.values_list("object_type", "verb"))
    assert verbs.count(("keyresult", "checked_in")) == CheckIn.objects.count()
    assert verbs.count(("quarter", "closed")) == 4
    assert verbs.count(("year", "closed")) == 1
    assert AuditEvent.objects.filter(verb="verdict_corrected").count() == 1
    assert Verdict.objects.count() == 9
