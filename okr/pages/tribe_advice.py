"""What is said above a tribe's quarter while it is written: advice on the whole set, and what its drafts amount to."""

from collections import Counter

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from okr.coach import DraftKeyResult, DraftObjective, DraftSet, Rule, judge_set
from okr.models import KeyResult
from okr.pages.tribe import TribePage
from okr.pages.tribe_okrs import Goal

SHARED_AT_MOST = 5  # sentences on metrics that other tribes have too


def advice_of(page: TribePage, goals: list[Goal]) -> list[str]:
    """What the method says of the set as a whole (okr.coach), and which of its drafts other tribes measure too; what it
    says of one objective stands beside that one. One query."""
    own = DraftSet(page.tribe.name, tuple(map(_as_draft, goals)))
    found = judge_set(own, others=_other_tribes(page), objective_limit=page.clock.org.objectives_limit)
    of_whole = [finding.message for finding in found if not finding.about]
    shared = [finding.message for finding in found if finding.rule == Rule.SET_SAME_METRIC]
    return of_whole + shared[:SHARED_AT_MOST]


def _other_tribes(page: TribePage) -> list[DraftSet]:
    rows = (
        KeyResult.objects.live()
        .filter(objective__quarter=page.quarter)
        .exclude(objective__tribe=page.tribe)
        .exclude(stage__in=(KeyResult.Stage.DROPPED, KeyResult.Stage.MERGED, KeyResult.Stage.DEFERRED))
        .values_list("objective__tribe__name", "pk", "title")
    )
    by_tribe: dict[str, list[DraftKeyResult]] = {}
    for tribe, pk, title in rows:
        by_tribe.setdefault(tribe, []).append(DraftKeyResult(pk, title))
    return [DraftSet(tribe, (DraftObjective(None, "", tuple(found)),)) for tribe, found in by_tribe.items()]


def _as_draft(goal: Goal) -> DraftObjective:
    """With the key results that are still being written: the confidence of running ones is no matter of drafting."""
    written = [line.key_result for line in goal.drafts] or [line.row.key_result for line in goal.lines if line.draft]
    rows = (DraftKeyResult(row.pk, row.title, row.confidence) for row in written)
    return DraftObjective(goal.objective.pk, goal.objective.title, tuple(rows))


def _by_stage(numbers: Counter[str]) -> list[str]:
    """ "12 proposed key results", "4 drafts"; deferred ones propose themselves again."""
    stage = KeyResult.Stage
    proposed = numbers[stage.PROPOSED] + numbers[stage.DEFERRED]
    drafts, kept = numbers[stage.DRAFT], numbers[stage.KEPT]
    words = []
    if kept:
        words.append(ngettext("%(number)d kept key result", "%(number)d kept key results", kept) % {"number": kept})
    if proposed or not (kept or drafts):
        text = ngettext("%(number)d proposed key result", "%(number)d proposed key results", proposed)
        words.append(text % {"number": proposed})
    if drafts:
        words.append(ngettext("%(number)d draft", "%(number)d drafts", drafts) % {"number": drafts})
    return words


def draft_facts(goals: list[Goal]) -> list[str]:
    """What a draft amounts to: how many key results of each stage, how many are incomplete, and what they lack."""
    lines = [line for goal in goals for line in goal.drafts]
    facts = _by_stage(Counter(line.key_result.stage for line in lines))
    incomplete = sum(bool(line.missing) for line in lines)
    if incomplete:
        facts.append(
            ngettext("%(number)d is incomplete", "%(number)d are incomplete", incomplete) % {"number": incomplete}
        )
    lacking: dict[str, int] = {}
    for line in lines:
        for what in line.missing:
            lacking[what.label] = lacking.get(what.label, 0) + 1
    facts.extend(_("%(number)d without %(what)s") % {"number": count, "what": what} for what, count in lacking.items())
    return facts
