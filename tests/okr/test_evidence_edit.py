"""Evidence written by those who write the strategy (or lead the tribe): added, changed, ordered, archived, undone."""

import datetime as dt
import re

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from okr.models import Evidence, KeyResult, Objective
from orgs import tenancy
from orgs.models import AuditEvent, Membership, Organization
from tests import factories

CSV = b"Motif;Part (%)\nProduit manquant;38\nAutre;10\n"
TYPED = {"kind": "nps", "title": "NPS falls", "figure": "44 → 12", "source": "Survey", "url": "https://example.org/r"}


@pytest.fixture
def world(db, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    with time_machine.travel(dt.datetime(2026, 5, 19, 8, tzinfo=dt.UTC), tick=False):
        world = factories.world()
        with tenancy.tenant(world.org.pk):
            yield world


@pytest.fixture
def go(world, client):
    """POST (or with `typed` None GET) a route of a thing as somebody."""

    def go(name, thing, typed=None, who="carol", **headers):
        client.force_login(getattr(world, who).user)
        address = reverse(name, args=[world.org.slug, thing.pk])
        return client.get(address) if typed is None else client.post(address, typed, headers=headers)

    return go


@pytest.fixture
def undo(world, client):
    def undo(who="carol"):
        client.force_login(getattr(world, who).user)
        change = AuditEvent.objects.exclude(change=None).latest("pk").change
        return client.post(reverse("undo", args=[world.org.slug, change]), headers={"HX-Request": "true"})

    return undo


def html(answer, status=200):
    assert answer.status_code == status
    return re.sub(r"\s+", " ", answer.content.decode().replace("\u00a0", " "))


def titles(**thing):
    return list(Evidence.objects.filter(**thing, archived_at=None).order_by("position").values_list("title", flat=True))


FIRST = "Missing items: first reason to leave"


# ── Adding ───────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("who", ["carol", "codir", "sam", "dan", "coach"])
@pytest.mark.parametrize("name", ["objective_evidence_new", "key_result_evidence_new"])
def test_who_writes_the_strategy_adds_a_fact(world, go, client, name, who):
    thing = world.strategic if name.startswith("objective") else world.strategic_kr
    assert "What the data say" in html(go(name, thing, who=who))
    version = Organization.objects.get(pk=world.org.pk).version
    answer = go(name, thing, TYPED, who=who)
    page_of = reverse("objective" if thing == world.strategic else "key_result", args=[world.org.slug, thing.pk])
    assert answer["Location"] == f"{page_of}#evidence"
    made = Evidence.objects.latest("pk")
    assert (made.title, made.figure, made.url) == ("NPS falls", "44 → 12", "https://example.org/r")
    assert made.position == (1 if thing == world.strategic else 2)
    page = html(client.get(answer["Location"].partition("#")[0]))
    assert "Evidence added" in page
    assert '<a href="https://example.org/r" rel="external noopener">Survey</a>' in page
    assert AuditEvent.objects.latest("pk").verb == "created"
    assert Organization.objects.get(pk=world.org.pk).version > version


def test_a_tribe_lead_backs_the_tribe_s_own_key_results(world, go):
    assert go("key_result_evidence_new", world.key_result, TYPED, who="alice").status_code == 302
    assert go("objective_evidence_new", world.objective, TYPED, who="alice").status_code == 302
    assert titles(key_result=world.key_result) == ["NPS falls"]


@pytest.mark.parametrize("who", ["alice", "bob", "cpo", "olga"])
def test_others_see_no_control_and_are_403(world, go, who):
    page = html(go("key_result", world.strategic_kr, who=who))
    assert FIRST in page
    assert "Add evidence" not in page
    assert "evidence_move" not in page
    assert f"/evidence/{world.evidence.pk}/" not in page
    assert go("key_result_evidence_new", world.strategic_kr, who=who).status_code == 403
    for name in ("evidence_edit", "evidence_move", "evidence_archive"):
        assert go(name, world.evidence, TYPED, who=who).status_code == 403
    assert titles(key_result=world.strategic_kr) == [FIRST]


@pytest.mark.parametrize(
    ("typed", "field", "says"),
    [
        ({"title": " "}, "title", "Say what the data show, in one sentence."),
        ({"title": "x" * 241}, "title", "at most 240 characters"),
        ({"kind": ""}, "kind", "Choose what kind of fact it is."),
        ({"kind": "gossip"}, "kind", "Select a valid choice"),
        ({"url": "javascript:alert(1)"}, "url", "Enter a whole address"),
        ({"url": "ftp://example.org/a"}, "url", "A link begins with https:// or http://."),
        ({"url": "not an address"}, "url", "Enter a whole address"),
        ({"figure": "9" * 61}, "figure", "at most 60 characters"),
        ({"note": "x" * 2001}, "note", "at most 2000 characters"),
    ],
)
def test_what_cannot_be_kept_is_said_beside_its_field(world, go, typed, field, says):
    page = html(go("key_result_evidence_new", world.strategic_kr, {**TYPED, **typed}), 422)
    assert re.search(rf'id="id_{field}_error">.{{0,200}}{re.escape(says)}', page)
    assert 'value="44 → 12"' in page or field == "figure"
    assert titles(key_result=world.strategic_kr) == [FIRST]


def test_an_address_without_its_scheme_is_completed(world, go):
    go("key_result_evidence_new", world.strategic_kr, {**TYPED, "url": "example.org/r"})
    assert Evidence.objects.latest("pk").url == "https://example.org/r"


def test_markup_stays_text(world, go, client):
    go("key_result_evidence_new", world.strategic_kr, {**TYPED, "title": "<img src=x onerror=alert(1)>"})
    page = client.get(reverse("key_result", args=[world.org.slug, world.strategic_kr.pk])).content.decode()
    assert "<img src=x" not in page
    assert "&lt;img src=x onerror=alert(1)&gt;" in page


# ── CSV ──────────────────────────────────────────────────────────────────────


def test_a_csv_becomes_a_chart_with_its_table_and_may_be_replaced(world, go, client):
    file = SimpleUploadedFile("motifs.csv", CSV)
    go("key_result_evidence_new", world.strategic_kr, {**TYPED, "chart": "on", "file": file})
    made = Evidence.objects.latest("pk")
    assert made.table == {"columns": ["Motif", "Part (%)"], "rows": [["Produit manquant", 38], ["Autre", 10]]}
    page = html(go("key_result", world.strategic_kr, who="alice"))
    assert 'aria-label="Part: Produit manquant 38%, Autre 10%"' in page
    assert '<th scope="row">Produit manquant</th><td class="num">38</td>' in page
    assert "motifs.csv" in page
    assert "Part: Produit manquant" in html(go("evidence_edit", made))  # what it looks like now
    typed = {**TYPED, "chart": "on", "revision": made.revision}
    go("evidence_edit", made, {**typed, "file": SimpleUploadedFile("b.csv", b"a;b\nx;1\ny;2\n")})
    made.refresh_from_db()
    assert made.table == {"columns": ["a", "b"], "rows": [["x", 1], ["y", 2]]}
    go("evidence_edit", made, {**TYPED, "revision": made.revision})  # unticked: a file only
    made.refresh_from_db()
    assert (made.table, made.file_name) == (None, "b.csv")
    go("evidence_edit", made, {**TYPED, "revision": made.revision, "chart": "on"})
    made.refresh_from_db()
    assert made.table == {"columns": ["a", "b"], "rows": [["x", 1], ["y", 2]]}


def test_a_stored_csv_that_is_missing_is_said_beside_the_file(world, go):
    go("key_result_evidence_new", world.strategic_kr, {**TYPED, "file": SimpleUploadedFile("motifs.csv", CSV)})
    made = Evidence.objects.latest("pk")
    made.file.storage.delete(made.file.name)
    typed = {**TYPED, "revision": made.revision, "note": "Typed"}
    answer = go("evidence_edit", made, {**typed, "chart": "on"})
    page = html(answer, 422)
    assert answer.context["form"].errors["file"] == ["The stored file cannot be found. Choose it again."]
    assert "Typed" in page
    assert "cannot be found" in html(go("evidence_edit", made, {**typed, "chart": "on", "preview": "1"}))
    assert go("evidence_edit", made, typed).status_code == 302  # without a chart nobody needs it


def test_the_preview_saves_nothing(world, go):
    sent = {"preview": "1", "chart": "on", "file": SimpleUploadedFile("a.csv", CSV)}
    page = html(go("key_result_evidence_new", world.strategic_kr, sent))
    assert "Part: Produit manquant 38%" in page
    assert "<html" not in page
    wrong = {**sent, "file": SimpleUploadedFile("a.csv", b"a;b\nx;=1\n")}
    page = html(go("key_result_evidence_new", world.strategic_kr, wrong))
    assert "“=1” is a formula" in page
    assert '<svg class="fig"' not in page
    assert titles(key_result=world.strategic_kr) == [FIRST]
    assert (
        go(
            "key_result_evidence_new",
            world.strategic_kr,
            {**sent, "file": SimpleUploadedFile("a.csv", CSV)},
            who="olga",
        ).status_code
        == 403
    )


# ── Changing ─────────────────────────────────────────────────────────────────


def test_changing_and_undo(world, go, undo):
    page = html(go("evidence_edit", world.evidence))
    assert f'value="{FIRST}"' in page
    answer = go("evidence_edit", world.evidence, {**TYPED, "revision": world.evidence.revision})
    assert answer.status_code == 302
    assert titles(key_result=world.strategic_kr) == ["NPS falls"]
    assert "Undone" in html(undo())
    assert titles(key_result=world.strategic_kr) == [FIRST]


def test_two_people_choose_field_by_field(world, go):
    started = world.evidence.revision
    same = {"kind": "churn", "title": FIRST, "figure": "27 %"}
    go("evidence_edit", world.evidence, {**same, "figure": "28 %", "note": "Sam's", "revision": started}, who="sam")
    page = html(go("evidence_edit", world.evidence, {**same, "figure": "30 %", "revision": started}), 409)
    assert "Sam Sponsor changed this meanwhile. Choose what stays." in page
    assert re.search(r'name="keep-figure" value="mine".{0,200}30 %.{0,300}28 %', page)
    assert "keep-title" not in page
    assert "keep-note" not in page  # Carol did not touch it: Sam's stays
    revision = re.search(r'name="revision" value="(\d+)"', page)[1]
    answer = go(
        "evidence_edit",
        world.evidence,
        {**same, "figure": "30 %", "keep-figure": "theirs", "revision": revision, "note": "Sam's"},
    )
    assert answer.status_code == 302
    world.evidence.refresh_from_db()
    assert (world.evidence.figure, world.evidence.note) == ("28 %", "Sam's")


def test_a_file_replaced_meanwhile_is_not_overwritten_unseen(world, go):
    started = world.evidence.revision
    same = {"kind": "churn", "title": FIRST, "figure": "27 %"}
    sent = {**same, "file": SimpleUploadedFile("sam.txt", b"his"), "revision": started}
    assert go("evidence_edit", world.evidence, sent, who="sam").status_code == 302
    page = html(go("evidence_edit", world.evidence, {**sent, "file": SimpleUploadedFile("carol.txt", b"hers!")}), 409)
    assert "Sam Sponsor changed the file meanwhile" in page
    assert "sam.txt" in page
    revision = re.search(r'name="revision" value="(\d+)"', page)[1]
    assert revision == str(started)  # the rest of the form is as old as it was
    decided = {"decided_at": re.search(r'name="decided_at" value="(\d+)"', page)[1]}
    decided |= dict.fromkeys(re.findall(r'name="(keep-\w+)" value="mine"', page), "mine")
    mine = {**same, "file": SimpleUploadedFile("carol.txt", b"hers!"), "revision": revision, **decided}
    assert go("evidence_edit", world.evidence, mine).status_code == 302
    world.evidence.refresh_from_db()
    assert world.evidence.file_name == "carol.txt"


# ── Order and archive ────────────────────────────────────────────────────────


def test_order(world, go, undo):
    for title in ("Two", "Three"):
        go("key_result_evidence_new", world.strategic_kr, {**TYPED, "title": title})
    three = Evidence.objects.get(title="Three")
    answer = go("evidence_move", three, {"to": "up"}, HX_Request="true")
    assert answer["HX-Trigger"] == "polaris:changed"
    assert titles(key_result=world.strategic_kr) == [FIRST, "Three", "Two"]
    undo()
    assert titles(key_result=world.strategic_kr) == [FIRST, "Two", "Three"]
    go("evidence_move", world.evidence, {"to": "down"})
    assert titles(key_result=world.strategic_kr) == ["Two", FIRST, "Three"]
    for _ in range(3):  # the ends are ends
        go("evidence_move", three, {"to": "down"})
    assert titles(key_result=world.strategic_kr) == ["Two", FIRST, "Three"]


def test_archive_and_undo(world, go, undo, client):
    go("key_result_evidence_new", world.strategic_kr, {**TYPED, "title": "Two"})
    answer = go("evidence_archive", world.evidence, {})
    assert answer.status_code == 302
    assert titles(key_result=world.strategic_kr) == ["Two"]
    for name in ("key_result", "objective"):
        thing = world.strategic_kr if name == "key_result" else world.strategic
        assert FIRST not in html(go(name, thing, who="alice")).partition('id="history"')[0]
    client.force_login(world.carol.user)
    assert FIRST not in html(client.get(reverse("strategy", args=[world.org.slug]), {"open": world.strategic_kr.pk}))
    undo()
    assert titles(key_result=world.strategic_kr) == [FIRST, "Two"]


# ── Where it may not be written ──────────────────────────────────────────────


def test_a_closed_year_is_read_only(world, go):
    type(world.year).objects.filter(pk=world.year.pk).update(state="closed")
    assert "Add evidence" not in html(go("key_result", world.strategic_kr))
    assert "is closed: it is read only." in html(go("key_result_evidence_new", world.strategic_kr, TYPED), 422)
    page = go("evidence_archive", world.evidence, {}, HX_Request="true")
    assert "is closed: it is read only." in html(page)
    assert titles(key_result=world.strategic_kr) == [FIRST]


def test_what_is_archived_or_elsewhere_is_404(world, go):
    with tenancy.all_tenants():
        other = factories.world("other")
    assert go("key_result_evidence_new", other.strategic_kr).status_code == 404
    assert go("evidence_edit", other.evidence).status_code == 404
    KeyResult.objects.filter(pk=world.strategic_kr.pk).update(archived_at=dt.datetime(2026, 5, 1, tzinfo=dt.UTC))
    assert go("key_result_evidence_new", world.strategic_kr).status_code == 404
    for name in ("evidence_edit", "evidence_archive"):
        assert go(name, world.evidence, TYPED).status_code == 404
    Objective.objects.filter(pk=world.strategic.pk).update(archived_at=dt.datetime(2026, 5, 1, tzinfo=dt.UTC))
    assert go("objective_evidence_new", world.strategic).status_code == 404


def test_a_lead_who_led_undoes_nothing(world, go, undo):
    go("key_result_evidence_new", world.key_result, TYPED, who="alice")
    type(world.tribe).objects.filter(pk=world.tribe.pk).update(lead=None)
    assert Membership.objects.filter(pk=world.alice.pk, ended_at=None).exists()
    assert undo("alice").status_code == 403
    assert titles(key_result=world.key_result) == ["NPS falls"]


def test_as_many_queries_for_many_facts_as_for_one(world, client):
    client.force_login(world.carol.user)
    address = reverse("key_result", args=[world.org.slug, world.strategic_kr.pk])
    client.get(address)

    def queries():
        Organization.objects.filter(pk=world.org.pk).update(
            version=Organization.objects.get(pk=world.org.pk).version + 1
        )
        with CaptureQueriesContext(
            connection,
        ) as seen:
            assert client.get(address).status_code == 200
        return len(seen)

    one = queries()
    for number in range(12):
        Evidence.objects.create(
            key_result=world.strategic_kr,
            kind="nps",
            title=f"Fact {number}",
            position=number + 2,
            table={"columns": ["a", "b"], "rows": [["x", 1], ["y", 2.5]]},
        )
    assert queries() == one
