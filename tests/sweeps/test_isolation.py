"""Every URL and every method, as a stranger and as a colleague, under both organizations' addresses.

Alice and Dan belong to `ours`; Dan of `theirs` is the stranger. The positive control makes sure that the doors which
stay shut for a stranger do open for a colleague: a sweep of 404s alone would prove nothing.
"""

import re

import pytest

from orgs import tenancy
from orgs.models import Membership, Role
from tests.factories import PASSWORD
from tests.sweeps import routes

pytestmark = pytest.mark.django_db

# Routes outside organizations, each with the reason why no tenant is involved.
OUTSIDE = {
    "start": "chooses between the person's own organizations",
    "organizations": "lists the person's own organizations",
    "organization_new": "begins one of the person's own",
    "profile": "the person's own",
    "demo_sign_in": "signs a demo persona in, in demo mode only",
    **dict.fromkeys(
        ("mailbox", "mailbox_mail", "mailbox_html", "mailbox_file"),
        "everybody's mail, only where MAILBOX says so: never in production (tests/orgs/test_mailbox.py)",
    ),
    "set_theme": "this browser's preference",
    "set_language": "the person's own preference",
    "invitation": "a link of a mail; tells a stranger the organization's name alone (tests/orgs/test_invitations.py)",
    "check_in_by_link": "a signed link of a mail; one's own check-in form alone (tests/reminders/test_by_link.py)",
    "workshop_door": "a link that shows a workshop's title to whoever has it (tests/workshops/test_door.py)",
    "workshop_pair": "asks for a code that whoever leads sees (tests/workshops/test_wall.py)",
    "healthz": "for the load balancer; says nothing of anybody",
    "offline": "static",
    "service_worker": "static",
}
PERSONAL = {"inbox_open", "inbox_read", "inbox_answer"}  # a notice is its recipient's alone
OUTSIDE_PREFIXES = {
    "accounts/": "django-allauth: one's own account",
    "operators/": "Django's admin, staff only (test_operators)",
    "api/v1/": "organization-bound keys (tests/okr/test_api_isolation.py)",
}


def test_no_route_is_unknown():
    unknown = [
        route
        for route in routes.all_routes()
        if route.name not in routes.ORG_ROUTES
        and route.name not in OUTSIDE
        and not route.pattern.startswith(tuple(OUTSIDE_PREFIXES))
    ]
    assert unknown == []
    assert set(routes.org_routes()) == set(routes.ORG_ROUTES)


@pytest.mark.parametrize("name", sorted(routes.ORG_ROUTES))
def test_a_stranger_finds_nothing_by_any_method(name, ours, theirs, signed_in):
    with tenancy.tenant(theirs.org.pk):
        Membership.objects.filter(pk=theirs.dan.pk).update(roles=list(Role))  # no door stays shut for want of a role
    stranger = signed_in(theirs.dan)
    with tenancy.tenant(ours.org.pk):
        at_ours = routes.address(name, "ours", ours)
        our_ids_at_theirs = routes.address(name, "theirs", ours)
    with tenancy.tenant(theirs.org.pk):
        own = routes.address(name, "theirs", theirs)
    for method in routes.METHODS:
        assert stranger.generic(method, at_ours).status_code == 404, (method, at_ours)
        if our_ids_at_theirs != own:
            answer = stranger.generic(method, our_ids_at_theirs)
            assert answer.status_code in (404, 405), (method, our_ids_at_theirs)


@pytest.mark.parametrize("name", sorted(routes.ORG_ROUTES))
def test_a_colleague_gets_in_by_the_same_door(name, ours, theirs, signed_in):
    """The positive control, from the same set-up; and the organization next door stays shut for the colleague too."""
    with tenancy.tenant(ours.org.pk):
        at_ours = routes.address(name, "ours", ours)
        at_theirs = routes.address(name, "theirs", ours)
    answers = {}
    for person in (ours.alice, ours.carol, ours.dan):
        colleague = signed_in(person)
        for method in ("GET", "POST"):
            answers[person.name, method] = colleague.generic(method, at_ours).status_code
        assert colleague.get(at_theirs).status_code == 404
        assert colleague.post(at_theirs).status_code == 404
    # The evidence of this world has no file, the organization no logo.
    expected = {404} if name in ("evidence_file", "organization_logo") else {200, 302, 409, 422}
    assert expected & set(answers.values()), answers
    # For whoever comes second, and for others.
    gone = {404} if name.endswith(("_archive", "_to_initiative", "_note_remove")) or name in PERSONAL else set()
    assert set(answers.values()) <= expected | {403, 405} | gone, answers


@pytest.mark.parametrize("name", sorted(routes.ORG_ROUTES))
def test_a_visitor_is_asked_to_sign_in(name, ours, signed_in):
    with tenancy.tenant(ours.org.pk):
        at_ours = routes.address(name, "ours", ours)
    visitor = signed_in()
    for method in routes.METHODS:
        answer = visitor.generic(method, at_ours)
        assert answer.status_code == 302, method
        assert answer["Location"].startswith("/accounts/login/?next=/o/ours/")
    part = visitor.get(at_ours, headers={"HX-Request": "true", "HX-Current-URL": f"http://testserver{at_ours}"})
    assert part.status_code == 401
    assert part["HX-Redirect"] == f"/accounts/login/?next={at_ours}"


def test_an_organization_that_exists_looks_like_one_that_does_not(ours, theirs, signed_in):
    stranger = signed_in(theirs.dan)
    exists, does_not = stranger.get("/o/ours/"), stranger.get("/o/nowhere/")
    assert exists.status_code == does_not.status_code == 404

    def without_its_address_and_token(content: bytes) -> str:
        return re.sub(r"/o/\w+/|[A-Za-z0-9]{64}", "", content.decode())

    assert without_its_address_and_token(exists.content) == without_its_address_and_token(does_not.content)


def test_a_membership_that_ended_opens_nothing(ours, signed_in):
    client = signed_in(ours.bob)
    assert client.get("/o/ours/").status_code == 200
    with tenancy.tenant(ours.org.pk):
        type(ours.bob).objects.filter(pk=ours.bob.pk).update(ended_at="2026-05-01T00:00Z")
    assert client.get("/o/ours/").status_code == 404


def test_a_blocked_account_is_signed_out(ours, signed_in):
    client = signed_in(ours.bob)
    ours.bob.user.is_active = False
    ours.bob.user.save()
    assert client.get("/o/ours/").status_code == 302


def test_a_changed_password_ends_other_sessions(ours, signed_in):
    client = signed_in(ours.bob)
    ours.bob.user.set_password("another one entirely")
    ours.bob.user.save()
    assert client.get("/o/ours/")["Location"].startswith("/accounts/login/")


def test_the_tenant_is_left_after_each_request(ours, signed_in):
    assert signed_in(ours.bob).get("/o/ours/").status_code == 200
    with pytest.raises(tenancy.NoTenant):
        tenancy.current_org_id()


def test_operators_pages_are_for_staff(ours, signed_in):
    admin = signed_in(ours.dan)
    assert admin.get("/operators/").status_code == 302
    assert admin.get("/operators/login/").status_code == 403
    ours.dan.user.is_staff = ours.dan.user.is_superuser = True
    ours.dan.user.save()
    assert admin.get("/operators/").status_code == 200
    for page in ("orgs/organization/", f"orgs/organization/{ours.org.pk}/change/", "orgs/user/"):
        assert admin.get(f"/operators/{page}").status_code == 200


def test_operators_sign_in_through_the_door_that_slows_guessing_down(ours, client):
    guess = client.post("/operators/login/", {"username": ours.dan.user.email, "password": PASSWORD})
    assert guess["Location"].startswith("/accounts/login/")
    assert "_auth_user_id" not in client.session


def test_what_an_operator_changes_shows_at_once(ours, signed_in):
    admin = signed_in(ours.dan)
    ours.dan.user.is_staff = ours.dan.user.is_superuser = True
    ours.dan.user.save()
    page = admin.get("/o/ours/strategy/")
    form = admin.get(f"/operators/orgs/organization/{ours.org.pk}/change/").context["adminform"].form
    sent = {name: form[name].value() for name in form.fields} | {"name": "Renamed"}
    answer = admin.post(f"/operators/orgs/organization/{ours.org.pk}/change/", sent, follow=True)
    assert answer.redirect_chain  # and its message is read, which would itself keep a page from being 304
    again = admin.get("/o/ours/strategy/", headers={"If-None-Match": page["ETag"]})
    assert "Renamed" in again.content.decode()
