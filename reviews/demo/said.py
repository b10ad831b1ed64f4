"""What the North Stars said looking back on their closed quarters, and what went on after them."""

HELPED, HINDERED, TRY = "helped", "hindered", "try"

# By quarter (see okr.demo.state.Loading): tribe, seat of whoever wrote it, kind, text.
LATEST = (
    ("DRV", "B", HELPED, "Deux jours sur site avec les équipes de piste avant d’écrire la première ligne."),
    ("DRV", "P", HELPED, "Un seul indicateur au mur, relu chaque lundi."),
    ("DRV", "T", HINDERED, "Trois semaines perdues à attendre les relevés des arches."),
    ("DRV", "D", TRY, "Ouvrir chaque point d’avancement par un appel client enregistré."),
    ("LAD", "T", HELPED, "Le transporteur a partagé ses données dès la deuxième semaine."),
    ("LAD", "B", HINDERED, "Deux chantiers réseau ont changé de date en cours de trimestre."),
    ("LAD", "P", TRY, "Écrire les paliers mois par mois : Pâques a faussé la ligne droite."),
    ("PRP", "D", HELPED, "Les préparateurs ont essayé l’écran avant qu’il soit développé."),
    ("PRP", "P", HINDERED, "Quatre Key Results pour une équipe de six : un de trop."),
    ("PRP", "T", TRY, "Commencer par mesurer le point de départ, deux semaines, puis promettre."),
    ("REC", "P", HELPED, "Le point hebdomadaire de quinze minutes, jamais annulé."),
    ("REC", "T", HINDERED, "La source de données a changé de définition en mars."),
    ("REC", "D", TRY, "Garder un test utilisateur par quinzaine, même petit."),
    ("PAN", "B", HELPED, "Les magasins pilotes ont appelé d’eux-mêmes."),
    ("PAN", "T", HINDERED, "Trop de dépendances avec le paiement pour une seule équipe."),
    ("PAN", "P", TRY, "Nommer dès la première semaine qui nous attend, et pour quand."),
    ("APP", "D", HELPED, "Une maquette testée vaut trois réunions."),
    ("APP", "T", HINDERED, "Deux mises à jour de l’app bloquées par la même anomalie."),
    ("APP", "P", TRY, "Un Key Result de moins, une initiative finie de plus."),
    ("FID", "B", HELPED, "Le contrôle de gestion a relu les chiffres avec nous."),
    ("FID", "P", HINDERED, "L’offre de janvier a brouillé toute comparaison."),
    ("FID", "D", TRY, "Séparer nouveaux porteurs et porteurs réguliers dès le départ."),
    ("RMD", "P", HELPED, "Une marque pilote très engagée."),
    ("RMD", "T", HINDERED, "La mesure post-campagne arrive après le point d’avancement."),
    ("RMD", "B", TRY, "Décaler le point d’avancement au jeudi."),
    ("MKO", "P", HELPED, "Moins de messages, mieux relus : tout le monde y a gagné du temps."),
    ("MKO", "D", HINDERED, "Le calendrier des promotions décidé sans nous."),
    ("MKO", "B", TRY, "Un arbitrage commun avec l’enseigne en début de mois."),
)

NOTES = {
    "former 2": (
        ("DRV", "P", HELPED, "Essayer à trois tribus d’abord : nous nous sommes trompés à petite échelle."),
        ("DRV", "B", HINDERED, "Des chiffres relevés à la main, sur six sites, le vendredi soir."),
        ("PAN", "T", TRY, "Choisir la mesure avant les chantiers, et non l’inverse."),
        ("FID", "P", HINDERED, "Un point sur deux oublié : personne ne savait qui devait le faire."),
        ("FID", "B", TRY, "Un nom par Key Result, et un rappel le mercredi."),
    ),
    "former 3": (
        ("DRV", "T", HELPED, "Les capteurs ont clos le débat sur l’attente."),
        ("LAD", "P", HINDERED, "Deux semaines sans aucun relevé du transporteur."),
        ("REC", "B", HELPED, "Une liste de cent fournisseurs, et non de deux mille."),
        ("APP", "D", TRY, "Tester dans un parking souterrain, pas au bureau."),
        ("RMD", "P", HINDERED, "Des points d’avancement remplis la veille du CoDir, tous d’un coup."),
        ("MKO", "T", TRY, "Moins de messages avant de meilleurs messages."),
    ),
    "former 4": (
        ("DRV", "B", HELPED, "Les sites ont choisi eux-mêmes leurs horaires de préparation."),
        ("LAD", "B", HELPED, "Les contrats d’appoint signés deux mois avant le pic."),
        ("PRP", "D", TRY, "Compter les gestes avant de dessiner l’écran."),
        ("PAN", "P", HELPED, "Deux Key Results seulement, suivis chaque semaine."),
        ("FID", "T", HINDERED, "Le grand jeu de l’enseigne a pris toute l’équipe trois semaines."),
        ("RMD", "B", HELPED, "Un interlocuteur par région, connu des marques."),
        ("MKO", "P", HINDERED, "Le pic d’activité a mangé nos points d’avancement."),
    ),
    "closed": LATEST,
}

# What went on in the quarter, or year, after: (tribe, code) or ("", code), the code there, and whether its target is
# another. The rest stopped.
CONTINUED = {
    "former": (
        "year",
        {
            ("", "1.1"): ("1.1", True),
            ("", "1.2"): ("1.4", True),
            ("", "1.3"): ("1.3", True),
            ("", "2.1"): ("2.1", True),
            ("", "2.2"): ("2.2", True),
            ("", "3.1"): ("3.1", True),
            ("", "3.2"): ("3.2", True),
            ("", "4.1"): ("4.1", True),
            ("", "4.2"): ("4.2", True),
        },
    ),
    "former 2": (
        "former 3",
        {
            ("DRV", "A1"): ("A1", True),
            ("DRV", "A3"): ("A2", True),
            ("PAN", "A1"): ("A1", True),
            ("FID", "A2"): ("A2", True),
            ("FID", "A3"): ("A3", True),
        },
    ),
    "former 3": (
        "former 4",
        {
            ("DRV", "A1"): ("A1", True),
            ("DRV", "A3"): ("A2", False),
            ("LAD", "A1"): ("A2", True),
            ("LAD", "A3"): ("A3", False),
            ("PRP", "A1"): ("A1", False),
            ("REC", "A1"): ("A1", True),
            ("REC", "A2"): ("A2", True),
            ("PAN", "A1"): ("A1", True),
            ("PAN", "A2"): ("A2", True),
            ("APP", "A1"): ("A1", True),
            ("APP", "A2"): ("A2", True),
            ("FID", "A1"): ("A1", True),
            ("FID", "A2"): ("A3", True),
            ("FID", "A3"): ("A2", True),
            ("RMD", "A1"): ("A1", True),
            ("MKO", "A1"): ("A1", True),
        },
    ),
    "former 4": (
        "closed",
        {
            ("DRV", "A1"): ("A1", True),
            ("DRV", "A2"): ("A2", True),
            ("LAD", "A1"): ("A1", True),
            ("PRP", "A1"): ("A1", True),
            ("PRP", "A2"): ("A2", True),
            ("REC", "A1"): ("A1", True),
            ("PAN", "A2"): ("A1", True),
            ("APP", "A1"): ("A2", True),
            ("APP", "A2"): ("A1", True),
            ("FID", "A1"): ("A1", True),
            ("FID", "A2"): ("A2", True),
            ("RMD", "A1"): ("A1", True),
            ("RMD", "A2"): ("A2", True),
            ("MKO", "A1"): ("A1", True),
            ("MKO", "A2"): ("A2", True),
        },
    ),
    "closed": (
        "open",
        {
            ("DRV", "A1"): ("A2", True),
            ("FID", "A1"): ("A2", True),
            ("RMD", "A1"): ("A3", False),
            ("MKO", "A2"): ("A1", True),
        },
    ),
}
