"""Histories: each act one readable sentence, and the way back. Alice leads the tribe, Bob sits in it, Olga observes."""

import datetime as dt
import re
from decimal import Decimal

import pytest
import time_machine
from django.core.cache import cache
from django.core.files.base import ContentFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from okr.actions import comments, history
from okr.actions.business_case import consolidate_business_case, save_business_case
from okr.actions.evidence import Upload, archive_evidence, change_evidence
from okr.actions.initiatives import change_initiative, create_initiative, schedule_initiative
from okr.actions.key_results import (
    archive_key_result,
    change_key_result,
    create_key_result,
    duplicate_key_result,
    move_key_result,
    propose_key_results,
)
from okr.actions.objectives import change_objective, create_objective
from okr.models import Initiative, KeyResult, Objective
from orgs import tenancy
from orgs.actions import editing
from orgs.actions.audit import Actor
from orgs.actions.editing import EditConflict
from orgs.actions.tribes import merge_tribe
from orgs.actions.undoing import undo
from orgs.models import AuditEvent
from orgs.rules import RuleBroken
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def world():
    with time_machine.travel(dt.datetime(2026, 5, 19, 8, tzinfo=dt.UTC), tick=False):
        world = factories.world()
        with tenancy.tenant(world.org.pk):
            yield world


@pytest.fixture
def draft(world):
    """A key result of Alice's that nothing has been measured of."""
    row, _change = create_key_result(
        world.objective,
        by=Actor(world.alice),
        title="Waiting time on the lane",
        metric="Median",
        unit="count",
        unit_label="min",
        direction="down",
        start=Decimal("7.5"),
        target=Decimal("4.5"),
        owner=world.alice,
    )
    return row


@pytest.fixture
def read(world, client):
    """The sentences of a page's whole history, newest first, as they are read."""

    def read(thing, who="alice", language="en"):
        cache.clear()
        person = getattr(world, who).user
        person.language = language
        person.save()
        client.force_login(person)
        name = {KeyResult: "key_result", Objective: "objective", Initiative: "initiative"}[type(thing)]
        answer = client.get(reverse(name, args=[world.org.slug, thing.pk]), {"history": "all"})
        assert answer.status_code == 200
        page = answer.content.decode().replace("\u00a0", " ")
        events = page.partition('id="events"')[2]
        told = re.findall(r'<span class="told">(.*?)</span>(?= |<)', events, re.DOTALL)
        return [" ".join(re.sub(r"<[^>]+>", "", sentence).split()) for sentence in told]

    return read


def by(person):
    return Actor(person)


# ── Sentences ────────────────────────────────────────────────────────────────


def test_created_changed_moved_archived_and_taken_back(world, draft, read):
    assert read(draft) == ["wrote the key result “Waiting time on the lane”."]

    change_key_result(draft, {"target": Decimal("5"), "owner": world.bob, "ambition": "committed"}, by=by(world.alice))
    assert read(draft)[0] == (
        "changed the target from 4.5 min to 5.0 min, the owner from Alice Owner to Bob Colleague,"
        " the ambition from Aspirational to Committed."
    )
    move_key_result(draft, by=by(world.alice), position=1)
    assert read(draft)[0] == "moved the key result from place 2 to place 1."
    # The neighbour that moved aside did nothing itself.
    assert "moved" not in " ".join(read(world.key_result))

    _changed, change = change_key_result(draft, {"title": "Waiting time"}, by=by(world.alice))
    assert read(draft)[0] == "changed the wording from “Waiting time on the lane” to “Waiting time”."
    undo(change.id, by=by(world.alice))
    assert (
        read(draft)[0] == "took back a change: changed the wording from “Waiting time” to “Waiting time on the lane”."
    )
    change = archive_key_result(draft, by=by(world.alice))
    undo(change.id, by=by(world.alice))
    assert read(draft)[:2] == ["took back a change: brought the key result back.", "archived the key result."]


def test_nothing_before_and_nothing_after(world, draft, read):
    change_key_result(draft, {"tolerance": Decimal("0.5"), "source": "Lane sensors"}, by=by(world.alice))
    assert read(draft)[0] == "changed the tolerance, now 0.5 min, the data source, now “Lane sensors”."
    change_key_result(draft, {"tolerance": None}, by=by(world.alice))
    assert read(draft)[0] == "changed the tolerance from 0.5 min to nothing."


def test_figures_keep_the_unit_they_had(world, draft, read):
    change_key_result(draft, {"target": Decimal("5")}, by=by(world.alice))
    values = {"unit": "percent", "unit_label": "", "direction": "up", "start": Decimal("10"), "target": Decimal("20")}
    change_key_result(draft, values, by=by(world.alice))
    latest, before = read(draft)[:2]
    assert before == "changed the target from 4.5 min to 5 min."
    assert "the start from 7.5 min to 10%" in latest
    assert "the unit from Count to %" in latest


def test_steps_and_targets_on_the_way(world, draft, read):
    targets = [{"on": "2026-05-31", "value": "6"}, {"on": "2026-06-15", "value": "5"}]
    change_key_result(draft, {"step_targets": targets}, by=by(world.alice))
    assert read(draft)[0] == "set a target of 6.0 min for 31 May, set a target of 5.0 min for 15 Jun."
    change_key_result(draft, {"step_targets": [{"on": "2026-05-31", "value": "5.5"}]}, by=by(world.alice))
    assert read(draft)[0] == (
        "changed the target for 31 May from 6.0 min to 5.5 min, removed the target of 5.0 min for 15 Jun."
    )
    milestone, _change = create_key_result(
        world.objective, by=by(world.alice), title="Open the pilot", direction="done", unit="done",
        steps=[{"title": "Sign", "weight": "1", "done_on": None}, {"title": "Build", "weight": "1", "done_on": None}],
    )  # fmt: skip
    rows = editing.state_of(milestone, ["steps"])["steps"]
    change_key_result(
        milestone,
        {"steps": [{**rows[1], "title": "Build it"}, {"title": "Open", "weight": "2", "done_on": None}]},
        by=by(world.alice),
    )
    assert (
        read(milestone)[0] == "renamed the step “Build” to “Build it”, added the step “Open”, removed the step “Sign”."
    )


def test_an_objective_and_what_it_contributes_to(world, read):
    objective, _change = create_objective(
        by=by(world.alice), tribe=world.tribe, quarter=world.quarter, title="Nobody waits."
    )
    rows = [{"key_result": world.strategic_kr.pk, "reason": "Less waiting."}]
    change_objective(objective, {"contributions": rows}, by=by(world.alice))
    name = "“Missing items replaced by one that the customer accepts”"
    assert read(objective)[0] == f"added a contribution to {name}."
    rows[0]["reason"] = "Less waiting, more choice."
    change_objective(objective, {"contributions": rows}, by=by(world.alice))
    assert read(objective)[0] == f"changed why it contributes to {name}."
    change_objective(objective, {"contributions": []}, by=by(world.alice))
    assert read(objective)[0] == f"removed the contribution to {name}."


def test_a_long_text_stands_below_the_sentence(world, read, client):
    long = "Because people wait in the rain. " * 8
    change_objective(world.objective, {"why": long.strip()}, by=by(world.alice))
    assert read(world.objective)[0] == "changed the description."
    page = client.get(reverse("objective", args=[world.org.slug, world.objective.pk]), {"history": "all"})
    assert "Before and after" in page.content.decode()
    assert long.strip() in page.content.decode()


def test_an_initiative(world, read):
    monday = world.quarter.weeks()
    work, _change = create_initiative(
        by=by(world.alice),
        tribe=world.tribe,
        quarter=world.quarter,
        title="Slots on one screen",
        start_week=monday[2],
        end_week=monday[4],
        answers=[world.key_result.pk],
    )
    assert read(work) == ["planned the initiative “Slots on one screen”."]
    schedule_initiative(work, by=by(world.bob), start_week=monday[3], end_week=monday[5])
    assert (
        read(work)[0]
        == "rescheduled the first week from W16, 13 Apr to W17, 20 Apr, the last week from W18, 27 Apr to W19, 4 May."
    )
    values = {"state": "on_hold", "dependencies": [{"tribe": world.other_tribe.pk, "what": "Vans"}], "answers": []}
    change_initiative(work, values, by=by(world.bob))
    assert read(work)[0] == (
        "changed the state from Planned to On hold, removed the answer to “Orders ready when the customer arrives”,"
        " waits for Home delivery now: “Vans”."
    )


def test_stages_copies_and_conversations(world, draft, read):
    propose_key_results(world.objective, by=by(world.alice))
    assert read(draft)[0] == "handed the key result to quarter planning."
    copy, _change = duplicate_key_result(draft, by=by(world.alice))
    assert read(copy) == ["copied another key result to “Waiting time on the lane (copy)”."]
    thread = comments.start_thread(draft, "Why 4.5?", by=by(world.bob))
    comments.resolve(thread, by=by(world.alice))
    assert read(draft)[:2] == ["resolved a conversation.", "began a conversation."]
    assert "Why 4.5?" not in " ".join(str(event.after) for event in AuditEvent.objects.all())


def test_a_reason_is_shown(world, read, client):
    change_key_result(world.key_result, {"target": Decimal("91")}, by=by(world.alice), reason="The log was wrong.")
    page = client.get(reverse("home", args=[world.org.slug]))
    assert read(world.key_result)[0] == "changed the target from 92% to 91%."
    page = client.get(reverse("key_result", args=[world.org.slug, world.key_result.pk]))
    assert "The log was wrong." in page.content.decode()


# ── Restore ──────────────────────────────────────────────────────────────────


def events(thing):
    return AuditEvent.objects.filter(object_type=thing._meta.model_name, object_id=thing.pk)


def test_restoring_some_of_several_fields(world, draft):
    change_key_result(draft, {"target": Decimal("5"), "title": "Waiting"}, by=by(world.alice))
    event = events(draft).first()
    change_key_result(draft, {"metric": "Mean"}, by=by(world.alice))
    changed, change = history.restore_event(event, ["target"], by=by(world.alice))
    draft.refresh_from_db()
    assert changed == {"target": "4.5"}
    assert (draft.target, draft.title, draft.metric) == (Decimal("4.5"), "Waiting", "Mean")
    undo(change.id, by=by(world.alice))
    draft.refresh_from_db()
    assert draft.target == Decimal("5")


def test_restoring_reads_as_such(world, draft, read):
    change_key_result(draft, {"target": Decimal("5")}, by=by(world.alice))
    history.restore_event(events(draft).first(), ["target"], by=by(world.alice))
    assert read(draft)[0] == "restored earlier values: changed the target from 5.0 min to 4.5 min."


def test_what_others_changed_meanwhile_is_not_overwritten(world, draft):
    change_key_result(draft, {"target": Decimal("5")}, by=by(world.alice))
    event = events(draft).first()
    draft.refresh_from_db()
    seen = draft.revision
    change_key_result(draft, {"target": Decimal("6")}, by=by(world.dan))
    with pytest.raises(EditConflict) as refused:
        history.restore_event(event, ["target"], by=by(world.alice), seen=seen)
    assert "Dan Admin" in refused.value.message
    draft.refresh_from_db()
    assert draft.target == Decimal("6")


def test_published_figures_are_restored_for_a_reason(world):
    row = world.key_result
    change_key_result(row, {"target": Decimal("91")}, by=by(world.alice), reason="The log was wrong.")
    event = events(row).first()
    with pytest.raises(RuleBroken) as refused:
        history.restore_event(event, ["target"], by=by(world.alice))
    assert refused.value.field == "reason"
    history.restore_event(event, ["target"], by=by(world.alice), reason="It was right after all.")
    row.refresh_from_db()
    assert row.target == Decimal("92")


def test_stage_and_place_have_acts_of_their_own(world, draft):
    propose_key_results(world.objective, by=by(world.alice))
    move_key_result(draft, by=by(world.alice), position=1)
    assert [history.restorable(event) for event in events(draft).exclude(verb="created")] == [[], []]
    with pytest.raises(RuleBroken):
        history.restore_event(events(draft).first(), ["position", "stage"], by=by(world.alice))


def test_restore_through_the_page(world, draft, client):
    change_key_result(draft, {"title": "Waiting", "metric": "Mean"}, by=by(world.alice))
    client.force_login(world.alice.user)
    url = reverse("key_result", args=[world.org.slug, draft.pk])
    page = client.get(url, {"history": "all"}).content.decode()
    event = events(draft).first()
    address = reverse("history_restore", args=[world.org.slug, event.pk])
    assert f'action="{address}"' in page
    assert page.count('name="fields"') == 2
    revision = re.search(r'name="revision" value="(\d+)"', page)[1]

    nothing = client.post(address, {"revision": revision, "next": url})
    assert nothing.status_code == 422
    assert "Choose what to restore." in nothing.content.decode()
    done = client.post(address, {"revision": revision, "fields": ["title"], "next": url}, follow=True)
    assert done.redirect_chain == [(url, 302)]
    assert "Restored" in done.content.decode()
    assert "Undo" in done.content.decode()
    draft.refresh_from_db()
    assert (draft.title, draft.metric) == ("Waiting time on the lane", "Mean")

    part = client.post(address, {"revision": revision, "fields": ["metric"]}, headers={"HX-Request": "true"})
    assert (part.status_code, part["HX-Trigger"]) == (200, "polaris:changed")
    draft.refresh_from_db()
    assert draft.metric == "Median"
    again = client.post(address, {"fields": ["metric"], "next": url}, follow=True)
    assert "It says so already" in again.content.decode()


@pytest.mark.parametrize("who", ["olga", "bob", "codir"])
def test_whoever_may_not_edit_sees_no_button_and_is_refused(world, draft, client, who):
    change_key_result(draft, {"title": "Waiting"}, by=by(world.alice))
    client.force_login(getattr(world, who).user)
    page = client.get(reverse("key_result", args=[world.org.slug, draft.pk]), {"history": "all"}).content.decode()
    assert "Restore" not in page
    assert "/undo/" not in page
    address = reverse("history_restore", args=[world.org.slug, events(draft).first().pk])
    assert client.post(address, {"fields": ["title"]}).status_code == 403
    draft.refresh_from_db()
    assert draft.title == "Waiting"


def test_the_latest_act_can_be_undone_from_the_page(world, draft, client):
    _changed, change = change_key_result(draft, {"title": "Waiting"}, by=by(world.alice))
    client.force_login(world.alice.user)
    url = reverse("key_result", args=[world.org.slug, draft.pk])
    address = reverse("undo", args=[world.org.slug, change.id])
    assert address in client.get(url).content.decode()
    client.post(address, {"next": url})
    draft.refresh_from_db()
    assert draft.title == "Waiting time on the lane"


def test_an_act_that_reaches_further_is_not_taken_back_here(world, client):
    merge_tribe(world.tribe, world.other_tribe, by=by(world.dan))
    client.force_login(world.dan.user)
    for name, thing in (
        ("objective", world.objective),
        ("key_result", world.key_result),
        ("initiative", world.initiative),
    ):
        page = client.get(reverse(name, args=[world.org.slug, thing.pk]), {"history": "all"}).content.decode()
        assert "/undo/" not in page.partition('id="events"')[2], name
    world.objective.refresh_from_db()
    assert world.objective.tribe == world.other_tribe


# ── Rationale and facts ──────────────────────────────────────────────────────


def restore(client, world, event, fields, **headers):
    address = reverse("history_restore", args=[world.org.slug, event.pk])
    return client.post(address, {"fields": fields}, headers=headers)


def test_a_rationale_is_restored_from_its_history(world, client, read):
    save_business_case(
        world.strategic_kr, by=by(world.carol), revenue_effect=Decimal("7000000"), note="What was said in the CoDir"
    )
    client.force_login(world.carol.user)
    url = reverse("key_result", args=[world.org.slug, world.strategic_kr.pk])
    page = client.get(url, {"history": "all"}).content.decode()
    event = AuditEvent.objects.filter(verb="rationale_saved").first()
    assert reverse("history_restore", args=[world.org.slug, event.pk]) in page
    assert "<del>CoDir of 12 January</del>" in page
    assert "<ins>What was said in the CoDir</ins>" in page

    answer = restore(client, world, event, ["revenue_effect"])
    assert answer["Location"] == f"{url}?history=all"
    case = world.strategic_kr.business_case
    case.refresh_from_db()
    assert (case.revenue_effect, case.note) == (Decimal("6400000"), "What was said in the CoDir")
    assert read(world.strategic_kr, "carol")[0] == "changed the business rationale, revenue from +€7M to +€6.4M."


def test_a_first_rationale_is_written_and_recent_acts_have_their_hour(world, client, read):
    fresh = factories.key_result(world.strategic, owner=world.carol)
    save_business_case(fresh, by=by(world.carol), revenue_effect=Decimal("1000000"))
    assert read(fresh, "carol") == ["wrote the business rationale, revenue +€1M."]
    url = reverse("key_result", args=[world.org.slug, fresh.pk])
    assert ">19 May 10:00</time>" in client.get(url).content.decode()
    AuditEvent.objects.filter(object_type="businesscase").update(at=dt.datetime(2026, 5, 12, 8, tzinfo=dt.UTC))
    cache.clear()
    assert ">12 May</time>" in client.get(url).content.decode()


def test_restoring_a_signed_rationale_takes_the_signature_back(world, client):
    save_business_case(world.strategic_kr, by=by(world.carol), revenue_effect=Decimal("7000000"))
    consolidate_business_case(world.strategic_kr, by=by(world.carol))
    client.force_login(world.carol.user)
    restore(client, world, AuditEvent.objects.filter(verb="rationale_saved").first(), ["revenue_effect"])
    case = world.strategic_kr.business_case
    case.refresh_from_db()
    assert (case.revenue_effect, case.consolidated_at) == (Decimal("6400000"), None)


@pytest.mark.parametrize(("who", "status"), [("alice", 404), ("bob", 404), ("coach", 403), ("cpo", 403)])
def test_a_rationale_is_restored_by_those_who_write_it(world, client, who, status):
    save_business_case(world.strategic_kr, by=by(world.carol), revenue_effect=Decimal("7000000"))
    event = AuditEvent.objects.filter(verb="rationale_saved").first()
    client.force_login(getattr(world, who).user)
    url = reverse("key_result", args=[world.org.slug, world.strategic_kr.pk])
    page = client.get(url, {"history": "all"}).content.decode()
    assert reverse("history_restore", args=[world.org.slug, event.pk]) not in page
    assert "/undo/" not in page.partition('id="events"')[2]
    assert restore(client, world, event, ["revenue_effect"]).status_code == status
    world.strategic_kr.business_case.refresh_from_db()
    assert world.strategic_kr.business_case.revenue_effect == Decimal("7000000")


def test_a_fact_is_restored_from_the_history_of_what_it_backs(world, client, read):
    change_evidence(world.evidence, {"title": "Said better", "figure": "28 %"}, by=by(world.carol))
    event = AuditEvent.objects.filter(object_type="evidence").first()
    client.force_login(world.carol.user)
    url = reverse("key_result", args=[world.org.slug, world.strategic_kr.pk])
    page = client.get(url, {"history": "all"}).content.decode()
    assert reverse("history_restore", args=[world.org.slug, event.pk]) in page
    assert "?history=all#events" in client.get(url).content.decode()
    assert restore(client, world, event, ["title"])["Location"] == f"{url}?history=all"
    world.evidence.refresh_from_db()
    assert (world.evidence.title, world.evidence.figure) == ("Missing items: first reason to leave", "28 %")
    assert read(world.strategic_kr, "carol")[0].startswith("restored earlier values: changed the wording")


def upload(name, content, table=None):
    return Upload(name, len(content), ContentFile(content), table)


def test_a_file_is_restored_with_its_name_and_what_is_drawn_of_it(world, client, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    drawn = {"columns": ["a", "b"], "rows": [["x", 1]]}
    for file in (upload("a.csv", b"a;b", drawn), upload("a.csv", b"c;d;", drawn), upload("notes.txt", b"third")):
        change_evidence(world.evidence, {}, by=by(world.carol), upload=file)
    second = AuditEvent.objects.filter(object_type="evidence")[1]
    assert "file_name" not in second.before
    assert history.restorable(second) == ["file"]
    history.restore_event(second, ["file"], by=by(world.carol))
    world.evidence.refresh_from_db()
    assert (world.evidence.file_name, world.evidence.file_size, world.evidence.table) == ("a.csv", 3, drawn)
    assert world.evidence.file.read() == b"a;b"


def test_an_archived_fact_comes_back_from_the_history(world, client):
    change = archive_evidence(world.evidence, by=by(world.carol))
    save_business_case(world.strategic_kr, by=by(world.carol), note="Later")
    client.force_login(world.carol.user)
    url = reverse("key_result", args=[world.org.slug, world.strategic_kr.pk])
    address = reverse("undo", args=[world.org.slug, change.id])
    assert address in client.get(url, {"history": "all"}).content.decode()
    client.post(address, {"next": url})
    world.evidence.refresh_from_db()
    assert world.evidence.archived_at is None
    assert address not in client.get(url, {"history": "all"}).content.decode()


# ── Queries, pages ───────────────────────────────────────────────────────────


def test_names_cost_one_query_however_many(world, read, client):
    for number in range(30):
        owner = (world.alice, world.bob, world.dan)[number % 3]
        change_objective(world.objective, {"owner": owner}, by=by(world.alice))
        rows = [{"key_result": world.strategic_kr.pk, "reason": f"Reason {number}"}]
        change_objective(world.objective, {"contributions": rows}, by=by(world.alice))
    client.force_login(world.alice.user)
    url = reverse("objective", args=[world.org.slug, world.objective.pk])
    client.get(url)
    cache.clear()
    with CaptureQueriesContext(connection) as queries:
        client.get(url)
    assert len([query for query in queries if "SAVEPOINT" not in query["sql"]]) <= 16
    assert len(read(world.objective)) == 50
