"""The minutes of a closed workshop: who reads them, what they hold, and what they never do."""

import datetime as dt
from io import BytesIO

import pytest
from django.core import mail
from django.test import Client
from django.utils import timezone
from openpyxl import load_workbook

from orgs import outbox, tenancy
from orgs.models import AuditEvent, Membership, OutboxMail, User
from tests import factories
from tests.workshops.held import SECRETS, closed_workshop
from workshops.access import GUEST_DAYS, cookie_name, digest
from workshops.documents import minutes_pdf
from workshops.models import Note, Participant, Workshop
from workshops.pages.minutes import Minutes

pytestmark = pytest.mark.django_db
TOKEN = "the-token-of-gita"
PAGES = ("minutes/", "minutes/pdf/", "minutes/xlsx/", "replay/", "replay/5/")


@pytest.fixture
def held(world):
    with tenancy.tenant(world.org.pk):
        made = closed_workshop(world)
        Participant.objects.filter(pk=made.people["guest"].pk).update(
            digest=digest(TOKEN), admitted_at=timezone.now(), joined_at=timezone.now()
        )
        return made


@pytest.fixture
def gita(held):
    browser = Client()
    browser.cookies[cookie_name(held.code)] = TOKEN
    return browser


def at(held, page="minutes/"):
    return f"/o/coursive/workshops/{held.code}/{page}"


def change(held, **fields):
    with tenancy.tenant(held.org_id):
        Workshop.objects.filter(pk=held.pk).update(**fields)


def sheets(answer):
    book = load_workbook(BytesIO(answer.content))
    return {sheet.title: [[cell.value for cell in row] for row in sheet.iter_rows()] for sheet in book}


# ── Who reads them ───────────────────────────────────────────────────────────


@pytest.mark.parametrize("page", PAGES)
def test_every_member_reads_and_strangers_find_nothing(world, held, page):
    for person in ("bob", "olga", "codir"):
        assert factories.signed_in(world.people[person]).get(at(held, page)).status_code == 200
    stranger = factories.world("other")
    assert factories.signed_in(stranger.dan).get(at(held, page)).status_code == 404
    assert Client().get(at(held, page))["Location"].startswith("/accounts/login/")


@pytest.mark.parametrize("page", PAGES)
def test_a_guest_who_was_there_reads_while_the_token_lives(world, held, gita, page):
    assert gita.get(at(held, page)).status_code == 200
    with tenancy.tenant(world.org.pk):
        guests = Participant.objects.filter(membership=None)
        guests.update(admitted_at=None)
        assert gita.get(at(held, page)).status_code == 404  # one who still waits at the door
        guests.update(admitted_at=timezone.now() - dt.timedelta(days=GUEST_DAYS))
        assert gita.get(at(held, page))["Location"].startswith("/accounts/login/")
        guests.update(admitted_at=timezone.now(), removed_at=timezone.now())
        assert gita.get(at(held, page))["Location"].startswith("/accounts/login/")


@pytest.mark.parametrize("page", PAGES)
def test_before_the_end_there_are_none(world, held, page):
    bob = factories.signed_in(world.bob)
    for state in ("planned", "running"):
        change(held, state=state)
        early = bob.get(at(held, page))
        assert early.status_code == 404
        assert "The workshop is not closed yet." in early.content.decode()
    change(held, state="cancelled")
    gone = bob.get(at(held, page))
    assert gone.status_code == 404
    assert "not closed yet" not in gone.content.decode()


def test_guests_read_names_where_members_follow_links(world, held, gita):
    link = f'href="/o/coursive/key-results/{world.key_result.pk}/"'
    assert link in factories.signed_in(world.bob).get(at(held)).content.decode()
    page = gita.get(at(held)).content.decode()
    assert link not in page
    assert world.key_result.title in page
    assert "minutes/send/" not in page


# ── What they hold ───────────────────────────────────────────────────────────


def test_the_page_tells_all_of_it(world, held):
    page = factories.signed_in(world.bob).get(at(held))
    text = page.content.decode()
    for said in (
        "Workshop 2, key results",
        "At the till",
        "Known at the till as online",  # merged into another
        "Measured every week",
        "No source yet",
        "An output",
        "Gita Guest",
        "Olga Observer",
        "Vote, round 1",
        "Vote, round 2",
        world.key_result.title,
        world.objective.title,
    ):
        assert said in text, said
    minutes = page.context["minutes"]
    assert [(label, len(rows)) for label, rows in minutes.outcomes] == [("Retained", 1), ("Parked", 1), ("Rejected", 1)]
    assert minutes.counts == [
        (3, "took part"),
        (4, "notes"),
        (2, "families"),
        (19, "dots"),
        (1, "retained"),
    ]
    assert [one.name for one in minutes.observers] == ["Alice Owner"]
    assert [one.name for one in minutes.absent] == ["Olga Observer"]
    assert [(value, [one.name for one in people]) for value, _label, people in minutes.by_function] == [
        ("tech", ["Bob Colleague"]),
        ("business", ["Carol Staff", "Gita Guest"]),
    ]
    assert [(row.clock, row.minutes) for row in minutes.agenda][:2] == [("11:00 – 11:12", 12), ("11:12 – 11:24", 12)]


def test_each_vote_says_raw_and_balanced_ranks_ties_and_what_is_contested(world, held):
    first, second = factories.signed_in(world.bob).get(at(held)).context["minutes"].votes
    assert [(row.rank, row.dots) for row in first.rows] == [("1 =", 2), ("1 =", 2), ("3", 0)]
    # Tech (Bob): 3/5 and 2/5. Business (Carol 1/5, 4/5; Gita 1/5 of the second, 4/5): halves of both functions.
    assert [(row.text[:9], row.dots, row.raw_share, row.balanced, row.breadth) for row in second.rows] == [
        ("Regulars ", 8, "53%", "40%", 1),
        ("Customers", 4, "27%", "35%", 2),
        ("=HYPERLIN", 3, "20%", "25%", 2),
    ]
    assert [row.is_contested for row in second.rows] == [True, False, False]
    assert second.voters == {"business": 2, "tech": 1}
    assert any("goes from 53% to 40%" in line for line in second.remarks)
    assert any("Product, Design" in line for line in second.remarks)


def test_an_open_vote_is_never_counted(world, held):
    from workshops.models import Vote

    with tenancy.tenant(world.org.pk):
        Vote.objects.filter(number=2).update(closed_at=None)
    assert len(factories.signed_in(world.bob).get(at(held)).context["minutes"].votes) == 1


# ── What they never hold ─────────────────────────────────────────────────────


@pytest.mark.parametrize("page", ["minutes/", *(f"replay/{number}/" for number in range(1, 8))])
def test_nothing_private_is_in_the_bytes_of_a_page(world, held, gita, page):
    for client in (factories.signed_in(world.dan), gita):
        content = client.get(at(held, page)).content.decode()
        for secret in (*SECRETS, "Of what was taken away"):
            assert secret not in content
        main = content[content.index("<main") :]
        for member in ("alice", "bob", "carol", "olga"):
            assert world.people[member].user.email not in main
    # The brainstorm shows how many, and never what.
    if page == "replay/2/":
        assert "Customers recognised" not in content


def test_nothing_private_is_in_the_workbook(world, held):
    said = str(sheets(factories.signed_in(world.bob).get(at(held, "minutes/xlsx/"))))
    for secret in (*SECRETS, "@example", "Of what was taken away"):
        assert secret not in said
    assert "Known at the till as online" in said


def test_the_workbook_opens_whatever_was_typed(world, held):
    with tenancy.tenant(world.org.pk):
        Note.objects.filter(text__startswith="Regulars").update(text="No XML \x01\x0b\x1f\ufffe\uffff holds these")
    notes = sheets(factories.signed_in(world.bob).get(at(held, "minutes/xlsx/")))["Notes"]
    assert any("No XML  holds these" in row for row in notes)


def test_cells_hold_no_formula(world, held):
    change(held, title="=1+1", place="")
    with tenancy.tenant(world.org.pk):
        Participant.objects.filter(membership=None).update(guest_name="@SUM(A1)")
        held.notes.filter(text__startswith="Regulars").update(text="+33 by phone")
        held.families.filter(name="At the till").update(name="-5 %")
        held.decisions.filter(outcome="parked").update(reason="\tcmd")
    book = load_workbook(BytesIO(factories.signed_in(world.bob).get(at(held, "minutes/xlsx/")).content))
    cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row if isinstance(cell.value, str)]
    texts = {cell.value for cell in cells}
    assert {"'=1+1", "'@SUM(A1)", "'+33 by phone", "'-5 %", "'\tcmd"} <= texts
    assert not [text for text in texts if text.startswith(("=", "+", "-", "@", "\t"))]
    assert {cell.data_type for cell in cells} == {"s"}


def test_figures_are_figures(world, held):
    votes = sheets(factories.signed_in(world.bob).get(at(held, "minutes/xlsx/")))["Votes"]
    assert votes[4][:8] == ["Vote, round 2", 1, "Regulars who leave, שלום 🎉", 8, 53.3, 40, 1, 1]


def test_the_pdf_takes_what_people_wrote_as_text(world, held, tmp_path):
    """Markup, markers and scripts of others do not stop it, and mean nothing."""
    rough = '#panic("x") *b* _i_ $x^2$ \\ " `c` @ref <l> // /* ] } #import "@preview/x:1" ' + chr(7)
    with tenancy.tenant(world.org.pk):
        held.notes.filter(text__startswith="Regulars").update(text=rough)
    answer = factories.signed_in(world.bob).get(at(held, "minutes/pdf/"))
    assert (answer.status_code, answer["Content-Type"]) == (200, "application/pdf")
    assert answer.content.startswith(b"%PDF-")
    assert answer["Content-Disposition"] == 'attachment; filename="minutes-workshop-2-key-results.pdf"'


# ── Sending ──────────────────────────────────────────────────────────────────


def mails(world):
    with tenancy.tenant(world.org.pk):
        return list(OutboxMail.objects.filter(kind="minutes").order_by("pk"))


def test_they_are_sent_once_to_who_was_invited_or_there_each_in_their_language(
    world, held, settings, django_capture_on_commit_callbacks
):
    settings.MAIL_DELIVERY_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    with tenancy.tenant(world.org.pk):
        User.objects.filter(pk=world.bob.user_id).update(language="fr")
        Membership.objects.filter(pk=world.carol.pk).update(ended_at=timezone.now())
    alice = factories.signed_in(world.alice)
    assert "3 people who were invited or took part" in alice.get(at(held)).content.decode()
    sent = alice.post(at(held, "minutes/send/"), follow=True)
    assert "Minutes sent to 3 people" in sent.content.decode()
    assert "sent to 3 people on" in sent.content.decode()
    assert {row.recipient for row in mails(world)} == {
        world.people[name].user.email for name in ("alice", "bob", "olga")
    }
    assert "Minutes sent to 3 people" in alice.post(at(held, "minutes/send/"), follow=True).content.decode()
    assert len(mails(world)) == 3
    with tenancy.tenant(world.org.pk):
        [event] = AuditEvent.objects.filter(verb="minutes_sent")
        assert (event.actor, event.after) == (world.alice, {"people": 3})
    outbox.sweep(until=timezone.now() + dt.timedelta(seconds=60))
    assert len(mail.outbox) == 3
    for message in mail.outbox:
        assert f"/o/coursive/workshops/{held.code}/minutes/" in message.body
        [(name, content, kind)] = message.attachments
        assert (name.endswith(".pdf"), kind) == (True, "application/pdf")
        assert content.startswith(b"%PDF-")


def test_to_how_many_they_went_is_known_when_the_mails_are_not(world, held):
    alice = factories.signed_in(world.alice)
    alice.post(at(held, "minutes/send/"))
    with tenancy.tenant(world.org.pk):
        OutboxMail.objects.all().delete()  # as what has left long ago
    assert "sent to 4 people on" in alice.get(at(held)).content.decode()


def test_a_workshop_closed_anew_has_new_minutes_to_send(world, held):
    alice = factories.signed_in(world.alice)
    alice.post(at(held, "minutes/send/"))
    change(held, closed_at=timezone.now() + dt.timedelta(minutes=1))
    assert "Send the minutes" in alice.get(at(held)).content.decode()
    alice.post(at(held, "minutes/send/"))
    assert len(mails(world)) == 8


def test_who_does_not_lead_sends_nothing(world, held, gita):
    assert factories.signed_in(world.bob).post(at(held, "minutes/send/")).status_code == 403
    assert "minutes/send/" not in factories.signed_in(world.bob).get(at(held)).content.decode()
    assert gita.post(at(held, "minutes/send/"))["Location"].startswith("/accounts/login/")
    change(held, state="running")
    assert factories.signed_in(world.alice).post(at(held, "minutes/send/")).status_code == 302
    assert mails(world) == []


def test_mails_that_wait_are_taken_back_when_the_workshop_goes_on(world, held):
    alice = factories.signed_in(world.alice)
    alice.post(at(held, "minutes/send/"))
    first = mails(world)[0]
    with tenancy.tenant(world.org.pk):
        OutboxMail.objects.filter(pk=first.pk).update(sent_at=timezone.now())
    assert alice.post(at(held, "room/reopen/"), headers={"HX-Request": "true"}).status_code == 200
    assert [row.pk for row in mails(world)] == [first.pk]


def test_the_pdf_says_of_signs_without_a_font_where_they_are_to_be_read(world, held, monkeypatch):
    with tenancy.tenant(world.org.pk):
        held.notes.filter(text__startswith="Regulars").update(text="Départs 🎉🎉 👩‍💻 : 你好, שלום → ≈ \x07fin")
        workshop = Workshop.objects.with_place().get(pk=held.pk)
        monkeypatch.setattr(minutes_pdf.glyphs, "can_set", lambda sign: sign < "\u3000")  # as without such fonts
        data = minutes_pdf.readable(Minutes(workshop, world.org))
        [text] = {text for text in strings(data) if text.startswith("Départs")}
        assert text == "Départs […] […] : […], שלום → ≈ fin"
        assert data["remark"].endswith(f"http://localhost:8000{at(held)}")
        held.notes.filter(text__startswith="Départs").update(text="Départs")
        assert not minutes_pdf.readable(Minutes(workshop, world.org))["remark"]


def test_a_font_is_asked_for_each_sign():
    assert minutes_pdf.glyphs.can_set("é")
    assert minutes_pdf.glyphs.can_set("→")
    assert not minutes_pdf.glyphs.can_set("\u0378")  # no letter at all
    assert minutes_pdf.glyphs.settable({"rows": ["a\u0378b", 3]}) == {"rows": ["a[…]b", 3]}


def strings(data):
    if isinstance(data, str):
        return {data}
    parts = data.values() if isinstance(data, dict) else data if isinstance(data, list) else ()
    return set().union(*(strings(part) for part in parts))
