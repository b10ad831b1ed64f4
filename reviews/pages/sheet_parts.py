"""What a review sheet has beside its verdicts: how initiatives ended, what goes on, what is said looking back."""

from collections import defaultdict
from dataclasses import dataclass

from django.urls import reverse
from django.utils.translation import gettext as _

from okr.models import Initiative, KeyResult, Quarter
from okr.readings import Clock
from okr.rows import span_of
from orgs.models import Membership, Tribe
from reviews.models import RetroNote, Verdict
from reviews.results import Line

State = Initiative.State
ENDED = (State.DELIVERED, State.CANCELLED)


@dataclass(frozen=True, slots=True)
class Work:
    """An initiative, and how it ended."""

    initiative: Initiative
    state: str
    goes_on: bool
    is_open: bool
    may: bool
    url: str


@dataclass(frozen=True, slots=True)
class Column:
    kind: str
    label: str
    notes: list[RetroNote]


@dataclass(frozen=True, slots=True)
class GoingOn:
    """In the next period's draft, or on its way there."""

    key_result: KeyResult  # of this period
    into: KeyResult | None  # the draft; None as long as it waits
    verb: str
    span: str  # what it becomes: “4.7 → 4.0 min”
    was: str  # what it was: “7.5 → 4.5 min”
    url: str


def work_of(quarter: Quarter, tribe: Tribe, member: Membership, *, may: bool) -> list[Work]:
    rows = list(
        Initiative.objects.of_tribe(tribe.pk, quarter.pk).select_related("owner__user").order_by("position", "pk")
    )
    on = set(
        Initiative.objects.live().filter(carried_from__in=[row.pk for row in rows]).values_list(
            "carried_from_id", flat=True
        )
    )  # fmt: skip
    slug = member.org.slug
    return [
        Work(
            initiative=row,
            state=str(State(row.state).label),
            goes_on=row.pk in on,
            is_open=row.state not in ENDED and row.pk not in on,
            may=quarter.is_open and (may or row.owner_id == member.pk),
            url=reverse("review_initiative", args=[slug, row.pk]),
        )
        for row in rows
    ]


def going_on(lines: list[Line], clock: Clock) -> list[GoingOn]:
    """What goes on, with the target that it had beside the one that it has now."""
    ids = [line.key_result.pk for line in lines]
    drafts = (
        KeyResult.objects.live().filter(carried_from__in=ids).select_related("objective__tribe", "objective__quarter")
    )
    made = {row.carried_from_id: row for row in drafts.order_by("-pk")}
    shown = []
    for line in lines:
        row, draft = line.key_result, made.get(line.key_result.pk)
        if draft is None and line.afterwards not in (Verdict.Afterwards.CARRY, Verdict.Afterwards.CHANGE):
            continue
        verb = _("Changed: set its new target") if line.afterwards == Verdict.Afterwards.CHANGE else _("Carried over")
        shown.append(
            GoingOn(
                key_result=row,
                into=draft,
                verb=verb,
                span=reach(draft, clock) if draft else "",
                was=reach(row, clock),
                url=reverse("key_result", args=[clock.org.slug, (draft or row).pk]),
            )
        )
    return shown


def reach(row: KeyResult, clock: Clock) -> str:
    """ "7.5 → 4.5 min"; a target that is still to be set reads "?"."""
    if row.direction == KeyResult.Direction.DONE:
        return _("done")
    start, _now, target = span_of(row, clock)
    return f"{start or '?'} → {target or '?'}"


def columns_of(notes: list[RetroNote]) -> list[Column]:
    of_kind: defaultdict[str, list[RetroNote]] = defaultdict(list)
    for note in notes:
        of_kind[note.kind].append(note)
    return [Column(kind.value, str(kind.label), of_kind[kind.value]) for kind in RetroNote.Kind]
