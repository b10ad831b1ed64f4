"""What was said in the workshop that is over: how Panier & paiement measures that nobody notices the payment any more.

People are named as in okr.demo.people: "P", "P2", "T"… are those of the tribe, "guest" is the guest.
"""

from dataclasses import dataclass

TRIBE, OBJECTIVE = "PAN", "Payer devient la partie que le client ne remarque plus."
TITLE = "Panier & paiement, atelier 2 : nos résultats clés"
PLACE = "Salle Grand Large, et en visio"
GUEST = ("Conseil du prestataire de paiement", "tech")
ABSENT = "D2"


@dataclass(frozen=True)
class Said:
    """A family with its notes, each with its author. `alike`: the second says the same as the first.

    `first` and `second` are the dots of the two rounds, by who gave them. `becomes` is the key result that it became.
    """

    name: str
    notes: tuple[tuple[str, str], ...]
    first: dict[str, int]
    second: dict[str, int]
    outcome: str
    reason: str
    becomes: str = ""
    alike: bool = False


FAMILIES = (
    Said(
        "Moins d’abandons",
        (
            ("P", "Part des paniers abandonnés à l’étape paiement"),
            ("D", "Paniers abandonnés entre récapitulatif et confirmation"),
            ("B", "Paniers repris dans l’heure après un abandon"),
            ("T2", "Abandons après un premier refus de carte"),
            ("P2", "Commandes finies sans revenir en arrière"),
        ),
        {"P": 3, "P2": 2, "D": 3, "T": 1},
        {"P": 3, "P2": 2, "D": 3, "T": 2, "B": 2, "B2": 1, "guest": 1},
        "retained",
        "Une seule mesure pour tout l’entonnoir, suivie chaque jour.",
        "Paniers abandonnés au paiement",
        alike=True,
    ),
    Said(
        "Refus à tort",
        (
            ("T", "Paiements refusés à tort"),
            ("guest", "Part des refus que la banque lève au second essai"),
            ("B2", "Bons clients bloqués par la lutte contre la fraude"),
            ("T2", "Délai de réponse de la banque au pic du samedi"),
        ),
        {"T": 3, "T2": 3, "guest": 3, "P2": 1, "B2": 1},
        {"T": 3, "T2": 3, "guest": 3, "P": 1, "P2": 2, "B2": 2, "D": 1},
        "retained",
        "Le prestataire fournit la mesure, et trois fonctions la portent.",
        "Paiements refusés à tort",
    ),
    Said(
        "Codes promo",
        (
            ("D", "Codes promo mal saisis"),
            ("B", "Appels pour un code promo qui ne passe pas"),
            ("P2", "Temps perdu à chercher où saisir son code"),
        ),
        {"D": 2, "P2": 2, "P": 1, "B": 2, "B2": 1},
        {"D": 1, "P": 1, "P2": 1, "B": 1},
        "retained",
        "Simple à mesurer, et le geste qui agace le plus en test.",
        "Codes promo mal saisis",
    ),
    Said(
        "Moyens de paiement",
        (
            ("B", "Part des achats en plusieurs fois"),
            ("B2", "Nombre de moyens de paiement acceptés"),
            ("B", "Titres-restaurant acceptés en ligne"),
            ("B2", "Cartes enregistrées par foyer actif"),
        ),
        {"B": 3, "B2": 3, "T": 1, "P": 1},
        {"B": 2, "B2": 2, "T2": 1},
        "rejected",
        "C’est un moyen, pas un effet : à reprendre comme initiative.",
    ),
    Said(
        "Ils le disent",
        (
            ("D", "Clients qui disent que payer était simple"),
            ("P", "Note donnée juste après le paiement"),
            ("T", "Avis spontanés qui parlent du paiement"),
        ),
        {"T2": 2, "guest": 2},
        {"T2": 1, "guest": 1},
        "parked",
        "La question n’est pas encore posée aux clients : mesurer d’abord.",
    ),
)
LOOSE = (
    ("T2", "Commandes sans appel au support dans la semaine"),
    ("guest", "Paiements confirmés en moins de trois secondes"),
)
