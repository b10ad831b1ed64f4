"""How many of the tribes' key results mean to move each strategic key result in a quarter."""

from collections.abc import Iterable

from django.db.models import Count
from django.utils.translation import gettext as _

from okr.models import KeyResult, PeriodState, Quarter
from okr.querysets import KeyResultQuerySet
from okr.shell import TribeStatus
from orgs.models import Organization

Counts = dict[int, dict[int, int]]  # strategic key result → tribe → how many key results


def key_results_of(quarter: Quarter) -> KeyResultQuerySet:
    """The tribes' key results that count in a quarter: those published, or while it is being planned those proposed."""
    rows = KeyResult.objects.filter(objective__quarter_id=quarter.pk)
    if quarter.state == PeriodState.DRAFT:
        return rows.proposed().exclude(stage=KeyResult.Stage.DEFERRED)
    return rows.running()


def contribution_counts(key_result_ids: Iterable[int], quarter: Quarter | None) -> Counts:
    """For each strategic key result, the tribes whose objectives contribute to it, with their number of key results:
    one query. Those that nobody contributes to are left out."""
    counts: Counts = {}
    if quarter is None:
        return counts
    rows = (
        key_results_of(quarter)
        .filter(objective__contributions__key_result_id__in=list(key_result_ids))
        .values_list("objective__contributions__key_result_id", "objective__tribe_id")
        .annotate(number=Count("pk"))
        .order_by()
    )
    for key_result_id, tribe_id, number in rows:
        counts.setdefault(key_result_id, {})[tribe_id] = number
    return counts


def in_words(by_tribe: dict[int, int], tribes: Iterable[TribeStatus], org: Organization) -> str:
    """ "Contributing North Stars: Drive 3, Loyalty 1", or that there is none."""
    named = ", ".join(f"{tribe.name} {by_tribe[tribe.pk]}" for tribe in tribes if tribe.pk in by_tribe)
    if not named:
        return _("No %(tribes)s contribute yet") % {"tribes": org.tribe_label_plural}
    return _("Contributing %(tribes)s: %(names)s") % {"tribes": org.tribe_label_plural, "names": named}
