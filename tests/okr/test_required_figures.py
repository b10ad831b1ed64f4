"""What is proposed or published keeps its figures, metric and owner, through whichever door somebody empties them."""

import dataclasses

import pytest
from django.urls import reverse

from okr.models import KeyResult
from orgs.actions.editable import KINDS
from orgs.models import AuditEvent
from tests import factories

pytestmark = pytest.mark.django_db
Stage = KeyResult.Stage
START, TARGET = "Give the start, or the day by which it is measured.", "Give the target."
BAND = {"direction": "within", "start": None, "target": None, "low": "2", "high": "4", "unit": "count"}
MOVING = {
    "start": "80",
    "target": "92",
    "title": "On time",
    "metric": "Share of orders",
    "unit": "percent",
    "direction": "up",
    "weight": "1",
    "ambition": "aspirational",
    "source": "A log nobody read",
}


@pytest.fixture
def send(world, client):
    """POST as Alice, who leads the tribe."""

    def send(name, pk, data=None, **headers):
        client.force_login(world.alice.user)
        return client.post(reverse(name, args=[world.org.slug, pk]), data or {}, headers=headers)

    return send


@pytest.fixture
def cell(send):
    def cell(row, field, value, **more):
        return send("key_result_cell", row.pk, {"field": field, "value": value, "in-place": "1", **more})

    return cell


def made(world, stage, **fields):
    fields = {"start": "80", "target": "92", "unit": "percent", **fields}
    return factories.key_result(world.objective, stage=stage, owner=world.alice, metric="Share", **fields)


def stored(row):
    row.refresh_from_db()
    return row.start, row.target, row.low, row.high


@pytest.mark.parametrize(
    ("stage", "reason"), [(Stage.PROPOSED, ""), (Stage.PUBLISHED, ""), (Stage.PUBLISHED, "A new site")]
)
@pytest.mark.parametrize(
    ("fields", "field", "message"),
    [
        ({}, "start", START),
        ({}, "target", TARGET),
        (BAND, "low", "Give the lower end of the band."),
        (BAND, "high", "Give the upper end of the band."),
    ],
)
def test_a_cell_is_not_emptied(world, cell, stage, fields, field, message, reason):
    row = made(world, stage, **fields)
    before = stored(row)
    answer = cell(row, field, "", reason=reason)
    assert answer.status_code == 422
    assert message in answer.content.decode()
    assert 'name="reason"' not in answer.content.decode()
    assert stored(row) == before


@pytest.mark.parametrize("field", ["start", "target"])
def test_a_draft_s_cell_is(world, cell, field):
    row = made(world, Stage.DRAFT)
    assert cell(row, field, "").status_code == 200
    row.refresh_from_db()
    assert getattr(row, field) is None


@pytest.mark.parametrize("stage", [Stage.PROPOSED, Stage.PUBLISHED])
@pytest.mark.parametrize(
    ("emptied", "field", "message"),
    [
        ({"target": ""}, "target", TARGET),
        ({"start": ""}, "start", START),
        ({"start": "", "target": ""}, "target", TARGET),
        ({"direction": "within", "low": "2"}, "high", "Give the upper end of the band."),
    ],
)
def test_the_form_says_it_beside_the_field_and_typing_stays(world, send, stage, emptied, field, message):
    row = made(world, stage)
    sent = {**MOVING, "owner": world.alice.pk, "revision": row.revision, "reason": "A new site", **emptied}
    before = stored(row)
    answer = send("key_result_edit", row.pk, sent)
    assert answer.status_code == 422
    assert dict(answer.context["form"].errors) == {field: [message]}
    assert "A log nobody read" in answer.content.decode()
    assert stored(row) == before


def test_an_unknown_start_with_its_day_is_enough(world, send):
    row = made(world, Stage.PUBLISHED)
    sent = {**MOVING, "start": "", "baseline_due_on": "2026-06-15", "owner": world.alice.pk, "reason": "It was a guess"}
    assert send("key_result_edit", row.pk, {**sent, "revision": row.revision}).status_code == 302
    assert stored(row)[0] is None


@pytest.fixture
def proposed(world, cell, send):
    """A draft that was given its target in a cell and then proposed, and the event of that target."""
    row = made(world, Stage.DRAFT, target=None)
    assert cell(row, "target", "95").status_code == 200
    event = AuditEvent.objects.latest("pk")
    assert send("objective_propose", world.objective.pk).status_code == 302
    row.refresh_from_db()
    assert row.stage == Stage.PROPOSED
    return row, event


def test_undo_says_why_it_does_not_take_the_target_back(proposed, send):
    row, event = proposed
    answer = send("undo", event.change, HX_Request="true")
    assert answer.status_code == 200
    assert TARGET in answer.content.decode()
    assert stored(row)[1] == 95


@pytest.mark.parametrize(
    ("field", "message"), [("owner", "Say who answers for it."), ("metric", "Say what exactly is measured.")]
)
def test_undo_takes_neither_owner_nor_metric_from_what_was_proposed(world, cell, send, field, message):
    row = made(world, Stage.DRAFT)
    KeyResult.objects.filter(pk=row.pk).update(**{field: None if field == "owner" else ""})
    given = str(world.alice.pk) if field == "owner" else "Share of orders"
    assert cell(row, field, given).status_code == 200
    change = AuditEvent.objects.latest("pk").change
    assert send("objective_propose", world.objective.pk).status_code == 302
    said = send("undo", change, HX_Request="true").content.decode()
    assert f"As things stand now, this cannot be undone. {message}" in said
    row.refresh_from_db()
    assert getattr(row, field)
    assert send("objective_take_back", world.objective.pk).status_code == 302
    assert "Undone" in send("undo", change, HX_Request="true").content.decode()  # a draft may lack it
    row.refresh_from_db()
    assert not getattr(row, field)


def test_nor_does_undo_propose_again_what_has_lost_its_target(world, proposed, send, cell):
    row, _event = proposed
    assert send("undo", AuditEvent.objects.latest("pk").change).status_code == 302
    taken_back = AuditEvent.objects.latest("pk").change
    assert cell(row, "target", "").status_code == 200
    answer = send("undo", taken_back, HX_Request="true")
    assert TARGET in answer.content.decode()
    row.refresh_from_db()
    assert (row.stage, row.target) == (Stage.DRAFT, None)


def test_restore_says_why_it_does_not_empty_the_target(proposed, send):
    row, event = proposed
    asked = {"fields": ["target"], "revision": row.revision}
    in_place = send("history_restore", event.pk, asked, HX_Request="true")
    on_a_page = send("history_restore", event.pk, asked)
    for answer in (in_place, on_a_page):
        assert answer.status_code == 422
        assert TARGET in answer.content.decode()
    assert stored(row)[1] == 95


def test_what_only_the_database_refuses_is_said_too(world, cell, monkeypatch):
    """As if one of the rules had not been written."""
    row = made(world, Stage.PUBLISHED)
    lenient = dataclasses.replace(KINDS["keyresult"], check=lambda key_result: None)
    monkeypatch.setitem(KINDS, "keyresult", lenient)
    answer = cell(row, "target", "", reason="A new site")
    assert answer.status_code == 422
    assert "Nothing was saved." in answer.content.decode()
    assert stored(row)[1] == 92
