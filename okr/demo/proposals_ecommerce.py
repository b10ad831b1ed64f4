"""Next quarter, proposed by Drive, Livraison and Préparation."""

from okr.demo.proposals import idea
from okr.demo.shapes import ObjectiveSpec

DRIVE = (
    ObjectiveSpec(
        tribe="DRV",
        title="Au retrait, le client repart avant d’avoir eu le temps d’attendre.",
        owner="P",
        serves=(
            ("1.1", "Une remise rapide et complète ne donne presque jamais lieu à réclamation."),
            ("1.3", "L’attente reste le premier motif cité par les détracteurs du Drive."),
        ),
        key_results=(
            idea("Attente médiane sur la piste", "5.4 → 4.0 min", "P", "Capteurs de piste"),
            idea("Commandes prêtes à l’arrivée du client", "88 → 94 %", "T", "Outil de préparation"),
            idea("Part des retraits piétons", "6 → 12 %", "B", "Capteurs de piste"),
            idea("Note de propreté des pistes", "4.1 → 4.5 note", "B", "Enquête après retrait"),
            idea("NPS après retrait", "46 → 52 pts", "D", "Enquête après retrait"),
        ),
    ),
    ObjectiveSpec(
        tribe="DRV",
        title="Le client choisit lui-même ce qui remplace ce qui manque.",
        owner="P",
        serves=(
            ("1.4", "Un remplacement choisi par le client est presque toujours accepté."),
            ("1.1", "Le produit manquant reste la première cause de réclamation."),
        ),
        key_results=(
            idea("Ruptures annoncées au client avant son arrivée", "41 → 65 %", "P", "Entrepôt de données"),
            idea("Réclamations « produit manquant » pour 1 000 commandes", "14.8 → 9.0", "B", "Relation client"),
            idea("Ouverture des SMS de retrait", "71 → 80 %", "B", "Outil de messages"),
        ),
    ),
    ObjectiveSpec(
        tribe="DRV",
        title="Choisir son créneau et préparer la commande coulent de source.",
        owner="T",
        serves=(
            ("1.2", "L’étape créneau est la plus longue du parcours après la recherche."),
            ("2.2", "Le rythme de préparation fait la marge des commandes livrées depuis nos pistes."),
        ),
        key_results=(
            idea("Abandon à l’étape créneau", "27 → 18 %", "D", "Entonnoir de commande"),
            idea("Commandes préparées par heure et par personne", "64 → 74", "T", "Outil de préparation"),
            idea("Nombre de pistes équipées de bornes", "120 → 300", "B", "Parc des équipements"),
            idea("Livrer la nouvelle page de choix des créneaux", "fait", "D"),
        ),
    ),
)

DELIVERY = (
    ObjectiveSpec(
        tribe="LAD",
        title="L’heure annoncée est l’heure tenue, en ville comme à la campagne.",
        owner="P",
        serves=(("2.1", "Les villes moyennes portent désormais l’essentiel de l’écart."),),
        key_results=(
            idea("Livraisons dans le créneau promis, métropoles", "92.4 → 96 %", "P", "Outil de tournées"),
            idea("Livraisons dans le créneau promis, villes moyennes", "88.7 → 94 %", "B", "Outil de tournées"),
            idea("Créneaux de moins d’une heure", "3 → 12 %", "T", "Outil de tournées"),
            idea("Livraisons replanifiées", "9 → 5 %", "T", "Outil de tournées"),
            idea("Villes livrées le dimanche", "0 → 40", "B", "Plan de transport"),
        ),
    ),
    ObjectiveSpec(
        tribe="LAD",
        title="Une livraison complète donne envie de recommencer.",
        owner="D",
        serves=(
            ("1.4", "Une commande complète est une commande sans rupture subie."),
            ("2.3", "La deuxième commande se décide à l’ouverture des sacs de la première."),
            ("1.3", "Le NPS de la livraison suit de près la part de commandes complètes."),
        ),
        key_results=(
            idea("Commandes livrées complètes", "83 → 90 %", "B", "Outil de préparation"),
            idea("Clients qui recommandent sous 30 jours", "44 → 52 %", "P", "Entrepôt de données"),
            idea("NPS livraison", "38 → 46 pts", "D", "Enquête après livraison"),
            idea("Déployer le suivi du livreur en temps réel", "fait", "T"),
        ),
    ),
    ObjectiveSpec(
        tribe="LAD",
        title="Habiter loin du magasin ne prive plus personne du choix.",
        owner="B",
        serves=(("2.2", "La dernière étape fait les deux tiers du coût d’une commande livrée."),),
        key_results=(
            idea("Coût de la dernière étape par commande", "7.90 → 6.60 €", "B", "Contrôle de gestion"),
            idea("Tournées en véhicule électrique", "18 → 35 %", "B", "Parc des transporteurs"),
            idea("Nombre de villes couvertes", "212 → 260", "P", "Plan de transport"),
        ),
    ),
)

PREPARATION = (
    ObjectiveSpec(
        tribe="PRP",
        title="Un produit qui manque n’est plus jamais une mauvaise surprise.",
        owner="P",
        serves=(("1.4", "La règle de remplacement reste notre levier principal."),),
        key_results=(
            idea("Produits manquants remplacés dès la préparation", "69 → 80 %", "P", "Outil de préparation"),
            idea("Remplacements refusés au retrait", "29 → 20 %", "B", "Outil de préparation"),
            idea("Clients avec une préférence de remplacement", "12 → 24 %", "D", "Base clients"),
            idea("Règles d’équivalence publiées", "180 → 600", "B", "Référentiel produit"),
        ),
    ),
    ObjectiveSpec(
        tribe="PRP",
        title="Chaque commande part juste, complète et intacte.",
        owner="B",
        serves=(
            ("1.1", "Une erreur de préparation sur deux devient une réclamation."),
            ("2.1", "Une préparation en retard fait partir toute la tournée en retard."),
        ),
        key_results=(
            idea("Commandes préparées sans erreur", "94.1 → 97 %", "B", "Contrôle qualité"),
            idea("Manquants pour 1 000 commandes", "15 → 9", "P", "Outil de préparation"),
            idea("Commandes replanifiées faute de préparation", "4 → 2 %", "T", "Outil de tournées"),
        ),
    ),
    ObjectiveSpec(
        tribe="PRP",
        title="Les préparateurs perdent moins de gestes et moins de produits.",
        owner="T",
        serves=(("2.2", "La casse et les bacs mal remplis se paient sur chaque commande livrée."),),
        key_results=(
            idea("Casse et démarque de préparation", "1.9 → 1.4 %", "B", "Inventaire"),
            idea("Formation d’un nouveau préparateur", "12 → 7 jours", "B", "Suivi des équipes"),
            idea("Taux de remplissage des bacs", "61 → 72 %", "T", "Outil de préparation"),
            idea("Satisfaction des préparateurs", "6.8 → 7.5 note", "D", "Sondage dans le PDA"),
        ),
    ),
)
