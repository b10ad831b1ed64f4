"""How the CoDirs planned the running quarter, and what tribes and CPO agreed on afterwards."""

from dataclasses import dataclass

from planning.demo.not_kept_ecommerce import ECOMMERCE
from planning.demo.not_kept_marketing import MARKETING
from planning.demo.not_kept_offer import OFFER

NOT_KEPT = (*ECOMMERCE, *OFFER, *MARKETING)
TARGET, CAP = 35, 4
MINUTES = 20  # each tribe, that time
DAYS_BEFORE, DAYS_TO_REFINE = 14, 9  # the meeting, before the quarter began; from then to its publication

# What was kept as it was presented, where refinement has changed it: field and value by key result.
PRESENTED: dict[str, dict[str, str]] = {
    "DRV A3": {"target": "15"},
    "DRV B1": {"title": "Ruptures annoncées au client"},
    "LAD A2": {"target": "94"},
    "PRP A3": {"title": "Préférences de remplacement enregistrées"},
    "REC A1": {"title": "Produits en rupture affichés", "target": "2"},
    "PAN A3": {"target": "20"},
    "APP A2": {"title": "Commandes rapides", "target": "40"},
    "FID A1": {"title": "Avantages utilisés", "target": "55"},
    "RMD A1": {"target": "3.5"},
    "MKO A1": {"title": "E-mails utiles"},
}


@dataclass(frozen=True)
class First:
    """What was decided first, and then otherwise: by a second decision, or taken back before it (`undone`)."""

    outcome: str
    reason: str = ""
    undone: bool = False


FIRST = {
    "REC A3": First("drop", "Cinq contrôles : une liste de tâches."),
    "Panier moyen": First("keep", undone=True),
    "Campagnes renouvelées par la même marque": First("keep"),
}

LATE = "Panier moyen"  # proposed when the meeting had begun

# Key result: who noted, and what was said.
NOTES = {
    "DRV A3": ("produit", "La refonte seule ne suffira pas. Drive vérifie ce que les trois autres étapes retiennent."),
    "DRV C2": ("cabinet", "Baromètre posé partout avec les mêmes mots, sinon on ne compare rien."),
    "LAD B2": ("finance", "À tenir dans la bande : moins, c’est que les tournées partent à moitié vides."),
    "PRP A1": ("livraison", "Absorbe l’idée de Drive. Les deux tribus lisent le même chiffre, chaque lundi."),
    "REC A3": ("produit", "Écarté, puis repris : sans fiches sûres, aucun remplacement n’est acceptable."),
    "RMD A2": ("media", "Le libre-service ouvre aux petites marques ; la cible suppose le paiement en ligne."),
    "MKO B1": ("finance", "Point de départ à mesurer d’abord : Campagnes le doit pour la troisième semaine."),
    "Panier moyen": ("ecommerce", "On le lira, mais personne ne peut en répondre."),
    "Créneaux de moins d’une heure": ("livraison", "Lille rend ses chiffres en milieu de trimestre."),
    "Note sur les magasins d’applications": ("marque", "Un avis sur deux parle du magasin, pas de l’app."),
}

# Since it was published: what the target was, and why it changed.
LATER = ("RMD A2", "180000", "Le paiement en ligne du libre-service arrive un mois plus tard que prévu.")
DAYS_SINCE_LATER = 12
