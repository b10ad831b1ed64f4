"""Next quarter, proposed by Recherche, Panier and App."""

from okr.demo.proposals import idea
from okr.demo.shapes import ObjectiveSpec

SEARCH = (
    ObjectiveSpec(
        tribe="REC",
        title="Refaire ses courses habituelles ne demande plus de chercher.",
        owner="P",
        serves=(("1.2", "La recherche fait la moitié du temps d’un panier habituel."),),
        key_results=(
            idea("Recherches sans résultat", "7.2 → 4.0 %", "P", "Journal du moteur de recherche"),
            idea("Ajouts au panier depuis le premier écran", "38 → 47 %", "D", "Mesure d’audience"),
            idea("Temps pour refaire ses courses habituelles", "9.8 → 7.0 min", "P", "Mesure d’audience"),
            idea("Recherches vocales abouties", "22 → 50 %", "T"),
            idea("Temps médian de composition du panier", "11.2 → 9.0 min", "D", "Mesure d’audience"),
            idea("Migrer vers le nouveau moteur de recherche", "fait", "T"),
        ),
    ),
    ObjectiveSpec(
        tribe="REC",
        title="Le catalogue ne promet que ce que le magasin peut tenir.",
        owner="B",
        serves=(
            ("1.4", "Un produit absent que l’on ne montre pas n’a pas besoin d’être remplacé."),
            ("1.3", "Une fiche juste évite la déception à l’ouverture du sac."),
        ),
        key_results=(
            idea(
                "Produits en rupture affichés dans la recherche", "6.2 → 3.0 %", "T", "Journal du moteur de recherche"
            ),
            idea(
                "Fiches produit complètes (allergènes, Nutri-Score)", "88 → 97 %", "B", "Contrôle qualité du catalogue"
            ),
            idea("Pertinence notée par les clients", "? → 4.2 note", "P", "Questionnaire dans l’app"),
        ),
    ),
    ObjectiveSpec(
        tribe="REC",
        title="Une idée de repas se transforme en panier sans effort.",
        owner="D",
        serves=(
            ("4.3", "Une recette sponsorisée est jugée utile quand elle aide à composer le repas."),
            ("1.2", "Un repas ajouté d’un geste remplace six recherches."),
        ),
        key_results=(
            idea("Emplacements sponsorisés masqués par les clients", "11 → 7 %", "D", "Mesure d’audience"),
            idea("Commandes issues d’une recette", "2.1 → 5.0 %", "P", "Entrepôt de données"),
            idea("Utilité perçue des emplacements", "41 → 46 %", "B", "Questionnaire dans l’app"),
        ),
    ),
)

BASKET = (
    ObjectiveSpec(
        tribe="PAN",
        title="Payer devient la partie que le client ne remarque plus.",
        owner="P",
        serves=(
            ("1.2", "Le paiement reste la dernière étape lente du parcours."),
            ("2.2", "Un paiement refusé à tort coûte une préparation et une tournée pour rien."),
        ),
        key_results=(
            idea("Paniers abandonnés au paiement", "21 → 15 %", "P", "Entonnoir de commande"),
            idea("Paiements refusés à tort", "3.4 → 1.8 %", "T", "Prestataire de paiement"),
            idea("Codes promo mal saisis", "8 → 3 %", "D", "Entonnoir de commande"),
            idea("Mettre en place le nouveau prestataire de paiement", "fait", "T"),
        ),
    ),
    ObjectiveSpec(
        tribe="PAN",
        title="Le panier habituel est prêt avant même que le client n’arrive.",
        owner="D",
        serves=(("1.2", "Le panier prérempli fait gagner plus de temps que toute autre étape."),),
        key_results=(
            idea("Commandes parties d’un panier prérempli", "14 → 30 %", "D", "Entrepôt de données"),
            idea("Délai de composition d’un panier habituel", "11.2 → 8.5 min", "P", "Mesure d’audience"),
            idea("Panier moyen", "78 → 84 €", "B", "Contrôle de gestion"),
        ),
    ),
    ObjectiveSpec(
        tribe="PAN",
        title="Chaque foyer paie comme il l’entend, sans que personne n’y perde.",
        owner="B",
        serves=(
            ("1.3", "Le titre-restaurant refusé est une déception devant le coffre ouvert."),
            ("2.2", "Les petits paniers livrés sont ceux qui coûtent le plus."),
        ),
        key_results=(
            idea("Paiements en titre-restaurant aboutis", "82 → 92 %", "B", "Prestataire de paiement"),
            idea("Marge des paniers livrés de moins de 60 €", "-2.10 → -0.80 €", "B", "Contrôle de gestion"),
            idea("Paiement fractionné", "2 → 6 %", "P", "Prestataire de paiement"),
            idea("Moyens de paiement acceptés", "6 → 9", "T", "Prestataire de paiement"),
        ),
    ),
)

APP = (
    ObjectiveSpec(
        tribe="APP",
        title="L’app répond toujours, même debout, même sans réseau.",
        owner="T",
        serves=(("1.3", "Une panne au moment du retrait efface tout le reste de l’expérience."),),
        key_results=(
            idea("Sessions sans incident", "98.9 → 99.7 %", "T", "Suivi des incidents mobiles"),
            idea("Parcours réalisables au lecteur d’écran", "61 → 95 %", "D", "Audit d’accessibilité"),
            idea("Note sur les magasins d’applications", "4.3 → 4.6 note", "P"),
            idea("NPS après retrait, dans l’app", "45 → 52 pts", "D", "Enquête après retrait"),
        ),
    ),
    ObjectiveSpec(
        tribe="APP",
        title="Une commande habituelle tient dans une pause café.",
        owner="P",
        serves=(("1.2", "Deux paniers habituels sur trois se composent sur un téléphone."),),
        key_results=(
            idea("Commandes passées en moins de dix minutes", "26 → 40 %", "P", "Mesure d’audience mobile"),
            idea("Refonte de l’accueil", "fait", "D"),
            idea("Publier la version tablette", "fait", "T"),
            idea("Téléchargements", "2100000 → 2600000", "B", "Magasins d’applications"),
        ),
    ),
    ObjectiveSpec(
        tribe="APP",
        title="En magasin, l’app reconnaît le fidèle avant qu’il ne le demande.",
        owner="B",
        serves=(
            ("3.1", "La carte présentée depuis l’app rattache l’achat à un foyer connu."),
            ("3.3", "Une offre lue en rayon est activée bien plus souvent."),
        ),
        key_results=(
            idea("Clients actifs chaque semaine", "31 → 38 %", "P", "Mesure d’audience mobile"),
            idea("Carte de fidélité présentée depuis l’app", "34 → 48 %", "B", "Caisses, tickets identifiés"),
            idea("Notifications jugées utiles", "37 → 50 %", "D", "Questionnaire dans l’app"),
            idea("Offres activées depuis l’app", "1.1 → 1.6 note", "P", "Plateforme d’offres"),
        ),
    ),
)
