"""The first steps in a new organization, told from what exists: no state of their own."""

from dataclasses import dataclass

from django.db.models import Count, Model, QuerySet, Subquery
from django.db.models.expressions import Combinable
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from okr.models import Objective, Quarter, Year
from okr.pages.years import chosen, year_plans
from okr.readings import Clock
from orgs.models import Department, Membership, Organization, Tribe
from orgs.permissions import Permission, can


@dataclass(frozen=True, slots=True)
class Step:
    key: str
    label: str
    detail: str
    done: bool
    current: bool
    url: str  # "" for who may not take it
    title: str  # as an invitation: "Create the first tribe"
    why: str


@dataclass(frozen=True, slots=True)
class Begun:
    """What the organization has of each; one query."""

    departments: int
    tribes: int
    years: int
    open_quarters: int
    objectives: int

    @classmethod
    def of(cls, org: Organization) -> "Begun":
        counted = (
            _count(Department.objects.filter(archived_at=None)),
            _count(Tribe.objects.filter(archived_at=None)),
            _count(Year.objects.all()),
            _count(Quarter.objects.filter(state="open")),
            _count(Objective.objects.live().filter(level="strategic")),
        )
        return cls(*Organization.objects.filter(pk=org.pk).values_list(*counted).get())


def _count(rows: QuerySet[Model]) -> Combinable:
    return Coalesce(Subquery(rows.order_by().values("org").annotate(number=Count("pk")).values("number")), 0)


def steps_of(member: Membership, *, current: str = "", begun: Begun | None = None) -> list[Step]:
    """All of them, the organization itself first. `current` is the key of the one that is shown."""
    org = member.org
    begun = begun or Begun.of(org)
    words = {"tribe": org.tribe_label, "tribes": org.tribe_label_plural}
    people = can(member, Permission.MANAGE_PEOPLE)
    settings = can(member, Permission.MANAGE_SETTINGS)

    def step(key: str, label: str, detail: str, done: bool, allowed: bool, title: str, why: str) -> Step:
        url = reverse(f"first_run_{key}", args=[org.slug]) if allowed and key != "organization" else ""
        return Step(key, label, detail, done, key == current, url, title, why)

    return [
        step("organization", org.name, _("Its name, language and money"), True, False, "", ""),
        step(
            "departments",
            _("Departments"),
            ngettext("%(n)s department", "%(n)s departments", begun.departments) % {"n": begun.departments}
            if begun.departments
            else _("Each with its leadership committee"),
            begun.departments > 0,
            people,
            _("Name the first department"),
            _("The leadership committee of a department owns the year's objectives, and its %(tribes)s carry them.")
            % words,
        ),
        step(
            "tribes",
            org.tribe_label_plural,
            str(begun.tribes) if begun.tribes else _("The teams that carry the strategy"),
            begun.tribes > 0,
            people,
            _("Create the first %(tribe)s") % words,
            _("%(tribes)s are the teams that carry the strategy: each writes its own objectives, quarter by quarter.")
            % words,
        ),
        step(
            "year",
            _("The year and its quarter"),
            _("One is open") if begun.open_quarters else _("Days proposed, yours to change"),
            begun.open_quarters > 0,
            settings,
            _("Open the year and its quarter"),
            _("Objectives belong to a year or a quarter, and only what is open takes check-ins."),
        ),
        step(
            "objective",
            _("The first objective"),
            ngettext("%(n)s strategic objective", "%(n)s strategic objectives", begun.objectives)
            % {"n": begun.objectives}
            if begun.objectives
            else _("A destination for the year, in one sentence"),
            begun.objectives > 0,
            can(member, Permission.EDIT_STRATEGY) and begun.years > 0,
            _("Write the first strategic objective"),
            _("One inspiring sentence without figures: where everybody is heading this year."),
        ),
    ]


@dataclass(frozen=True, slots=True)
class NextStep:
    """For the home page: the first step that is not done, for who may take it."""

    step: Step
    done: int
    total: int
    steps: list[Step]


def next_step(member: Membership) -> NextStep | None:
    """None where all is done, where it was put away, or where it is not this member's to take. At most one query."""
    allowed = (Permission.MANAGE_PEOPLE, Permission.MANAGE_SETTINGS, Permission.EDIT_STRATEGY)
    if member.org.first_steps_hidden or not any(can(member, permission) for permission in allowed):
        return None
    steps = steps_of(member)
    waiting = [step for step in steps if not step.done]
    if not waiting or not waiting[0].url:
        return None
    return NextStep(waiting[0], len(steps) - len(waiting), len(steps), steps)


def after(member: Membership, key: str) -> str:
    """Where to go from a step: the next one after it that is not done and may be taken, else home."""
    steps = steps_of(member)
    keys = [step.key for step in steps]
    following = steps[keys.index(key) + 1 :]
    waiting = next((step.url for step in following if not step.done and step.url), "")
    return waiting or reverse("home", args=[member.org.slug])


def objective_url(clock: Clock) -> str:
    """Where a strategic objective of the present year is written; "" without a year."""
    plan = chosen(year_plans(), None, clock.today)
    return reverse("strategic_objective_new", args=[clock.org.slug, plan.year.number]) if plan else ""
