"""What people at Coursive say to each other below key results, objectives and initiatives of the running quarter."""

from okr.demo.shapes import ThreadSpec, Words

CONVERSATIONS = (
    ThreadSpec(
        about="1.4",
        said=(
            Words(
                "ecommerce",
                1,
                "18:12",
                "La suggestion au préparateur couvre 8 sites sur 14. @(PRP.P), que gagne-t-on si les six derniers passent"
                " avant les soldes ?",
            ),
            Words(
                "PRP.P",
                0,
                "08:40",
                "Environ 0,7 pt, soit la moitié de l’écart. Il faut 40 PDA de plus ; le devis est joint aux données.",
            ),
            Words(
                "cabinet",
                0,
                "09:05",
                "Je le mets à l’ordre du jour du CoDir. @(DRV.P), peux-tu dire ce que l’alerte « un produit manque »"
                " ajoute par-dessus ?",
            ),
        ),
    ),
    ThreadSpec(
        about="1.4",
        said=(
            Words(
                "cabinet",
                26,
                "10:20",
                "Le pic des vacances de printemps est-il dans la tendance ? @(PRP.B), as-tu la part des produits frais ?",
            ),
            Words(
                "PRP.B",
                26,
                "14:02",
                "Non : 60 % du pic vient des fraises et des asperges. Sans elles, on reste à 58 %.",
            ),
        ),
        resolved_by="cabinet",
    ),
    ThreadSpec(
        about="open DRV C1",
        said=(
            Words(
                "ecommerce",
                1,
                "17:30",
                "@(DRV.P), de quoi avez-vous besoin du réseau pour débloquer la zone froide ?",
            ),
            Words(
                "DRV.B",
                0,
                "08:15",
                "D’un accord sur trois magasins pilotes. Les directeurs sont d’accord, il manque la signature du réseau.",
            ),
        ),
    ),
    ThreadSpec(
        about="objective open DRV C1",
        said=(
            Words(
                "coach",
                6,
                "11:45",
                "« Disent que le digital leur simplifie la journée » : bel objectif, on entend les équipiers."
                " @(DRV.D), la question du baromètre est-elle posée partout avec les mêmes mots ?",
            ),
            Words("DRV.D", 5, "09:10", "Oui depuis avril. Avant, deux régions avaient gardé l’ancienne question."),
        ),
        resolved_by="coach",
    ),
    ThreadSpec(
        about="Alerte « un produit manque » avec choix en deux gestes",
        said=(
            Words(
                "APP.P",
                2,
                "15:20",
                "La notification qui ouvre le choix est prête à tester. @(DRV.P), quels magasins prend-on en premier ?",
            ),
            Words(
                "DRV.P",
                2,
                "16:05",
                "Les quarante du test A/B. @(DRV.T), peux-tu leur ouvrir la version de test demain matin ?",
            ),
            Words("DRV.T", 1, "08:50", "C’est fait pour 38 ; les deux derniers attendent leur mise à jour."),
        ),
    ),
    ThreadSpec(
        about="open DRV B2",
        said=(
            Words(
                "DRV.B",
                9,
                "12:10",
                "Les caméras du contrôle photo arrivent avec deux semaines de retard. @(DRV.P), garde-t-on la cible ?",
            ),
            Words("DRV.P", 9, "12:32", "Oui. Dix réclamations sur quatorze se voient déjà à la préparation."),
        ),
    ),
)
