"""Suggested families on notes as retail teams write them."""

import random
from collections import Counter

import pytest

from workshops.suggesting import Group, Idea, stem, stems, suggest

DRIVE = {
    "waiting": [
        "Temps d’attente moyen sur le parking sous 5 minutes",
        "Moins de 3 % des clients attendent plus de 10 minutes",
        "Waiting time at the pick-up bay",
        "Customers who wait longer than promised",
        "Attente ressentie par le client au retrait",
    ],
    "missing": [
        "Articles manquants par commande",
        "Commandes livrées sans aucun article manquant",
        "Orders with a missing item",
        "Manquants signalés dès la préparation",
    ],
    "substitution": [
        "Remplacements acceptés par le client",
        "Substitution refused at the bay",
        "Produits de remplacement validés avant le retrait",
        "Taux d’acceptation des remplacements",
    ],
    "slots": [
        "Créneaux disponibles le soir même",
        "Créneau proposé à moins de deux heures",
        "Slots sold out before noon",
        "Clients qui trouvent un créneau à leur première visite",
    ],
}
LOYALTY = {
    "points": [
        "Points crédités le jour même",
        "Réclamations pour des points non crédités",
        "Solde de points visible sur le ticket",
        "Les points expirés sans être utilisés",
    ],
    "vouchers": [
        "Bons d’achat utilisés dans le mois",
        "Bons d’achat refusés en caisse",
        "Un bon d’achat compris du premier coup",
    ],
    "churn": [
        "Abonnés qui résilient dans les trois premiers mois",
        "Résiliations évitées après un appel",
        "Motif de résiliation connu",
    ],
    "app": [
        "Carte de fidélité ouverte dans l’application",
        "Clients qui ouvrent l’application en magasin",
        "App opened at the till",
        "L’application s’ouvre en moins de deux secondes",
    ],
}
ALONE = [
    "Chauffeurs formés à la conduite douce",
    "Moins de papier dans les colis",
    "Une photo par produit frais",
    "Fraude sur les chèques cadeaux",
    "Newsletter lue jusqu’au bout",
    "Accessibility of the checkout form",
]


def ideas(texts: list[str], start: int = 1) -> list[Idea]:
    return [Idea(number, text) for number, text in enumerate(texts, start)]


@pytest.mark.parametrize("themes", [DRIVE, LOYALTY], ids=["drive", "loyalty"])
def test_what_is_suggested_is_of_one_theme_and_finds_most_of_them(themes: dict[str, list[str]]) -> None:
    texts = [text for notes in themes.values() for text in notes]
    mixed = random.Random(4).sample(texts, len(texts))  # not one theme after the other
    theme_of = {text: theme for theme, notes in themes.items() for text in notes}
    found = suggest(ideas(mixed + ALONE), most=8)
    by_id = {idea.id: theme_of.get(idea.text, "alone") for idea in ideas(mixed + ALONE)}
    right, themes_found = 0, set()
    for one in found:
        theme, number = Counter(by_id[pk] for pk in one.notes).most_common(1)[0]
        right += number
        themes_found.add(theme)
    suggested = sum(len(one.notes) for one in found)
    assert right / suggested >= 0.85, [[by_id[pk] for pk in one.notes] for one in found]
    assert suggested >= 0.6 * len(texts)
    assert len(themes_found - {"alone"}) >= 3


def test_notes_that_have_nothing_in_common_are_left_alone() -> None:
    assert suggest(ideas(ALONE)) == []
    assert suggest([]) == []


def test_accents_capitals_endings_and_languages_do_not_part_words() -> None:
    assert stem("expliquer") == stem("explique")
    assert stems("Créneaux").keys() == stems("CRENEAU").keys() == stems("slots").keys()
    assert stems("L’attente").keys() == stems("waiting").keys()
    assert stems("Un client et une cliente").keys() == stems("customers").keys()
    assert not stems("le taux de la moins grande part")
    [one] = suggest(ideas(["Réclamations livrées en retard", "RECLAMATION pour RETARD", "Complaints about delays"]))
    assert one.notes == (1, 2, 3)


def test_a_word_that_every_note_has_ties_nothing_together() -> None:
    texts = [f"Clients {word}" for word in ("fidèles", "servis", "livrés", "remboursés", "formés", "reconnus")]
    assert suggest(ideas(texts)) == []


def test_what_a_crowd_of_notes_has_is_not_compared() -> None:
    """Each pair of those that share a word is looked at: hundreds that say the same would hold up the room."""
    same = "Créneaux du soir réservés en avance"
    assert suggest(ideas([same] * 80))
    assert suggest(ideas([same] * 81)) == []


def test_a_loose_note_is_suggested_for_the_family_that_it_is_near_to() -> None:
    waiting = Group(7, "Attente", tuple(ideas(DRIVE["waiting"], 100)))
    missing = Group(8, "Manquants", tuple(ideas(DRIVE["missing"], 200)))
    [one] = suggest(
        [Idea(1, "Attente au retrait le samedi"), Idea(2, "Newsletter lue jusqu’au bout")], [waiting, missing]
    )
    assert (one.family, one.notes) == (7, (1,))
    assert one.key == "join:7:1"
    assert suggest([Idea(1, "Attente au retrait le samedi")], [waiting, missing], {"join:7:1"}) == []
    # By its name alone, where it has no note yet.
    [one] = suggest([Idea(1, "Articles manquants")], [Group(8, "Articles manquants", ())])
    assert one.family == 8


def test_what_was_dismissed_stays_away_even_if_a_note_is_added() -> None:
    texts = DRIVE["slots"]
    [one] = suggest(ideas(texts))
    assert suggest(ideas(texts), dismissed={one.key}) == []
    more = ideas([*texts, "Créneaux du soir réservés en avance"])
    assert suggest(more, dismissed={one.key}) == []
    assert suggest(more, dismissed={"new:98-99", "nonsense", "join:x:1", "new:"})


def test_each_note_is_suggested_once_and_the_name_is_what_they_share() -> None:
    found = suggest(ideas([text for notes in [*DRIVE.values(), *LOYALTY.values()] for text in notes]), most=20)
    notes = [pk for one in found for pk in one.notes]
    assert len(notes) == len(set(notes))
    assert all(one.name and one.name[0].isupper() for one in found)
    [one] = suggest(ideas(DRIVE["slots"][:3]))
    assert one.name.startswith("Créneau")


def test_the_same_notes_give_the_same_suggestions_in_any_order() -> None:
    there = ideas([text for notes in DRIVE.values() for text in notes])
    assert {one.key for one in suggest(there)} == {one.key for one in suggest(there[::-1])}
