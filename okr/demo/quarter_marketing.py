"""The running quarter of Fidélité, Régie and Campagnes."""

from okr.demo.shapes import LAST_WEEK, KeyResultSpec, ObjectiveSpec
from okr.models import KeyResult

LOYALTY = (
    ObjectiveSpec(
        tribe="FID",
        title="Chaque fidèle sent que le programme travaille pour lui.",
        why="Un avantage que l’on n’utilise pas est une promesse non tenue, et nous en envoyons des millions.",
        owner="P",
        serves=(
            ("3.2", "Quatre départs sur dix n’ont utilisé aucun avantage : l’usage retient, le solde non."),
            ("3.4", "Le premier verbatim du panel est « je ne sais jamais ce que j’ai gagné »."),
            ("3.1", "Un client reconnu en caisse comme en ligne est un achat de plus rattaché à un foyer."),
        ),
        key_results=(
            KeyResultSpec(
                title="Avantages utilisés dans le mois où ils sont gagnés",
                metric="Part de la valeur des avantages utilisée dans le mois civil",
                span=("33.0", "48.0"),
                now="41.0",
                owner="P",
                source="Plateforme de fidélité",
                last=LAST_WEEK,
                confidence=7,
                comments=("Le rappel au moment du retrait marche mieux que l’e-mail.",),
            ),
            KeyResultSpec(
                title="Clients reconnus en caisse comme en ligne",
                metric="Part des foyers actifs identifiés dans les deux canaux",
                span=("52.0", "63.0"),
                now="58.0",
                owner="T",
                source="Base clients",
                confidence=6,
                comments=("Le rapprochement par e-mail atteint ses limites, on essaie le numéro de carte.",),
            ),
            KeyResultSpec(
                title="Points expirés sans avoir servi",
                metric="Part des points émis il y a un an et jamais utilisés",
                span=("22.0", "16.0"),
                now="23.0",
                owner="B",
                source="Plateforme de fidélité",
                last=LAST_WEEK,
                confidence=2,
                confidence_before=5,
                comments=(
                    "Une vague de points anciens arrive à échéance, la mesure s’en ressent.",
                    ("Le barème ne changera pas cette année : sans lui, la cible n’est plus atteignable.", "need_help"),
                ),
            ),
        ),
    ),
)

MEDIA = (
    ObjectiveSpec(
        tribe="RMD",
        title="Une marque sait ce que sa campagne a changé, et revient.",
        why="Les annonceurs gardent la régie qui prouve son effet en rayon.",
        owner="P",
        serves=(
            ("4.2", "La preuve en magasin est le premier critère de renouvellement des annonceurs."),
            ("4.1", "Le libre-service ouvre la régie aux marques régionales, que nous ne servions pas."),
        ),
        key_results=(
            KeyResultSpec(
                title="Retour sur dépense mesuré en magasin",
                metric="Ventes additionnelles par euro dépensé, magasins témoins",
                unit="ratio",
                span=("2.40", "3.20"),
                now="2.90",
                owner="T",
                source="Mesure en magasins témoins",
                confidence=7,
                comments=("La mesure couvre désormais deux campagnes sur trois.",),
            ),
            KeyResultSpec(
                title="Revenus des campagnes en libre-service, par mois",
                metric="Revenus facturés des quatre dernières semaines, campagnes créées sans la régie",
                unit="money",
                span=("60000", "150000"),
                now="95000",
                owner="B",
                source="Facturation de la régie",
                last=LAST_WEEK,
                confidence=4,
                confidence_before=6,
                comments=(
                    "Dix-neuf marques régionales inscrites, onze actives.",
                    "Le paramétrage décourage : une marque sur trois abandonne avant la première campagne.",
                ),
            ),
            KeyResultSpec(
                title="Mise en ligne d’une campagne",
                metric="Jours ouvrés entre la commande signée et la première diffusion",
                unit="days",
                span=("14.0", "5.0"),
                now="8.8",
                owner="P",
                source="Outil de la régie",
                confidence=8,
                comments=(("Les gabarits prêts à l’emploi font gagner deux jours de plus.", "good_news"),),
            ),
        ),
    ),
    ObjectiveSpec(
        tribe="RMD",
        title="Une publicité n’interrompt jamais des courses.",
        why="Le jour où la publicité gêne, elle coûte plus qu’elle ne rapporte.",
        owner="D",
        serves=(("4.3", "Ce qui gêne est signalé : moins de signalements, c’est une publicité mieux placée."),),
        key_results=(
            KeyResultSpec(
                title="Emplacements signalés comme gênants",
                metric="Signalements pour mille affichages d’emplacements sponsorisés",
                unit="count",
                span=("9.0", "4.0"),
                now="6.0",
                owner="D",
                source="Signalements dans l’app",
                confidence=7,
                comments=("La bannière du panier concentre les signalements, on la retire.",),
            ),
        ),
    ),
)

CAMPAIGNS = (
    ObjectiveSpec(
        tribe="MKO",
        title="Chaque foyer reçoit peu de messages, et tous lui servent.",
        why="Nos clients ne se plaignent pas de la publicité, mais de l’offre déjà épuisée en magasin.",
        owner="P",
        serves=(
            ("3.3", "Une offre encore en stock, envoyée au bon foyer, est activée deux fois plus."),
            ("3.2", "Le désabonnement précède souvent le départ de quelques semaines."),
        ),
        key_results=(
            KeyResultSpec(
                title="E-mails jugés utiles",
                metric="Réponses « utile » au pied de l’e-mail, toutes campagnes",
                span=("28.0", "39.0"),
                now="34.0",
                owner="D",
                source="Questionnaire au pied de l’e-mail",
                confidence=7,
                comments=("Un message sur deux en moins, et personne ne l’a réclamé.",),
            ),
            KeyResultSpec(
                title="Offres envoyées avec un stock confirmé",
                metric="Part des offres dont le stock magasin est vérifié au moment de l’envoi",
                span=("60.0", "88.0"),
                now="72.0",
                owner="T",
                source="Plateforme d’offres",
                last=LAST_WEEK,
                confidence=5,
                comments=("Il manque le stock des rayons traditionnels, servi une fois par jour.",),
            ),
        ),
    ),
    ObjectiveSpec(
        tribe="MKO",
        title="Les nouveaux foyers viennent parce que l’offre leur ressemble.",
        why="Nous payons trop cher des clients qui ne reviennent pas.",
        owner="B",
        serves=(("2.2", "Un client acquis moins cher rend plus tôt chaque commande livrée rentable."),),
        key_results=(
            KeyResultSpec(
                title="Coût d’acquisition d’un client livré",
                metric="Dépenses d’acquisition de la semaine, par nouveau client livré",
                unit="money",
                span=("", "24"),
                direction=KeyResult.Direction.DOWN,
                owner="B",
                source="Contrôle de gestion et outil de campagnes",
            ),
        ),
    ),
)
