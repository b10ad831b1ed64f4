"""The first quarter of all nine tribes: fewer key results each, and weeks missed for want of habit."""

from dataclasses import replace

from okr.demo.shapes import InitiativeSpec as Work
from okr.demo.shapes import ObjectiveSpec
from okr.demo.verdicts import came_to, committed
from okr.models import Initiative, KeyResult

DELIVERED, CANCELLED = Initiative.State.DELIVERED, Initiative.State.CANCELLED

THIRD = (
    ObjectiveSpec(
        tribe="DRV",
        title="Le client est servi sans chercher où se garer ni qui appeler.",
        owner="P",
        missed=0.3,
        serves=(("1.1", "L’attente et le doute font la moitié des réclamations."),),
        key_results=(
            came_to("Commandes prêtes à l’heure annoncée", "57.5 → 66.0 %", "62.0", "P", "Outil de préparation",
                    "Regarder les vingt sites les plus lents vaut mieux que la moyenne des 180.", confidence=5),
            came_to("Attente médiane sur la piste", "8.9 → 7.5 min", "8.1", "P", "Capteurs de piste, 40 sites",
                    "Les capteurs montrent que l’on attend surtout avant l’arche, pas devant.", confidence=6),
            committed(
                came_to("Appels « où en est ma commande ? » pour 1 000 commandes", "58.0 → 45.0", "52.0", "B",
                        "Relation client", "Un client prévenu d’un retard n’appelle pas ; un client sans nouvelle, si.",
                        confidence=4),
                "Les messages de retard ne partaient que pour les commandes du matin.",
            ),
        ),
    ),
    ObjectiveSpec(
        tribe="LAD",
        title="Le créneau choisi est un créneau que l’on sait tenir.",
        owner="P",
        missed=0.35,
        serves=(("2.1", "Un créneau vendu sans tournée derrière est un retard annoncé."),),
        key_results=(
            came_to("Livraisons dans le créneau promis, métropoles", "86.5 → 89.0 %", "88.2", "P", "Outil de tournées",
                    "Fermer un créneau une heure plus tôt fait plus que dix livreurs de plus.", confidence=6),
            committed(
                came_to("Créneaux vendus sans tournée disponible", "7.5 → 2.0 %", "4.5", "T", "Outil de tournées",
                        "Le stock de créneaux se calcule par quartier, pas par ville.", confidence=4),
                "Deux transporteurs ne publient leurs tournées que la veille.",
            ),
            replace(
                came_to("Heures supplémentaires des livreurs", "2.0 → 4.0 %", "4.6", "B", "Planning des transporteurs",
                        "Les congés se préparent un trimestre avant : les remplacements manquaient dès le premier mois."),
                direction=KeyResult.Direction.WITHIN,
                tolerance="1.0",
            ),
        ),
    ),
    ObjectiveSpec(
        tribe="PRP",
        title="Le préparateur passe moins de temps à chercher qu’à préparer.",
        owner="P",
        missed=0.25,
        serves=(("1.1", "Un préparateur pressé ferme des sacs incomplets."),),
        key_results=(
            came_to("Commandes préparées sans erreur", "87.0 → 91.0 %", "89.5", "B", "Contrôle qualité",
                    "Le plan du rayon à jour corrige plus d’erreurs que la formation.", confidence=6),
            came_to("Temps de recherche d’un produit introuvable", "74 → 50 s", "61", "P", "Outil de préparation",
                    "Après quarante secondes, un produit introuvable le reste.", confidence=5),
        ),
    ),
    ObjectiveSpec(
        tribe="REC",
        title="Un produit trouvé est un produit vraiment disponible.",
        owner="P",
        missed=0.2,
        serves=(("1.2", "Une fiche complète propose d’elle-même un remplaçant acceptable."),),
        key_results=(
            came_to("Fiches produit complètes", "52.0 → 70.0 %", "63.0", "B", "Contrôle qualité du catalogue",
                    "Cent fournisseurs font neuf fiches incomplètes sur dix.", confidence=6),
            came_to("Recherches sans résultat", "14.0 → 10.0 %", "11.4", "P", "Journal du moteur de recherche",
                    "Un dictionnaire de marques vaut dix réglages du moteur.", confidence=7),
        ),
    ),
    ObjectiveSpec(
        tribe="PAN",
        title="Payer ne demande plus de tout recommencer.",
        owner="P",
        missed=0.25,
        serves=(("1.3", "Recommencer un panier est le motif le plus cité par les détracteurs."),),
        key_results=(
            came_to("Paniers abandonnés au paiement", "27.5 → 25.0 %", "26.4", "P", "Entonnoir de commande",
                    "Le paiement n’est pas trop long, il est trop incertain.", confidence=4),
            committed(
                came_to("Paniers perdus entre deux appareils", "28.0 → 20.0 %", "22.0", "T", "Suivi des paniers",
                        "La plupart des pertes viennent d’une session expirée, non d’un appareil changé.",
                        confidence=7),
                "La reprise de session sur iOS est arrivée deux semaines trop tard.",
            ),
        ),
    ),
    ObjectiveSpec(
        tribe="APP",
        title="L’app s’ouvre vite, partout, pour tout le monde.",
        owner="P",
        missed=0.3,
        serves=(("1.3", "Une app lente au retrait se paie en note d’enquête."),),
        key_results=(
            came_to("Durée d’ouverture de l’app", "7.8 → 5.5 s", "6.4", "T", "Suivi des performances mobiles",
                    "Les images font le poids, le réseau des parkings fait l’attente.", confidence=6),
            came_to("Clients qui ouvrent l’app en magasin", "7.0 → 12.0 %", "10.0", "P", "Mesure d’audience mobile",
                    "On n’ouvre pas une app pour une promotion, on l’ouvre pour une liste.", confidence=6),
        ),
    ),
    ObjectiveSpec(
        tribe="FID",
        title="Le compte d’un fidèle est le même partout.",
        owner="P",
        missed=0.4,
        serves=(("3.1", "Deux comptes pour un foyer, c’est un achat sur deux que l’on ne voit pas."),),
        key_results=(
            came_to("Comptes en double rapprochés", "4.0 → 15.0 %", "9.0", "T", "Base clients",
                    "Le rapprochement automatique se trompe une fois sur cinq : trop pour le faire sans demander.",
                    confidence=4),
            came_to("Avantages utilisés dans le mois où ils sont gagnés", "29.0 → 34.0 %", "30.5", "B",
                    "Plateforme de fidélité",
                    "Les vacances changent les courses de tout le monde : comparer à l’année d’avant, pas au mois d’avant.",
                    confidence=3),
            committed(came_to("Réclamations « points manquants » pour 10 000 passages", "25 → 20", "20", "B",
                              "Relation client", "Un délai annoncé ne fait plus réclamer.", confidence=8)),
        ),
    ),
    ObjectiveSpec(
        tribe="RMD",
        title="Une marque sait ce qu’elle achète avant de signer.",
        owner="P",
        missed=0.45,
        serves=(("4.2", "Une marque qui sait ce qu’elle voulait sait si elle l’a obtenu."),),
        key_results=(
            came_to("Mise en ligne d’une campagne", "32 → 24 jours", "27", "P", "Outil de la régie",
                    "Un modèle de contrat unique fait gagner une semaine à lui seul.", confidence=6),
            committed(
                came_to("Campagnes avec un objectif mesurable écrit", "35 → 80 %", "71", "T", "Outil de la régie",
                        "Les commerciaux écrivent l’objectif quand le devis le demande.", confidence=7),
                "Les contrats signés avant le trimestre n’ont pas été repris.",
            ),
        ),
    ),
    ObjectiveSpec(
        tribe="MKO",
        title="Chaque message part pour une raison que le client comprend.",
        owner="P",
        missed=0.5,
        serves=(("3.2", "Le désabonnement est le premier signe d’un départ."),),
        key_results=(
            came_to("Offres reçues avant le jour de courses habituel", "9.0 → 20.0 %", "14.0", "T",
                    "Plateforme d’offres", "Le jour de courses existe dans nos données ; personne ne l’avait cherché.",
                    confidence=5),
            came_to("Désabonnements pour 10 000 e-mails", "31 → 20", "29", "D", "Plateforme d’e-mails",
                    "Nous avons réécrit les messages ; c’est leur nombre qui fait partir.", confidence=3),
        ),
    ),
)  # fmt: skip

THIRD_INITIATIVES = (
    Work(tribe="DRV", title="Capteurs de piste sur quarante sites", owner="T", answers=("A2",), weeks=(1, 8),
         state=DELIVERED),
    Work(tribe="LAD", title="Stock de créneaux par quartier", owner="T", answers=("A2",), weeks=(3, 11),
         state=DELIVERED),
    Work(tribe="PRP", title="Plan du rayon dans le terminal", owner="P", answers=("A1", "A2"), weeks=(2, 9),
         state=DELIVERED),
    Work(tribe="REC", title="Dictionnaire des marques et des gammes", owner="P", answers=("A2",), weeks=(1, 5),
         state=DELIVERED),
    Work(tribe="APP", title="Images allégées sur tous les écrans", owner="T", answers=("A1",), weeks=(4, 10),
         state=DELIVERED),
    Work(tribe="FID", title="Rapprochement automatique des comptes", owner="T", answers=("A1",), weeks=(2, 8),
         state=CANCELLED, note="Une erreur sur cinq"),
)  # fmt: skip
