"""Settings ▸ People: the list, changing a membership, ending it with all that hangs on it."""

import threading

import pytest
from django.db import connection
from django.test import Client
from django.utils import timezone

from okr.models import Initiative, KeyResult, Objective
from orgs import tenancy
from orgs.actions.api_keys import create_api_key
from orgs.actions.audit import Actor
from orgs.actions.memberships import change_membership, end_membership
from orgs.actions.undoing import undo
from orgs.models import (
    ApiKey,
    AuditEvent,
    CommitteeSeat,
    Membership,
    Notification,
    Role,
    Seat,
    Tribe,
    User,
)
from orgs.rules import RuleBroken
from tests import factories
from tests.factories import signed_in

pytestmark = pytest.mark.django_db
AT = "/o/coursive/settings/people/"


def form_of(client, url):
    """What the page's form would send as it is."""
    form = client.get(url).context["form"]
    sent = {"revision": ""}
    for name in form.fields:
        value = form[name].value()
        if value not in (None, False, ""):
            sent[name] = "on" if value is True else value
        if form.fields[name].show_hidden_initial:
            sent[form[name].html_initial_name] = value
    return sent


def names_on(page):
    return [row.member.name for row in page.context["people"].rows]


# ── The list ──


def test_it_shows_who_is_what_and_where(admin, world, here):
    page = admin.get(AT)
    rows = {row.member.name: row for row in page.context["people"].rows}
    assert list(rows) == sorted(rows)
    alice, sam = rows["Alice Owner"], rows["Sam Sponsor"]
    assert [(seat.code, seat.label, seat.is_delegate, seat.leads) for seat in alice.seats] == [
        ("DRV", "Product", True, True)
    ]
    assert alice.owned == 1
    assert sam.roles == ["Sponsor", "CoDir member"]
    assert sam.committees == ["CoDir E-commerce, sponsor"]


def test_the_last_change_is_shown_where_it_is_known(admin, world, here):
    assert {row.last for row in admin.get(AT).context["people"].rows} == {""}
    key = create_api_key("Till", ["read"], by=Actor(world.alice, AuditEvent.Via.COMMAND))[0]
    assert key.pk
    rows = {row.member.name: row.last for row in admin.get(AT).context["people"].rows}
    assert rows.pop("Alice Owner").startswith("today, ")
    assert set(rows.values()) == {""}


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("q=dupre", ["Lea Dupré"]),
        ("q=LÉA+DUPRÉ", ["Lea Dupré"]),
        ("q=head+of+product", ["Paul Cpo"]),
        ("role=observer", ["Olga Observer"]),
        ("tribe=DRV", ["Alice Owner", "Bob Colleague"]),
        ("tribe=drv&q=alice", ["Alice Owner"]),
        ("show=leads", ["Alice Owner"]),
        ("show=ended", ["Gone Person"]),
        ("q=nobody", []),
        ("role=king&tribe=NOPE&show=what&page=99&q=alice", ["Alice Owner"]),
    ],
)
def test_it_is_searched_and_filtered_by_its_address(query, found, admin, world, here):
    factories.member(world.org, "Lea Dupré")
    factories.member(world.org, "Gone Person", ended_at=timezone.now())
    page = admin.get(f"{AT}?{query}")
    assert names_on(page) == found
    if not found:
        assert "Nobody here is called “nobody”" in page.content.decode()
        assert "Show everybody" in page.content.decode()


def test_whoever_left_is_not_among_the_others(admin, world, here):
    factories.member(world.org, "Gone Person", ended_at=timezone.now())
    assert "Gone Person" not in names_on(admin.get(AT))


def test_it_comes_in_pages(admin, world, here):
    for number in range(30):
        factories.member(world.org, f"Zoe {number:02}")
    first, second = admin.get(AT), admin.get(f"{AT}?page=2")
    assert len(names_on(first)) == 25
    assert len(names_on(second)) == 14
    assert "?page=2" in first.content.decode()


def test_a_part_of_the_page_is_enough_while_searching(admin, world, here):
    part = admin.get(f"{AT}?q=alice", headers={"HX-Request": "true", "HX-Target": "people-list"}).content.decode()
    assert "Alice Owner" in part
    assert "<html" not in part


# ── Changing a membership ──


def test_roles_title_function_seats_and_committees_in_one_form(admin, world, here):
    url = f"{AT}{world.bob.pk}/"
    sent = form_of(admin, url) | {
        "roles": ["coach", "codir"],
        "title": "Developer",
        "function": "design",
        "function_0": "design",
        "tribe_1": world.other_tribe.pk,
        "function_1": "tech",
        "delegate_1": "on",
        f"committee-{world.department.pk}": "sponsor",
    }
    del sent["delegate_0"]
    assert admin.post(url, sent)["Location"] == AT
    bob = Membership.objects.get(pk=world.bob.pk)
    assert (sorted(bob.roles), bob.title, bob.function) == (["coach", "codir"], "Developer", "design")
    seats = {(seat.tribe.code, seat.function, seat.is_delegate) for seat in bob.seats.select_related("tribe")}
    assert seats == {("DRV", "design", False), ("LAD", "tech", True)}
    assert CommitteeSeat.objects.get(membership=bob).is_sponsor
    toast = admin.get(AT).content.decode()
    assert "Bob Colleague: changes saved" in toast


def test_undo_takes_all_of_it_back(admin, world, here):
    url = f"{AT}{world.bob.pk}/"
    sent = form_of(admin, url) | {"title": "Developer", f"committee-{world.department.pk}": "member"}
    del sent["tribe_0"], sent["function_0"], sent["delegate_0"]
    admin.post(url, sent)
    assert not Seat.objects.filter(membership=world.bob).exists()
    change = AuditEvent.objects.exclude(change=None).latest("pk").change
    admin.post(f"/o/coursive/undo/{change}/")
    bob = Membership.objects.get(pk=world.bob.pk)
    assert bob.title == ""
    assert bob.seats.get().is_delegate
    assert not bob.committees.exists()


def test_saving_what_nobody_changed_records_nothing(admin, world, here):
    events = AuditEvent.objects.count()
    for person in (world.alice, world.sam):
        url = f"{AT}{person.pk}/"
        assert admin.post(url, form_of(admin, url)).status_code == 302
    assert AuditEvent.objects.count() == events


@pytest.mark.parametrize(
    ("sent", "field", "said"),
    [
        ({"roles": []}, "roles", "This field is required."),
        ({"title": "t" * 81}, "title", "at most 80"),
        ({"tribe_1": "LAD"}, "function_1", "Choose the seat in Home delivery."),
        ({"tribe_1": "DRV", "function_1": "tech"}, "tribe_1", "One seat a person in Drive."),
        (
            {"tribe_0": "DRV", "function_0": "product", "delegate_0": "on"},
            "delegate_0",
            "Alice Owner speaks for Product in Drive already.",
        ),
    ],
)
def test_what_is_wrong_is_said_beside_its_field_with_the_typing_kept(sent, field, said, admin, world, here):
    url = f"{AT}{world.bob.pk}/"
    tribes = {"DRV": world.tribe.pk, "LAD": world.other_tribe.pk}
    answer = admin.post(
        url,
        form_of(admin, url)
        | {"title": "Kept"}
        | {k: tribes.get(v, v) if isinstance(v, str) else v for k, v in sent.items()},
    )
    assert answer.status_code == 422
    assert said in answer.context["form"].errors[field][0]
    assert f'id="id_{field}_error"' in answer.content.decode() or field == "roles"
    assert sent.get("title", "Kept") in answer.content.decode()
    assert Membership.objects.get(pk=world.bob.pk).title == ""


def test_two_administrators_at_once_see_both_versions(admin, world, here):
    second = factories.member(world.org, "Eve Admin", Role.ADMINISTRATOR)
    url = f"{AT}{world.bob.pk}/"
    first_form, second_form = form_of(admin, url), form_of(signed_in(second), url)
    revision = Membership.objects.get(pk=world.bob.pk).revision
    admin.post(url, first_form | {"title": "Developer", "roles": ["coach"], "revision": revision})
    answer = signed_in(second).post(url, second_form | {"title": "Architect", "revision": revision})
    assert answer.status_code == 409
    page = answer.content.decode()
    assert "Developer" in page
    assert "Architect" in page
    bob = Membership.objects.get(pk=world.bob.pk)
    assert (bob.title, bob.roles) == ("Developer", ["coach"])
    again = second_form | {"title": "Architect", "revision": bob.revision, "keep-title": "mine", "roles": ["coach"]}
    assert signed_in(second).post(url, again).status_code == 302
    assert Membership.objects.get(pk=world.bob.pk).title == "Architect"


def test_two_administrators_on_one_committee_see_both_choices(admin, world, here):
    second = signed_in(factories.member(world.org, "Eve Admin", Role.ADMINISTRATOR))
    url, name = f"{AT}{world.bob.pk}/", f"committee-{world.department.pk}"
    shown = f'<input type="hidden" name="initial-{name}"'
    assert shown in admin.get(url).content.decode()
    first_form, second_form = form_of(admin, url), form_of(second, url)
    second_form |= {"revision": world.bob.revision}
    admin.post(url, first_form | {name: "sponsor"})
    assert second.post(url, second_form | {"title": "Architect"}).status_code == 302
    assert CommitteeSeat.objects.get(membership=world.bob).is_sponsor  # Eve did not touch it
    answer = second.post(url, second_form | {"title": "Architect", "function": "design", name: "member"})
    assert answer.status_code == 409
    page = answer.content.decode()
    assert "Dan Admin changed this meanwhile." in page
    assert "Sponsor" in page[page.index(f'name="keep-{name}" value="theirs"') :][:300]
    assert f'{shown} value="sponsor"' in page
    bob = Membership.objects.get(pk=world.bob.pk)
    assert f'name="revision" value="{world.bob.revision}"' in page  # the rest of the form is as old as it was
    assert bob.function == "tech"  # nothing is saved yet
    again = second_form | {
        "decided_at": bob.revision,
        "title": "Architect",
        name: "member",
        f"initial-{name}": "sponsor",
    }
    assert second.post(url, again | {f"keep-{name}": "theirs"}).status_code == 302
    assert CommitteeSeat.objects.get(membership=world.bob).is_sponsor
    assert second.post(url, again | {f"keep-{name}": "mine"}).status_code == 302
    assert not CommitteeSeat.objects.get(membership=world.bob).is_sponsor


def test_the_account_belongs_to_the_person(admin, world, here):
    """No form of an administrator reaches name, address or password, whatever is sent."""
    url = f"{AT}{world.bob.pk}/"
    before = User.objects.filter(pk=world.bob.user_id).values().get()
    admin.post(url, form_of(admin, url) | {"name": "Eve", "email": "eve@example.org", "password": "taken over"})
    assert User.objects.filter(pk=world.bob.user_id).values().get() == before


def test_another_organizations_people_and_tribes_are_out_of_reach(admin, world, here):
    other = factories.world("other")
    assert admin.get(f"{AT}{other.bob.pk}/").status_code == 404
    assert admin.post(f"{AT}{other.bob.pk}/end/").status_code == 404
    url = f"{AT}{world.bob.pk}/"
    answer = admin.post(url, form_of(admin, url) | {"tribe_1": other.tribe.pk, "function_1": "tech"})
    assert "tribe_1" in answer.context["form"].errors


def test_seats_in_archived_tribes_stay_as_they_are(admin, world, here):
    Seat.objects.create(tribe=world.other_tribe, membership=world.bob, function="tech")
    Tribe.objects.filter(pk=world.other_tribe.pk).update(archived_at=timezone.now())
    url = f"{AT}{world.bob.pk}/"
    admin.post(url, form_of(admin, url) | {"title": "Developer"})
    assert Seat.objects.filter(membership=world.bob).count() == 2


# ── The last administrator ──


def test_the_last_administrator_stays_one(admin, world, here):
    url = f"{AT}{world.dan.pk}/"
    answer = admin.post(url, form_of(admin, url) | {"roles": ["member"]})
    assert answer.status_code == 422
    assert answer.context["form"].errors["roles"] == [
        "Dan Admin is the last administrator. Make somebody else one first."
    ]
    for page in (url, f"{url}end/"):  # said before, without the button
        before = admin.get(page).content.decode()
        assert "Dan Admin is the last administrator." in before
        assert "End the membership…" not in before
        assert "btn danger" not in before
    answer = admin.post(f"{url}end/")
    assert answer.status_code == 422
    assert "Dan Admin is the last administrator." in answer.content.decode()
    assert Membership.objects.get(pk=world.dan.pk).ended_at is None


def test_a_blocked_or_former_administrator_does_not_count(admin, world, here):
    blocked = factories.member(world.org, "Blocked", Role.ADMINISTRATOR)
    User.objects.filter(pk=blocked.user_id).update(is_active=False)
    factories.member(world.org, "Former", Role.ADMINISTRATOR, ended_at=timezone.now())
    url = f"{AT}{world.dan.pk}/"
    assert admin.post(url, form_of(admin, url) | {"roles": ["member"]}).status_code == 422


def test_with_a_second_one_the_role_can_be_laid_down(admin, world, here):
    factories.member(world.org, "Eve Admin", Role.ADMINISTRATOR)
    url = f"{AT}{world.dan.pk}/"
    answer = admin.post(url, form_of(admin, url) | {"roles": ["member"]})
    assert answer["Location"] == "/o/coursive/"
    assert admin.get(AT).status_code == 403


def test_undo_does_not_take_the_last_administrator_away(world, here):
    eve = factories.member(world.org, "Eve Member", Role.MEMBER)
    dan = Actor(world.dan)
    _changed, made = change_membership(eve, {"roles": ["administrator"]}, by=dan)
    eve.refresh_from_db()
    change_membership(world.dan, {"roles": ["member"]}, by=Actor(eve))
    with pytest.raises(RuleBroken, match="Eve Member is the last administrator"):
        undo(made.id, by=Actor(eve))


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("act", ["change", "end"])
def test_two_administrators_who_remove_each_other_at_once_leave_one(act, world):
    eve = factories.member(world.org, "Eve Admin", Role.ADMINISTRATOR)
    barrier, refusals = threading.Barrier(2), []

    def remove(by, whom):
        try:
            with tenancy.tenant(world.org.pk):
                actor = Actor(Membership.objects.select_related("org", "user").get(pk=by.pk))
                barrier.wait(timeout=10)
                if act == "change":
                    change_membership(whom, {"roles": ["member"]}, by=actor)
                else:
                    end_membership(whom, {}, by=actor)
        except RuleBroken as broken:
            refusals.append(broken.field)
        finally:
            connection.close()

    pairs = [(world.dan, eve), (eve, world.dan)]
    threads = [threading.Thread(target=remove, args=pair) for pair in pairs]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=30)
    assert refusals == ["roles"]
    with tenancy.tenant(world.org.pk):
        left = [m for m in Membership.objects.active() if m.has_role(Role.ADMINISTRATOR)]
    assert len(left) == 1


# ── Leaving ──


def heirs_of(client, url, **choices):
    return form_of(client, url) | choices


def test_leaving_asks_who_takes_over_each_thing(admin, world, here):
    page = admin.get(f"{AT}{world.alice.pk}/end/").content.decode()
    for title in (world.tribe.name, world.key_result.title, world.objective.title):
        assert title in page
    answer = admin.post(f"{AT}{world.alice.pk}/end/", {f"to-key_result-{world.key_result.pk}": world.bob.pk})
    assert answer.status_code == 422
    errors = answer.context["form"].errors
    assert set(errors) == {f"to-tribe-{world.tribe.pk}", f"to-objective-{world.objective.pk}"}
    assert f'<option value="{world.bob.pk}" selected>' in answer.content.decode()
    assert Membership.objects.get(pk=world.alice.pk).ended_at is None
    assert KeyResult.objects.get(pk=world.key_result.pk).owner_id == world.alice.pk


def test_one_for_everything_and_exceptions(admin, world, here):
    sent = {"everything": world.bob.pk, f"to-objective-{world.objective.pk}": "nobody"}
    answer = admin.post(f"{AT}{world.alice.pk}/end/", sent)
    assert answer["Location"] == AT
    assert KeyResult.objects.get(pk=world.key_result.pk).owner_id == world.bob.pk
    assert Tribe.objects.get(pk=world.tribe.pk).lead_id == world.bob.pk
    assert Objective.objects.get(pk=world.objective.pk).owner_id is None
    told = Notification.objects.filter(recipient=world.bob, kind="handover")
    assert {notice.about for notice in told} == {world.key_result.title, world.tribe.name}
    alice = Membership.objects.get(pk=world.alice.pk)
    assert alice.ended_at is not None
    assert not alice.seats.exists()


def test_access_and_keys_end_at_once_and_the_name_stays(admin, world, here):
    client = signed_in(world.alice)
    _key, secret = create_api_key("Mine", ["read"], by=Actor(world.alice, AuditEvent.Via.COMMAND))
    bearer = {"Authorization": f"Bearer {secret}"}
    page = f"/o/coursive/key-results/{world.key_result.pk}/"
    assert client.get(page).status_code == 200
    assert Client().get("/api/v1/key-results/", headers=bearer).status_code == 200
    admin.post(f"{AT}{world.alice.pk}/end/", {"everything": "nobody"})
    assert client.get(page).status_code == 404
    assert Client().get("/api/v1/key-results/", headers=bearer).status_code == 401
    assert ApiKey.objects.get(name="Mine").revoked_at is not None
    assert "Alice Owner" in admin.get(page).content.decode()  # who checked in


def test_somebody_of_a_closed_quarter_keeps_their_name_there(admin, world, here):
    type(world.quarter).objects.filter(pk=world.quarter.pk).update(state="closed")
    Tribe.objects.filter(pk=world.tribe.pk).update(lead=None)
    page = admin.get(f"{AT}{world.alice.pk}/end/").content.decode()
    assert "there is nothing to hand over" in page
    admin.post(f"{AT}{world.alice.pk}/end/")
    assert KeyResult.objects.get(pk=world.key_result.pk).owner_id == world.alice.pk


def test_undo_gives_everything_back(admin, world, here):
    admin.post(f"{AT}{world.alice.pk}/end/", {"everything": world.bob.pk})
    change = AuditEvent.objects.get(verb="ended").change
    assert admin.post(f"/o/coursive/undo/{change}/").status_code == 302
    alice = Membership.objects.get(pk=world.alice.pk)
    assert (alice.ended_at, alice.seats.get().is_delegate) == (None, True)
    assert KeyResult.objects.get(pk=world.key_result.pk).owner_id == alice.pk
    assert Tribe.objects.get(pk=world.tribe.pk).lead_id == alice.pk


def test_initiatives_and_committees_too(admin, world, here):
    admin.post(f"{AT}{world.bob.pk}/end/", {"everything": world.alice.pk})
    assert Initiative.objects.get(pk=world.initiative.pk).owner_id == world.alice.pk
    admin.post(f"{AT}{world.sam.pk}/end/", {"everything": "nobody"})
    assert not CommitteeSeat.objects.filter(membership=world.sam).exists()


def test_nothing_passes_to_whoever_leaves_or_has_left(admin, world, here):
    gone = factories.member(world.org, "Gone", ended_at=timezone.now())
    for heir in (world.alice.pk, gone.pk, 999_999, "x"):
        answer = admin.post(f"{AT}{world.alice.pk}/end/", {"everything": heir})
        assert "everything" in answer.context["form"].errors
    key = f"key_result-{world.key_result.pk}"
    others = {f"tribe-{world.tribe.pk}": None, f"objective-{world.objective.pk}": None}
    with pytest.raises(RuleBroken) as refused:
        end_membership(world.alice, {**others, key: gone}, by=Actor(world.dan))
    assert refused.value.field == f"to-{key}"
    assert KeyResult.objects.get(pk=world.key_result.pk).owner_id == world.alice.pk


def test_what_came_in_between_is_asked_for(world, here):
    """The form was open while a key result was given to the person."""
    with pytest.raises(RuleBroken) as refused:
        end_membership(world.bob, {}, by=Actor(world.dan))
    assert refused.value.field == f"to-initiative-{world.initiative.pk}"
    assert Membership.objects.get(pk=world.bob.pk).ended_at is None


def test_back_again(admin, world, here):
    admin.post(f"{AT}{world.olga.pk}/end/")
    page = admin.get(f"{AT}{world.olga.pk}/").content.decode()
    assert "This membership has ended" in page
    assert admin.post(f"{AT}{world.olga.pk}/", {"roles": ["coach"]}).status_code == 422
    admin.post(f"{AT}{world.olga.pk}/reactivate/")
    assert signed_in(world.olga).get("/o/coursive/").status_code == 200
    assert Membership.objects.get(pk=world.olga.pk).roles == ["observer"]


def test_who_cannot_come_back_is_told_why(admin, world, here):
    gone = factories.member(world.org, "Gone Person", ended_at=timezone.now(), function="formerly")
    answer = admin.post(f"{AT}{gone.pk}/reactivate/", follow=True)
    assert answer.redirect_chain == [(f"{AT}{gone.pk}/", 302)]
    page = answer.content.decode()
    assert "is not a valid choice" in page
    assert "Gone Person is back" not in page
    assert Membership.objects.get(pk=gone.pk).ended_at is not None


def test_only_administrators_get_here(world, here):
    for person in (world.alice, world.carol, world.coach, world.sam):
        client = signed_in(person)
        for path in (AT, f"{AT}invite/", f"{AT}{world.bob.pk}/", f"{AT}{world.bob.pk}/end/"):
            assert client.get(path).status_code == 403
        assert "Administration" not in client.get("/o/coursive/").content.decode()


def test_administration_stands_in_the_rail_and_in_the_menu_of_a_phone(world, here):
    """For whoever may open a page of it; there it is marked as the place where one is."""
    page = signed_in(world.dan).get("/o/coursive/").content.decode()
    rail, menu = page[page.index('class="rail"') : page.index("</nav>")], page[page.index('id="more"') :]
    for part in (rail, menu):
        assert f'href="{AT}"' in part
        assert "Administration" in part
        assert 'aria-current="true"' not in part
    page = signed_in(world.dan).get("/o/coursive/settings/audit/").content.decode()
    assert f'<a href="{AT}" aria-current="true">' in page[: page.index("</nav>")]
    assert f'<li><a href="{AT}">Administration</a></li>' in page  # in the path above the page


def test_saving_keeps_however_many_seats(admin, world, here):
    for number in range(32):
        tribe = Tribe.objects.create(department=world.department, code=f"T{number}", name=f"T{number}", position=9)
        Seat.objects.create(membership=world.olga, tribe=tribe, function="tech")
    url = f"{AT}{world.olga.pk}/"
    assert admin.post(url, {**form_of(admin, url), "title": "Architect"}).status_code == 302
    assert Seat.objects.filter(membership=world.olga).count() == 32
    world.olga.refresh_from_db()
    assert world.olga.title == "Architect"
