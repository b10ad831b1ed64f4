"""The two rhythms: the year of the strategy, the quarter of the tribes."""

import datetime as dt
from collections.abc import Iterable
from typing import Any, ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from okr.querysets import QuarterQuerySet
from okr.scoring import Period
from orgs.models import Membership, RevisedModel, tenant_manager
from orgs.relations import Relation


class PeriodState(models.TextChoices):
    DRAFT = "draft", _("Draft")
    OPEN = "open", _("Open")
    CLOSED = "closed", _("Closed")


class PeriodModel(RevisedModel):
    """Days from `starts_on` to `ends_on`, both included."""

    starts_on = models.DateField(_("starts on"))
    ends_on = models.DateField(_("ends on"))
    state = models.CharField(_("state"), max_length=6, choices=PeriodState, default=PeriodState.DRAFT)
    # The day that was chosen; without one the reviews say which it is (reviews.timing).
    review_opens_on = models.DateField(_("review opens on"), null=True, blank=True, editable=False)

    class Meta(RevisedModel.Meta):
        abstract = True

    @property
    def period(self) -> Period:
        return Period(self.starts_on, self.ends_on)

    @property
    def is_open(self) -> bool:
        return self.state == PeriodState.OPEN

    @property
    def is_strategic(self) -> bool:
        """As permissions ask: the year is the strategy's."""
        return False

    def relations_of(self, _member: Membership) -> set[Relation]:
        return set()


class Year(PeriodModel):
    number = models.PositiveSmallIntegerField(_("year"))

    class Meta(PeriodModel.Meta):
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(fields=["org", "number"], name="year_once"),
            models.CheckConstraint(name="year_runs_forward", condition=Q(ends_on__gt=F("starts_on"))),
        ]

    def __str__(self) -> str:
        return str(self.number)

    @property
    def is_strategic(self) -> bool:
        return True


class Quarter(PeriodModel):
    year = models.ForeignKey(Year, models.PROTECT, related_name="quarters")
    number = models.PositiveSmallIntegerField(_("quarter"))

    objects: ClassVar[Any] = tenant_manager(QuarterQuerySet)

    class Meta(PeriodModel.Meta):
        ordering = ["starts_on"]
        constraints = [
            models.UniqueConstraint(fields=["year", "number"], name="quarter_once"),
            models.CheckConstraint(name="quarter_is_one_of_four", condition=Q(number__gte=1, number__lte=4)),
            models.CheckConstraint(name="quarter_runs_forward", condition=Q(ends_on__gt=F("starts_on"))),
        ]

    def __str__(self) -> str:
        return self.label

    @property
    def label(self) -> str:
        """“Q2 2026”, in the reader's language."""
        return _("Q%(number)s %(year)s") % {"number": self.number, "year": self.year.number}

    @property
    def short_label(self) -> str:
        return _("Q%(number)s") % {"number": self.number}

    @property
    def slug(self) -> str:
        return f"{self.year.number}-q{self.number}"

    def weeks(self) -> list[dt.date]:
        """Mondays of the weeks that the quarter touches, the first and last perhaps in part: 13 or 14."""
        monday = self.starts_on - dt.timedelta(days=self.starts_on.weekday())
        count = (self.ends_on - monday).days // 7 + 1
        return [monday + dt.timedelta(weeks=week) for week in range(count)]


def current_quarter(quarters: Iterable[Quarter], today: dt.date) -> Quarter | None:
    """The quarter to speak of, of those at hand: see QuarterQuerySet.most_current_first."""

    def rank(quarter: Quarter) -> tuple[bool, bool, bool, int]:
        begun = quarter.starts_on <= today
        day = quarter.starts_on.toordinal()
        return quarter.is_open and begun and today <= quarter.ends_on, quarter.is_open, begun, day if begun else -day

    return max(quarters, key=rank, default=None)
