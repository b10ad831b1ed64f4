"""What is sent twice is made once: a lost answer that is asked for again, two clicks on a button."""

import re
import uuid

import pytest

from okr.models import Initiative, KeyResult, Objective
from orgs.actions import once
from orgs.actions.audit import Actor
from orgs.http import CLIENT_ID
from orgs.models import AuditEvent
from tests import factories

SEAT = re.compile(r'name="client_id" value="([^"]+)"')


@pytest.fixture
def as_(world, client):
    """Signed in as somebody of the world."""

    def sign_in(who):
        client.force_login(getattr(world, who).user)
        return client

    return sign_in


@pytest.fixture
def draft(world):
    """A key result of the tribe and an initiative, for the routes that copy or turn them."""
    key_result = factories.key_result(world.objective, title="Orders a week")
    return key_result, factories.initiative(world.quarter, world.tribe, title="Open at night")


def routes(world, draft):
    """Name → address, fields, and what is made."""
    key_result, initiative = draft
    of, kr = f"/o/{world.org.slug}", f"/o/{world.org.slug}/key-results/{key_result.pk}"
    goal = f"{of}/objectives/{world.objective.pk}"
    quarter = f"{of}/tribes/{world.tribe.code}/{world.quarter.slug}"
    rows = {"rows": "2", "r0-title": "Fewer returns", "r1-title": "Fewer calls"}
    return {
        "key result": (f"{goal}/key-results/new/", {"title": "Faster"}, KeyResult, 1),
        "objective": (f"{quarter}/objectives/new/", {"title": "Faster"}, Objective, 1),
        "strategic objective": (
            f"{of}/strategy/{world.year.number}/objectives/new/",
            {"title": "Far", "department": world.department.pk},
            Objective,
            1,
        ),
        "initiative": (f"{quarter}/initiatives/new/", {"title": "Faster"}, Initiative, 1),
        "drawn initiative": (f"{quarter}/initiatives/new/", {"title": "Faster", "at": "timeline"}, Initiative, 1),
        "pasted rows": (f"{goal}/key-results/paste/", rows, KeyResult, 2),
        "copy of a key result": (f"{kr}/duplicate/", {}, KeyResult, 1),
        "copy of an objective": (f"{goal}/duplicate/", {}, Objective, 1),
        "copy of an initiative": (f"{of}/initiatives/{initiative.pk}/duplicate/", {}, Initiative, 1),
        "work, not a result": (f"{kr}/initiative/", {}, Initiative, 1),
        "work that was being written": (f"{goal}/initiative/", {"title": "Build it"}, Initiative, 1),
    }


NAMES = (
    "key result",
    "objective",
    "strategic objective",
    "initiative",
    "drawn initiative",
    "pasted rows",
    "copy of a key result",
    "copy of an objective",
    "copy of an initiative",
    "work, not a result",
    "work that was being written",
)


def count(model):
    return model.objects.live().count()


def said(answer):
    """What an answer leads to, without what is drawn anew for every page."""
    return (
        answer.status_code,
        answer.headers.get("Location"),
        answer.headers.get("X-Change"),
        answer.headers.get("X-Focus"),
    )


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("in_place", [False, True])
def test_the_same_form_twice(world, as_, draft, name, in_place):
    url, fields, model, new = routes(world, draft)[name]
    who = "carol" if name.startswith("strategic") else "alice"
    sent = {**fields, "client_id": str(uuid.uuid4()), **({"in-place": "1"} if in_place else {})}
    before = count(model)
    first = as_(who).post(url, sent)
    assert first.status_code in (200, 302)
    assert count(model) == before + new
    again = as_(who).post(url, sent)
    assert said(again) == said(first)
    assert count(model) == before + new


@pytest.mark.parametrize("name", [name for name in NAMES if name != "work, not a result"])  # which happens once
def test_another_form_makes_another(world, as_, draft, name):
    url, fields, model, new = routes(world, draft)[name]
    who = "carol" if name.startswith("strategic") else "alice"
    before = count(model)
    for _ in range(2):
        as_(who).post(url, {**fields, "client_id": str(uuid.uuid4())})
    assert count(model) == before + 2 * new


def test_what_was_changed_in_between_is_made_too(world, as_, draft):
    url, fields, model, _new = routes(world, draft)["key result"]
    sent = {**fields, "client_id": str(uuid.uuid4())}
    before = count(model)
    as_("alice").post(url, sent)
    as_("alice").post(url, {**sent, "title": "Faster still"})
    assert count(model) == before + 2


@pytest.mark.parametrize("client_id", ["", "7", "x" * 65, "a b c d e f g h", "é" * 12, "\x00" * 12])
def test_what_looks_like_no_id_is_not_used(world, as_, draft, client_id):
    url, fields, model, _new = routes(world, draft)["key result"]
    before = count(model)
    for _ in range(2):
        assert as_("alice").post(url, {**fields, "client_id": client_id}).status_code == 302
    assert count(model) == before + 2


def test_somebody_elses_id_opens_nothing(world, as_, draft):
    url, fields, model, _new = routes(world, draft)["key result"]
    sent = {**fields, "client_id": str(uuid.uuid4())}
    before = count(model)
    as_("alice").post(url, sent)
    as_("dan").post(url, sent)
    assert count(model) == before + 2
    [theirs] = AuditEvent.objects.filter(actor=world.dan, verb="created")
    change, made = once.begin(KeyResult, Actor(world.alice), theirs.change)
    assert (change.id != theirs.change, made) == (True, [])


def test_what_was_undone_is_made_anew(world, as_, draft):
    url, fields, model, _new = routes(world, draft)["key result"]
    sent = {**fields, "client_id": str(uuid.uuid4()), "in-place": "1"}
    before = count(model)
    change = as_("alice").post(url, sent)["X-Change"]
    as_("alice").post(f"/o/{world.org.slug}/undo/{change}/")
    assert count(model) == before
    assert as_("alice").post(url, sent)["X-Change"] != change
    assert count(model) == before + 1


def test_every_form_that_makes_something_has_an_id_of_its_own(world, as_, draft):
    key_result, initiative = draft
    of = f"/o/{world.org.slug}"
    quarter = f"{of}/tribes/{world.tribe.code}/{world.quarter.slug}"
    pages = (
        f"{of}/objectives/{world.objective.pk}/key-results/new/",
        f"{of}/objectives/{world.objective.pk}/key-results/new/?in-place=1",
        f"{of}/objectives/{world.objective.pk}/edit/",
        f"{of}/objectives/{world.objective.pk}/key-results/paste/",
        f"{of}/key-results/{key_result.pk}/edit/",
        f"{quarter}/objectives/new/",
        f"{quarter}/initiatives/new/",
        f"{of}/initiatives/{initiative.pk}/",
        f"{of}/initiatives/{initiative.pk}/edit/",
    )
    found = [SEAT.findall(as_("alice").get(page).content.decode()) for page in pages]
    assert all(found)
    ids = [one for page in found for one in page]
    assert len(set(ids)) == len(ids)
    assert all(CLIENT_ID.fullmatch(one) for one in ids)
