"""The facilitator's commands."""

from urllib.parse import urlencode

from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _

from orgs.toasts import say_done
from workshops.access import RoomRequest
from workshops.actions import joining, running
from workshops.actions.session import KIND
from workshops.forms.room import LeadForm, PartForm, PhaseForm, ShownForm, TimerForm
from workshops.forms.voting import SureForm
from workshops.live.presence import lately, present
from workshops.models import Participant, Phase
from workshops.views.commands import cleaned, command


@command
def begin(request: RoomRequest) -> None:
    running.begin(request.workshop, by=request.participant)


@command
def go_to(request: RoomRequest, pk: int) -> None:
    phase: Phase = get_object_or_404(request.workshop.phases, pk=pk)
    said = cleaned(PhaseForm(request.POST))
    here = present(KIND, request.workshop.code)
    running.go_to(request.workshop, phase, by=request.participant, seen=said["seen"], here=here, sure=said["sure"])


@command
def timer(request: RoomRequest) -> None:
    do = cleaned(TimerForm(request.POST))["do"]
    if do == TimerForm.MORE:
        running.extend_timer(request.workshop, by=request.participant)
    else:
        running.pause_timer(request.workshop, by=request.participant, paused=do == TimerForm.PAUSE)


@command
def show(request: RoomRequest) -> None:
    running.show(request.workshop, cleaned(ShownForm(request.POST))["part"], by=request.participant)


@command
def lead(request: RoomRequest) -> None:
    """Hand over to whom is named, lead without a co-facilitator, or take over oneself."""
    said = cleaned(LeadForm(request.POST, workshop=request.workshop))
    to = said["to"]
    if said["alone"]:
        running.lead_alone(request.workshop, by=request.participant)
    elif to is not None:
        running.hand_over(request.workshop, to, by=request.participant)
        say_done(request, _("%(name)s leads from now on.") % {"name": to.name})
    else:
        here = lately(KIND, request.workshop.code)
        running.take_over(request.workshop, by=request.participant, here=here)


@command
def close(request: RoomRequest) -> None:
    sure = cleaned(SureForm(request.POST))["sure"]
    here = present(KIND, request.workshop.code)
    running.close(request.workshop, by=request.participant, here=here, sure=sure)


@command
def reopen(request: RoomRequest) -> None:
    running.reopen(request.workshop, by=request.participant)


@command
def part(request: RoomRequest) -> None:
    """Who observes, or takes part again. What Undo sends is in its address."""
    said = cleaned(PartForm(request.POST if "to" in request.POST else request.GET, workshop=request.workshop))
    to = [person.pk for person in said["to"]]
    changed = joining.set_parts(request.workshop, to, said["part"], by=request.participant)
    if not changed:
        return
    observe = said["part"] == Participant.Part.OBSERVER
    back = Participant.Part.VOTER if observe else Participant.Part.OBSERVER
    names = ", ".join(person.name for person in changed)
    text = _("%(names)s: observing from now on") if observe else _("%(names)s: taking part again")
    pks = [("to", str(person.pk)) for person in changed]
    say_done(request, text % {"names": names}, undo_at=f"{request.path}?{urlencode([('part', str(back)), *pks])}")
