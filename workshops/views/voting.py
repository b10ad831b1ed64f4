"""Votes and marks: what each chooses alone, and the facilitator's commands about it."""

from django.shortcuts import get_object_or_404

from workshops.access import RoomRequest
from workshops.actions import picks, votes
from workshops.actions.session import KIND
from workshops.forms.voting import AgainForm, CountForm, RetainForm, SureForm, VoteForm, choices_of, item_uid, row_id
from workshops.live.presence import present
from workshops.models import Subject
from workshops.views.commands import cleaned, command


@command
def cast(request: RoomRequest) -> None:
    """Have these dots on these items of the open vote."""
    vote = cleaned(VoteForm(request.POST))["vote"]
    votes.cast(request.workshop, choices_of(request.POST, item_uid), by=request.participant, vote=vote)


@command
def close_vote(request: RoomRequest) -> None:
    sure = cleaned(SureForm(request.POST))["sure"]
    here = present(KIND, request.workshop.code)
    votes.close_vote(request.workshop, by=request.participant, here=here, sure=sure)


@command
def vote_again(request: RoomRequest) -> None:
    after = cleaned(AgainForm(request.POST))["after"]
    votes.open_another_round(request.workshop, by=request.participant, after=after)


@command
def mark(request: RoomRequest) -> None:
    """Have one's mark on these key results, or not."""
    wanted = choices_of(request.POST, row_id, most=1)
    picks.mark(request.workshop, {pk: bool(n) for pk, n in wanted.items()}, by=request.participant)


@command
def count(request: RoomRequest) -> None:
    """Show the sum of the marks, or have people mark again."""
    said = cleaned(CountForm(request.POST))
    here = present(KIND, request.workshop.code)
    picks.count(request.workshop, by=request.participant, counted=said["counted"], here=here, sure=said["sure"])


@command
def retain(request: RoomRequest, pk: int) -> None:
    subject: Subject = get_object_or_404(request.workshop.subjects, pk=pk)
    retained = cleaned(RetainForm(request.POST))["retained"]
    picks.retain(request.workshop, subject, by=request.participant, retained=retained)
