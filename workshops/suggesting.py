"""Which notes may belong together, by the words they share: French and English, endings and accents aside.

Pure: no database, no request. Words that say the same in both languages count as one, since rooms write in both. A word
weighs the more the fewer notes have it, so that "client" in every second note ties nothing together.
"""

import re
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from itertools import combinations
from math import log, sqrt

from okr.search.text import fold

LEAST_ALIKE = 0.16  # mean similarity (cosine, 0 to 1) within a family that is suggested
LEAST_OF_TWO = 0.4  # where it would be of two notes only, which share two words then
LEAST_TO_JOIN = 0.22  # mean similarity with the nearest notes of a family that is there
CLEARER = 1.4  # times nearer to that family than to the next one
NEAREST = 3  # notes of a family that are compared
MOST_NOTES = 12  # of a suggestion
MOST_SHARING = 80  # notes with one word: what more of them have ties nothing together, and would be compared for long
SAME_AGAIN = 0.5  # shared notes (of both together) from which on a suggestion is the one that was dismissed
UNIQUE = 0.5  # weight of a word that no other note has: it says how long the note is, little more
WEAK = 0.35  # weight of words that every workshop is full of


def _listed(words: str) -> frozenset[str]:
    return frozenset(words.split())


STOP = _listed(
    """
    a ai au aucun aussi autre aux avant avec avoir bien ca car ce cela celle celui ces cet cette chaque chez comme comment
    dans de des deux doit dont du elle elles en encore entre est et etre eu eux fait faire font il ils je jusqu la le les
    leur leurs lors lui mais me meme memes mes mieux moins mon ne nos notre nous on ont ou par pas pendant peu peut plus
    pour pourquoi quand que quel quelle quelles quels qui quoi sa sans se sera ses si sien soit son sont sous sur ta te tes
    toi ton tous tout toute toutes tres trop tu un une vers vos votre vous y
    about after again all also an and any are as at be because been before being better but by can could did do does each
    every fewer find for from get gets had has have her him his how i if in into is it its just less like made make many may
    me more most much my no not of off on once one only or our out over own per said same say says she should so some
    still such than that the their them then there these they this those to too two under until up us very was we were what
    when where which while who why will with within without would you your
    nombre taux part pourcentage moyen moyenne number rate share percent percentage average mean
    jour jours mois semaine semaines heure heures day days month months week weeks hour hours
    grand grande grands grandes petit petite petits petites big small premier premiere premiers premieres dernier derniere trois quatre cinq dix fois coup temps minute minutes seconde
    secondes non apres dehors first last second three four five ten time times minute
    augmenter reduire diminuer ameliorer increase reduce improve decrease raise
    """
)
WEAK_WORDS = _listed(
    "client cliente customer shopper clients utilisateur user produit product article item gens people"
)
# Words of retail workshops that say the same.
SAME = [
    line.split()
    for line in """
    client cliente customer shopper
    commande commander order ordering
    livraison livrer livreur delivery deliver delivered
    retrait retirer collect collection pickup
    attente attendre wait waiting queue
    caisse caissier till checkout
    magasin boutique store shop
    panier basket
    prix price
    fidelite fidele loyalty loyal
    application appli app
    erreur error mistake
    manquant manque missing
    rupture stockout
    remplacement remplacer substitution replacement replace substitute
    retard late delay delayed
    avantage recompense benefit reward perk
    reclamation plainte complaint complain
    appel appeler call calling
    satisfaction satisfait satisfied satisfy
    depart attrition churn quitter leave
    inactif inactive dormant lapsed
    vendeur conseiller staff seller associate
    recherche chercher search
    paiement payer payment pay
    retour return
    remboursement rembourser refund
    creneau slot
    pret ready
    promesse promise
    frais fresh
    produit article product item
    avis review
    ligne online web
    reconnaitre reconnu reconnaissance recognise recognize recognised recognition
    expliquer explication explain explanation
    comprendre comprehension understand understanding
    equipe team
    formation former training trained
    notification alerte alert
    stock inventory
    photo picture image
    semelle shoe
    abonnement abonne subscription subscriber
    visite visit
    telephone phone mobile
    """.strip().splitlines()
]
_WORD = re.compile(r"[^\W\d_]{2,}")
_ENDINGS = _listed(
    "issements issement icatrices icatrice icateurs icateur ications ication ements ement ations ation itions ition"
    " utions ution ances ance ences ence euses euse eurs eur atrices atrice ives ive ifs if ables able ibles ible"
    " iques ique ites ite antes ante ants ant entes ente ents ent ees ee es er ers ir is it us u ings ing edly ed ly"
    " ness re ons ez e"
)
_BY_LENGTH = sorted(_ENDINGS, key=lambda ending: (-len(ending), ending))
SHORTEST = 4  # letters that an ending leaves


@dataclass(frozen=True)
class Idea:
    id: int
    text: str


@dataclass(frozen=True)
class Group:
    """A family that is there, with its notes."""

    id: int
    name: str
    ideas: tuple[Idea, ...]


@dataclass(frozen=True)
class Suggestion:
    """A new family of these notes, or (`family`) notes for one that is there. `words` are what they share."""

    notes: tuple[int, ...]
    words: tuple[str, ...]
    family: int | None = None

    @property
    def key(self) -> str:
        ids = "-".join(str(pk) for pk in sorted(self.notes))
        return f"new:{ids}" if self.family is None else f"join:{self.family}:{ids}"

    @property
    def name(self) -> str:
        """What a new family of them could be called to begin with."""
        name = ", ".join(self.words[:2])
        return name[:1].upper() + name[1:]


Weights = Mapping[str, float]


def suggest(
    loose: Sequence[Idea], groups: Sequence[Group] = (), dismissed: Collection[str] = (), most: int = 4
) -> list[Suggestion]:
    """New families of loose notes, and loose notes for families that are there; the clearest first, each note once."""
    words = {idea.id: stems(idea.text) for idea in [*loose, *(idea for group in groups for idea in group.ideas)]}
    names = {group.id: stems(group.name) for group in groups}
    seen = Counter(stem for stems_of in words.values() for stem in stems_of)
    weights = {pk: _weights(found, seen, len(words)) for pk, found in words.items()}
    ids = [idea.id for idea in loose]
    joining = _joining(ids, groups, weights, {pk: _weights(found, seen, len(words)) for pk, found in names.items()})
    refused = {(family, pk) for family, notes in map(_joined, dismissed) if family for pk in notes}
    scored: list[tuple[float, Suggestion]] = []
    taken: set[int] = set()
    for family, notes in joining.items():
        kept = [(score, pk) for score, pk in notes if (family, pk) not in refused]
        if kept:
            kept = sorted(kept, reverse=True)[:MOST_NOTES]
            found = tuple(pk for _score, pk in kept)
            group = next(group for group in groups if group.id == family)
            shared = _shared([*found, *(idea.id for idea in group.ideas)], words, weights)
            scored.append((max(score for score, _pk in kept), Suggestion(found, shared, family)))
            taken.update(pk for _score, pk in notes)
    was = [set(notes) for family, notes in map(_joined, dismissed) if not family]
    for cohesion, members in _clusters([pk for pk in ids if pk not in taken], weights):
        again = any(len(members & other) >= SAME_AGAIN * len(members | other) for other in was)
        shared = _shared(members, words, weights)
        if not again and shared:
            order = tuple(pk for pk in ids if pk in members)
            scored.append((cohesion * log(1 + len(members)), Suggestion(order, shared)))
    return [one for _score, one in sorted(scored, key=lambda row: (-row[0], row[1].notes))][:most]


# ── Words ────────────────────────────────────────────────────────────────────


def stems(text: str) -> dict[str, str]:
    """The stems of a text's telling words, each with the word as it was written."""
    found: dict[str, str] = {}
    for match in _WORD.finditer(unicodedata.normalize("NFC", text)):
        word = fold(match[0])
        if word not in STOP and len(word) > 2:
            found.setdefault(_concept(stem(word)), match[0].casefold())
    return found


@lru_cache(maxsize=20_000)
def stem(word: str) -> str:
    """A folded word without its ending, such as "expliquer", "explication" → "explic"."""
    word = word.replace("qu", "c")
    if len(word) > SHORTEST - 1 and word.endswith(("s", "x")) and not word.endswith("ss"):
        word = word[:-1]
    for ending in _BY_LENGTH:
        if word.endswith(ending) and len(word) - len(ending) >= SHORTEST:
            word = word[: -len(ending)]
            break
    return re.sub(r"(.)\1$", r"\1", word)[:8]


@cache
def _concepts() -> dict[str, str]:
    return {stem(word): stem(line[0]) for line in reversed(SAME) for word in line}


def _concept(stemmed: str) -> str:
    return _concepts().get(stemmed, stemmed)


@cache
def _weak() -> frozenset[str]:
    return frozenset(_concept(stem(word)) for word in WEAK_WORDS)


def _weights(words: Iterable[str], seen: Mapping[str, int], number: int) -> dict[str, float]:
    """Of one text, to length 1."""
    raw = {}
    for word in words:
        factor = WEAK if word in _weak() else UNIQUE if seen[word] < 2 else 1
        raw[word] = log(1 + number / max(seen[word], 1)) * factor
    length = sqrt(sum(weight * weight for weight in raw.values())) or 1
    return {word: weight / length for word, weight in raw.items()}


def _likeness(one: Weights, other: Weights) -> float:
    if len(one) > len(other):
        one, other = other, one
    return sum(weight * other[word] for word, weight in one.items() if word in other)


# ── What belongs together ────────────────────────────────────────────────────


def _clusters(ids: Sequence[int], weights: Mapping[int, Weights]) -> list[tuple[float, set[int]]]:
    """Notes that are alike on average (average linkage), with how much."""
    holding: dict[str, list[tuple[int, float]]] = defaultdict(list)
    for pk in sorted(ids):
        for word, weight in weights[pk].items():
            holding[word].append((pk, weight))
    alike: dict[tuple[int, int], float] = defaultdict(float)
    for them in holding.values():
        if len(them) > MOST_SHARING:
            continue
        for (a, of_a), (b, of_b) in combinations(them, 2):
            alike[a, b] += of_a * of_b
    near = sorted(((-likeness, pair) for pair, likeness in alike.items() if likeness >= LEAST_ALIKE))
    of: dict[int, set[int]] = {pk: {pk} for pk in ids}

    for _likeness_of, (a, b) in near:
        one, other = of[a], of[b]
        if one is other or len(one) + len(other) > MOST_NOTES:
            continue
        between = sum(alike.get((min(c, d), max(c, d)), 0) for c in one for d in other)
        if between >= LEAST_ALIKE * len(one) * len(other):
            one |= other
            for pk in other:
                of[pk] = one
    found = []
    for members in {id(one): one for one in of.values() if len(one) > 1}.values():
        number = len(members) * (len(members) - 1) / 2
        cohesion = sum(alike.get(pair, 0) for pair in combinations(sorted(members), 2)) / number
        shared = set.intersection(*(set(weights[pk]) for pk in members))
        if len(members) > 2 or (cohesion >= LEAST_OF_TWO and len(shared) > 1):  # "form" is not "formés"
            found.append((cohesion, members))
    return found


def _joining(
    ids: Sequence[int], groups: Sequence[Group], weights: Mapping[int, Weights], names: Mapping[int, Weights]
) -> dict[int, list[tuple[float, int]]]:
    """By family, the loose notes that are near to it and clearly less so to any other."""
    found: dict[int, list[tuple[float, int]]] = defaultdict(list)
    for pk in ids:
        near = []
        for group in groups:
            each = sorted((_likeness(weights[pk], weights[idea.id]) for idea in group.ideas), reverse=True)[:NEAREST]
            named = _likeness(weights[pk], names[group.id])
            mean = sum(each) / len(each) if each else 0
            near.append((max(mean, (mean + named) / 2 if each else named), group.id))
        near.sort(reverse=True)
        if near and near[0][0] >= LEAST_TO_JOIN and (len(near) == 1 or near[0][0] >= CLEARER * near[1][0]):
            found[near[0][1]].append((near[0][0], pk))
    return found


def _shared(
    ids: Iterable[int], words: Mapping[int, Mapping[str, str]], weights: Mapping[int, Weights]
) -> tuple[str, ...]:
    """The words that at least two of them have, the most telling first, as most of them write it."""
    among = list(ids)
    telling: Counter[str] = Counter()
    forms: dict[str, Counter[str]] = defaultdict(Counter)
    for pk in among:
        for stemmed, form in words[pk].items():
            telling[stemmed] += weights[pk][stemmed]  # type: ignore[assignment]
            forms[stemmed][form] += 1
    shared = [one for one in forms if sum(forms[one].values()) > 1]
    shared.sort(key=lambda one: (-telling[one], one))
    return tuple(forms[one].most_common(1)[0][0] for one in shared[:4])


def _joined(key: str) -> tuple[int, list[int]]:
    """The family (0: none) and the notes of a suggestion's key; nothing of what is no such key."""
    kind, _colon, rest = key.partition(":")
    family, _colon, ids = rest.partition(":") if kind == "join" else ("0", "", rest)
    parts = ids.split("-")
    if kind not in ("new", "join") or not all(part.isdecimal() for part in [family, *parts]):
        return 0, []
    return int(family), [int(part) for part in parts]
