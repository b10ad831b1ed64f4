"""What becomes of workshops when people leave, and when tribes and departments are merged or archived."""

import pytest

from orgs import tenancy
from orgs.models import AuditEvent, Committee, Department, Membership, Notification, Tribe
from tests import factories
from workshops.models import Participant, Workshop

pytestmark = pytest.mark.django_db
AT = "/o/coursive/settings/"


@pytest.fixture(autouse=True)
def here(world):
    with tenancy.tenant(world.org.pk):
        yield


def end(admin, member, **sent):
    return admin.post(f"{AT}people/{member.pk}/end/", sent)


def codir(world, **fields):
    of = {"kind": "codir_key_results", "year": world.year, "quarter": None, "tribe": None}
    return factories.workshop(world, "", committee=Committee.objects.get(), **of, **fields)


# ── Leaving ──


def test_whoever_leaves_hands_over_the_workshops_that_are_not_over(admin, world):
    planned = factories.workshop(world, "")
    closed = factories.workshop(world, "closed")
    page = admin.get(f"{AT}people/{world.alice.pk}/end/").content.decode()
    assert f"to-workshop-{planned.pk}" in page
    assert f"to-workshop-{closed.pk}" not in page
    sent = {"everything": "nobody", f"to-workshop-{planned.pk}": world.carol.pk}
    assert end(admin, world.alice, **sent).status_code == 302
    planned.refresh_from_db()
    closed.refresh_from_db()
    assert (planned.facilitator_id, closed.facilitator_id) == (world.carol.pk, world.alice.pk)
    people = Participant.objects.filter(workshop=planned, removed_at=None).values_list("membership", flat=True)
    assert set(people) == {world.bob.pk, world.carol.pk}
    assert Notification.objects.filter(recipient=world.carol, path=f"workshops/{planned.code}/").exists()
    change = AuditEvent.objects.exclude(change=None).latest("pk").change
    admin.post(f"/o/coursive/undo/{change}/")
    planned.refresh_from_db()
    assert planned.facilitator_id == world.alice.pk
    assert Participant.objects.filter(workshop=planned, membership=world.alice, removed_at=None).exists()


def test_a_workshop_is_left_to_nobody_only_where_somebody_leads_along(admin, world):
    planned = factories.workshop(world, "")
    answer = end(admin, world.alice, everything="nobody")
    assert answer.status_code == 422
    assert "Choose who leads the workshop" in answer.context["form"].errors[f"to-workshop-{planned.pk}"][0]
    assert Membership.objects.get(pk=world.alice.pk).ended_at is None
    Workshop.objects.filter(pk=planned.pk).update(co_facilitator=world.carol.pk)
    assert end(admin, world.alice, everything="nobody").status_code == 302
    planned.refresh_from_db()
    assert (planned.facilitator_id, planned.co_facilitator_id) == (world.carol.pk, None)


def test_whoever_leads_along_and_leaves_keeps_no_place_in_what_is_not_over(admin, world):
    planned = factories.workshop(world, "", co_facilitator=world.bob)
    factories.workshop(world, co_facilitator=world.bob)
    closed = factories.workshop(world, "closed", co_facilitator=world.bob)
    running = Workshop.objects.get(state="running")
    page = admin.get(f"{AT}people/{world.bob.pk}/end/").content.decode()
    assert f"to-workshop_along-{planned.pk}" in page
    assert f"to-workshop_along-{running.pk}" in page
    assert f"to-workshop_along-{closed.pk}" not in page
    sent = {"everything": "nobody", f"to-workshop_along-{planned.pk}": world.codir.pk}
    assert end(admin, world.bob, **sent).status_code == 302
    for workshop in (planned, running, closed):
        workshop.refresh_from_db()
    assert [one.co_facilitator_id for one in (planned, running, closed)] == [world.codir.pk, None, world.bob.pk]
    assert {one.facilitator_id for one in (planned, running, closed)} == {world.alice.pk}
    there = Participant.objects.filter(removed_at=None).values_list("workshop", "membership")
    assert (planned.pk, world.codir.pk) in there
    assert (planned.pk, world.bob.pk) not in there
    assert (running.pk, world.bob.pk) not in there
    assert Notification.objects.filter(recipient=world.codir, path=f"workshops/{planned.code}/").exists()
    change = AuditEvent.objects.exclude(change=None).latest("pk").change
    admin.post(f"/o/coursive/undo/{change}/")
    planned.refresh_from_db()
    assert planned.co_facilitator_id == world.bob.pk


def test_who_is_chosen_to_lead_along_what_they_lead_leads_it_alone(admin, world):
    planned = factories.workshop(world, "", co_facilitator=world.bob)
    sent = {"everything": "nobody", f"to-workshop_along-{planned.pk}": world.alice.pk}
    assert end(admin, world.bob, **sent).status_code == 302
    planned.refresh_from_db()
    assert (planned.facilitator_id, planned.co_facilitator_id) == (world.alice.pk, None)


# ── Merging and archiving ──


def test_a_merged_tribe_takes_its_workshops_along(admin, world):
    running, closed = factories.workshop(world), factories.workshop(world, "closed")
    into = Tribe.objects.get(code="LAD")
    seen = running.seq
    url = f"{AT}structure/tribes/{world.tribe.pk}/merge/"
    assert "2 workshops" in admin.get(url).content.decode()
    assert admin.post(url, {"into": into.pk}).status_code == 302
    for workshop in (running, closed):
        workshop.refresh_from_db()
        assert workshop.tribe_id == into.pk
    assert running.seq > seen  # its screens say so
    assert "LAD" in admin.get("/o/coursive/workshops/").content.decode()


def test_a_tribe_whose_workshop_is_not_over_is_not_archived(admin, world):
    empty = Tribe.objects.get(code="LAD")
    workshop = factories.workshop(world, "", tribe=empty)
    page = admin.post(f"{AT}structure/tribes/{empty.pk}/archive/", follow=True).content.decode()
    assert "It has 1 workshop that is not over." in page
    Workshop.objects.filter(pk=workshop.pk).update(state="cancelled")
    admin.post(f"{AT}structure/tribes/{empty.pk}/archive/")
    empty.refresh_from_db()
    assert empty.archived_at is not None


@pytest.mark.parametrize("has_committee", [True, False])
def test_a_merged_department_takes_the_workshops_of_its_committee_along(has_committee, admin, world):
    workshop = codir(world)
    into = Department.objects.create(name="Marketing")
    if has_committee:
        Committee.objects.create(department=into, name="CoDir Marketing")
    url = f"{AT}structure/departments/{world.department.pk}/merge/"
    assert "1 workshop" in admin.get(url).content.decode()
    assert admin.post(url, {"into": into.pk}).status_code == 302
    workshop.refresh_from_db()
    [committee] = Committee.objects.all()
    assert (workshop.committee_id, committee.department_id) == (committee.pk, into.pk)


def test_a_committee_with_workshops_stays(admin, world):
    codir(world)
    url = f"{AT}structure/departments/{world.department.pk}/"
    answer = admin.post(url, {"name": world.department.name, "committee": "", "revision": world.department.revision})
    assert answer.status_code == 422
    assert "it stays" in answer.context["form"].errors["committee"][0]
    assert Committee.objects.count() == 1


def test_a_year_with_workshops_stays(admin, world):
    year = factories.year(world.year.number + 1, state="draft")
    Workshop.objects.filter(pk=codir(world).pk).update(year=year.pk)
    page = admin.post(f"{AT}periods/{year.pk}/remove/", follow=True).content.decode()
    assert f"Workshops or a quarter planning were set up for {year.number}: it stays." in page
    year.refresh_from_db()
