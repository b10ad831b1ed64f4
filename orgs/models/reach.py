"""When somebody is away, and who stands in."""

import datetime as dt
from typing import Any, ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from orgs.models.base import RevisedModel, TenantQuerySet, tenant_manager
from orgs.models.people import Membership
from orgs.relations import Relation


class AbsenceQuerySet(TenantQuerySet):
    def live(self) -> "AbsenceQuerySet":
        return self.filter(archived_at=None)

    def on(self, day: dt.date) -> "AbsenceQuerySet":
        """Those that `day` lies in: at most one a person."""
        return self.live().filter(starts_on__lte=day, ends_on__gte=day)


class Absence(RevisedModel):
    """From the first day to the last, both included. A person's absences do not overlap (orgs.actions.absences)."""

    member = models.ForeignKey(Membership, models.CASCADE, related_name="absences")
    starts_on = models.DateField(_("first day"))
    ends_on = models.DateField(_("last day"))
    substitute = models.ForeignKey(
        Membership, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("who stands in")
    )
    archived_at = models.DateTimeField(null=True, blank=True, editable=False)

    is_strategic = False  # for orgs.permissions: a thing of a person

    objects: ClassVar[Any] = tenant_manager(AbsenceQuerySet)

    class Meta(RevisedModel.Meta):
        ordering = ["starts_on", "pk"]
        constraints = [
            models.CheckConstraint(name="absence_days_ordered", condition=Q(ends_on__gte=F("starts_on"))),
            models.CheckConstraint(
                name="absence_substitute_is_another", condition=Q(substitute=None) | ~Q(substitute=F("member"))
            ),
            models.UniqueConstraint(
                fields=["member", "starts_on"], condition=Q(archived_at=None), name="absence_once_a_day"
            ),
        ]
        indexes = [models.Index(fields=["org", "ends_on"], name="absence_by_day", condition=Q(archived_at=None))]

    def __str__(self) -> str:
        return f"{self.member}: {self.starts_on} – {self.ends_on}"

    def relations_of(self, member: Membership) -> set[Relation]:
        return {Relation.PERSON} if self.member_id == member.pk else set()
