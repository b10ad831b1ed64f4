"""The outbox in batches: one connection for many, each organization in its turn, leases that last; a real mail server."""

import threading
from datetime import timedelta
from types import SimpleNamespace

import pytest
import time_machine
from aiosmtpd.controller import Controller
from django.db import connection
from django.utils import timezone

from orgs import outbox, tenancy
from orgs.models import OutboxMail
from orgs.outbox import claiming, sending, sweeping
from scripts.processes import free_port
from tests import factories

SMTP = "django.core.mail.backends.smtp.EmailBackend"


class Post:
    """What the mail server does: `taken` by Message-ID, `peers` whose connections they came by."""

    def __init__(self):
        self.taken, self.peers, self.connections = [], [], 0
        self.answers = []  # to the next mails, after their DATA; "" takes and hangs up without a word
        self.refused = {}  # by recipient
        self.most = 0  # mails a connection, then 421

    async def handle_EHLO(self, server, session, envelope, hostname, responses):
        self.connections += 1
        session.host_name, session.mails = hostname, 0
        return responses

    async def handle_NOOP(self, server, session, envelope, arg):
        if self.most and session.mails >= self.most:
            server.transport.close()
        return "250 OK"

    async def handle_RCPT(self, server, session, envelope, address, options):
        if address in self.refused:
            return self.refused[address]
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):
        session.mails += 1
        answer = self.answers.pop(0) if self.answers else "250 OK"
        if not answer:
            server.transport.abort()
            return "250 OK"
        if answer.startswith("250"):
            self.taken.append((envelope.rcpt_tos[0], _message_id(envelope.content)))
            self.peers.append(session.peer)
        return answer


def _message_id(content):
    [line] = [line for line in content.decode().splitlines() if line.lower().startswith("message-id:")]
    return line.partition(":")[2].strip()


@pytest.fixture
def server(settings):
    handler = Post()
    controller = Controller(handler, hostname="127.0.0.1", port=free_port())
    controller.start()
    settings.MAIL_DELIVERY_BACKEND, settings.EMAIL_HOST, settings.EMAIL_PORT = SMTP, "127.0.0.1", controller.port
    settings.EMAIL_TIMEOUT = 10
    yield handler
    controller.stop()


@pytest.fixture
def org(db):
    return factories.organization()


def posted(org, count=1, start=0, **values):
    with tenancy.tenant(org.pk):
        for number in range(start, start + count):
            outbox.post(f"p{number}@{org.slug}.test", "test", "1", "Hello", "Well?", at_once=False, **values)
        return list(OutboxMail.objects.order_by("pk"))


def sweep(seconds=60):
    return outbox.sweep(until=timezone.now() + timedelta(seconds=seconds))


def stored(org):
    with tenancy.tenant(org.pk):
        return list(OutboxMail.objects.order_by("pk"))


def test_a_batch_goes_over_one_connection(org, server):
    rows = posted(org, 30)
    assert sweep() == 30
    assert (server.connections, len(set(server.peers))) == (1, 1)
    assert [mark for _to, mark in server.taken] == [outbox.message_id(row) for row in rows]


def test_a_server_that_hangs_up_between_mails_is_called_again(org, server):
    server.most = 4
    posted(org, 10)
    assert sweep() == 10
    assert (server.connections, len(server.taken)) == (3, 10)
    assert {row.attempts for row in stored(org)} == {1}


def test_a_refused_recipient_does_not_cost_the_others(org, server):
    server.refused = {
        f"p1@{org.slug}.test": "550 5.1.1 No such user",
        f"p2@{org.slug}.test": "450 4.2.1 Mailbox busy",
    }
    posted(org, 4)
    assert sweep() == 2
    _first, unknown, busy, _last = stored(org)
    assert unknown.given_up_at is not None
    assert unknown.last_error == "The server does not know this recipient (550 5.1.1 No such user)"
    assert (busy.given_up_at, busy.next_try_at > timezone.now()) == (None, True)
    assert busy.last_error == "The server asks to try again later (450 4.2.1 Mailbox busy)"


def test_a_mail_whose_answer_is_lost_is_sent_again_under_the_same_name(org, server):
    server.answers = ["250 OK", ""]
    rows = posted(org, 3)
    assert sweep() == 2
    lost = stored(org)[1]
    assert (lost.sent_at, lost.failure) == (None, "broken")
    with time_machine.travel(lost.due_at, tick=False):
        assert sweep() == 1
    assert sorted(mark for _to, mark in server.taken) == sorted(outbox.message_id(row) for row in rows)
    assert stored(org)[1].last_error == ""


def test_a_server_that_is_away_is_called_once_a_batch(org, settings):
    settings.MAIL_DELIVERY_BACKEND, settings.EMAIL_HOST, settings.EMAIL_PORT = SMTP, "127.0.0.1", 1
    posted(org, 5)
    assert sweep() == 0
    assert {(row.attempts, row.failure, row.leased_until) for row in stored(org)} == {(1, "unreachable", None)}
    assert "The server cannot be reached" in stored(org)[0].last_error


def test_a_sign_in_that_the_server_refuses_is_named(org, server, settings):
    settings.EMAIL_HOST_USER, settings.EMAIL_HOST_PASSWORD = "polaris", "wrong"
    posted(org, 2)
    assert sweep() == 0
    assert {row.attempts for row in stored(org)} == {1}
    assert server.taken == []


def test_each_organization_has_its_turn(org, server):
    """Whoever wrote many mails first holds nobody up."""
    posted(org, 60)
    small = factories.organization()
    posted(small, 2)
    assert sweep() == 62
    served = [to.partition("@")[2].removesuffix(".test") for to, _mark in server.taken]
    assert served[:4] in ([org.slug, small.slug] * 2, [small.slug, org.slug] * 2)


def test_what_the_time_does_not_suffice_for_stays_due(org, server, monkeypatch):
    posted(org, 5)
    with time_machine.travel(timezone.now(), tick=False) as clock:
        real = sending._try

        def slow(*args):
            clock.shift(timedelta(seconds=20))
            return real(*args)

        monkeypatch.setattr(sending, "_try", slow)
        assert sweep(seconds=40) == 2
        left = [row for row in stored(org) if row.sent_at is None]
        assert [(row.attempts, row.leased_until, row.failure) for row in left] == [(0, None, "")] * 3
        assert sweep(seconds=600) == 3
    assert len(set(server.taken)) == 5


def test_the_lease_lasts_as_long_as_a_slow_batch(org, server, monkeypatch):
    """No second sender comes in between, however long the mails before took."""
    rows = posted(org, 5)
    with time_machine.travel(timezone.now(), tick=False) as clock:
        real = sending._try

        def slow(*args):
            clock.shift(timedelta(minutes=1, seconds=50))
            with tenancy.all_tenants():
                assert claiming.claim([row.pk for row in rows]) == {}
            return real(*args)

        monkeypatch.setattr(sending, "_try", slow)
        assert sending.send_batch([row.pk for row in rows]) == 5
    assert len(server.taken) == 5


def test_more_than_one_look_ahead_leaves_in_one_sweep(org, server, monkeypatch):
    monkeypatch.setattr(sweeping, "BATCH", 4)
    monkeypatch.setattr(sweeping, "LOOKED_AHEAD", 10)
    posted(org, 23)
    assert sweep() == 23
    assert len(set(server.taken)) == 23


@pytest.mark.django_db(transaction=True)
def test_sweeps_at_once_share_the_work(org, server):
    rows = posted(org, 120)
    barrier, sent = threading.Barrier(3), []

    def work():
        try:
            barrier.wait()
            sent.append(sweep())
        finally:
            connection.close()

    threads = [threading.Thread(target=work) for _sweep in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert (sum(sent), len(server.taken)) == (120, 120)
    assert {mark for _to, mark in server.taken} == {outbox.message_id(row) for row in rows}


@pytest.mark.django_db(transaction=True)
@pytest.mark.postgres
def test_senders_do_not_wait_for_each_others_claims(org):
    """What another sender holds at this moment is passed over."""
    rows = [row.pk for row in posted(org, 4)]
    entered, go_on, theirs = threading.Event(), threading.Event(), SimpleNamespace(claimed={})

    def hold():
        from django.db import transaction

        with tenancy.all_tenants(), transaction.atomic():
            theirs.claimed = claiming.claim(rows[:2])
            entered.set()
            go_on.wait(30)
        connection.close()

    thread = threading.Thread(target=hold)
    thread.start()
    entered.wait(30)
    try:
        with tenancy.all_tenants():
            mine = claiming.claim(rows)
    finally:
        go_on.set()
        thread.join(30)
    assert (sorted(mine), sorted(theirs.claimed)) == (rows[2:], rows[:2])
