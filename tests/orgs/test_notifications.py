"""What people are told: the inbox, the bell on every page, and mails in their language."""

import re

import pytest
from django.core.cache import cache
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from okr.actions import comments
from orgs import tenancy
from orgs.actions.audit import Actor
from orgs.actions.notifications import in_short, mark_read, notify, take_back
from orgs.models import Membership, Notification, OutboxMail
from tests import factories

pytestmark = pytest.mark.django_db
HTMX = {"HX-Request": "true"}


@pytest.fixture
def world():
    world = factories.world()
    with tenancy.tenant(world.org.pk):
        yield world


@pytest.fixture
def tell(world):
    """Tell Bob something, or somebody else."""

    def tell(key="mention:1", who="bob", kind="mention", actor="alice", path="key-results/1/", excerpt="Look."):
        recipient, by = getattr(world, who), getattr(world, actor)
        return notify(recipient, kind, by, "1.1 Missing items", excerpt, path, key)

    return tell


@pytest.fixture
def as_(world, client):
    def sign_in(who):
        client.force_login(getattr(world, who).user)
        return client

    return sign_in


def at(world, name, *args):
    return reverse(name, args=[world.org.slug, *args])


def text(answer):
    assert answer.status_code == 200
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", answer.content.decode()))


def bell(page):
    return re.search(r'id="bell"[^>]*aria-label="([^"]+)"', page.content.decode())[1]


# ── Telling ──────────────────────────────────────────────────────────────────


def test_the_same_is_told_once(world, tell):
    assert tell() is not None
    assert tell() is None
    assert (Notification.objects.count(), OutboxMail.objects.count()) == (1, 1)


def test_nobody_is_told_what_they_did(world, tell):
    assert tell(actor="bob") is None
    assert not Notification.objects.exists()


@pytest.mark.parametrize("gone", ["left", "blocked"])
def test_whoever_has_left_is_told_nothing(world, gone):
    if gone == "left":
        Membership.objects.filter(pk=world.bob.pk).update(ended_at="2026-05-01T00:00Z")
    else:
        world.bob.user.is_active = False
        world.bob.user.save()
    bob = Membership.objects.with_people().get(pk=world.bob.pk)
    assert notify(bob, "mention", world.alice, "About", "Look", "", "mention:1") is None
    assert not OutboxMail.objects.exists()


def test_a_long_text_is_shortened_and_keeps_its_no_break_spaces():
    assert in_short("Why\u00a0?\n\n  Because") == "Why\u00a0? Because"
    assert len(in_short("word " * 100)) <= 240
    assert in_short("word " * 100).endswith("…")


# ── Mails ────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(("kind", "choice"), [("mention", "mail_mentions"), ("reply", "mail_replies")])
def test_a_mail_for_those_who_chose_so(world, tell, kind, choice):
    tell(kind=kind)
    mail = OutboxMail.objects.get()
    assert mail.recipient == world.bob.user.email
    assert (mail.kind, mail.period) == (kind, "mention:1")
    setattr(world.bob.user, choice, False)
    world.bob.user.save()
    tell(kind=kind, key="mention:2")
    assert OutboxMail.objects.count() == 1
    assert Notification.objects.count() == 2


def test_what_is_handed_over_is_told_in_the_inbox(world, tell):
    tell(kind="handover", key="handover:1")
    assert Notification.objects.count() == 1
    assert not OutboxMail.objects.exists()


def test_a_mail_speaks_the_recipients_language_and_leads_there(world, settings):
    settings.BASE_URL = "https://polaris.example.org"
    thread = comments.start_thread(world.key_result, "@Bob Colleague, why?", by=Actor(world.alice))
    mail = OutboxMail.objects.get()
    assert mail.subject == "Alice Owner mentioned you: A1 Orders ready when the customer arrives"
    url = f"https://polaris.example.org/o/coursive/key-results/{world.key_result.pk}/?comment={thread.pk}#comment-{thread.pk}"
    assert f"\n{url}\n" in mail.text
    assert "@Bob Colleague, why?" in mail.text
    assert "&" not in mail.text.replace(url, "")


def test_text_of_a_mail_is_not_escaped(world):
    comments.start_thread(world.key_result, "@Bob Colleague: a < b & c’s “d”", by=Actor(world.alice))
    assert "a < b & c’s “d”" in OutboxMail.objects.get().text


def test_no_mail_leaves_for_what_was_taken_back(world, tell):
    tell()
    take_back(["mention:1"])
    assert not OutboxMail.objects.exists()
    assert not Notification.objects.exists()


def test_nothing_is_told_of_what_did_not_happen(world):
    with transaction.atomic():
        comments.start_thread(world.key_result, "@Bob Colleague", by=Actor(world.alice))
        transaction.set_rollback(True)
    assert not Notification.objects.exists()
    assert not OutboxMail.objects.exists()


# ── The bell ─────────────────────────────────────────────────────────────────


def test_the_bell_counts_on_every_page_without_a_query(world, tell, as_):
    client = as_("bob")
    page = client.get(at(world, "strategy"))
    assert bell(page) == "Inbox, 0 unread"
    with CaptureQueriesContext(connection) as before:
        assert client.get(at(world, "strategy"), headers={"If-None-Match": page["ETag"]}).status_code == 304
    tell()
    again = client.get(at(world, "strategy"), headers={"If-None-Match": page["ETag"]})
    assert bell(again) == "Inbox, 1 unread", "a kept page does not hide the news"
    with CaptureQueriesContext(connection) as after:
        assert client.get(at(world, "strategy"), headers={"If-None-Match": again["ETag"]}).status_code == 304
    assert len(after) == len(before)
    mark_read(world.bob)
    assert bell(as_("bob").get(at(world, "strategy"))) == "Inbox, 0 unread"


def test_the_bell_counts_ones_own(world, tell, as_):
    tell()
    assert bell(as_("alice").get(at(world, "strategy"))) == "Inbox, 0 unread"


def test_two_organizations_have_two_inboxes(world, tell, as_):
    other = factories.world("other")
    with tenancy.tenant(other.org.pk):
        Membership.objects.create(user=world.bob.user, roles=["member"])
    tell()
    assert bell(as_("bob").get("/o/other/strategy/")) == "Inbox, 0 unread"
    assert "Missing items" not in text(as_("bob").get("/o/other/inbox/"))


# ── The inbox ────────────────────────────────────────────────────────────────


def test_an_empty_inbox_says_what_belongs_there(world, as_):
    page = text(as_("bob").get(at(world, "inbox")))
    assert "All is read" in page
    assert "When somebody mentions you with @" in page


def test_reading_the_inbox_marks_nothing(world, tell, as_):
    tell()
    for _again in range(2):
        page = as_("bob").get(at(world, "inbox"))
        assert "Alice Owner mentioned you in 1.1 Missing items" in text(page)
        assert bell(page) == "Inbox, 1 unread"


def test_opening_marks_as_read_and_leads_there(world, tell, as_):
    notice = tell(path="key-results/7/?comment=3#comment-3")
    assert as_("bob").get(at(world, "inbox_open", notice.pk)).status_code == 405
    answer = as_("bob").post(at(world, "inbox_open", notice.pk))
    assert answer["Location"] == "/o/coursive/key-results/7/?comment=3#comment-3"
    notice.refresh_from_db()
    assert notice.read_at is not None


def test_marking_one_and_all(world, tell, as_):
    first, _second, _third = tell(), tell("mention:2"), tell("comment:3", kind="reply")
    part = as_("bob").post(at(world, "inbox_read", first.pk), headers=HTMX)
    assert bell(part) == "Inbox, 2 unread"
    assert 'hx-swap-oob="true"' in part.content.decode()
    assert as_("bob").post(at(world, "inbox_read_all")).status_code == 302
    assert "All is read" in text(as_("bob").get(at(world, "inbox")))


def test_somebody_elses_notices_are_nobodys_business(world, tell, as_):
    notice = tell()
    for name in ("inbox_open", "inbox_read"):
        assert as_("alice").post(at(world, name, notice.pk)).status_code == 404
    assert as_("alice").get(at(world, "inbox_answer", notice.pk)).status_code == 404
    as_("alice").post(at(world, "inbox_read_all"))
    as_("alice").post(at(world, "inbox_seen"), {"below": "key-results/1/"})
    notice.refresh_from_db()
    assert notice.read_at is None


def test_a_page_that_was_seen_marks_what_leads_to_it(world, as_):
    comments.start_thread(world.key_result, "@Bob Colleague", by=Actor(world.alice))
    comments.start_thread(world.objective, "@Bob Colleague", by=Actor(world.alice))
    url = at(world, "key_result_comments", world.key_result.pk)
    part = as_("bob").get(url, headers={**HTMX, "HX-Target": "discussion"}).content.decode()
    below = re.search(r'name="below" value="([^"]+)"', part)[1]
    assert below == f"key-results/{world.key_result.pk}/"
    assert bell(as_("bob").post(at(world, "inbox_seen"), {"below": below}, headers=HTMX)) == "Inbox, 1 unread"
    assert 'name="below"' not in as_("bob").get(url).content.decode()


@pytest.mark.parametrize("below", ["", "%", "key-results/", "x" * 5_000, "a\x00b", "_"])
def test_a_wild_path_marks_nothing_else(world, tell, as_, below):
    tell(path="objectives/3/")
    as_("bob").post(at(world, "inbox_seen"), {"below": below})
    assert Notification.objects.unread().count() == 1


def test_filters_and_pages(world, tell, as_):
    for number in range(35):
        tell(f"mention:{number}", excerpt=f"Words {number:02}.")
    tell("comment:99", kind="reply", excerpt="An answer.")
    mark_read(world.bob, pk=Notification.objects.earliest("pk").pk)
    first = text(as_("bob").get(at(world, "inbox")))
    assert "All 36" in first
    assert "Unread 35" in first
    assert "Mentions 35" in first
    assert "Words 34." in first
    assert "Words 02." not in first
    assert "Words 02." in text(as_("bob").get(at(world, "inbox"), {"page": 2}))
    assert "An answer." not in text(as_("bob").get(at(world, "inbox"), {"show": "mentions"}))
    assert "Words 00." not in text(as_("bob").get(at(world, "inbox"), {"show": "unread", "page": 2}))
    assert as_("bob").get(at(world, "inbox"), {"show": "nonsense", "page": "x"}).status_code == 200


def test_one_and_many_cost_the_same(world, tell, as_):
    client = as_("bob")

    def cost():
        cache.clear()
        with CaptureQueriesContext(connection) as queries:
            client.get(at(world, "inbox"))
        return len(queries)

    tell()
    client.get(at(world, "inbox"))
    few = cost()
    for number in range(30):
        tell(f"mention:{number + 2}", actor=("alice", "carol", "dan")[number % 3])
    assert cost() == few <= 12


# ── Answering in place ───────────────────────────────────────────────────────


def test_answering_from_the_inbox(world, as_):
    thread = comments.start_thread(world.key_result, "@Bob Colleague, why?", by=Actor(world.alice))
    notice = Notification.objects.get()
    url = at(world, "inbox_answer", notice.pk)
    assert as_("bob").get(url)["Location"].endswith(f"?comment={thread.pk}#comment-{thread.pk}")
    form = as_("bob").get(url, headers=HTMX).content.decode()
    assert f'hx-post="{url}"' in form
    client_id = re.search(r'name="client_id" value="([\w-]+)"', form)[1]
    empty = as_("bob").post(url, {"text": " ", "client_id": client_id}, headers=HTMX)
    assert (empty.status_code, empty["HX-Retarget"]) == (422, f"#answer-notice-{notice.pk}")
    part = as_("bob").post(url, {"text": "Because.", "client_id": client_id}, headers=HTMX)
    assert "Answered." in text(part)
    assert bell(part) == "Inbox, 0 unread"
    assert thread.answers.get().text == "Because."
    assert Notification.objects.get(recipient=world.alice).kind == "reply"


def test_observers_are_told_and_cannot_answer(world, as_):
    comments.start_thread(world.key_result, "@Olga Observer, look", by=Actor(world.alice))
    page = as_("olga").get(at(world, "inbox"))
    assert "mentioned you in" in text(page)
    assert "/answer/" not in page.content.decode()
    notice = Notification.objects.get()
    assert as_("olga").post(at(world, "inbox_answer", notice.pk), {"text": "x"}).status_code == 403


def test_what_is_no_conversation_cannot_be_answered(world, tell, as_):
    notice = tell("handover:4", kind="handover")
    assert "/answer/" not in as_("bob").get(at(world, "inbox")).content.decode()
    assert as_("bob").get(at(world, "inbox_answer", notice.pk)).status_code == 404
