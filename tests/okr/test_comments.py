"""Conversations below objectives, key results and initiatives. Olga only observes; Charlie is a stranger."""

import re
import uuid

import pytest
from django.core.cache import cache
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from okr import mentions
from okr.actions import comments as actions
from okr.models import Comment, KeyResult, Mention
from orgs import tenancy
from orgs.actions.audit import Actor
from orgs.models import AuditEvent, Membership, Notification, Seat
from orgs.rules import RuleBroken
from tests import factories

pytestmark = pytest.mark.django_db
PART = {"HX-Request": "true", "HX-Target": "discussion"}
HTMX = {"HX-Request": "true"}
KINDS = ("objective", "key_result", "initiative")


@pytest.fixture
def world():
    world = factories.world()
    with tenancy.tenant(world.org.pk):
        yield world


@pytest.fixture
def as_(world, client):
    """Signed in as somebody of the world."""

    def sign_in(who):
        client.force_login(getattr(world, who).user)
        return client

    return sign_in


def at(world, name, *args):
    return reverse(name, args=[world.org.slug, *args])


def sent(text, **fields):
    return {"text": text, "client_id": str(uuid.uuid4()), "mentioned": "", **fields}


def by(person):
    return Actor(person)


def html(answer, status=200):
    assert answer.status_code == status, answer.status_code
    return re.sub(r"\s+", " ", answer.content.decode())


def text(answer, status=200):
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", html(answer, status)))


# ── Starting and reading ─────────────────────────────────────────────────────


@pytest.mark.parametrize("kind", KINDS)
def test_a_conversation_below_each_thing(world, as_, kind):
    thing = getattr(world, kind)
    url = at(world, f"{kind}_comments", thing.pk)
    page = html(as_("bob").get(at(world, kind, thing.pk)))
    assert f'hx-get="{url}"' in page
    assert f'href="{url}"' in page, "readable without JavaScript"

    answer = as_("bob").post(url, sent("How do we know?"))
    made = Comment.objects.get()
    assert answer.status_code == 302
    assert answer["Location"] == f"{url}?comment={made.pk}#comment-{made.pk}"
    assert getattr(made, kind) == thing
    as_("alice").post(at(world, "comment_answer", made.pk), sent("From the order log."))
    for look in ({}, PART):
        shown = text(as_("olga").get(url, headers=look))
        assert "Bob Colleague" in shown
        assert "How do we know?" in shown
        assert "From the order log." in shown
        assert "2 comments" in shown
    events = AuditEvent.objects.filter(object_type=thing._meta.model_name, object_id=thing.pk)
    assert {"comment_added", "comment_answered"} <= {event.verb for event in events}


def test_a_strategic_key_result_too(world, as_):
    url = at(world, "key_result_comments", world.strategic_kr.pk)
    assert as_("alice").post(url, sent("Fine.")).status_code == 302
    assert "Fine." in text(as_("sam").get(url))


def test_observers_read_and_see_no_form(world, as_):
    thread = actions.start_thread(world.key_result, "Hello", by=by(world.bob))
    url = at(world, "key_result_comments", world.key_result.pk)
    page = html(as_("olga").get(url))
    assert "Hello" in page
    assert "data-comment" not in page
    for name, args in (
        ("comment_answer", [thread.pk]),
        ("comment_resolve", [thread.pk]),
        ("comment_reopen", [thread.pk]),
    ):
        assert as_("olga").post(at(world, name, *args), sent("I may not.")).status_code == 403
    assert as_("olga").post(url, sent("I may not.")).status_code == 403
    assert as_("olga").get(at(world, "comment_people")).status_code == 403
    assert Comment.objects.count() == 1


def test_an_observer_cannot_through_the_action_either(world):
    from django.core.exceptions import PermissionDenied

    with pytest.raises(PermissionDenied):
        actions.start_thread(world.key_result, "Hello", by=by(world.olga))


def test_what_is_archived_is_not_talked_about(world, as_):
    thread = actions.start_thread(world.key_result, "Hello", by=by(world.bob))
    type(world.objective).objects.filter(pk=world.objective.pk).update(archived_at="2026-05-01T00:00Z")
    assert as_("bob").get(at(world, "key_result_comments", world.key_result.pk)).status_code == 404
    assert as_("bob").post(at(world, "comment_answer", thread.pk), sent("Too late")).status_code == 404


def test_text_is_shown_as_it_was_typed(world, as_):
    said = "<script>alert(1)</script> שלום 👩🏽‍💻\n\nSecond line & more: https://example.org/a?b=1&c=2."
    actions.start_thread(world.key_result, said, by=by(world.bob))
    page = as_("alice").get(at(world, "key_result_comments", world.key_result.pk)).content.decode()
    assert "&lt;script&gt;alert(1)&lt;/script&gt; שלום 👩🏽‍💻\n\nSecond line &amp; more" in page
    assert '<a href="https://example.org/a?b=1&amp;c=2" rel="nofollow noopener noreferrer">' in page
    assert '<p class="words" dir="auto"' in page


@pytest.mark.parametrize("address", ["javascript:alert(1)", "data:text/html,x", "//evil.example", "ftp://x.org"])
def test_only_addresses_of_pages_become_links(address):
    assert "<a" not in mentions.as_html(f"see {address} now", {})


def test_thousands_of_signs_are_not_held_against_each_name():
    people = [(number, f"Camille Dupont{number}") for number in range(1000)]
    assert mentions.stored("@" * 3900 + "Camille Dupont7", people)[1] == [7]


def test_ten_thousand_characters_are_refused_with_the_typing_kept(world, as_):
    url = at(world, "key_result_comments", world.key_result.pk)
    typed = "a line\n" * 1_500
    for headers in ({}, HTMX):
        page = as_("bob").post(url, sent(typed), headers=headers).content.decode()
        assert typed.strip() in page.replace("&#x27;", "'")
        assert "4000" in page.replace("\u00a0", "").replace(",", "") or "4 000" in page
    assert not Comment.objects.exists()
    # Line ends count once, however the browser sends them.
    assert as_("bob").post(url, sent("ab\r\n" * 1_300)).status_code == 302


def test_nothing_but_blanks_is_refused(world, as_):
    answer = as_("bob").post(at(world, "key_result_comments", world.key_result.pk), sent(" \n "), headers=HTMX)
    assert answer.status_code == 422
    assert (answer["HX-Retarget"], answer["HX-Reswap"]) == ("#new-comment", "outerHTML")


def test_a_double_submit_records_one(world, as_):
    url = at(world, "key_result_comments", world.key_result.pk)
    twice = sent("Once.")
    assert as_("bob").post(url, twice).status_code == 302
    assert as_("bob").post(url, twice).status_code == 302
    assert Comment.objects.count() == 1
    # Sent, not known to be sent, changed, sent again: nothing is lost and nothing pretends.
    page = html(as_("bob").post(url, {**twice, "text": "Once, and more."}), 422)
    assert "This was sent already" in page
    assert "Once, and more." in page
    new_id = re.search(r'name="client_id" value="([\w-]+)"', page)[1]
    assert new_id != twice["client_id"]
    as_("bob").post(url, sent("Once, and more.", client_id=new_id))
    assert Comment.objects.count() == 2


def test_somebody_elses_client_id_opens_nothing(world, as_):
    url = at(world, "key_result_comments", world.key_result.pk)
    hers = sent("Hers.")
    as_("alice").post(url, hers)
    assert as_("bob").post(url, hers).status_code == 422
    assert Comment.objects.count() == 1


# ── One's own words ──────────────────────────────────────────────────────────


def edit_fields(world, as_, comment, who="bob"):
    page = as_(who).get(at(world, "key_result_comments", world.key_result.pk)).content.decode()
    form = page[page.index(f'id="edit-{comment.pk}"') :]
    return {"seen": re.search(r'name="seen" value="([^"]+)"', form)[1], "mentioned": ""}


def test_editing_ones_own(world, as_):
    comment = actions.start_thread(world.key_result, "Frist.", by=by(world.bob))
    fields = edit_fields(world, as_, comment)
    url = at(world, "comment_edit", comment.pk)
    assert as_("alice").post(url, {**fields, "text": "Not mine."}).status_code == 403
    part = as_("bob").post(url, {**fields, "text": "First."}, headers=HTMX)
    assert "First." in text(part)
    assert "edited" in text(part)
    page = html(as_("bob").post(url, {**fields, "text": "From the other window."}), 422)
    assert "in another window" in page
    assert "From the other window." in page
    comment.refresh_from_db()
    assert comment.text == "First."


def test_deleting_and_taking_it_back(world, as_):
    thread = actions.start_thread(world.key_result, "Regretted.", by=by(world.bob))
    answer = actions.answer(thread, "Kept.", by=by(world.alice))
    url = at(world, "key_result_comments", world.key_result.pk)
    assert as_("alice").post(at(world, "comment_delete", thread.pk)).status_code == 403
    part = as_("bob").post(at(world, "comment_delete", thread.pk), headers=HTMX)
    assert at(world, "comment_restore", thread.pk) in html(part), "Undo in the toast"
    shown = text(as_("olga").get(url))
    assert "Regretted." not in shown
    assert "This comment was deleted." in shown
    assert "Kept." in shown

    as_("alice").post(at(world, "comment_delete", answer.pk))
    assert "This comment was deleted." not in text(as_("olga").get(url)), "nothing is left of it"
    assert as_("alice").post(at(world, "comment_restore", thread.pk)).status_code == 403
    part = as_("bob").post(at(world, "comment_restore", thread.pk), headers=HTMX)
    assert (part["HX-Retarget"], part["HX-Reswap"]) == ("#discussion", "outerHTML")
    assert "Regretted." in text(part)


def test_an_answer_to_what_was_deleted_meanwhile_is_kept(world, as_):
    thread = actions.start_thread(world.key_result, "Regretted.", by=by(world.bob))
    actions.delete(thread, by=by(world.bob))
    answer = as_("alice").post(at(world, "comment_answer", thread.pk), sent("I typed this meanwhile."))
    assert answer.status_code == 302
    assert "I typed this meanwhile." in text(as_("olga").get(at(world, "key_result_comments", world.key_result.pk)))


def test_the_trail_never_keeps_what_was_said(world):
    thread = actions.start_thread(world.key_result, "Secret words", by=by(world.bob))
    actions.edit(thread, "Other words", by=by(world.bob), seen=actions.version_of(thread))
    actions.delete(thread, by=by(world.bob))
    trail = " ".join(f"{event.before} {event.after} {event.object_label}" for event in AuditEvent.objects.all())
    assert "words" not in trail


# ── Settling ─────────────────────────────────────────────────────────────────


def test_resolve_folds_and_an_answer_opens_again(world, as_):
    thread = actions.start_thread(world.key_result, "Settled?", by=by(world.bob))
    url = at(world, "key_result_comments", world.key_result.pk)
    part = text(as_("alice").post(at(world, "comment_resolve", thread.pk), headers=HTMX))
    assert "Resolved by Alice Owner" in part
    page = html(as_("bob").get(url))
    assert "1 resolved conversation" in page
    assert page.index('class="settled"') < page.index("Settled?")
    as_("bob").post(at(world, "comment_reopen", thread.pk))
    assert "resolved conversation" not in text(as_("bob").get(url))
    actions.resolve(thread, by=by(world.alice))
    actions.answer(thread, "Not quite.", by=by(world.bob))
    thread.refresh_from_db()
    assert thread.resolved_at is None
    verbs = list(AuditEvent.objects.filter(verb__startswith="comment_re").values_list("verb", flat=True))
    assert verbs == ["comment_resolved", "comment_reopened", "comment_resolved"]


# ── Mentions ─────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("@Bob Colleague, look", "@[bob], look"),
        ("@bob colleague: look", "@[bob]: look"),
        ("(@Bob Colleague)", "(@[bob])"),
        ("@Élodie Œuvrard and @elodie oeuvrard", "@[elodie] and @[elodie]"),
        ("@Bob Colleagues", "@Bob Colleagues"),
        ("bob@Bob Colleague", "bob@Bob Colleague"),
        ("@Bob", "@Bob"),
        ("@ Bob Colleague", "@ Bob Colleague"),
        ("@Gone Person", "@Gone Person"),
        ("👩🏽‍💻@Bob Colleague\n@Cora Coach", "👩🏽‍💻@[bob]\n@[coach]"),
    ],
)
def test_names_are_recognised_as_typed(world, typed, kept):
    world.people["elodie"] = factories.member(world.org, "Élodie Œuvrard")
    gone = factories.member(world.org, "Gone Person")
    Membership.objects.filter(pk=gone.pk).update(ended_at="2026-05-01T00:00Z")
    made = actions.start_thread(world.key_result, typed, by=by(world.alice))
    for name, person in world.people.items():
        kept = kept.replace(f"@[{name}]", f"@[{person.pk}]")
    assert made.text == kept


def test_who_is_renamed_reads_right(world, as_):
    made = actions.start_thread(world.key_result, "@Bob Colleague and @Alice Owner?", by=by(world.dan))
    assert set(made.mentions.all()) == {world.bob, world.alice}
    world.bob.user.name = "Robert Colleague"
    world.bob.user.save()
    page = html(as_("alice").get(at(world, "key_result_comments", world.key_result.pk)))
    assert '<span class="mention">@Robert Colleague</span>' in page
    assert '<span class="mention me">@Alice Owner</span>' in page
    form = as_("dan").get(at(world, "key_result_comments", world.key_result.pk)).content.decode()
    assert "@Robert Colleague and @Alice Owner?</textarea>" in form


def test_a_search_finds_the_name_that_was_mentioned(world, as_):
    actions.start_thread(world.key_result, "@Bob Colleague knows the zanzibar figures", by=by(world.dan))
    page = text(as_("alice").get(at(world, "search"), {"q": "zanzibar"}))
    assert "@Bob Colleague knows the" in page


def test_namesakes_are_told_apart_by_the_choice(world):
    first, second = (factories.member(world.org, "Ann Li") for _ in range(2))
    made = actions.start_thread(world.key_result, "@Ann Li?", by=by(world.bob), chosen=[second.pk])
    assert list(made.mentions.all()) == [second]
    plain = actions.start_thread(world.key_result, "@Ann Li?", by=by(world.bob))
    assert (plain.text, plain.mentions.count()) == ("@Ann Li?", 0)
    edited = actions.edit(made, "@Ann Li? Really?", by=by(world.bob), seen=actions.version_of(made), chosen=[second.pk])
    assert list(edited.mentions.all()) == [second]
    assert first not in edited.mentions.all()


def test_a_crowd_is_not_mentioned_at_once(world):
    names = [factories.member(world.org, f"Member {chr(65 + number)}x").name for number in range(21)]
    with pytest.raises(RuleBroken) as refused:
        actions.start_thread(world.key_result, " ".join(f"@{name}" for name in names), by=by(world.bob))
    assert refused.value.field == "text"
    assert not Mention.objects.exists()


def test_mentioning_those_of_another_organization_is_impossible(world):
    other = factories.world("other")
    with tenancy.tenant(world.org.pk):
        factories.member(other.org, "Charlie Stranger")
        made = actions.start_thread(
            world.key_result, "@Charlie Stranger", by=by(world.bob), chosen=[other.people["bob"].pk]
        )
        assert made.text == "@Charlie Stranger"


@pytest.mark.parametrize(
    ("typed", "names"),
    [
        ("col", ["Bob Colleague"]),
        ("elo", ["Élodie Œuvrard"]),
        ("ŒUV", ["Élodie Œuvrard"]),
        ("bob c", ["Bob Colleague"]),
        ("lead tech dri", ["Lead Tech (Drive)"]),
        ("(dri", ["Lead Tech (Drive)"]),
        ("(", []),
        ("olleague", []),
        ("product", ["Mia Else"]),
        ("zzz", []),
        ("alice", []),
    ],
)
def test_who_may_be_meant(world, as_, typed, names):
    factories.member(world.org, "Élodie Œuvrard")
    factories.member(world.org, "Mia Else", title="Product owner")
    factories.member(world.org, "Lead Tech (Drive)")
    gone = factories.member(world.org, "Bob Colonel")
    Membership.objects.filter(pk=gone.pk).update(ended_at="2026-05-01T00:00Z")
    page = html(as_("alice").get(at(world, "comment_people"), {"q": typed}))
    assert re.findall(r'data-name="([^"]+)"', page) == names


def test_the_people_of_what_is_discussed_come_first(world, as_):
    for number in range(9):
        factories.member(world.org, f"Zoe Number{number}")
    seated, owner, spoke = (factories.member(world.org, f"Zoe {name}") for name in ("Seated", "Tenant", "Spoke"))
    factories.member(world.org, "Anna Zoe")
    Seat.objects.create(tribe=world.tribe, membership=seated, function="T")
    KeyResult.objects.filter(pk=world.key_result.pk).update(owner=owner)
    thread = actions.start_thread(world.key_result, "Is it so?", by=by(spoke))

    def names(**query):
        page = html(as_("alice").get(at(world, "comment_people"), {"q": "zoe", **query}))
        return re.findall(r'data-name="([^"]+)"', page)

    first = ["Zoe Seated", "Zoe Spoke", "Zoe Tenant", *(f"Zoe Number{number}" for number in range(5))]
    assert names(about="key_result", pk=world.key_result.pk) == first
    assert names(about="comment", pk=thread.pk) == first
    for nothing in (
        {},
        {"about": "key_result", "pk": "x"},
        {"about": "wishes", "pk": 1},
        {"about": "comment", "pk": 0},
    ):
        assert names(**nothing) == [f"Zoe Number{number}" for number in range(8)]
    page = html(as_("alice").get(at(world, "key_result_comments", world.key_result.pk)))
    assert f"?about=key_result&amp;pk={world.key_result.pk}&amp;q=" in page
    assert f"?about=comment&amp;pk={thread.pk}&amp;q=" in page


def test_the_list_of_names_is_bounded(world, as_):
    for number in range(30):
        factories.member(world.org, f"Zoe Number{number:02}")
    page = html(as_("alice").get(at(world, "comment_people"), {"q": "zoe"}))
    assert page.count('role="option"') == 8
    assert html(as_("alice").get(at(world, "comment_people"))).count('role="option"') == 8
    assert as_("alice").get(at(world, "comment_people"), {"q": "z" * 5_000}).status_code == 200


# ── Who is told ──────────────────────────────────────────────────────────────


def told():
    return {(row.recipient.user.name.split()[0], row.kind) for row in Notification.objects.all()}


def test_the_mentioned_and_those_who_spoke_are_told_once(world):
    thread = actions.start_thread(world.key_result, "@Bob Colleague and @Alice Owner, why?", by=by(world.alice))
    assert told() == {("Bob", "mention")}
    Notification.objects.all().delete()
    actions.answer(thread, "Because. @Cora Coach @Alice Owner", by=by(world.bob))
    assert told() == {("Alice", "mention"), ("Cora", "mention")}
    Notification.objects.all().delete()
    actions.answer(thread, "I see.", by=by(world.dan))
    assert told() == {("Alice", "reply"), ("Bob", "reply")}
    notice = Notification.objects.filter(kind="reply").first()
    assert notice.about == "A1 Orders ready when the customer arrives"
    latest = Comment.objects.latest("pk")
    assert notice.path == f"key-results/{world.key_result.pk}/?comment={latest.pk}#comment-{latest.pk}"


def test_editing_tells_only_those_who_are_new(world):
    made = actions.start_thread(world.key_result, "@Bob Colleague", by=by(world.alice))
    Notification.objects.all().delete()
    actions.edit(made, "@Bob Colleague @Cora Coach", by=by(world.alice), seen=actions.version_of(made))
    assert told() == {("Cora", "mention")}


def test_what_was_deleted_leaves_the_inbox(world):
    made = actions.start_thread(world.key_result, "@Bob Colleague oops", by=by(world.alice))
    actions.delete(made, by=by(world.alice))
    assert told() == set()
    actions.restore(made, by=by(world.alice))
    assert told() == {("Bob", "mention")}


# ── Many, and what they cost ─────────────────────────────────────────────────


def cost(client, url):
    cache.clear()
    with CaptureQueriesContext(connection) as queries:
        answer = client.get(url, headers=PART)
    assert answer.status_code == 200
    return len(queries)


def test_one_and_many_cost_the_same(world, as_):
    url = at(world, "key_result_comments", world.key_result.pk)
    thread = actions.start_thread(world.key_result, "@Bob Colleague 0", by=by(world.alice))
    actions.answer(thread, "@Alice Owner", by=by(world.bob))
    actions.resolve(actions.start_thread(world.key_result, "Over", by=by(world.bob)), by=by(world.bob))
    client = as_("dan")
    client.get(url)
    few = cost(client, url)
    for number in range(12):
        thread = actions.start_thread(world.key_result, f"@Bob Colleague {number}", by=by(world.alice))
        for _again in range(3):
            actions.answer(thread, "@Alice Owner and @Cora Coach", by=by(world.bob))
    assert cost(client, url) == few <= 12


def test_pages_of_conversations_and_of_answers(world, as_):
    first = actions.start_thread(world.key_result, "The very first", by=by(world.alice))
    for number in range(60):
        actions.answer(first, f"Answer number {number:02}", by=by(world.bob))
    for number in range(25):
        actions.start_thread(world.key_result, f"Topic {number:02}", by=by(world.alice))
    url = at(world, "key_result_comments", world.key_result.pk)
    latest = text(as_("bob").get(url))
    assert "Topic 24" in latest
    assert "The very first" not in latest
    assert "Earlier conversations" in latest
    earlier = text(as_("bob").get(url, {"page": 2}))
    assert "The very first" in earlier
    assert "10 earlier answers" in earlier
    assert "Answer number 09" not in earlier
    assert "Answer number 59" in earlier
    assert "Answer number 00" in text(as_("bob").get(url, {"thread": first.pk}))
    # A notice leads to the page that its comment stands on, be it settled since.
    actions.resolve(first, by=by(world.alice))
    assert 'class="settled"' in html(as_("bob").get(url, {"comment": first.pk}))
    for thread in Comment.objects.filter(thread=None).exclude(pk=first.pk)[:12]:
        actions.resolve(thread, by=by(world.alice))
    assert f'id="comment-{first.pk}"' in html(as_("bob").get(url, {"comment": first.pk}))
    actions.resolve(first, by=by(world.alice), resolved=False)
    oldest = Comment.objects.filter(thread=first).earliest("pk")
    assert f'id="comment-{oldest.pk}"' in html(as_("bob").get(url, {"comment": oldest.pk}))


@pytest.mark.parametrize(
    "query", [{"comment": "x"}, {"comment": "9" * 30}, {"thread": "0"}, {"page": "-1"}, {"show": "?"}]
)
def test_parameters_that_name_nothing_are_ignored(world, as_, query):
    actions.start_thread(world.key_result, "Here", by=by(world.alice))
    page = text(as_("bob").get(at(world, "key_result_comments", world.key_result.pk), query))
    assert "Discussion" in page
    assert "Here" in page or query == {"show": "?"}
