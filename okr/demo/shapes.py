"""The shapes that the demo's content is written in. Figures are text, so that "54.0" keeps its decimals."""

from dataclasses import dataclass, field
from typing import Any

from okr.models import Initiative, KeyResult
from orgs.models import Function, Role

Comment = str | tuple[str, str]  # the sentence, with its mood where there is one

# When the latest check-in was made, seen from today.
THIS_WEEK = "this_week"
LAST_WEEK = "last_week"  # so the next one is due this week
LAST_MONTH = "last_month"  # measured once a month, at its end: the next one is due this month
SILENT = "silent"  # long enough ago to count as no update


@dataclass(frozen=True, slots=True)
class Person:
    """`key` is how the other content names the person: "cabinet", or tribe and function, "DRV.P", "DRV.P2"."""

    key: str
    name: str
    email: str
    title: str
    function: Function | str = ""
    roles: tuple[Role, ...] = (Role.MEMBER,)


@dataclass(frozen=True, slots=True)
class DepartmentSpec:
    key: str
    name: str
    committee: str
    members: tuple[str, ...]
    sponsors: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class TribeSpec:
    """The lead is the first Product member. `seats`: keys of people by function, the first speaks for it."""

    code: str
    name: str
    mission: str
    department: str
    seats: dict[Function, tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class Fact:
    """A piece of evidence."""

    kind: str
    title: str
    figure: str = ""
    source: str = ""
    note: str = ""
    file: str = ""  # its name
    csv: str = ""
    report: tuple[str, ...] = ()  # the lines of a PDF


@dataclass(frozen=True, slots=True)
class Case:
    """A business rationale: revenue in the organization's currency, margin in points, share of the budget in %."""

    revenue: str
    margin: str
    share: str
    note: str = ""
    consolidated: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyResultSpec:
    """A key result. `now` is its value on the reference day (see `calendar`); it is moved to today at the same pace.

    `span` is (start, target), or the band's ends for one to keep within; start "" is not known yet. `steps` are of equal
    weight, and `now` counts those finished. `towards` holds
    step targets: (months gone by, value). A closed quarter's `now` is the final value.
    """

    title: str
    metric: str = ""
    unit: str = KeyResult.Unit.PERCENT
    label: str = ""
    span: tuple[str, str] = ("", "")
    now: str = ""
    owner: str = ""
    source: str = ""
    direction: str = ""  # said where the span does not show it
    tolerance: str = ""
    steps: tuple[str, ...] = ()
    towards: tuple[tuple[int, str], ...] = ()
    ambition: str = KeyResult.Ambition.ASPIRATIONAL
    last: str = THIS_WEEK
    every: int = 7
    confidence: int = 6
    confidence_before: int = 0  # where the fall is part of the story
    comments: tuple[Comment, ...] = ()  # of the latest check-ins, the last one last
    learning: str = ""
    miss: str = ""
    facts: tuple[Fact, ...] = ()
    case: Case | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ObjectiveSpec:
    """`serves`: strategic key results that it means to move, each with the reason."""

    title: str
    owner: str
    key_results: tuple[KeyResultSpec, ...]
    why: str = ""
    department: str = ""
    tribe: str = ""
    serves: tuple[tuple[str, str], ...] = ()
    facts: tuple[Fact, ...] = ()
    missed: float = 0.1  # how often a check-in was left out


@dataclass(frozen=True, slots=True, kw_only=True)
class InitiativeSpec:
    """`weeks`: first and last, counted from the current week (0) of a running quarter, from the first of a closed one."""

    tribe: str
    title: str
    owner: str
    answers: tuple[str, ...]
    weeks: tuple[int, int]
    state: str = Initiative.State.PLANNED
    note: str = ""
    milestone: int | None = None
    needs: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Words:
    """`text` names people by their key: "@(PRP.P)"; `day` counts back from today, `hour` is "08:40"."""

    by: str
    day: int
    hour: str
    text: str


@dataclass(frozen=True, slots=True)
class ThreadSpec:
    """`about` is a key result ("1.4", "open DRV B1"), the objective above one ("objective open DRV C1"), or the title of an
    initiative. `resolved_by` settled it a quarter of an hour after the last word."""

    about: str
    said: tuple[Words, ...]
    resolved_by: str = ""


@dataclass(frozen=True, slots=True)
class AbsenceSpec:
    """In days from today, both included."""

    who: str
    first: int
    last: int
    substitute: str = ""


@dataclass(frozen=True, slots=True)
class InvitationSpec:
    """Waiting since `days` days; after 14 it has expired."""

    email: str
    by: str
    days: int
    role: str
    tribe: str
    function: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """A row of `manage.py demo_accounts`: a persona of the sign-in page, or an administrator beside them."""

    person: str
    part: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class FormerYear:
    """The year before, closed: its quarters by their number. What they serve are codes of its own `strategy`."""

    strategy: tuple[ObjectiveSpec, ...]
    quarters: dict[int, tuple[ObjectiveSpec, ...]]
    initiatives: dict[int, tuple[InitiativeSpec, ...]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class OrganizationSpec:
    settings: dict[str, Any]
    mail_domain: str
    people: tuple[Person, ...]
    departments: tuple[DepartmentSpec, ...]
    tribes: tuple[TribeSpec, ...]
    strategy: tuple[ObjectiveSpec, ...]
    running: tuple[ObjectiveSpec, ...]
    initiatives: tuple[InitiativeSpec, ...]
    accounts: tuple[Account, ...]
    consolidates: str  # who signs the rationales
    remarks: tuple[str, ...]  # what people write when there is little to say
    former: FormerYear | None = None
    closed: tuple[ObjectiveSpec, ...] = ()
    closed_initiatives: tuple[InitiativeSpec, ...] = ()
    invitations: tuple[InvitationSpec, ...] = ()
    absences: tuple[AbsenceSpec, ...] = ()
    drafts: tuple[ObjectiveSpec, ...] = ()
    conversations: tuple[ThreadSpec, ...] = ()
    words: tuple[tuple[str, str], ...] = ()  # of the coach, in the organization's language: (kind, word)
    guests: dict[str, tuple[Role, ...]] = field(default_factory=dict)  # people of the first organization, by e-mail
