"""All that is due from Alice on one page: two key results of her tribe and a milestone with steps, never checked in."""

import datetime as dt
import re
from decimal import Decimal
from html import unescape

import pytest
import time_machine
from django.urls import reverse

from okr.models import CheckIn, KeyResult, Step
from orgs import tenancy
from tests import factories
from tests.factories import TODAY, signed_in

START = dt.datetime.combine(TODAY, dt.time(9), dt.UTC)
PAGE = "/o/coursive/check-in/all/"


@pytest.fixture
def world(db):
    with time_machine.travel(START, tick=False):
        made = factories.world()
        with tenancy.tenant(made.org.pk):
            second = factories.tribe_objective(made.quarter, made.tribe, title="No surprise.", position=2)
            made.extra["b1"] = factories.key_result(
                second, title="Missing items announced", start=Decimal(22), target=Decimal(55), owner=made.alice
            )
            factories.check_in(made.extra["b1"], "41", TODAY - dt.timedelta(days=21), confidence=4)
            made.extra["b2"] = factories.key_result(
                second, title="Lockers in 40 shops", direction="done", unit="done", owner=made.alice
            )
            made.extra["steps"] = [
                Step.objects.create(key_result=made.extra["b2"], title=title, position=place)
                for place, title in enumerate(("Contract", "Pilot"))
            ]
        yield made


@pytest.fixture
def alice(world):
    return signed_in(world.alice)


def text_of(answer):
    return " ".join(re.sub(r"<[^>]+>", " ", answer.content.decode()).split())


def as_shown(answer):
    """What a browser sends back of the page's form, button aside."""
    html = answer.content.decode()
    sent: dict[str, list[str]] = {}
    for tag in re.findall(r"<input [^>]+>", html):
        name, value = re.search(r'name="([^"]+)"', tag), re.search(r'value="([^"]*)"', tag)
        if not name or (re.search(r'type="(checkbox|radio)"', tag) and " checked" not in tag):
            continue
        if name[1] == "row" or name[1].startswith(("kr", "initial-kr")):
            sent.setdefault(name[1], []).append(value[1] if value else "")
    for name, options in re.findall(r'<select name="([^"]+)".*?>(.*?)</select>', html, re.DOTALL):
        sent[name] = re.findall(r'value="([^"]*)" selected', options)
    return sent


def press(client, button, value, page=None, **typed):
    """Fill in and press: `typed` by "<prefix>__<field>"."""
    sent = as_shown(page or client.get(PAGE))
    sent |= {name.replace("__", "-"): value for name, value in typed.items()}
    return client.post(PAGE, {**sent, button: value})


def made_on(world, key_result, **of):
    with tenancy.tenant(world.org.pk):
        return list(CheckIn.objects.filter(key_result=key_result, on=TODAY, **of))


def name(row):
    return f"kr{row.pk}"


def test_no_change_in_one_tap_keeps_value_and_confidence_and_says_nothing(world, alice):
    answer = press(alice, "same", world.extra["b1"].pk)
    assert answer.status_code == 302
    (made,) = made_on(world, world.extra["b1"])
    assert (made.value, made.confidence, made.comment) == (41, 4, "")
    assert not made_on(world, world.key_result)
    text = text_of(alice.get(answer["Location"]))
    assert "2 check-ins due" in text
    assert "Checked in: 41% Correct" in text  # the toast
    assert "1 check-in today" in text


def test_what_was_never_measured_has_no_last_value_to_keep(world, alice):
    text = text_of(alice.get(PAGE))
    assert text.count("No change") == 2
    answer = press(alice, "same", world.extra["b2"].pk)
    assert answer.status_code == 422
    assert not made_on(world, world.extra["b2"])


def test_weeks_without_a_check_in_are_named(world, alice):
    text = text_of(alice.get(PAGE))
    assert "Last: 41% on 28 Apr 2 weeks missed" in text
    assert "Last: 86% on 12 May A1" not in text


def test_save_all_saves_what_was_typed_and_leaves_the_rest_for_later(world, alice):
    a1, b1, b2 = world.key_result, world.extra["b1"], world.extra["b2"]
    typed = {f"{name(a1)}__value": "88,5", f"{name(a1)}__comment": "Two sites more."}
    typed |= {f"{name(b2)}__done_steps": [world.extra["steps"][0].pk]}
    answer = press(alice, "save", "all", **typed)
    assert answer.status_code == 302
    assert [(one.value, one.comment) for one in made_on(world, a1)] == [(Decimal("88.5"), "Two sites more.")]
    assert [one.value for one in made_on(world, b2)] == [Decimal("0.5")]
    assert not made_on(world, b1)
    assert "2 check-ins saved" in text_of(alice.get(answer["Location"]))


def test_what_is_wrong_stays_with_its_typing_and_its_error_and_the_rest_is_saved(world, alice):
    a1, b1 = world.key_result, world.extra["b1"]
    typed = {f"{name(a1)}__value": "88", f"{name(b1)}__value": "a lot", f"{name(b1)}__comment": "Ask Bob."}
    answer = press(alice, "save", "all", **typed)
    assert answer.status_code == 422
    assert len(made_on(world, a1)) == 1
    assert not made_on(world, b1)
    text, html = text_of(answer), answer.content.decode()
    assert "1 key result was not saved" in text
    assert "Checked in: A1 88%" in text
    assert 'value="a lot"' in html
    assert 'value="Ask Bob."' in html
    assert f'id="id_{name(b1)}-value_error"' in html
    # Mended, the rest of the page being as it was.
    answer = press(alice, "save", "all", page=answer, **{f"{name(b1)}__value": "44"})
    assert answer.status_code == 302
    assert [one.comment for one in made_on(world, b1)] == ["Ask Bob."]
    assert len(made_on(world, a1)) == 1


def test_saving_one_keeps_what_was_typed_in_the_others(world, alice):
    a1, b1 = world.key_result, world.extra["b1"]
    typed = {f"{name(a1)}__value": "88", f"{name(b1)}__value": "no number yet"}
    answer = press(alice, "save", a1.pk, **typed)
    assert answer.status_code == 200
    assert len(made_on(world, a1)) == 1
    assert not made_on(world, b1)
    assert 'value="no number yet"' in answer.content.decode()
    assert "not saved" not in text_of(answer)


def test_nothing_moved_for_all_asks_first_then_keeps_every_last_value(world, alice):
    a1, b1, b2 = world.key_result, world.extra["b1"], world.extra["b2"]
    asked = press(alice, "nothing_moved", "ask")
    assert asked.status_code == 200
    assert "Did nothing move for these 2 key results?" in text_of(asked)
    assert not made_on(world, a1)
    answer = press(alice, "nothing_moved", "yes", page=asked)
    assert answer.status_code == 302
    assert [(one.value, one.confidence) for one in made_on(world, a1)] == [(86, 6)]
    assert [(one.value, one.confidence) for one in made_on(world, b1)] == [(41, 4)]
    assert not made_on(world, b2)

    said = alice.get(answer["Location"])
    assert "2 check-ins saved" in text_of(said)
    undo = unescape(re.search(r'action="([^"]+/take-back/[^"]+)" hx-post', said.content.decode())[1])
    assert "2 check-ins taken back" in text_of(alice.post(undo, follow=True))
    assert not made_on(world, a1)
    assert not made_on(world, b1)
    assert "Did nothing move for these 2 key results?" in text_of(press(alice, "nothing_moved", "ask"))


def test_nothing_moved_spares_what_was_typed(world, alice):
    a1, b1 = world.key_result, world.extra["b1"]
    asked = press(alice, "nothing_moved", "ask", **{f"{name(a1)}__value": "88"})
    assert "Did nothing move for this key result?" in text_of(asked)
    answer = press(alice, "nothing_moved", "yes", page=asked)
    assert answer.status_code == 200
    assert len(made_on(world, b1)) == 1
    assert not made_on(world, a1)
    assert 'value="88"' in answer.content.decode()


def test_going_back_changes_nothing(world, alice):
    asked = press(alice, "nothing_moved", "ask", **{f"{name(world.key_result)}__value": "88"})
    answer = press(alice, "back", "1", page=asked)
    assert answer.status_code == 200
    assert 'value="88"' in answer.content.decode()
    assert "Did nothing move" not in text_of(answer)


def test_an_empty_page_saves_nothing_and_says_so(world, alice):
    answer = press(alice, "save", "all")
    assert answer.status_code == 422
    assert "there is nothing to save" in text_of(answer)


def test_a_comment_without_its_value_is_asked_for_it(world, alice):
    answer = press(alice, "save", "all", **{f"{name(world.extra['b1'])}__comment": "Hm."})
    assert answer.status_code == 422
    assert "Enter today’s value, or press “No change”." in text_of(answer)


def test_the_same_page_sent_twice_records_one_each(world, alice):
    page = alice.get(PAGE)
    for _ in range(2):
        answer = press(alice, "save", "all", page=page, **{f"{name(world.key_result)}__value": "88"})
        assert answer.status_code == 302
    assert len(made_on(world, world.key_result)) == 1


def test_somebody_else_s_key_result_is_refused_beside_its_line_and_mine_is_saved(world, alice):
    a1, strange = world.key_result, world.strategic_kr
    page = alice.get(PAGE)
    sent = as_shown(page)
    sent["row"] = [*sent["row"], str(strange.pk)]
    sent |= {f"{name(a1)}-value": "88", f"{name(strange)}-value": "60", f"{name(strange)}-confidence": "7"}
    sent[f"{name(strange)}-client_id"] = "5d1c2f1e-7c55-4b0e-9f0b-2f4f4d1f6a37"
    answer = alice.post(PAGE, {**sent, "save": "all"})
    assert answer.status_code == 422
    assert "Your role does not allow this" in text_of(answer)
    assert len(made_on(world, a1)) == 1
    assert not made_on(world, strange)


def test_the_last_one_leads_to_what_was_done(world, alice):
    with tenancy.tenant(world.org.pk):
        KeyResult.objects.exclude(pk=world.key_result.pk).update(next_due_on=TODAY + dt.timedelta(days=8))
    answer = press(alice, "same", world.key_result.pk)
    assert answer["Location"].startswith(reverse("check_in", args=["coursive"]) + "?done=1")
    assert "Nothing is due from you" in text_of(alice.get(PAGE))
