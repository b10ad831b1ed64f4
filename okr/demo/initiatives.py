"""What the tribes of Coursive work on in the running quarter (weeks count from the current one), and did in the last."""

from okr.demo.shapes import InitiativeSpec as Work
from okr.models import Initiative

PLANNED, IN_PROGRESS, ON_HOLD, DELIVERED = (
    Initiative.State.PLANNED,
    Initiative.State.IN_PROGRESS,
    Initiative.State.ON_HOLD,
    Initiative.State.DELIVERED,
)

INITIATIVES = (
    # ── Drive ──
    Work(tribe="DRV", title="Créneaux en un écran", owner="D", answers=("A3",), weeks=(-6, -2), state=DELIVERED,
         note="En ligne, 100 % des sites", milestone=-2),
    Work(tribe="DRV", title="Signal « j’arrive » géolocalisé", owner="P", answers=("A1", "A2"), weeks=(-5, 2),
         state=IN_PROGRESS, note="62 sites sur 180", milestone=2),
    Work(tribe="DRV", title="File d’attente équilibrée entre pistes", owner="T", answers=("A2",), weeks=(-2, 2),
         state=IN_PROGRESS, note="Test de charge la semaine prochaine"),
    Work(tribe="DRV", title="Alerte « un produit manque » avec choix en deux gestes", owner="P", answers=("B1", "B2"),
         weeks=(-4, 1), state=IN_PROGRESS, note="Test A/B sur 40 magasins", milestone=1,
         needs=(("PRP", "La liste des équivalences, avec photo"), ("APP", "Une notification qui ouvre le choix"))),
    Work(tribe="DRV", title="Contrôle photo des bacs", owner="B", answers=("B2",), weeks=(-5, -2), state=IN_PROGRESS,
         note="Deux semaines de retard, caméras non livrées"),
    Work(tribe="DRV", title="Parcours de préparation par zone froide", owner="B", answers=("C1",), weeks=(-3, 2),
         state=ON_HOLD, note="En attente de l’accord du réseau",
         needs=(("PRP", "Le nouvel ordre de collecte par zone"),)),
    Work(tribe="DRV", title="Carnet de piste sur PDA", owner="D", answers=("C2",), weeks=(1, 4), state=PLANNED,
         note="Démarre la semaine prochaine"),
    # ── Livraison ──
    Work(tribe="LAD", title="Départ des tournées du soir avancé d’un quart d’heure", owner="B", answers=("A1", "A2"),
         weeks=(-6, -3), state=DELIVERED, note="Onze métropoles"),
    Work(tribe="LAD", title="Heure d’arrivée recalculée à chaque arrêt", owner="T", answers=("A1",), weeks=(-3, 2),
         state=IN_PROGRESS, note="Quatre villes en service", milestone=2,
         needs=(("APP", "L’affichage de l’heure recalculée"),)),
    Work(tribe="LAD", title="Tournées regroupées par quartier", owner="B", answers=("B1",), weeks=(-4, 1),
         state=IN_PROGRESS, note="28 villes sur 64"),
    # ── Préparation ──
    Work(tribe="PRP", title="Règles d’équivalence par rayon (frais, bébé, sans gluten)", owner="P", answers=("A1",),
         weeks=(-6, -1), state=DELIVERED, note="Livrées", milestone=-1),
    Work(tribe="PRP", title="Suggestion au préparateur sur PDA", owner="P", answers=("A1",), weeks=(-3, 3),
         state=IN_PROGRESS, note="8 sites pilotes sur 14", milestone=3),
    Work(tribe="PRP", title="Photo et prix du produit remplacé avant le retrait", owner="B", answers=("A2",),
         weeks=(-5, -2), state=IN_PROGRESS, note="Deux semaines de retard, API prix",
         needs=(("REC", "L’API prix à jour par magasin"),)),
    Work(tribe="PRP", title="Préférences proposées juste après l’achat", owner="D", answers=("A3",), weeks=(-2, 3),
         state=IN_PROGRESS, note="Un client sur trois répond"),
    # ── Recherche ──
    Work(tribe="REC", title="Correction des fautes de frappe", owner="T", answers=("A2",), weeks=(-6, -3),
         state=DELIVERED, note="En ligne"),
    Work(tribe="REC", title="Fraîcheur du stock à cinq minutes dans l’index", owner="T", answers=("A1",),
         weeks=(1, 4), state=PLANNED, note="Démarre la semaine prochaine", milestone=4,
         needs=(("PRP", "Les sorties de stock à la préparation, en continu"),)),
    Work(tribe="REC", title="Contrôle des allergènes, surgelés et boissons", owner="B", answers=("A3",),
         weeks=(-2, 3), state=IN_PROGRESS, note="Deux fournisseurs sur trois ont répondu"),
    # ── Panier ──
    Work(tribe="PAN", title="Paiement en un geste", owner="P", answers=("A1",), weeks=(-5, -1), state=DELIVERED,
         note="Toutes les commandes de clients connus", milestone=-1),
    Work(tribe="PAN", title="Titre-restaurant et carte dans la même commande", owner="B", answers=("A1",),
         weeks=(-2, 3), state=IN_PROGRESS, note="Recette chez deux émetteurs sur quatre"),
    Work(tribe="PAN", title="Nouveau seuil antifraude", owner="T", answers=("A2",), weeks=(-4, 1), state=IN_PROGRESS,
         note="Mesuré chaque jour avec la comptabilité", milestone=1),
    Work(tribe="PAN", title="Panier prérempli dans l’app", owner="D", answers=("A3",), weeks=(1, 4), state=PLANNED,
         needs=(("APP", "L’écran d’accueil du panier"),)),
    # ── App ──
    Work(tribe="APP", title="Retrait possible sans réseau", owner="T", answers=("A1",), weeks=(-4, 1),
         state=IN_PROGRESS, note="Android prêt, iOS en recette", milestone=1),
    Work(tribe="APP", title="Reprise d’un panier commencé sur un autre écran", owner="P", answers=("A2",),
         weeks=(-3, 2), state=ON_HOLD, note="Attend le panier prérempli",
         needs=(("PAN", "L’API du panier partagé"),)),
    Work(tribe="APP", title="Carte de fidélité sur l’écran verrouillé", owner="B", answers=("A3",), weeks=(-6, -2),
         state=DELIVERED, note="En ligne"),
    # ── Fidélité ──
    Work(tribe="FID", title="Rappel de l’avantage au moment du retrait", owner="P", answers=("A1",), weeks=(-5, 1),
         state=IN_PROGRESS, note="120 sites sur 180", milestone=1,
         needs=(("DRV", "Un message sur l’écran de remise"),)),
    Work(tribe="FID", title="Rapprochement des comptes par numéro de carte", owner="T", answers=("A2",),
         weeks=(-3, 3), state=IN_PROGRESS, note="Deux enseignes sur trois"),
    Work(tribe="FID", title="Nouveau barème des points", owner="B", answers=("A3",), weeks=(-2, 4), state=ON_HOLD,
         note="Reporté à l’année prochaine"),
    # ── Régie ──
    Work(tribe="RMD", title="Bilan de campagne envoyé sous dix jours", owner="T", answers=("A1",), weeks=(-6, -2),
         state=DELIVERED, note="Toutes les campagnes", milestone=-2),
    Work(tribe="RMD", title="Gabarits de campagne prêts à l’emploi", owner="D", answers=("A2", "A3", "B1"),
         weeks=(-2, 2), state=IN_PROGRESS, note="Six formats sur neuf"),
    # ── Campagnes ──
    Work(tribe="MKO", title="Stock vérifié au moment de l’envoi", owner="T", answers=("A2",), weeks=(-4, 2),
         state=IN_PROGRESS, note="Épicerie et boissons en service", milestone=2,
         needs=(("REC", "Le stock magasin, heure par heure"),)),
    Work(tribe="MKO", title="Un seul message par foyer et par semaine", owner="P", answers=("A1",), weeks=(-5, -1),
         state=DELIVERED, note="Toutes les campagnes nationales"),
)  # fmt: skip

# Of the closed quarter: weeks count from its first.
CLOSED_INITIATIVES = (
    Work(tribe="DRV", title="Message « votre commande est prête »", owner="P", answers=("A1", "A2"), weeks=(2, 7), state=DELIVERED),
    Work(tribe="LAD", title="Message une heure avant l’arrivée", owner="P", answers=("A1",), weeks=(1, 6), state=DELIVERED),
    Work(tribe="PRP", title="Rupture signalée en un geste", owner="D", answers=("A2",), weeks=(3, 9), state=DELIVERED),
    Work(tribe="REC", title="Relance des fournisseurs par ventes perdues", owner="B", answers=("A1",), weeks=(1, 10), state=DELIVERED),
    Work(tribe="PAN", title="Panier enregistré à chaque geste", owner="T", answers=("A1", "A2"), weeks=(2, 8), state=DELIVERED),
    Work(tribe="APP", title="Liste de courses triée par rayon", owner="P", answers=("A1",), weeks=(4, 11), state=DELIVERED),
    Work(tribe="FID", title="Points visibles le soir même", owner="T", answers=("A2",), weeks=(1, 5), state=DELIVERED),
    Work(tribe="RMD", title="Visuels vérifiés avant la commande", owner="D", answers=("A1",), weeks=(5, 11), state=DELIVERED),
    Work(tribe="MKO", title="Envois calés sur le jour de courses", owner="T", answers=("A1",), weeks=(3, 10), state=DELIVERED),
)  # fmt: skip
