"""A key result typed as one sentence says its own start, target and unit; so does a pasted line; units have their names."""

import pytest
from django.urls import reverse
from django.utils import translation

from okr.coach import Level, Statement, Words
from okr.forms.key_result import KeyResultForm
from okr.forms.sentence import figures_of
from okr.forms.units import unit_chosen
from orgs import tenancy
from tests import factories
from tests.factories import TODAY

SENTENCES = [
    ("Abandon de panier de 27 % à 18 %", ("27", "18", "percent")),
    ("Cart abandonment from 27% to 18%", ("27", "18", "percent")),
    ("NPS de 32 à 40", ("32", "40", "points")),
    ("Passer de -5 à +10 de NPS", ("-5", "10", "points")),
    ("CA de 1,2 M€ à 1,5 M€", ("1,2 M€", "1,5 M€", "money")),
    ("CA de 1,2 à 1,5 M€", ("1,2 M€", "1,5 M€", "money")),
    ("Revenue from €1.2M to €1.5M", ("1.2 M€", "1.5 M€", "money")),
    ("Delivery time from 12.5 days to 9 days", ("12.5", "9", "days")),
    ("Réduire de 12 à 9 jours le délai", ("12", "9", "days")),
    ("Passer de 4,5 min à 3 min d’attente", ("4,5", "3", "min")),
    ("De 3 à 5 étoiles", ("3 étoiles", "5 étoiles", "")),
    ("Note de 4,1/5 à 4,5/5", ("4,1", "4,5", "")),
    ("Retours : 22 % → 15 %", ("22", "15", "percent")),
    ("Atteindre 85 % contre 61 % aujourd’hui", ("61", "85", "percent")),
    ("Conversion at 3%, up from 2.2%", ("2.2", "3", "percent")),
    ("Porter la part de 6 % à 12 % d’ici le 30 juin 2026", ("6", "12", "percent")),
    ("Passer d’1 étoile à 3 étoiles", ("1 étoile", "3 étoiles", "")),
    ("Waiting from 1 day to 3 days", ("1", "3", "days")),
    ("Délai de livraison ramené de 3 jours à 36 heures", None),  # two units
    ("Delivery time cut from 3 days to 36 hours", None),
    ("Passer de 12 % à 15 points", None),
    ("Revenue from €1.2M to $1.5M", None),
    ("Maintenir le taux entre 20 et 25 %", None),  # a band
    ("Marge de 24-26 %", None),
    ("Temps de 2h30 à 1h45", None),
    ("Produits remis en vente sous 48 heures", None),
    ("Augmenter le NPS de 8 points", None),
    ("Servir 95 % des clients de 9 h à 18 h", None),  # more figures than two
    ("Fewer complaints", None),
    ("", None),
    ("de 27 % à 18 % " * 400, None),
]


@pytest.mark.parametrize(("sentence", "expected"), SENTENCES)
@pytest.mark.parametrize("reader", ["en", "fr"])
def test_what_a_sentence_says(sentence, expected, reader):
    with translation.override(reader):
        said = figures_of(Statement(Level.KEY_RESULT, sentence), Words.load())
    assert (tuple(str(said[name]) for name in ("start", "target", "unit")) if said else None) == expected


def test_figures_are_written_so_that_their_reader_reads_them_so():
    sentence = Statement(Level.KEY_RESULT, "Orders of the day from 1,200 to 1,500")
    with translation.override("fr"):
        assert figures_of(sentence, Words.load())["start"] == "1\u00a0200"
    with translation.override("en"):
        assert figures_of(sentence, Words.load())["start"] == "1,200"


@pytest.mark.parametrize(
    ("text", "expected"),
    [("%", ("percent", "")), ("pour cent", ("percent", "")), ("€", ("money", "")), ("jours", ("days", "")),
     ("min", ("min", "")), ("minutes", ("min", "")), ("heures", ("h", "")), ("orders", ("count", "orders")),
     ("", ("", ""))],
)  # fmt: skip
def test_a_unit_written_alone(text, expected):
    assert unit_chosen(text) == expected


# ── In forms ─────────────────────────────────────────────────────────────────


@pytest.fixture
def world(db):
    world = factories.world()
    with tenancy.tenant(world.org.pk):
        yield world


def units_of(world, data, key_result=None):
    form = KeyResultForm(
        {"title": "Wait", "start": "9", "target": "4", **data},
        objective=world.objective, today=TODAY, key_result=key_result,
    )  # fmt: skip
    assert form.is_valid(), form.errors
    return form.values()["unit"], form.values()["unit_label"]


def test_minutes_are_a_choice_of_unit(world):
    assert units_of(world, {"unit": "min"}) == ("count", "min")
    assert units_of(world, {"unit": "min", "start": "9 min"}) == ("count", "min")
    minutes = factories.key_result(world.objective, stage="draft", unit="count", unit_label="min")
    form = KeyResultForm(objective=world.objective, today=TODAY, key_result=minutes)
    assert form["unit"].value() == "min"
    for sent, expected in [
        ({"unit": "min", "unit_label": "min"}, ("count", "min")),
        ({"unit": "min", "unit_label": "orders"}, ("count", "orders")),  # its name was changed
        ({"unit": "percent", "unit_label": "min"}, ("percent", "")),  # the name goes with the choice that was left
        ({"unit": "h", "unit_label": "min"}, ("count", "h")),
    ]:
        assert units_of(world, sent, minutes) == expected


def test_a_new_key_result_is_read_and_one_that_exists_is_not(world, client):
    client.force_login(world.alice.user)
    url = reverse("coach", args=[world.org.slug])
    sent = {"level": "key_result", "text": "Cart abandonment from 27% to 18%", "start": ""}
    new = client.post(url, {**sent, "object_type": "objective", "object_id": world.objective.pk})
    assert 'data-start="27" data-target="18" data-unit="percent"' in new.content.decode()
    kept = client.post(url, {**sent, "object_type": "key_result", "object_id": world.key_result.pk})
    assert "data-reads" not in kept.content.decode()


def test_pasted_sentences_fill_their_columns(world, client):
    client.force_login(world.alice.user)
    url = reverse("key_result_paste", args=[world.org.slug, world.objective.pk])
    answer = client.post(
        url, {"text": "Cart abandonment from 27% to 18%\nWaiting from 9 min to 4 min\nFewer complaints"}
    )
    rows = answer.context["preview"].rows
    found = [tuple(str(row[name].value() or "") for name in ("start", "target", "unit")) for row in rows]
    assert found == [("27", "18", "percent"), ("9", "4", "min"), ("", "", "")]
