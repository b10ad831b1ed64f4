"""A workshop that was held and closed, with something of everything that its minutes tell."""

import datetime as dt
import uuid
from decimal import Decimal

from tests import factories
from workshops.models import Ballot, Decision, Family, Participant, Vote, Workshop

SECRETS = ("Never revealed", "Taken away again", "Revealed, then taken away")


def closed_workshop(made: factories.World, **fields: object) -> Workshop:
    """Two families and a lone note, a vote on notes with a tie, a contested item, and three kinds of decision."""
    held = factories.workshop(made, "closed", **fields)
    at = held.starts_at
    for number, phase in enumerate(held.phases.all()):
        phase.started_at = at + dt.timedelta(minutes=12 * number)
        phase.ended_at = phase.started_at + dt.timedelta(minutes=12)
        phase.save()
    held.started_at, held.closed_at = at, at + dt.timedelta(minutes=84)
    held.save()
    alice, bob, carol = (held.participants.get(membership=made.people[one]) for one in ("alice", "bob", "carol"))
    alice.part = Participant.Part.OBSERVER
    alice.save()
    guest = factories.participant(held, None, guest_name="Gita Guest", digest=uuid.uuid4().hex)
    olga = factories.participant(held, made.people["olga"], joined_at=None)
    subject = held.subjects.get()
    till, churn = (
        Family.objects.create(workshop=held, uid=uuid.uuid4(), subject=subject, name=name, position=n)
        for n, name in enumerate(("At the till", ""), 1)
    )

    def note(by: Participant, text: str, **others: object):
        made_at = factories.note(held, by, text, **{"revealed_at": at, **others})
        type(made_at).objects.filter(pk=made_at.pk).update(created_at=at + dt.timedelta(minutes=15))
        return made_at

    first = note(bob, "Customers recognised at the till", family=till)
    note(carol, "Known at the till as online", family=till, merged_into=first)
    second = note(guest, "=HYPERLINK(1) #let *points* $x$ expire", family=churn)
    third = note(carol, "Regulars who leave, שלום 🎉")
    note(bob, SECRETS[0], revealed_at=None)
    note(bob, SECRETS[1], revealed_at=None, withdrawn_at=at)
    gone = note(carol, SECRETS[2], withdrawn_at=at)
    phase = held.phases.get(kind="vote")
    for number in (1, 2):
        vote = Vote.objects.create(
            phase=phase, number=number, votes_on="notes", dots=5, dots_an_item=4, exponent=Decimal(0),
            opened_at=at, closed_at=at + dt.timedelta(minutes=60),
        )  # fmt: skip
        if number == 2:
            for who, what, dots in (
                (carol, first, 1), (carol, third, 4), (guest, third, 4), (guest, second, 1), (bob, first, 3), (bob, second, 2),
            ):  # fmt: skip
                Ballot.objects.create(vote=vote, participant=who, note=what, dots=dots)
        else:
            Ballot.objects.create(vote=vote, participant=bob, note=first, dots=2)
            Ballot.objects.create(vote=vote, participant=carol, note=second, dots=2)
    decided_at = at + dt.timedelta(minutes=70)
    for thing, outcome, reason, key_result in (
        (first, "retained", "Measured every week", made.key_result),
        (second, "parked", "No source yet", None),
        (third, "rejected", "An output", None),
        (gone, "retained", "Of what was taken away", None),
    ):
        Decision.objects.create(
            workshop=held,
            note=thing,
            outcome=outcome,
            reason=reason,
            key_result=key_result,
            by=made.alice,
            at=decided_at,
        )
    held.people = {"alice": alice, "bob": bob, "carol": carol, "guest": guest, "olga": olga}  # type: ignore[attr-defined]
    return held
