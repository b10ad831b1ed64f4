"""Coursive: the digital department of a French retailer. It does not exist."""

from okr.demo.closed import CLOSED
from okr.demo.conversations import CONVERSATIONS
from okr.demo.former import FORMER
from okr.demo.initiatives import CLOSED_INITIATIVES, INITIATIVES
from okr.demo.people import ABSENCES, ACCOUNTS, INVITATIONS, PEOPLE
from okr.demo.proposals_ecommerce import DELIVERY as DELIVERY_NEXT
from okr.demo.proposals_ecommerce import DRIVE as DRIVE_NEXT
from okr.demo.proposals_ecommerce import PREPARATION as PREPARATION_NEXT
from okr.demo.proposals_marketing import CAMPAIGNS as CAMPAIGNS_NEXT
from okr.demo.proposals_marketing import LOYALTY as LOYALTY_NEXT
from okr.demo.proposals_marketing import MEDIA as MEDIA_NEXT
from okr.demo.proposals_offer import APP as APP_NEXT
from okr.demo.proposals_offer import BASKET as BASKET_NEXT
from okr.demo.proposals_offer import SEARCH as SEARCH_NEXT
from okr.demo.quarter_ecommerce import DELIVERY, DRIVE, PREPARATION
from okr.demo.quarter_marketing import CAMPAIGNS, LOYALTY, MEDIA
from okr.demo.quarter_offer import APP, BASKET, SEARCH
from okr.demo.shapes import OrganizationSpec
from okr.demo.strategy_ecommerce import DELIVERY as DELIVERED_HOMES
from okr.demo.strategy_ecommerce import EVERYDAY
from okr.demo.strategy_marketing import LOYALTY as LOYAL_CUSTOMERS
from okr.demo.strategy_marketing import PARTNERS
from okr.demo.tribes import DEPARTMENTS, TRIBES

REMARKS = (
    "Relevé fait à l’heure habituelle.",
    "Tendance à confirmer la semaine prochaine.",
    "Mesure fiable cette semaine, volume suffisant.",
    "Deux sites sans remontée, corrigés depuis.",
    "Semaine courte, peu de volume.",
    "Rien de nouveau du côté des sites pilotes.",
    "Chiffres relus avec le contrôle de gestion.",
    "Écart d’un site à l’autre plus fort que d’habitude.",
    "Correctifs en cours sur les sites pilotes.",
    "Première lecture, à prendre avec prudence.",
    "Vu avec l’équipe, pas d’action nouvelle.",
    "Les retours du terrain vont dans le même sens.",
)

WORDS = (
    ("outcome", "taux de substitution"),
    ("outcome", "démarque"),
    ("outcome", "panier complet"),
    ("activity_noun", "tournée magasin"),
    ("output_verb", "brancher"),
    ("vague", "sans couture"),
    ("vague", "expérience unifiée"),
)

COURSIVE = OrganizationSpec(
    settings={
        "slug": "coursive",
        "name": "Coursive",
        "tagline": "Direction digitale",
        "language": "fr",
        "time_zone": "Europe/Paris",
        "currency": "EUR",
        "tribe_label": "North Star",
        "tribe_label_plural": "North Stars",
        "check_in_by_link": True,
    },
    mail_domain="coursive.example",
    people=PEOPLE,
    departments=DEPARTMENTS,
    tribes=TRIBES,
    strategy=(EVERYDAY, DELIVERED_HOMES, LOYAL_CUSTOMERS, PARTNERS),
    running=(*DRIVE, *DELIVERY, *PREPARATION, *SEARCH, *BASKET, *APP, *LOYALTY, *MEDIA, *CAMPAIGNS),
    former=FORMER,
    closed=CLOSED,
    drafts=(
        *DRIVE_NEXT,
        *DELIVERY_NEXT,
        *PREPARATION_NEXT,
        *SEARCH_NEXT,
        *BASKET_NEXT,
        *APP_NEXT,
        *LOYALTY_NEXT,
        *MEDIA_NEXT,
        *CAMPAIGNS_NEXT,
    ),
    initiatives=INITIATIVES,
    closed_initiatives=CLOSED_INITIATIVES,
    accounts=ACCOUNTS,
    invitations=INVITATIONS,
    absences=ABSENCES,
    consolidates="cabinet",
    remarks=REMARKS,
    conversations=CONVERSATIONS,
    words=WORDS,
)
