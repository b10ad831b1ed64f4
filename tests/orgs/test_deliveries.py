"""Settings ▸ Deliveries: what left and what did not, tried again, and a preview to oneself."""

import re
import smtplib
from datetime import timedelta
from html import unescape
from importlib import import_module
from itertools import count
from pathlib import Path

import pytest
import time_machine
from django.apps import apps
from django.conf import settings
from django.utils import timezone, translation

from orgs import deliveries, outbox, tenancy
from orgs.channels.telling import KINDS
from orgs.models import AuditEvent, OutboxMail
from tests import factories

pytestmark = pytest.mark.django_db


_period = count()


@pytest.fixture
def at(world):
    return f"/o/{world.org.slug}/settings/deliveries/"


def delivery(world, recipient="bob@example.org", **values):
    now = timezone.now()
    fields = {"kind": "mention", "period": str(next(_period)), "subject": "The subject", "text": "The text"}
    with tenancy.tenant(world.org.pk):
        return OutboxMail.objects.create(recipient=recipient, **{**fields, "due_at": now, **values})


def failed(world, recipient="later@example.org", **values):
    due = timezone.now() + timedelta(minutes=4)
    return delivery(
        world, recipient, **{"failure": "later", "answer": "450 Busy", "attempts": 3, "due_at": due, **values}
    )


def given_up(world, recipient="never@example.org", **values):
    gone = {"failure": "recipient", "answer": "550 No such user", "attempts": 1, "given_up_at": timezone.now()}
    return delivery(world, recipient, **{**gone, **values})


def sent(world, recipient="sent@example.org", **values):
    return delivery(world, recipient, **{"sent_at": timezone.now(), "text": "", "attempts": 1, **values})


def stored(row):
    with tenancy.tenant(row.org_id):
        return OutboxMail.objects.get(pk=row.pk)


def lines(page):
    """Each row's texts, a cell each."""
    assert page.status_code == 200
    [body] = re.findall(r"<tbody>(.*?)</tbody>", page.text, re.S) or [""]
    cells = [re.findall(r"<td.*?>(.*?)</td>", row, re.S) for row in re.findall(r"<tr>(.*?)</tr>", body, re.S)]
    return [[" ".join(re.sub(r"<[^>]+>", " ", cell).split()) for cell in row] for row in cells]


def recipients(page):
    return [row[1].split()[-1] for row in lines(page)]


def test_each_state_says_when_and_why(admin, at, world):
    for make in (delivery, failed, given_up, sent):
        make(world)
    page = admin.get(at)
    [was_sent, gone, again, due] = lines(page)
    assert was_sent[0].startswith("Sent today")
    assert gone[0].startswith("Given up today")
    assert gone[3] == "The server does not know this recipient 550 No such user"
    assert again[0].startswith("Next try")
    assert again[3] == "The server asks to try again later 450 Busy 3 tries"
    sent(world, "late@example.org", attempts=2)
    assert lines(admin.get(at))[0][3] == "2 tries"
    assert due[0].startswith("Due today")
    assert [row[4] for row in (was_sent, gone, again, due)] == ["", "Try again", "Try again", ""]
    assert "Next reminders: " in page.text
    chips = dict(re.findall(r'class="chip"[^>]*>([^<]*) <b>(\d+)</b>', page.text))
    assert chips == {"Due": "1", "Will be tried again": "1", "Given up": "1", "Sent in 7 days": "1"}


def test_nobody_reads_what_others_were_told(admin, at, world):
    for make in (delivery, failed, given_up):
        make(world)
    page = admin.get(at).text
    assert "The subject" not in page
    assert "The text" not in page


def test_narrowed_by_state_kind_and_person(admin, at, world):
    delivery(world, world.bob.user.email)
    failed(world, kind="invitation")
    given_up(world)
    sent(world)
    assert recipients(admin.get(f"{at}?state=given-up")) == ["never@example.org"]
    assert recipients(admin.get(f"{at}?state=again")) == ["later@example.org"]
    assert recipients(admin.get(f"{at}?state=due")) == [world.bob.user.email]
    assert recipients(admin.get(f"{at}?kind=invitation")) == ["later@example.org"]
    assert recipients(admin.get(f"{at}?person={world.bob.name[:4]}")) == [world.bob.user.email]
    assert recipients(admin.get(f"{at}?person=NEVER@")) == ["never@example.org"]
    assert "Nothing like that" in admin.get(f"{at}?person=nobody%00&state=sent").text
    assert len(recipients(admin.get(f"{at}?state=odd&kind=odd&before=odd"))) == 4


def test_names_people_by_their_address(admin, at, world):
    delivery(world, world.bob.user.email)
    [row] = lines(admin.get(at))
    assert row[1] == f"{world.bob.name} {world.bob.user.email}"


def test_what_goes_to_the_channel_says_so(admin, at, world):
    row = given_up(world, "channel", channel="webhook", kind="channel_digest", failure="gone")
    [line] = lines(admin.get(at))
    assert line[1:4] == [
        "Channel",
        "Weekly digest, to the channel",
        "The channel’s address is no longer valid 550 No such user",
    ]
    type(world.dan.user).objects.filter(pk=world.dan.user.pk).update(language="fr")
    with translation.override("fr"):
        named = str(OutboxMail.Channel.WEBHOOK.label)
    assert lines(admin.get(at))[0][1] == named
    assert named in admin.post(f"{at}{row.pk}/retry/", follow=True).text


def test_many_come_in_pages(admin, at, world):
    rows = [delivery(world, f"person-{number}@example.org") for number in range(55)]
    first = admin.get(f"{at}?kind=mention")
    assert len(lines(first)) == 50
    [older] = re.findall(r'href="(\?[^"]*before=\d+)"', first.text)
    second = admin.get(at + older.replace("&amp;", "&"))
    assert recipients(second) == [row.recipient for row in reversed(rows[:5])]
    assert "Newest" in second.text


def test_what_failed_is_tried_again_and_told_in_the_audit(admin, at, world):
    row = given_up(world)
    answer = admin.post(f"{at}{row.pk}/retry/", {"state": "given-up", "person": "never"})
    assert answer.headers["Location"] == f"{at}?state=given-up&person=never"
    again = stored(row)
    assert (again.given_up_at, again.attempts) == (None, 0)
    assert outbox.sweep(until=timezone.now() + timedelta(seconds=30)) == 1
    with tenancy.tenant(world.org.pk):
        assert AuditEvent.objects.filter(verb="delivery_retried").count() == 1
    assert "had sent again" in admin.get(f"/o/{world.org.slug}/settings/audit/").text
    assert "has been sent already" in admin.post(f"{at}{row.pk}/retry/", follow=True).text


def test_all_that_failed_at_once(admin, at, world):
    rows = [failed(world), given_up(world)]
    kept = [given_up(world, "old@example.org", text=""), sent(world), delivery(world)]
    before = [stored(row) for row in kept]
    assert "2 are tried again" in admin.post(f"{at}retry/", follow=True).text
    assert all(stored(row).attempts == 0 and stored(row).due_at <= timezone.now() for row in rows)
    assert [(stored(row).due_at, stored(row).given_up_at) for row in kept] == [
        (row.due_at, row.given_up_at) for row in before
    ]
    with tenancy.tenant(world.org.pk):
        assert AuditEvent.objects.filter(verb="delivery_retried").count() == 2


def test_what_is_no_longer_kept_cannot_be_tried_again(admin, at, world):
    row = given_up(world, text="")
    assert "No longer kept" in admin.get(at).text
    assert "no longer kept" in admin.post(f"{at}{row.pk}/retry/", follow=True).text
    assert stored(row).given_up_at is not None
    assert "nothing to try again" in admin.post(f"{at}retry/", follow=True).text


def test_nothing_has_left_yet(admin, at):
    page = admin.get(at)
    assert "Nothing has left yet" in page.text
    assert "Try all that failed again" not in page.text


# The digest of a week without movement is refused: tests/reminders/test_weekly.py.
@pytest.mark.parametrize(
    "kind", [kind.name for kind in deliveries.kinds() if kind.preview and kind.name != "weekly_digest"]
)
def test_a_preview_goes_to_whoever_asks_in_their_language(admin, at, world, kind):
    type(world.dan.user).objects.filter(pk=world.dan.user.pk).update(language="en")
    assert f"on its way to {world.dan.user.email}" in admin.post(f"{at}preview/", {"kind": kind}, follow=True).text
    with tenancy.tenant(world.org.pk):
        mail = OutboxMail.objects.get()
    assert (mail.recipient, mail.kind) == (world.dan.user.email, "preview")
    assert mail.subject.startswith("Preview: ")
    assert mail.text
    # As often as one wants, within a limit.
    with time_machine.travel(timezone.now() + timedelta(seconds=1)):
        admin.post(f"{at}preview/", {"kind": kind})
    with tenancy.tenant(world.org.pk):
        assert OutboxMail.objects.count() == 2


def test_a_preview_of_nothing_is_refused(admin, at, world, monkeypatch):
    for kind in ("", "odd", "preview"):
        assert "Choose what you would like to see" in admin.post(f"{at}preview/", {"kind": kind}, follow=True).text
    monkeypatch.setattr("orgs.actions.deliveries.PREVIEWS_A_DAY", 0)
    assert "the limit" in admin.post(f"{at}preview/", {"kind": "mention"}, follow=True).text
    with tenancy.tenant(world.org.pk):
        assert not OutboxMail.objects.exists()


def test_every_kind_that_leaves_has_a_name(world):
    """Whoever posts registers their kind: no page falls back on "Other" for what Polaris itself sends."""
    known = {kind.name for kind in deliveries.kinds()}
    assert {"invitation", "mention", "reply", "minutes", "workshop", "workshop_open", "preview", "reminder"} <= known
    assert set(KINDS.values()) <= known
    assert {"planning_decided", "planning_published"} <= known


def test_a_real_refusal_is_worded_in_the_readers_language(admin, at, world):
    """What is stored is a code: an English word of ours never shows on a French page."""
    refusal = outbox.understood(smtplib.SMTPRecipientsRefused({"x@example.org": (550, b"No such user")}))
    given_up(world, failure=refusal.reason, answer=refusal.answer)
    type(world.dan.user).objects.filter(pk=world.dan.user.pk).update(language="fr")
    page = admin.get(at)
    with translation.override("fr"):
        assert str(OutboxMail.Failure.RECIPIENT.label) in unescape(page.text)
    assert '<small class="meta" lang="en">550 No such user</small>' in page.text


def test_for_administrators_alone(client, world, at):
    row = given_up(world)
    client.force_login(world.bob.user, backend=factories.BACKEND)
    assert client.get(at).status_code == 403
    for tail in ("retry/", "preview/", f"{row.pk}/retry/"):
        assert client.post(at + tail).status_code == 403


def test_another_organizations_rows_do_not_exist(admin, at, world):
    theirs = given_up(factories.world("theirs"))
    assert admin.post(f"{at}{theirs.pk}/retry/").status_code == 404
    assert lines(admin.get(at)) == []
    admin.post(f"{at}retry/")
    assert stored(theirs).given_up_at is not None


# ── Many of them ──


@pytest.mark.sqlite
def test_the_newest_of_an_organization_are_read_from_an_index(world):
    """Neither all that an organization sent is sorted, nor what others sent looked through."""
    with tenancy.tenant(world.org.pk):
        plan = OutboxMail.objects.order_by("-pk")[:51].explain()
        assert "outbox_newest" in plan
        assert "TEMP B-TREE" not in plan


KIND = r"^(?:[A-Z_]*KIND|MAIL|DECIDED|PUBLISHED)$"


def test_whatever_rooms_send_has_a_name():
    """No delivery is called "Other"."""
    posted = set()
    for room in apps.get_app_configs():
        if not room.path.startswith(str(settings.BASE_DIR)) or ".venv" in room.path:
            continue
        for file in Path(room.path).rglob("*.py"):
            text = file.read_text()
            if "outbox.post" not in text and "outbox.Mail(" not in text:
                continue
            module = import_module(".".join(file.relative_to(settings.BASE_DIR).with_suffix("").parts))
            posted |= {value for name, value in vars(module).items() if re.match(KIND, name) and isinstance(value, str)}
    assert len(posted) >= 10
    assert {kind for kind in posted if deliveries.kind_named(kind) is None} == set()
