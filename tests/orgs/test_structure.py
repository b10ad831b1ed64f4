"""Settings ▸ Tribes and departments: create, change, order, archive, merge with all that hangs below."""

import pytest
from django.utils import timezone

from okr.models import Initiative, InitiativeDependency, InitiativeKeyResult, KeyResult, Objective
from orgs.actions.audit import Actor
from orgs.actions.invitations import invite
from orgs.actions.tribes import create_tribe, merge_tribe
from orgs.models import (
    AuditEvent,
    Committee,
    CommitteeSeat,
    Department,
    Invitation,
    Membership,
    Role,
    Seat,
    Tribe,
)
from orgs.rules import RuleBroken
from tests import factories
from tests.api import Caller
from tests.factories import signed_in

pytestmark = pytest.mark.django_db
AT = "/o/coursive/settings/structure/"


def tribe_form(world, **values):
    return {"name": "Checkout", "code": "CHK", "department": world.department.pk, "mission": "", "lead": "", **values}


def codes():
    return list(Tribe.objects.filter(archived_at=None).values_list("code", flat=True))


def undo_latest(client):
    change = AuditEvent.objects.exclude(change=None).latest("pk").change
    return client.post(f"/o/coursive/undo/{change}/", follow=True)


# ── The page ──


def test_departments_with_their_committees_and_tribes(admin, world, here):
    page = admin.get(AT)
    [row] = page.context["structure"].departments
    assert (row.committee, row.members, row.sponsors) == ("CoDir E-commerce", 1, ["Sam Sponsor"])
    assert [(line.tribe.code, line.functions, line.people) for line in row.tribes] == [
        ("DRV", ["product", "tech"], 2),
        ("LAD", [], 0),
    ]


def test_an_empty_organization_is_shown_where_to_begin():
    org = factories.organization("empty")
    client = signed_in(factories.member(org, "First", Role.ADMINISTRATOR))
    page = client.get("/o/empty/settings/structure/").content.decode()
    assert "No department yet" in page
    assert "/o/empty/settings/structure/departments/new/" in page
    assert "No department yet" in client.get("/o/empty/settings/structure/tribes/new/").content.decode()


def test_only_administrators_get_here(world, here):
    for person in (world.alice, world.carol, world.coach):
        client = signed_in(person)
        for path in ("", "tribes/new/", f"tribes/{world.tribe.pk}/", f"departments/{world.department.pk}/merge/"):
            assert client.get(f"{AT}{path}").status_code == 403
        assert client.post(f"{AT}tribes/{world.tribe.pk}/archive/").status_code == 403


# ── Tribes ──


def test_a_tribe_is_created_behind_the_others(admin, world, here):
    sent = tribe_form(world, code="chk", mission="Pay and go.", lead=world.bob.pk)
    assert admin.post(f"{AT}tribes/new/", sent)["Location"] == AT
    made = Tribe.objects.get(code="CHK")
    assert (made.name, made.mission, made.lead_id, made.position) == ("Checkout", "Pay and go.", world.bob.pk, 3)
    assert "CHK" in admin.get("/o/coursive/").content.decode()
    undo_latest(admin)
    assert codes() == ["DRV", "LAD"]


@pytest.mark.parametrize(
    ("sent", "field", "said"),
    [
        ({"name": ""}, "name", "This field is required."),
        ({"name": "n" * 81}, "name", "at most 80"),
        ({"name": "\u200b"}, "name", "A name that can be read"),
        ({"code": "x"}, "code", "2 to 4 capitals or digits."),
        ({"code": "é!"}, "code", "2 to 4 capitals or digits."),
        ({"code": "drv"}, "code", "Drive has the code DRV."),
        ({"code": "old"}, "code", "Old one, which is archived, has the code OLD. Choose another."),
        ({"department": ""}, "department", "This field is required."),
        ({"mission": "m" * 201}, "mission", "at most 200"),
        ({"lead": "999999"}, "lead", "Select a valid choice."),
    ],
)
def test_what_is_wrong_is_said_beside_its_field(sent, field, said, admin, world, here):
    Tribe.objects.create(department=world.department, name="Old one", code="OLD", archived_at=timezone.now())
    answer = admin.post(f"{AT}tribes/new/", tribe_form(world, mission="Kept") | sent)
    assert answer.status_code == 422
    assert said in answer.context["form"].errors[field][0]
    assert sent.get("mission", "Kept") in answer.content.decode()
    assert codes() == ["DRV", "LAD"]


def test_a_tribe_is_renamed_and_its_page_moves_with_its_code(admin, world, here):
    url = f"{AT}tribes/{world.tribe.pk}/"
    sent = tribe_form(world, name="Pick-up", code="PCK", lead=world.alice.pk)
    assert admin.post(url, sent).status_code == 302
    assert "Pick-up" in admin.get("/o/coursive/tribes/PCK/").content.decode()
    assert admin.get("/o/coursive/tribes/DRV/").status_code == 404
    undo_latest(admin)
    assert admin.get("/o/coursive/tribes/DRV/").status_code == 200


def test_two_administrators_at_once_see_both_versions(admin, world, here):
    url = f"{AT}tribes/{world.tribe.pk}/"
    sent = tribe_form(world, code="DRV", mission=world.tribe.mission, lead=world.alice.pk, revision=1)
    assert admin.post(url, sent | {"name": "Pick-up"}).status_code == 302
    answer = admin.post(url, sent | {"name": "Drive-in"})
    assert answer.status_code == 409
    page = answer.content.decode()
    assert "Pick-up" in page
    assert "Drive-in" in page
    assert Tribe.objects.get(pk=world.tribe.pk).name == "Pick-up"


def test_order_is_the_same_on_every_page(admin, world, here):
    [row] = admin.get(AT).context["structure"].departments
    down = row.tribes[0].places.down
    admin.post(f"{AT}tribes/{world.tribe.pk}/move/", {"position": down})
    assert codes() == ["LAD", "DRV"]
    rail = admin.get("/o/coursive/").content.decode()
    assert rail.index("tribes/LAD/") < rail.index("tribes/DRV/")
    undo_latest(admin)
    assert codes() == ["DRV", "LAD"]
    assert admin.post(f"{AT}tribes/{world.tribe.pk}/move/", {"position": "first"}).status_code == 302
    assert codes() == ["DRV", "LAD"]


def test_within_its_department_a_tribe_passes_the_next_one_of_it(admin, world, here):
    other = Department.objects.create(name="Marketing", position=2)
    Tribe.objects.filter(pk=world.other_tribe.pk).update(department=other)
    Tribe.objects.create(department=world.department, name="Third", code="THR", position=3)
    rows = {row.department.name: row for row in admin.get(AT).context["structure"].departments}
    drive, third = rows["E-commerce"].tribes
    assert (drive.places.up, drive.places.down) == (0, 3)
    assert (third.places.up, third.places.down) == (1, 0)
    admin.post(f"{AT}tribes/{world.tribe.pk}/move/", {"position": drive.places.down})
    assert codes() == ["LAD", "THR", "DRV"]


def test_archiving_is_refused_with_what_hinders(admin, world, here):
    page = admin.post(f"{AT}tribes/{world.tribe.pk}/archive/", follow=True).content.decode()
    assert "It holds 1 objective and 1 initiative of quarters that are not over." in page
    assert codes() == ["DRV", "LAD"]
    form = admin.get(f"{AT}tribes/{world.tribe.pk}/").content.decode()
    assert "It cannot be archived now." in form
    assert f"{AT}tribes/{world.tribe.pk}/archive/" not in form


def test_archived_it_leaves_the_lists_and_comes_back(admin, world, here):
    type(world.quarter).objects.filter(pk=world.quarter.pk).update(state="closed")
    admin.post(f"{AT}tribes/{world.tribe.pk}/archive/")
    assert codes() == ["LAD"]
    home, page = admin.get("/o/coursive/").content.decode(), admin.get("/o/coursive/tribes/DRV/").content.decode()
    assert 'href="/o/coursive/tribes/DRV/"' not in home
    assert world.objective.title in page
    assert "Restore it to change it" in admin.get(f"{AT}tribes/{world.tribe.pk}/").content.decode()
    admin.post(f"{AT}tribes/{world.tribe.pk}/restore/")
    assert codes() == ["DRV", "LAD"]


# ── Merging tribes ──


def test_all_that_a_tribe_owns_becomes_the_others(admin, world, here):
    """Of all quarters, behind what is there; archived things too."""
    closed = factories.quarter(world.year, 1, "closed")
    there = factories.tribe_objective(world.quarter, world.other_tribe, title="Theirs")
    past = factories.tribe_objective(closed, world.tribe, title="Past")
    gone = factories.tribe_objective(world.quarter, world.tribe, title="Gone", archived_at=timezone.now(), position=2)
    second = factories.tribe_objective(world.quarter, world.tribe, title="Second", position=2)
    invite(
        ["late@example.org"], by=Actor(world.dan), roles=["member"], language="en", tribe=world.tribe, function="design"
    )
    page = admin.get(f"{AT}tribes/{world.tribe.pk}/merge/").content.decode()
    for line in ("3 objectives", "1 key result", "1 initiative", "2 seats", "1 invitation<"):
        assert line in page
    answer = admin.post(f"{AT}tribes/{world.tribe.pk}/merge/", {"into": world.other_tribe.pk})
    assert answer["Location"] == AT
    assert not Objective.objects.filter(tribe=world.tribe).exists()
    assert not Initiative.objects.filter(tribe=world.tribe).exists()
    rows = Objective.objects.of_tribe(world.other_tribe.pk, world.quarter.pk).values_list("title", "position")
    assert list(rows) == [(there.title, 1), (world.objective.title, 2), (second.title, 3)]
    assert Objective.objects.get(pk=past.pk).position == 1
    assert Objective.objects.get(pk=gone.pk).tribe_id == world.other_tribe.pk
    work = Initiative.objects.get(pk=world.initiative.pk)
    assert (work.tribe_id, work.answers.get().key_result_id) == (world.other_tribe.pk, world.key_result.pk)
    merged = Tribe.objects.get(pk=world.tribe.pk)
    assert merged.archived_at is not None
    assert merged.merged_into_id == world.other_tribe.pk
    assert admin.get("/o/coursive/tribes/DRV/")["Location"] == "/o/coursive/tribes/LAD/"
    assert world.objective.title in admin.get("/o/coursive/tribes/LAD/").content.decode()


def test_each_change_of_a_merge_is_in_the_history(admin, world, here):
    admin.post(f"{AT}tribes/{world.tribe.pk}/merge/", {"into": world.other_tribe.pk})
    merged = AuditEvent.objects.get(verb="merged")
    of_it = AuditEvent.objects.filter(change=merged.change)
    assert set(of_it.values_list("object_type", flat=True)) == {"objective", "initiative", "membership", "tribe"}
    audit = admin.get("/o/coursive/settings/audit/")
    assert audit.status_code == 200
    assert "Dan Admin" in audit.content.decode()


def test_seats_are_not_doubled_and_one_speaks_for_each_function(admin, world, here):
    Seat.objects.create(tribe=world.other_tribe, membership=world.bob, function="design")
    Seat.objects.create(tribe=world.other_tribe, membership=world.cpo, function="product", is_delegate=True)
    Seat.objects.create(tribe=world.tribe, membership=world.carol, function="business", is_delegate=True)
    admin.post(f"{AT}tribes/{world.tribe.pk}/merge/", {"into": world.other_tribe.pk})
    seats = Seat.objects.filter(tribe=world.other_tribe).values_list("membership", "function", "is_delegate")
    assert set(seats) == {
        (world.alice.pk, "product", False),
        (world.bob.pk, "design", False),
        (world.cpo.pk, "product", True),
        (world.carol.pk, "business", True),
    }
    assert not Seat.objects.filter(tribe=world.tribe).exists()


def test_whoever_waited_for_it_waits_for_the_other_and_nobody_for_itself(admin, world, here):
    third = Tribe.objects.create(department=world.department, name="Third", code="THR", position=3)
    waits = factories.initiative(world.quarter, third, title="Waits for both")
    own = factories.initiative(world.quarter, world.other_tribe, title="Waited for what is its own now")
    for tribe, what in ((world.tribe, "the lane"), (world.other_tribe, "the van")):
        InitiativeDependency.objects.create(initiative=waits, tribe=tribe, what=what)
    InitiativeDependency.objects.create(initiative=own, tribe=world.tribe)
    InitiativeDependency.objects.create(initiative=world.initiative, tribe=world.other_tribe)
    InitiativeDependency.objects.create(initiative=world.initiative, tribe=third, what="help")
    admin.post(f"{AT}tribes/{world.tribe.pk}/merge/", {"into": world.other_tribe.pk})
    rows = InitiativeDependency.objects.values_list("initiative", "tribe", "what")
    assert set(rows) == {(waits.pk, world.other_tribe.pk, "the lane"), (world.initiative.pk, third.pk, "help")}


def test_invitations_follow_and_earlier_addresses_lead_on(admin, world, here):
    third = Tribe.objects.create(department=world.department, name="Third", code="THR", position=3)
    sent = {"emails": "new@example.org", "roles": ["member"], "tribe": third.pk, "function": "tech", "language": "en"}
    admin.post("/o/coursive/settings/people/invite/", sent)
    admin.post(f"{AT}tribes/{third.pk}/merge/", {"into": world.tribe.pk})
    assert Invitation.objects.get().tribe_id == world.tribe.pk
    admin.post(f"{AT}tribes/{world.tribe.pk}/merge/", {"into": world.other_tribe.pk})
    assert Invitation.objects.get().tribe_id == world.other_tribe.pk
    assert admin.get("/o/coursive/tribes/THR/")["Location"] == "/o/coursive/tribes/LAD/"


def test_a_tribe_merges_neither_into_itself_nor_into_what_is_archived(admin, world, here):
    archived = Tribe.objects.create(department=world.department, name="Old", code="OLD", archived_at=timezone.now())
    for into in (world.tribe.pk, archived.pk, "", "x"):
        answer = admin.post(f"{AT}tribes/{world.tribe.pk}/merge/", {"into": into})
        assert "into" in answer.context["form"].errors
    answer = admin.post(f"{AT}tribes/{archived.pk}/merge/", {"into": world.tribe.pk})
    assert answer.context["form"].errors["into"] == ["Old is archived."]
    assert codes() == ["DRV", "LAD"]


def test_a_merge_of_many_things_stays_affordable(world, here, django_assert_max_num_queries):
    for number in range(2, 12):
        objective = factories.tribe_objective(world.quarter, world.tribe, position=number)
        factories.initiative(world.quarter, world.tribe, factories.key_result(objective), position=number)
    with django_assert_max_num_queries(600):
        merge_tribe(world.tribe, world.other_tribe, by=Actor(world.dan))
    assert KeyResult.objects.filter(objective__tribe=world.other_tribe).count() == 11
    assert InitiativeKeyResult.objects.filter(initiative__tribe=world.other_tribe).count() == 11


# ── Departments ──


def test_a_department_with_its_committee(admin, world, here):
    admin.post(f"{AT}departments/new/", {"name": "Marketing", "committee": "CoDir Marketing"})
    made = Department.objects.get(name="Marketing")
    assert (made.position, made.committee.name) == (2, "CoDir Marketing")
    url = f"{AT}departments/{made.pk}/"
    sent = {"name": "Marketing & brand", "committee": "CoDir M", "member_0": world.sam.pk, "sponsor_0": "on",
            "member_1": world.codir.pk, "revision": made.revision}  # fmt: skip
    assert admin.post(url, sent).status_code == 302
    seats = CommitteeSeat.objects.filter(committee__department=made).values_list("membership", "is_sponsor")
    assert set(seats) == {(world.sam.pk, True), (world.codir.pk, False)}
    undo_latest(admin)
    made = Department.objects.get(pk=made.pk)
    assert (made.name, made.committee.name) == ("Marketing", "CoDir Marketing")
    assert not made.committee.members.exists()


@pytest.mark.parametrize(
    ("sent", "field", "said"),
    [
        ({"name": ""}, "name", "This field is required."),
        ({"name": "e-COMMERCE"}, "name", "Another department has this name."),
        ({"name": "old"}, "name", "An archived department has this name."),
        ({"committee": "c" * 81}, "committee", "at most 80"),
        ({"committee": ""}, "committee", "Name the committee, or take its members off."),
        ({"member_1": "SAM"}, "member_1", "Sam Sponsor is on the list twice."),
        ({"member_1": "999999"}, "member_1", "Select a valid choice."),
    ],
)
def test_what_is_wrong_with_a_department_is_said_beside_its_field(sent, field, said, admin, world, here):
    Department.objects.create(name="Old", archived_at=timezone.now())
    made = Department.objects.create(name="Marketing", position=2)
    Committee.objects.create(department=made, name="CoDir Marketing")
    good = {"name": "Marketing", "committee": "CoDir Marketing", "member_0": world.sam.pk}
    people = {"SAM": world.sam.pk}
    answer = admin.post(f"{AT}departments/{made.pk}/", good | {k: people.get(v, v) for k, v in sent.items()})
    assert answer.status_code == 422
    assert said in answer.context["form"].errors[field][0]
    assert not CommitteeSeat.objects.filter(committee__department=made).exists()


def test_two_who_change_a_committee_at_once_see_both_versions(admin, world, here):
    url = f"{AT}departments/{world.department.pk}/"
    sent = {"name": "E-commerce", "committee": "CoDir E-commerce", "member_0": world.sam.pk, "sponsor_0": "on",
            "revision": 1}  # fmt: skip
    assert admin.post(url, sent | {"member_1": world.codir.pk}).status_code == 302
    answer = admin.post(url, sent | {"member_1": world.cpo.pk})
    assert answer.status_code == 409
    page = answer.content.decode()
    assert "Cody Dir" in page
    assert "Paul Cpo" in page
    members = Committee.objects.get(department=world.department).members
    assert set(members.values_list("pk", flat=True)) == {world.sam.pk, world.codir.pk}


def test_a_department_is_archived_only_when_it_is_empty(admin, world, here):
    page = admin.post(f"{AT}departments/{world.department.pk}/archive/", follow=True).content.decode()
    assert "These belong to it: Drive, Home delivery." in page
    other = Department.objects.create(name="Marketing", position=2)
    Tribe.objects.update(department=other)
    page = admin.post(f"{AT}departments/{world.department.pk}/archive/", follow=True).content.decode()
    assert "It holds 1 strategic objective of years that are not over." in page
    assert Department.objects.get(pk=world.department.pk).archived_at is None
    Objective.objects.filter(department=world.department).update(archived_at=timezone.now())
    admin.post(f"{AT}departments/{world.department.pk}/archive/")
    assert Department.objects.get(pk=world.department.pk).archived_at is not None
    admin.post(f"{AT}departments/{world.department.pk}/restore/")
    assert Department.objects.get(pk=world.department.pk).archived_at is None


def test_undoing_a_new_department_does_not_take_its_tribes_out_of_sight(admin, world, here):
    admin.post(f"{AT}departments/new/", {"name": "Marketing"})
    change = AuditEvent.objects.get(verb="created", object_label="Marketing").change
    Tribe.objects.filter(pk=world.tribe.pk).update(department=Department.objects.get(name="Marketing"))
    page = admin.post(f"/o/coursive/undo/{change}/", follow=True).content.decode()
    assert "These belong to it: Drive." in page
    assert Department.objects.get(name="Marketing").archived_at is None


def test_a_tribe_returns_only_to_a_live_department(admin, world, here):
    old = Department.objects.create(name="Old", archived_at=timezone.now())
    tribe = Tribe.objects.create(department=old, name="Sleeping", code="SLP", archived_at=timezone.now())
    page = admin.post(f"{AT}tribes/{tribe.pk}/restore/", follow=True).content.decode()
    assert "Old is archived: restore the department first." in page
    assert Tribe.objects.get(pk=tribe.pk).archived_at is not None


def test_departments_merge_with_tribes_objectives_and_committee(admin, world, here):
    other = Department.objects.create(name="Marketing", position=2)
    committee = Committee.objects.create(department=other, name="CoDir Marketing")
    CommitteeSeat.objects.create(committee=committee, membership=world.sam)
    CommitteeSeat.objects.create(committee=committee, membership=world.codir)
    page = admin.get(f"{AT}departments/{world.department.pk}/merge/").content.decode()
    assert "1 strategic objective" in page
    assert "Drive, Home delivery" in page
    admin.post(f"{AT}departments/{world.department.pk}/merge/", {"into": other.pk})
    assert set(Tribe.objects.values_list("department", flat=True)) == {other.pk}
    assert Objective.objects.get(pk=world.strategic.pk).department_id == other.pk
    seats = CommitteeSeat.objects.filter(committee=committee).values_list("membership", "is_sponsor")
    assert set(seats) == {(world.sam.pk, True), (world.codir.pk, False)}
    assert Committee.objects.get().name == "CoDir Marketing"
    assert Department.objects.get(pk=world.department.pk).archived_at is not None


def test_a_merged_department_says_where_it_went_until_it_is_restored(admin, world, here):
    first, other = world.department, Department.objects.create(name="Marketing", position=2)
    third = Department.objects.create(name="Retail", position=3)
    admin.post(f"{AT}departments/{first.pk}/merge/", {"into": other.pk})
    admin.post(f"{AT}departments/{other.pk}/merge/", {"into": third.pk})

    def told():
        rows = Caller(world.carol).rows("departments/")
        return {row["id"]: (row["archived"], row["merged_into"]) for row in rows}

    assert told() == {first.pk: (True, third.pk), other.pk: (True, third.pk), third.pk: (False, None)}
    admin.post(f"{AT}departments/{first.pk}/restore/")
    assert told()[first.pk] == (False, None)


def test_another_organizations_structure_is_out_of_reach(admin, world, here):
    other = factories.world("other")
    for path in (f"tribes/{other.tribe.pk}/", f"departments/{other.department.pk}/"):
        assert admin.get(f"{AT}{path}").status_code == 404
    answer = admin.post(f"{AT}tribes/{world.tribe.pk}/merge/", {"into": other.tribe.pk})
    assert "into" in answer.context["form"].errors
    answer = admin.post(f"{AT}tribes/{world.tribe.pk}/", tribe_form(world, lead=other.bob.pk))
    assert "lead" in answer.context["form"].errors
    assert Membership.objects.filter(pk=other.bob.pk).first() is None


def test_what_somebody_archived_meanwhile_is_not_moved(admin, world, here):
    other = Department.objects.create(name="Marketing", position=2)
    for url, thing in (("tribes", world.other_tribe), ("departments", other)):
        admin.post(f"{AT}{url}/{thing.pk}/archive/")
        page = admin.post(f"{AT}{url}/{thing.pk}/move/", {"position": 1}, follow=True).content.decode()
        assert "It was archived meanwhile. Restore it first." in page
    for model in (Tribe, Department):
        positions = model.objects.filter(archived_at=None).order_by("position").values_list("position", flat=True)
        assert list(positions) == list(range(1, len(positions) + 1))


def test_a_tribe_is_not_created_below_what_was_archived_meanwhile(world, here):
    department = Department.objects.create(name="Marketing", position=2)
    Department.objects.filter(pk=department.pk).update(archived_at=timezone.now())
    with pytest.raises(RuleBroken, match="This department is archived"):
        create_tribe(by=Actor(world.dan), department=department, name="Checkout", code="CHK")
    lead = Membership.objects.select_related("user").get(pk=world.bob.pk)
    Membership.objects.filter(pk=lead.pk).update(ended_at=timezone.now())
    with pytest.raises(RuleBroken, match="has left"):
        create_tribe(by=Actor(world.dan), department=world.department, name="Checkout", code="CHK", lead=lead)
