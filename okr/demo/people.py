"""Coursive's people. They are named by their role, so that nobody real is meant; namesakes say their tribe in brackets,
which leaves their call signs alone ("Lead Produit (Drive)" is LP).
"""

import unicodedata

from okr.demo.shapes import AbsenceSpec, Account, InvitationSpec, Person
from orgs.models import DemoPersona, Function, Role

P, T, D, B = Function.PRODUCT, Function.TECH, Function.DESIGN, Function.BUSINESS


def address(*words: str) -> str:
    """The local part of an e-mail: "lead.produit.drv"."""
    plain = unicodedata.normalize("NFKD", " ".join(words).lower().replace("’", " "))
    return ".".join("".join(sign if sign.isalnum() or sign == "-" else " " for sign in plain if sign.isascii()).split())


def _leader(key: str, name: str, function: Function, *roles: Role, title: str = "") -> Person:
    return Person(key, name, address(name), title or name, function, roles)


LEADERS = (
    _leader("ecommerce", "Directrice E-commerce", B, Role.SPONSOR, Role.CODIR),
    _leader("marketing", "Directrice Marketing", B, Role.SPONSOR, Role.CODIR, title="Directrice Marketing & Clients"),
    _leader("livraison", "Directeur Supply & Livraison", B, Role.CODIR),
    _leader("tech", "Directeur Tech & Data", T, Role.CODIR),
    _leader("produit", "Directeur Produit", P, Role.CPO, Role.CODIR),
    _leader("finance", "Directrice financière", B, Role.CODIR),
    _leader("media", "Directeur Retail media", B, Role.CODIR),
    _leader("crm", "Resp. CRM", B, Role.CODIR, title="Responsable CRM"),
    _leader("marque", "Directrice de la marque", B, Role.CODIR),
    _leader("cabinet", "Cheffe de cabinet", B, Role.CHIEF_OF_STAFF),
    _leader("coach", "Coach OKR", P, Role.COACH),
    _leader("administration", "Administratrice Polaris", T, Role.ADMINISTRATOR),
    _leader("magasin", "Directeur magasin Lille", B, Role.OBSERVER, title="Directeur de magasin"),
    _leader("client", "Resp. relation client", B, Role.OBSERVER, title="Responsable relation client"),
    _leader("gestion", "Contrôle de gestion", B, Role.OBSERVER, title="Contrôleuse de gestion"),
    _leader("rh", "Partenaire RH", B, Role.OBSERVER),
)

# Each tribe's short name, then its people by function; the first of each speaks for it.
TEAMS: dict[str, tuple[str, dict[Function, tuple[str, ...]]]] = {
    "DRV": ("Drive", {
        P: ("Lead Produit", "Product owner"),
        T: ("Lead Tech", "Développeuse mobile"),
        D: ("Lead Design", "Chercheuse UX"),
        B: ("Resp. opérations", "Animatrice réseau"),
    }),
    "LAD": ("Livraison", {
        P: ("Lead Produit", "Product owner"),
        T: ("Lead Tech", "Data analyst"),
        D: ("Lead Design", "Designer service"),
        B: ("Resp. transport", "Chef de tournées"),
    }),
    "PRP": ("Préparation", {
        P: ("Lead Produit", "Product owner"),
        T: ("Lead Tech", "Développeur back"),
        D: ("Lead Design", "Chercheur UX"),
        B: ("Resp. préparation", "Cheffe de rayon", "Acheteur frais"),
    }),
    "REC": ("Recherche", {
        P: ("Lead Produit", "Product owner"),
        T: ("Lead Tech", "Ingénieure moteur"),
        D: ("Lead Design", "Rédactrice produit"),
        B: ("Resp. catalogue", "Gestionnaire d’offre"),
    }),
    "PAN": ("Panier", {
        P: ("Lead Produit", "Product owner"),
        T: ("Lead Tech", "Développeuse paiement"),
        D: ("Lead Design", "Chercheuse UX"),
        B: ("Resp. paiement", "Analyste fraude"),
    }),
    "APP": ("App", {
        P: ("Lead Produit", "Product owner"),
        T: ("Lead Tech", "Développeur iOS", "Développeuse Android"),
        D: ("Designer produit",),
        B: ("Resp. usages", "Animateur communauté"),
    }),
    "FID": ("Fidélité", {
        P: ("Lead Produit", "Product owner"),
        T: ("Lead Tech", "Data analyst"),
        D: ("Lead Design", "Designer éditoriale"),
        B: ("Resp. fidélité", "Chef de projet CRM", "Responsable caisses"),
    }),
    "RMD": ("Régie", {
        P: ("Lead Produit", "Product owner"),
        T: ("Lead Tech", "Ingénieur données"),
        D: ("Lead Design", "Motion designer"),
        B: ("Resp. commercial", "Traffic manager"),
    }),
    "MKO": ("Campagnes", {
        P: ("Lead Produit", "Product owner"),
        T: ("Lead Tech", "Intégratrice e-mail"),
        D: ("Lead Design", "Directeur artistique"),
        B: ("Resp. campagnes", "Animatrice locale"),
    }),
}  # fmt: skip

INITIALS = {P: "P", T: "T", D: "D", B: "B"}


def _team(code: str) -> list[Person]:
    short, functions = TEAMS[code]
    return [
        Person(
            key=seat_key(code, function, number),
            name=f"{title} ({short})",
            email=address(title, code),
            title=title,
            function=function,
        )
        for function, titles in functions.items()
        for number, title in enumerate(titles, start=1)
    ]


def seat_key(code: str, function: Function, number: int) -> str:
    """ "DRV.P" for the first of a function, "DRV.P2" for the second."""
    return f"{code}.{INITIALS[function]}{number if number > 1 else ''}"


def seats_of(code: str) -> dict[Function, tuple[str, ...]]:
    return {
        function: tuple(seat_key(code, function, number) for number in range(1, len(titles) + 1))
        for function, titles in TEAMS[code][1].items()
    }


PEOPLE = (*LEADERS, *(person for code in TEAMS for person in _team(code)))

_PART = DemoPersona.Part
ACCOUNTS = (
    Account(person="ecommerce", part=_PART.SPONSOR),
    Account(person="livraison", part=_PART.CODIR),
    Account(person="cabinet", part=_PART.CHIEF_OF_STAFF),
    Account(person="coach", part=_PART.COACH),
    Account(person="produit", part=_PART.CPO),
    Account(person="DRV.P", part=_PART.TRIBE_LEAD),
    Account(person="DRV.T", part=_PART.TECH),
    Account(person="magasin", part=_PART.OBSERVER),
    Account(person="administration"),
)
INVITATIONS = (
    InvitationSpec("data.analyst.fid2", "administration", 2, Role.MEMBER, "FID", T),
    InvitationSpec("cheffe.de.produit.app", "administration", 6, Role.MEMBER, "APP", P),
    InvitationSpec("partenaire.regie", "administration", 21, Role.OBSERVER, "RMD", B),
)
ABSENCES = (
    AbsenceSpec("DRV.D", -4, 9, "DRV.T"),
    AbsenceSpec("DRV.P", 20, 31, "DRV.T"),
)
