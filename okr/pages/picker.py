"""Read model of the picker in which a tribe's objective chooses what it means to move."""

from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from okr.models import KeyResult, Objective, PeriodState
from okr.pages.contributions import contribution_counts
from okr.readings import Clock
from okr.rows import Row, row_of


@dataclass(frozen=True, slots=True)
class Choice:
    """A strategic key result, how it stands and who means to move it already."""

    row: Row
    pk: str
    chosen: bool
    reason: str
    others: str  # "3 key results contribute, of 2 tribes"


@dataclass(frozen=True, slots=True)
class Group:
    objective: Objective
    choices: list[Choice]


def groups_of(objective: Objective, clock: Clock, chosen: dict[int, str]) -> list[Group]:
    """The year's strategic objectives with their key results; `chosen` holds the reason by id of what is ticked. Three
    queries, however many rows."""
    assert objective.quarter is not None
    year = objective.quarter.year
    of_year = KeyResult.objects.filter(objective__level=Objective.Level.STRATEGIC, objective__year=year)
    shown = of_year.proposed() if year.state == PeriodState.DRAFT else of_year.running_or_written()
    rows = list(shown.with_definition().order_by("objective__position", "objective_id", "position", "pk"))
    counts = contribution_counts([row.pk for row in rows], objective.quarter)
    groups: dict[int, Group] = {}
    for key_result in rows:
        group = groups.setdefault(key_result.objective_id, Group(key_result.objective, []))
        group.choices.append(
            Choice(
                row=row_of(key_result, clock, []),
                pk=str(key_result.pk),
                chosen=key_result.pk in chosen,
                reason=chosen.get(key_result.pk, ""),
                others=_in_words(counts.get(key_result.pk, {}), clock.org.tribe_label_plural),
            )
        )
    return list(groups.values())


def _in_words(by_tribe: dict[int, int], label: str) -> str:
    """`label` names several tribes."""
    number, tribes = sum(by_tribe.values()), len(by_tribe)
    if not number:
        return _("No key result contributes yet")
    text = ngettext("%(number)d key result contributes", "%(number)d key results contribute", number)
    text %= {"number": number}
    if tribes < 2:
        return text
    return _("%(text)s (%(label)s: %(tribes)d)") % {"text": text, "label": label, "tribes": tribes}
