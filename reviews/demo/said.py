"""What the North Stars said looking back on the closed quarter: tribe, seat of whoever wrote it, kind, text."""

HELPED, HINDERED, TRY = "helped", "hindered", "try"

NOTES = (
    ("DRV", "B", HELPED, "Deux jours sur site avec les équipes de piste avant d’écrire la première ligne."),
    ("DRV", "P", HELPED, "Un seul indicateur au mur, relu chaque lundi."),
    ("DRV", "T", HINDERED, "Trois semaines perdues à attendre les relevés des arches."),
    ("DRV", "D", TRY, "Ouvrir chaque point d’avancement par un appel client enregistré."),
    ("LAD", "T", HELPED, "Le transporteur a partagé ses données dès la deuxième semaine."),
    ("LAD", "B", HINDERED, "Deux chantiers réseau ont changé de date en cours de trimestre."),
    ("LAD", "P", TRY, "Écrire les paliers mois par mois : Pâques a faussé la ligne droite."),
    ("PRP", "D", HELPED, "Les préparateurs ont essayé l’écran avant qu’il soit développé."),
    ("PRP", "P", HINDERED, "Quatre Key Results pour une équipe de six : un de trop."),
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
    ("MKO", "P", HELPED, "Moins de messages, mieux relus : tout le monde y a gagné du temps."),
    ("MKO", "D", HINDERED, "Le calendrier des promotions décidé sans nous."),
    ("MKO", "B", TRY, "Un arbitrage commun avec l’enseigne en début de mois."),
)

# What went on in the running quarter, by tribe: code, the code there, and whether its target is another. The rest stopped.
CONTINUED = {
    ("DRV", "A1"): ("A2", True),
    ("FID", "A1"): ("A2", True),
    ("RMD", "A1"): ("A3", False),
    ("MKO", "A2"): ("A1", True),
}
