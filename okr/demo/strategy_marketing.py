"""The year's strategic objectives of Marketing, their key results, the facts behind them and their rationale."""

from okr.demo.shapes import LAST_MONTH, LAST_WEEK, SILENT, Case, Fact, KeyResultSpec, ObjectiveSpec

LOYALTY = ObjectiveSpec(
    title="Nos clients fidèles se sentent reconnus, en magasin comme en ligne.",
    why="Nos meilleurs clients achètent dans deux canaux et reçoivent deux vies parallèles : deux comptes, deux paniers, "
    "deux séries de messages. Ceux qui nous quittent n’ont souvent utilisé aucun avantage depuis des mois.",
    owner="marketing",
    department="marketing",
    facts=(
        Fact(
            "research",
            "« Je ne sais jamais ce que j’ai gagné » est le premier verbatim sur le programme.",
            "",
            "Entretiens, 30 fidèles et anciens fidèles",
        ),
        Fact(
            "market",
            "Un client servi dans deux canaux dépense bien plus qu’un client d’un seul canal.",
            "2,3 fois plus",
            "Entrepôt de données, {previous}",
        ),
    ),
    key_results=(
        KeyResultSpec(
            title="Chiffre d’affaires réalisé par des clients identifiés",
            metric="Part du chiffre d’affaires rattachée à un foyer connu, tous canaux",
            span=("61.0", "70.0"),
            now="64.2",
            owner="cabinet",
            source="Entrepôt de données, ventes rattachées",
            towards=((3, "62.5"), (6, "65.0"), (9, "66.5")),
            last=LAST_MONTH,
            every=30,
            confidence=7,
            comments=("La carte présentée depuis l’app tire toute la hausse.",),
            facts=(
                Fact(
                    "pnl",
                    "Neuf points de plus rattachent autant de ventes à un foyer connu.",
                    "48 M€ de ventes",
                    "Contrôle de gestion, {previous}",
                ),
            ),
            case=Case("14000000", "0.25", "9"),
        ),
        KeyResultSpec(
            title="Attrition annuelle des fidèles omnicanaux",
            metric="Fidèles des deux canaux sans achat depuis 90 jours, rythme annuel",
            span=("18.4", "14.0"),
            now="17.6",
            owner="marketing",
            source="Entrepôt de données, foyers actifs",
            ambition="committed",
            last=LAST_WEEK,
            confidence=3,
            confidence_before=6,
            comments=(
                "Le courrier de relance n’a rien changé chez les inactifs de plus de deux mois.",
                (
                    "Les départs se décident avant notre premier message : il faut agir plus tôt dans la vie du client.",
                    "need_help",
                ),
            ),
            facts=(
                Fact(
                    "churn",
                    "Quatre départs sur dix n’ont utilisé aucun avantage en six mois.",
                    "41 %",
                    "Enquête départs, n = 2 140",
                ),
                Fact(
                    "pnl",
                    "Ne rien faire coûte de plus en plus cher.",
                    "14 M€ par an",
                    "Contrôle de gestion, projection",
                ),
            ),
            case=Case("9500000", "0.20", "6"),
        ),
        KeyResultSpec(
            title="Offres personnalisées activées par client et par mois",
            metric="Moyenne par foyer actif, offres activées en caisse ou en ligne",
            unit="ratio",
            span=("1.3", "2.5"),
            now="1.90",
            owner="crm",
            source="Plateforme d’offres",
            every=14,
            confidence=8,
            comments=(("Les offres liées au dernier panier sont activées deux fois plus.", "good_news"),),
            facts=(
                Fact(
                    "research",
                    "Au-delà de deux offres activées, la fréquence d’achat monte nettement.",
                    "+22 %",
                    "Test sur 40 000 foyers",
                ),
            ),
            case=Case("5500000", "0.10", "4"),
        ),
        KeyResultSpec(
            title="NPS du programme de fidélité",
            metric="Promoteurs moins détracteurs, panel de fidèles interrogé chaque mois",
            unit="points",
            span=("24.0", "35.0"),
            now="27.5",
            owner="cabinet",
            source="Panel fidélité",
            last=SILENT,
            every=30,
            confidence=5,
            comments=("Le panel change de prestataire : prochaine vague attendue dès la reprise.",),
            facts=(
                Fact(
                    "nps",
                    "Les fidèles qui ont utilisé un avantage dans le mois notent le programme bien plus haut.",
                    "46 contre 11",
                    "Panel fidélité, {previous}",
                ),
            ),
            case=Case("2000000", "0.05", "3", "À revoir avec la prochaine vague du panel.", consolidated=False),
        ),
    ),
)

PARTNERS = ObjectiveSpec(
    title="Nos marques partenaires nous choisissent parce que la publicité rend service aux clients.",
    why="Une publicité utile se vend plus cher et fatigue moins. Les marques comparent désormais les régies sur la preuve "
    "de l’effet en magasin ; c’est notre avantage, à condition de le mesurer.",
    owner="media",
    department="marketing",
    facts=(
        Fact(
            "market",
            "Les marques répartissent leur budget entre quatre régies en moyenne et veulent en garder deux.",
            "de 4 à 2",
            "Étude de marché, 35 annonceurs",
        ),
    ),
    key_results=(
        KeyResultSpec(
            title="Revenus retail media, rythme annuel",
            metric="Revenus facturés des quatre dernières semaines, ramenés à l’année",
            unit="money",
            span=("11200000", "19000000"),
            now="13100000",
            owner="media",
            source="Facturation de la régie",
            last=LAST_WEEK,
            confidence=5,
            confidence_before=6,
            comments=(
                "Trois marques nationales reconduisent, deux attendent la preuve en magasin.",
                ("Le libre-service démarre moins vite que prévu chez les marques régionales.", "blocked"),
            ),
            facts=(
                Fact(
                    "market",
                    "Le marché de la publicité en magasin et en ligne croît plus vite que nos revenus.",
                    "+24 % contre +16 %",
                    "Étude sectorielle, {previous}",
                ),
                Fact(
                    "pnl",
                    "La marge publicitaire finance déjà une partie de chaque commande livrée.",
                    "0,42 € par commande",
                    "Contrôle de gestion, {previous}",
                ),
            ),
            case=Case("7800000", "0.60", "8"),
        ),
        KeyResultSpec(
            title="Campagnes renouvelées par la même marque",
            metric="Part des campagnes suivies d’une autre de la même marque dans les six mois",
            span=("46.0", "65.0"),
            now="58.0",
            owner="media",
            source="Outil de la régie",
            every=14,
            confidence=8,
            comments=(("Le bilan envoyé sous dix jours change la conversation avec les marques.", "good_news"),),
            facts=(
                Fact(
                    "research",
                    "« Je renouvelle quand je vois l’effet en rayon » : le premier critère cité par les annonceurs.",
                    "22 sur 35",
                    "Étude de marché, 35 annonceurs",
                ),
            ),
            case=Case("3200000", "0.20", "3"),
        ),
        KeyResultSpec(
            title="Emplacements sponsorisés jugés utiles par les clients",
            metric="Réponses « utile » ou « très utile » au questionnaire court, emplacements sponsorisés",
            span=("35.0", "50.0"),
            now="41.0",
            owner="media",
            source="Questionnaire dans l’app",
            every=14,
            confidence=7,
            comments=("Les recettes sponsorisées passent devant les bannières, de loin.",),
            facts=(
                Fact(
                    "research",
                    "Une publicité liée au panier est jugée utile ; une bannière, gênante.",
                    "61 % contre 18 %",
                    "Test d’usage, n = 1 200",
                ),
            ),
            case=Case("", "", "2", "Effet sur le chiffre d’affaires à estimer avec la régie.", consolidated=False),
        ),
    ),
)
