"""What can be done from the search: pages to go to and settings to change, for those who may.

A new page adds its line to ACTIONS: a label, the words people look for it by (both languages, folded or not), an icon,
the name of its route. It shows where the route's arguments are known and the permission, if one is named, is held.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from okr.search.lexicon import Lexicon
from orgs.models import Membership
from orgs.permissions import Permission, can

# Argument of a route → its value here, None where there is none; and `tribes`, what they are called.
Args = Mapping[str, str | int | None]
Choice = Mapping[str, Any]  # a page of the settings, as orgs.templatetags.settings_nav.tabs_of gives it


@dataclass(frozen=True, slots=True)
class Action:
    label: Promise
    words: str
    icon: str
    url_name: str
    needs: tuple[str, ...] = ("org",)
    permission: Permission | None = None
    # Of something that is posted: the form of templates/_palette.html, and what it sends.
    form: str = ""
    name: str = ""
    value: str = ""


ACTIONS = (
    Action(
        _("Record my check-ins"), "check in checkin update measure point avancement saisir mesure", "gauge", "check_in"
    ),
    Action(_("My week"), "home accueil semaine due", "house", "home"),
    Action(_("Open the strategy"), "strategy stratégie objectives objectifs year année codir", "compass", "strategy"),
    Action(_("See what moved"), "moved changes bougé évolution delta", "arrow-up-right", "moved", ("org", "year")),
    Action(
        _("Check the coverage"), "coverage couverture contributions gaps trous", "target", "coverage", ("org", "year")
    ),
    Action(
        _("See what is to be watched"),
        "watch risk late stale attention surveiller risque retard silence",
        "shield-alert",
        "attention",
        ("org", "year"),
    ),
    Action(_("See what I follow"), "follow following suivre suivi abonnements news nouvelles", "eye", "following"),
    Action(_("Go to my %(tribe)s"), "my tribe ma tribu team équipe", "users", "tribe", ("org", "code")),
    Action(_("See all %(tribes)s"), "tribes tribus teams équipes north stars", "users", "tribes"),
    Action(
        _("Use the light theme"),
        "theme thème clair day jour",
        "sun-moon",
        "set_theme",
        (),
        form="palette-theme",
        name="theme",
        value="light",
    ),
    Action(
        _("Use the dark theme"),
        "theme thème sombre night nuit",
        "sun-moon",
        "set_theme",
        (),
        form="palette-theme",
        name="theme",
        value="dark",
    ),
    Action(
        _("Show Polaris in English"),
        "language langue english anglais",
        "message-square",
        "set_language",
        (),
        form="palette-language",
        name="language",
        value="en",
    ),
    Action(
        _("Show Polaris in French"),
        "language langue french français",
        "message-square",
        "set_language",
        (),
        form="palette-language",
        name="language",
        value="fr",
    ),
    Action(_("My profile"), "profile profil name nom fuseau notifications mails", "user-round", "profile", ()),
    Action(
        _("Invite people"),
        "invite inviter members membres new nouveau e-mail",
        "user-plus",
        "settings_invite",
        permission=Permission.MANAGE_PEOPLE,
    ),
    Action(_("Change organization"), "switch changer organisation", "building-2", "organizations", ()),
    Action(_("Change my password"), "password mot de passe account compte", "key-round", "account_change_password", ()),
    Action(
        _("Sign out"), "logout log out leave déconnexion quitter", "log-out", "account_logout", (), form="palette-out"
    ),
)
SETTINGS = "settings réglages paramètres admin"  # the words for each page of them
AT_MOST = 4
FIRST = (
    "check_in",
    "home",
    "strategy",
    "tribe",
    "tribes",
)  # offered before anything is asked, and when nothing is found


@dataclass(frozen=True, slots=True)
class Offer:
    """An action made ready for this person: a link, or a button of `form`."""

    label: str | SafeString
    icon: str
    url: str
    form: str = ""
    name: str = ""
    value: str = ""


def offers(question: str, member: Membership, args: Args, settings: Sequence[Choice] = ()) -> list[Offer]:
    """The actions that the question names, the best first; those of FIRST without a question."""
    if not question:
        return [offer for action in ACTIONS if action.url_name in FIRST and (offer := _offer(action, member, args))]
    known = [(offer, action.words) for action in ACTIONS if (offer := _offer(action, member, args))]
    known += [(Offer(choice["label"], "settings", choice["url"]), SETTINGS) for choice in settings]
    scores = Lexicon.of([(str(offer.label), 1.0), (words, 0.8)] for offer, words in known).find(question).scores
    return [known[place][0] for place in sorted(scores, key=lambda place: (-scores[place], place))][:AT_MOST]


def _offer(action: Action, member: Membership, args: Args) -> Offer | None:
    values = [args[name] for name in action.needs]
    if None in values or (action.permission and not can(member, action.permission)):
        return None
    url = reverse(action.url_name, args=values)
    label = str(action.label) % {"tribe": args["tribe"], "tribes": args["tribes"]}
    return Offer(label, action.icon, url, action.form, action.name, action.value)
