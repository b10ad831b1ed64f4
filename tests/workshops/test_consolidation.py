"""Consolidation of a CoDir's workshop: what candidates lack, completing them, and the sign-off that makes them real."""

import datetime as dt
from decimal import Decimal
from typing import Any

import pytest
import time_machine
from django.core.cache import cache
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from okr.models import BusinessCase, KeyResult
from orgs import tenancy
from orgs.models import AuditEvent
from tests import factories
from tests.factories import World, signed_in
from workshops.models import Decision, Subject

pytestmark = pytest.mark.django_db
NOW = dt.datetime(2026, 5, 19, 10, tzinfo=dt.UTC)
RATIONALE = {"revenue_effect": Decimal(5_000_000), "profitability_effect": Decimal("0.2"), "budget_share": Decimal(10)}


@pytest.fixture(autouse=True)
def after_the_workshop():
    with time_machine.travel(NOW, tick=False):
        yield


class Held:
    def __init__(self, world: World) -> None:
        self.world = world
        with tenancy.tenant(world.org.pk):
            where = {"tribe": None, "quarter": None, "year": world.year, "committee": world.committee}
            self.workshop = factories.workshop(world, "closed", kind="codir_key_results", title="CoDir, May", **where)
            self.workshop.subjects.all().delete()
            Subject.objects.create(workshop=self.workshop, objective=world.strategic)
            author = self.workshop.participants.get(membership=world.bob)
            self.notes = [factories.note(self.workshop, author, f"Idea {n}", revealed_at=NOW) for n in range(3)]
            self.complete = self.candidate(0, "Calls about points")
            self.bare = self.candidate(1, "Orders on time", metric="", target=None, owner=None)
        self.clients = {name: signed_in(world.people[name]) for name in world.people}

    def candidate(self, number: int, title: str, *, rationale: bool = True, **fields: Any) -> KeyResult:
        defaults = {"stage": "draft", "owner": self.world.carol, "next_due_on": None}
        made = factories.key_result(self.world.strategic, title=title, **{**defaults, **fields})
        if rationale and number != 1:
            BusinessCase.objects.create(key_result=made, **RATIONALE)
        Decision.objects.create(
            workshop=self.workshop,
            note=self.notes[number],
            outcome="retained",
            key_result=made,
            by=self.world.alice,
            at=NOW,
        )
        return made

    def url(self, name: str = "workshop_consolidation", **parts: Any) -> str:
        return reverse(name, kwargs={"org": "ours", "code": self.workshop.code, **parts})

    def page(self, who: str = "carol", query: str = "") -> str:
        answer = self.clients[who].get(self.url() + query)
        assert answer.status_code == 200
        return answer.content.decode()

    def sign(self, key_result: KeyResult, who: str = "carol", **fields: str):
        return self.clients[who].post(self.url("workshop_sign", pk=key_result.pk), fields)

    def sign_all(self, *read: str, who: str = "carol"):
        return self.clients[who].post(self.url("workshop_sign_all"), {"read": read})

    def now(self, key_result: KeyResult) -> KeyResult:
        with tenancy.tenant(self.world.org.pk):
            return KeyResult.objects.select_related("business_case__consolidated_by").get(pk=key_result.pk)

    def read(self, key_result: KeyResult) -> str:
        row = self.now(key_result)
        return f"{row.pk}.{row.revision}.{row.business_case.revision}"


@pytest.fixture
def held() -> Held:
    return Held(factories.world("ours"))


def test_the_page_lists_candidates_and_what_each_lacks(held: Held) -> None:
    page = held.page()
    assert "0 of 2 signed off" in page
    for words in ("Say what exactly is measured.", "Give the target.", "Say who answers for it.",
                  "Fill in revenue, margin and share of the budget."):  # fmt: skip
        assert words in page
    assert "Complete</span>" in page
    assert "Idea 0" in page


def test_a_signature_makes_it_a_key_result_of_the_strategy(held: Held) -> None:
    assert held.sign(held.complete, read=held.read(held.complete)).status_code == 302
    row = held.now(held.complete)
    assert (row.stage, row.business_case.consolidated_by) == ("published", held.world.carol)
    assert row.next_due_on is not None
    with tenancy.tenant(held.world.org.pk):
        told = AuditEvent.objects.filter(actor=held.world.carol).order_by("pk")
        assert [event.verb for event in told] == ["rationale_consolidated", "published"]
        assert len({event.change for event in told}) == 1
    page = held.page()
    assert "Signed off" in page
    assert "Carol Staff" in page
    assert "19 May" in page
    assert held.sign(held.complete).status_code == 302  # twice is once
    with tenancy.tenant(held.world.org.pk):
        assert AuditEvent.objects.filter(actor=held.world.carol).count() == 2


def test_what_lacks_something_is_refused_in_words(held: Held) -> None:
    answer = held.sign(held.bare)
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "Give the target." in page.partition('class="errors"')[2].partition("</div>")[0]
    assert held.now(held.bare).stage == "draft"


def test_an_objective_nobody_owns_is_said(held: Held) -> None:
    with tenancy.tenant(held.world.org.pk):
        type(held.world.strategic).objects.filter(pk=held.world.strategic.pk).update(owner=None)
    assert "No owner yet" in held.page()
    assert "needs an owner" in held.sign(held.complete).content.decode()


def test_nobody_signs_what_they_have_not_read(held: Held) -> None:
    read = held.read(held.complete)
    held.clients["dan"].post(
        f"/o/ours/key-results/{held.complete.pk}/rationale/",
        {"revenue_effect": "9", "profitability_effect": "0.2", "budget_share": "10", "note": ""},
    )
    answer = held.sign(held.complete, read=read)
    assert answer.status_code == 422
    assert "Somebody changed this" in answer.content.decode()
    assert held.sign(held.complete, read=held.read(held.complete)).status_code == 302


def test_all_complete_ones_are_signed_at_once(held: Held) -> None:
    with tenancy.tenant(held.world.org.pk):
        other = held.candidate(2, "Baskets abandoned")
    assert "Sign off the 2 complete ones" in held.page()
    assert held.sign_all(held.read(held.complete), held.read(other)).status_code == 302
    assert {held.now(row).stage for row in (held.complete, other)} == {"published"}
    with tenancy.tenant(held.world.org.pk):
        assert AuditEvent.objects.filter(verb="published").values("change").distinct().count() == 1
    assert held.now(held.bare).stage == "draft"


def test_all_or_none(held: Held) -> None:
    answer = held.sign_all(held.read(held.complete), f"{held.bare.pk}.1.0")
    assert answer.status_code == 422
    assert "Orders on time" in answer.content.decode()
    assert held.now(held.complete).stage == "draft"
    assert held.sign_all().status_code == 422
    assert held.sign_all("nonsense", "1.2", f"{held.world.key_result.pk}.1.0").status_code == 422


def test_five_are_the_most(held: Held) -> None:
    with tenancy.tenant(held.world.org.pk):
        for number in range(4):
            factories.key_result(held.world.strategic, title=f"There already {number}")
    answer = held.sign(held.complete)
    assert answer.status_code == 422
    assert "five are the most" in answer.content.decode()


@pytest.mark.parametrize("who", ["alice", "bob", "dan", "sam", "coach", "cpo", "olga"])
def test_only_the_chief_of_staff_signs(held: Held, who: str) -> None:
    assert held.sign(held.complete, who).status_code == 403
    assert held.sign_all(held.read(held.complete), who=who).status_code == 403
    assert held.now(held.complete).stage == "draft"
    sees = who in ("dan", "sam", "coach", "cpo")  # who may know the rationale
    assert held.clients[who].get(held.url()).status_code == (200 if sees else 403)
    if sees:
        assert "/sign/" not in held.page(who)


def test_what_is_missing_is_completed_in_place(held: Held) -> None:
    assert 'name="target"' not in held.page()
    page = held.page(query=f"?open={held.bare.pk}&next={held.url()}")
    for name in ("target", "metric", "owner", "revenue_effect", "budget_share"):
        assert f'name="{name}"' in page
    with tenancy.tenant(held.world.org.pk):
        owner = held.world.sam.pk
    answer = held.clients["carol"].post(
        f"/o/ours/key-results/{held.bare.pk}/edit/",
        {"title": "Orders on time", "metric": "Share of orders", "unit": "percent", "start": "80", "target": "92",
         "owner": owner, "next": held.url(), "revision": "1"},
    )  # fmt: skip
    assert answer["Location"] == f"{held.url()}#kr-{held.bare.pk}"
    rationale = {"revenue_effect": "5", "profitability_effect": "0.2", "budget_share": "10", "note": ""}
    answer = held.clients["carol"].post(
        f"/o/ours/key-results/{held.bare.pk}/rationale/", {**rationale, "next": held.url()}
    )
    assert answer["Location"] == f"{held.url()}#kr-{held.bare.pk}"
    assert held.sign(held.bare).status_code == 302


def test_the_first_figures_say_which_way_it_goes(held: Held) -> None:
    with tenancy.tenant(held.world.org.pk):
        row = held.candidate(2, "Calls", start=None, target=None)
    page = held.page(query=f"?open={row.pk}&next={held.url()}")
    assert '<option value="" selected>From start to target</option>' in page
    sent = {
        "title": "Calls",
        "metric": "Calls",
        "unit": "count",
        "start": "12",
        "target": "8",
        "direction": "",
        "revision": "1",
    }
    assert held.clients["carol"].post(f"/o/ours/key-results/{row.pk}/edit/", sent).status_code == 302
    assert held.now(row).direction == "down"


def test_what_is_refused_leads_back_here_when_it_is_left(held: Held) -> None:
    assert "of the 2026 budget is left by the other key results" in held.page(
        query=f"?open={held.bare.pk}&next={held.url()}"
    )
    for form, wrong in (("edit", {"title": "Orders", "start": "twelve"}), ("rationale", {"budget_share": "140"})):
        address = f"/o/ours/key-results/{held.bare.pk}/{form}/"
        for there, cancel in ((held.url(), f'href="{held.url()}"'), ("//example.org/", 'href="/o/ours/')):
            refused = held.clients["carol"].post(address, {**wrong, "next": there})
            assert refused.status_code == 422
            assert cancel in refused.content.decode().rpartition(">Cancel<")[0].rpartition("<a ")[2]


def test_a_rationale_leads_nowhere_else(held: Held) -> None:
    rationale = {"revenue_effect": "5", "profitability_effect": "0.2", "budget_share": "11", "note": ""}
    answer = held.clients["carol"].post(
        f"/o/ours/key-results/{held.complete.pk}/rationale/", {**rationale, "next": "//example.org/"}
    )
    assert answer["Location"] == f"/o/ours/key-results/{held.complete.pk}/"


def test_signing_is_taken_back(held: Held) -> None:
    held.sign(held.complete)
    with tenancy.tenant(held.world.org.pk):
        change = AuditEvent.objects.filter(verb="published").latest("pk").change
    assert held.clients["carol"].post(f"/o/ours/undo/{change}/").status_code == 302
    row = held.now(held.complete)
    assert (row.stage, row.business_case.consolidated_at) == ("draft", None)


def test_the_plan_leads_there_those_who_may(held: Held) -> None:
    plan = reverse("workshop", args=["ours", held.workshop.code])
    assert held.url() in held.clients["carol"].get(plan).content.decode()
    assert held.url() not in held.clients["bob"].get(plan).content.decode()


def test_a_tribes_workshop_has_none(held: Held) -> None:
    with tenancy.tenant(held.world.org.pk):
        other = factories.workshop(held.world, "closed")
    assert held.clients["carol"].get(reverse("workshop_consolidation", args=["ours", other.code])).status_code == 404


def test_no_more_queries_with_more_candidates(held: Held) -> None:
    def queries() -> int:
        cache.clear()
        with CaptureQueriesContext(connection) as found:
            held.page()
        return len(found)

    queries()
    few = queries()
    with tenancy.tenant(held.world.org.pk):
        author = held.workshop.participants.get(membership=held.world.bob)
        for number in range(12):
            held.notes.append(factories.note(held.workshop, author, f"More {number}", revealed_at=NOW))
            held.candidate(len(held.notes) - 1, f"Another {number}")
    assert queries() == few
