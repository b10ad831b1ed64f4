"""Next quarter, proposed by Fidélité, Régie and Campagnes."""

from okr.demo.proposals import idea
from okr.demo.shapes import ObjectiveSpec

LOYALTY = (
    ObjectiveSpec(
        tribe="FID",
        title="Chaque fidèle sait ce qu’il a gagné, et s’en sert.",
        owner="P",
        serves=(
            ("3.4", "Le programme se note sur l’avantage utilisé, pas sur le solde affiché."),
            ("3.3", "Une offre bien choisie est activée sans rappel."),
        ),
        key_results=(
            idea("Avantages utilisés dans le mois où ils sont gagnés", "41 → 55 %", "P", "Plateforme de fidélité"),
            idea("Points expirés sans avoir servi", "23 → 15 %", "B", "Plateforme de fidélité"),
            idea("NPS du programme de fidélité", "27.5 → 31 pts", "D", "Panel fidélité"),
            idea("Clients qui savent dire leur avantage du mois", "? → 60 %", "D", "Panel fidélité"),
            idea("Offres activées par client et par mois", "1.9 → 2.3 note", "B2", "Plateforme d’offres"),
        ),
    ),
    ObjectiveSpec(
        tribe="FID",
        title="Nos fidèles restent, parce que nous les reconnaissons partout.",
        owner="T",
        serves=(
            ("3.1", "Un client reconnu dans deux canaux est un achat de plus rattaché à un foyer."),
            ("3.2", "Un fidèle des deux canaux part deux fois moins souvent."),
        ),
        key_results=(
            idea("Clients reconnus en caisse comme en ligne", "58 → 68 %", "T", "Base clients"),
            idea("Fidèles ayant acheté dans deux canaux", "33 → 40 %", "P", "Entrepôt de données"),
            idea("Attrition annuelle des fidèles omnicanaux", "17.6 → 16.2 %", "T2", "Entrepôt de données"),
            idea("Fidèles inactifs revenus sous 60 jours", "8 → 14 %", "B2", "Entrepôt de données"),
        ),
    ),
    ObjectiveSpec(
        tribe="FID",
        title="Le programme parle de la vie des foyers, pas de ses règles.",
        owner="B",
        serves=(
            ("3.3", "Connaître le foyer, c’est ne plus envoyer une offre bébé à qui n’en a pas."),
            ("3.4", "Les points manquants restent la première réclamation des fidèles."),
        ),
        key_results=(
            idea("Foyers dont la composition est connue", "19 → 35 %", "B2", "Base clients"),
            idea("Réclamations « points manquants » pour 10 000 passages", "12 → 5", "B", "Relation client"),
            idea("Lancer le statut « grands habitués »", "fait", "P"),
        ),
    ),
)

MEDIA = (
    ObjectiveSpec(
        tribe="RMD",
        title="Une marque voit son effet en rayon et n’hésite plus à revenir.",
        owner="P",
        serves=(("4.2", "La preuve en magasin est le premier critère de renouvellement."),),
        key_results=(
            idea("Campagnes renouvelées par la même marque", "58 → 62 %", "B", "Outil de la régie"),
            idea("Retour sur dépense mesuré en magasin", "2.9 → 3.4 note", "T", "Mesure en magasins témoins"),
        ),
    ),
    ObjectiveSpec(
        tribe="RMD",
        title="Une petite marque peut parler à ses clients aussi bien qu’une grande.",
        owner="B",
        serves=(
            ("4.1", "Les marques régionales sont le relais de croissance de la régie."),
            ("2.2", "La marge publicitaire finance une part de chaque commande livrée."),
        ),
        key_results=(
            idea("Revenus retail media, rythme annuel", "13100000 → 15000000 €", "B", "Facturation de la régie"),
            idea("Campagnes en libre-service", "12 → 30 %", "P", "Outil de la régie"),
            idea("Marques régionales actives", "85 → 140", "B2", "Outil de la régie"),
            idea("Marge publicitaire par commande livrée", "0.42 → 0.60 €", "T", "Contrôle de gestion"),
            idea("Mise en ligne d’une campagne", "9 → 4 jours", "P", "Outil de la régie"),
        ),
    ),
    ObjectiveSpec(
        tribe="RMD",
        title="La publicité aide à composer le panier sans jamais l’interrompre.",
        owner="D",
        serves=(
            ("4.3", "Une publicité mieux placée est jugée utile, et se vend plus cher."),
            ("4.1", "Les emplacements d’accueil restent vides un jour sur trois."),
        ),
        key_results=(
            idea("Utilité perçue des emplacements", "41 → 46 %", "D", "Questionnaire dans l’app"),
            idea("Emplacements signalés comme gênants", "6 → 3 %", "D", "Signalements dans l’app"),
            idea("Remplissage des emplacements d’accueil", "64 → 78 %", "B2", "Outil de la régie"),
            idea("Déployer la nouvelle régie", "fait", "T2"),
        ),
    ),
)

CAMPAIGNS = (
    ObjectiveSpec(
        tribe="MKO",
        title="Chaque message arrive à temps, au bon foyer, avec une offre en stock.",
        owner="P",
        serves=(
            ("3.3", "Une offre encore en stock est activée deux fois plus."),
            ("3.2", "Le désabonnement précède souvent le départ."),
        ),
        key_results=(
            idea("E-mails jugés utiles", "34 → 45 %", "D", "Questionnaire au pied de l’e-mail"),
            idea("Désabonnements par mois", "0.9 → 0.6 %", "T", "Outil de campagnes"),
            idea("Offres envoyées avec un stock confirmé", "72 → 95 %", "T", "Plateforme d’offres"),
            idea("Publier 24 campagnes saisonnières", "0 → 24", "B", "Calendrier commercial"),
        ),
    ),
    ObjectiveSpec(
        tribe="MKO",
        title="Un nouveau foyer revient parce que sa première visite lui a plu.",
        owner="B",
        serves=(
            ("2.3", "La troisième commande ancre l’habitude, la première ne suffit pas."),
            ("2.2", "Un client acquis moins cher rend plus tôt chaque commande rentable."),
        ),
        key_results=(
            idea("Nouveaux clients revenus après la 2e commande", "41 → 48 %", "P", "Entrepôt de données"),
            idea("Coût d’acquisition d’un client livré", "31 → 24 €", "B", "Contrôle de gestion"),
            idea("Clients réactivés par l’app", "5 → 9 %", "T", "Mesure d’audience mobile"),
            idea("Magasins sans prospectus papier, visites stables", "12 → 40 %", "B2"),
        ),
    ),
    ObjectiveSpec(
        tribe="MKO",
        title="Une équipe locale parle à sa ville sans passer par nous.",
        owner="D",
        serves=(
            ("3.3", "Une offre locale, écrite par le magasin, est activée plus souvent."),
            ("4.1", "Une vente bien attribuée se facture, une vente supposée se négocie."),
        ),
        key_results=(
            idea("Création d’une campagne locale", "15 → 5 jours", "D", "Outil de campagnes"),
            idea("Campagnes renouvelées avec une marque", "58 → 64 %", "B", "Outil de la régie"),
            idea("Ventes attribuées de façon fiable", "? → 75 %", "T", "Entrepôt de données"),
        ),
    ),
)
