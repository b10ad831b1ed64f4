"""What the CoDirs did not keep of the running quarter: Fidélité, Régie, Campagnes. What Fidélité deferred still waits."""

from planning.demo.shapes import defer, drop, merge

MARKETING = (
    # ── Fidélité ──
    defer("FID A", "Préférences alimentaires connues", "12 → 25 %", "B2", "Base clients",
          "Après la mise à jour du consentement."),
    defer("FID A", "Parrainages suivis d’un premier achat", "18 → 30 %", "B2", "Plateforme de fidélité",
          "Une chose à la fois : d’abord servir ceux qui viennent."),
    defer("FID A", "Cartes perdues remplacées le jour même", "40 → 75 %", "B", "Relation client",
          "Le correctif des caisses est prévu au trimestre suivant."),
    merge("FID A", "Fidèles ayant acheté dans deux canaux", "30 → 35 %", "P", "Entrepôt de données",
          "Pour compter, il faut reconnaître : une mesure suffit.", "FID A2"),
    drop("FID A", "Lancer le nouveau barème de points", "fait", "P", "",
         "Un livrable : devient une initiative."),
    drop("FID A", "Points distribués par client et par mois", "210 → 260", "B", "Plateforme de fidélité",
         "Distribuer n’est pas servir : l’avantage utilisé le dit mieux."),
    drop("FID A", "Ouverture de la lettre mensuelle", "22 → 30 %", "D", "Outil de campagnes",
         "Aucun lien avec un résultat stratégique."),
    # ── Régie ──
    defer("RMD A", "Marques régionales actives", "60 → 95", "B2", "Outil de la régie",
          "Les deux commerciaux régionaux arrivent au trimestre suivant."),
    drop("RMD A", "Campagnes renouvelées par la même marque", "52 → 58 %", "B", "Outil de la régie",
         "C’est le résultat stratégique 4.2 lui-même : dites plutôt ce qui le fait bouger."),
    drop("RMD A", "Déployer la mesure en magasins témoins", "fait", "T", "",
         "Un livrable : devient une initiative."),
    merge("RMD B", "Emplacements masqués par les clients", "13 → 9 %", "D", "Mesure d’audience",
          "Masquer ou signaler, c’est la même gêne.", "RMD B1"),
    defer("RMD B", "Remplissage des emplacements d’accueil", "55 → 65 %", "B2", "Outil de la régie",
          "Pas avant que moins d’emplacements gênent."),
    drop("RMD B", "Formats publicitaires disponibles", "7 → 12", "P", "Outil de la régie",
         "Un catalogue, pas un effet."),
    # ── Campagnes ──
    merge("MKO A", "Désabonnements par mois", "1.2 → 0.8 %", "T", "Outil de campagnes",
          "Un e-mail utile ne fait pas partir : suivons la cause.", "MKO A1"),
    defer("MKO A", "Création d’une campagne locale", "21 → 12 jours", "D", "Outil de campagnes",
          "L’outil n’est livré qu’en fin de trimestre."),
    drop("MKO A", "Publier 18 campagnes saisonnières", "0 → 18", "B", "Calendrier commercial",
         "Un volume d’envois, l’inverse de l’objectif."),
    drop("MKO A", "Ouverture des e-mails", "24 → 30 %", "P", "Outil de campagnes",
         "Les messageries faussent la mesure."),
    defer("MKO B", "Magasins sans prospectus papier, visites stables", "4 → 15 %", "B2", "",
          "Lire d’abord le pilote des douze magasins."),
    defer("MKO B", "Clients réactivés par l’app", "3 → 6 %", "T", "Mesure d’audience mobile",
          "Quand l’app saura mesurer une réactivation."),
    drop("MKO B", "Ventes attribuées de façon fiable", "? → 60 %", "T", "",
         "Sans méthode d’attribution, le chiffre ne dirait rien."),
)  # fmt: skip
