"""What the wording coach says beside a field: its findings, without what somebody has set aside."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Q

from okr.actions.coach import digest_of
from okr.coach import Finding, Level, Rule, Statement, judge
from okr.coach_words import words_of_organization
from okr.models import CoachDismissal, KeyResult, Objective
from orgs.models import Membership
from orgs.permissions import can, to_edit

Thing = Objective | KeyResult
WORK = frozenset((Rule.KR_OUTPUT, Rule.KR_ACTIVITY_VERB))


@dataclass(frozen=True, slots=True)
class Advice:
    finding: Finding
    is_work: bool  # an initiative in disguise

    @property
    def is_wording(self) -> bool:
        """Whether the suggestion is words for the field, and not what to do about them."""
        rule = self.finding.rule
        return bool(self.finding.rewording) or (rule.startswith("KR_") and rule is not Rule.KR_NO_SOURCE)


def advice_on(statement: Statement, thing: Thing | None) -> list[Advice]:
    """Advice alone: gaps are told where one publishes, and a source is asked for once the figures are there.

    `thing` is what the statement is, or for a key result that is not saved yet its objective; a new objective is unsaved.
    """
    findings = [finding for finding in judge(statement, words_of_organization()) if not finding.blocks]
    if statement.facts is not None and not statement.facts.tells_figures:
        findings = [finding for finding in findings if finding.rule is not Rule.KR_NO_SOURCE]
    if findings and thing is not None:
        aside = _set_aside(statement.text, thing)
        findings = [finding for finding in findings if finding.rule not in aside]
    works = statement.level is Level.KEY_RESULT
    return [Advice(finding, works and finding.rule in WORK) for finding in findings]


def _set_aside(text: str, thing: Thing) -> set[str]:
    if isinstance(thing, KeyResult):
        places: dict[str, int | None] = {"keyresult": thing.pk, "objective": thing.objective_id}
    else:
        places = {"objective": thing.pk, "tribe": thing.tribe_id, "year": thing.year_id}
    about = Q()
    for name, pk in places.items():
        about |= Q(object_type=name, object_id=pk)
    rows: Iterable[str] = CoachDismissal.objects.filter(about, text_digest=digest_of(text)).values_list(
        "rule", flat=True
    )
    return set(rows)


def may_write(member: Membership, thing: Thing) -> bool:
    return can(member, to_edit(thing), thing)
