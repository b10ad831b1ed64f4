"""Rows pasted from a spreadsheet become key results, after a preview."""

import re
from decimal import Decimal

import pytest
from django.urls import reverse

from okr.models import KeyResult
from okr.pasted import MOST_ROWS, read_pasted
from orgs.models import AuditEvent

# ── Which column is what ─────────────────────────────────────────────────────

ROW = {"title": "Attente médiane sur la piste", "start": "7,5 min", "target": "4,5 min"}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Attente médiane sur la piste\t7,5 min\t4,5 min", ROW),
        ("Key result\tStart\tTarget\nAttente médiane sur la piste\t7,5 min\t4,5 min\n", ROW),
        ("Cible\tDépart\tRésultat clé\r\n4,5 min\t7,5 min\tAttente médiane sur la piste", ROW),
        ("7,5 min\t4,5 min\tAttente médiane sur la piste", ROW),
        ("\tAttente médiane sur la piste\t7,5 min\t4,5 min\t\t", ROW),
        ("Baskets abandoned\t27\t18\t%\tAlice Owner\tFunnel report",
         {"title": "Baskets abandoned", "start": "27", "target": "18", "unit": "%", "owner": "Alice Owner",
          "source": "Funnel report"}),
        ("Funnel report\tAlice Owner\tBaskets abandoned at the slot step\t27 %\t18 %",
         {"title": "Baskets abandoned at the slot step", "start": "27 %", "target": "18 %", "owner": "Alice Owner",
          "source": "Funnel report"}),
        ("Commandes prêtes à l’heure\t81 %\t92 %\tSI Drive",
         {"title": "Commandes prêtes à l’heure", "start": "81 %", "target": "92 %", "source": "SI Drive"}),
        ("Panier moyen\t1.2M\t1.5M\t€", {"title": "Panier moyen", "start": "1.2M", "target": "1.5M", "unit": "€"}),
        ("Panier moyen\t1 200 000 €", {"title": "Panier moyen", "target": "1 200 000 €"}),
        ("KR\tResponsable\tUnité\nPanier\tAlice Owner\t€", {"title": "Panier", "owner": "Alice Owner", "unit": "€"}),
        ('"Two\nlines"\t3\t4', {"title": "Two lines", "start": "3", "target": "4"}),
        ("1. Fewer complaints", {"title": "Fewer complaints"}),
        ("- Fewer complaints", {"title": "Fewer complaints"}),
    ],
)  # fmt: skip
def test_columns_are_found(text, expected):
    assert read_pasted(text, ["Alice Owner"]).rows == [expected]


def test_a_column_of_units_is_one_also_beside_figures_that_say_theirs():
    found = read_pasted("Retards\t12\t5\t%\nAttente\t9\t4\tmin\nPanier moyen\t54 €\t61 €").rows
    assert found == [
        {"title": "Retards", "start": "12", "target": "5", "unit": "%"},
        {"title": "Attente", "start": "9", "target": "4", "unit": "min"},
        {"title": "Panier moyen", "start": "54 €", "target": "61 €"},
    ]


def test_one_title_a_line():
    assert [row["title"] for row in read_pasted("First\n\n  Second \nThird").rows] == ["First", "Second", "Third"]


def test_it_is_bounded():
    found = read_pasted("\n".join(f"Row {number}" for number in range(130)))
    assert len(found.rows) == MOST_ROWS
    assert found.left_out == 30


@pytest.mark.parametrize("text", ["", "\n\n", "\t\t\n\t", "\x00"])
def test_nothing_is_no_row(text):
    assert read_pasted(text).rows == []


# ── Preview and creation ─────────────────────────────────────────────────────


def test_a_line_of_very_many_columns_is_read_at_once():
    assert read_pasted("Faster checkout\t" + "1\t" * 25_000).rows == [
        {"title": "Faster checkout", "start": "1", "target": "1"}
    ]


@pytest.fixture
def paste(world, client):
    def paste(who=None, objective=None, **data):
        client.force_login((who or world.alice).user)
        pk = (objective or world.objective).pk
        return client.post(reverse("key_result_paste", args=["coursive", pk]), data)

    return paste


def fields_of(page):
    """What the preview's form would send as it stands."""
    html = page.content.decode()
    sent = dict(re.findall(r'<input[^>]*name="(r\d+-[\w-]+)" value="([^"]*)"', html))
    inputs = re.findall(r"<input[^>]*>", html)
    for tag in inputs:
        name, value = re.search(r'name="(r\d+-[\w-]+)"', tag), re.search(r'value="([^"]*)"', tag)
        if name and value and "checkbox" not in tag:
            sent[name[1]] = value[1].replace("&#x27;", "'")
    for name, options in re.findall(r'<select name="(r\d+-[\w-]+)".*?>(.*?)</select>', html, re.DOTALL):
        chosen = re.search(r'value="([^"]*)" selected', options)
        sent[name] = chosen[1] if chosen else ""
    return {**sent, "rows": re.search(r'name="rows" value="(\d+)"', html)[1]}


TEXT = "Key result\tStart\tTarget\tOwner\nBaskets abandoned\t27 %\t18 %\tBob Colleague\nWaiting\t7,5 min\t4.5\tZoé Nobody\nReturns"


def test_nothing_is_created_before_the_preview_then_all_at_once(world, paste, client):
    before = KeyResult.objects.count()
    preview = paste(text=TEXT)
    assert preview.status_code == 200
    page = preview.content.decode()
    assert "Create 3 key results" in page
    assert "Nobody here is called Zoé Nobody" in page
    assert KeyResult.objects.count() == before
    answer = paste(**fields_of(preview))
    assert answer.status_code == 302
    made = list(KeyResult.objects.order_by("pk"))[before:]
    assert [(row.title, row.unit, row.unit_label, row.start, row.target, row.direction) for row in made] == [
        ("Baskets abandoned", "percent", "", Decimal(27), Decimal(18), "down"),
        ("Waiting", "count", "min", Decimal("7.5"), Decimal("4.5"), "down"),
        ("Returns", "count", "", None, None, "up"),
    ]
    assert [row.owner for row in made] == [world.bob, None, None]
    assert [row.position for row in made] == [2, 3, 4]
    # One act, one Undo.
    change = AuditEvent.objects.filter(verb="created").values_list("change", flat=True).distinct().get()
    client.post(reverse("undo", args=["coursive", change]))
    assert KeyResult.objects.live().filter(objective=world.objective).count() == 1


def test_an_unknown_owner_is_marked_on_its_row_until_somebody_is_chosen(world, paste):
    sent = fields_of(paste(text=TEXT))
    refused = paste(**{**sent, "r0-target": "many"})
    assert refused.status_code == 422
    rows = refused.content.decode().split("<tr")
    assert ["Nobody here is called Zoé Nobody" in row for row in rows[2:5]] == [False, True, False]
    chosen = paste(**{**sent, "r0-target": "many", "r1-owner": str(world.bob.pk)})
    assert "Nobody here is called" not in chosen.content.decode()


def test_the_coach_hints_and_never_blocks(world, paste):
    preview = paste(text="Launch the new slot page\nMissing items per order")
    assert preview.content.decode().count('class="hint"') == 1
    assert paste(**fields_of(preview)).status_code == 302


def test_errors_are_in_their_row_and_block_only_it(world, paste):
    preview = paste(text="Fine\t1\t2\nBroken\t5\t5\nWorse\t5\tmany\n")
    assert preview.status_code == 200
    sent = fields_of(preview)
    before = KeyResult.objects.count()
    answer = paste(**sent)
    assert answer.status_code == 422
    assert "Enter a number" in answer.content.decode()
    assert KeyResult.objects.count() == before
    answer = paste(**{**sent, "r2-target": "9"})
    assert answer.status_code == 422
    assert "nothing would have to move" in answer.content.decode()
    assert KeyResult.objects.count() == before
    answer = paste(**{**sent, "r1-skip": "on", "r2-target": "9"})
    assert answer.status_code == 302
    assert [row.title for row in KeyResult.objects.order_by("pk")][before:] == ["Fine", "Worse"]


def test_all_left_out_creates_nothing(world, paste):
    answer = paste(rows="1", **{"r0-title": "One", "r0-skip": "on"})
    assert answer.status_code == 422
    assert "there is nothing to create" in answer.content.decode()


@pytest.mark.parametrize(
    "data", [{"text": ""}, {"text": "\n\n"}, {"text": "a" * 70_000}, {"rows": "x"}, {"rows": "0"}, {}]
)
def test_what_makes_no_sense_is_said(world, paste, data):
    assert paste(**data).status_code == 422


def test_who_may_not_write_pastes_nothing(world, paste):
    assert paste(who=world.bob, text=TEXT).status_code == 403
    assert paste(who=world.alice, objective=world.strategic, text=TEXT).status_code == 403
