"""Who may watch the room of a workshop, asked about all who do at once."""

import datetime as dt

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from orgs import tenancy
from orgs.models import Membership
from tests import factories
from tests.factories import World, signed_in
from workshops.access import digest
from workshops.actions import running
from workshops.actions.session import person_key
from workshops.live import door, registry
from workshops.live.door import Admission
from workshops.live.registry import Refused
from workshops.models import Participant, Workshop
from workshops.pages.room import LEAD, ROOM

pytestmark = pytest.mark.django_db
NOW = dt.datetime(2026, 5, 19, 10, tzinfo=dt.UTC)


@pytest.fixture
def world() -> World:
    return factories.world("ours")


@pytest.fixture
def workshop(world: World) -> Workshop:
    with tenancy.tenant(world.org.pk):
        held = Workshop.objects.create(
            kind="tribe_key_results",
            title="Workshop 2",
            tribe=world.tribe,
            quarter=world.quarter,
            starts_at=NOW,
            facilitator=world.alice,
        )
        for name in ("alice", "bob", "carol"):
            Participant.objects.create(workshop=held, membership=world.people[name], admitted_at=NOW)
        return held


def guests(workshop: Workshop, number: int) -> list[Participant]:
    with tenancy.tenant(workshop.org_id):
        return [
            Participant.objects.create(
                workshop=workshop, guest_name=f"Guest {one}", digest=digest(f"token {one}"), admitted_at=timezone.now()
            )
            for one in range(number)
        ]


def admission(one: Participant, audience: str = ROOM) -> Admission:
    who = {"person": person_key(one), "owner": person_key(one), "audience": audience, "language": "en"}
    if one.membership is None:
        return Admission(**who, org=one.org_id, seq=0, guest=one.pk)
    session = signed_in(one.membership).session.session_key
    auth_hash = one.membership.user.get_session_auth_hash()
    return Admission(
        **who, org=one.org_id, seq=0, membership=one.membership_id, session=session or "", auth_hash=auth_hash
    )


def ended(workshop: Workshop, admissions: list[Admission]) -> set[str]:
    _seq, gone = door.look_again(registry.named("workshop"), workshop.org_id, workshop.code, admissions)
    return {one.person for one in gone}


def members(workshop: Workshop) -> dict[str, Participant]:
    with tenancy.tenant(workshop.org_id):
        return {one.name.split()[0].lower(): one for one in workshop.participants.select_related("membership__user")}


def test_asking_about_many_costs_as_many_queries_as_about_one(workshop: Workshop) -> None:
    people = members(workshop)
    all_of_them = [admission(one) for one in (people["bob"], people["carol"], *guests(workshop, 50))]
    counts = []
    for asked in (all_of_them[:1], all_of_them):
        with CaptureQueriesContext(
            connection,
        ) as queries:
            assert ended(workshop, asked) == set()
        counts.append(len(queries))
    assert counts[0] == counts[1] <= 6


def test_whose_rights_changed_is_found_among_those_whose_did_not(world: World, workshop: Workshop) -> None:
    people = members(workshop)
    stays, removed, waits = guests(workshop, 3)
    every = [admission(one) for one in (people["bob"], people["carol"], stays, removed, waits)]
    every.append(admission(people["alice"], LEAD))
    assert ended(workshop, every) == set()
    with tenancy.tenant(world.org.pk):
        Participant.objects.filter(pk=removed.pk).update(removed_at=NOW)
        Participant.objects.filter(pk=waits.pk).update(admitted_at=None)
        Workshop.objects.filter(pk=workshop.pk).update(facilitator=world.people["bob"])
        Membership.objects.filter(pk=world.people["carol"].pk).update(ended_at=timezone.now())
    assert ended(workshop, every) == {
        person_key(one) for one in (people["bob"], people["carol"], people["alice"], removed, waits)
    }
    with tenancy.tenant(world.org.pk):
        Workshop.objects.filter(pk=workshop.pk).update(state=Workshop.State.CANCELLED)
    assert ended(workshop, every) == {one.person for one in every}


def test_a_guest_of_another_workshop_is_no_guest_of_this_one(world: World, workshop: Workshop) -> None:
    (guest,) = guests(workshop, 1)
    with tenancy.tenant(world.org.pk):
        other = Workshop.objects.create(
            kind="tribe_key_results",
            title="Another",
            tribe=world.tribe,
            quarter=world.quarter,
            starts_at=NOW,
            facilitator=world.alice,
        )
        person = registry.Person(person_key(guest), guest=guest.pk)
        answers = registry.named("workshop").watch([person], other.code)
    assert isinstance(answers[person.key], Refused)
    assert answers[person.key].status == 403


def test_nobody_takes_over_while_it_is_unknown_whether_the_facilitator_is_here(
    world: World, workshop: Workshop
) -> None:
    bob = members(workshop)["bob"]
    with tenancy.tenant(world.org.pk):
        Workshop.objects.filter(pk=workshop.pk).update(state=Workshop.State.RUNNING, starts_at=timezone.now())
        for here in (None, frozenset({registry.member_key(world.alice.pk)})):
            with pytest.raises(PermissionDenied):
                running.take_over(workshop, by=bob, here=here)
        running.take_over(workshop, by=bob, here=frozenset({person_key(bob)}))
        workshop.refresh_from_db()
        assert workshop.facilitator_id == bob.membership_id
