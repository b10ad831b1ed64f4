"""The year's strategic objectives of E-commerce, their key results, the facts behind them and their rationale."""

from okr.demo.shapes import LAST_MONTH, LAST_WEEK, Case, Fact, KeyResultSpec, ObjectiveSpec

EVERYDAY = ObjectiveSpec(
    title="Les courses du quotidien deviennent un geste simple, du premier clic jusqu’au coffre.",
    why="Une famille passe chez nous près d’une fois par semaine et nous consacre chaque fois une heure, entre le "
    "panier, la route et le retrait. Les clients qui partent ne parlent ni de prix ni d’application : ils disent que "
    "« ça ne s’est pas passé comme prévu ».",
    owner="ecommerce",
    department="ecommerce",
    facts=(
        Fact(
            "research",
            "Entre le panier, la route et le retrait, les courses en ligne prennent encore près d’une heure.",
            "57 min",
            "Étude d’usage, 42 foyers suivis pendant un mois",
        ),
        Fact(
            "market",
            "Le Drive reste la première porte d’entrée des courses en ligne dans nos zones.",
            "412 000 commandes par semaine",
            "Entrepôt de données, moyenne {previous}",
        ),
    ),
    key_results=(
        KeyResultSpec(
            title="Commandes Drive servies sans réclamation",
            metric="Part des commandes retirées sans réclamation dans les 48 heures, 180 sites",
            span=("86.0", "93.0"),
            now="88.9",
            owner="ecommerce",
            source="Relation client, suivi des réclamations",
            last=LAST_WEEK,
            confidence=7,
            comments=(
                "Les produits abîmés reculent partout où les bacs sont contrôlés avant la remise.",
                "Les réclamations pour produit manquant baissent enfin plus vite que les autres.",
            ),
            facts=(
                Fact(
                    "other",
                    "Une commande sur sept donne lieu à une réclamation ; produit manquant et produit abîmé en font "
                    "plus de la moitié.",
                    "59 %",
                    "Relation client, {previous}, n = 61 300",
                    file="motifs-de-reclamation-{previous}.csv",
                    csv="Motif;Part des réclamations (%)\n"
                    "Produit manquant;38\nAbîmé, date courte;21\nErreur de sac;17\nAttente;14\nAutre;10\n",
                ),
                Fact(
                    "pnl",
                    "Chaque réclamation coûte un geste commercial et un appel.",
                    "7,40 €",
                    "Contrôle de gestion, {previous}",
                ),
            ),
            case=Case("5200000", "0.25", "9", "Économie sur les gestes commerciaux comprise."),
        ),
        KeyResultSpec(
            title="Temps médian pour composer un panier habituel",
            metric="Minutes entre l’ouverture et la validation, paniers de plus de 20 articles",
            unit="count",
            label="min",
            span=("14.0", "8.0"),
            now="11.2",
            owner="produit",
            source="Mesure d’audience, parcours connectés",
            last=LAST_WEEK,
            confidence=7,
            comments=("Le panier prérempli fait gagner plus de temps que la recherche, ce n’était pas notre pari.",),
            facts=(
                Fact(
                    "research",
                    "Les clients réguliers rachètent presque toujours les mêmes articles.",
                    "8 articles sur 10",
                    "Analyse des paniers, {previous}",
                ),
            ),
            case=Case("4100000", "0.10", "6"),
        ),
        KeyResultSpec(
            title="NPS des clients e-commerce",
            metric="Promoteurs moins détracteurs, enquête envoyée après chaque retrait ou livraison",
            unit="points",
            span=("31", "42"),
            now="35.1",
            owner="cabinet",
            source="Enquête après commande",
            ambition="aspirational",
            last=LAST_MONTH,
            every=30,
            confidence=6,
            comments=("La hausse vient surtout du retrait ; la livraison ne bouge pas encore.",),
            facts=(
                Fact(
                    "nps",
                    "Le NPS ne baisse pas peu à peu : il s’effondre au deuxième produit manquant.",
                    "de 44 à 12",
                    "Enquête après retrait, n = 18 900",
                    file="nps-et-produits-manquants.csv",
                    csv="Produits manquants;NPS selon le nombre de produits manquants\n0;44\n1;31\n2;12\n3 et +;3\n",
                ),
            ),
            case=Case("2600000", "0.05", "4"),
        ),
        KeyResultSpec(
            title="Ruptures remplacées par un produit que le client accepte",
            metric="Lignes en rupture remplacées et non refusées, sur toutes les lignes en rupture",
            span=("54.0", "72.0"),
            now="59.2",
            owner="cabinet",
            source="Entrepôt de données, vue « ruptures »",
            towards=((3, "58.0"), (6, "63.2"), (9, "66.0")),
            confidence=6,
            confidence_before=7,
            comments=(
                "Règles d’équivalence étendues à tout le rayon frais.",
                "Semaine de vacances scolaires, hors tendance : les paniers changent, les remplacements aussi.",
                "Suggestion au préparateur en place sur 8 sites pilotes sur 14, l’effet commence à se voir.",
                "Sans les six derniers sites pilotes, la cible nous échappe d’environ cinq points.",
            ),
            facts=(
                Fact(
                    "pnl",
                    "Chaque rupture non remplacée retire de la marge et 11 % de la valeur du panier.",
                    "4,10 € de marge",
                    "Contrôle de gestion, {previous}",
                ),
                Fact(
                    "churn",
                    "« Produits manquants » est le premier motif d’arrêt du Drive.",
                    "27 % des réponses",
                    "Enquête départs, n = 2 140",
                    file="enquete-departs-{previous}.pdf",
                    report=(
                        "Enquête départs {previous}",
                        "2 140 clients qui n’ont plus commandé depuis six mois, interrogés par e-mail.",
                        "Premier motif : « il manquait des produits », 27 % des réponses.",
                        "Deuxième : « je n’ai plus le temps d’aller au retrait », 19 %.",
                        "Troisième : le prix des produits frais, 14 %.",
                    ),
                ),
                Fact(
                    "nps",
                    "Le NPS s’effondre dès deux produits manquants dans la commande.",
                    "de 44 à 12",
                    "Relation client, {previous}",
                ),
                Fact(
                    "other",
                    "En deux ans le taux n’a gagné que trois points : les règles actuelles ont atteint leur limite.",
                    "de 51,2 à 54,0 %",
                    "Entrepôt de données, 180 sites",
                    file="ruptures-remplacees.csv",
                    csv="Trimestre;Ruptures remplacées et acceptées (%)\n"
                    "T1 {before};51,2\nT2 {before};52,0\nT3 {before};51,6\nT4 {before};52,9\n"
                    "T1 {previous};53,4\nT2 {previous};53,1\nT3 {previous};54,2\nT4 {previous};54,0\n",
                ),
            ),
            case=Case(
                "6400000",
                "0.30",
                "14",
                "Arbitrage du CoDir au lancement de l’année : prioritaire sur l’extension des plages de retrait.",
            ),
        ),
    ),
)

DELIVERY = ObjectiveSpec(
    title="Chaque foyer nous ouvre sa porte, et recommence parce que la promesse est tenue.",
    why="La livraison gagne des clients que le Drive ne touche pas, mais un sur deux ne revient pas après un premier "
    "retard. Tenir l’heure annoncée coûte moins cher que reconquérir.",
    owner="livraison",
    department="ecommerce",
    facts=(
        Fact(
            "churn",
            "Après une première livraison en retard, un nouveau client sur deux ne recommande pas.",
            "51 %",
            "Suivi des cohortes, {previous}",
        ),
    ),
    key_results=(
        KeyResultSpec(
            title="Livraisons effectuées dans le créneau promis",
            metric="Part des livraisons remises entre le début et la fin du créneau choisi",
            span=("89.5", "96.0"),
            now="91.1",
            owner="livraison",
            source="Outil de tournées",
            ambition="committed",
            last=LAST_WEEK,
            confidence=5,
            comments=(
                "Les métropoles progressent, les villes moyennes décrochent le samedi.",
                ("Deux transporteurs ne tiennent pas leurs engagements du soir.", "need_help"),
            ),
            facts=(
                Fact(
                    "churn",
                    "Le retard est le premier motif d’abandon de la livraison.",
                    "34 % des réponses",
                    "Enquête départs, n = 2 140",
                ),
                Fact(
                    "other",
                    "Les retards se concentrent sur peu de tournées, toujours les mêmes.",
                    "12 % des tournées",
                    "Outil de tournées, {previous}",
                ),
            ),
            case=Case("7300000", "0.20", "10"),
        ),
        KeyResultSpec(
            title="Marge contributive par commande livrée",
            metric="Marge après coûts variables de préparation et de livraison, par commande",
            unit="money",
            span=("-1.80", "0.60"),
            now="-0.90",
            owner="cabinet",
            source="Contrôle de gestion, compte de résultat mensuel",
            ambition="committed",
            last=LAST_MONTH,
            every=30,
            confidence=6,
            comments=("La densité des tournées explique l’essentiel du gain ; la préparation n’a pas encore bougé.",),
            facts=(
                Fact(
                    "pnl",
                    "La préparation pèse plus lourd que le transport dans le coût d’une commande livrée.",
                    "0,31 € la minute",
                    "Contrôle de gestion, {previous}",
                ),
            ),
            case=Case("0", "0.80", "12", "Pas de chiffre d’affaires attendu : l’effet est tout entier sur la marge."),
        ),
        KeyResultSpec(
            title="Nouveaux clients livrés encore actifs à 90 jours",
            metric="Part des clients d’une cohorte mensuelle qui ont recommandé dans les 90 jours",
            span=("38.0", "48.0"),
            now="41.6",
            owner="livraison",
            source="Entrepôt de données, cohortes",
            every=14,
            confidence=6,
            comments=("La deuxième commande se joue dans les dix premiers jours.",),
            facts=(
                Fact(
                    "research",
                    "Ce qui fait revenir : l’heure tenue, puis un livreur aimable, puis le prix.",
                    "",
                    "Entretiens, 24 nouveaux clients",
                ),
            ),
            case=Case("3800000", "0.15", "5", "Hypothèse de panier à confirmer.", consolidated=False),
        ),
    ),
)
