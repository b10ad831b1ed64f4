"""Writing initiatives, by their form and in place: who may, what is refused, what two people make of it."""

import datetime as dt
import re

import pytest
import time_machine
from django.urls import reverse

from okr.models import Initiative, InitiativeDependency, InitiativeKeyResult
from orgs.models import AuditEvent, Role
from tests import factories

pytestmark = pytest.mark.django_db
HTMX = {"HX-Request": "true"}
WEEKS = [(dt.date(2026, 3, 30) + dt.timedelta(weeks=n)).isoformat() for n in range(14)]  # W14 to W27


@pytest.fixture
def act(world, client):
    """Send to a route of the world's initiative as `who`, Alice where nobody is named."""

    def act(name, data=None, *, who=None, pk=None, in_place=False):
        client.force_login((who or world.alice).user)
        url = reverse(f"initiative_{name}", args=[world.org.slug, pk or world.initiative.pk])
        return client.post(url, data or {}, headers=HTMX if in_place else {})

    return act


def new_url(world, quarter=None):
    return reverse("initiative_new", args=[world.org.slug, "DRV", (quarter or world.quarter).slug])


def now(world):
    return Initiative.objects.get(pk=world.initiative.pk)


def form_of(client, world, who=None):
    """What the browser would send back unchanged: every field of the edit form."""
    client.force_login((who or world.alice).user)
    page = client.get(reverse("initiative_edit", args=[world.org.slug, world.initiative.pk])).content.decode()
    main = page[page.index('class="g-edit"') :]
    sent = {}
    for name, value in re.findall(r'<input[^>]*? name="([\w-]+)" value="([^"]*)"(?![^>]*type="checkbox")', main):
        sent.setdefault(name, []).append(value)
    for name, value in re.findall(r'type="text" name="([\w-]+)" value="([^"]*)"', main):
        sent[name] = [value]
    checked = re.findall(r'name="answers" value="(\d+)" checked', main)
    sent["answers"] = checked
    for name, options in re.findall(r'<select[^>]* name="([\w-]+)"[^>]*>(.*?)</select>', main, re.DOTALL):
        sent.setdefault(name, []).extend(re.findall(r'value="([^"]*)" selected', options) or [""])
    sent.pop("csrfmiddlewaretoken", None)
    return sent


# ── Creating ─────────────────────────────────────────────────────────────────


def test_the_form_makes_an_initiative(world, client):
    client.force_login(world.alice.user)
    page = client.get(new_url(world)).content.decode()
    assert "W21 · 18 May" in page  # this week is where it begins
    assert 'value="2026-05-18" selected' in page
    assert 'value="2026-06-08" selected' in page
    answer = client.post(
        new_url(world),
        {
            "title": "Photo of each crate",
            "note": "3 sites",
            "owner": world.bob.pk,
            "function": "business",
            "start_week": WEEKS[5],
            "end_week": WEEKS[9],
            "milestone_week": WEEKS[7],
            "state": "in_progress",
            "answers": [world.key_result.pk],
            "dependencies": [world.other_tribe.pk, ""],
            "dependencies-what": ["Their scanner", ""],
        },
    )
    made = Initiative.objects.get(title="Photo of each crate")
    assert answer["Location"] == reverse("initiative", args=[world.org.slug, made.pk])
    assert (made.note, made.owner, made.function, made.state) == ("3 sites", world.bob, "business", "in_progress")
    assert [made.start_week, made.end_week, made.milestone_week] == [dt.date.fromisoformat(WEEKS[n]) for n in (5, 9, 7)]
    assert list(made.key_results.all()) == [world.key_result]
    assert list(made.dependencies.values_list("tribe_id", "what")) == [(world.other_tribe.pk, "Their scanner")]
    assert made.position == 2
    page = client.get(answer["Location"]).content.decode()
    assert "Initiative added" in page
    assert "data-undo" in page


def test_a_title_alone_is_enough(world, client):
    """What the wording coach and the timeline send; the weeks are this one and the three after."""
    client.force_login(world.alice.user)
    answer = client.post(new_url(world), {"title": "Deliver the slot page"}, headers=HTMX)
    assert answer["HX-Trigger"] == "polaris:changed"
    made = Initiative.objects.get(title="Deliver the slot page")
    assert (made.start_week, made.end_week) == (dt.date(2026, 5, 18), dt.date(2026, 6, 8))
    assert made.state == "planned"


def test_the_suggested_weeks_stay_within_the_quarter(world, client):
    for title, day in (
        ("Late", dt.datetime(2026, 6, 25, 8, tzinfo=dt.UTC)),
        ("Early", dt.datetime(2026, 3, 2, 8, tzinfo=dt.UTC)),
    ):
        with time_machine.travel(day, tick=False):
            client.force_login(world.alice.user)
            client.post(new_url(world), {"title": title})
    late, early = (Initiative.objects.get(title=title) for title in ("Late", "Early"))
    assert (late.start_week, late.end_week) == (dt.date(2026, 6, 22), dt.date(2026, 6, 29))
    assert (early.start_week, early.end_week) == (dt.date(2026, 3, 30), dt.date(2026, 4, 20))


def test_drawn_on_the_timeline(world, client):
    client.force_login(world.alice.user)
    drawn = {"title": "Drawn", "start_week": WEEKS[1], "end_week": WEEKS[2], "at": "timeline"}
    page = client.post(new_url(world), drawn, headers=HTMX).content.decode()
    made = Initiative.objects.get(title="Drawn")
    assert f'id="initiative-{made.pk}"' in page
    assert "wk-2-4" in page
    assert "autofocus" in page
    assert '<span class="n" id="n-initiatives" hx-swap-oob="true">2</span>' in page
    assert f'id="initiative-{world.initiative.pk}"' not in page  # its line only
    assert "No key result" in page  # a hint, not a refusal
    assert re.search(r'href="[^"]+/edit/\?next=[^"]+#id_answers"', page)


def test_a_refused_drawing_keeps_what_was_typed(world, client):
    client.force_login(world.alice.user)
    drawn = {"title": "x" * 241, "start_week": WEEKS[1], "end_week": WEEKS[2], "at": "timeline"}
    answer = client.post(new_url(world), drawn, headers=HTMX)
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "at most 240 characters" in page
    assert "x" * 241 in page
    assert f'value="{WEEKS[2]}"' in page
    assert "<html" not in page


@pytest.mark.parametrize(
    ("sent", "field", "said"),
    [
        ({"title": " "}, "title", "This field is required."),
        ({"title": "x" * 241}, "title", "at most 240 characters"),
        ({"note": "x" * 121}, "note", "at most 120 characters"),
        ({"start_week": WEEKS[5], "end_week": WEEKS[4]}, "end_week", "It cannot end before it begins."),
        ({"start_week": "2026-01-05"}, "start_week", "Choose a week of Q2 2026."),
        ({"end_week": "2026-04-01"}, "end_week", "Choose a week of Q2 2026."),
        ({"milestone_week": "2027-01-04"}, "milestone_week", "Choose a week of Q2 2026."),
        ({"state": "forgotten"}, "state", "Select a valid choice"),
        ({"owner": "999999"}, "owner", "no longer a member"),
        ({"answers": ["999999"]}, "answers", "no longer there"),
        ({"dependencies": [""], "dependencies-what": ["Their scanner"]}, "dependencies", "Choose from whom"),
        ({"dependencies": ["0"], "dependencies-what": [""]}, "dependencies", "Choose one of the list."),
        ({"dependencies": ["9" * 5000], "dependencies-what": [""]}, "dependencies", "Choose one of the list."),
        ({"state": "delivered", "delivered_on": "2026-05-20"}, "delivered_on", "This day is yet to come"),
    ],
)
def test_refusals_stand_beside_their_field(world, client, sent, field, said):
    client.force_login(world.alice.user)
    before = Initiative.objects.count()
    answer = client.post(new_url(world), {"title": "Kept as typed", "note": "also kept", **sent})
    page = answer.content.decode()
    assert answer.status_code == 422
    assert said in " ".join(answer.context["form"].errors[field])
    assert said in page
    assert "Kept as typed" in page or "title" in sent
    assert "also kept" in page or "note" in sent
    assert Initiative.objects.count() == before


def test_a_tribe_named_twice(world, client):
    client.force_login(world.alice.user)
    twice = {"dependencies": [world.other_tribe.pk] * 2, "dependencies-what": ["a", "b"]}
    page = client.post(new_url(world), {"title": "x", **twice}).content.decode()
    assert "Home delivery is named twice" in page
    assert 'value="b"' in page


def test_it_answers_key_results_of_its_own_tribe_only(world, client):
    client.force_login(world.alice.user)
    theirs = factories.key_result(factories.tribe_objective(world.quarter, world.other_tribe))
    answer = client.post(new_url(world), {"title": "x", "answers": [theirs.pk]})
    assert answer.status_code == 422
    assert "no longer there" in answer.content.decode()


# ── The form of one that is there ────────────────────────────────────────────


def test_edit_and_come_back_to_where_it_was_opened(world, client, act):
    page = f"{new_url(world).removesuffix('initiatives/new/')}?view=initiatives"
    sent = {**form_of(client, world), "title": "New words", "next": page}
    answer = act("edit", sent)
    assert answer["Location"] == page
    assert now(world).title == "New words"
    assert list(now(world).key_results.all()) == [world.key_result]  # what was not touched stays


def test_saving_without_a_change_changes_nothing(world, client, act):
    before = AuditEvent.objects.count()
    answer = act("edit", form_of(client, world), in_place=True)
    assert answer.status_code == 200
    assert "Initiative saved" not in answer.content.decode()
    assert AuditEvent.objects.count() == before


def test_a_key_result_that_is_archived_stays_answered(world, client, act):
    world.key_result.archived_at = dt.datetime(2026, 5, 1, tzinfo=dt.UTC)
    world.key_result.save()
    act("edit", {**form_of(client, world), "title": "New words"})
    assert InitiativeKeyResult.objects.filter(initiative=world.initiative).count() == 1


def test_the_form_in_place_is_a_part_and_answers_with_its_line(world, client, act):
    client.force_login(world.alice.user)
    url = reverse("initiative_edit", args=[world.org.slug, world.initiative.pk])
    part = client.get(url, headers=HTMX).content.decode()
    assert "<html" not in part
    assert f'hx-target="#initiative-{world.initiative.pk}"' in part
    answer = act("edit", {**form_of(client, world), "note": "40 sites"}, in_place=True)
    page = answer.content.decode()
    assert page.count('role="listitem"') == 1
    assert "40 sites" in page
    assert "Initiative saved" in page
    refused = act("edit", {**form_of(client, world), "title": ""}, in_place=True)
    assert refused.status_code == 422
    assert refused["HX-Retarget"] == f"#edit-{world.initiative.pk}"
    assert "This field is required." in refused.content.decode()


# ── Two people at once ───────────────────────────────────────────────────────


def test_both_versions_side_by_side(world, client, act):
    hers, his = form_of(client, world), form_of(client, world, world.bob)
    act("edit", {**his, "title": "What Bob wrote", "note": "Bob's note"}, who=world.bob)
    answer = act("edit", {**hers, "title": "What Alice wrote"})
    page = answer.content.decode()
    assert answer.status_code == 409
    assert "Bob Colleague changed this meanwhile" in page
    assert "What Bob wrote" in page
    assert "What Alice wrote" in page
    assert "keep-note" not in page  # she left the note as it was: his stays
    assert now(world).title == "What Bob wrote"

    again = {**hers, "title": "What Alice wrote", "revision": str(now(world).revision)}
    act("edit", {**again, "note": "Bob&#x27;s note", "keep-title": "mine"})
    assert now(world).title == "What Alice wrote"


def test_keeping_theirs(world, client, act):
    hers, his = form_of(client, world), form_of(client, world, world.bob)
    act("edit", {**his, "title": "What Bob wrote"}, who=world.bob)
    decided = {"revision": str(now(world).revision), "keep-title": "theirs", "function": "tech"}
    act("edit", {**hers, "title": "What Alice wrote", **decided})
    assert (now(world).title, now(world).function) == ("What Bob wrote", "tech")


def test_other_fields_merge(world, client, act):
    hers, his = form_of(client, world), form_of(client, world, world.bob)
    act("edit", {**his, "note": "From Bob", "dependencies": [world.other_tribe.pk]}, who=world.bob)
    answer = act("edit", {**hers, "title": "From Alice"})
    assert answer.status_code == 302
    assert (now(world).title, now(world).note) == ("From Alice", "From Bob")
    assert InitiativeDependency.objects.filter(initiative=world.initiative).count() == 1


def test_two_drags_meet(world, client, act):
    seen = now(world).revision
    act("schedule", {"start_week": WEEKS[4], "end_week": WEEKS[8], "revision": seen}, who=world.bob, in_place=True)
    answer = act("schedule", {"start_week": WEEKS[0], "end_week": WEEKS[4], "revision": seen}, in_place=True)
    page = answer.content.decode()
    assert answer.status_code == 409
    assert "wk-5-10" in page  # back to where he drew it
    assert "W18 · 27 Apr" in page
    assert "W14 · 30 Mar" in page
    chosen = {"keep-start_week": "mine", "keep-end_week": "mine", "revision": now(world).revision}
    act("schedule", {"start_week": WEEKS[0], "end_week": WEEKS[4], **chosen}, in_place=True)
    assert now(world).start_week.isoformat() == WEEKS[0]


def test_two_drags_meet_and_his_stays(world, act):
    seen = now(world).revision
    act("schedule", {"start_week": WEEKS[4], "end_week": WEEKS[8], "revision": seen}, who=world.bob)
    mine = {"start_week": WEEKS[0], "end_week": WEEKS[4]}
    answer = act("schedule", {**mine, "revision": seen})
    assert answer.status_code == 409
    assert "<html" in answer.content.decode()
    chosen = {"keep-start_week": "theirs", "keep-end_week": "theirs", "revision": now(world).revision}
    act("schedule", {**mine, **chosen})
    assert (now(world).start_week.isoformat(), now(world).end_week.isoformat()) == (WEEKS[4], WEEKS[8])


def test_each_end_is_its_own(world, act):
    """She draws the end further while he brings the start forward: both stand."""
    seen = now(world)
    start, end = seen.start_week, seen.end_week
    earlier, later = (start - dt.timedelta(weeks=1)).isoformat(), (end + dt.timedelta(weeks=2)).isoformat()
    act("schedule", {"start_week": earlier, "end_week": end, "revision": seen.revision}, who=world.bob)
    answer = act("schedule", {"start_week": start, "end_week": later, "revision": seen.revision}, in_place=True)
    assert answer.status_code == 200
    assert (now(world).start_week.isoformat(), now(world).end_week.isoformat()) == (earlier, later)


# ── In place ─────────────────────────────────────────────────────────────────


def test_schedule(world, act):
    answer = act("schedule", {"start_week": WEEKS[1], "end_week": WEEKS[7]}, in_place=True)
    page = answer.content.decode()
    assert "wk-2-9" in page
    assert "Now W15–W21" in page
    assert "autofocus" not in page  # a drag leaves the focus alone
    assert (now(world).start_week.isoformat(), now(world).end_week.isoformat()) == (WEEKS[1], WEEKS[7])
    assert AuditEvent.objects.filter(verb="scheduled").count() == 1


def test_the_milestone_follows_a_move_or_is_set(world, act):
    Initiative.objects.filter(pk=world.initiative.pk).update(milestone_week=WEEKS[4])
    act("schedule", {"start_week": WEEKS[4], "end_week": WEEKS[8]})  # two weeks later
    assert now(world).milestone_week.isoformat() == WEEKS[6]
    act("schedule", {"start_week": WEEKS[4], "end_week": WEEKS[8], "milestone_week": WEEKS[7]})
    assert now(world).milestone_week.isoformat() == WEEKS[7]


@pytest.mark.parametrize(
    ("sent", "said"),
    [
        ({"start_week": WEEKS[7], "end_week": WEEKS[3]}, "It cannot end before it begins."),
        ({"start_week": "2025-01-06", "end_week": WEEKS[3]}, "Choose a week of Q2 2026."),
        ({"start_week": WEEKS[1]}, "Choose a week of Q2 2026."),
    ],
)
def test_a_refused_drag_goes_back(world, act, sent, said):
    answer = act("schedule", sent, in_place=True)
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "wk-3-8" in page  # as it is stored
    assert said in page
    whole = act("schedule", sent)
    assert whole.status_code == 422
    assert said in str(whole.context["form"].errors)
    assert AuditEvent.objects.filter(verb="scheduled").count() == 0


def test_delivered_sets_its_day_and_another_state_takes_it_back(world, act):
    page = act("set", {"state": "delivered"}, in_place=True).content.decode()
    assert "g-bar done" in page
    assert now(world).delivered_on == dt.date(2026, 5, 19)
    act("set", {"state": "on_hold"})
    assert (now(world).state, now(world).delivered_on) == ("on_hold", None)


def test_the_note_on_the_bar(world, act):
    page = act("set", {"note": "  62 of\n180 sites "}, in_place=True).content.decode()
    assert "62 of 180 sites" in page
    assert now(world).note == "62 of 180 sites"
    assert now(world).state == "in_progress"
    answer = act("set", {"note": "x" * 121}, in_place=True)
    assert answer.status_code == 422
    assert "at most 120 characters" in answer.content.decode()
    assert now(world).note == "62 of 180 sites"


def test_order_duplicate_archive_and_undo(world, act, client):
    second = factories.initiative(world.quarter, world.tribe, title="Second", position=2)
    page = act("move", {"position": "2"}, in_place=True)
    assert page["HX-Retarget"] == "#timeline"
    assert page.content.decode().index("Second") < page.content.decode().index(world.initiative.title)
    assert [now(world).position, Initiative.objects.get(pk=second.pk).position] == [2, 1]
    assert act("move", {"position": "no"}, in_place=True).status_code == 422

    act("duplicate")
    copy = Initiative.objects.get(title="One-screen slot choice (copy)")
    assert (copy.position, copy.state, list(copy.key_results.all())) == (3, "planned", [world.key_result])

    page = act("archive", in_place=True).content.decode()
    assert 'role="listitem"' not in page
    assert "Initiative archived" in page
    assert "</span>" in page
    assert now(world).archived_at
    undo = re.findall(r'action="(/o/[^"]+/undo/[^"]+)"', page)[-1]
    client.post(undo)
    assert now(world).archived_at is None
    assert list(Initiative.objects.order_by("position").values_list("title", flat=True)) == [
        "Second",
        "One-screen slot choice",
        "One-screen slot choice (copy)",
    ]


# ── Who may ──────────────────────────────────────────────────────────────────

POSTS = {
    "edit": {"title": "x"},
    "schedule": {"start_week": WEEKS[1], "end_week": WEEKS[2]},
    "set": {"state": "on_hold"},
    "move": {"position": "1"},
    "duplicate": {},
    "archive": {},
}


@pytest.mark.parametrize("name", sorted(POSTS))
@pytest.mark.parametrize("person", ["carol", "sam", "olga"])
def test_others_only_read(world, act, client, name, person):
    who = getattr(world, person)
    before = AuditEvent.objects.count()
    assert act(name, POSTS[name], who=who).status_code == 403
    assert client.get(new_url(world)).status_code == 403
    assert client.post(new_url(world), {"title": "x"}).status_code == 403
    assert AuditEvent.objects.count() == before


@pytest.mark.parametrize("person", ["alice", "bob", "dan", "coach", "cpo"])
def test_lead_seats_administrator_coach_and_cpo_write(world, act, client, person):
    assert act("set", {"note": person}, who=getattr(world, person)).status_code == 302
    assert now(world).note == person
    assert client.post(new_url(world), {"title": f"By {person}"}).status_code == 302


def test_an_owner_from_elsewhere_writes_what_is_theirs_alone(world, act, client):
    guest = factories.member(world.org, "Gwen Guest", Role.MEMBER)
    Initiative.objects.filter(pk=world.initiative.pk).update(owner=guest)
    factories.initiative(world.quarter, world.tribe, title="Not hers", position=2)
    assert act("set", {"note": "hers"}, who=guest).status_code == 302
    page = client.get(new_url(world).removesuffix("initiatives/new/"), {"view": "initiatives"}).content.decode()
    assert page.count("data-row") == 1
    assert "data-lane" not in page
    assert client.get(new_url(world)).status_code == 403


def test_whoever_only_reads_sees_no_control(world, client):
    client.force_login(world.olga.user)
    page = client.get(new_url(world).removesuffix("initiatives/new/"), {"view": "initiatives"}).content.decode()
    assert "One-screen slot choice" in page
    for control in ("data-row", "data-bar", "data-lane", "bar-keys", "popover" + 'target="of-'):
        assert control not in page
    page = client.get(reverse("initiative", args=[world.org.slug, world.initiative.pk])).content.decode()
    assert "/edit/" not in page


def test_a_closed_quarter_is_read_only(world, act, client):
    world.quarter.state = "closed"
    world.quarter.save()
    for name, sent in POSTS.items():
        answer = act(name, sent if name != "edit" else {"title": "x", "start_week": WEEKS[1], "end_week": WEEKS[2]})
        assert answer.status_code == 422, name
        assert "Q2 2026 is closed: it is read only." in answer.content.decode(), name
    answer = client.get(reverse("initiative_edit", args=[world.org.slug, world.initiative.pk]), follow=True)
    assert "Q2 2026 is closed: it is read only." in answer.content.decode()
    page = client.get(new_url(world).removesuffix("initiatives/new/"), {"view": "initiatives"}).content.decode()
    assert "data-row" not in page
    assert "data-lane" not in page


def test_what_is_gone_or_never_was(world, act, client):
    Initiative.objects.filter(pk=world.initiative.pk).update(archived_at=dt.datetime(2026, 5, 1, tzinfo=dt.UTC))
    for name, sent in POSTS.items():
        assert act(name, sent).status_code == 404, name
    assert client.get(reverse("initiative_new", args=[world.org.slug, "NOPE", "2026-q2"])).status_code == 404
    assert client.get(reverse("initiative_new", args=[world.org.slug, "DRV", "2031-q1"])).status_code == 404
    assert client.get(reverse("initiative_set", args=[world.org.slug, world.initiative.pk])).status_code == 405


# ── The view ─────────────────────────────────────────────────────────────────


def test_the_empty_timeline_says_what_belongs_there(world, client):
    Initiative.objects.all().delete()
    client.force_login(world.alice.user)
    url = new_url(world).removesuffix("initiatives/new/")
    page = client.get(url, {"view": "initiatives"}).content.decode()
    assert "No initiatives in Q2 2026" in page
    assert f'href="{new_url(world)}"' in page
    assert "data-lane" in page
    client.force_login(world.olga.user)
    page = client.get(url, {"view": "initiatives"}).content.decode()
    assert "No initiatives in Q2 2026" in page
    assert new_url(world) not in page


def test_the_page_of_an_initiative_leads_to_its_form(world, client):
    client.force_login(world.bob.user)
    page = client.get(reverse("initiative", args=[world.org.slug, world.initiative.pk])).content.decode()
    assert reverse("initiative_edit", args=[world.org.slug, world.initiative.pk]) in page
