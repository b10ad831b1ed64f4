"""What can be asked of objectives, key results, initiatives, check-ins: each read in one place."""

import datetime as dt
from collections.abc import Iterable
from typing import Any

from django.db.models import Case, Exists, F, OuterRef, Prefetch, Q, When

from orgs.models import Membership, TenantQuerySet

# Stages of key results that a page shows: of a running or closed period, and of one still in draft.
RUNNING = ("published", "scored")
PROPOSED = ("draft", "proposed", "kept", "deferred")
WRITTEN = ("draft", "proposed", "kept")
# Of key results: published, in a year or quarter that is open.
TAKING_CHECK_INS = (Q(objective__year__state="open") | Q(objective__quarter__state="open")) & Q(
    stage="published", archived_at=None, objective__archived_at=None
)
# Of those: still due within that year or quarter. Once it is over nothing more falls due, though it may take last figures.
DUE_IN_PERIOD = Q(objective__year__ends_on__gte=F("next_due_on")) | Q(objective__quarter__ends_on__gte=F("next_due_on"))
NOT_KEPT = ("deferred", "merged", "dropped")  # by quarter planning


def _related(queryset: TenantQuerySet, name: str) -> TenantQuerySet:
    """The rows on the other side of a relation. Models import this module, so it cannot import them."""
    model: Any = queryset.model._meta.get_field(name).related_model
    rows: TenantQuerySet = model.objects.all()
    return rows


class QuarterQuerySet(TenantQuerySet):
    def with_year(self) -> "QuarterQuerySet":
        return self.select_related("year")

    def most_current_first(self, today: dt.date) -> "QuarterQuerySet":
        """The quarter to speak of comes first: the open one that today lies in, else one that is open, else the latest
        begun, else the first to come. `okr.models.period.current_quarter` says the same of quarters at hand."""
        begun, is_open = Q(starts_on__lte=today), Q(state="open")
        rank = Case(
            When(is_open & begun & Q(ends_on__gte=today), then=0),
            When(is_open & begun, then=1),
            When(is_open, then=2),
            When(begun, then=3),
            default=4,
        )
        return self.order_by(rank, Case(When(begun, then=F("starts_on"))).desc(nulls_last=True), "starts_on")


class ObjectiveQuerySet(TenantQuerySet):
    def live(self) -> "ObjectiveQuerySet":
        return self.filter(archived_at=None)

    def strategic(self, year_id: int) -> "ObjectiveQuerySet":
        return self.live().filter(level="strategic", year_id=year_id)

    def of_tribe(self, tribe_id: int, quarter_id: int) -> "ObjectiveQuerySet":
        return self.live().filter(level="tribe", tribe_id=tribe_id, quarter_id=quarter_id)

    def not_rejected(self) -> "ObjectiveQuerySet":
        """Without those of which quarter planning kept nothing: all their key results are there, and none goes on."""
        of_it = _related(self, "key_results").filter(objective=OuterRef("pk"), archived_at=None)
        return self.filter(~Exists(of_it.filter(stage__in=NOT_KEPT)) | Exists(of_it.exclude(stage__in=NOT_KEPT)))

    def with_span(self) -> "ObjectiveQuerySet":
        return self.select_related("year", "quarter__year", "tribe", "department__committee", "owner__user")


class KeyResultQuerySet(TenantQuerySet):
    def live(self) -> "KeyResultQuerySet":
        return self.filter(archived_at=None, objective__archived_at=None)

    def running(self) -> "KeyResultQuerySet":
        """What a page of a running or closed period shows: published, or scored since."""
        return self.live().filter(stage__in=RUNNING)

    def proposed(self) -> "KeyResultQuerySet":
        """What a page of a period still in draft shows."""
        return self.live().filter(stage__in=PROPOSED)

    def running_or_written(self) -> "KeyResultQuerySet":
        """What the page of an open quarter shows: what runs, and what may still be published in it."""
        return self.live().filter(stage__in=(*RUNNING, *WRITTEN))

    def with_span(self) -> "KeyResultQuerySet":
        """Period and owner; what reads several sets at once fetches their step targets together."""
        return self.select_related("objective__year", "objective__quarter__year", "objective__tribe", "owner__user")

    def with_definition(self) -> "KeyResultQuerySet":
        """All that reading one key result needs (okr.readings): period, owner, step targets."""
        return self.with_span().with_step_targets()

    def with_step_targets(self) -> "KeyResultQuerySet":
        """For KeyResult.known_step_targets: a list, several times cheaper than filling each row's related manager."""
        return self.prefetch_related(Prefetch("step_targets", to_attr="loaded_step_targets"))

    def taking_check_ins(self) -> "KeyResultQuerySet":
        """Published, in a year or quarter that is open: the rule of KeyResult.takes_check_ins, for many rows."""
        return self.filter(TAKING_CHECK_INS)

    def due_from(self, membership: Membership, until: dt.date, in_place_of: Iterable[int] = ()) -> "KeyResultQuerySet":
        """Key results that this person owns, or these members `in_place_of` whom they stand, and whose check-in is due by
        `until` (Clock.asked_until)."""
        return self.taking_check_ins().filter(owner__in=[membership.pk, *in_place_of], next_due_on__lte=until)

    def in_round(
        self, membership: Membership, today: dt.date, until: dt.date, in_place_of: Iterable[int] = ()
    ) -> "KeyResultQuerySet":
        """What this person's check-ins of today are about: due from them, or checked in by them today already.

        Each has `done_today`, and `objective` with its period and tribe; the order does not change as they are done.
        """
        mine = _related(self, "check_ins").filter(author=membership, on=today)
        return (
            self.taking_check_ins()
            .annotate(done_today=Exists(mine.filter(key_result=OuterRef("pk"))))
            .filter(Q(pk__in=self.due_from(membership, until, in_place_of).values("pk")) | Q(done_today=True))
            .select_related("objective__year", "objective__quarter__year", "objective__tribe")
            .order_by("-objective__level", "objective__tribe__position", "objective__position", "position", "pk")
        )


class InitiativeQuerySet(TenantQuerySet):
    def live(self) -> "InitiativeQuerySet":
        return self.filter(archived_at=None)

    def of_tribe(self, tribe_id: int, quarter_id: int) -> "InitiativeQuerySet":
        return self.live().filter(tribe_id=tribe_id, quarter_id=quarter_id)

    def with_answers(self) -> "InitiativeQuerySet":
        """With the key results answered and the tribes waited for: two queries more, however many rows."""
        return self.select_related("owner__user", "tribe").prefetch_related(
            Prefetch("answers", queryset=_related(self, "answers").select_related("key_result__objective")),
            Prefetch("dependencies", queryset=_related(self, "dependencies").select_related("tribe")),
        )


class CheckInQuerySet(TenantQuerySet):
    def of(self, key_result_ids: list[int]) -> "CheckInQuerySet":
        return self.filter(key_result_id__in=key_result_ids)

    def of_running(self) -> "CheckInQuerySet":
        """Of the key results that KeyResultQuerySet.running gives."""
        live = {"key_result__archived_at": None, "key_result__objective__archived_at": None}
        return self.filter(key_result__stage__in=RUNNING, **live)

    def with_author(self) -> "CheckInQuerySet":
        return self.select_related("author__user")
