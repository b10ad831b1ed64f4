"""When the workshop was held, and each phase of it."""

import datetime as dt
from dataclasses import dataclass
from functools import cached_property

from django.utils import timezone
from django.utils.translation import gettext as _

from orgs.moments import spelled
from workshops.models import Phase
from workshops.pages.minutes.part import Part


@dataclass(frozen=True)
class Held:
    """A phase of the agenda, and when it took place; "" and None where it did not."""

    phase: Phase
    clock: str  # "14:05 – 14:22"
    minutes: int | None

    @property
    def planned(self) -> str:
        return _("several days") if self.phase.is_long else _("%(n)s min") % {"n": self.phase.minutes}


class Agenda(Part):
    @property
    def title(self) -> str:
        return self.workshop.title

    @property
    def where(self) -> str:
        return self.workshop.where

    @property
    def began(self) -> dt.datetime:
        return self.workshop.started_at or self.workshop.starts_at

    @property
    def when(self) -> str:
        """ "Thursday 21 May 2026, 14:00 – 15:52"; over several days both."""
        begins, ends = self._local(self.began), self._local(self.workshop.closed_at or self.began)
        if begins.date() == ends.date():
            return f"{_day(begins)}, {_hours(begins, ends)}"
        return f"{_day(begins)}, {begins:%H:%M} – {_day(ends)}, {ends:%H:%M}"

    @cached_property
    def agenda(self) -> list[Held]:
        return [self._held(phase) for phase in self.phases]

    def _held(self, phase: Phase) -> Held:
        """The last phase ends with the workshop."""
        ended = phase.ended_at
        if phase.pk == self.workshop.phase_id or (phase.started_at and ended is None):
            ended = self.workshop.closed_at
        if phase.started_at is None or ended is None:
            return Held(phase, "", None)
        begins, ends = self._local(phase.started_at), self._local(ended)
        took = round((ended - phase.started_at) / dt.timedelta(minutes=1))
        if begins.date() == ends.date():
            return Held(phase, _hours(begins, ends), took)
        return Held(phase, f"{_short(begins)}, {begins:%H:%M} – {_short(ends)}, {ends:%H:%M}", took)

    @property
    def planned_minutes(self) -> int:
        return sum(phase.minutes for phase in self.phases if not phase.is_long)

    def _local(self, at: dt.datetime) -> dt.datetime:
        return timezone.localtime(at, self.org.zone)


def _hours(begins: dt.datetime, ends: dt.datetime) -> str:
    return f"{begins:%H:%M} – {ends:%H:%M}"


def _day(at: dt.datetime) -> str:
    return spelled(at.date())


def _short(at: dt.datetime) -> str:
    return spelled(at.date(), "d MMM")
