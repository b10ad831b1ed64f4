"""News of what people follow: what is told, to whom, once, and what never is."""

import datetime as dt
from decimal import Decimal

import pytest
import time_machine
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from okr.actions import comments
from okr.actions.check_in import correct_check_in, record_check_in
from okr.actions.following import set_following
from okr.actions.key_results import change_key_result, publish_key_results
from okr.models import Follow, KeyResult
from orgs import tenancy
from orgs.actions import editing
from orgs.actions.audit import Actor
from orgs.models import Notification, OutboxMail
from tests import factories
from tests.factories import signed_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def world():
    with time_machine.travel(dt.datetime(2026, 5, 19, 8, tzinfo=dt.UTC), tick=False):
        world = factories.world()
        with tenancy.tenant(world.org.pk):
            yield world


@pytest.fixture
def check_in(world, django_capture_on_commit_callbacks):
    def check_in(value, confidence=6, by="alice", of=None, **more):
        with django_capture_on_commit_callbacks(execute=True):
            return record_check_in(
                of or world.key_result,
                by=Actor(getattr(world, by)),
                value=Decimal(value),
                confidence=confidence,
                **more,
            )

    return check_in


def told(who, kind=None):
    rows = Notification.objects.filter(recipient=who).order_by("pk")
    return list(rows.filter(kind=kind) if kind else rows)


# ── Check-ins ────────────────────────────────────────────────────────────────


def test_a_status_that_changes_is_told_to_followers_and_not_to_its_author(world, check_in):
    set_following(world.tribe, True, by=world.sam)
    check_in("80", comment="The cold zone is shut.")
    (news,) = told(world.sam)
    assert (news.kind, news.actor, news.path) == ("checked_in", world.alice, f"key-results/{world.key_result.pk}/")
    assert news.about == "A1 Orders ready when the customer arrives"
    assert news.excerpt == "80% · On track → Off track · The cold zone is shut."
    assert told(world.bob)  # by his seat
    assert not told(world.alice)
    assert not told(world.carol)


def test_the_mark_on_confidence_is_told(world, check_in):
    set_following(world.key_result, True, by=world.sam)
    check_in("86.5", confidence=3)
    assert told(world.sam)[0].excerpt == "86.5% · confidence 6 → 3"


def test_what_changes_neither_is_not_told(world, check_in):
    check_in("86.5", confidence=5)
    assert not Notification.objects.exists()


def test_the_newest_replaces_the_unread_one(world, check_in):
    check_in("80")
    with time_machine.travel(dt.datetime(2026, 5, 20, 8, tzinfo=dt.UTC), tick=False):
        check_in("88")
    (news,) = told(world.bob)
    assert "Off track → On track" in news.excerpt
    Notification.objects.update(read_at="2026-05-20T09:00Z")
    with time_machine.travel(dt.datetime(2026, 5, 21, 8, tzinfo=dt.UTC), tick=False):
        check_in("80")
    assert len(told(world.bob)) == 2


def test_a_correction_takes_back_what_was_no_news(world, check_in, django_capture_on_commit_callbacks):
    made = check_in("8")
    assert told(world.bob)
    with django_capture_on_commit_callbacks(execute=True):
        correct_check_in(made, by=Actor(world.alice), value=Decimal("87"), confidence=6)
    assert not told(world.bob)


def test_who_has_muted_or_left_is_told_nothing(world, check_in):
    set_following(world.tribe, False, by=world.bob)
    set_following(world.key_result, True, by=world.sam)
    world.sam.ended_at = "2026-05-01T00:00Z"
    world.sam.save()
    check_in("80")
    assert not Notification.objects.exists()


def test_refused_is_not_told(world, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True), pytest.raises(Exception, match="Confidence"):
        record_check_in(world.key_result, by=Actor(world.alice), value=Decimal(80), confidence=0)
    assert not Notification.objects.exists()


# ── Comments, targets, owners ────────────────────────────────────────────────


def test_a_comment_is_told_once_to_each(world, django_capture_on_commit_callbacks):
    set_following(world.key_result, True, by=world.sam)
    with django_capture_on_commit_callbacks(execute=True):
        comments.start_thread(world.key_result, "@Bob Colleague, why?", by=Actor(world.carol))
    assert [row.kind for row in told(world.bob)] == ["mention"]
    (news,) = told(world.sam)
    assert (news.kind, news.excerpt) == ("commented", "@Bob Colleague, why?")
    assert news.path.startswith(f"key-results/{world.key_result.pk}/?comment=")
    assert [row.kind for row in told(world.alice)] == ["commented"]
    with django_capture_on_commit_callbacks(execute=True):
        comments.delete(comments.Comment.objects.get(), by=Actor(world.carol))
    assert not Notification.objects.exists()


def test_a_changed_target_and_owner(world, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        change_key_result(
            world.key_result,
            {"target": Decimal(90), "owner": world.bob},
            by=Actor(world.coach),
            reason="The cold zone comes in July.",
        )
    (news,) = told(world.bob)
    assert news.kind == "changed"
    assert "target 92% → 90%" in news.excerpt
    assert "owner Alice Owner → Bob Colleague" in news.excerpt
    assert "The cold zone comes in July." in news.excerpt


def test_drafts_are_nobody_s_business(world, django_capture_on_commit_callbacks):
    KeyResult.objects.filter(pk=world.key_result.pk).update(stage="draft", current=None, checked_on=None)
    world.key_result.check_ins.all().delete()
    with django_capture_on_commit_callbacks(execute=True):
        change_key_result(world.key_result, {"target": Decimal(90)}, by=Actor(world.coach))
    assert not Notification.objects.exists()


def test_publication_is_told_once_a_tribe_and_quarter(world, django_capture_on_commit_callbacks):
    for title in ("First", "Second"):
        factories.key_result(world.objective, title=title, stage="proposed", owner=world.alice)
    set_following(world.tribe, True, by=world.sam)
    with django_capture_on_commit_callbacks(execute=True):
        publish_key_results(world.objective, by=Actor(world.alice))
    (news,) = told(world.sam)
    assert (news.kind, news.about, news.path) == ("started", "Drive, Q2 2026", "tribes/DRV/2026-q2/")
    assert news.excerpt.startswith("2 key results: ")
    assert news.excerpt.endswith(("First, Second", "Second, First"))


def test_a_score_is_told_and_running_again_is_no_publication(world, django_capture_on_commit_callbacks):
    def amend(**values):
        with django_capture_on_commit_callbacks(execute=True), transaction.atomic():
            row = editing.locked(KeyResult, world.key_result.pk)
            editing.amend_all([(row, values, "scored")], editing.Change(Actor(world.coach)))

    amend(stage="scored", score=Decimal("0.7"), learning="Start earlier.")
    (news,) = told(world.bob)
    assert (news.kind, news.excerpt) == ("scored", "0.7 · Start earlier.")
    amend(stage="published", score=None, learning="")
    assert len(told(world.bob)) == 1


# ── Mail, inbox, bounds ──────────────────────────────────────────────────────


def test_by_mail_where_they_chose_so(world, check_in):
    world.sam.user.mail_news = True
    world.sam.user.language = "en"
    world.sam.user.save()
    set_following(world.tribe, True, by=world.sam)
    check_in("80")
    (mail,) = OutboxMail.objects.all()
    assert mail.recipient == world.sam.user.email
    assert mail.subject == "Alice Owner checked in: A1 Orders ready when the customer arrives"
    assert f"/o/coursive/key-results/{world.key_result.pk}/" in mail.text
    assert "On track → Off track" in mail.text


def test_each_reads_it_in_their_language(world, check_in):
    for member, language in ((world.bob, "en"), (world.sam, "fr")):
        member.user.language = language
        member.user.save()
    set_following(world.tribe, True, by=world.sam)
    check_in("80")
    ((english,), (french,)) = told(world.bob), told(world.sam)
    assert english.excerpt.startswith("80% · On track → Off track")
    assert french.excerpt.startswith("80\N{NO-BREAK SPACE}% · Dans les temps → ")


def test_the_inbox_shows_news_and_counts_them(world, check_in):
    check_in("80")
    page = signed_in(world.bob).get("/o/coursive/inbox/?show=news").content.decode()
    assert "checked in on" in page
    assert "On track → Off track" in page
    assert "Inbox, 1 unread" in page


def test_as_many_queries_for_many_followers(world, check_in):
    def queries(value):
        with CaptureQueriesContext(
            connection,
        ) as seen:
            check_in(value)
        return len(seen)

    few = queries("80")
    members = [factories.member(world.org, f"Person {number}") for number in range(30)]
    for member in members:
        member.user.mail_news = True
        member.user.save()
    Follow.objects.bulk_create(Follow(membership=member, tribe=world.tribe) for member in members)
    with time_machine.travel(dt.datetime(2026, 5, 20, 8, tzinfo=dt.UTC), tick=False):
        many = queries("88")
    assert many <= few + 2  # one for the mails
    assert OutboxMail.objects.count() == 30
