"""Finding texts by words that people half remember: whole words, their beginnings, then words a letter or two away.

Pure: no database, no request. The cost of a question grows with the number of different words, not of texts.
"""

from array import array
from bisect import bisect_left
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from rapidfuzz import process
from rapidfuzz.distance import OSA

from okr.search.text import STOP_WORDS, words, words_to_find

# How well a word of the question fits one of a text.
WHOLE = 1.0
ENDING = 0.97  # "rupture" and "ruptures", either way
BEGINNING = 0.7  # "reten" for "rétention"; nearer to WHOLE the more of the word is there
INSIDE = 0.5  # "commerce" in "ecommerce"
MISTYPED = 0.6  # "livrasion" for "livraison"
BEGINNING_MISTYPED = 0.55

MAX_WORDS = 8
MAX_ENDING = 2
SHORTEST_STEM = 4
SHORTEST_INSIDE = 4
SHORTEST_MISTYPED = 4
TWO_MISTAKES_FROM = 7  # letters
FIRST_LETTER_MAY_DIFFER_FROM = 6  # nobody who asks for "dark" means "mark"

Field = tuple[str, float]  # a text, and how much being found in it counts


@dataclass(frozen=True, slots=True)
class Found:
    """`scores`: text (its place in the order given) → how well it fits, about 1 for all words whole.

    `marks`: the words of texts that fitted → how many letters of them.
    """

    scores: dict[int, float]
    marks: dict[str, int]


@dataclass(frozen=True, slots=True)
class _Fit:
    """What one word of the question fits: words (by their number), how well, and how many letters to mark."""

    qualities: dict[int, float] = field(default_factory=dict)
    letters: dict[int, int] = field(default_factory=dict)

    def add(self, number: int, quality: float, letters: int) -> None:
        if quality > self.qualities.get(number, 0):
            self.qualities[number] = quality
            self.letters[number] = letters


@dataclass(frozen=True, slots=True)
class Lexicon:
    """The different words of many texts, sorted, and where each stands. Cheap to pickle."""

    words: list[str]
    places: list[array]  # of each word: the texts it stands in
    weights: list[array]  # and how much it counts there

    @classmethod
    def of(cls, texts: Iterable[Sequence[Field]]) -> "Lexicon":
        seats: dict[str, dict[int, float]] = {}
        known: dict[str, list[str]] = {}  # of texts that many share: a tribe's name, a quarter
        for place, fields in enumerate(texts):
            for text, weight in fields:
                found = known.get(text)
                if found is None:
                    found = known[text] = words_to_find(text)
                for word in found:
                    seat = seats.setdefault(word, {})
                    if seat.get(place, 0.0) < weight:
                        seat[place] = weight
        order = sorted(seats)
        return cls(
            order,
            [array("I", seats[word].keys()) for word in order],
            [array("f", seats[word].values()) for word in order],
        )

    def find(self, question: str) -> Found:
        """Texts in which all the words are found, in any order; mistakes are forgiven where that finds nothing."""
        asked = list(dict.fromkeys(words(question)))[:MAX_WORDS]
        telling = [word for word in asked if word not in STOP_WORDS] or asked
        literal = {word: self._literal(word) for word in asked}
        found = self._all_of(telling, asked, literal)
        if found.scores or not telling:
            return found
        return self._all_of(telling, asked, {word: self._forgiven(word, literal[word]) for word in asked})

    def _all_of(self, telling: list[str], asked: list[str], fits: dict[str, _Fit]) -> Found:
        scores: dict[int, float] = {}
        marks: dict[str, int] = {}
        for turn, word in enumerate([*telling, *(word for word in asked if word not in telling)]):
            fit = fits[word]
            here = self._scores(fit)
            if turn == 0:
                scores = here
            elif turn < len(telling):
                scores = {place: score + here[place] for place, score in scores.items() if place in here}
            else:
                scores = {place: score + 0.1 * here.get(place, 0.0) for place, score in scores.items()}
                continue
            for number, letters in fit.letters.items():
                marks[self.words[number]] = max(letters, marks.get(self.words[number], 0))
        return Found({place: score / len(telling) for place, score in scores.items()}, marks)

    def _scores(self, fit: _Fit) -> dict[int, float]:
        scores: dict[int, float] = {}
        for number, quality in fit.qualities.items():
            for place, weight in zip(self.places[number], self.weights[number], strict=True):
                score = quality * weight
                if score > scores.get(place, 0.0):
                    scores[place] = score
        return scores

    def _literal(self, word: str) -> _Fit:
        fit = _Fit()
        for number in range(bisect_left(self.words, word), len(self.words)):
            other = self.words[number]
            if not other.startswith(word):
                break
            more = len(other) - len(word)
            if not more:
                fit.add(number, WHOLE, len(word))
            elif more <= MAX_ENDING and len(word) >= SHORTEST_STEM:
                fit.add(number, ENDING, len(word))
            elif other not in STOP_WORDS:
                fit.add(number, BEGINNING + 0.25 * len(word) / len(other), len(word))
        for ending in range(1, MAX_ENDING + 1):
            stem = word[:-ending]
            number = bisect_left(self.words, stem)
            if len(stem) >= SHORTEST_STEM and self.words[number : number + 1] == [stem]:
                fit.add(number, ENDING - 0.1 * (ending - 1), len(stem))
        if len(word) >= SHORTEST_INSIDE:
            for number, other in enumerate(self.words):
                if word in other:
                    fit.add(number, INSIDE, len(other))
        return fit

    def _forgiven(self, word: str, literal: _Fit) -> _Fit:
        """With the words nearest to it: the fewest mistakes that lead to one. Figures and codes mean what they say."""
        size = len(word)
        if size < SHORTEST_MISTYPED or any(letter.isdigit() for letter in word):
            return literal
        most = 2 if size >= TWO_MISTAKES_FROM else 1
        near = [
            (distance, MISTYPED, number)
            for _, distance, number in process.extract(
                word, self.words, scorer=OSA.distance, score_cutoff=most, limit=None
            )
        ]
        for cut in (size - 1, size, size + 1):  # the beginning of a longer word: one letter is missing, or too many
            beginnings = [other[:cut] for other in self.words]
            near += [
                (distance, BEGINNING_MISTYPED, number)
                for _, distance, number in process.extract(
                    word, beginnings, scorer=OSA.distance, score_cutoff=most, limit=None
                )
                if len(self.words[number]) > cut
            ]
        if size < FIRST_LETTER_MAY_DIFFER_FROM:
            near = [row for row in near if self.words[row[2]][0] == word[0]]
        nearest = min((distance for distance, _, _ in near), default=0)
        fit = _Fit(dict(literal.qualities), dict(literal.letters))
        for distance, quality, number in near:
            if distance == nearest:
                fit.add(number, quality * (1 - distance / (2 * size)), len(self.words[number]))
        return fit
