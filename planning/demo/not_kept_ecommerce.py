"""What the CoDirs did not keep of the running quarter: Drive, Livraison, Préparation. Some of Drive still waits."""

from planning.demo.shapes import defer, drop, merge

ECOMMERCE = (
    # ── Drive ──
    defer("DRV A", "Part des retraits piétons", "4 → 10 %", "B", "Capteurs de piste",
          "Les premiers points piétons n’ouvrent qu’au trimestre suivant : à reproposer alors."),
    defer("DRV A", "Retraits le dimanche matin", "6 → 12 %", "B", "Outil de créneaux",
          "L’accord sur le travail du dimanche n’est pas signé."),
    drop("DRV A", "NPS après retrait", "43 → 48 pts", "D", "Enquête après retrait",
         "C’est le résultat stratégique 1.3 : à suivre là, une seule fois."),
    merge("DRV B", "Produits manquants vus par le préparateur", "48 → 70 %", "T", "Outil de préparation",
          "Même cause et même mesure que Préparation.", "PRP A1"),
    defer("DRV B", "Surgelés remis à −18 °C", "91 → 98 %", "T", "Sondes des bacs",
          "Les sondes ne sont posées qu’en fin de trimestre."),
    defer("DRV C", "Sacs rapportés et remboursés au drive", "14 → 35 %", "D", "Caisses du drive",
          "Après le choix du prestataire de consigne."),
    drop("DRV C", "Équiper les pistes de bornes", "60 → 120", "B", "Parc des équipements",
         "Un équipement, pas un effet pour le client : devient une initiative."),
    # ── Livraison ──
    defer("LAD A", "Créneaux de moins d’une heure", "1 → 8 %", "T", "Outil de tournées",
          "Attendre les résultats du pilote de Lille."),
    merge("LAD A", "Livraisons replanifiées", "11 → 7 %", "T", "Outil de tournées",
          "Une livraison replanifiée est un créneau manqué : déjà comptée.", "LAD A2"),
    drop("LAD A", "Appels au service client pendant la tournée", "6.2 → 4.0 %", "D", "Relation client",
         "Lien avec un résultat stratégique non démontré."),
    defer("LAD B", "Tournées en véhicule électrique", "12 → 25 %", "B", "Parc des transporteurs",
          "Le budget de la flotte n’est arbitré qu’en fin de trimestre."),
    merge("LAD B", "Kilomètres par commande livrée", "4.8 → 4.1 km", "B", "Outil de tournées",
          "Le coût de la dernière étape en dépend pour moitié : un seul des deux suffit.", "LAD B1"),
    drop("LAD B", "Nombre de villes couvertes", "192 → 212", "P", "Plan de transport",
         "Un indicateur de moyens : couvrir plus n’est pas livrer mieux."),
    # ── Préparation ──
    merge("PRP A", "Photos de remplacement envoyées au client", "8 → 40 %", "D", "Outil de préparation",
          "Le client attend une seule annonce, celle de Drive.", "DRV B1"),
    merge("PRP A", "Manquants pour 1 000 commandes", "21 → 16", "P", "Outil de préparation",
          "Doublon de Drive, qui porte les réclamations.", "DRV B2"),
    defer("PRP A", "Formation d’un nouveau préparateur", "14 → 10 jours", "B", "Suivi des équipes",
          "Le parcours est refondu avec les RH d’ici là."),
    defer("PRP A", "Casse et démarque de préparation", "2.1 → 1.7 %", "B", "Inventaire",
          "Deux inventaires se contredisent : d’abord une source."),
    drop("PRP A", "Règles d’équivalence publiées", "0 → 180", "B", "Référentiel produit",
         "Un livrable, pas un résultat : devient une initiative."),
    drop("PRP A", "Satisfaction des préparateurs", "6.5 → 7.2 note", "D", "Sondage dans le PDA",
         "Le réseau la suit déjà dans son baromètre."),
    drop("PRP A", "Remplacements par une marque équivalente", "35 → 50 %", "T", "Outil de préparation",
         "Trop de règles par rayon pour bouger en un trimestre."),
)  # fmt: skip
