"""Mails and notices at the close of the meeting, and at publication."""

import pytest

from orgs.models import Notification, OutboxMail, Seat, User
from planning.actions import leading
from tests import factories
from tests.planning import quarters
from tests.planning.quarters import Quarterly

pytestmark = pytest.mark.django_db


def mails(made: Quarterly, kind: str = "planning_decided") -> dict[str, str]:
    """Text by first name; the last one where somebody has several."""
    with made.inside():
        found = {
            mail.recipient: f"{mail.subject}\n{mail.text}"
            for mail in OutboxMail.objects.filter(kind=kind).order_by("pk")
        }
    return {name: found[person.user.email] for name, person in made.people.items() if person.user.email in found}


def test_leads_and_seats_get_what_was_decided_on_theirs_and_why():
    made = quarters.planned(quarters.OPEN)
    made.decide("keep", "DRV A1")
    made.decide("defer", "DRV A2", reason="Once the new app is out")
    made.decide("merge", "LAD A1", into="DRV A1", reason="The same promise")
    made.go(quarters.REFINING, kept=[])
    found = mails(made)

    assert set(found) == {"alice", "bob", "lena", "fiona"}
    assert "Q3 2026: what the CoDir decided for Drive" in found["bob"]
    assert "1 kept, 1 deferred, 4 dropped" in found["bob"]
    assert "DRV 02 Cars served within four minutes\n  Why: Once the new app is out" in found["bob"]
    assert "LAD 01" not in found["bob"]
    assert "Into DRV 01 Orders ready when the customer arrives\n  Why: The same promise" in found["lena"]
    assert f"/o/coursive/key-results/{made.pk('DRV A2')}/" in found["bob"]
    assert "/planning/2026-q3/decisions/" in found["bob"]


def test_only_the_lead_is_asked_to_refine():
    made = quarters.planned(quarters.REFINING)
    found = mails(made)

    assert "Your next step: refine what was kept" in found["alice"]
    assert "Your next step" not in found["bob"]


def test_each_reads_it_in_their_language():
    made = quarters.planned(quarters.OPEN)
    with made.inside():
        User.objects.filter(pk=made.bob.user_id).update(language="fr")
    made.go(quarters.REFINING)

    assert "T3 2026" in mails(made)["bob"]
    assert "Q3 2026" in mails(made)["alice"]


def test_who_sits_in_two_tribes_gets_one_mail_of_both():
    made = quarters.planned(quarters.OPEN)
    with made.inside():
        Seat.objects.create(tribe=made.tribes["LAD"], membership=made.bob, function="tech")
    made.go(quarters.REFINING)

    assert "Drive, Home delivery" in mails(made)["bob"]
    with made.inside():
        assert OutboxMail.objects.filter(recipient=made.bob.user.email, kind="planning_decided").count() == 1


def test_who_has_left_gets_nothing():
    made = quarters.planned(quarters.OPEN)
    with made.inside():
        factories.Membership.objects.filter(pk=made.bob.pk).update(ended_at=quarters.NOW)
    made.go(quarters.REFINING)

    assert "bob" not in mails(made)


def test_an_inbox_says_it_too():
    made = quarters.planned(quarters.REFINING)
    text = made.client("bob").get(f"/o/{made.org.slug}/inbox/").content.decode()

    assert "closed the meeting that decided on" in text
    assert "Q3 2026, Drive" in text
    assert "2 kept, 4 dropped" in text


def test_a_meeting_that_goes_on_takes_back_what_has_not_left_and_its_close_tells_anew():
    made = quarters.planned(quarters.REFINING)
    with made.inside():
        OutboxMail.objects.filter(recipient=made.lena.user.email).update(sent_at=quarters.NOW)
        leading.reopen(made.planning, "One more was forgotten", by=made.actor("coach"))
    assert set(mails(made)) == {"lena"}
    with made.inside():
        assert not Notification.objects.filter(kind="decided").exists()
    made.decide("keep", "DRV A2")
    made.go(quarters.REFINING)

    assert "3 kept, 3 dropped" in mails(made)["bob"]
    with made.inside():
        assert OutboxMail.objects.filter(recipient=made.lena.user.email, kind="planning_decided").count() == 2
        assert OutboxMail.objects.filter(recipient=made.bob.user.email, kind="planning_decided").count() == 1


def test_closing_what_is_closed_tells_nobody_again():
    made = quarters.planned(quarters.REFINING)
    with made.inside():
        before = OutboxMail.objects.count()
        leading.close_meeting(made.planning, by=made.actor("coach"))
        assert OutboxMail.objects.count() == before


def test_publication_tells_each_owner_and_lead_of_their_own():
    made = quarters.planned(quarters.REFINING)
    with made.inside():
        row = made.proposals["DRV A1"]
        type(row).objects.filter(pk=row.pk).update(owner=made.bob)
    made.go(quarters.PUBLISHED)
    found = mails(made, "planning_published")

    assert set(found) == {"alice", "bob", "lena", "fiona"}
    assert "DRV 01 Orders ready" in found["bob"]
    assert "DRV 04" not in found["bob"]
    assert "Owner: Bob Colleague" in found["alice"]
    assert "DRV 04 Replaced items accepted" in found["alice"]
    assert "41% → 61%" in found["bob"]
    assert "First check-in:" in found["bob"]
