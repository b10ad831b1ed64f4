"""What plannings tell of one key result on its page (okr.rulings)."""

from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, npgettext

from okr.models import KeyResult
from okr.readings import Clock
from okr.rulings import Other, Ruling, register
from orgs.moments import moment
from planning.board import DEFER, MERGE, OPEN
from planning.codes import code_of
from planning.models import Decision, Presented


def register_rulings() -> None:
    register(ruling)


def ruling(key_result: KeyResult, clock: Clock) -> Ruling | None:
    """1 query where nothing was decided, 2 where something was, and 1 more for one that was deferred."""
    if key_result.is_strategic:
        return None
    found = _decisions(key_result)
    if not found:
        return None
    own = next((row for row in found if row.key_result_id == key_result.pk and row.outcome != OPEN), None)
    absorbed = [row for row in found if row.outcome == MERGE and row.into_id == key_result.pk]
    before = next(
        (row for row in found if row.outcome == DEFER and row.key_result_id == key_result.carried_from_id), None
    )
    if own is None and not absorbed and before is None:
        return None
    named = [row.key_result for row in (*absorbed, before) if row is not None]
    named += [own.into] if own and own.into else []
    seen = _presented([*named, key_result])
    said = next(row for row in (own, *absorbed, before) if row is not None)
    presented = seen.get(key_result.pk)
    title = presented.definition["title"] if presented else ""
    return Ruling(
        outcome=own.outcome if own else "",
        label=outcome_in_words(own.outcome) if own else "",
        quarter=str(said.planning.quarter),
        url=reverse("planning_results", args=[clock.org.slug, said.planning.quarter.slug]),
        reason=own.reason if own else "",
        who=own.by_name if own else "",
        when=moment(own.at) if own else "",
        votes=votes_in_words(own) if own else "",
        presented=title if title != key_result.title else "",
        into=_other(own.into, seen, clock) if own and own.into else None,
        absorbs=[_other(row.key_result, seen, clock) for row in absorbed],
        carried_from=_other(before.key_result, seen, clock) if before else None,
        carried_why=before.reason if before else "",
        carried_on=_carried_on(key_result, clock) if own and own.outcome == DEFER else None,
    )


def outcome_in_words(outcome: str) -> str:
    return {
        "keep": _("Kept"),
        "defer": _("Deferred"),
        "merge": _("Merged"),
        "drop": _("Dropped"),
        "open": _("Undecided"),
    }[outcome]


def number_of(outcome: str, n: int) -> str:
    """ "4 kept"."""
    said = {
        "keep": ngettext("%(n)s kept", "%(n)s kept", n),
        "defer": ngettext("%(n)s deferred", "%(n)s deferred", n),
        "merge": ngettext("%(n)s merged", "%(n)s merged", n),
        "drop": ngettext("%(n)s dropped", "%(n)s dropped", n),
        "open": ngettext("%(n)s undecided", "%(n)s undecided", n),
    }[outcome]
    return said % {"n": n}


def behind(word: str, n: int) -> str:
    """As a stage of the funnel, or what key results came to, stands behind their number."""
    return {
        "presented": npgettext("behind a number of key results", "presented", "presented", n),
        "decided": npgettext("behind a number of key results", "decided", "decided", n),
        "published": npgettext("behind a number of key results", "published", "published", n),
        "keep": npgettext("behind a number of key results", "kept", "kept", n),
        "defer": npgettext("behind a number of key results", "deferred", "deferred", n),
        "merge": npgettext("behind a number of key results", "merged", "merged", n),
        "drop": npgettext("behind a number of key results", "dropped", "dropped", n),
        "open": npgettext("behind a number of key results", "undecided", "undecided", n),
    }[word]


def votes_in_words(decision: Decision) -> str:
    """ "4 of 6" where the majority decided, "" where the chair did."""
    if decision.in_favour is None:
        return ""
    return _("%(for)s of %(present)s") % {"for": decision.in_favour, "present": decision.present}


def _decisions(key_result: KeyResult) -> list[Decision]:
    """Standing ones about it, about what was merged into it, and about what it continues."""
    about = Q(key_result=key_result) | Q(into=key_result)
    if key_result.carried_from_id is not None:
        about |= Q(key_result=key_result.carried_from_id)
    rows = Decision.objects.filter(about, stands=True)
    return list(
        rows.select_related(
            "planning__quarter__year",
            "key_result__objective__tribe",
            "key_result__objective__quarter__year",
            "into__objective__tribe",
        ).order_by("pk")
    )


def _presented(rows: list[KeyResult]) -> dict[int, Presented]:
    found: QuerySet[Presented] = Presented.objects.filter(key_result__in=[row.pk for row in rows])
    return {row.key_result_id: row for row in found}


def _other(row: KeyResult, seen: dict[int, Presented], clock: Clock) -> Other:
    shown = seen.get(row.pk)
    return Other(
        code=code_of(row, shown.number if shown else None),
        title=shown.definition["title"] if shown else row.title,
        url=reverse("key_result", args=[clock.org.slug, row.pk]),
    )


def _carried_on(key_result: KeyResult, clock: Clock) -> Other | None:
    rows = KeyResult.objects.live().filter(carried_from=key_result).with_span().order_by("pk")
    row = rows.first()
    if row is None:
        return None
    url = reverse("key_result", args=[clock.org.slug, row.pk])
    return Other(f"{row.objective.quarter} {row.code}", row.title, url)
