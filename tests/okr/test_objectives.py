"""Writing a tribe's objectives through their pages, what they mean to move, and their way from draft to running."""

import pytest
from django.urls import reverse

from okr.models import Contribution, KeyResult, Objective
from orgs.models import AuditEvent
from tests import factories

pytestmark = pytest.mark.django_db
IN_PLACE = {"in-place": "1"}


@pytest.fixture
def send(world, client):
    """POST as `who`; Alice where nobody is named."""

    def send(name, *where, data=None, who=None):
        client.force_login((who or world.alice).user)
        return client.post(reverse(name, args=[world.org.slug, *where]), data or {})

    return send


@pytest.fixture
def look(world, client):
    def look(name, *where, who=None, **query):
        client.force_login((who or world.alice).user)
        return client.get(reverse(name, args=[world.org.slug, *where]), query)

    return look


def sent_of(objective, **changes):
    return {
        "title": objective.title,
        "why": objective.why,
        "owner": objective.owner_id or "",
        "weight": "1",
        "revision": objective.revision,
        **changes,
    }


# ── New and edit ─────────────────────────────────────────────────────────────


def test_the_first_objective_of_a_quarter(world, send, look):
    answer = look("objective_new", "DRV", "2026-q2")
    assert answer.status_code == 200
    assert answer.context["form"]["owner"].value() == world.alice.pk
    answer = send("objective_new", "DRV", "2026-q2", data={"title": "Nobody waits in the rain.", "owner": world.bob.pk})
    made = Objective.objects.latest("pk")
    assert answer["Location"] == f"/o/coursive/tribes/DRV/2026-q2/#goal-{made.pk}"
    assert (made.title, made.position, made.owner, made.weight) == ("Nobody waits in the rain.", 2, world.bob, 1)


def test_a_strategic_objective_has_a_department(world, send, look):
    answer = send("strategic_objective_new", 2026, data={"title": "Simple gestures"}, who=world.carol)
    assert answer.status_code == 422
    assert "department" in answer.context["form"].errors
    sent = {"title": "Simple gestures", "department": world.department.pk}
    answer = send("strategic_objective_new", 2026, data=sent, who=world.carol)
    made = Objective.objects.latest("pk")
    assert answer["Location"].startswith("/o/coursive/strategy/2026/")
    assert answer["Location"].endswith(f"#goal-{made.pk}")
    assert (made.department, made.code) == (world.department, "2")
    assert send("strategic_objective_new", 2026, data=sent).status_code == 403


@pytest.mark.parametrize(
    ("fields", "field", "message"),
    [
        ({"title": " "}, "title", "Say what should be different"),
        ({"title": "a" * 10_000}, "title", "at most 240 characters"),
        ({"weight": "-2"}, "weight", "at least 0"),
        ({"weight": "much"}, "weight", "Enter a number"),
        ({"why": "a" * 5_000}, "why", "at most 4000 characters"),
        ({"owner": "0"}, "owner", "no longer a member"),
    ],
)
def test_what_is_refused_is_said_beside_its_field(world, send, fields, field, message):
    data = {"title": "Kept as typed", **fields}
    answer = send("objective_edit", world.objective.pk, data=data)
    assert answer.status_code == 422
    assert message in " ".join(answer.context["form"].errors[field])
    assert data["title"] in answer.content.decode()
    world.objective.refresh_from_db()
    assert world.objective.title == "Customers leave the pick-up lane smiling."


def test_a_weight_of_zero_for_all_is_refused(world, send):
    answer = send("objective_edit", world.objective.pk, data=sent_of(world.objective, weight="0"))
    assert answer.status_code == 422
    assert "At least one weight" in answer.context["form"].errors["weight"][0]


def test_two_people_both_see_both_titles(world, send):
    stale = sent_of(world.objective, title="Mine")
    send("objective_edit", world.objective.pk, data=sent_of(world.objective, title="Theirs"), who=world.dan)
    answer = send("objective_edit", world.objective.pk, data=stale)
    assert answer.status_code == 409
    assert "Theirs" in answer.content.decode()
    assert "Mine" in answer.content.decode()


def test_who_may_not_write_gets_403(world, send, look):
    pk = world.objective.pk
    names = ("edit", "archive", "duplicate", "move", "publish", "propose", "take_back", "cell", "contributions")
    for name in names:
        assert (
            send(f"objective_{name}", pk, data=sent_of(world.objective, title="No"), who=world.bob).status_code == 403
        )
    assert look("objective_new", "DRV", "2026-q2", who=world.bob).status_code == 403
    assert look("objective_contributions", pk, who=world.olga).status_code == 403
    assert Objective.objects.live().filter(tribe=world.tribe).count() == 1


@pytest.mark.parametrize("where", [("NOPE", "2026-q2"), ("DRV", "2026-q9"), ("DRV", "x")])
def test_an_objective_of_nowhere_is_404(world, look, where):
    assert look("objective_new", *where).status_code == 404


def test_a_closed_quarter_takes_none(world, look, send):
    factories.quarter(world.year, 1, "closed")
    assert look("objective_new", "DRV", "2026-q1").status_code == 302
    answer = send("objective_new", "DRV", "2026-q1", data={"title": "Too late"})
    assert answer.status_code == 422
    assert "is closed" in answer.content.decode()


# ── Archive, duplicate, move ─────────────────────────────────────────────────


def test_archive_and_undo(world, send, client):
    answer = send("objective_archive", world.objective.pk)
    page = client.get(answer["Location"]).content.decode()
    assert "Archived: Customers leave" in page
    change = AuditEvent.objects.get(verb="archived").change
    client.post(reverse("undo", args=["coursive", change]))
    assert Objective.objects.live().filter(pk=world.objective.pk).exists()


def test_duplicate_takes_its_key_results_along_as_drafts(world, send):
    send("objective_duplicate", world.objective.pk)
    copy = Objective.objects.latest("pk")
    assert copy.title == "Customers leave the pick-up lane smiling. (copy)"
    assert [row.stage for row in copy.key_results.all()] == ["draft"]


def test_move_up_and_to_another_quarter(world, send):
    second = factories.tribe_objective(world.quarter, world.tribe, title="Second", position=2)
    send("objective_move", second.pk, data={"position": "1"})
    second.refresh_from_db()
    assert second.position == 1
    summer = factories.quarter(world.year, 3, "draft")
    answer = send("objective_move", second.pk, data={"quarter": summer.pk, "position": "", "in-place": "1"})
    assert "Moved to Q3 2026: Second" in answer.content.decode()  # it has left the page
    second.refresh_from_db()
    assert (second.quarter, second.position) == (summer, 1)
    answer = send("objective_move", world.objective.pk, data={"quarter": summer.pk})
    assert answer.status_code == 422
    assert "published key results" in answer.content.decode()


# ── From draft to running ────────────────────────────────────────────────────


def test_publication_names_what_is_missing_then_happens(world, send, client):
    draft = factories.key_result(world.objective, stage="draft", metric="", owner=world.alice, title="Half")
    answer = send("objective_publish", world.objective.pk)
    assert "Half – Say what exactly is measured." in client.get(answer["Location"]).content.decode()
    answer = send("objective_publish", world.objective.pk, data=IN_PLACE)
    assert answer.status_code == 422
    KeyResult.objects.filter(pk=draft.pk).update(metric="Minutes")
    send("objective_publish", world.objective.pk)
    draft.refresh_from_db()
    assert draft.stage == "published"
    assert draft.next_due_on is not None


def test_propose_and_take_back(world, send, look):
    summer = factories.quarter(world.year, 3, "draft")
    objective = factories.tribe_objective(summer, world.tribe, owner=world.alice)
    row = factories.key_result(objective, stage="draft", owner=world.alice)
    send("objective_propose", objective.pk)
    row.refresh_from_db()
    assert row.stage == "proposed"
    late = factories.key_result(objective, stage="draft", owner=world.alice, title="Thought of later")
    page = look("tribe_quarter", "DRV", "2026-q3").content.decode()
    for may in ("propose", "take-back"):
        assert f"/objectives/{objective.pk}/{may}/" in page
    late.delete()
    send("objective_take_back", objective.pk)
    row.refresh_from_db()
    assert row.stage == "draft"


# ── What it means to move ────────────────────────────────────────────────────


def test_the_picker_shows_how_each_strategic_key_result_stands(world, look):
    page = look("objective_contributions", world.objective.pk).content.decode()
    assert "Missing items replaced by one that the customer accepts" in page
    assert f'value="{world.strategic_kr.pk}" checked' in page
    assert 'value="What is announced is accepted."' in page
    assert "1 key result contributes" in page
    assert 'role="meter"' in page


def test_contributions_are_chosen_with_their_reasons(world, send):
    other = factories.key_result(world.strategic, title="Waiting at the lane")
    data = {"moves": [other.pk], f"why-{other.pk}": " Less  waiting ", "revision": world.objective.revision}
    assert send("objective_contributions", world.objective.pk, data=data).status_code == 302
    rows = Contribution.objects.filter(objective=world.objective)
    assert [(row.key_result, row.reason) for row in rows] == [(other, "Less waiting")]
    assert send("objective_contributions", world.objective.pk).status_code == 302
    assert not rows.all().exists()


@pytest.mark.parametrize(
    ("reason", "moves"), [("x" * 401, None), ("fine", 999_999), ("fine", "own"), ("fine", "not a number")]
)
def test_contributions_that_cannot_be(world, send, reason, moves):
    chosen = {None: world.strategic_kr.pk, "own": world.key_result.pk}.get(moves, moves)
    before = list(Contribution.objects.values_list("key_result", "reason"))
    data = {"moves": [chosen], f"why-{chosen}": reason}
    answer = send("objective_contributions", world.objective.pk, data=data)
    assert answer.status_code == (422 if moves != "not a number" else 302)
    if answer.status_code == 422:
        assert list(Contribution.objects.values_list("key_result", "reason")) == before


def test_contributions_that_somebody_else_changed_meanwhile(world, send):
    other = factories.key_result(world.strategic, title="Waiting at the lane")
    seen = world.objective.revision
    send("objective_contributions", world.objective.pk, data={"moves": [other.pk], "revision": seen}, who=world.dan)
    answer = send("objective_contributions", world.objective.pk, data={"revision": seen})
    assert answer.status_code == 409
    assert "Chosen meanwhile" in answer.content.decode()
    assert Contribution.objects.filter(objective=world.objective, key_result=other).exists()


def test_a_contribution_that_the_picker_does_not_show_stays(world, send):
    KeyResult.objects.filter(pk=world.strategic_kr.pk).update(stage="dropped")
    send("objective_contributions", world.objective.pk)
    assert Contribution.objects.filter(objective=world.objective, key_result=world.strategic_kr).exists()


# ── Cells ────────────────────────────────────────────────────────────────────


def test_a_title_in_its_cell(world, send):
    data = {"field": "title", "value": "Said better.", "revision": world.objective.revision, **IN_PLACE}
    answer = send("objective_cell", world.objective.pk, data=data)
    assert answer.status_code == 200
    assert f'id="goal-{world.objective.pk}"' in answer.content.decode()
    assert "Said better." in answer.content.decode()
    assert answer["X-Change"]
    assert send("objective_cell", world.objective.pk, data={**data, "value": ""}).status_code == 422
    stale = send("objective_cell", world.objective.pk, data={**data, "value": "Again"})
    assert stale.status_code == 409
    assert "Keep mine" in stale.content.decode()
    assert send("objective_cell", world.objective.pk, data={**data, "field": "level"}).status_code == 422
