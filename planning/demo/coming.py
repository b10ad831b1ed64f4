"""Coursive's quarter planning to come: its agenda, what members of the CoDirs have voted alone, and the tribes' initiatives."""

from okr.demo.shapes import InitiativeSpec as Work

DAYS_AHEAD, DAYS_TO_REFINE = 9, 10
TARGET, CAP = 30, 4
AGENDA = (
    # tribe, minutes, its own cap
    ("DRV", 15, 5),
    ("LAD", 15, 5),
    ("PRP", 12, None),
    ("REC", 12, None),
    ("PAN", 12, None),
    ("APP", 12, None),
    ("FID", 15, 5),
    ("RMD", 10, 3),
    ("MKO", 10, 3),
)

# What members would do, a letter for each key result in its order. K: all keep it, X: all drop it, q: most keep it and
# somebody wants to talk about it, w: most drop it, s: they are split.
LEANINGS = {
    "DRV": ("KKswq", "KKX", "KqXX"),
    "LAD": ("KKsws", "KKqX", "KsX"),
    "PRP": ("KKqX", "Kws", "qswX"),
    "REC": ("KqKwsX", "Kqs", "qws"),
    "PAN": ("KKwX", "Ksw", "KqsX"),
    "APP": ("Kqws", "KXXX", "qKss"),
    "FID": ("KqswK", "Kqsq", "sqX"),
    "RMD": ("sK", "KqsqK", "KKwX"),
    "MKO": ("KqKX", "KKsw", "qsw"),
}
# Who has voted, and on how many tribes, from the first on. The chair, the brand and the cabinet have not begun.
VOTED = {"marketing": 9, "tech": 9, "produit": 9, "finance": 9, "media": 9, "crm": 9, "livraison": 3}

INITIATIVES = (
    Work(tribe="DRV", title="Signal « j’arrive » sur tous les sites", owner="P", answers=("A1", "A2"), weeks=(0, 6),
         needs=(("APP", "La notification d’arrivée dans l’app"),)),
    Work(tribe="DRV", title="Page de choix des créneaux en un écran", owner="D", answers=("C1",), weeks=(1, 5)),
    Work(tribe="LAD", title="Suivi du livreur en temps réel", owner="T", answers=("B1", "B3"), weeks=(2, 8),
         needs=(("APP", "La carte du livreur sur l’écran de commande"),)),
    Work(tribe="LAD", title="Tournées du dimanche, dix villes pilotes", owner="B", answers=("A5",), weeks=(4, 9),
         needs=(("PRP", "Une équipe de préparation le dimanche matin"),)),
    Work(tribe="PRP", title="Règles d’équivalence, second lot", owner="P", answers=("A1",), weeks=(0, 5),
         needs=(("REC", "Les équivalences dans le référentiel produit"),)),
    Work(tribe="REC", title="Stock relu toutes les cinq minutes partout", owner="T", answers=("B1",), weeks=(0, 4),
         needs=(("PRP", "Les sorties de stock à la préparation, en continu"),)),
    Work(tribe="PAN", title="Panier prérempli dès l’ouverture", owner="D", answers=("B1",), weeks=(2, 8),
         needs=(("REC", "La liste des achats habituels"),)),
    Work(tribe="PAN", title="Titre-restaurant en un geste", owner="B", answers=("C1",), weeks=(1, 6)),
    Work(tribe="APP", title="Carte de fidélité hors connexion", owner="T", answers=("C2",), weeks=(0, 4),
         needs=(("FID", "Un jeton de carte valable une journée"),)),
    Work(tribe="FID", title="Rappel avant l’expiration des points", owner="B", answers=("A2",), weeks=(1, 4),
         needs=(("MKO", "Un créneau d’envoi par semaine"),)),
    Work(tribe="RMD", title="Mesure en magasins témoins, deuxième vague", owner="T", answers=("A2",), weeks=(0, 9),
         needs=(("FID", "Les tickets identifiés, semaine par semaine"),)),
    Work(tribe="MKO", title="Offres bloquées sans stock confirmé", owner="T", answers=("A3",), weeks=(1, 5),
         needs=(("PRP", "Le stock confirmé par magasin"),)),
    Work(tribe="MKO", title="Bienvenue après la première commande", owner="P", answers=("B1",), weeks=(0, 6),
         needs=(("LAD", "L’heure réelle de livraison"),)),
)  # fmt: skip
