"""Building what tests need, with believable values. Each function works inside the organization's tenancy.

`world(slug)` makes a small organization with everything one page may show: Alice owns a key result and leads tribe
DRV; Bob sits beside her; Carol is chief of staff; Dan administers; Olga only observes; Charlie is a stranger who has
an organization of his own when `world("other")` is made too.
"""

import datetime as dt
import itertools
import uuid
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cache
from typing import Any

from allauth.account.models import EmailAddress
from django.contrib.auth.hashers import make_password
from django.test import Client

from okr.models import (
    BusinessCase,
    CheckIn,
    Contribution,
    Evidence,
    Initiative,
    InitiativeKeyResult,
    KeyResult,
    Objective,
    Quarter,
    Year,
)
from orgs import tenancy
from orgs.models import (
    Committee,
    CommitteeSeat,
    Department,
    Function,
    Membership,
    Organization,
    Role,
    Seat,
    Tribe,
    User,
)
from workshops.models import Family, Note, Participant, Phase, Subject, Workshop

TODAY = dt.date(2026, 5, 19)  # the Tuesday of the mock-ups; tests that look at figures travel to it
PASSWORD = "correct horse battery"
BACKEND = "django.contrib.auth.backends.ModelBackend"
_numbers = itertools.count(1)


@cache
def _hashed() -> str:
    """One slow hash for everybody."""
    return make_password(PASSWORD)


@dataclass
class World:
    org: Organization
    year: Year
    quarter: Quarter
    department: Department
    committee: Committee
    tribe: Tribe
    other_tribe: Tribe
    people: dict[str, Membership]
    strategic: Objective
    strategic_kr: KeyResult
    objective: Objective
    key_result: KeyResult
    initiative: Initiative
    evidence: Evidence
    extra: dict[str, Any] = field(default_factory=dict)

    def __getattr__(self, name: str) -> Membership:
        try:
            return self.__dict__["people"][name]
        except KeyError:
            raise AttributeError(name) from None


def signed_in(member: Membership) -> Client:
    """A browser of their own, signed in."""
    client = Client()
    client.force_login(member.user, backend=BACKEND)
    return client


def user(name: str, email: str = "", **fields: Any) -> User:
    email = email or f"{name.lower().replace(' ', '.')}.{next(_numbers)}@example.org"
    person = User.objects.create(email=email, name=name, password=_hashed(), **fields)
    EmailAddress.objects.create(user=person, email=email, verified=True, primary=True)
    return person


def member(
    org: Organization, name: str, *roles: Role, email: str = "", language: str = "en", **fields: Any
) -> Membership:
    with tenancy.tenant(org.pk):
        return Membership.objects.create(
            user=user(name, email, language=language), roles=list(roles) or [Role.MEMBER], **fields
        )


def organization(slug: str = "", **fields: Any) -> Organization:
    slug = slug or f"org-{next(_numbers)}"
    return Organization.objects.create(slug=slug, name=fields.pop("name", slug.title()), **{"language": "en", **fields})


def organizations(number: int) -> list[Organization]:
    """Many at once."""
    slugs = [f"org-{next(_numbers)}" for _one in range(number)]
    return Organization.objects.bulk_create(Organization(slug=slug, name=slug, language="en") for slug in slugs)


def year(number: int = TODAY.year, state: str = "open", **fields: Any) -> Year:
    return Year.objects.create(
        number=number, starts_on=dt.date(number, 1, 1), ends_on=dt.date(number, 12, 31), state=state, **fields
    )


def quarter(of: Year, number: int = 2, state: str = "open") -> Quarter:
    starts = dt.date(of.number, 3 * number - 2, 1)
    ends = dt.date(of.number + number // 4, 3 * number % 12 + 1, 1) - dt.timedelta(days=1)
    return Quarter.objects.create(year=of, number=number, starts_on=starts, ends_on=ends, state=state)


def strategic_objective(of: Year, department: Department, **fields: Any) -> Objective:
    defaults = {"title": "Everyday shopping becomes a simple gesture.", "position": 1}
    return Objective.objects.create(level="strategic", year=of, department=department, **{**defaults, **fields})


def tribe_objective(of: Quarter, tribe: Tribe, **fields: Any) -> Objective:
    defaults = {"title": "Customers leave the pick-up lane smiling.", "position": 1}
    return Objective.objects.create(level="tribe", quarter=of, tribe=tribe, **{**defaults, **fields})


def key_result(objective: Objective, **fields: Any) -> KeyResult:
    defaults: dict[str, Any] = {
        "title": "Orders ready when the customer arrives",
        "metric": "Share of orders",
        "unit": "percent",
        "direction": "up",
        "start": Decimal("80"),
        "target": Decimal("92"),
        "source": "Order log",
        "stage": "published",
        "position": objective.key_results.count() + 1,
        "next_due_on": TODAY,
    }
    return KeyResult.objects.create(objective=objective, **{**defaults, **fields})


def check_in(of: KeyResult, value: str | Decimal, on: dt.date = TODAY, **fields: Any) -> CheckIn:
    """A check-in as the action leaves it behind, without its rules: for a past that tests start from."""
    made = CheckIn.objects.create(
        key_result=of, value=Decimal(value), on=on, **{"confidence": 6, "author": of.owner, **fields}
    )
    of.previous_confidence, of.confidence = of.confidence, made.confidence
    of.current, of.checked_on = made.value, on
    of.save()
    return made


def initiative(of: Quarter, tribe: Tribe, *answers: KeyResult, **fields: Any) -> Initiative:
    monday = of.weeks()[2]
    defaults: dict[str, Any] = {
        "title": "One-screen slot choice",
        "function": Function.DESIGN,
        "state": "in_progress",
        "start_week": monday,
        "end_week": monday + dt.timedelta(weeks=4),
    }
    made = Initiative.objects.create(quarter=of, tribe=tribe, **{**defaults, **fields})
    for answered in answers:
        InitiativeKeyResult.objects.create(initiative=made, key_result=answered)
    return made


def world(slug: str = "coursive") -> World:
    org = organization(slug, tagline="Digital department")
    people = {
        "alice": member(org, "Alice Owner", Role.MEMBER, function=Function.PRODUCT),
        "bob": member(org, "Bob Colleague", Role.MEMBER, function=Function.TECH),
        "carol": member(org, "Carol Staff", Role.CHIEF_OF_STAFF, function=Function.BUSINESS),
        "dan": member(org, "Dan Admin", Role.ADMINISTRATOR),
        "sam": member(org, "Sam Sponsor", Role.SPONSOR, Role.CODIR, function=Function.BUSINESS),
        "coach": member(org, "Cora Coach", Role.COACH),
        "cpo": member(org, "Paul Cpo", Role.CPO, function=Function.PRODUCT),
        "codir": member(org, "Cody Dir", Role.CODIR, function=Function.BUSINESS),
        "olga": member(org, "Olga Observer", Role.OBSERVER),
    }
    with tenancy.tenant(org.pk):
        this_year = year()
        this_quarter = quarter(this_year)
        department = Department.objects.create(name="E-commerce")
        committee = Committee.objects.create(department=department, name="CoDir E-commerce")
        CommitteeSeat.objects.create(committee=committee, membership=people["sam"], is_sponsor=True)
        drive = Tribe.objects.create(
            department=department, name="Drive", code="DRV", mission="From click to boot.", lead=people["alice"]
        )
        home = Tribe.objects.create(department=department, name="Home delivery", code="LAD", position=2)
        for person in ("alice", "bob"):
            Seat.objects.create(
                tribe=drive, membership=people[person], function=people[person].function, is_delegate=True
            )
        strategic = strategic_objective(this_year, department, owner=people["sam"])
        strategic_kr = key_result(
            strategic,
            title="Missing items replaced by one that the customer accepts",
            start=Decimal("54"),
            target=Decimal("72"),
            owner=people["carol"],
        )
        check_in(strategic_kr, "59.2", TODAY - dt.timedelta(days=1))
        BusinessCase.objects.create(
            key_result=strategic_kr,
            revenue_effect=Decimal("6400000"),
            profitability_effect=Decimal("0.3"),
            budget_share=Decimal("14"),
            note="CoDir of 12 January",
        )
        evidence = Evidence.objects.create(
            key_result=strategic_kr, kind="churn", title="Missing items: first reason to leave", figure="27 %"
        )
        objective = tribe_objective(this_quarter, drive, owner=people["alice"])
        Contribution.objects.create(
            objective=objective, key_result=strategic_kr, reason="What is announced is accepted."
        )
        owned = key_result(objective, owner=people["alice"])
        check_in(owned, "86", TODAY - dt.timedelta(days=7))
        work = initiative(this_quarter, drive, owned, owner=people["bob"])
    return World(
        org=org,
        year=this_year,
        quarter=this_quarter,
        department=department,
        committee=committee,
        tribe=drive,
        other_tribe=home,
        people=people,
        strategic=strategic,
        strategic_kr=strategic_kr,
        objective=objective,
        key_result=owned,
        initiative=work,
        evidence=evidence,
    )


AGENDA = ("frame", "brainstorm", "reveal", "families", "vote", "decide", "wrap_up")


def workshop(made: World, at: str = "brainstorm", **fields: Any) -> Workshop:
    """Key results of tribe DRV, under its objective: Alice facilitates, Bob and Carol take part.

    `at`: the kind of the phase at which it is running; "" before it began, "closed" at its end.
    """
    defaults: dict[str, Any] = {
        "kind": "tribe_key_results",
        "title": "Workshop 2, key results",
        "tribe": made.tribe,
        "quarter": made.quarter,
        "starts_at": dt.datetime(TODAY.year, TODAY.month, TODAY.day, 9, tzinfo=dt.UTC),
        "facilitator": made.alice,
    }
    held = Workshop.objects.create(**{**defaults, **fields})
    for position, kind in enumerate(AGENDA, 1):
        Phase.objects.create(
            workshop=held, position=position, kind=kind, minutes=10, question="What would customers do differently?"
        )
    Subject.objects.create(workshop=held, objective=made.objective)
    for person in ("alice", "bob", "carol"):
        participant(held, made.people[person])
    if at:
        held.state = "closed" if at == "closed" else "running"
        held.phase = held.phases.last() if at == "closed" else held.phases.get(kind=at)
        held.timer_ends_at = held.starts_at + dt.timedelta(hours=2) if at != "closed" else None
        held.save()
    return held


def participant(of: Workshop, who: Membership | None = None, **fields: Any) -> Participant:
    """Somebody who has joined; without a member a guest, who needs `guest_name` and `digest`."""
    defaults = {"function": who.function if who else Function.BUSINESS, "admitted_at": of.starts_at}
    return Participant.objects.create(workshop=of, membership=who, **{**defaults, "joined_at": of.starts_at, **fields})


def note(of: Workshop, by: Participant, text: str = "Customers recognised at the till", **fields: Any) -> Note:
    defaults = {"uid": uuid.uuid4(), "subject": of.subjects.first(), "position": of.notes.count() + 1}
    return Note.objects.create(workshop=of, author=by, text=text, **{**defaults, **fields})


def family(of: Workshop, name: str = "Recognised everywhere", **fields: Any) -> Family:
    defaults = {"uid": uuid.uuid4(), "subject": of.subjects.first(), "position": of.families.count() + 1}
    return Family.objects.create(workshop=of, name=name, **{**defaults, **fields})
