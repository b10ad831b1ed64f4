"""A mail server that refuses, is silent, drops the connection or is away: nothing is lost, and each person gets it once.

A server that drops the connection after it has taken a mail gets it again under the same Message-ID, by which mail
programs show one.
"""

from datetime import timedelta
from html import unescape

from django.test import Client
from django.utils import timezone

from orgs.models import OutboxMail
from tests import factories
from tests.faults.conftest import WITHIN, House, all_sent, due, number_of, row, rows, the_wait_is_over
from tests.faults.post_office import CONTENT, DROP, LATER, NEVER, SILENT, PostOffice
from tests.servers import wait_until


def tried(times: int) -> bool:
    """Whether each mail that is still to leave was tried so many times, and nobody is at it."""
    waiting = [one for one in rows() if one.sent_at is None and one.given_up_at is None]
    return all(one.attempts == times and one.leased_until is None for one in waiting)


def waits() -> set[bool]:
    """Whether those that are to be tried again wait for longer than the first time."""
    waiting = [one for one in rows() if one.sent_at is None and one.given_up_at is None]
    assert all(one.due_at > timezone.now() for one in waiting)
    return {one.due_at - timezone.now() > timedelta(minutes=1) for one in waiting}


def test_what_a_server_does_not_take_is_tried_again_later_and_later(
    house: House, office: PostOffice, client: Client
) -> None:
    world = factories.world()
    world.org.send_reminders = False  # only what is written here leaves
    world.org.save()
    client.force_login(world.dan.user, backend=factories.BACKEND)
    page = f"/o/{world.org.slug}/settings/deliveries/"
    kind, later, never, content, drop, silent = recipients = due([world.org], each=6)
    refused = {later: LATER, never: NEVER, content: CONTENT, drop: DROP, silent: SILENT}
    for recipient, treatment in refused.items():
        office.treat(recipient, treatment)
    house.worker("-B", "--pool", "solo")
    assert wait_until(lambda: tried(1), WITHIN)
    assert row(kind).sent_at is not None
    assert row(never).given_up_at is not None  # nobody lives there: trying again is of no use
    assert number_of(sent_at=None, given_up_at=None) == 4
    assert waits() == {False}
    shown = unescape(client.get(page).text)
    for reason in ("LATER", "RECIPIENT", "CONTENT", "BROKEN", "TIMEOUT"):
        assert str(OutboxMail.Failure[reason].label) in shown
    the_wait_is_over()
    assert wait_until(lambda: tried(2), WITHIN)
    assert waits() == {True}

    office.treatments.clear()
    the_wait_is_over()
    assert wait_until(lambda: number_of(sent_at=None, given_up_at=None) == 0, WITHIN)
    assert sorted(office.boxes) == sorted({*recipients} - {never})
    assert {len(set(ids)) for ids in office.boxes.values()} == {1}
    assert {box: len(ids) for box, ids in office.boxes.items() if len(ids) > 1} == {drop: 3}

    # Somebody lives there after all: an administrator has it tried again.
    assert client.post(f"{page}{row(never).pk}/retry/").status_code == 302
    assert wait_until(all_sent, WITHIN)
    assert len(office.boxes[never]) == 1
    assert all(failure == "" for failure in {one.failure for one in rows()})


def test_a_mail_server_that_is_away_gets_everything_once_it_is_back(house: House, office: PostOffice) -> None:
    recipients = due([factories.organization() for _org in range(2)], each=5)
    office.close()
    try:
        house.worker("-B", "--pool", "solo")
        assert wait_until(lambda: tried(1), WITHIN)
        assert waits() == {False}
    finally:
        office.open()
    the_wait_is_over()
    assert wait_until(all_sent, WITHIN)
    assert {box: len(ids) for box, ids in office.boxes.items()} == dict.fromkeys(recipients, 1)
