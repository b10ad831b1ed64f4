"""Agenda templates through their pages: made, changed by two at once, used, archived and brought back; and who may not."""

import pytest
from django.urls import reverse

from orgs import tenancy
from orgs.actions.audit import Actor
from orgs.models import AuditEvent
from tests import factories
from tests.factories import signed_in
from workshops.actions.templates import create_template
from workshops.models import PhaseKind, Workshop, WorkshopKind, WorkshopTemplate

pytestmark = pytest.mark.django_db
LIST = "/o/coursive/workshops/templates/"
NEW = f"{LIST}new/objectives/"
PLAN = "/o/coursive/workshops/new/objectives/DRV/2026-q2/"
COLUMNS = ("id", "kind", "title", "minutes", "round", "question", "opens_at", "closes_at")


@pytest.fixture
def coach(world):
    return signed_in(world.coach)


def phase(kind, minutes=10, **others):
    return {"kind": kind, "title": "", "round": 1, "question": "", "minutes": minutes, **others}


@pytest.fixture
def template(world):
    phases = [phase("frame"), phase("brainstorm", 25, question="What annoys regulars?"), phase("vote", 5)]
    with tenancy.tenant(world.org.pk):
        made, _change = create_template(
            "tribe_objectives", {"name": "Short and lively", "phases": phases}, by=Actor(world.coach)
        )
        return made


def url(template, what=""):
    return f"{LIST}{template.pk}/{what}"


def sent(client, at, **others):
    """What the form at this address sends as it stands, with some of it changed."""
    page = client.get(at).context["page"]
    data = {"name": page.form["name"].value() or "Ours", "revision": page.template.revision}
    for column in COLUMNS:
        data[f"agenda-{column}"] = [row.get(column) or "" for row in page.phases]
    return data | others


def kinds(answer):
    return [row["kind"] for row in answer.context["page"].phases]


def stored(world):
    with tenancy.tenant(world.org.pk):
        return WorkshopTemplate.objects.get()


def test_a_coach_makes_one_of_polariss_own_and_finds_it_in_the_list(world, coach):
    page = coach.get(LIST).content.decode()
    assert page.count("Polaris’s own agenda</b>") == 3
    assert "None of your own yet." in page
    answer = coach.post(NEW, sent(coach, f"{NEW}?from=polaris", name="  Ours,  shorter "), follow=True)
    assert answer.redirect_chain == [(LIST, 302)]
    made = stored(world)
    assert (made.kind, made.name) == ("tribe_objectives", "Ours, shorter")
    assert [row["kind"] for row in made.phases][:3] == ["frame", "pick", "brainstorm"]
    assert set(made.phases[0]) == {"kind", "title", "round", "question", "minutes"}
    page = answer.content.decode()
    assert "Ours, shorter" in page
    assert "Template made: Ours, shorter" in page


def test_it_is_duplicated_from_another_template_and_from_a_workshop(world, coach, template):
    page = coach.get(f"{NEW}?from=template:{template.pk}").context["page"]
    assert page.form["name"].value() == "Short and lively, copy"
    assert [row["minutes"] for row in page.phases] == [10, 25, 5]
    with tenancy.tenant(world.org.pk):
        held = factories.workshop(world)
    page = coach.get(f"{LIST}new/key-results/?from=workshop:{held.code}").context["page"]
    assert [row["kind"] for row in page.phases] == list(factories.AGENDA)
    assert page.phases[0]["question"] == "What would customers do differently?"
    assert not any(row.get("id") for row in page.phases)
    # Of another kind, or of nobody here: Polaris's own.
    for source in (f"workshop:{held.code}", "workshop:nobody", "template:0", "template:x", "nothing"):
        assert len(coach.get(f"{NEW}?from={source}").context["page"].phases) == 8


def test_rows_are_moved_added_and_removed_without_saving(world, coach, template):
    at = url(template)
    assert kinds(coach.post(at, sent(coach, at, act="phase-up:1"))) == ["brainstorm", "frame", "vote"]
    assert kinds(coach.post(at, sent(coach, at, act="phase-remove:0"))) == ["brainstorm", "vote"]
    answer = coach.post(at, sent(coach, at, act="phase-round"))
    assert kinds(answer)[3:] == ["brainstorm", "reveal", "families", "vote"]
    assert {row["round"] for row in answer.context["page"].phases[3:]} == {"2"}
    assert answer.status_code == 200
    assert len(stored(world).phases) == 3


def test_several_rounds_are_kept(world, coach, template):
    at = url(template)
    data = sent(coach, at)
    for column, values in {"kind": ["brainstorm", "vote"], "round": ["2", "2"], "minutes": ["8", "4"]}.items():
        data[f"agenda-{column}"] += values
    for column in ("id", "title", "question", "opens_at", "closes_at"):
        data[f"agenda-{column}"] += ["", ""]
    assert coach.post(at, data).status_code == 302
    assert [(row["kind"], row["round"]) for row in stored(world).phases][3:] == [("brainstorm", 2), ("vote", 2)]
    assert "2 rounds" in coach.get(LIST).content.decode()


def test_what_is_wrong_is_said_beside_its_field(world, coach, template):
    at = url(template)
    data = sent(coach, at)
    data["agenda-minutes"][1] = "a while"
    data["agenda-title"][2] = "x" * 61
    answer = coach.post(at, data)
    assert answer.status_code == 422
    page = answer.content.decode()
    assert 'aria-describedby="wrong-2-minutes"' in page
    assert 'id="wrong-2-minutes"' in page
    assert "“Private brainstorm” takes 1 to 240 minutes." in page
    assert 'id="wrong-3-title"' in page
    assert "a while" in page  # what was typed stays
    assert [row["minutes"] for row in stored(world).phases] == [10, 25, 5]
    assert coach.post(at, sent(coach, at, name="")).status_code == 422
    assert coach.post(at, {"name": "Empty"}).status_code == 422


def test_a_name_is_taken_once_a_kind(world, coach, template):
    answer = coach.post(NEW, sent(coach, NEW, name="short and LIVELY"))
    assert answer.status_code == 422
    assert "Another template of this kind has this name." in answer.content.decode()
    other = f"{LIST}new/key-results/"
    assert coach.post(other, sent(coach, other, name="Short and lively")).status_code == 302


def test_two_people_at_once_lose_nothing(world, coach, template):
    mine = sent(coach, url(template), name="Renamed by the coach")
    other = signed_in(world.dan)
    theirs = sent(other, url(template))
    theirs["agenda-minutes"][0] = "12"
    assert other.post(url(template), theirs).status_code == 302
    assert coach.post(url(template), mine).status_code == 302  # other fields: both stay
    now = stored(world)
    assert (now.name, now.phases[0]["minutes"]) == ("Renamed by the coach", 12)
    late = {**theirs, "name": "Renamed by Dan"}
    answer = other.post(url(template), late)
    assert answer.status_code == 409
    assert "Renamed by the coach" in answer.content.decode()
    assert stored(world).name == "Renamed by the coach"


def test_archiving_leaves_the_lists_and_is_undone(world, coach, template):
    coach.post(url(template, "archive/"))
    assert stored(world).archived_at is not None
    assert coach.get(url(template)).status_code == 404
    assert "Short and lively" not in [
        source.label for _group, sources in coach.get(PLAN).context["page"].sources for source in sources
    ]
    with tenancy.tenant(world.org.pk):
        change = AuditEvent.objects.filter(verb="archived").latest("pk").change
    coach.post(reverse("undo", args=["coursive", change]))
    assert stored(world).archived_at is None
    coach.post(url(template, "archive/"))
    assert "1 archived" in coach.get(LIST).content.decode()
    coach.post(url(template, "restore/"))
    assert stored(world).archived_at is None


def test_restoring_is_refused_where_the_name_is_taken_meanwhile(world, coach, template):
    coach.post(url(template, "archive/"))
    coach.post(NEW, sent(coach, NEW, name="Short and lively"))
    answer = coach.post(url(template, "restore/"))
    assert answer.status_code == 422
    assert "Another template of this kind has this name." in answer.content.decode()


def test_a_workshop_starts_from_it(world, template):
    alice = signed_in(world.alice)
    page = alice.get(f"{PLAN}?from=template:{template.pk}").context["page"]
    assert [row["minutes"] for row in page.phases] == [10, 25, 5]
    groups = {label: [one.label for one in sources] for label, sources in page.sources}
    assert groups["Your templates"] == ["Short and lively"]
    # The button puts it in the place of what stands there, and saves nothing.
    page = alice.post(PLAN, {"act": "phase-from", "start": f"template:{template.pk}"}).context["page"]
    assert [row["kind"] for row in page.phases] == ["frame", "brainstorm", "vote"]
    with tenancy.tenant(world.org.pk):
        assert not Workshop.objects.exists()


@pytest.mark.parametrize("who", ["alice", "carol", "bob"])
def test_templates_are_written_by_whoever_may_lead_all_workshops_of_the_kind(world, template, who):
    browser, before = signed_in(world.people[who]), stored(world).phases
    assert browser.get(url(template)).status_code == 403
    assert browser.post(url(template), {"name": "Mine"}).status_code == 403
    assert browser.post(NEW, {"name": "Mine"}).status_code == 403
    for what in ("archive/", "restore/"):
        assert browser.post(url(template, what)).status_code == 403
    now = stored(world)
    assert (now.phases, now.archived_at) == (before, None)
    # Alice leads a tribe, and the chief of staff the CoDir's workshops: they may see what they can start from.
    assert browser.get(LIST).status_code == (403 if who == "bob" else 200)
    strategic = f"{LIST}new/codir/"
    assert browser.get(strategic).status_code == (200 if who == "carol" else 403)


def test_there_are_three_kinds(world, coach):
    assert coach.get(f"{LIST}new/anything/").status_code == 404
    assert {group.kind for group in coach.get(LIST).context["groups"]} == set(WorkshopKind)
    assert {row["kind"] for row in coach.get(f"{LIST}new/codir/").context["page"].phases} <= set(PhaseKind)


def test_a_plan_leads_to_keeping_its_agenda(world, coach):
    with tenancy.tenant(world.org.pk):
        held = factories.workshop(world)
    plan = reverse("workshop", args=["coursive", held.code])
    assert f"{LIST}new/key-results/?from=workshop:{held.code}" in coach.get(plan).content.decode()
    assert "Keep as a template" not in signed_in(world.alice).get(plan).content.decode()
