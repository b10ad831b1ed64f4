"""The steps of a workshop's room: where it is, what comes next, and what the clock says."""

import datetime as dt
from dataclasses import dataclass
from functools import cached_property

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from orgs.models import Organization
from orgs.moments import moment
from workshops.models import Phase, PhaseKind, Workshop
from workshops.pages.windows import BEFORE, Window, window_of

# What the step to a phase does, on its button.
STEPS = {
    PhaseKind.FRAME: gettext_noop("Set the frame"),
    PhaseKind.PICK: gettext_noop("Choose our effect"),
    PhaseKind.BRAINSTORM: gettext_noop("Start the brainstorm"),
    PhaseKind.REVEAL: gettext_noop("Reveal notes"),
    PhaseKind.FAMILIES: gettext_noop("Group into families"),
    PhaseKind.VOTE: gettext_noop("Start the vote"),
    PhaseKind.DECIDE: gettext_noop("Go on to decisions"),
    PhaseKind.WRAP_UP: gettext_noop("Wrap up"),
    PhaseKind.PAUSE: gettext_noop("Take a break"),
}
LOW = 60  # seconds left, from which on the timer is red


@dataclass(frozen=True)
class Stop:
    """A phase in the stepper."""

    phase: Phase
    state: str  # "done", "now" or "next"
    number: int


class Steps:
    """A workshop at its current phase. `present`: the keys of those who are connected."""

    def __init__(self, workshop: Workshop, org: Organization, present: frozenset[str] = frozenset()) -> None:
        self.workshop = workshop
        self.org = org
        self.present = present
        self.phase = workshop.phase
        self.now = timezone.now()

    @property
    def round(self) -> int:
        return self.phase.round if self.phase else 1

    @property
    def kind(self) -> str:
        """The kind of the current phase; "lobby" before the first, "closed" after the end."""
        if self.workshop.state == Workshop.State.PLANNED:
            return "lobby"
        if self.workshop.state == Workshop.State.CLOSED or self.phase is None:
            return "closed"
        return self.phase.kind

    @cached_property
    def phases(self) -> list[Phase]:
        return list(self.workshop.phases.all())

    @cached_property
    def stops(self) -> list[Stop]:
        here = self.phase.position if self.phase else 0
        return [
            Stop(phase, "now" if phase == self.phase else "done" if phase.position < here else "next", number)
            for number, phase in enumerate(self.phases, 1)
        ]

    @cached_property
    def next_phase(self) -> Phase | None:
        here = self.phase.position if self.phase else 0
        return next((phase for phase in self.phases if phase.position > here), None)

    @property
    def step(self) -> str:
        """What the step to the next phase does."""
        to = self.next_phase
        if to is not None and to.kind == PhaseKind.VOTE and to.votes.exists():
            return _("Back to the vote")  # its last round stays closed, until another one is opened there
        return _(STEPS[PhaseKind(to.kind)]) if to else ""

    @property
    def window(self) -> Window | None:
        """When the phase opens and closes, where people take part on their own time."""
        return window_of(self.phase, self.now) if self.workshop.state == Workshop.State.RUNNING else None

    @property
    def takes(self) -> bool:
        """Whether people can write, choose or vote: within its time, where the phase has one."""
        return self.window is None or self.window.takes

    @property
    def pause(self) -> str:
        """What people who come before or after the days in which a phase is open have to know; "" while it is."""
        if self.window is None or self.window.takes:
            return ""
        if self.window.state == BEFORE:
            return _("This is not open yet. Come back then: you will find it here.")
        if self.workshop.starts_at > self.now:
            return _("Its time is over; nothing is lost. You go on together: %(when)s.") % {"when": self.when}
        return _("Its time is over; nothing is lost. The facilitator goes on from here.")

    @property
    def when(self) -> str:
        """The day and time that it is planned for."""
        return moment(self.workshop.starts_at)

    @property
    def seconds_left(self) -> int | None:
        """On the timer; negative once it has run out, None without one."""
        if self.workshop.timer_left is not None:
            return self.workshop.timer_left
        if self.workshop.timer_ends_at is None:
            return None
        return round((self.workshop.timer_ends_at - self.now) / dt.timedelta(seconds=1))

    @property
    def clock(self) -> str:
        """What is left, as mm:ss; 00:00 from then on."""
        left = max(0, self.seconds_left or 0)
        return f"{left // 60:02}:{left % 60:02}"

    @property
    def clock_share(self) -> int:
        """The share of the phase's time that is over, in percent."""
        whole = (self.phase.minutes if self.phase else 0) * 60
        return min(100, max(0, 100 - round(100 * (self.seconds_left or 0) / whole))) if whole else 0

    @property
    def is_low(self) -> bool:
        return self.seconds_left is not None and self.seconds_left <= LOW

    @property
    def ends_ms(self) -> int | None:
        """When the timer runs out, in milliseconds as browsers count them; None while it stands still."""
        ends = self.workshop.timer_ends_at
        return round(ends.timestamp() * 1000) if ends else None
