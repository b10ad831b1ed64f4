"""The check-in pages over HTTP. Alice owns two key results of her tribe, one of the strategy and a milestone."""

import datetime as dt
import re
import uuid
from decimal import Decimal
from html import unescape
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest
import time_machine
from django.db.models import F
from django.urls import reverse

from okr.models import CheckIn, KeyResult, PeriodState, Step
from okr.pages import check_in as pages
from okr.pages import check_in_round as rounds
from okr.pages.figures import Figures
from okr.readings import Clock
from okr.shell import org_state
from orgs import tenancy
from orgs.models import Organization
from tests import factories
from tests.factories import TODAY, signed_in

START = dt.datetime.combine(TODAY, dt.time(9), dt.UTC)


@pytest.fixture
def clock():
    with time_machine.travel(START, tick=False) as traveller:
        yield traveller


@pytest.fixture
def world(db, clock):
    made = factories.world()
    with tenancy.tenant(made.org.pk):
        made.objective.refresh_from_db()
        second = factories.tribe_objective(made.quarter, made.tribe, title="No missing item is a surprise.", position=2)
        made.extra["b1"] = factories.key_result(
            second, title="Missing items announced", start=Decimal(22), target=Decimal(55), owner=made.alice
        )
        factories.check_in(made.extra["b1"], "41", TODAY - dt.timedelta(days=7))
        made.extra["b2"] = factories.key_result(
            second, title="Lockers in 40 shops", direction="done", unit="done", owner=made.alice
        )
        made.extra["steps"] = [
            Step.objects.create(key_result=made.extra["b2"], title=title, position=place)
            for place, title in enumerate(("Contract", "Pilot"))
        ]
    return made


@pytest.fixture
def alice(world):
    return signed_in(world.alice)


def page_of(key_result, slug="coursive"):
    return reverse("check_in_key_result", args=[slug, key_result.pk])


def form(**given):
    return {"value": "87", "confidence": "7", "comment": "", "mood": "", "client_id": str(uuid.uuid4()), **given}


def text_of(answer):
    return " ".join(re.sub(r"<[^>]+>", " ", answer.content.decode()).split())


def checked(html, name):
    return re.search(rf'name="{name}" value="([^"]*)"[^>]* checked', html)[1]


def check_ins_of(world, key_result, **of):
    with tenancy.tenant(world.org.pk):
        return list(CheckIn.objects.filter(key_result=key_result, **of))


def only(world, *kept):
    """Nothing but these is due from Alice."""
    with tenancy.tenant(world.org.pk):
        rows = KeyResult.objects.exclude(pk__in=[row.pk for row in kept])
        rows.update(next_due_on=TODAY + dt.timedelta(days=8))


# ── The round ────────────────────────────────────────────────────────────────


def test_check_in_goes_straight_to_the_first_due(world, alice):
    answer = alice.get(reverse("check_in", args=["coursive"]))
    assert answer.status_code == 302
    assert answer["Location"].startswith(page_of(world.key_result))


def test_a_whole_round_ends_with_what_was_done_and_how_long_it_took(world, alice, clock):
    answer = alice.get(reverse("check_in", args=["coursive"]), follow=True)
    seen = []
    for sent in (form(value="88"), form(value="44"), form(done_steps=[world.extra["steps"][0].pk])):
        seen.append(re.search(r"(\d) of 3", text_of(answer))[0])
        clock.shift(16)
        answer = alice.post(answer.wsgi_request.get_full_path(), sent, follow=True)
    assert seen == ["1 of 3", "2 of 3", "3 of 3"]
    assert answer.status_code == 200
    text = text_of(answer)
    assert "3 check-ins in 48 s" in text
    assert "A1 Orders ready when the customer arrives 88%" in text
    assert "B2 Lockers in 40 shops 50%" in text
    assert "Left for later" not in text


def test_done_ones_stay_in_their_place_ticked_with_their_value(world, alice):
    answer = alice.post(page_of(world.key_result), form(value="88.5"), follow=True)
    text = text_of(answer)
    assert "2 of 3" in text
    assert "A1 Orders ready when the customer arrives Checked in: 88.5% B1 Missing items announced B2" in text
    assert "Save and go to B2" in text


def test_the_last_one_says_that_it_is_the_last(world, alice):
    assert "Save and finish" in text_of(alice.get(page_of(world.extra["b2"])))


def test_later_goes_on_and_the_summary_keeps_what_was_skipped(world, alice):
    first = alice.get(page_of(world.key_result))
    later = re.search(r'href="([^"]+)">Later<', first.content.decode())[1]
    assert later == page_of(world.extra["b1"])
    alice.post(page_of(world.extra["b1"]), form(value="42"))
    answer = alice.post(page_of(world.extra["b2"]), form(done_steps=[]), follow=True)
    text = text_of(answer)
    assert "2 check-ins" in text
    assert text.index("Left for later") < text.index("Orders ready when the customer arrives")
    assert page_of(world.key_result) in answer.content.decode()


def test_nothing_due_says_what_is_mine_and_when_it_is_due(world, alice):
    only(world)
    answer = alice.get(reverse("check_in", args=["coursive"]))
    text = text_of(answer)
    assert answer.status_code == 200
    assert "Nothing is due from you" in text
    assert "B1 Missing items announced 41% due Wed 27 May" in text
    assert page_of(world.extra["b1"]) in answer.content.decode()


def test_who_owns_nothing_is_shown_the_strategy(world):
    answer = signed_in(world.olga).get(reverse("check_in", args=["coursive"]))
    assert "You own no key result now" in text_of(answer)
    assert reverse("strategy", args=["coursive"]) in answer.content.decode()


def test_an_early_check_in_is_a_round_of_its_own(world, alice):
    only(world)
    assert "1 of 1" in text_of(alice.get(page_of(world.extra["b1"])))
    answer = alice.post(page_of(world.extra["b1"]), form(value="43"), follow=True)
    assert "1 check-in today" in text_of(answer)


def test_a_round_whose_beginning_is_not_known_says_no_duration(world, alice, clock):
    """Opened from a bookmark: the address does not say when it began."""
    only(world)
    clock.shift(0.6)
    answer = alice.post(page_of(world.extra["b1"]), form(value="43"), follow=True)
    assert "1 check-in today" in text_of(answer)


def test_the_badge_and_the_round_follow_one_rule(world, alice):
    """What the rail counts is what the round asks for, on every day of the week, late, scored or archived ones included."""
    with tenancy.tenant(world.org.pk):
        KeyResult.objects.filter(pk=world.extra["b1"].pk).update(next_due_on=TODAY + dt.timedelta(days=1))
        KeyResult.objects.filter(pk=world.extra["b2"].pk).update(next_due_on=TODAY - dt.timedelta(days=9))
        scored = factories.key_result(world.objective, owner=world.alice)
        KeyResult.objects.filter(pk=scored.pk).update(stage="scored")
        for day in range(7):
            with time_machine.travel(START + dt.timedelta(days=day), tick=False):
                clock = Clock.of(world.org)
                asked = rounds.round_of(world.alice, clock).left
                assert org_state(world.org, clock).due[world.alice.pk] == len(asked)
                assert {item.key_result.pk for item in asked} == {
                    world.key_result.pk, world.extra["b1"].pk, world.extra["b2"].pk
                }  # fmt: skip


# ── One key result ───────────────────────────────────────────────────────────


def test_the_form_shows_where_it_stands(world, alice):
    answer = alice.get(page_of(world.extra["b1"]))
    text = text_of(answer)
    assert "No missing item is a surprise." in text
    assert "B1 Missing items announced" in text
    assert "22% start 40% expected today 55% target" in text
    assert "On track 41% on 12 May" in text
    assert "How sure are you to reach the target by 30 Jun?" in text
    assert "6 last time" in text
    html = answer.content.decode()
    assert checked(html, "confidence") == "6"
    assert re.search(r'name="value" value="41"[^>]*inputmode="decimal"', html)
    assert 'data-step="-1"' in html
    assert 'data-step="1"' in html
    assert '<polyline class="l"' not in html  # one measurement draws no line


def test_without_a_confidence_yet_the_middle_is_proposed(world, alice):
    html = alice.get(page_of(world.extra["b2"])).content.decode()
    assert checked(html, "confidence") == "5"
    assert "Nothing moved" not in html


@pytest.mark.parametrize(
    ("language", "typed", "stored"),
    [
        ("en", "44.5", "44.5"),
        ("fr", "44,5", "44.5"),
        ("fr", "44,5 %", "44.5"),
        ("en", "1,200", "1200"),
        ("fr", "−1 200,25", "-1200.25"),
    ],
)
def test_figures_are_read_in_the_readers_language(world, alice, language, typed, stored):
    world.alice.user.language = language
    world.alice.user.save()
    answer = alice.post(page_of(world.extra["b1"]), form(value=typed))
    assert answer.status_code == 302
    assert check_ins_of(world, world.extra["b1"])[0].value == Decimal(stored)


def test_all_that_was_sent_is_recorded(world, alice):
    alice.post(page_of(world.extra["b1"]), form(value="44", confidence="9", comment="A/B test runs.", mood="good_news"))
    made = check_ins_of(world, world.extra["b1"])[0]
    assert (made.value, made.confidence, made.comment, made.mood) == (Decimal(44), 9, "A/B test runs.", "good_news")
    assert (made.on, made.author_id) == (TODAY, world.alice.pk)


def test_nothing_moved_is_one_tap(world, alice):
    sent = {"client_id": str(uuid.uuid4()), "unchanged": "1", "comment": "Quiet week"}
    assert alice.post(page_of(world.extra["b1"]), sent).status_code == 302
    made = check_ins_of(world, world.extra["b1"])[0]
    assert (made.value, made.confidence, made.comment, made.on) == (Decimal(41), 6, "Quiet week", TODAY)


def test_nothing_moved_counts_even_where_another_value_was_typed(world, alice):
    alice.post(page_of(world.extra["b1"]), form(value="nonsense", confidence="9", unchanged="1"))
    made = check_ins_of(world, world.extra["b1"])[0]
    assert (made.value, made.confidence) == (Decimal(41), 6)


def test_nothing_moved_leaves_the_steps_as_they_are(world, alice):
    pilot = world.extra["steps"][1]
    alice.post(page_of(world.extra["b2"]), form(done_steps=[pilot.pk]))
    alice.post(page_of(world.extra["b2"]), {"client_id": str(uuid.uuid4()), "unchanged": "1"})
    assert [made.value for made in check_ins_of(world, world.extra["b2"])] == [Decimal("0.5")] * 2
    with tenancy.tenant(world.org.pk):
        assert Step.objects.get(pk=pilot.pk).done_on == TODAY


def test_nothing_moved_needs_a_first_value(world, alice):
    with tenancy.tenant(world.org.pk):
        fresh = factories.key_result(world.objective, owner=world.alice)
    answer = alice.post(page_of(fresh), {"client_id": str(uuid.uuid4()), "unchanged": "1"})
    assert answer.status_code == 422
    assert "Enter a number." in text_of(answer)


def test_a_milestone_without_steps_is_done_or_not(world, alice):
    with tenancy.tenant(world.org.pk):
        milestone = factories.key_result(world.objective, direction="done", unit="done", owner=world.alice)
    text = text_of(alice.get(page_of(milestone)))
    assert "Is it done? Done Not done" in text
    alice.post(page_of(milestone), form(value="1"))
    assert check_ins_of(world, milestone)[0].value == 1
    assert alice.post(page_of(milestone), form(value="")).status_code == 422


def test_a_share_recorded_through_the_api_can_stand(world, alice):
    with tenancy.tenant(world.org.pk):
        milestone = factories.key_result(world.objective, direction="done", unit="done", owner=world.alice)
        factories.check_in(milestone, "0.25", TODAY - dt.timedelta(days=7))
    html = alice.get(page_of(milestone)).content.decode()
    assert re.search(r'value="0\.25"[^>]*checked[^>]*>\s*25%', html)
    alice.post(page_of(milestone), {"client_id": str(uuid.uuid4()), "unchanged": "1"})
    assert check_ins_of(world, milestone)[0].value == Decimal("0.25")


def test_a_band_shows_its_ends_and_expects_nothing(world, alice):
    with tenancy.tenant(world.org.pk):
        band = factories.key_result(
            world.objective, direction="within", start=None, target=None, low=Decimal("0.5"), high=Decimal(2)
        )
        KeyResult.objects.filter(pk=band.pk).update(owner=world.alice)
    text = text_of(alice.get(page_of(band)))
    assert "0.5% – 2.0% band to stay in" in text
    assert "stay in the band until 30 Jun" in text


# ── What was typed and what it would mean ────────────────────────────────────


def test_htmx_is_shown_what_the_typed_value_would_mean(world, alice):
    answer = alice.get(page_of(world.extra["b1"]), {"value": "30"}, headers={"HX-Request": "true"})
    html = answer.content.decode()
    assert html.strip().startswith('<div id="ci-now">')
    assert "Off track −11 pts since 12 May (41%)" in text_of(answer)
    assert "v-24 x-54" in html
    assert check_ins_of(world, world.extra["b1"], on=TODAY) == []


@pytest.mark.parametrize("typed", ["", "abc", "1e999", "\x00"])
def test_a_look_at_nonsense_shows_what_is_known(world, alice, typed):
    answer = alice.get(page_of(world.extra["b1"]), {"value": typed}, headers={"HX-Request": "true"})
    assert "On track 41% on 12 May" in text_of(answer)


def test_an_address_can_bring_a_value_along(world, alice):
    assert 'name="value" value="47.5"' in alice.get(page_of(world.extra["b1"]) + "?value=47.5").content.decode()


# ── Refusals ─────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"value": ""}, "Enter a number."),
        ({"value": "a lot"}, "Enter a number, such as 1234.5."),
        ({"value": "9" * 20}, "This number is too large to be right."),
        ({"confidence": ""}, "Choose a number from 1 to 10."),
        ({"confidence": "11"}, "Choose a number from 1 to 10."),
        ({"comment": "x" * 2001}, "at most 2000 characters"),
        ({"mood": "euphoric"}, "Select a valid choice."),
        ({"client_id": ""}, "The form was incomplete. Reload the page."),
        ({"client_id": "7"}, "The form was incomplete. Reload the page."),
    ],
    ids=str,
)
def test_a_wrong_field_says_so_and_nothing_typed_is_lost(world, alice, given, message):
    sent = form(value="44", confidence="9", comment="Typed with care", mood="blocked") | given
    answer = alice.post(page_of(world.extra["b1"]), sent)
    html = answer.content.decode()
    assert answer.status_code == 422
    assert message in text_of(answer)
    field = next(iter(given))
    if field != "client_id":
        assert f'id="id_{field}_error"' in html
    if field != "comment":
        assert "Typed with care</textarea>" in html
    if field != "value":
        assert 'name="value" value="44"' in html
    if field != "mood":
        assert checked(html, "mood") == "blocked"
    assert check_ins_of(world, world.extra["b1"], on=TODAY) == []


def test_the_same_form_sent_twice_records_one_and_says_the_same(world, alice):
    sent = form(value="44")
    for _time in range(2):
        answer = alice.post(page_of(world.extra["b1"]), sent, follow=True)
        assert "Checked in: 44%" in text_of(answer)
    assert len(check_ins_of(world, world.extra["b1"], on=TODAY)) == 1


def test_a_form_found_again_by_going_back_does_not_pretend_to_save(world, alice):
    sent = form(value="44")
    alice.post(page_of(world.extra["b1"]), sent)
    answer = alice.post(page_of(world.extra["b1"]), sent | {"value": "45"}, follow=True)
    assert "This form was already saved, as 44%" in text_of(answer)
    assert "Checked in: 45%" not in text_of(answer)
    (made,) = check_ins_of(world, world.extra["b1"], on=TODAY)
    assert reverse("check_in_correct", args=["coursive", made.pk]) in answer.content.decode()


@pytest.mark.parametrize("close", ["quarter", "stage", "archive"])
def test_what_is_not_running_says_why(world, alice, close):
    with tenancy.tenant(world.org.pk):
        if close == "quarter":
            world.quarter.state = PeriodState.CLOSED
            world.quarter.save()
        else:
            change = {"stage": "proposed"} if close == "stage" else {"archived_at": START}
            KeyResult.objects.filter(pk=world.extra["b1"].pk).update(**change)
    reason = "Q2 2026 is not open: it takes no check-ins." if close == "quarter" else "Only a published key result"
    answer = alice.get(page_of(world.extra["b1"]))
    assert (answer.status_code, reason in text_of(answer)) == (422, True)
    sent = alice.post(page_of(world.extra["b1"]), form(value="44", comment="Too late"))
    assert (sent.status_code, reason in text_of(sent)) == (422, True)
    assert "Too late</textarea>" in sent.content.decode()
    assert check_ins_of(world, world.extra["b1"], on=TODAY) == []


@pytest.mark.parametrize(
    ("who", "status"), [("alice", 200), ("dan", 200), ("bob", 403), ("carol", 403), ("sam", 403), ("olga", 403)]
)
def test_who_may_check_in(world, who, status):
    client = signed_in(getattr(world, who))
    assert client.get(page_of(world.extra["b1"])).status_code == status
    sent = client.post(page_of(world.extra["b1"]), form(value="44"))
    assert sent.status_code == (302 if status == 200 else 403)
    assert len(check_ins_of(world, world.extra["b1"], on=TODAY)) == (status == 200)


def test_another_organization_is_not_found(world, alice):
    other = factories.world("theirs")
    assert alice.get(page_of(other.key_result)).status_code == 404
    assert alice.get(page_of(other.key_result, "theirs")).status_code == 404
    assert alice.post(page_of(other.key_result), form()).status_code == 404
    with tenancy.tenant(other.org.pk):
        theirs = CheckIn.objects.get(key_result=other.key_result)
    assert alice.get(reverse("check_in_correct", args=["coursive", theirs.pk])).status_code == 404
    assert signed_in(other.alice).get(page_of(other.key_result, "theirs")).status_code == 200


# ── Correcting ───────────────────────────────────────────────────────────────


@pytest.fixture
def made(world, alice):
    alice.post(page_of(world.extra["b1"]), form(value="44", confidence="8", comment="Typed too fast", mood="blocked"))
    return check_ins_of(world, world.extra["b1"], on=TODAY)[0]


def correction_of(check_in):
    return reverse("check_in_correct", args=["coursive", check_in.pk])


def test_the_toast_leads_to_the_correction(world, alice):
    answer = alice.post(page_of(world.extra["b1"]), form(value="44"), follow=True)
    (made,) = check_ins_of(world, world.extra["b1"], on=TODAY)
    page = answer.wsgi_request.get_full_path()
    link = f"{correction_of(made)}?{urlencode({'next': page})}"
    assert f'Checked in: 44% <a href="{link}">Correct</a>' in answer.content.decode()
    sent = alice.post(link, form(value="43"))
    assert sent["Location"] == page


def test_undo_of_the_toast_takes_the_check_in_back_and_returns(world, alice):
    row = world.extra["b1"]
    before = [check_in.pk for check_in in check_ins_of(world, row)]
    html = alice.post(page_of(row), form(value="44"), follow=True).content.decode()
    undo = unescape(re.search(r'action="([^"]+/take-back/[^"]+)"', html)[1])
    dan = signed_in(world.dan).post(undo)
    assert (dan.status_code, len(check_ins_of(world, row))) == (403, len(before) + 1)
    for said in ("1 check-in taken back", "This was already taken back."):
        answer = alice.post(undo, follow=True)
        assert said in text_of(answer)
        assert [check_in.pk for check_in in check_ins_of(world, row)] == before
    assert answer.redirect_chain[0][0] == parse_qs(urlsplit(undo).query)["next"][0]
    refreshed = alice.post(undo, headers={"HX-Request": "true"})
    assert (refreshed.status_code, refreshed["HX-Redirect"]) == (204, answer.redirect_chain[0][0])


def test_a_check_in_is_taken_back_where_it_is_corrected(world, alice, made):
    key_result = reverse("key_result", args=["coursive", world.extra["b1"].pk])
    for page in (key_result, reverse("check_in", args=["coursive"]) + "?done=1"):
        html = alice.get(page).content.decode()
        assert f"/take-back/?made={made.pk}" in html
    found = alice.post(unescape(re.search(r'action="([^"]+/take-back/[^"]+)"', html)[1]), follow=True)
    assert "1 check-in taken back" in text_of(found)
    assert "took back the check-in of" in text_of(alice.get(key_result))


def test_correcting_leads_back_to_where_it_was_asked_for(world, alice, made):
    key_result = reverse("key_result", args=["coursive", world.extra["b1"].pk])
    summary = reverse("check_in", args=["coursive"]) + "?done=1"
    for page in (key_result, summary):
        html = unescape(alice.get(page).content.decode())
        link = next(found for found in re.findall(r'href="([^"]+)"', html) if found.startswith(correction_of(made)))
        assert f'href="{page}">Cancel' in unescape(alice.get(link).content.decode())
        assert alice.post(link, form(value="43"))["Location"] == page


@pytest.mark.parametrize("target", ["https://evil.example/", "//evil.example/", "/\\evil.example", "javascript:1", ""])
def test_a_correction_leads_nowhere_else(world, alice, made, target):
    link = f"{correction_of(made)}?{urlencode({'next': target})}"
    key_result = reverse("key_result", args=["coursive", world.extra["b1"].pk])
    assert alice.post(link, form(value="43"))["Location"] == key_result


def test_the_author_corrects(world, alice, made):
    html = alice.get(correction_of(made)).content.decode()
    assert 'name="value" value="44"' in html
    assert "Typed too fast</textarea>" in html
    assert checked(html, "confidence") == "8"
    assert checked(html, "mood") == "blocked"
    assert "+3 pts since 12 May (41%)" in " ".join(html.split())
    assert "6 last time" in html
    sent = {"value": "43.5", "confidence": "7", "comment": "Read again", "mood": ""}
    answer = alice.post(correction_of(made), sent, follow=True)
    assert "Check-in corrected: 43.5%" in text_of(answer)
    (corrected,) = check_ins_of(world, world.extra["b1"], on=TODAY)
    assert (corrected.value, corrected.confidence, corrected.comment, corrected.mood) == (
        Decimal("43.5"), 7, "Read again", ""
    )  # fmt: skip


def test_a_wrong_correction_keeps_what_was_typed(world, alice, made):
    answer = alice.post(correction_of(made), {"value": "x", "confidence": "7", "comment": "Read again"})
    assert answer.status_code == 422
    assert "Read again</textarea>" in answer.content.decode()
    assert check_ins_of(world, world.extra["b1"], on=TODAY)[0].value == 44


def test_a_later_check_in_makes_it_history(world, alice, made):
    alice.post(page_of(world.extra["b1"]), form(value="45"))
    for answer in (alice.get(correction_of(made)), alice.post(correction_of(made), form(value="1"))):
        assert answer.status_code == 422
        assert "A later check-in exists: this one is history now." in text_of(answer)
    assert check_ins_of(world, world.extra["b1"], value=44)


def test_only_the_author_corrects(world, alice, made):
    for who, status in {"alice": 200, "dan": 403, "bob": 403, "carol": 403}.items():
        assert signed_in(getattr(world, who)).get(correction_of(made)).status_code == status
        assert signed_in(getattr(world, who)).post(correction_of(made), {}).status_code == (
            status if status != 200 else 422
        )


# ── Figures ──────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("given", "step"),
    [
        ({"start": "22", "target": "55"}, "1"),
        ({"start": "80", "target": "92"}, "1"),  # half a point would be finer than the metric is written
        ({"start": "54.0", "target": "72", "current": "59.2"}, "0.5"),
        ({"start": "0", "target": "10000"}, "500"),
        ({"start": "1200000", "target": "6400000"}, "200000"),
        ({"start": "14.8", "target": "9", "direction": "down"}, "0.2"),
        ({"start": "1.05", "target": "1.10"}, "0.01"),
        ({"low": "0.5", "high": "2", "direction": "within"}, "0.1"),
        ({"start": None, "target": "40"}, "2"),
        ({"start": "-5", "target": "5"}, "1"),
    ],
    ids=str,
)
def test_one_press_moves_about_a_twentieth_of_the_way(given, step):
    figures = {name: None if value is None else Decimal(value) for name, value in given.items() if name != "direction"}
    row = KeyResult(unit="percent", direction=given.get("direction", "up"), **figures)
    assert pages.step_of(row, Figures(row, "EUR")) == Decimal(step)


# ── Budgets ──────────────────────────────────────────────────────────────────

BUDGET = 10


@pytest.fixture
def seen(world, alice):
    """Alice has looked at a page before, so that her session is as it will be; nothing is cached since."""
    alice.get(reverse("check_in", args=["coursive"]))
    Organization.objects.update(version=F("version") + 1)


def many(world):
    """19 more key results due from Alice, each with 50 check-ins."""
    with tenancy.tenant(world.org.pk):
        more = [factories.key_result(world.objective, owner=world.alice) for _row in range(19)]
        CheckIn.objects.bulk_create(
            CheckIn(key_result=row, on=TODAY - dt.timedelta(days=day), value=day, confidence=5, author=world.alice)
            for row in [*more, world.extra["b1"], world.extra["b2"]]
            for day in range(1, 50)
        )


@pytest.mark.parametrize("name", ["b1", "b2"])
@pytest.mark.usefixtures("seen")
def test_the_form_stays_within_its_queries(
    world, alice, name, django_assert_max_num_queries, django_assert_num_queries
):
    page = page_of(world.extra[name])
    with django_assert_max_num_queries(BUDGET) as cold:
        alice.get(page)
    with django_assert_max_num_queries(BUDGET) as warm:
        alice.get(page)
    assert len(warm) < len(cold)
    many(world)
    with django_assert_num_queries(len(warm)):
        alice.get(page)


@pytest.mark.usefixtures("seen")
def test_the_summary_stays_within_its_queries(world, alice, django_assert_max_num_queries, django_assert_num_queries):
    summary = reverse("check_in", args=["coursive"]) + "?done=1"
    alice.post(page_of(world.extra["b1"]), form(value="44"))
    with django_assert_max_num_queries(BUDGET):
        alice.get(summary)
    with django_assert_max_num_queries(BUDGET) as warm:
        alice.get(summary)
    many(world)
    with tenancy.tenant(world.org.pk):
        for row in KeyResult.objects.filter(owner=world.alice).exclude(pk=world.extra["b1"].pk):
            factories.check_in(row, "0.5", TODAY)
    with django_assert_num_queries(len(warm)):
        assert "22 check-ins" in text_of(alice.get(summary))
