"""The last quarter of the year before: the method is known, and most figures come near their targets."""

from dataclasses import replace

from okr.demo.shapes import InitiativeSpec as Work
from okr.demo.shapes import ObjectiveSpec
from okr.demo.verdicts import came_to, committed
from okr.models import Initiative, KeyResult

DELIVERED, CANCELLED = Initiative.State.DELIVERED, Initiative.State.CANCELLED

FOURTH = (
    ObjectiveSpec(
        tribe="DRV",
        title="La commande attend le client, jamais l’inverse.",
        owner="P",
        missed=0.15,
        serves=(("1.1", "Une commande prête est remise sans réclamation quatre fois sur cinq de plus."),),
        key_results=(
            came_to("Commandes prêtes à l’heure annoncée", "62.0 → 72.0 %", "71.0", "P", "Outil de préparation",
                    "Deux préparateurs à l’ouverture évitent la file de toute la matinée.", confidence=8),
            committed(
                came_to("Appels « où en est ma commande ? » pour 1 000 commandes", "52.0 → 45.0", "46.0", "B",
                        "Relation client", "Le message de retard, envoyé à temps, remplace l’appel deux fois sur trois.",
                        confidence=8),
                "Une semaine de grève des transports a fait remonter les appels.",
            ),
        ),
    ),
    ObjectiveSpec(
        tribe="LAD",
        title="Le client n’attend plus derrière sa porte.",
        owner="P",
        missed=0.2,
        serves=(("2.1", "Un client prévenu est un client présent, et une tournée à l’heure."),),
        key_results=(
            came_to("Livraisons manquées pour absence du client", "8.1 → 6.0 %", "6.4", "P", "Outil de tournées",
                    "Un client sur deux absent avait oublié le jour, pas l’heure.", confidence=7),
            came_to("Livraisons dans le créneau promis, métropoles", "88.2 → 90.5 %", "89.6", "T", "Outil de tournées",
                    "Le mois le plus chargé se gagne deux mois avant, avec les contrats d’appoint.", confidence=6),
            committed(replace(
                came_to("Heures supplémentaires des livreurs", "2.0 → 4.0 %", "3.6", "B", "Planning des transporteurs",
                        "Un planning publié deux semaines avant tient même les semaines chargées.", confidence=8),
                direction=KeyResult.Direction.WITHIN,
                tolerance="1.0",
            )),
        ),
    ),
    ObjectiveSpec(
        tribe="PRP",
        title="Chaque sac est complet avant d’être fermé.",
        owner="P",
        missed=0.1,
        serves=(
            ("1.1", "Un produit oublié est la première cause de réclamation."),
            ("1.2", "Une rupture vue tôt laisse le temps de proposer autre chose."),
        ),
        key_results=(
            came_to("Commandes préparées sans erreur", "89.5 → 91.0 %", "90.5", "B", "Contrôle qualité",
                    "Les erreurs qui restent viennent des produits qui se ressemblent.", confidence=7),
            came_to("Ruptures découvertes au retrait", "41.0 → 30.0 %", "33.0", "P", "Outil de préparation",
                    "Signaler une rupture prenait sept gestes : personne ne le faisait.", confidence=6),
        ),
    ),
    ObjectiveSpec(
        tribe="REC",
        title="Le catalogue répond aux questions de tous les jours.",
        owner="P",
        missed=0.1,
        serves=(("1.3", "Une fiche incomplète se découvre à l’ouverture du sac."),),
        key_results=(
            committed(
                came_to("Fiches produit complètes", "63.0 → 75.0 %", "74.0", "B", "Contrôle qualité du catalogue",
                        "Les petits fournisseurs répondent mieux au téléphone qu’au formulaire.", confidence=8),
                "Deux fournisseurs de surgelés n’ont rien envoyé.",
            ),
            came_to("Recherches sans résultat", "11.4 → 9.0 %", "9.6", "P", "Journal du moteur de recherche",
                    "Les fautes de frappe sont désormais la première cause d’échec.", confidence=7),
        ),
    ),
    ObjectiveSpec(
        tribe="PAN",
        title="Un client décidé arrive toujours au bout.",
        owner="P",
        missed=0.2,
        serves=(("1.3", "Chaque abandon au paiement est un client qui raconte sa matinée perdue."),),
        key_results=(
            came_to("Paniers abandonnés au paiement", "26.4 → 24.5 %", "25.0", "P", "Entonnoir de commande",
                    "Dire à l’avance quels moyens de paiement sont acceptés rassure plus qu’un moyen de plus.",
                    confidence=7),
            committed(came_to("Paniers perdus entre deux appareils", "22.0 → 17.0 %", "17.0", "T", "Suivi des paniers",
                              "Une session de trente jours ne gêne personne et sauve un panier sur cinq.",
                              confidence=9)),
        ),
    ),
    ObjectiveSpec(
        tribe="APP",
        title="L’app est prête avant que le client ne la sorte de sa poche.",
        owner="P",
        missed=0.2,
        serves=(("3.1", "La carte s’ouvre dans l’app, ou ne s’ouvre pas."),),
        key_results=(
            committed(
                came_to("Durée d’ouverture de l’app", "6.4 → 5.0 s", "5.2", "T", "Suivi des performances mobiles",
                        "Le premier écran n’a pas besoin du réseau : le garder en mémoire suffit.", confidence=7),
                "Les téléphones de plus de cinq ans restent à sept secondes.",
            ),
            came_to("Clients qui ouvrent l’app en magasin", "10.0 → 13.0 %", "12.0", "P", "Mesure d’audience mobile",
                    "La liste de courses fait revenir chaque semaine, le reste chaque mois.", confidence=6),
        ),
    ),
    ObjectiveSpec(
        tribe="FID",
        title="Chaque passage compte, quel que soit le canal.",
        owner="P",
        missed=0.3,
        serves=(("3.1", "Un compte rapproché rattache les achats d’un second canal."),),
        key_results=(
            came_to("Comptes en double rapprochés", "9.0 → 25.0 %", "20.0", "T", "Base clients",
                    "Proposer le rapprochement au moment où le client voit ses points marche une fois sur deux.",
                    confidence=7),
            committed(
                came_to("Réclamations « points manquants » pour 10 000 passages", "20 → 17", "19", "B",
                        "Relation client", "Les points d’un jeu arrivent tard, et tout le monde les attend.",
                        confidence=4),
                "Le grand jeu de l’enseigne a doublé les points à vérifier.",
            ),
            came_to("Avantages utilisés dans le mois où ils sont gagnés", "30.5 → 35.0 %", "33.0", "B",
                    "Plateforme de fidélité", "Un avantage qui expire à la fin du mois est lu, les autres attendent.",
                    confidence=6),
        ),
    ),
    ObjectiveSpec(
        tribe="RMD",
        title="Une campagne se lance sans réunion de plus.",
        owner="P",
        missed=0.25,
        serves=(("4.1", "Un délai plus court laisse tenir deux campagnes là où une seule passait."),),
        key_results=(
            came_to("Mise en ligne d’une campagne", "27 → 20 jours", "21", "P", "Outil de la régie",
                    "Les visuels refusés coûtent plus de jours que tout le reste.", confidence=7),
            came_to("Chiffre d’affaires des marques régionales, par mois", "60000 → 90000 €", "85000", "B",
                    "Facturation de la régie", "Un interlocuteur par région a ouvert plus de portes qu’une offre de plus.",
                    metric="Revenus facturés, marques distribuées dans moins de quatre régions", confidence=7),
        ),
    ),
    ObjectiveSpec(
        tribe="MKO",
        title="Une offre arrive quand on prépare sa liste.",
        owner="P",
        missed=0.35,
        serves=(("3.2", "Un message utile retient, un message de trop fait partir."),),
        key_results=(
            came_to("Offres reçues avant le jour de courses habituel", "14.0 → 25.0 %", "22.0", "T",
                    "Plateforme d’offres", "Envoyer la veille au soir, et non le matin, double l’activation.",
                    confidence=7),
            came_to("NPS des e-mails de la marque", "-15 → -5 pts", "-8", "D", "Questionnaire au pied de l’e-mail",
                    "La note remonte dès que l’on supprime le message du dimanche.",
                    metric="Promoteurs moins détracteurs, questionnaire au pied de l’e-mail", confidence=6),
        ),
    ),
)  # fmt: skip

FOURTH_INITIATIVES = (
    Work(tribe="DRV", title="Deux préparateurs dès l’ouverture", owner="B", answers=("A1",), weeks=(1, 4),
         state=DELIVERED),
    Work(tribe="LAD", title="Rappel du jour de livraison la veille", owner="P", answers=("A1",), weeks=(2, 6),
         state=DELIVERED),
    Work(tribe="PRP", title="Signalement d’une rupture en deux gestes", owner="D", answers=("A2",), weeks=(5, 12),
         state=DELIVERED),
    Work(tribe="REC", title="Appels aux cent fournisseurs les plus vendus", owner="B", answers=("A1",), weeks=(1, 9),
         state=DELIVERED),
    Work(tribe="PAN", title="Session de trente jours", owner="T", answers=("A2",), weeks=(2, 5), state=DELIVERED),
    Work(tribe="APP", title="Premier écran gardé en mémoire", owner="T", answers=("A1",), weeks=(3, 8),
         state=DELIVERED),
    Work(tribe="FID", title="Rapprochement proposé au client", owner="P", answers=("A1",), weeks=(2, 9),
         state=DELIVERED),
    Work(tribe="RMD", title="Un interlocuteur par région", owner="B", answers=("A2",), weeks=(0, 5), state=DELIVERED),
    Work(tribe="MKO", title="Jeu de l’enseigne dans l’app", owner="D", answers=("A2",), weeks=(6, 11), state=CANCELLED,
         note="Le jeu national suffisait"),
)  # fmt: skip
