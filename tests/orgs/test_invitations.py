"""Inviting people, and joining by the link of the mail."""

import datetime as dt
import hashlib
import io
import logging
import re

import pytest
import time_machine
from django.core import mail
from django.test import Client
from django.utils import timezone

from config import logs
from orgs import outbox, tenancy
from orgs.models import AuditEvent, Invitation, Membership, OutboxMail, Seat, User
from tests import factories

pytestmark = pytest.mark.django_db
AT = "/o/coursive/settings/people/"
INVITE = f"{AT}invite/"


@pytest.fixture
def world():
    return factories.world("coursive")


@pytest.fixture
def admin(world):
    return signed_in(world.dan)


def signed_in(member):
    client = Client()
    client.force_login(member.user, backend="django.contrib.auth.backends.ModelBackend")
    return client


def offer(**values):
    return {"emails": "new@example.org", "roles": ["member"], "language": "en", **values}


def invited(world, email="new@example.org"):
    with tenancy.tenant(world.org.pk):
        return Invitation.objects.select_related("tribe", "accepted_by").get(email=email)


def mails(settings):
    """What the outbox sends now."""
    settings.MAIL_DELIVERY_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    outbox.sweep(until=timezone.now() + dt.timedelta(seconds=30))
    return mail.outbox


def link_in(message):
    return re.search(r"https?://\S+?(/invitations/\S+)", message.body)[1]


@pytest.fixture
def link(admin, world, settings):
    """The link of a fresh invitation to new@example.org."""
    assert admin.post(INVITE, offer()).status_code == 302
    return link_in(mails(settings)[-1])


# ── Inviting ──


def test_an_invitation_says_what_the_person_will_be(admin, world):
    sent = offer(roles=["cpo", "observer"], tribe=world.tribe.pk, function="design", is_delegate="on", language="fr")
    assert admin.post(INVITE, sent)["Location"] == AT
    made = invited(world)
    assert (made.roles, made.tribe, made.function, made.is_delegate, made.language) == (
        ["cpo", "observer"], world.tribe, "design", True, "fr"
    )  # fmt: skip
    assert made.expires_at - made.sent_at == dt.timedelta(days=14)
    page = admin.get(AT).content.decode()
    assert "new@example.org" in page
    assert "Head of product (CPO)" in page


def test_mail_and_page_say_what_one_is_invited_as(admin, world, settings, client):
    admin.post(INVITE, offer(roles=["member", "cpo"], tribe=world.other_tribe.pk, function="design", is_delegate="on"))
    message = mails(settings)[-1]
    roles = "Invited as: Head of product (CPO), Member."
    seat = f"Seat in {world.other_tribe.name}: Design, speaking for the function."
    page = Client().get(link_in(message)).content.decode()
    for said in (message.body, page):
        assert roles in said
        assert seat in said


def test_a_pasted_list_invites_everybody_in_it_once(admin, world):
    pasted = "Ann Lee <Ann@Example.org>; bob@example.org\nann@example.org,\tcleo@example.org dora@example.org"
    admin.post(INVITE, offer(emails=pasted))
    with tenancy.tenant(world.org.pk):
        found = set(Invitation.objects.values_list("email", flat=True))
    assert found == {f"{name}@example.org" for name in ("ann", "bob", "cleo", "dora")}


def test_the_mail_is_in_the_invited_language_and_only_its_digest_is_kept(admin, world, settings):
    admin.post(INVITE, offer(emails="un@example.org", language="fr"))
    admin.post(INVITE, offer(emails="one@example.org", language="en"))
    french, english = mails(settings)
    assert english.subject == "Polaris · Dan Admin invites you to Coursive"
    assert "The link is yours alone and lives until" in english.body
    assert french.to == ["un@example.org"]
    token = link_in(english).strip("/").rpartition("/")[2]
    made = invited(world, "one@example.org")
    assert made.digest == hashlib.sha256(token.encode()).hexdigest()
    with tenancy.tenant(world.org.pk):
        stored = [
            *Invitation.objects.values_list(),
            *OutboxMail.objects.values_list(),
            *AuditEvent.objects.values_list(),
        ]
    assert token not in repr(stored)


@pytest.mark.parametrize(
    ("sent", "field", "said"),
    [
        ({"emails": "no address, b@example.org"}, "emails", "“no address” is not an e-mail address."),
        ({"emails": "\n"}, "emails", "This field is required."),
        ({"roles": []}, "roles", "This field is required."),
        ({"roles": ["king"]}, "roles", "Select a valid choice."),
        ({"tribe": "DRV", "function": ""}, "function", "Choose the seat in Drive."),
        ({"is_delegate": "on"}, "is_delegate", "Choose where first"),
        (
            {"tribe": "DRV", "function": "product", "is_delegate": "on"},
            "is_delegate",
            "Alice Owner speaks for Product in Drive already.",
        ),
        (
            {"emails": "a@example.org b@example.org", "tribe": "DRV", "function": "design", "is_delegate": "on"},
            "is_delegate",
            "One person speaks for a function: invite them alone.",
        ),
        ({"emails": " ".join(f"p{n}@example.org" for n in range(51))}, "emails", "At most 50 at once."),
        ({"language": "de"}, "language", "Select a valid choice."),
    ],
)
def test_what_is_wrong_is_said_beside_its_field_and_nobody_is_invited(admin, world, sent, field, said):
    if sent.get("tribe"):
        sent = {**sent, "tribe": world.tribe.pk}
    answer = admin.post(INVITE, offer(**sent))
    assert answer.status_code == 422
    assert said in answer.context["form"].errors[field][0]
    page = answer.content.decode()
    assert f'id="id_{field}_error"' in page
    with tenancy.tenant(world.org.pk):
        assert not Invitation.objects.exists()
        assert not OutboxMail.objects.exists()


def test_what_is_no_address_is_quoted_as_the_reader_quotes(admin, world):
    User.objects.filter(pk=world.dan.user.pk).update(language="fr")
    page = admin.post(INVITE, offer(emails="paul chez coursive, b@example.org")).content.decode()
    assert "«\u00a0paul chez coursive\u00a0» n’est pas une adresse e-mail." in page


def test_members_and_invited_are_named_and_nobody_else_is_invited(admin, world):
    admin.post(INVITE, offer(emails="known@example.org"))
    known = world.bob.user.email
    answer = admin.post(INVITE, offer(emails=f"KNOWN@example.org, {known.upper()}, fresh@example.org"))
    [said] = answer.context["form"].errors["emails"]
    assert f"{known} is a member already: Bob Colleague." in said
    assert "known@example.org is invited already" in said
    assert "fresh@example.org" in answer.content.decode()
    with tenancy.tenant(world.org.pk):
        assert Invitation.objects.count() == 1


def test_two_invitations_for_the_same_voice_are_one_too_many(admin, world):
    seat = {"tribe": world.tribe.pk, "function": "design", "is_delegate": "on"}
    admin.post(INVITE, offer(**seat))
    answer = admin.post(INVITE, offer(emails="second@example.org", **seat))
    assert answer.context["form"].errors["is_delegate"] == ["new@example.org is invited to speak for Design."]


def test_there_is_a_limit_a_day(admin, world, monkeypatch):
    monkeypatch.setattr("orgs.actions.invitations.MAILS_A_DAY", 2)
    assert admin.post(INVITE, offer(emails="a@example.org b@example.org")).status_code == 302
    answer = admin.post(INVITE, offer(emails="c@example.org"))
    assert answer.context["form"].errors["emails"] == ["2 invitations a day are the limit."]


def test_while_typing_it_says_who_is_who(admin, world):
    with tenancy.tenant(world.org.pk):
        Membership.objects.filter(pk=world.olga.pk).update(ended_at=timezone.now())
    typed = {
        "emails": f"{world.bob.user.email} {world.olga.user.email} new@example.org oops",
        "tribe": world.tribe.pk,
        "function": "design",
    }
    page = admin.post(f"{INVITE}check/", typed).content.decode()
    assert "2 addresses to invite." in page
    assert f"{world.bob.user.email} is a member already." in page
    assert f"{world.olga.user.email} was a member before" in page
    assert "“oops” is not an e-mail address." in page
    assert "Drive after this:" in page
    assert "Business still open" in page


def test_beside_the_list_the_form_comes_alone(admin):
    part = admin.get(INVITE, headers={"HX-Request": "true"}).content.decode()
    assert part.lstrip().startswith("<form")
    refused = admin.post(INVITE, offer(emails="no"), headers={"HX-Request": "true"})
    assert refused.status_code == 422
    assert refused.content.decode().lstrip().startswith("<form")
    done = admin.post(INVITE, offer(), headers={"HX-Request": "true"})
    assert (done.status_code, done["HX-Redirect"]) == (204, AT)


# ── Resend, revoke, expire ──


def test_sent_again_the_link_is_a_new_one_and_the_old_one_is_dead(admin, world, link, settings, client):
    made = invited(world)
    page = admin.post(f"{AT}invitations/{made.pk}/resend/", follow=True).content.decode()
    assert "It was sent less than a minute ago. Try again in a moment." in page
    with time_machine.travel(timezone.now() + dt.timedelta(days=20)):
        assert client.get(link).status_code == 410
        admin = signed_in(world.dan)
        admin.post(f"{AT}invitations/{made.pk}/resend/")
        again = link_in(mails(settings)[-1])
        assert again != link
        assert client.get(link).status_code == 404
        assert client.get(again).status_code == 200


def test_a_mail_that_has_not_left_yet_is_taken_back_with_its_link(admin, world, settings):
    admin.post(INVITE, offer())
    made = invited(world)
    with time_machine.travel(timezone.now() + dt.timedelta(minutes=2)):
        signed_in(world.dan).post(f"{AT}invitations/{made.pk}/resend/")
        assert len(mails(settings)) == 1
    admin.post(INVITE, offer(emails="other@example.org"))
    admin.post(f"{AT}invitations/{invited(world, 'other@example.org').pk}/revoke/")
    assert len(mails(settings)) == 1


def test_revoked_the_link_is_dead_at_once_and_the_address_can_be_invited_anew(admin, world, link, client):
    made = invited(world)
    answer = admin.post(f"{AT}invitations/{made.pk}/revoke/")
    assert answer["Location"] == f"{AT}#invitations"  # where one was
    answer = client.get(link)
    assert answer.status_code == 410
    assert "This invitation was taken back" in answer.content.decode()
    assert client.post(link, {"name": "New Person", "password": "a good long password"}).status_code == 410
    assert not User.objects.filter(email="new@example.org").exists()
    assert admin.post(INVITE, offer()).status_code == 302


def test_revoking_what_was_accepted_meanwhile_says_so(admin, world, link, client):
    client.post(link, {"name": "New Person", "password": "a good long password"})
    for act in ("revoke", "resend"):
        page = admin.post(f"{AT}invitations/{invited(world).pk}/{act}/", follow=True).content.decode()
        assert "new@example.org has joined meanwhile." in page


def test_another_organizations_invitation_cannot_be_touched(world, link):
    other = factories.world("other")
    stranger = signed_in(other.dan)
    for act in ("revoke", "resend"):
        assert stranger.post(f"/o/other/settings/people/invitations/{invited(world).pk}/{act}/").status_code == 404


# ── Joining ──


def test_somebody_new_joins_with_a_name_and_a_password(admin, world, settings, client):
    admin.post(INVITE, offer(tribe=world.tribe.pk, function="design", is_delegate="on", language="fr"))
    link = link_in(mails(settings)[-1])
    page = client.get(link)
    assert page["Content-Language"] == "fr"
    assert "Coursive" in page.content.decode()
    assert "Dan Admin" in page.content.decode()
    answer = client.post(link, {"name": "Nina Neuf", "password": "a good long password"}, follow=True)
    assert answer.redirect_chain[-1][0] == "/o/coursive/"
    person = User.objects.get(email="new@example.org")
    assert (person.name, person.language) == ("Nina Neuf", "fr")
    assert person.emailaddress_set.get().verified
    with tenancy.tenant(world.org.pk):
        member = Membership.objects.get(user=person)
        assert (member.roles, member.function) == (["member"], "design")
        seat = Seat.objects.get(membership=member)
        assert (seat.tribe, seat.function, seat.is_delegate) == (world.tribe, "design", True)
        joined = AuditEvent.objects.get(verb="joined")
        assert joined.actor == member
    assert invited(world).accepted_by == member
    fresh = Client()
    assert (
        fresh.post("/accounts/login/", {"login": "new@example.org", "password": "a good long password"}).status_code
        == 302
    )


def test_looking_at_the_link_changes_nothing(world, link, client):
    for method in (client.get, client.head):
        assert method(link).status_code == 200
    assert not User.objects.filter(email="new@example.org").exists()
    assert invited(world).accepted_at is None


@pytest.mark.parametrize(
    ("sent", "field"),
    [
        ({"name": "", "password": "a good long password"}, "name"),
        ({"name": "Win at www.example.org", "password": "a good long password"}, "name"),
        ({"name": "Nina", "password": "short"}, "password"),
        ({"name": "Nina", "password": "password12"}, "password"),
        ({"name": "Nina", "password": "new@example.org"}, "password"),
        ({"name": "n" * 81, "password": "a good long password"}, "name"),
    ],
)
def test_what_is_wrong_with_a_new_account_is_said_beside_its_field(sent, field, link, client):
    answer = client.post(link, sent)
    assert answer.status_code == 422
    assert list(answer.context["form"].errors) == [field]
    assert f'value="{sent["password"]}"' not in answer.content.decode()
    assert not User.objects.filter(email="new@example.org").exists()


def test_whoever_is_signed_in_joins_in_one_click(admin, world, settings):
    other = factories.world("other")
    admin.post(INVITE, offer(emails=other.bob.user.email.upper(), roles=["coach"]))
    link = link_in(mails(settings)[-1])
    client = signed_in(other.bob)
    page = client.get(link).content.decode()
    assert "Join Coursive" in page
    assert 'name="password"' not in page
    assert client.post(link)["Location"] == "/o/coursive/"
    assert client.get("/o/coursive/").status_code == 200
    with tenancy.tenant(world.org.pk):
        assert Membership.objects.get(user=other.bob.user).roles == ["coach"]
    assert client.post(link)["Location"] == "/o/coursive/"  # a double click
    assert Client().get(link).status_code == 410


def test_a_further_confirmed_address_is_as_good_as_the_first(admin, world, settings):
    other = factories.world("other")
    other.bob.user.emailaddress_set.create(email="bob@work.example", verified=True)
    other.alice.user.emailaddress_set.create(email="alice@work.example", verified=False)
    admin.post(INVITE, offer(emails="bob@work.example"))
    link = link_in(mails(settings)[-1])
    assert signed_in(other.bob).post(link).status_code == 302
    admin.post(INVITE, offer(emails="alice@work.example"))
    assert signed_in(other.alice).post(link_in(mails(settings)[-1])).status_code == 403


def test_whoever_has_an_account_signs_in_first_and_comes_back(admin, world, settings, client):
    other = factories.world("other")
    admin.post(INVITE, offer(emails=other.bob.user.email))
    link = link_in(mails(settings)[-1])
    page = client.get(link).content.decode()
    login = re.search(r'href="(/accounts/login/\?next=[^"]+)"', page)[1]
    assert client.post(link, {"name": "Not Bob", "password": "a good long password"}).status_code == 200
    answer = client.post(login, {"login": other.bob.user.email, "password": factories.PASSWORD})
    assert answer["Location"] == link
    assert client.post(link)["Location"] == "/o/coursive/"


def test_somebody_else_is_told_so_and_cannot_join(world, link):
    other = factories.world("other")
    client = signed_in(other.bob)
    page = client.get(link).content.decode()
    assert "This invitation is for somebody else." in page
    assert f"you are signed in as {other.bob.user.email}" in page
    assert client.post(link).status_code == 403
    with tenancy.tenant(world.org.pk):
        assert not Membership.objects.filter(user=other.bob.user).exists()


def test_a_closed_account_cannot_join(admin, world, settings, client):
    closed = factories.user("Closed", "closed@example.org", is_active=False)
    admin.post(INVITE, offer(emails=closed.email))
    page = client.get(link_in(mails(settings)[-1])).content.decode()
    assert "The account with this address is closed." in page


def test_whoever_had_left_is_back_with_what_the_invitation_says(admin, world, settings):
    with tenancy.tenant(world.org.pk):
        Seat.objects.filter(membership=world.bob).delete()
        Membership.objects.filter(pk=world.bob.pk).update(ended_at=timezone.now(), title="Developer")
    admin.post(INVITE, offer(emails=world.bob.user.email, roles=["observer"], tribe=world.tribe.pk, function="tech"))
    client = signed_in(world.bob)
    assert client.get("/o/coursive/").status_code == 404
    assert client.post(link_in(mails(settings)[-1])).status_code == 302
    assert client.get("/o/coursive/").status_code == 200
    with tenancy.tenant(world.org.pk):
        back = Membership.objects.get(user=world.bob.user)
        assert (back.pk, back.roles, back.title, back.ended_at) == (world.bob.pk, ["observer"], "Developer", None)
        assert back.seats.get().function == "tech"


def test_a_seat_that_is_taken_or_gone_by_then_does_not_stop_anybody(admin, world, settings, client):
    admin.post(INVITE, offer(tribe=world.tribe.pk, function="design", is_delegate="on"))
    admin.post(INVITE, offer(emails="late@example.org", tribe=world.other_tribe.pk, function="tech"))
    first, second = (link_in(message) for message in mails(settings))
    with tenancy.tenant(world.org.pk):
        Seat.objects.create(tribe=world.tribe, membership=world.cpo, function="design", is_delegate=True)
        type(world.tribe).objects.filter(pk=world.other_tribe.pk).update(archived_at=timezone.now())
    client.post(first, {"name": "Nina", "password": "a good long password"})
    Client().post(second, {"name": "Lara", "password": "a good long password"})
    with tenancy.tenant(world.org.pk):
        seats = Seat.objects.filter(membership__user__email__in=["new@example.org", "late@example.org"])
        assert [(seat.tribe_id, seat.is_delegate) for seat in seats] == [(world.tribe.pk, False)]


@pytest.mark.parametrize("state", ["unknown", "expired", "revoked", "used"])
def test_a_link_that_does_not_hold_says_why_and_nothing_else(state, admin, world, link, client):
    if state == "unknown":
        link = link[:-6] + "XXXXX/"
    elif state == "revoked":
        admin.post(f"{AT}invitations/{invited(world).pk}/revoke/")
    elif state == "used":
        Client().post(link, {"name": "New Person", "password": "a good long password"})
    later = dt.timedelta(days=15 if state == "expired" else 0)
    with time_machine.travel(timezone.now() + later):
        for answer in (client.get(link), client.post(link, {"name": "Again", "password": "a good long password"})):
            assert answer.status_code == (404 if state == "unknown" else 410)
            page = answer.content.decode()
            assert not re.search("coursive|dan admin|new@example.org", page.replace(link, ""), re.IGNORECASE)


def test_trying_links_is_slowed_down(world, link, client, monkeypatch):
    monkeypatch.setattr("orgs.views.joining.RATE", {"invitation": "3/m/ip"})
    answers = [client.get("/invitations/nothing/").status_code for _try in range(4)]
    assert answers == [404, 404, 404, 429]
    assert client.get(link).status_code == 429


def test_the_token_is_never_logged(world, link, client):
    token = link.strip("/").rpartition("/")[2]
    written = io.StringIO()
    handler = logging.StreamHandler(written)
    configured = logs.configuration(json=True, level="INFO")["formatters"]["line"]
    handler.setFormatter(configured.pop("()")(**configured))
    for name in ("django.request", "django_structlog.middlewares.request", ""):
        logging.getLogger(name).addHandler(handler)
    try:
        with time_machine.travel(timezone.now() + dt.timedelta(days=15)):
            client.get(link)
            client.get(f"/accounts/nowhere/?next=%2Finvitations%2F{token}%2F")
    finally:
        for name in ("django.request", "django_structlog.middlewares.request", ""):
            logging.getLogger(name).removeHandler(handler)
    assert written.getvalue().count("/invitations/\\u2026") >= 1
    assert token not in written.getvalue()
