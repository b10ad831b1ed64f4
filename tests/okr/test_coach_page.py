"""The wording coach beside a field: what is asked while one types, and “Keep as is”."""

import html
import re

import pytest
from django.urls import reverse

from okr.models import CoachDismissal, KeyResult
from orgs import tenancy
from orgs.models import AuditEvent
from tests import factories
from tests.sweeps.test_bad_input import HOSTILE

OUTPUT = "Livrer la nouvelle page de choix des créneaux"


@pytest.fixture
def world(db):
    return factories.world()


@pytest.fixture
def ask(world, client):
    """Send to the coach, as a person; the rules of the answer."""

    def ask(text, person="alice", level="key_result", route="coach", **sent):
        client.force_login(getattr(world, person).user, backend="django.contrib.auth.backends.ModelBackend")
        return client.post(reverse(route, args=[world.org.slug]), {"level": level, "text": text, **sent})

    return ask


def rules(answer) -> list[str]:
    assert answer.status_code == 200
    return re.findall(r'data-rule="(\w+)"', answer.content.decode())


def about(thing) -> dict[str, object]:
    return {"object_type": "key_result" if isinstance(thing, KeyResult) else "objective", "object_id": thing.pk}


def keep(ask, thing, text=OUTPUT, **sent):
    fields = {**about(thing), "rule": "KR_OUTPUT", "reason": "The board asked for it.", **sent}
    return ask(text, fields.pop("person", "alice"), route="coach_dismiss", **fields)


def dismissals(world):
    with tenancy.tenant(world.org.pk):
        return list(CoachDismissal.objects.all())


# ── While one types ──


def test_advice_is_told_and_good_wording_is_not_commented_on(ask):
    answer = ask(OUTPUT)
    assert rules(answer) == ["KR_OUTPUT"]
    page = html.unescape(answer.content.decode())
    assert "This key result names an output, not an outcome" in page
    assert "[Ce que les clients font de plus, ou de moins]" in page
    assert ask("Passer le NPS du Drive de 31 à 42").content.strip() == b""


def test_a_rewording_can_be_used(ask):
    page = html.unescape(ask("Augmenter le CA en ligne de 20 %").content.decode())
    assert 'data-use-wording="Augmenter le CA en ligne de … à …"' in page


def test_figures_beside_the_sentence_count(ask):
    facts = {"start": "7,5", "target": "4,5 min", "unit": "count", "metric": "Minutes", "direction": ""}
    assert rules(ask("Attente médiane sur la piste")) == ["KR_NO_FIGURE"]
    assert rules(ask("Attente médiane sur la piste", **facts)) == []
    assert rules(ask("Attente médiane sur la piste", **facts, source="")) == ["KR_NO_SOURCE"]
    assert rules(ask("Attente médiane sur la piste", start="", target="", source="")) == []
    assert rules(ask(OUTPUT, start="0", target="1", source="Jira")) == ["KR_OUTPUT"]


def test_gaps_are_not_told_while_one_types(ask):
    assert rules(ask("Attente médiane sur la piste", start="", target="", unit="", metric="", direction="")) == []


@pytest.mark.parametrize(
    "sent",
    [
        {"level": "tribe"},
        {"text": "a" * 10_001},
        {"text": "\x00"},
        {"object_type": "initiative", "object_id": "1"},
        {"object_type": "key_result", "object_id": "x"},
    ],
    ids=str,
)
def test_what_makes_no_sense_gets_no_advice(world, ask, sent):
    answer = ask(**{"text": OUTPUT, **sent})
    assert (answer.status_code, answer.content) == (200, b"")


@pytest.mark.parametrize("person", ["alice", "bob", "carol", "dan", "olga"])
def test_every_member_may_ask(ask, person):
    assert rules(ask(OUTPUT, person)) == ["KR_OUTPUT"]


def test_markup_is_shown_as_it_was_typed(ask):
    answer = ask("<script>alert(1)</script> de la part des clients de notre site")
    assert b"<script" not in answer.content


def test_a_suggestion_says_its_language(ask):
    assert b'lang="fr"' in ask(OUTPUT).content
    assert b'lang="en"' in ask("Launch the loyalty programme").content


# ── Make it an initiative ──


def test_work_can_become_an_initiative_where_it_is_saved_and_of_a_tribe(world, ask):
    url = reverse("key_result_to_initiative", args=[world.org.slug, world.key_result.pk])
    offer = f'data-make-initiative="{url}"'.encode()
    assert offer in ask(OUTPUT, **about(world.key_result)).content
    assert b"data-make-initiative" not in ask("Augmenter le CA de 20 %", **about(world.key_result)).content
    assert b"data-make-initiative" not in ask(OUTPUT, "carol", **about(world.strategic_kr)).content
    assert b"data-make-initiative" not in ask(OUTPUT, "olga", **about(world.key_result)).content


def test_so_can_work_that_is_not_saved_yet_for_those_who_write_initiatives(world, ask):
    url = reverse("objective_to_initiative", args=[world.org.slug, world.objective.pk])
    offer = f'data-make-initiative="{url}"'.encode()
    for person in ("alice", "bob"):  # the lead; a seat, which writes no key results
        assert offer in ask(OUTPUT, person, **about(world.objective)).content
    assert b"data-make-initiative" not in ask(OUTPUT, "olga", **about(world.objective)).content
    assert b"data-make-initiative" not in ask(OUTPUT, "carol", **about(world.strategic)).content
    # The wording of an objective is no work.
    page = ask(OUTPUT, **{**about(world.objective), "level": "objective"}).content
    assert b"data-make-initiative" not in page


def test_a_title_in_its_cell_is_judged_with_the_figures_beside_it(world, ask):
    with tenancy.tenant(world.org.pk):
        bare = factories.key_result(world.objective, stage="draft", start=None, target=None)
    for thing, found in ((bare, ["KR_OUTPUT"]), (world.key_result, [])):
        assert rules(ask(OUTPUT, in_cell="1", **about(thing))) == found


# ── Keep as is ──


def test_kept_wording_is_not_commented_on_again(world, ask):
    assert rules(keep(ask, world.key_result)) == []
    assert rules(ask(OUTPUT, **about(world.key_result))) == []
    (kept,) = dismissals(world)
    assert (kept.rule, kept.reason, kept.by_id) == ("KR_OUTPUT", "The board asked for it.", world.alice.pk)


def test_it_counts_for_this_text_of_this_thing(world, ask):
    keep(ask, world.key_result)
    assert rules(ask(f"  {OUTPUT} ", **about(world.key_result))) == []
    assert rules(ask(f"{OUTPUT} du Drive", **about(world.key_result))) == ["KR_OUTPUT"]
    assert rules(ask(OUTPUT, **about(world.objective))) == ["KR_OUTPUT"]
    assert rules(ask(OUTPUT)) == ["KR_OUTPUT"]


def test_other_advice_on_it_is_still_given(world, ask):
    text = "Lancer une campagne pour augmenter les ventes de 20 %"
    assert rules(keep(ask, world.key_result, text)) == ["KR_RELATIVE_TARGET"]


def test_a_new_key_result_is_spoken_for_by_its_objective(world, ask):
    keep(ask, world.objective)
    assert rules(ask(OUTPUT, **about(world.objective))) == []
    assert rules(ask(OUTPUT, **about(world.key_result))) == []


def test_it_is_recorded(world, ask):
    keep(ask, world.key_result)
    keep(ask, world.key_result, reason="Once more.")
    with tenancy.tenant(world.org.pk):
        event = AuditEvent.objects.get(verb="coach_dismissed")
    assert (event.object_type, event.object_id, event.after, event.reason) == (
        "keyresult",
        world.key_result.pk,
        {"rule": "KR_OUTPUT"},
        "The board asked for it.",
    )


def test_the_history_tells_of_it(world, ask, client):
    keep(ask, world.key_result)
    page = html.unescape(client.get(reverse("key_result", args=[world.org.slug, world.key_result.pk])).content.decode())
    assert "kept the wording against the coach’s advice" in page
    assert "The board asked for it." in page


@pytest.mark.parametrize(
    ("reason", "said"), [("", "Say in a few words"), (" ", "Say in a few words"), ("a" * 241, "At most 240")]
)
def test_a_reason_is_needed(world, ask, reason, said):
    answer = keep(ask, world.key_result, reason=reason)
    assert answer.status_code == 422
    assert said in answer.content.decode()
    assert 'aria-invalid="true"' in answer.content.decode()
    assert dismissals(world) == []


@pytest.mark.parametrize("rule", ["STRUCT_START", "NONSENSE"])
def test_only_advice_can_be_set_aside(world, ask, rule):
    assert keep(ask, world.key_result, rule=rule).status_code == 422
    assert dismissals(world) == []


@pytest.mark.parametrize(
    ("sent", "status"),
    [
        ({"object_id": 999_999}, 404),
        ({"object_id": ""}, 404),
        ({"object_type": ""}, 404),
        ({"object_id": 0}, 422),
        ({"rule": ""}, 422),
        ({"level": "x"}, 422),
        ({"text": "\x00"}, 422),
    ],
    ids=str,
)
def test_what_is_kept_must_exist(world, ask, sent, status):
    fields = {**about(world.key_result), "rule": "KR_OUTPUT", "reason": "Because.", "text": OUTPUT, **sent}
    assert ask(route="coach_dismiss", **fields).status_code == status
    assert dismissals(world) == []


@pytest.mark.parametrize("route", ["coach", "coach_dismiss"])
def test_hostile_values_are_answered(world, ask, route):
    good = {
        **about(world.key_result),
        "level": "key_result",
        "text": OUTPUT,
        "start": "5",
        "target": "4 min",
        "unit": "",
    }
    good |= {"direction": "", "rule": "KR_OUTPUT", "reason": "Because.", "source": "", "baseline_due_on": "", "low": ""}
    for field in good:
        for value in HOSTILE:
            answer = ask(route=route, **{**good, field: value})
            assert answer.status_code in (200, 404, 422), (field, value)
            assert b"<script>alert" not in answer.content


@pytest.mark.parametrize(("place", "person"), [("tribe", "alice"), ("year", "carol")])
def test_the_wording_of_a_new_objective_is_kept_below_its_tribe_or_year(world, ask, client, place, person):
    vague = "Améliorer la satisfaction"
    where = {"level": "objective", "object_type": place, "object_id": getattr(world, place).pk}
    page = ask(vague, person, **where).content
    assert b"data-keep-wording" in page
    assert b"data-keep-wording" not in ask(vague, "olga", **where).content
    first, *others = rules(ask(vague, person, **where))
    sent = {**where, "rule": first, "reason": "The board’s own words."}
    assert ask(vague, "olga", route="coach_dismiss", **sent).status_code == 403
    assert rules(ask(vague, person, route="coach_dismiss", **sent)) == others
    with tenancy.tenant(world.org.pk):
        assert AuditEvent.objects.get(verb="coach_dismissed").object_type == place
    saved = world.objective if place == "tribe" else world.strategic
    assert rules(ask(vague, person, level="objective", **about(saved))) == others  # once it is saved
    name, at = ("objective_new", ["DRV", "2026-q2"]) if place == "tribe" else ("strategic_objective_new", [2026])
    page = client.get(reverse(name, args=[world.org.slug, *at])).content.decode()
    assert f'data-about="{place}" data-about-pk="{where["object_id"]}"' in page


def test_only_who_may_write_it_keeps_it(world, ask):
    assert keep(ask, world.key_result, person="olga").status_code == 403
    assert b"data-keep-wording" not in ask(OUTPUT, "olga", **about(world.key_result)).content
    assert b"data-keep-wording" in ask(OUTPUT, "alice", **about(world.key_result)).content
    assert b"data-keep-wording" not in ask(OUTPUT, "alice").content
    assert dismissals(world) == []


def test_another_organization_s_things_do_not_exist(world, ask):
    theirs = factories.world("other")
    assert keep(ask, theirs.key_result).status_code == 404
    assert b"data-keep-wording" not in ask(OUTPUT, **about(theirs.key_result)).content
