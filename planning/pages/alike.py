"""Key results of a planning that probably measure the same, across tribes and in French or English.

Pure: texts in, pairs out. Two are as alike as the words they share (workshops.suggesting.stems, and the words for one
thing of this module), less where one speaks of time and the other of money, and less within one tribe. What was found for
the same texts is kept, because a board is drawn at every decision and its texts change rarely.

tests/planning/alike_pairs.py holds the pairs that LEAST was chosen with.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from itertools import combinations
from math import log, sqrt

from okr.search.text import fold
from workshops.suggesting import stems

LEAST = 0.58  # likeness (0 to 1) from which on two are shown
MOST = 12  # pairs
MOST_SHARING = 60  # texts with one word: what more of them have says nothing
ALONE = 0.45  # weight of a word that no other text has: it says how long the text is, little more
FAINT = 0.5  # weight of words that say how, or of whom, rather than what; and of the kind of measure
OTHER_KIND = 0.55  # of the likeness is left where the two measure different things of one subject
ONE_WORD = 0.6  # of the likeness is left where they share one word only: a subject, rarely a measure
CONTAINED = 0.85  # likeness of two of which the one says all that the other says, and more
WITHIN = 0.8  # of the likeness is left within one tribe, which rarely proposes the same twice

# Whole phrases that say one thing, as the words that stand for them.
_PHRASES = [
    (re.compile(pattern), words)
    for pattern, words in (
        (r"\ba l.heure\b|\bon time\b|\ben retard\b|\blate\b|\bponctuel\w*|\bpunctual\w*", "ponctualite"),
        (r"\bcreneaux? (promis|choisi|prevu|annonce)s?\b|\b(promised|chosen|agreed) (slot|time|hour|window)s?\b", "ponctualite"),
        (r"\bsans (aucun )?resultats?\b|\bwithout (a |any )?results?\b|\b(zero|no).results?\b", "infructueux"),
        (r"\b(inactif|inactive|lapsed|dormant)s?( \w+)?( who| qui)? (revenu|revien|return|come back|came back)\w*", "reactiver inactif"),
        (r"\breactiv\w*", "reactiver inactif"),
        (r"\bsans avoir servi\b|\bunused\b|\bbefore use\b|\bnon utilises?\b", ""),
        (r"\bpick.?up\b|\bclick.and.collect\b", "retrait"),
        (r"\bnewsletters?\b|\blettres? (e.?mail|mensuelle|d.information)\b|\be.?mails?\b", "courriel"),
        (r"\b(pour|per) \d[\d ,.]* \w+|\bpar (mois|semaine)\b|\b(per|each) (month|week)\b|\b\d+ (jours|days)\b", ""),
    )
]  # fmt: skip
# Words for one thing. The first of a line stands for all.
_SAME = [
    line.split()
    for line in """
    remplacement substitut substitute substitution remplaces remplace
    accepter accepte acceptes acceptance accepts accept
    expirer expires expire expiry
    renouveler renouvelees renouvellent renew renewed renewal
    marque marques brand brands
    campagne campagnes campaign campaigns
    inactif inactifs lapsed dormant inactive
    arrivee arrive arrives arrival
    piste pistes lane lanes
    preparer preparees preparation prepared picked picking
    emplacement emplacements placement placements
    avantage avantages
    offre offres offer offers
    activer activees activated
    annoncer annoncees prevenu prevenus told announced warned
    paiement checkout
    """.strip().splitlines()
]
# How something is measured, or of whom, not what.
_FAINT = """
    client clients customer shopper membre membres member members fidele fideles fidelite app application commande order
    mediane median annuel
"""
_EMPTY = "score ratio resultat results juge percu perceived passage proportion perso personne person"
# What kind of measure it is: two of different kinds are two measures, whatever their subject.
_KINDS = {
    "#pace": r"\bpar heure\b|\bper hour\b|\bpar personne\b|\bper person\b",
    "#time": r"\battente\b|\battend\w*|\bdelais?\b|\bduree\b|\btemps\b|\bminutes?\b|\bheures?\b|\bwait\w*|\btimes?\b|\bduration\b|\bhours?\b|\bdays\b",
    "#money": r"\bcouts?\b|\bcosts?\b|\bmarges?\b|\bmargins?\b|\brevenus retail\b|\brevenues?\b|\bdepenses?\b|\bspend\w*|\bpanier moyen\b|\baverage basket\b",
    "#liking": r"\bnps\b|\bsatisf\w*|\bnotes?\b|\bavis\b|\brecommand\w*|\brecommend\w*|\bratings?\b|\butilite\b|\butiles?\b|\buseful\w*|\bproprete\b",
    "#complaint": r"\breclam\w*|\bplaintes?\b|\bcomplain\w*|\blitiges?\b",
    "#leaving": r"\babandon\w*|\battrition\b|\bchurn\w*|\bdesabonn\w*|\bunsubscrib\w*",
    "#opening": r"\bouverture\w*|\bopen(ing|s|ed)?\b",
    "#error": r"\bsans erreurs?\b|\bwithout errors?\b|\berror.free\b",
}  # fmt: skip
_KIND_OF = [(kind, re.compile(pattern)) for kind, pattern in _KINDS.items()]


@dataclass(frozen=True, slots=True)
class Alike:
    """Two key results (ids, the one that stands first on the board first), and how alike they are: 0 to 100."""

    first: int
    second: int
    percent: int


def pairs_alike(
    texts: Mapping[int, str], apart: Collection[tuple[int, int]] = (), tribes: Mapping[int, int] | None = None
) -> list[Alike]:
    """The likeliest first. `apart`: pairs (the smaller id first) that somebody has told apart; `tribes` by id."""
    of = tribes or {}
    found = _pairs(tuple((pk, text, of.get(pk)) for pk, text in texts.items()))
    return [one for one in found if (min(one.first, one.second), max(one.first, one.second)) not in apart][:MOST]


@lru_cache(maxsize=64)
def _pairs(rows: tuple[tuple[int, str, int | None], ...]) -> list[Alike]:
    words = {pk: _concepts_of(text) for pk, text, _tribe in rows}
    seen = Counter(word for found in words.values() for word in found)
    weigh = {word: _weight(word, number, len(rows)) for word, number in seen.items()}
    length = {pk: sum(weigh[word] for word in found) for pk, found in words.items()}
    full = {pk: sum(_weight(word, seen[word], len(rows), alone=1.0) for word in found) for pk, found in words.items()}
    tribe = {pk: of for pk, _text, of in rows}
    order = {pk: place for place, (pk, _text, _tribe) in enumerate(rows)}
    holding: defaultdict[str, list[int]] = defaultdict(list)
    for pk, found in words.items():
        for word in found - _faint():
            if not word.startswith("#"):
                holding[word].append(pk)
    sharing = {pair for them in holding.values() if 1 < len(them) <= MOST_SHARING for pair in combinations(them, 2)}
    alike = []
    for first, second in sharing:
        shared = words[first] & words[second]
        common = sum(weigh[word] for word in shared)
        both_say_more = words[first] - shared - _faint() and words[second] - shared - _faint()
        mine, theirs = (full if both_say_more else length)[first], (full if both_say_more else length)[second]
        likeness = common / sqrt(mine * theirs)
        if len(shared - _faint()) > 1 and not both_say_more:
            likeness = max(likeness, CONTAINED * common / min(mine, theirs))
        elif len(shared - _faint()) < 2 and words[first] != words[second]:
            likeness *= ONE_WORD
        if not shared & _kinds() and words[first] & _kinds() and words[second] & _kinds():
            likeness *= OTHER_KIND
        if tribe[first] is not None and tribe[first] == tribe[second]:
            likeness *= WITHIN
        if likeness >= LEAST:
            alike.append(Alike(first, second, round(100 * likeness)))
    return sorted(alike, key=lambda one: (-one.percent, order[one.first], order[one.second]))


def _weight(word: str, texts: int, number: int, alone: float = ALONE) -> float:
    """Squared, as cosines add them up."""
    weight = log(1 + number / texts)
    if word in _faint() or word.startswith("#"):
        weight *= FAINT
    elif texts < 2:
        weight *= alone
    return weight * weight


@lru_cache(maxsize=4096)
def _concepts_of(text: str) -> frozenset[str]:
    """The concepts of a text, and the kinds of measure (#…) that it names."""
    folded = fold(text)
    for pattern, words in _PHRASES:
        folded = pattern.sub(f" {words} ", folded)
    kinds = set()
    for kind, pattern in _KIND_OF:
        folded, number = pattern.subn(" ", folded)
        if number:
            kinds.add(kind)
    same = _same()
    return frozenset(kinds) | frozenset(same.get(one, one) for one in stems(folded)) - _empty()


@cache
def _same() -> dict[str, str]:
    found: dict[str, str] = {}
    for line in _SAME:
        first, *_others = stems(line[0])
        for word in line:
            for one in stems(word):
                found.setdefault(one, first)
    return found


@cache
def _faint() -> frozenset[str]:
    same = _same()
    return frozenset(same.get(one, one) for one in stems(_FAINT))


@cache
def _empty() -> frozenset[str]:
    return frozenset(stems(_EMPTY))


@cache
def _kinds() -> frozenset[str]:
    return frozenset(_KINDS)
