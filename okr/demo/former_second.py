"""The first quarter that anybody tried: three pilot tribes, too many key results, figures that moved little."""

from okr.demo.shapes import InitiativeSpec as Work
from okr.demo.shapes import ObjectiveSpec
from okr.demo.verdicts import came_to, committed
from okr.models import Initiative

DELIVERED, CANCELLED = Initiative.State.DELIVERED, Initiative.State.CANCELLED

SECOND = (
    ObjectiveSpec(
        tribe="DRV",
        title="Une commande annoncée prête l’est vraiment à l’arrivée du client.",
        owner="P",
        missed=0.4,
        serves=(("1.1", "Une commande que l’on attend est une commande dont on se plaint."),),
        key_results=(
            came_to("Commandes prêtes à l’heure annoncée", "52.0 → 70.0 %", "57.5", "P", "Outil de préparation",
                    "Nous suivions une moyenne : les sites en difficulté y disparaissaient.", confidence=3),
            came_to("Sites équipés de l’affichage des commandes en attente", "20 → 120 sites", "64", "T",
                    "Déploiement réseau",
                    "Nous avons compté un déploiement, pas ce qu’il change pour le client : à ne plus refaire.",
                    confidence=4),
            came_to("Attente médiane sur la piste", "9.5 → 7.0 min", "8.9", "P", "Relevés manuels, six sites",
                    "Six sites relevés à la main ne disent rien des 174 autres.", confidence=3),
        ),
    ),
    ObjectiveSpec(
        tribe="DRV",
        title="Les équipes de piste savent quoi préparer en premier.",
        owner="B",
        missed=0.5,
        serves=(("1.1", "Une commande reprise deux fois est une commande abîmée."),),
        key_results=(
            committed(
                came_to("Commandes reprises faute de tri", "11.0 → 7.0 %", "9.0", "B", "Outil de préparation",
                        "Le tri par heure de retrait suffit ; le tri par zone froide complique tout.", confidence=5),
                "La règle de tri n’est arrivée sur les sites qu’à la neuvième semaine.",
            ),
        ),
    ),
    ObjectiveSpec(
        tribe="PAN",
        title="Le panier ne réserve plus de surprise au moment de payer.",
        owner="P",
        missed=0.35,
        serves=(("1.3", "Un prix qui change au paiement fait un détracteur à coup sûr."),),
        key_results=(
            came_to("Paniers abandonnés au paiement", "29.0 → 24.0 %", "27.5", "P", "Entonnoir de commande",
                    "Nous avions quatre pistes et aucune mesure : deux mois pour savoir laquelle compte.",
                    confidence=4),
            came_to("Paiements refusés à tort", "6.20 → 4.50 %", "5.10", "T", "Prestataire de paiement",
                    "La moitié des refus vient de deux banques, une conversation a suffi.", confidence=6),
            committed(
                came_to("Paniers dont le prix change au paiement", "3.8 → 1.0 %", "1.2", "B", "Entrepôt de données",
                        "Recalculer le prix à l’ouverture du panier coûte peu et évite presque tous les écarts.",
                        confidence=8),
                "Les produits au poids restent recalculés au retrait.",
            ),
        ),
    ),
    ObjectiveSpec(
        tribe="FID",
        title="Un fidèle sait ce qu’il a gagné sans avoir à le demander.",
        owner="P",
        missed=0.45,
        serves=(("3.1", "Un client qui voit ce qu’il gagne présente sa carte."),),
        key_results=(
            came_to("Fidèles qui consultent leurs avantages chaque mois", "18 → 30 %", "26", "P", "Base clients",
                    "Le ticket de caisse est lu, l’e-mail de solde ne l’est pas.", confidence=6),
            came_to("Avantages utilisés dans le mois où ils sont gagnés", "26.0 → 38.0 %", "29.0", "B",
                    "Plateforme de fidélité",
                    "Voir un avantage ne suffit pas : il faut pouvoir l’utiliser le jour même.", confidence=4),
            committed(
                came_to("Réclamations « points manquants » pour 10 000 passages", "34 → 24", "25", "B",
                        "Relation client", "Les trois quarts des réclamations viennent du délai d’affichage.",
                        confidence=7),
                "Une panne d’une semaine en caisse, en fin de trimestre.",
            ),
        ),
    ),
)  # fmt: skip

SECOND_INITIATIVES = (
    Work(tribe="DRV", title="Écran des commandes en attente, premier lot", owner="T", answers=("A2",), weeks=(2, 10),
         state=DELIVERED),
    Work(tribe="DRV", title="Arches de retrait à reconnaissance de plaque", owner="P", answers=("A3",), weeks=(4, 9),
         state=CANCELLED, note="Trop cher pour six sites"),
    Work(tribe="PAN", title="Prix recalculé à l’ouverture du panier", owner="T", answers=("A3",), weeks=(1, 6),
         state=DELIVERED),
    Work(tribe="FID", title="Points gagnés imprimés sur le ticket", owner="B", answers=("A1",), weeks=(3, 8),
         state=DELIVERED),
)  # fmt: skip
