"""After a CoDir's workshop: its candidates, what each lacks, and the sign-off that makes them key results of the strategy."""

from dataclasses import dataclass
from functools import cached_property
from itertools import groupby
from typing import Any

from django.urls import reverse

from okr.actions.business_case import FIELDS, budget_left, is_complete
from okr.actions.key_results import MOST
from okr.actions.signing import OBJECTIVE, Read, lacks
from okr.forms.business_case import BusinessCaseForm
from okr.forms.key_result import KeyResultForm
from okr.models import BusinessCase, KeyResult, Objective, PeriodState
from okr.pages.rationale import amounts, case_of, percent_text, signed_on
from okr.querysets import RUNNING
from okr.readings import Clock
from okr.rows import span_of
from orgs.http import OrgRequest
from orgs.models import Membership
from orgs.permissions import Permission, can
from workshops.models import Decision, Workshop


@dataclass(frozen=True)
class Candidate:
    key_result: KeyResult
    case: BusinessCase
    text: str  # what the room called it
    lacks: dict[str, str]
    figures: tuple[str, str, str]  # start, now, target
    amounts: list[tuple[str, str]]
    signed_on: str  # "" until it is signed
    read: str  # names the revisions that this page shows: read_of

    @property
    def is_signed(self) -> bool:
        return self.key_result.stage in RUNNING

    @property
    def is_complete(self) -> bool:
        return not self.lacks

    @property
    def signed_by(self) -> Membership | None:
        return self.case.consolidated_by

    @property
    def objective_lacks(self) -> bool:
        return OBJECTIVE in self.lacks


class Consolidation:
    """For whoever may see the rationale; `opened` is the candidate whose forms are open."""

    most = MOST

    def __init__(self, request: OrgRequest, workshop: Workshop) -> None:
        self.request, self.workshop, self.clock = request, workshop, Clock.of(request.org)

    @cached_property
    def candidates(self) -> list[Candidate]:
        rows = (
            Decision.objects.filter(workshop=self.workshop, outcome=Decision.Outcome.RETAINED)
            .filter(key_result__archived_at=None, key_result__objective__archived_at=None, key_result__isnull=False)
            .select_related(
                "note", "family", "key_result__owner__user", "key_result__objective__year",
                "key_result__objective__owner__user", "key_result__objective__tribe",
                "key_result__objective__department", "key_result__business_case__consolidated_by__user",
            )
            .order_by("key_result__objective__position", "key_result__objective_id", "key_result__position")
        )  # fmt: skip
        return [self._candidate(row) for row in rows]

    def _candidate(self, decision: Decision) -> Candidate:
        row = decision.key_result
        assert row is not None  # filtered
        case, year = case_of(row), row.objective.year
        assert year is not None  # a CoDir's objectives are of a year
        signed = row.stage in RUNNING
        return Candidate(
            key_result=row,
            case=case,
            text=str(decision.note or decision.family),
            lacks={} if signed else lacks(row, case if case.pk else None),
            figures=span_of(row, self.clock),
            amounts=amounts(case, self.clock, year.number) if is_complete(case) else [],
            signed_on=signed_on(case, self.clock) if signed else "",
            read=f"{row.pk}.{row.revision}.{case.revision if case.pk else 0}",
        )

    @property
    def parts(self) -> list[tuple[Objective, list[Candidate]]]:
        by_objective = groupby(self.candidates, key=lambda one: one.key_result.objective)
        return [(objective, list(group)) for objective, group in by_objective]

    @property
    def signed(self) -> int:
        return sum(one.is_signed for one in self.candidates)

    @property
    def ready(self) -> list[Candidate]:
        """Complete, and not signed yet."""
        return [one for one in self.candidates if one.is_complete and not one.is_signed]

    @cached_property
    def may_sign(self) -> bool:
        return can(self.request.membership, Permission.CONSOLIDATE)

    @cached_property
    def may_write(self) -> bool:
        """Key results; what stands in a year that is over is history."""
        year = self.workshop.year
        is_over = year is None or year.state == PeriodState.CLOSED
        return not is_over and can(self.request.membership, Permission.EDIT_STRATEGY)

    @cached_property
    def may_write_rationale(self) -> bool:
        return self.may_write and can(self.request.membership, Permission.EDIT_RATIONALE)

    @property
    def here(self) -> str:
        return reverse("workshop_consolidation", args=[self.request.org.slug, self.workshop.code])

    @cached_property
    def opened(self) -> Candidate | None:
        asked = self.request.GET.get("open", "")
        if not self.may_write:
            return None
        return next((one for one in self.candidates if str(one.key_result.pk) == asked and not one.is_signed), None)

    @cached_property
    def key_result_form(self) -> Any:
        assert self.opened is not None
        row = self.opened.key_result
        return KeyResultForm(objective=row.objective, today=self.clock.today, key_result=row)

    @property
    def budget_left(self) -> str:
        assert self.opened is not None
        return percent_text(budget_left(self.opened.key_result))

    @cached_property
    def rationale_form(self) -> Any:
        assert self.opened is not None
        case = self.opened.case
        return BusinessCaseForm(initial={name: getattr(case, name) for name in FIELDS}, auto_id="case_%s")


def read_of(text: str) -> tuple[int, Read] | None:
    """What a form says was read of which key result; None where it says no such thing."""
    parts = text.split(".")
    if len(parts) != 3 or not all(part.isascii() and part.isdigit() and len(part) < 10 for part in parts):
        return None
    pk, row, case = map(int, parts)
    return pk, Read(row, case)
