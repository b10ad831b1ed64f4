"""Writing key results through their pages: what is accepted, what is refused and said beside its field."""

import datetime as dt
from decimal import Decimal

import pytest
from django.urls import reverse
from django.utils.html import escape

from okr.models import Initiative, KeyResult, Step, StepTarget
from orgs.models import AuditEvent, Membership
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def draft(world):
    return factories.key_result(world.objective, title="Waiting time", stage="draft", owner=world.alice, unit="count",
                                unit_label="min", direction="down", start=Decimal("7.5"), target=Decimal("4.5"))  # fmt: skip


@pytest.fixture
def send(world, client):
    """POST as `who`; Alice where nobody is named."""

    def send(name, pk, data=None, who=None, **headers):
        client.force_login((who or world.alice).user)
        return client.post(reverse(name, args=[world.org.slug, pk]), data or {}, headers=headers)

    return send


@pytest.fixture
def look(world, client):
    def look(name, pk, who=None, **query):
        client.force_login((who or world.alice).user)
        return client.get(reverse(name, args=[world.org.slug, pk]), query)

    return look


def made(world):
    return KeyResult.objects.filter(objective=world.objective).latest("pk")


def sent_of(key_result, **changes):
    """What its edit form sends when it is opened and saved."""
    plain = {
        "title": key_result.title,
        "start": "" if key_result.start is None else f"{key_result.start.normalize():f}",
        "target": "" if key_result.target is None else f"{key_result.target.normalize():f}",
        "unit": key_result.unit,
        "unit_label": key_result.unit_label,
        "metric": key_result.metric,
        "source": key_result.source,
        "direction": key_result.direction,
        "owner": key_result.owner_id or "",
        "ambition": key_result.ambition,
        "weight": "1",
        "revision": key_result.revision,
    }
    return {**plain, **changes}


# ── New ──────────────────────────────────────────────────────────────────────


def test_a_new_one_is_offered_to_the_owner_of_its_objective(world, look):
    form = look("key_result_new", world.objective.pk).context["form"]
    assert form["owner"].value() == world.objective.owner_id
    assert f'value="{world.objective.owner_id}" selected' in str(form["owner"])
    Membership.objects.filter(pk=world.objective.owner_id).update(ended_at="2026-05-01T00:00Z")
    assert look("key_result_new", world.objective.pk, who=world.dan).context["form"]["owner"].value() is None


def test_a_strategic_draft_speaks_of_the_strategy(world, look):
    strategic = factories.key_result(world.strategic, stage="draft", owner=world.carol)
    page = look("key_result", strategic.pk).content.decode()
    assert "It starts when the strategy is published." in page
    assert "quarter planning" not in page


@pytest.mark.parametrize(
    ("name", "page"),
    [("objective_archive", "objective"), ("key_result_duplicate", "key_result"), ("comment_resolve", "home")],
)
def test_where_only_forms_are_sent_to_leads_to_its_page(world, draft, look, name, page):
    pk = world.objective.pk if page == "objective" else draft.pk
    answer = look(name, pk)
    assert answer.status_code == 405
    there = reverse(page, args=[world.org.slug, *([pk] if page != "home" else [])])
    assert f'<a class="btn primary" href="{there}">' in answer.content.decode()
    assert answer["Allow"] == "POST"


@pytest.mark.parametrize(
    ("typed", "figures"),
    [
        ({"reads": "1"}, (27, 18, "percent")),
        ({"reads": "1", "target": "19 %"}, (None, 19, "percent")),  # somebody typed
        ({}, (None, None, "count")),  # somebody emptied what was read
    ],
)
def test_a_sentence_sent_before_the_coach_could_answer_says_its_figures(world, send, typed, figures):
    send("key_result_new", world.objective.pk, {"title": "Cart abandonment from 27% to 18%", **typed})
    made = KeyResult.objects.get(title__startswith="Cart abandonment")
    assert (made.start, made.target, made.unit) == figures


def test_a_title_is_enough_for_a_draft(world, send):
    answer = send("key_result_new", world.objective.pk, {"title": "  Baskets   abandoned "})
    assert answer.status_code == 302
    row = made(world)
    assert answer["Location"] == f"/o/coursive/tribes/DRV/2026-q2/#kr-{row.pk}"
    assert (row.title, row.stage, row.position, row.owner) == ("Baskets abandoned", "draft", 2, None)


@pytest.mark.parametrize(
    ("start", "target", "expected"),
    [
        ("27 %", "18 %", ("percent", "", "down", Decimal(27), Decimal(18))),
        ("1 200 000 €", "1.5M", ("money", "", "up", Decimal(1_200_000), Decimal(1_500_000))),
        ("7,5 min", "4,5", ("count", "min", "down", Decimal("7.5"), Decimal("4.5"))),
        ("12 days", "9", ("days", "", "down", Decimal(12), Decimal(9))),
        ("0.3 pts", "1.2", ("points", "", "up", Decimal("0.3"), Decimal("1.2"))),
        ("48", "60", ("count", "", "up", Decimal(48), Decimal(60))),
        ("€1.80", "1.2", ("money", "", "down", Decimal("1.8"), Decimal("1.2"))),
        ("-€2M", "-€800k", ("money", "", "up", Decimal(-2_000_000), Decimal(-800_000))),
        ("-8 pts", "5", ("points", "", "up", Decimal(-8), Decimal(5))),
        ("-3 %", "2", ("percent", "", "up", Decimal(-3), Decimal(2))),
    ],
)
def test_figures_say_unit_and_direction(world, send, start, target, expected):
    assert (
        send("key_result_new", world.objective.pk, {"title": "A", "start": start, "target": target}).status_code == 302
    )
    row = made(world)
    assert (row.unit, row.unit_label, row.direction, row.start, row.target) == expected


@pytest.mark.parametrize(
    ("fields", "field", "message"),
    [
        ({"title": ""}, "title", "Say what should move"),
        ({"title": "a" * 10_000}, "title", "at most 240 characters"),
        ({"start": "12", "target": "12"}, "target", "nothing would have to move"),
        ({"start": "12", "target": "9", "direction": "up"}, "target", "Up means a target above the start"),
        ({"start": "a lot"}, "start", "Enter a number"),
        ({"start": "1e400"}, "start", "Enter a number"),
        ({"weight": "-1"}, "weight", "at least 0"),
        ({"baseline_due_on": "2026-05-18", "target": "5"}, "baseline_due_on", "has passed"),
        ({"baseline_due_on": "2026-07-01", "target": "5"}, "baseline_due_on", "is over by then"),
        ({"start": "7.5 min", "target": "-5"}, "target", "choose the unit Points"),
        ({"start": "-2 days", "target": "-5"}, "start", "choose the unit Points"),
        ({"direction": "within", "unit": "count", "low": "-2", "high": "3"}, "low", "choose the unit Points"),
        ({"direction": "within", "low": "9", "high": "3"}, "high", "above its lower end"),
        ({"direction": "within", "low": "1", "high": "3", "tolerance": "-1"}, "tolerance", "more than 0"),
        ({"source_url": "not an address"}, "source_url", "Enter a whole address"),
        ({"owner": "999999"}, "owner", "no longer a member"),
        ({"direction": "sideways"}, "direction", "Choose one of the directions"),
    ],
)  # fmt: skip
def test_what_is_refused_is_said_beside_its_field_and_typing_stays(world, send, fields, field, message):
    before = KeyResult.objects.count()
    answer = send("key_result_new", world.objective.pk, {"title": "Waiting", **fields})
    assert answer.status_code == 422
    assert message in " ".join(answer.context["form"].errors[field])
    for typed in fields.values():
        if len(typed) < 100 and field not in ("owner", "direction"):
            assert escape(typed) in answer.content.decode()
    assert KeyResult.objects.count() == before


@pytest.mark.parametrize("title", ["زمن الانتظار", "🛒 Paniers 👩🏽‍💻", "<b>Bold</b>", "a" * 240])
def test_any_script_is_a_title(world, send, look, title):
    send("key_result_new", world.objective.pk, {"title": title})
    assert made(world).title == title
    assert escape(title) in look("key_result_edit", made(world).pk).content.decode()


def test_an_unknown_start_takes_the_day_by_which_it_is_measured(world, send):
    send("key_result_new", world.objective.pk, {"title": "Returns", "target": "5 %", "baseline_due_on": "2026-06-10"})
    row = made(world)
    assert (row.start, row.target, row.baseline_due_on) == (None, Decimal(5), dt.date(2026, 6, 10))


def test_done_or_not_done_has_steps_and_no_figures(world, send):
    sent = {"title": "Contract", "direction": "done", "start": "3", "target": "4", "step-0-title": "Draft",
            "step-1-title": "Signed", "step-1-weight": "2,5"}  # fmt: skip
    send("key_result_new", world.objective.pk, sent)
    row = made(world)
    assert (row.direction, row.unit, row.start, row.target) == ("done", "done", None, None)
    assert [(s.title, s.weight) for s in Step.objects.filter(key_result=row)] == [
        ("Draft", 1),
        ("Signed", Decimal("2.5")),
    ]


def test_targets_on_the_way_month_by_month(world, send, look):
    fields = {"title": "Sales", "start": "0", "target": "100", "on-2026-04-30": "20", "on-2026-05-31": "55"}
    send("key_result_new", world.objective.pk, fields)
    row = made(world)
    assert [(t.on, t.value) for t in StepTarget.objects.filter(key_result=row)] == [
        (dt.date(2026, 4, 30), 20),
        (dt.date(2026, 5, 31), 55),
    ]
    page = look("key_result_edit", row.pk).content.decode()
    assert 'name="on-2026-05-31" value="55"' in page
    send("key_result_edit", row.pk, sent_of(row, **{"on-2026-04-30": ""}))
    assert not StepTarget.objects.filter(key_result=row).exists()


@pytest.mark.parametrize("typed", [{"on-2026-05-31": "-5"}, {"on-2026-04-30": "20", "on-2026-05-31": "-5"}])
def test_a_target_on_the_way_that_cannot_be_is_refused_where_it_was_typed(world, send, typed):
    answer = send("key_result_new", world.objective.pk, {"title": "Sales", "start": "0", "target": "100", **typed})
    assert answer.status_code == 422
    assert list(answer.context["form"].errors) == ["on-2026-05-31"]
    assert not KeyResult.objects.filter(title="Sales").exists()


# ── Edit ─────────────────────────────────────────────────────────────────────


def test_a_form_saved_as_it_is_changes_nothing(world, draft, look, send):
    form = look("key_result_edit", draft.pk).context["form"]
    sent = {name: form[name].value() for name in form.fields}
    sent = {name: field for name, field in sent.items() if field is not None}
    events = AuditEvent.objects.count()
    answer = send("key_result_edit", draft.pk, {**sent, "start": "7.5", "target": "4.5", "revision": draft.revision})
    assert answer.status_code == 302
    assert AuditEvent.objects.count() == events


def test_steps_keep_their_identity_when_renamed(world, draft, send):
    send(
        "key_result_edit", draft.pk, sent_of(draft, direction="done", **{"step-0-title": "One", "step-1-title": "Two"})
    )
    draft.refresh_from_db()
    one, two = Step.objects.filter(key_result=draft)
    Step.objects.filter(pk=one.pk).update(done_on=dt.date(2026, 5, 1))
    renamed = {"step-0-title": "First", "step-1-title": "Two", "step-2-title": "Three"}
    send("key_result_edit", draft.pk, sent_of(draft, unit="", **renamed))
    steps = list(Step.objects.filter(key_result=draft).values_list("pk", "title", "done_on"))
    assert steps[:2] == [(one.pk, "First", dt.date(2026, 5, 1)), (two.pk, "Two", None)]
    assert steps[2][1] == "Three"


def test_published_figures_change_for_a_reason(world, send):
    row = world.key_result
    row.metric = "Share of orders"
    answer = send("key_result_edit", row.pk, sent_of(row, target="95"))
    assert answer.status_code == 422
    assert "reason" in answer.context["form"].errors
    assert send("key_result_edit", row.pk, sent_of(row, target="95", reason="A new site")).status_code == 302
    row.refresh_from_db()
    assert row.target == 95
    assert AuditEvent.objects.latest("pk").reason == "A new site"


def test_two_people_who_change_the_same_field_both_see_it(world, draft, send):
    stale = sent_of(draft, title="Mine")
    send("key_result_edit", draft.pk, sent_of(draft, title="Theirs", source="Log"), who=world.dan)
    answer = send("key_result_edit", draft.pk, stale)
    assert answer.status_code == 409
    page = answer.content.decode()
    assert "Mine" in page
    assert "Theirs" in page
    draft.refresh_from_db()
    assert draft.title == "Theirs"
    again = {**stale, "revision": draft.revision, "keep-title": "mine"}
    assert send("key_result_edit", draft.pk, again).status_code == 302
    draft.refresh_from_db()
    assert draft.title == "Mine"


def test_who_may_not_write_gets_403_and_nothing_changes(world, draft, send, look):
    for name in ("key_result_edit", "key_result_move"):
        assert look(name, draft.pk, who=world.bob).status_code == 403
    for name in ("edit", "move", "archive", "duplicate", "to_initiative"):
        assert send(f"key_result_{name}", draft.pk, sent_of(draft, title="No"), who=world.olga).status_code == 403
    assert send("key_result_new", world.objective.pk, {"title": "No"}, who=world.bob).status_code == 403
    assert KeyResult.objects.live().filter(objective=world.objective).count() == 2
    # Strategic ones are written by others.
    assert look("key_result_edit", world.strategic_kr.pk).status_code == 403
    assert look("key_result_edit", world.strategic_kr.pk, who=world.carol).status_code == 200


def test_a_closed_quarter_is_read_only(world, draft, send, look):
    world.quarter.state = "closed"
    world.quarter.save()
    assert look("key_result_edit", draft.pk).status_code == 302
    answer = send("key_result_edit", draft.pk, sent_of(draft, title="Later"))
    assert answer.status_code == 422
    assert "is closed" in answer.content.decode()


# ── Archive, duplicate, move ─────────────────────────────────────────────────


def test_archive_offers_undo_which_brings_it_back(world, draft, send, client):
    answer = send("key_result_archive", draft.pk, who=world.alice)
    page = client.get(answer["Location"]).content.decode()
    assert "Archived: Waiting time" in page
    change = AuditEvent.objects.filter(object_id=draft.pk, verb="archived").get().change
    assert f"/undo/{change}/" in page
    client.post(reverse("undo", args=[world.org.slug, change]))
    assert KeyResult.objects.live().filter(pk=draft.pk).exists()


def test_duplicate_stands_behind_the_original(world, draft, send):
    send("key_result_duplicate", draft.pk)
    assert made(world).title == "Waiting time (copy)"
    assert made(world).position == draft.position + 1


def test_move_to_another_objective(world, draft, send, look):
    other = factories.tribe_objective(world.quarter, world.tribe, title="Another", position=2)
    assert "B · Another" in look("key_result_move", draft.pk).content.decode()
    send("key_result_move", draft.pk, {"objective": other.pk, "position": "1"})
    draft.refresh_from_db()
    assert (draft.objective_id, draft.position) == (other.pk, 1)


@pytest.mark.parametrize("position", ["0", "x", "-3", "99999999999"])
def test_a_position_that_is_none_is_said(world, draft, send, position):
    answer = send("key_result_move", draft.pk, {"objective": world.objective.pk, "position": position})
    assert answer.status_code == 422
    assert "position" in answer.context["form"].errors


def test_a_published_one_does_not_leave_its_quarter_s_objectives(world, send):
    answer = send("key_result_move", world.key_result.pk, {"objective": world.strategic.pk})
    assert answer.status_code == 422


def test_work_becomes_an_initiative_from_this_week_on(world, draft, send):
    send("key_result_to_initiative", draft.pk)
    work = Initiative.objects.latest("pk")
    assert (work.title, work.start_week) == ("Waiting time", dt.date(2026, 5, 18))
    assert not KeyResult.objects.live().filter(pk=draft.pk).exists()
    answer = send("key_result_to_initiative", world.strategic_kr.pk, who=world.dan)
    assert answer.status_code == 302
    assert KeyResult.objects.live().filter(pk=world.strategic_kr.pk).exists()


def test_work_that_is_not_saved_yet_becomes_an_initiative(world, send):
    before = KeyResult.objects.count()
    answer = send("objective_to_initiative", world.objective.pk, {"title": " Ship the\nnew page "}, who=world.bob)
    assert answer.status_code == 302
    work = Initiative.objects.latest("pk")
    assert (work.title, work.tribe, work.quarter) == ("Ship the new page", world.tribe, world.quarter)
    assert work.start_week == dt.date(2026, 5, 18)
    assert KeyResult.objects.count() == before
    change = AuditEvent.objects.get(object_type="initiative", object_id=work.pk).change
    in_place = send("objective_to_initiative", world.objective.pk, {"title": "Ship it", "in-place": "1"})
    page = in_place.content.decode()
    assert "It is an initiative now: Ship it" in page
    assert f'id="n-initiatives">{Initiative.objects.live().count()}<' in page
    send("undo", change)
    assert not Initiative.objects.live().filter(pk=work.pk).exists()


@pytest.mark.parametrize(("typed", "said"), [("", "Say what is to be done."), ("x" * 10_000, "at most 240 characters")])
def test_what_cannot_be_an_initiative_is_said(world, send, typed, said):
    before = Initiative.objects.count()
    answer = send("objective_to_initiative", world.objective.pk, {"title": typed, "in-place": "1"})
    assert answer.status_code == 422
    assert said in answer.content.decode()
    assert Initiative.objects.count() == before


def test_strategic_work_does_not(world, send):
    before = Initiative.objects.count()
    answer = send("objective_to_initiative", world.strategic.pk, {"title": "Ship it", "in-place": "1"}, who=world.dan)
    assert answer.status_code == 422
    assert "Initiatives belong to a quarter" in answer.content.decode()
    for person in (world.olga, world.sam):
        assert send("objective_to_initiative", world.objective.pk, {"title": "Ship it"}, who=person).status_code == 403
    assert Initiative.objects.count() == before


def test_work_takes_the_wording_that_was_being_written(world, draft, send):
    send("key_result_to_initiative", draft.pk, {"title": "x" * 10_000})
    assert KeyResult.objects.live().filter(pk=draft.pk).exists()
    send("key_result_to_initiative", draft.pk, {"title": " Ship the\nnew page "})
    assert Initiative.objects.latest("pk").title == "Ship the new page"
