"""The outbox: written with its cause, sent once, tried again, given up in the end."""

import logging
import smtplib
import threading
from datetime import timedelta

import pytest
import time_machine
from django.core import mail
from django.core.mail.backends.base import BaseEmailBackend
from django.db import connection, transaction
from django.utils import timezone

from orgs import outbox, tenancy
from orgs.models import OutboxMail
from orgs.tasks import tick
from tests import factories

LOCMEM = "django.core.mail.backends.locmem.EmailBackend"
SENDERS = 6


class Server(BaseEmailBackend):
    """A mail server: `receive` may raise what it answers; `taken` are the Message-IDs that it took."""

    receive = None
    taken: list[str] = []

    def send_messages(self, messages):
        for message in messages:
            if Server.receive is not None:
                Server.receive(message)
            Server.taken.append(message.extra_headers["Message-ID"])
        return len(messages)


def refusing(answer):
    def receive(message):
        raise answer

    return receive


@pytest.fixture
def server(settings):
    settings.MAIL_DELIVERY_BACKEND = f"{__name__}.Server"
    Server.receive, Server.taken = None, []
    return Server


def posted(org, **values):
    fields = {"recipient": "camille@example.org", "kind": "test", "period": "1", "subject": "Hello", "text": "Well?"}
    with tenancy.tenant(org.pk):
        outbox.post(**{**fields, **values})
        return OutboxMail.objects.latest("pk")


def sweep():
    return outbox.sweep(until=timezone.now() + timedelta(seconds=30))


def stored(row):
    with tenancy.tenant(row.org_id):
        return OutboxMail.objects.get(pk=row.pk)


@pytest.fixture
def org(db):
    return factories.organization()


def test_what_is_posted_leaves_as_it_was_written(org, settings):
    settings.MAIL_DELIVERY_BACKEND = LOCMEM
    row = posted(org, recipient="Camille@Example.org", subject="Hello\n you", text="Well?", html="<p>Well?</p>")
    assert sweep() == 1
    [sent] = mail.outbox
    assert (sent.to, sent.subject, sent.body) == (["camille@example.org"], "Polaris · Hello you", "Well?")
    assert [(str(part[0]), part[1]) for part in sent.alternatives] == [("<p>Well?</p>", "text/html")]
    assert sent.message()["Message-ID"] == outbox.message_id(row)
    assert stored(row).sent_at is not None


def test_what_has_left_is_not_kept(org, server):
    """It may hold a link that lets somebody in."""
    row = posted(org, html="<p>Well?</p>")
    sweep()
    assert (stored(row).text, stored(row).html) == ("", "")


def test_the_same_mail_is_posted_once(org, server):
    posted(org)
    posted(org, subject="Hello again", recipient="CAMILLE@example.org")
    posted(org, period="2")
    other = factories.organization()
    posted(other)
    assert sweep() == 3
    assert sweep() == 0
    assert len(set(server.taken)) == 3


def test_a_mail_whose_cause_is_rolled_back_never_leaves(org, server):
    @transaction.atomic
    def fail():
        posted(org)
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()
    assert sweep() == 0


def test_a_mail_taken_back_in_time_never_leaves(org, server):
    posted(org)
    with tenancy.tenant(org.pk):
        outbox.withdraw("Camille@example.org", "test", "1")
    assert sweep() == 0


def test_every_minute_sends_what_waits_in_all_organizations(org, server):
    posted(org)
    posted(factories.organization())
    tick()
    assert len(server.taken) == 2


@pytest.mark.django_db(transaction=True)
def test_the_job_sends_at_once(org, server):
    """On commit: the task that was queued is the one that sends."""
    queued = []
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(outbox.send_in_background, "delay", queued.append)
        with transaction.atomic():
            row = posted(org)
            assert queued == []
    assert queued == [row.pk]
    outbox.send_in_background(row.pk)
    assert server.taken == [outbox.message_id(row)]


@pytest.mark.django_db(transaction=True)
def test_a_queue_that_does_not_answer_leaves_it_to_the_next_minute(org, server):
    def refuse(pk):
        raise OSError("no broker")

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(outbox.send_in_background, "delay", refuse)
        posted(org)
    assert sweep() == 1


@pytest.mark.django_db(transaction=True)
def test_of_several_senders_one_sends(org, server):
    rows = [posted(org, period=str(number)) for number in range(4)]
    barrier, sent = threading.Barrier(SENDERS), []

    def work():
        try:
            barrier.wait()
            sent.extend(row.pk for row in rows if outbox.send(row.pk))
        finally:
            connection.close()

    threads = [threading.Thread(target=work) for _sender in range(SENDERS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert sorted(sent) == [row.pk for row in rows]
    assert sorted(server.taken) == sorted(map(outbox.message_id, rows))


def test_what_fails_is_tried_again_later_and_later(org, server):
    server.receive = refusing(ConnectionRefusedError("closed"))
    row = posted(org)
    waits = []
    with time_machine.travel(timezone.now(), tick=False) as clock:
        for _attempt in range(6):
            assert sweep() == 0
            assert sweep() == 0  # not due yet
            waits.append(stored(row).due_at - timezone.now())
            clock.move_to(stored(row).due_at)
        server.receive = None
        assert sweep() == 1
    assert waits == [timedelta(minutes=minutes) for minutes in (1, 2, 4, 8, 16, 32)]
    assert server.taken == [outbox.message_id(row)]


def test_it_is_given_up_in_the_end_and_said_aloud(org, server, caplog):
    server.receive = refusing(smtplib.SMTPServerDisconnected("gone"))
    row = posted(org, text="The secret link")
    with time_machine.travel(timezone.now(), tick=False) as clock:
        for _attempt in range(outbox.ATTEMPTS):
            sweep()
            clock.move_to(max(stored(row).due_at, timezone.now()))
    gone = stored(row)
    assert (gone.attempts, gone.sent_at, gone.next_try_at) == (outbox.ATTEMPTS, None, None)
    assert gone.given_up_at is not None
    assert sweep() == 0
    [error] = [record for record in caplog.records if record.levelno == logging.ERROR]
    assert "outbox_mail_given_up" in str(error.msg)
    assert "The secret link" not in caplog.text + str([record.msg for record in caplog.records])


def test_the_text_of_what_was_given_up_is_kept_for_a_week(org, server):
    server.receive = refusing(smtplib.SMTPRecipientsRefused({"camille@example.org": (550, b"No such user")}))
    row = posted(org, text="The secret link", html="<p>The secret link</p>")
    sweep()
    with time_machine.travel(stored(row).given_up_at + outbox.KEPT, tick=False) as clock:
        sweep()
        assert stored(row).text == "The secret link"
        clock.shift(timedelta(minutes=1))
        sweep()
    assert (stored(row).text, stored(row).html, stored(row).is_emptied) == ("", "", True)


def test_an_address_that_is_refused_for_good_is_not_tried_again(org, server):
    server.receive = refusing(smtplib.SMTPRecipientsRefused({"camille@example.org": (550, b"No such user")}))
    assert stored(_after_a_sweep(posted(org))).given_up_at is not None
    server.receive = refusing(smtplib.SMTPRecipientsRefused({"camille@example.org": (450, b"Try later")}))
    assert stored(_after_a_sweep(posted(org, period="2"))).given_up_at is None


def _after_a_sweep(row):
    sweep()
    return row


def test_a_mail_that_cannot_be_built_does_not_hold_up_the_others(org, server):
    broken, whole = posted(org), posted(org, period="2")

    def receive(message):
        if message.extra_headers["Message-ID"] == outbox.message_id(broken):
            raise UnicodeError("what an encoder may say")

    server.receive = receive
    assert sweep() == 1
    assert stored(broken).sent_at is None
    assert stored(broken).last_error == "The message could not be made (UnicodeError)"
    assert stored(whole).sent_at is not None


def test_a_sender_that_died_leaves_its_mail_to_the_next(org, server):
    """It is sent again under the same Message-ID: the crash window of orgs.outbox."""
    row = posted(org)

    class Killed(BaseException):
        """As a process that ends: nothing after it runs."""

    server.receive = refusing(Killed())
    with pytest.raises(Killed):
        outbox.send(row.pk)
    server.receive = None
    assert sweep() == 0  # its lease still runs
    with time_machine.travel(timezone.now() + outbox.LEASE, tick=False):
        assert sweep() == 1
    assert server.taken == [outbox.message_id(row)]


def test_a_mail_that_kills_its_senders_takes_no_other_along_and_is_given_up(org, server):
    class Killed(BaseException):
        """As a process that ends: nothing after it runs."""

    def receive(message):
        if message.subject.endswith("Fatal"):
            raise Killed

    fatal, *others = (
        posted(org, recipient=f"p{n}@example.org", subject=subject)
        for n, subject in enumerate(("Fatal", "Hello", "Hello"))
    )
    server.receive = receive
    now = timezone.now()
    for number in range(outbox.ATTEMPTS):
        with time_machine.travel(now + number * outbox.LEASE, tick=False), pytest.raises(Killed):
            sweep()
        if number == 1:  # it was tried by itself: a minute later the others leave
            with time_machine.travel(now + outbox.LEASE + timedelta(minutes=1), tick=False):
                assert sweep() == len(others)
    with time_machine.travel(now + outbox.ATTEMPTS * outbox.LEASE, tick=False):
        assert sweep() == 0
    row = stored(fatal)
    assert row.given_up_at is not None
    assert row.failure == OutboxMail.Failure.UNMADE


def test_who_lost_the_lease_writes_nothing_down(org, server):
    """A sender slower than its lease: the outcome belongs to whoever has the lease now."""
    row = posted(org)

    def slow(message):
        server.receive = None
        with time_machine.travel(timezone.now() + outbox.LEASE + timedelta(seconds=1)):
            assert outbox.send(row.pk)  # the next one, meanwhile
        raise smtplib.SMTPServerDisconnected("too late")

    server.receive = slow
    assert not outbox.send(row.pk)
    assert stored(row).sent_at is not None
    assert (stored(row).attempts, stored(row).leased_until) == (2, None)


def test_files_leave_with_the_mail_made_at_the_last_moment(org, settings, monkeypatch):
    settings.MAIL_DELIVERY_BACKEND = LOCMEM
    made = []

    def maker(of):
        made.append((of, tenancy.current_org_id()))
        return b"%PDF"

    monkeypatch.setitem(outbox.files.makers, "test", maker)
    calendar = outbox.File("day.ics", "text/calendar; method=REQUEST", text="BEGIN:VCALENDAR é")
    row = posted(org, files=[calendar, outbox.File("it.pdf", "application/pdf", made_by="test", of={"page": 3})])
    assert made == []
    assert sweep() == 1
    assert made == [({"page": 3}, org.pk)]
    message = mail.outbox[0].message()
    parts = [part for part in message.walk() if not part.is_multipart()]
    assert [part.get_content_type() for part in parts] == [
        "text/plain",
        "text/calendar",
        "application/ics",
        "application/pdf",
    ]
    assert parts[1].get_param("method") == "REQUEST"
    assert parts[1].get_payload(decode=True).decode() == parts[2].get_payload(decode=True).decode() == calendar.text
    assert (parts[3].get_filename(), parts[3].get_payload(decode=True)) == ("it.pdf", b"%PDF")
    assert stored(row).files == []


def test_a_file_that_cannot_be_made_puts_the_mail_off(org, server, monkeypatch):
    def fail(of):
        raise ValueError("no such page")

    monkeypatch.setitem(outbox.files.makers, "test", fail)
    row = posted(org, files=[outbox.File("it.pdf", "application/pdf", made_by="test")])
    assert sweep() == 0
    assert stored(row).attempts == 1
    monkeypatch.setitem(outbox.files.makers, "test", lambda of: b"%PDF")
    with tenancy.tenant(org.pk):
        OutboxMail.objects.filter(pk=row.pk).update(due_at=timezone.now())
    assert sweep() == 1
