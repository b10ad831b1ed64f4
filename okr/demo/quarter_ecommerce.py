"""The running quarter of Drive, Livraison and Préparation. Owners are seats of the tribe: "P", "T", "D", "B", "B2"…"""

from okr.demo.shapes import LAST_WEEK, KeyResultSpec, ObjectiveSpec
from okr.models import KeyResult

DRIVE = (
    ObjectiveSpec(
        tribe="DRV",
        title="Au retrait, le client ne sort de sa voiture que pour dire bonjour.",
        why="L’attente sur la piste est ce que les clients racontent à leurs voisins.",
        owner="P",
        serves=(
            ("1.1", "Une commande prête et remise sans attente ne donne presque jamais lieu à réclamation."),
            ("1.3", "L’attente sur la piste est le premier motif cité par les détracteurs du Drive."),
        ),
        key_results=(
            KeyResultSpec(
                title="Attente médiane sur la piste",
                metric="Minutes entre l’arrivée détectée et la remise, sites de plus de 60 commandes par jour",
                unit="count",
                label="min",
                span=("7.5", "4.5"),
                now="5.4",
                owner="P",
                source="Capteurs de piste",
                ambition="committed",
                last=LAST_WEEK,
                confidence=7,
                comments=(
                    "Deux arches sur dix font l’essentiel du temps perdu.",
                    (
                        "62 sites sur 180 ont le signal « j’arrive » : l’effet est net dès la première semaine.",
                        "good_news",
                    ),
                ),
            ),
            KeyResultSpec(
                title="Commandes prêtes à l’arrivée du client",
                metric="Part des commandes rangées en zone de remise avant l’arrivée détectée",
                span=("81", "92"),
                now="88",
                owner="T",
                source="Outil de préparation",
                ambition="committed",
                last=LAST_WEEK,
                confidence=8,
                comments=("Le signal « j’arrive » vaut mieux que dix minutes de préparation gagnées.",),
            ),
            KeyResultSpec(
                title="Abandon à l’étape créneau",
                metric="Part des paniers abandonnés sur la page de choix du créneau",
                span=("27", "18"),
                owner="T",
                source="Entonnoir de commande",
            ),
        ),
    ),
    ObjectiveSpec(
        tribe="DRV",
        title="Ce qui manque, le client le sait avant de prendre la route.",
        why="Un produit manquant se pardonne quand on l’apprend chez soi, pas devant le coffre ouvert.",
        owner="P",
        serves=(("1.4", "Un remplacement annoncé tôt, avec un choix, est accepté deux fois plus souvent."),),
        key_results=(
            KeyResultSpec(
                title="Ruptures annoncées au client avant son arrivée",
                metric="Part des lignes en rupture signalées au moins trente minutes avant le retrait",
                span=("22", "55"),
                now="41",
                owner="P",
                source="Entrepôt de données, vue « ruptures »",
                last=LAST_WEEK,
                confidence=6,
                comments=(
                    "L’alerte part dès la fin de la préparation, et non plus à l’heure du retrait.",
                    "Le test A/B tourne sur 40 magasins, les clients répondent à l’alerte en moins de deux minutes.",
                ),
            ),
            KeyResultSpec(
                title="Réclamations « produit manquant » pour 1 000 commandes",
                metric="Réclamations reçues sous 48 heures, pour mille commandes retirées",
                unit="count",
                span=("19.0", "11.0"),
                now="14.8",
                owner="P",
                source="Relation client",
                last=LAST_WEEK,
                confidence=7,
                comments=("Prévenir tôt réduit plus de réclamations que mieux remplacer.",),
            ),
        ),
    ),
    ObjectiveSpec(
        tribe="DRV",
        title="Nos équipes de piste disent que le digital leur simplifie la journée.",
        why="Sans les équipes de piste, aucun outil ne tient plus d’un mois.",
        owner="B",
        serves=(
            ("1.1", "Une équipe moins interrompue contrôle mieux ce qu’elle remet."),
            ("2.2", "Les commandes livrées partent de 62 de nos pistes : chaque minute gagnée s’y retrouve."),
        ),
        key_results=(
            KeyResultSpec(
                title="Commandes préparées par heure et par personne",
                metric="Commandes terminées par heure de présence, sites pilotes",
                unit="count",
                span=("62", "74"),
                now="64",
                owner="P",
                source="Outil de préparation",
                ambition="committed",
                last=LAST_WEEK,
                confidence=3,
                confidence_before=6,
                comments=(
                    "Le parcours par zone froide est prêt, il attend l’accord du réseau.",
                    (
                        "Deux sites pilotes en sous-effectif : le gain de zone froide n’est pas mesurable avant "
                        "trois semaines.",
                        "blocked",
                    ),
                ),
            ),
            KeyResultSpec(
                title="Équipiers qui jugent leur journée plus simple qu’en début d’année",
                metric="Réponses « plus simple » ou « bien plus simple » au sondage mensuel",
                span=("48", "65"),
                now="57",
                owner="D",
                source="Sondage dans le PDA",
                confidence=6,
                comments=("Le verbatim dit surtout « moins d’allers-retours ».",),
            ),
        ),
    ),
)

DELIVERY = (
    ObjectiveSpec(
        tribe="LAD",
        title="L’heure annoncée devient l’heure tenue, dans chaque ville.",
        why="Une livraison en retard défait en un soir ce que dix livraisons à l’heure ont construit.",
        owner="P",
        serves=(
            ("2.1", "Nous tenons les tournées : c’est là que le créneau se gagne ou se perd."),
            ("1.3", "Le retard explique près de la moitié des détracteurs de la livraison."),
        ),
        key_results=(
            KeyResultSpec(
                title="Livraisons dans le créneau promis, métropoles",
                metric="Livraisons remises dans le créneau, onze métropoles",
                span=("89.8", "94.5"),
                now="92.4",
                owner="P",
                source="Outil de tournées",
                confidence=7,
                comments=("Les tournées du soir partent enfin à l’heure.",),
            ),
            KeyResultSpec(
                title="Livraisons dans le créneau promis, villes moyennes",
                metric="Livraisons remises dans le créneau, 64 villes",
                span=("86.0", "92.5"),
                now="88.7",
                owner="B",
                source="Outil de tournées",
                last=LAST_WEEK,
                confidence=4,
                confidence_before=5,
                comments=(
                    "Le samedi reste le point faible : une tournée sur quatre part en retard.",
                    ("Un transporteur se retire de six villes, il faut redessiner les tournées.", "need_help"),
                ),
            ),
        ),
    ),
    ObjectiveSpec(
        tribe="LAD",
        title="Chaque tournée bien remplie rend la livraison abordable pour tous les foyers.",
        why="La livraison ne restera ouverte à tous que si chaque tournée paie son trajet.",
        owner="B",
        serves=(("2.2", "La densité des tournées fait plus de la moitié du coût de la dernière étape."),),
        key_results=(
            KeyResultSpec(
                title="Coût de la dernière étape par commande",
                metric="Coût de transport entre le site de départ et la porte, par commande livrée",
                unit="money",
                span=("8.60", "7.30"),
                now="7.90",
                owner="B",
                source="Contrôle de gestion",
                confidence=7,
                comments=("Le regroupement par quartier fait gagner une tournée sur neuf.",),
            ),
            KeyResultSpec(
                title="Heures supplémentaires des livreurs",
                metric="Part des heures travaillées au-delà du planning : à garder basse sans vider les tournées",
                direction=KeyResult.Direction.WITHIN,
                span=("2.0", "4.0"),
                tolerance="1.0",
                now="3.4",
                owner="T",
                source="Planning des transporteurs",
                confidence=7,
                comments=("Le planning tient, même avec les tournées regroupées.",),
            ),
        ),
    ),
)

PREPARATION = (
    ObjectiveSpec(
        tribe="PRP",
        title="Ce qui manque est remplacé comme le client l’aurait fait.",
        why="Le client accepte le remplacement qu’il aurait choisi lui-même, et refuse celui qui nous arrange.",
        owner="P",
        serves=(
            ("1.4", "La règle de remplacement est la nôtre : c’est le levier principal de ce résultat."),
            ("1.3", "Un mauvais remplacement coûte plus de points de NPS qu’un produit manquant annoncé."),
        ),
        key_results=(
            KeyResultSpec(
                title="Produits manquants remplacés dès la préparation",
                metric="Lignes en rupture pour lesquelles un produit est proposé par le préparateur",
                span=("61.0", "78.0"),
                now="69.0",
                owner="P",
                source="Outil de préparation",
                last=LAST_WEEK,
                confidence=6,
                comments=(
                    "Règles d’équivalence livrées pour le frais, le bébé et le sans gluten.",
                    "Suggestion au préparateur active sur 8 sites pilotes sur 14.",
                ),
            ),
            KeyResultSpec(
                title="Remplacements refusés au retrait",
                metric="Part des produits de remplacement rendus par le client au moment du retrait",
                span=("31.0", "20.0"),
                now="29.0",
                owner="B",
                source="Outil de préparation",
                last=LAST_WEEK,
                confidence=3,
                confidence_before=4,
                comments=(
                    "Les refus se concentrent sur la charcuterie et le bébé.",
                    ("L’API prix a deux semaines de retard : pas de photo ni de prix avant le retrait.", "blocked"),
                ),
            ),
            KeyResultSpec(
                title="Clients ayant enregistré une préférence de remplacement",
                metric="Part des clients actifs avec au moins une préférence enregistrée",
                span=("4.0", "18.0"),
                now="12.0",
                owner="D",
                source="Base clients",
                confidence=8,
                comments=(
                    ("Proposée juste après l’achat, la préférence est remplie une fois sur trois.", "good_news"),
                ),
            ),
        ),
    ),
)
