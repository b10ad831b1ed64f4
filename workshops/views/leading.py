"""The facilitator's commands."""

from django.shortcuts import get_object_or_404

from workshops.access import RoomRequest
from workshops.actions import running
from workshops.actions.session import KIND
from workshops.forms.room import LeadForm, PhaseForm, ShownForm, TimerForm
from workshops.live.presence import lately, present
from workshops.models import Phase
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
    """Hand over to whom is named, or take over oneself."""
    to = cleaned(LeadForm(request.POST, workshop=request.workshop))["to"]
    if to is not None:
        running.hand_over(request.workshop, to, by=request.participant)
    else:
        here = lately(KIND, request.workshop.code)
        running.take_over(request.workshop, by=request.participant, here=here)


@command
def close(request: RoomRequest) -> None:
    running.close(request.workshop, by=request.participant)


@command
def reopen(request: RoomRequest) -> None:
    running.reopen(request.workshop, by=request.participant)
