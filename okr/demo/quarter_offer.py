"""The running quarter of Recherche, Panier and App."""

from okr.demo.shapes import LAST_WEEK, SILENT, KeyResultSpec, ObjectiveSpec

SEARCH = (
    ObjectiveSpec(
        tribe="REC",
        title="On ne propose que ce que l’on peut servir.",
        why="Une recherche qui montre un produit absent fabrique elle-même la déception.",
        owner="P",
        serves=(
            ("1.4", "Un produit absent que l’on ne montre pas n’a pas besoin d’être remplacé."),
            ("1.2", "Trouver du premier coup est la première minute gagnée sur un panier habituel."),
        ),
        key_results=(
            KeyResultSpec(
                title="Produits en rupture encore affichés dans la recherche",
                metric="Part des résultats affichés sans stock au magasin choisi",
                span=("9.0", "3.0"),
                now="6.2",
                owner="T",
                source="Journal du moteur de recherche",
                last=LAST_WEEK,
                confidence=5,
                comments=(
                    "Le stock est relu toutes les quinze minutes ; il en faudrait cinq.",
                    "La fraîcheur à cinq minutes démarre bientôt, c’est elle qui fera la différence.",
                ),
            ),
            KeyResultSpec(
                title="Recherches sans résultat",
                metric="Part des recherches qui n’affichent aucun produit",
                span=("9.6", "5.5"),
                now="7.2",
                owner="P",
                source="Journal du moteur de recherche",
                confidence=7,
                comments=("Les fautes de frappe ne comptent plus que pour un dixième des échecs.",),
            ),
            KeyResultSpec(
                title="Allergènes fiables dans les cinq grands rayons",
                metric="Rayons où moins d’une fiche sur mille est corrigée après contrôle",
                unit="done",
                owner="B",
                source="Contrôle qualité du catalogue",
                now="3",
                steps=("Frais", "Bébé", "Épicerie", "Surgelés", "Boissons"),
                confidence=7,
                comments=("Le rayon épicerie passe le contrôle, restent les surgelés et les boissons.",),
            ),
        ),
    ),
)

BASKET = (
    ObjectiveSpec(
        tribe="PAN",
        title="Au moment de payer, plus rien ne fait renoncer un client décidé.",
        why="Le client a choisi, le panier est plein : tout ce qui l’arrête ensuite vient de nous.",
        owner="P",
        serves=(
            ("1.2", "Le paiement et le panier prérempli pèsent un tiers du temps d’une commande habituelle."),
            ("2.2", "Un paiement refusé à tort coûte une préparation et une tournée pour rien."),
        ),
        key_results=(
            KeyResultSpec(
                title="Paniers abandonnés au paiement",
                metric="Part des paniers validés qui n’aboutissent pas à une commande",
                span=("25.0", "18.0"),
                now="21.0",
                owner="P",
                source="Entonnoir de commande",
                towards=((1, "24.0"), (2, "20.5")),
                last=LAST_WEEK,
                confidence=7,
                comments=(
                    "Le premier mois était réservé aux correctifs, d’où les paliers.",
                    "Le paiement en un geste retient une commande sur vingt.",
                ),
            ),
            KeyResultSpec(
                title="Paiements refusés à tort",
                metric="Part des paiements refusés puis acceptés sous 24 heures avec le même moyen",
                span=("4.60", "2.80"),
                now="3.40",
                owner="T",
                source="Prestataire de paiement",
                ambition="committed",
                confidence=8,
                comments=("Le nouveau seuil antifraude tient sans hausse des impayés.",),
            ),
            KeyResultSpec(
                title="Commandes parties d’un panier prérempli",
                metric="Part des commandes dont le panier a été proposé puis modifié",
                span=("6.0", "13.0"),
                now="14.0",
                owner="D",
                source="Entrepôt de données, commandes",
                confidence=9,
                comments=(("Cible dépassée : on vise plus haut au prochain trimestre.", "good_news"),),
            ),
        ),
    ),
)

APP = (
    ObjectiveSpec(
        tribe="APP",
        title="En rayon comme au retrait, l’app ne laisse jamais tomber son client.",
        why="L’app est ouverte debout, d’une main, souvent sans réseau : c’est là qu’elle doit tenir.",
        owner="P",
        serves=(
            ("1.3", "Une panne au moment du retrait efface tout le reste de l’expérience."),
            ("1.2", "Deux paniers habituels sur trois se composent sur un téléphone."),
            ("3.1", "La carte présentée depuis l’app rattache l’achat en magasin à un foyer connu."),
        ),
        key_results=(
            KeyResultSpec(
                title="Sessions sans incident",
                metric="Part des sessions sans plantage ni écran bloqué plus de cinq secondes",
                span=("98.10", "99.50"),
                now="98.90",
                owner="T",
                source="Suivi des incidents mobiles",
                ambition="committed",
                confidence=8,
                comments=("Un seul défaut explique désormais la moitié des plantages.",),
            ),
            KeyResultSpec(
                title="Commandes passées en moins de dix minutes",
                metric="Part des commandes mobiles terminées dix minutes après l’ouverture",
                span=("19.0", "34.0"),
                now="26.0",
                owner="P",
                source="Mesure d’audience mobile",
                last=LAST_WEEK,
                confidence=5,
                comments=("Le gain plafonne : il manque le panier prérempli dans l’app.",),
            ),
            KeyResultSpec(
                title="Carte de fidélité présentée depuis l’app",
                metric="Part des passages en caisse identifiés par l’app",
                span=("27.0", "40.0"),
                now="34.0",
                owner="B",
                source="Caisses, tickets identifiés",
                last=SILENT,
                confidence=6,
                comments=("L’extraction des caisses est arrêtée le temps d’une mise à jour.",),
            ),
        ),
    ),
)
