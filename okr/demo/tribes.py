"""Coursive's departments and its nine tribes, called North Stars there."""

from okr.demo.people import D, seats_of
from okr.demo.shapes import DepartmentSpec, TribeSpec

DEPARTMENTS = (
    DepartmentSpec(
        key="ecommerce",
        name="E-commerce",
        committee="CoDir E-commerce",
        members=("livraison", "tech", "produit", "finance", "cabinet"),
        sponsors=("ecommerce",),
    ),
    DepartmentSpec(
        key="marketing",
        name="Marketing",
        committee="CoDir Marketing",
        members=("media", "crm", "marque", "finance", "cabinet"),
        sponsors=("marketing",),
    ),
)

MISSIONS = (
    ("ecommerce", "DRV", "Drive", "Du clic au coffre, sans attendre et sans mauvaise surprise."),
    ("ecommerce", "LAD", "Livraison à domicile", "Le créneau promis est le créneau tenu."),
    ("ecommerce", "PRP", "Préparation & substitution", "Manquant ne veut plus dire oublié."),
    ("ecommerce", "REC", "Recherche & catalogue", "Trouver du premier coup ce que l’on est venu chercher."),
    ("ecommerce", "PAN", "Panier & paiement", "Payer sans y penser."),
    ("ecommerce", "APP", "App mobile", "Le magasin tient dans la poche."),
    ("marketing", "FID", "Fidélité", "Un avantage qui sert le mois même."),
    ("marketing", "RMD", "Retail media", "La publicité qui rend service."),
    ("marketing", "MKO", "Marketing opérationnel", "Le bon message, au bon foyer."),
)

# One designer sits in two tribes.
SHARED = {"APP": {D: ("APP.D", "DRV.D")}}

TRIBES = tuple(
    TribeSpec(code, name, mission, department, {**seats_of(code), **SHARED.get(code, {})})
    for department, code, name, mission in MISSIONS
)
