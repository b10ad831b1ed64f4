"""The strategy of the year before: what the leadership had promised itself, and what it learned."""

from dataclasses import replace

from okr.demo.shapes import LAST_MONTH, KeyResultSpec, ObjectiveSpec
from okr.demo.verdicts import came_to, committed


def _monthly(spec: KeyResultSpec) -> KeyResultSpec:
    return replace(spec, last=LAST_MONTH, every=30)


STRATEGY = (
    ObjectiveSpec(
        title="Nos clients retrouvent confiance dans le Drive, commande après commande.",
        why="Une commande ratée sur six : avant de promettre du neuf, il faut tenir ce que nous promettons déjà.",
        owner="ecommerce",
        department="ecommerce",
        missed=0.2,
        key_results=(
            came_to(
                "Commandes Drive servies sans réclamation", "83.5 → 88.0 %", "86.0", "ecommerce",
                "Relation client, suivi des réclamations",
                "Les réclamations baissent là où l’on contrôle avant la remise, pas là où l’on forme davantage.",
                metric="Part des commandes retirées sans réclamation dans les 48 heures, 180 sites",
            ),
            came_to(
                "Ruptures remplacées par un produit que le client accepte", "52.9 → 58.0 %", "54.0", "cabinet",
                "Entrepôt de données, vue « ruptures »",
                "Nos règles d’équivalence ont atteint leur limite : il faut changer la règle, pas l’appliquer mieux.",
                metric="Lignes en rupture remplacées et non refusées, sur toutes les lignes en rupture",
                confidence=3,
            ),
            _monthly(came_to(
                "NPS des clients e-commerce", "26 → 32 pts", "31", "cabinet", "Enquête après commande",
                "La note suit le retrait à un mois près ; la livraison ne pèse pas encore assez pour la bouger.",
                metric="Promoteurs moins détracteurs, enquête envoyée après chaque retrait ou livraison",
                confidence=7,
            )),
        ),
    ),
    ObjectiveSpec(
        title="La livraison devient une promesse que l’on ose faire.",
        why="Nous livrons deux foyers sur trois de nos zones, et nous n’osons encore le dire à aucun.",
        owner="livraison",
        department="ecommerce",
        missed=0.2,
        key_results=(
            committed(came_to(
                "Livraisons effectuées dans le créneau promis", "86.0 → 90.0 %", "89.5", "livraison",
                "Outil de tournées",
                "Le créneau se perd au chargement, avant que le livreur ne parte.",
                metric="Part des livraisons remises entre le début et la fin du créneau choisi",
                confidence=7,
            ), "Les trois dernières semaines, les plus chargées, ont coûté le demi-point qui manque."),
            _monthly(came_to(
                "Marge contributive par commande livrée", "-2.60 → -1.50 €", "-1.80", "cabinet",
                "Contrôle de gestion, compte de résultat mensuel",
                "Une tournée de neuf commandes perd de l’argent quoi que l’on fasse ; à douze, elle en gagne presque.",
                metric="Marge après coûts variables de préparation et de livraison, par commande",
            )),
        ),
    ),
    ObjectiveSpec(
        title="Nos fidèles comprennent enfin ce que le programme leur apporte.",
        why="Le programme coûte cher et presque personne ne sait dire ce qu’il y gagne.",
        owner="marketing",
        department="marketing",
        missed=0.25,
        key_results=(
            committed(_monthly(came_to(
                "Chiffre d’affaires réalisé par des clients identifiés", "57.0 → 61.0 %", "61.0", "cabinet",
                "Entrepôt de données, ventes rattachées",
                "Demander la carte au début du passage en caisse, et non à la fin, fait presque tout.",
                metric="Part du chiffre d’affaires rattachée à un foyer connu, tous canaux",
                confidence=9,
            ))),
            came_to(
                "Attrition annuelle des fidèles omnicanaux", "19.2 → 16.5 %", "18.4", "marketing",
                "Entrepôt de données, foyers actifs",
                "Nous avons relancé des clients déjà partis : le signal utile vient deux mois plus tôt.",
                metric="Fidèles des deux canaux sans achat depuis 90 jours, rythme annuel",
                confidence=4,
            ),
        ),
    ),
    ObjectiveSpec(
        title="La régie devient un partenaire que les marques rappellent.",
        why="Les marques essaient notre régie une fois ; il faut qu’elles reviennent d’elles-mêmes.",
        owner="media",
        department="marketing",
        missed=0.25,
        key_results=(
            came_to(
                "Revenus retail media, rythme annuel", "9600000 → 11500000 €", "11200000", "media",
                "Facturation de la régie",
                "Trois grandes marques font la moitié des revenus : la croissance dépendra des autres.",
                metric="Revenus facturés des quatre dernières semaines, ramenés à l’année",
                confidence=7,
            ),
            came_to(
                "Campagnes renouvelées par la même marque", "41.0 → 50.0 %", "46.0", "media", "Outil de la régie",
                "Un bilan qui arrive après la négociation de l’année suivante ne sert plus à personne.",
                metric="Part des campagnes suivies d’une autre de la même marque dans les six mois",
                confidence=5,
            ),
        ),
    ),
)  # fmt: skip
