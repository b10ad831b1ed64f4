"""From signing up to the first objective: each step as somebody takes it, skipped, resumed, refused."""

import re

import pytest
import time_machine

from okr.models import Objective, Quarter, Year
from orgs import tenancy
from orgs.actions.organizations import ADMINISTERED_AT_MOST
from orgs.models import AuditEvent, Committee, Department, Membership, Organization, Role, Tribe
from orgs.tribe_lines import parse, propose
from tests import factories
from tests.factories import TODAY

pytestmark = pytest.mark.django_db
NEW = "/organizations/new/"
STEPS = "/o/nova/first-steps/"
GOOD = {"name": "Nova", "slug": "nova", "language": "fr", "time_zone": "Europe/Paris", "currency": "EUR"}


@pytest.fixture(autouse=True)
def on_the_day():
    with time_machine.travel(f"{TODAY} 10:00", tick=True):
        yield


@pytest.fixture
def nina(client):
    person = factories.user("Nina New", language="en")
    client.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
    return client


@pytest.fixture
def nova(nina):
    nina.post(NEW, GOOD)
    return Organization.objects.get(slug="nova")


def inside(org):
    return tenancy.tenant(org.pk)


# ── The organization ─────────────────────────────────────────────────────────


def test_whoever_creates_an_organization_administers_it(nina):
    answer = nina.post(NEW, GOOD, follow=True)
    assert [url for url, _status in answer.redirect_chain] == [f"{STEPS}departments/"]
    org = Organization.objects.get()
    assert (org.name, org.language, org.tribe_label_plural) == ("Nova", "fr", "Tribus")
    with inside(org):
        assert Membership.objects.get().roles == [Role.ADMINISTRATOR]
        event = AuditEvent.objects.get()
        assert (event.verb, event.actor_name, event.via) == ("organization_created", "Nina New", "page")
    assert nina.get("/")["Location"] == "/o/nova/"


def test_the_steps_speak_of_teams_as_the_organization_does(nina, nova):
    Organization.objects.filter(pk=nova.pk).update(tribe_label="Squad", tribe_label_plural="Squads")
    assert "its Squads carry them" in nina.get(f"{STEPS}departments/").content.decode()
    assert "the Squads work by the quarter" in nina.get(f"{STEPS}year/").content.decode()


@pytest.mark.parametrize(
    ("field", "typed", "message"),
    [
        ("name", "", "required"),
        ("name", "N" * 81, "80"),
        ("slug", "", "required"),
        ("slug", "Not a slug", "Small letters"),
        ("slug", "taken", "This address is taken"),
        ("slug", "-nova", "Small letters"),
        ("language", "xx", "valid choice"),
        ("time_zone", "Mars/Olympus", "valid choice"),
        ("currency", "XXX", "valid choice"),
    ],
)
def test_what_cannot_be_is_refused_beside_its_field(nina, field, typed, message):
    factories.organization("taken")
    answer = nina.post(NEW, {**GOOD, field: typed})
    assert answer.status_code == 422
    assert list(answer.context["form"].errors) == [field]
    assert message in answer.context["form"].errors[field][0]
    assert Organization.objects.count() == 1


def test_the_address_is_proposed_from_the_name_until_one_is_typed(nina):
    factories.organization("ecole-et-cie")

    def part(**query):
        return nina.get(NEW, query, headers={"HX-Request": "true"}).content.decode()

    first = part(name="École & Cie", slug="", proposed="")
    assert 'value="ecole-cie"' in first
    assert "/o/ecole-cie/ is free" in first
    assert "<html" not in first
    assert 'value="ecole-et-cie-2"' in part(name="École et Cie", slug="ecole-cie", proposed="ecole-cie")
    own = part(name="École et Cie", slug="mine", proposed="ecole-cie")
    assert 'value="mine"' in own
    assert "/o/mine/ is free" in own
    assert "This address is taken" in part(name="École", slug="ecole-et-cie", proposed="ecole")
    assert "is free" not in part(name="東京", slug="", proposed="")


def test_somebody_may_administer_so_many_and_no_more(nina):
    for number in range(ADMINISTERED_AT_MOST):
        assert nina.post(NEW, {**GOOD, "slug": f"nova-{number}"}).status_code == 302
    answer = nina.post(NEW, GOOD)
    assert answer.status_code == 422
    assert "that is the limit" in answer.content.decode()


def test_a_visitor_signs_in_first(client, db):
    assert client.get(NEW)["Location"].startswith("/accounts/login/")


# ── The steps ────────────────────────────────────────────────────────────────


def test_the_whole_path(nina, nova):
    answer = nina.post(f"{STEPS}departments/", {"names": "E-commerce\n\n  Marketing  opérationnel \nE-commerce"})
    assert answer["Location"] == f"{STEPS}tribes/"
    with inside(nova):
        assert list(Department.objects.values_list("name", flat=True)) == ["E-commerce", "Marketing opérationnel"]
        assert Committee.objects.count() == 2
    preview = nina.post(f"{STEPS}tribes/", {"text": "code;nom\nDRV;Drive\nLAD\tLivraison à domicile\nFidélité"})
    page = preview.content.decode()
    assert preview.status_code == 200
    assert "3 ready" in page
    assert 'value="FID"' in page  # proposed
    with inside(nova):
        assert not Tribe.objects.exists()
        department = Department.objects.first()
    sent = {
        name: field.value() for name, field in ((n, preview.context["form"][n]) for n in preview.context["form"].fields)
    }
    answer = nina.post(f"{STEPS}tribes/", {**sent, "act": "create", "department": department.pk})
    assert answer["Location"] == f"{STEPS}year/"
    with inside(nova):
        assert list(Tribe.objects.values_list("code", "name")) == [
            ("DRV", "Drive"),
            ("LAD", "Livraison à domicile"),
            ("FID", "Fidélité"),
        ]
        assert AuditEvent.objects.filter(object_type="tribe").values("change").distinct().count() == 1
    form = nina.get(f"{STEPS}year/").context["form"]
    assert (form["number"].value(), form["open_quarter"].value()) == (2026, 2)
    answer = nina.post(f"{STEPS}year/", {name: form[name].value() for name in form.fields})
    assert answer["Location"] == f"{STEPS}objective/"
    with inside(nova):
        assert Year.objects.get().state == "open"
        assert list(Quarter.objects.values_list("number", "state")) == [
            (1, "draft"),
            (2, "open"),
            (3, "draft"),
            (4, "draft"),
        ]
    page = nina.get(f"{STEPS}objective/").content.decode()
    assert "Where is everybody heading this year?" in page
    write = re.search(r'href="(\S+)">Write it', page).group(1)
    assert nina.get(write).status_code == 200
    with inside(nova):
        factories.strategic_objective(Year.objects.get(), Department.objects.first())
        assert Objective.objects.count() == 1
    assert "first-steps" not in nina.get("/o/nova/").content.decode()


def test_each_step_can_be_skipped_and_taken_up_again(nina, nova):
    page = nina.get(f"{STEPS}departments/").content.decode()
    assert f'href="{STEPS}tribes/">Skip for now' in page
    assert "It belongs to a year, and there is none yet." in nina.get(f"{STEPS}objective/").content.decode()
    page = nina.get(f"{STEPS}tribes/").content.decode()
    assert f'href="{STEPS}departments/">Name the first department' in page
    assert f'href="{STEPS}year/">Skip for now' in page
    form = nina.get(f"{STEPS}year/").context["form"]
    nina.post(f"{STEPS}year/", {name: form[name].value() for name in form.fields})
    assert f'href="{STEPS}departments/"' in nina.get("/o/nova/").content.decode()


def test_home_shows_the_next_step_until_it_is_put_away(nina, nova):
    page = nina.get("/o/nova/").content.decode()
    assert "Name the first department" in page
    nina.post(f"{STEPS}departments/", {"names": "E-commerce"})
    page = nina.get("/o/nova/").content.decode()
    assert "Create the first Tribu" in page
    answer = nina.post(f"{STEPS}hide/", follow=True)
    page = answer.content.decode()
    assert "First steps put away" in page
    assert "Create the first Tribu" not in page
    assert "Create the first Tribu" not in nina.get("/o/nova/").content.decode()
    with inside(nova):
        change = AuditEvent.objects.get(object_type="organization", change__isnull=False).change
    nina.post(f"/o/nova/undo/{change}/")
    assert "Create the first Tribu" in nina.get("/o/nova/").content.decode()


def test_home_of_an_organization_that_has_all_shows_none(client):
    world = factories.world("coursive")
    for person in (world.dan, world.alice, world.sam):
        client.force_login(person.user, backend="django.contrib.auth.backends.ModelBackend")
        assert "first-steps" not in client.get("/o/coursive/").content.decode()


def test_steps_are_shown_to_those_who_may_take_them(client, nova):
    sponsor, member = factories.member(nova, "Sam", Role.SPONSOR), factories.member(nova, "Max", Role.MEMBER)
    for person in (sponsor, member):
        client.force_login(person.user, backend="django.contrib.auth.backends.ModelBackend")
        assert "first-steps" not in client.get("/o/nova/").content.decode()
        for step in ("departments", "tribes", "year"):
            assert client.get(f"{STEPS}{step}/").status_code == 403
            assert client.post(f"{STEPS}{step}/").status_code == 403
        assert client.post(f"{STEPS}hide/").status_code == 403
    assert client.get(f"{STEPS}objective/").status_code == 403
    with inside(nova):
        department = factories.Department.objects.create(name="E-commerce")
        Tribe.objects.create(department=department, name="Drive", code="DRV")
        factories.quarter(factories.year())
        Organization.objects.filter(pk=nova.pk).update(version=99)
    client.force_login(sponsor.user, backend="django.contrib.auth.backends.ModelBackend")
    assert "Write the first strategic objective" in client.get("/o/nova/").content.decode()
    client.force_login(member.user, backend="django.contrib.auth.backends.ModelBackend")
    assert "Write the first strategic objective" not in client.get("/o/nova/").content.decode()


# ── Departments and tribes, refused ──────────────────────────────────────────


@pytest.mark.parametrize(
    ("typed", "message"),
    [
        ("", "required"),
        ("\n \n", "required"),
        ("Marketing\nE-COMMERCE", "E-COMMERCE exists already"),
        ("N" * 81, "too long"),
        ("\n".join(f"Department {n}" for n in range(21)), "At most 20"),
        ("a\x00b", "Null characters"),
    ],
)
def test_departments_that_cannot_be(nina, nova, typed, message):
    nina.post(f"{STEPS}departments/", {"names": "E-commerce"})
    answer = nina.post(f"{STEPS}departments/", {"names": typed})
    assert answer.status_code == 422
    assert message in answer.content.decode()
    with inside(nova):
        assert Department.objects.count() == 1


@pytest.fixture
def with_department(nina, nova):
    nina.post(f"{STEPS}departments/", {"names": "E-commerce"})
    return nova


def test_lines_are_corrected_in_their_row(nina, with_department):
    text = "DRV;Drive\nPRP;Préparation\nPRP;Recherche\nTOOLONG;Panier\n;Fidélité\nAPP;"
    preview = nina.post(f"{STEPS}tribes/", {"text": text})
    errors = preview.context["form"].errors
    assert errors["code-3"] == ["Used in line 2."]
    assert "code-4" in errors
    assert errors["name-6"] == ["This field is required."]
    assert preview.context["ready"] == 3
    form = preview.context["form"]
    sent = {name: form[name].value() for name in form.fields}
    answer = nina.post(f"{STEPS}tribes/", {**sent, "act": "create"})
    assert answer.status_code == 200
    page = answer.content.decode()
    assert "3 created" in page
    assert 'value="TOOLONG"' in page  # what is to correct stays, as typed
    with inside(with_department):
        assert list(Tribe.objects.values_list("code", flat=True)) == ["DRV", "PRP", "FID"]
    # The code of line 1 is taken by now, by name; then all is right.
    assert answer.context["form"].errors["code-1"] == ["Préparation has this code."]
    rest = {"code-1": "rec", "name-1": "Recherche", "code-2": "PAN", "name-2": "Panier", "code-3": "APP"}
    checked = nina.post(f"{STEPS}tribes/", {**rest, "name-3": "App mobile", "act": "check"})
    assert checked.context["ready"] == 3
    assert nina.post(f"{STEPS}tribes/", {**rest, "name-3": "App mobile", "act": "create"}).status_code == 302
    with inside(with_department):
        assert set(Tribe.objects.values_list("code", flat=True)) == {"DRV", "PRP", "FID", "REC", "PAN", "APP"}


def test_a_row_is_left_out(nina, with_department):
    """What cannot be used, and what is not wanted; a code stays a proposal until it has been looked at."""

    def sent_of(answer, **more):
        form = answer.context["form"]
        return {name: form[name].value() for name in form.fields} | more

    url = f"{STEPS}tribes/"
    preview = nina.post(url, {"text": "DRV;Drive\nTOOLONG;Panier\nFidélité\nLAD;Livraison"})
    page = preview.content.decode()
    assert 'name="leave_out" value="2" aria-label="Leave out line 2"' in page
    assert page.index('value="check" hidden') < page.index('name="leave_out"')  # so that Enter leaves nothing out
    left = nina.post(url, sent_of(preview, leave_out="2", proposed=["3"]))
    assert left.status_code == 200
    page = left.content.decode()
    assert "3 ready" in page
    assert "to correct" not in page
    assert "Code proposed" in page
    assert 'name="proposed" value="2"' in page
    left = nina.post(url, sent_of(left, leave_out="3", proposed=["2"]))
    with inside(with_department):
        assert not Tribe.objects.exists()
    assert nina.post(url, sent_of(left, act="create")).status_code == 302
    with inside(with_department):
        assert list(Tribe.objects.values_list("name", flat=True)) == ["Drive", "Fidélité"]


def test_without_any_row_one_begins_again(nina, with_department):
    answer = nina.post(f"{STEPS}tribes/", {"code-1": "DRV", "name-1": "Drive", "leave_out": "1"})
    assert answer["Location"] == f"{STEPS}tribes/"
    for value in ("2", "x", ""):  # no such row: all stay
        page = nina.post(f"{STEPS}tribes/", {"code-1": "DRV", "name-1": "Drive", "leave_out": value}).content.decode()
        assert "1 ready" in page


def test_creating_tribes_is_undone_in_one_step(nina, with_department):
    nina.post(f"{STEPS}tribes/", {"code-1": "DRV", "name-1": "Drive", "code-2": "LAD", "name-2": "Home delivery"})
    with inside(with_department):
        change = AuditEvent.objects.filter(object_type="tribe").values_list("change", flat=True).first()
    nina.post(f"/o/nova/undo/{change}/")
    with inside(with_department):
        assert not Tribe.objects.filter(archived_at=None).exists()


@pytest.mark.parametrize(
    ("sent", "message"),
    [
        ({"text": ""}, "required"),
        ({"text": "code;name"}, "Name at least one"),
        ({"text": "\n".join(f"T{n};Tribe {n}" for n in range(101))}, "At most 100 lines"),
        ({"text": "x" * 20_001}, "20000"),
        ({"code-1": "DRV", "name-1": "N" * 81}, "80"),
        ({"code-1": "<b>", "name-1": "Drive"}, "2 to 4 capitals"),
        ({"code-99999": "DRV", "name-99999": "Drive"}, "required"),
        ({}, "required"),
    ],
)
def test_tribes_that_cannot_be(nina, with_department, sent, message):
    answer = nina.post(f"{STEPS}tribes/", sent)
    assert answer.status_code == 422
    assert message in answer.content.decode()
    with inside(with_department):
        assert not Tribe.objects.exists()


def test_tribes_need_a_department(nina, nova):
    answer = nina.post(f"{STEPS}tribes/", {"code-1": "DRV", "name-1": "Drive"})
    assert answer.status_code == 422
    assert "Name a department first" in answer.content.decode()


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ("DRV;Drive", [("DRV", "Drive")]),
        ("drv\tDrive\tignored@example.org", [("DRV", "Drive")]),
        ("DRV, Drive", [("DRV", "Drive")]),
        ("Drive, click and collect", [("DCAC", "Drive, click and collect")]),
        ("Code\tTribu\nDRV\tDrive", [("DRV", "Drive")]),
        ("  \n\nDRV;  Home   delivery \r\n", [("DRV", "Home delivery")]),
        (";Drive\n;Drive", [("DRI", "Drive"), ("DRV", "Drive")]),
        ("Préparation & substitution", [("PRE", "Préparation & substitution")]),
        ("東京", [("", "東京")]),
        ("", []),
    ],
)
def test_lines_are_read_as_people_paste_them(text, lines):
    assert [(line.code, line.name) for line in parse(text)] == lines


def test_a_proposed_code_is_free():
    used = set()
    for _ in range(12):
        code = propose("Fidélité", used)
        assert code == "" or (code not in used and re.fullmatch(r"[A-Z0-9]{2,4}", code))
        used.add(code)
    assert "" not in list(used)[:8]


# ── Empty pages ──────────────────────────────────────────────────────────────


@pytest.mark.parametrize("role", list(Role), ids=str)
def test_every_page_of_a_fresh_organization_says_what_belongs_there(client, nova, role):
    person = factories.member(nova, "Somebody", role)
    client.force_login(person.user, backend="django.contrib.auth.backends.ModelBackend")
    for path in ("", "strategy/", "tribes/", "check-in/"):
        answer = client.get(f"/o/nova/{path}")
        assert answer.status_code == 200, path
        page = answer.content.decode()
        offered = re.findall(r'href="(/o/nova/(?:first-steps|settings)[^"]*)"', page.partition("<main")[2])
        if role == Role.ADMINISTRATOR and path in ("", "strategy/", "tribes/"):
            assert offered, path
        for url in offered:
            assert client.get(url, follow=True).status_code == 200, (path, url)
